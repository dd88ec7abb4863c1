"""Order and batches: whole epochs, the same again, like lengths, and yet shuffled."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core.finetuning.batching import by_length, epoch_batches, steps_of

LENGTHS = np.random.default_rng(0).integers(3, 60, 1003)


def test_an_epoch_reads_every_unit_once():
    batches = epoch_batches(LENGTHS, 32, 0, 0)
    assert len(batches) == steps_of(1003, 32) == 32
    assert sorted(np.concatenate(batches).tolist()) == list(range(1003))


@pytest.mark.parametrize("count", [1, 5, 31, 32, 33, 65, 1003])
def test_no_batch_is_a_small_remainder(count):
    sizes = [len(batch) for batch in epoch_batches(LENGTHS[:count], 32, 0, 0)]
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= 32


def test_the_order_depends_on_seed_and_epoch_only():
    def order(seed, epoch):
        return np.concatenate(epoch_batches(LENGTHS, 32, seed, epoch)).tolist()

    assert order(3, 1) == order(3, 1)
    assert order(3, 1) != order(3, 2)
    assert order(3, 1) != order(4, 1)


def test_little_of_a_batch_is_padding():
    def share(batches):
        padded = sum(len(batch) * LENGTHS[batch].max() for batch in batches)
        return 1 - LENGTHS.sum() / padded

    order = np.random.default_rng(1).permutation(1003)
    assert share(np.array_split(order, 32)) > 0.4, "as the Trainer would"
    assert share(epoch_batches(LENGTHS, 32, 0, 0)) < 0.05


def test_batches_are_not_the_same_ones_again():
    """Of a unit's neighbours in one epoch, few are its neighbours in the next; long batches come at any time."""
    lengths = np.random.default_rng(0).integers(10, 14, 5000)  # thousands of equal length
    first, second = (
        {
            unit: set(batch.tolist())
            for batch in epoch_batches(lengths, 32, 0, epoch)
            for unit in batch.tolist()
        }
        for epoch in (0, 1)
    )
    shared = np.mean([len(first[unit] & second[unit]) - 1 for unit in range(5000)])
    assert shared < 2
    means = np.array([LENGTHS[batch].mean() for batch in epoch_batches(LENGTHS, 32, 0, 0)])
    assert abs(np.corrcoef(np.arange(len(means)), means)[0, 1]) < 0.5


def test_what_is_read_once_is_bounded_in_units_and_pieces():
    batches = by_length(LENGTHS, 64, 640)
    assert sorted(np.concatenate(batches).tolist()) == list(range(1003))
    for batch in batches:
        assert len(batch) <= 64
        assert len(batch) == 1 or len(batch) * LENGTHS[batch].max() <= 640
    assert [len(batch) for batch in by_length(np.array([900, 3]), 64, 640)] == [1, 1]
