"""How pairs lie in the arrays that the model reads."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core.pretraining.batches import Batches
from bert_core.pretraining.masking import Masking
from bert_core.pretraining.pairs import IS_NEXT, Pairs
from bert_core.pretraining.recipe import MaskingRecipe
from tests.bert_core.pretraining.making import SPECIALS, a_corpus, a_tokenizer, mixed

CLS, SEP, MASK = 2, 3, 4
UNEVEN = ([9] * 6, [5] * 10, [8] * 9, [20] * 3, [16] * 16)
"""Documents, most of them shorter than 128 pieces."""


def batches(corpus, objective="mlm+nsp", tokenizer=None, **recipe):
    tokenizer = tokenizer or a_tokenizer()
    rule = Masking.of(tokenizer, MaskingRecipe(**recipe))
    return Batches(Pairs(corpus, 5, objective), tokenizer, rule, causal=objective == "causal")


def unmasked(batch):
    ids = batch.masked.ids.copy()
    ids.ravel()[batch.masked.positions] = batch.masked.targets
    return ids


def test_a_batch_is_laid_out_as_bert_reads_it():
    corpus = a_corpus(UNEVEN)
    pairs = Pairs(corpus, 5)
    batch = batches(corpus).draw(128, range(200))
    assert batch.present is not None and batch.masked.ids.shape == (200, 128)
    for row, ids in enumerate(unmasked(batch)):
        a, b, label, _ = pairs.example(128, row)
        there = [CLS, *a, SEP, *b, SEP]
        rest = 128 - len(there)
        assert ids.tolist() == there + [0] * rest
        assert batch.segments[row].tolist() == [0] * (len(a) + 2) + [1] * (len(b) + 1) + [0] * rest
        assert batch.present[row].tolist() == [True] * len(there) + [False] * rest
        assert batch.labels[row] == label
    assert {array.dtype for array in (batch.masked.ids, batch.segments, batch.labels)} == {np.dtype(np.int64)}


def test_without_padding_nothing_is_said_of_it():
    assert batches(a_corpus([[5] * 80] * 4)).draw(64, range(30)).present is None


def test_padding_reaches_to_the_longest_pair():
    short = a_corpus([[15, 15, 18], [20, 20, 25], [30, 30]])
    batch = batches(short).draw(128, range(12))
    assert batch.masked.ids.shape[1] == batch.present.sum(1).max() <= 68


def test_a_row_does_not_depend_on_the_others():
    """Many rows at once, or few, in any order: the same pieces, masked the same way, padded or not."""
    corpus = a_corpus(UNEVEN)
    source = batches(corpus)
    whole = source.draw(128, range(40))

    def row_of(batch, row):
        size = batch.masked.ids.shape[1]
        there = slice(None) if batch.present is None else batch.present[row]
        where = (batch.masked.positions // size) == row
        return [
            batch.masked.ids[row][there].tolist(),
            batch.segments[row][there].tolist(),
            (batch.masked.positions[where] % size).tolist(),
            batch.masked.targets[where].tolist(),
            batch.masked.hidden[where].tolist(),
            int(batch.labels[row]),
        ]

    sizes = set()
    for row in range(40):
        alone = source.draw(128, [row])
        sizes.add(alone.masked.ids.shape[1])
        assert row_of(alone, 0) == row_of(whole, row)
    assert len(sizes) > 1, "the rows are of different lengths"
    mixed_up = source.draw(128, [7, 3])
    assert row_of(mixed_up, 0) == row_of(whole, 7) and row_of(mixed_up, 1) == row_of(whole, 3)


def test_each_epoch_masks_anew():
    corpus = a_corpus([[30, 30], [30, 30]])  # so small that the same places come again
    pairs = Pairs(corpus, 5, "mlm")
    seen: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
    for number in range(12 * pairs.epoch_size(64)):
        batch = batches(corpus, "mlm").draw(64, [number])
        seen.setdefault(tuple(unmasked(batch)[0]), []).append(tuple(batch.masked.positions))
    again = max(seen.values(), key=len)
    assert len(again) > 3 and len(set(again)) == len(again)


@pytest.mark.parametrize("at", [0, 50, 95])
def test_padding_is_never_asked_for_even_without_a_piece_for_it(at):
    tokenizer = a_tokenizer(95, SPECIALS[1:], at)
    assert tokenizer.pad_id is None
    corpus = a_corpus(UNEVEN, first=0, vocabulary=at or 40)
    batch = batches(corpus, tokenizer=tokenizer, share=1.0).draw(128, range(20))
    assert not batch.present.all()
    asked = np.zeros(batch.present.shape, dtype=bool)
    asked.ravel()[batch.masked.positions] = True
    assert not asked[~batch.present].any()
    assert asked.any(1).all()


def test_another_share():
    few, many = (batches(mixed()).draw(64, range(50), share) for share in (None, 0.6))
    assert len(many.masked.positions) > 3 * len(few.masked.positions)


def test_causal_asks_for_every_next_piece():
    batch = batches(a_corpus(UNEVEN), "causal").draw(128, range(40))
    assert batch.present is not None
    ids, size = batch.masked.ids, batch.masked.ids.shape[1]
    rows, columns = np.divmod(batch.masked.positions, size)
    assert np.array_equal(batch.masked.targets, ids[rows, columns + 1])
    assert len(rows) == batch.present.sum() - len(ids), "all but the first"
    assert not batch.segments.any() and (ids != MASK).all() and batch.masked.hidden.all()
    last = batch.present.sum(1) - 1
    assert (ids[np.arange(len(ids)), last] == SEP).all() and ((ids == SEP).sum(1) == 1).all()
    assert (batch.labels == IS_NEXT).all()
