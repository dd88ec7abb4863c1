from __future__ import annotations

import numpy as np
import pytest

from bert_core.errors import TextError
from bert_core.pretraining.batches import draw_batch
from bert_core.pretraining.corpus import PieceCorpus
from bert_core.pretraining.masking import Masking
from bert_core.pretraining.pairs import IS_NEXT, NOT_NEXT, Pairs

SENTENCES, SENTENCE = 40, 7


@pytest.fixture
def corpus():
    """Twenty documents of forty sentences of seven pieces; a piece says where it stands."""
    total = 20 * SENTENCES * SENTENCE
    return PieceCorpus(
        (np.arange(total) + 5).astype(np.uint16),
        np.arange(0, total + 1, SENTENCE),
        np.arange(0, 20 * SENTENCES + 1, SENTENCES),
    )


def document_of(piece):
    return (int(piece) - 5) // (SENTENCES * SENTENCE)


@pytest.mark.parametrize("length", [16, 64, 128])
def test_b_follows_a_or_comes_from_another_document(corpus, length):
    pairs = Pairs(corpus, seed=1, open_documents=8)
    drawn = [pairs.draw(length) for _ in range(400)]
    for a, b, label in drawn:
        assert len(a) >= 1 and len(b) >= 1 and len(a) + len(b) + 3 <= length
        assert (int(b[0]) - 5) % SENTENCE == 0
        if label == IS_NEXT:
            assert b[0] == a[-1] + 1 and document_of(a[0]) == document_of(b[-1])
        else:
            assert document_of(a[0]) != document_of(b[0])
    share = np.mean([label == IS_NEXT for _, _, label in drawn])
    assert 0.4 < share < 0.6
    assert np.mean([len(a) + len(b) + 3 == length for a, b, _ in drawn]) > 0.8


def test_the_same_seed_draws_the_same_pairs(corpus):
    one, two, other = (Pairs(corpus, seed=seed, open_documents=8) for seed in (3, 3, 4))
    first, second, third = ([pairs.draw(32).a.tolist() for _ in range(20)] for pairs in (one, two, other))
    assert first == second != third


def test_one_document_is_not_enough(corpus):
    alone = PieceCorpus(corpus.pieces, corpus.sentences, corpus.documents[:2])
    with pytest.raises(TextError, match="two documents"):
        Pairs(alone, seed=0)


def test_a_batch_is_laid_out_as_bert_reads_it(corpus):
    rule = Masking(mask_id=4, vocab_size=6000, share=0.0)
    batch = draw_batch(Pairs(corpus, 5), 16, 48, rule, np.random.default_rng(0))
    ids = batch.masked.ids
    assert (ids[:, 0] == 2).all()
    assert ((ids == 3).sum(1) == 2).all()
    for row, segments, present, label in zip(ids, batch.segments, batch.present, batch.labels, strict=True):
        first, last = np.flatnonzero(row == 3)
        assert segments.tolist() == [0] * (first + 1) + [1] * (last - first) + [0] * (47 - last)
        assert present.tolist() == [True] * (last + 1) + [False] * (47 - last)
        assert (row[last + 1 :] == 0).all()
        assert label == (IS_NEXT if row[first + 1] == row[first - 1] + 1 else NOT_NEXT)
