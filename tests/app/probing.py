"""Runs with probes, written by hand: heads that turn from one map to another as the steps go on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bert_core.finetuning.probe_files import halves, write_record
from bert_core.finetuning.probe_values import ProbedSentence, ProbeRecord
from bert_core.trace import MaskPrediction, NspScore
from tests.app.fakes import fake_attentions, fake_tokens, text_of

STEPS = (0, 10, 20, 40)
SIZES = (17, 9)
LAYERS, HEADS, WIDTH = 3, 2, 8
WORDS = ("cat", "dog", "milk", "store", "家", "שלום", "tree", "house", "sun", "sea", "hill", "rain")


def probed(
    number: int,
    share: float,
    sizes: Sequence[int] = SIZES,
    *,
    nsp: bool = True,
    words: bool = True,
    layers: int = LAYERS,
    heads: int = HEADS,
    width: int = WIDTH,
) -> ProbedSentence:
    """The sentence of that number when `share` of the way to the other map is gone."""
    tokens = fake_tokens(sizes[number])
    start, end = (fake_attentions(layers, heads, len(tokens), seed) for seed in (number, number + 100))
    depth = np.arange(1, layers + 1)[:, None, None, None] / layers  # deeper layers go farther
    random = np.random.default_rng(number)
    hidden, other = random.normal(size=(2, layers + 1, len(tokens), width))
    ways = np.arange(layers + 1)[:, None, None] / layers
    masks = tuple(place for place, token in enumerate(tokens) if token.text == "[MASK]")
    chances = np.linspace(1, 2, len(WORDS)) + share * np.linspace(3, 0, len(WORDS))
    chances /= chances.sum()
    best = np.argsort(-chances)[:10].tolist()
    listed = [(WORDS[i], i, float(chances[i])) for i in best]
    return ProbedSentence(
        text_a=text_of(tokens, 0),
        text_b=text_of(tokens, 1) or None,
        tokens=tokens,
        left_out=(0, 3 * number),
        attentions=halves(start + share * depth * (end - start)),
        hidden_states=halves(hidden + share * ways * other),
        predictions=tuple(MaskPrediction(place, listed) for place in masks) if words else None,
        probabilities=halves(np.tile(chances, (len(masks) if words else 0, 1))),
        nsp=NspScore(0.9 - 0.5 * share, 0.1 + 0.5 * share) if nsp else None,
    )


def write_probes(run: Path, steps: Sequence[int] = STEPS, sizes: Sequence[int] = SIZES, **more: bool) -> None:
    """A record at each of these steps, of one sentence for each of the sizes."""
    for step in steps:
        share = step / STEPS[-1]
        sentences = tuple(probed(number, share, sizes, **more) for number in range(len(sizes)))
        write_record(run, ProbeRecord(step, sentences))
