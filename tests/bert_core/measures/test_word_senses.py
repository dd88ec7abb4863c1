"""Occurrences of words and of pieces are found, and compared by the mean of their pieces."""

from __future__ import annotations

import numpy as np

from bert_core.measures.word_senses import occurrences, sense_cosines
from bert_core.trace import Token


def tokens(*words: str) -> tuple[Token, ...]:
    """Pieces of words, parted by spaces, between [CLS] and [SEP]."""
    made = [Token("[CLS]", 0, 0, 0, 0, 0, True)]
    for number, word in enumerate(words, 1):
        made += [Token(piece, 1, 0, 0, 1, number, False) for piece in word.split()]
    return (*made, Token("[SEP]", 0, 0, 0, 0, len(words) + 1, True))


TEXT = tokens("the", "em ##bed ##ding", "bed", "em ##bed ##ding", "The", "##bed")


def test_a_word_is_found_by_all_its_pieces() -> None:
    assert occurrences(TEXT, "Embedding") == [(2, 3, 4), (6, 7, 8)]
    assert occurrences(TEXT, " the ") == [(1,), (9,)]


def test_a_part_is_found_as_it_is_written() -> None:
    assert occurrences(TEXT, "##bed") == [(3,), (7,), (10,)]
    assert occurrences(TEXT, "bed") == [(5,)]


def test_special_pieces_and_nothing_are_not_found() -> None:
    assert occurrences(TEXT, "[CLS]") == occurrences(TEXT, "") == occurrences(TEXT, "nothing") == []


def test_cosines_are_of_the_means_layer_by_layer() -> None:
    random = np.random.default_rng(0)
    states = [random.normal(size=(3, pieces, 8)).astype(np.float32) for pieces in (1, 2, 3)]
    found = sense_cosines(states)
    assert found.shape == (3, 3, 3)
    means = [part.mean(axis=1) for part in states]
    for layer in range(3):
        for a in range(3):
            for b in range(3):
                x, y = means[a][layer], means[b][layer]
                np.testing.assert_allclose(
                    found[layer, a, b], x @ y / np.linalg.norm(x) / np.linalg.norm(y), atol=1e-5
                )
    assert sense_cosines([]).size == 0
