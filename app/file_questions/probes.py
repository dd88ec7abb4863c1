"""What is asked of the probes of a run, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.files import FileQuestion
from bert_core.finetuning.probe_values import Halves
from bert_core.trace import MaskPrediction, Token

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class ProbesOf(FileQuestion):
    """A run's probes over its steps: `ProbeHistory`, or None where nothing is recorded.

    until  the step at which the run stands; a record behind it is of a course that it no longer takes
    """

    folder: str
    until: int


@dataclass(frozen=True)
class ReplayOf(FileQuestion):
    """One head's maps of one sentence at these steps: `Replay`."""

    folder: str
    steps: tuple[int, ...]
    sentence: int
    layer: int
    head: int


@dataclass(frozen=True)
class WordsOf(FileQuestion):
    """The likely words at one masked place, at these steps: `WordHistory`.

    mask  which of the sentence's masked places
    """

    folder: str
    steps: tuple[int, ...]
    sentence: int
    mask: int


@dataclass(frozen=True)
class ProbedText:
    """A sentence, or pair, as it was recorded at the start.

    masks      positions of those masked pieces whose words are recorded
    left_out   pieces cut off A and B
    has_words  whether the model guesses masked words at all
    """

    text_a: str
    text_b: str | None
    tokens: tuple[Token, ...]
    masks: tuple[int, ...]
    left_out: tuple[int, int]
    has_words: bool


@dataclass(frozen=True, eq=False)
class ProbeHistory:
    """N records of P sentences; arrays are read-only.

    steps   of the optimizer, rising; all is measured against the first of them
    drift   float32 [N, P, L, A]: 1 - cosine of each head's map with that at the first step
    cka     float32 [N, P+1, L+1]: linear CKA of each layer's vectors with those at the first step, 0 the embeddings;
            of every sentence, and last of the pieces of all together; NaN where it is not defined
    nsp     float32 [N, P]: the probability that B follows A; NaN without such a head
    best    [N][P][M]: the ten best words at each masked place
    broken  why which files are passed over
    left    records that are not read yet: ask again
    """

    folder: str
    steps: tuple[int, ...]
    sentences: tuple[ProbedText, ...]
    drift: Floats
    cka: Floats
    nsp: Floats
    best: tuple[tuple[tuple[MaskPrediction, ...], ...], ...]
    broken: tuple[str, ...] = ()
    left: int = 0

    @property
    def shape(self) -> tuple[int, int]:
        """Layers and heads."""
        return self.drift.shape[2], self.drift.shape[3]

    @property
    def most_moved(self) -> tuple[int, int]:
        """The head whose newest maps are farthest from the start over all sentences; the first of equal ones."""
        layer, head = divmod(int(np.nan_to_num(self.drift[-1].mean(0)).argmax()), self.drift.shape[3])
        return layer, head


@dataclass(frozen=True, eq=False)
class Replay:
    """float16 [N, S, S] of the question's steps; NaN where a record cannot be read any more."""

    maps: Halves


@dataclass(frozen=True, eq=False)
class WordHistory:
    """K words, the likeliest first, and float32 [K, N] with their probabilities; NaN as in a replay.

    Words are those that are among the ten best at any of the steps, the likeliest at any step first.
    """

    words: tuple[str, ...]
    probabilities: Floats
