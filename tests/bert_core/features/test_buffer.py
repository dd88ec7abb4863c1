"""What is read ahead is bounded; batches are of like lengths."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from bert_core.features import buffer
from bert_core.features.buffer import Encoded, buffers, by_length
from bert_core.features.texts import Text
from bert_core.tokenization import Tokenizer


def sizes(tokenizer: Tokenizer, texts: Iterator[Text], by_text: int = 0, by_piece: int = 0) -> list[int]:
    return [len(found) for found in buffers(tokenizer, texts, by_text, by_piece) if found]


def many(count: int) -> Iterator[Text]:
    return (Text(number, "the man went") for number in range(count))  # five pieces each


@pytest.mark.parametrize(
    ("name", "limit", "expected"),
    [
        ("TEXTS", 4, [4, 4, 2]),
        ("PIECES", 16, [3, 3, 3, 1]),
        ("NUMBERS", 60, [4, 4, 2]),  # 10 numbers a text, one a piece
        ("NUMBERS", 1, [1] * 10),  # one is always read
    ],
)
def test_a_buffer_is_bounded(
    tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch, name: str, limit: int, expected: list[int]
) -> None:
    monkeypatch.setattr(buffer, name, limit)
    assert sizes(tokenizer, many(10), by_text=10, by_piece=1) == expected


def test_no_more_is_read_than_a_buffer_holds(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer, "TEXTS", 100)
    read = 0

    def endless() -> Iterator[Text]:
        nonlocal read
        for text in many(1_000_000):
            read += 1
            yield text

    found = buffers(tokenizer, endless(), 0, 0)
    assert next(found) is None  # now and then others have their turn
    assert read == 64
    assert len(next(found) or []) == 100
    assert read == 101


def test_an_encoding_knows_which_pieces_are_the_texts_own(tokenizer: Tokenizer) -> None:
    one: Encoded = buffer.encoded(tokenizer, Text(1, "flightless [SEP]", "bird"))
    expected = tokenizer.encode("flightless [SEP]", "bird")
    assert one.input_ids.tolist() == list(expected.ids)
    assert one.token_type_ids.tolist() == list(expected.segment_ids)
    assert one.words.tolist() == [token.word for token in expected.tokens]
    assert one.own.tolist() == [not token.special for token in expected.tokens]
    assert one.own[3]  # [SEP] was typed
    assert not one.truncated


def test_batches_hold_each_text_once_within_the_budget() -> None:
    draw = random.Random(1)
    lengths = [draw.randint(2, 90) for _ in range(500)]
    batches = list(by_length(lengths, 100))
    assert sorted(index for batch in batches for index in batch) == list(range(500))
    for batch in batches:
        assert len(batch) * max(lengths[index] for index in batch) <= 100 or len(batch) == 1
    padded = sum(len(batch) * max(lengths[index] for index in batch) for batch in batches)
    assert padded < 1.02 * sum(lengths)


def test_a_text_longer_than_the_budget_is_a_batch_of_its_own() -> None:
    assert list(by_length([7, 300, 5], 10)) == [[2], [0], [1]]
    assert list(by_length([], 10)) == []
