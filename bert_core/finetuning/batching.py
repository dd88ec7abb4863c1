"""In which order an epoch reads its units, and which of them are a batch: of like length, yet shuffled.

The units are permuted at random, cut into pools of POOL batches, sorted by length within each pool, with equal lengths
in random order, and cut into batches; then the batches are permuted. So a unit's batch, its neighbours and its place in
the epoch are different each time; only short ones never stand beside long ones, and little of a batch is padding.
"""

from __future__ import annotations

import numpy as np

from bert_core.finetuning.rows import Integers

POOL = 50
"""Batches."""


def steps_of(units: int, batch_size: int) -> int:
    """Batches of an epoch."""
    return -(-units // batch_size)


def epoch_batches(lengths: Integers, batch_size: int, seed: int, epoch: int) -> list[Integers]:
    """The batches of an epoch, in order: indices into `lengths`. The same for the same arguments.

    All have the same number of units, or one less, so that no last batch is a small one.
    """
    count = steps_of(len(lengths), batch_size)
    generator = np.random.default_rng([seed, epoch])
    order = generator.permutation(len(lengths))
    edges = np.linspace(0, len(order), count + 1).round().astype(np.int64)
    batches: list[Integers] = []
    for first in range(0, count, POOL):
        last = min(first + POOL, count)
        pool = order[edges[first] : edges[last]]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        cuts = edges[first + 1 : last] - edges[first]
        batches += np.split(pool, cuts)
    return [batches[place] for place in generator.permutation(count)]


def by_length(lengths: Integers, most_units: int, most_pieces: int) -> list[Integers]:
    """Batches to be read once, longest first: of so many units and so many pieces, padding counted, at most."""
    order = np.argsort(-lengths, kind="stable")
    batches: list[Integers] = []
    place = 0
    while place < len(order):
        count = max(1, min(most_units, most_pieces // max(1, int(lengths[order[place]]))))
        batches.append(order[place : place + count])
        place += count
    return batches
