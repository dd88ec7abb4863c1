"""What a probe showed at one step of a run: frozen values, numpy only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bert_core.trace import MaskPrediction, NspScore, Token

Halves = NDArray[np.float16]
Sentence = tuple[str, str | None]
"""Sentence A, and B or None. A masked word is a typed [MASK]."""

MOST_SENTENCES = 8
MOST_PIECES = 64
MOST_MASKS = 8
"""What is recorded of a run's probes at most: so many sentences, so many pieces and masked places of each."""
MOST_BYTES = 512 * 2**20
"""What the records of one run may take together on the disk; beyond, they are thinned out evenly."""


@dataclass(frozen=True, eq=False)
class ProbedSentence:
    """One sentence, or pair, as the model read it at that step; arrays are read-only and in half precision.

    L layers, A heads, S pieces, H hidden size, M masked places, V vocabulary:
    tokens         S of them
    left_out       pieces cut off A and B, which is cut at MOST_PIECES
    attentions     float16 [L, A, S, S]
    hidden_states  float16 [L+1, S, H]; [0] are the embeddings
    predictions    the ten best pieces at each masked place; None without an MLM head
    probabilities  float16 [M, V], of all pieces at each of these places
    nsp            None without an NSP head
    """

    text_a: str
    text_b: str | None
    tokens: tuple[Token, ...]
    left_out: tuple[int, int]
    attentions: Halves
    hidden_states: Halves
    predictions: tuple[MaskPrediction, ...] | None
    probabilities: Halves
    nsp: NspScore | None


@dataclass(frozen=True, eq=False)
class ProbeRecord:
    """All probe sentences at one step of the optimizer; 0 is the state before training."""

    step: int
    sentences: tuple[ProbedSentence, ...]
