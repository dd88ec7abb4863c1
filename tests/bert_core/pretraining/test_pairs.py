from __future__ import annotations

import numpy as np
import pytest

from bert_core.errors import TextError
from bert_core.pretraining.corpus import PieceCorpus
from bert_core.pretraining.pairs import IS_NEXT, NOT_NEXT, Pairs
from tests.bert_core.pretraining.samples import (
    DOCUMENTS,
    FIRST,
    SENTENCE,
    SENTENCES,
    numbered_corpus,
    uneven_corpus,
)


@pytest.fixture(scope="module")
def corpus():
    return numbered_corpus()


@pytest.fixture(scope="module")
def uneven():
    return uneven_corpus()


def document_of(piece):
    return (int(piece) - FIRST) // (SENTENCES * SENTENCE)


def examples(pairs, length, count):
    return [pairs.example(length, number) for number in range(count)]


@pytest.mark.parametrize("length", [16, 64, 128])
def test_b_follows_a_or_comes_from_another_document(corpus, length):
    drawn = examples(Pairs(corpus, seed=1), length, 400)
    for a, b, label, _ in drawn:
        assert len(a) >= 1 and len(b) >= 1 and len(a) + len(b) + 3 <= length
        assert (int(b[0]) - FIRST) % SENTENCE == 0
        assert np.all(np.diff(a.astype(int)) == 1) and np.all(np.diff(b.astype(int)) == 1)
        assert document_of(a[0]) == document_of(a[-1]) and document_of(b[0]) == document_of(b[-1])
        if label == IS_NEXT:
            assert b[0] == a[-1] + 1 and document_of(a[0]) == document_of(b[-1])
        else:
            assert label == NOT_NEXT and document_of(a[0]) != document_of(b[0])
    share = np.mean([pair.label == IS_NEXT for pair in drawn])
    assert abs(share - 0.5) < 4 * np.sqrt(0.25 / len(drawn))
    assert np.mean([len(pair.a) + len(pair.b) + 3 == length for pair in drawn]) > 0.95


def test_a_takes_between_a_fifth_and_four_fifths(corpus):
    room = 128 - 3
    lengths = np.array([len(pair.a) for pair in examples(Pairs(corpus, 2), 128, 1000)])
    assert lengths.min() >= room // 5 - SENTENCE and lengths.max() <= room - room // 5
    assert np.histogram(lengths, 4, (room / 5, room * 4 / 5))[0].min() > 150


def test_a_segment_begins_with_a_sentence_unless_that_does_not_fit(uneven):
    starts = uneven.sentences
    places = PieceCorpus(np.arange(len(uneven.pieces)), starts, uneven.documents)
    longest = 61 - 61 // 5
    cut = 0
    for a, b, _, _ in examples(Pairs(places, 3), 64, 500):
        assert b[0] in starts and a[-1] + 1 in starts
        if a[0] not in starts:
            cut += 1
            sentence = np.searchsorted(starts, a[0], "right") - 1
            assert len(a) == longest and starts[sentence + 1] - starts[sentence] > longest
    assert cut


def test_lengths_do_not_tell_the_label(uneven):
    """The majority of each cell of a grid over both lengths, learned on one half, is at chance on the other."""
    room = 256 - 3
    drawn = examples(Pairs(uneven, 4), 256, 6000)
    labels = np.array([pair.label for pair in drawn])
    cells = np.array([len(pair.a) // 32 * 20 + len(pair.b) // 32 for pair in drawn])
    short = np.array([len(pair.a) + len(pair.b) < room for pair in drawn])
    assert 0.05 < short.mean() < 0.5, "many documents are too short to fill the length"
    assert abs(short[labels == IS_NEXT].mean() - short[labels == NOT_NEXT].mean()) < 0.03
    half = len(drawn) // 2
    votes = np.bincount(cells[:half], 1 - 2 * labels[:half], minlength=cells.max() + 1)
    right = (votes[cells[half:]] < 0).astype(int) == labels[half:]
    assert abs(right.mean() - 0.5) < 4 * np.sqrt(0.25 / half)


def test_the_place_in_its_document_hardly_tells_the_label(corpus):
    """B begins anywhere but at a document's beginning; a true continuation about the length of A later on average."""
    drawn = examples(Pairs(corpus, 5), 64, 3000)
    begins = {
        label: np.array(
            [(int(p.b[0]) - FIRST) % (SENTENCES * SENTENCE) // SENTENCE for p in drawn if p.label == label]
        )
        for label in (IS_NEXT, NOT_NEXT)
    }
    assert begins[IS_NEXT].min() == begins[NOT_NEXT].min() == 1
    assert abs(begins[IS_NEXT].max() - begins[NOT_NEXT].max()) <= 2
    later = begins[IS_NEXT].mean() - begins[NOT_NEXT].mean()
    assert abs(later) < np.mean([len(pair.a) for pair in drawn]) / SENTENCE


def test_an_example_depends_on_seed_length_and_number_only(corpus):
    numbers = [7, 100, 3, 99]
    one, two, other = Pairs(corpus, 3), Pairs(corpus, 3), Pairs(corpus, 4)
    two.example(64, 1000)  # in another epoch
    first = [one.example(32, number) for number in numbers]
    second = [two.example(32, number) for number in reversed(numbers)][::-1]
    third = [other.example(32, number) for number in numbers]
    for left, right in zip(first, second, strict=True):
        assert np.array_equal(left.a, right.a) and np.array_equal(left.b, right.b)
        assert left.label == right.label
        assert np.array_equal(left.generator.random(5), right.generator.random(5))
    assert any(not np.array_equal(left.a, right.a) for left, right in zip(first, third, strict=True))


def test_an_epoch_goes_over_the_text_once_and_the_next_takes_other_cuts(corpus):
    pairs = Pairs(corpus, 6, "causal")
    size = pairs.epoch_size(64)
    assert size == len(corpus.pieces) // 62
    first = [pairs.example(64, number).a for number in range(size)]
    seen = np.bincount(np.concatenate(first).astype(int) - FIRST, minlength=len(corpus.pieces))
    assert (seen > 0).mean() > 0.85 and seen.max() <= 4
    second = [pairs.example(64, size + number).a for number in range(size)]
    assert {int(a[0]) for a in first} != {int(a[0]) for a in second}
    assert [int(a[0]) for a in first] != sorted(int(a[0]) for a in first)


def test_without_next_sentences_b_always_follows(corpus):
    for a, b, label, _ in examples(Pairs(corpus, 7, "mlm"), 64, 100):
        assert label == IS_NEXT and b[0] == a[-1] + 1


def test_left_to_right_has_one_segment(corpus):
    pairs = Pairs(corpus, 8, "causal")
    for a, b, _, _ in examples(pairs, 64, 100):
        assert len(a) == 62 and not len(b)
    assert pairs.special_pieces == 2


def test_documents_that_are_too_short_are_left_out():
    """Of three documents only the first and the last can be used; the second has one sentence."""
    corpus = PieceCorpus(np.arange(201), np.array([0, 50, 100, 101, 150, 201]), np.array([0, 2, 3, 5]))
    for a, b, label, _ in examples(Pairs(corpus, 0), 32, 200):
        assert not np.any(a == 100) and not np.any(b == 100)
        assert (label == NOT_NEXT) == ((a[0] < 100) != (b[0] < 100))


def test_one_document_is_not_enough():
    corpus = numbered_corpus()
    alone = PieceCorpus(corpus.pieces, corpus.sentences, corpus.documents[:2])
    with pytest.raises(TextError, match="two documents"):
        Pairs(alone, seed=0)
    assert len(corpus.documents) == DOCUMENTS + 1
