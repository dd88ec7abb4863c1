"""Sentences, pairs and words become the pieces that the tokenizer and `transformers` make of them."""

from __future__ import annotations

import numpy as np
import pytest
import transformers

from bert_core.finetuning import classification, multiple_choice, regression, tagging
from bert_core.finetuning.encoding import encode_texts, encode_words
from bert_core.finetuning.examples import ChoiceExample, TaggingExample, TextExample
from bert_core.finetuning.rows import collate
from tests.bert_core.finetuning.making import a_tokenizer, examples, info_of


@pytest.mark.parametrize("limit", [8, 13, 32, 64, 200])
def test_texts_are_encoded_as_in_the_window(limit):
    tokenizer = a_tokenizer()
    pairs = [(e.text_a, e.text_b) for e in examples("sentence-pair", 20)]
    pairs += [(a, None) for a, _ in pairs] + [
        ("", ""),
        ("", None),
        ("the [MASK] sat", "[SEP] x"),
        ("a", "[UNK]"),
    ]
    ids, second = encode_texts(tokenizer, pairs, limit)
    for (text_a, text_b), row, begin in zip(pairs, ids, second, strict=True):
        encoding = tokenizer.encode(text_a, text_b, limit)
        assert tuple(row) == encoding.ids
        assert begin == len(encoding) - sum(encoding.segment_ids)


def test_words_are_encoded_each_by_itself(tmp_path):
    tokenizer = a_tokenizer()
    tokenizer.save(tmp_path)
    reference = transformers.AutoTokenizer.from_pretrained(tmp_path)
    words = ["cats", "\u200b", "sat.", "[MASK]", "xyz", "ating", ","]
    encoded = reference(words, is_split_into_words=True)
    pieces = encode_words(tokenizer, words)
    assert [2, *(index for word in pieces for index in word), 3] == encoded["input_ids"]
    assert pieces[1] == []


def test_the_first_piece_of_each_word_is_asked():
    tokenizer = a_tokenizer()
    words = ("cats", "\u200b", "sating", "xyz")
    rows = tagging.encode(
        tokenizer, [TaggingExample(words, ("B-PER", "O", "I-PER", "O"))], info_of("tagging")
    )
    names = [tokenizer.vocabulary[index] for index in rows.ids]
    assert names == ["[CLS]", "cat", "##s", "sat", "##ing", "[UNK]", "[SEP]"]
    assert rows.marks.places.tolist() == [1, 3, 5]
    assert rows.marks.words.tolist() == [0, 2, 3]
    assert rows.targets.tolist() == [1, 2, 0]


def test_words_that_do_not_fit_are_not_asked_and_get_no_tag():
    tokenizer, info = a_tokenizer(), info_of("tagging", max_length=8)
    long = TaggingExample(("cats",) * 5, ("B-PER",) * 5)
    rows = tagging.encode(tokenizer, [long], info)
    assert rows.lengths.tolist() == [8]
    assert rows.marks.words.tolist() == [0, 1, 2]
    found = tagging.decode(info, long, rows, range(1), [np.array([[0.0, 9.0, 0.0]] * 3)])
    assert found.tags == ("B-PER", "B-PER", "B-PER", "O", "O")
    assert found.probabilities[3:] == (0.0, 0.0)


def test_an_unknown_label_is_marked():
    tokenizer = a_tokenizer()
    texts = [TextExample("a cat", None, label) for label in ("good", None, "new")]
    assert classification.encode(tokenizer, texts, info_of("single-sentence")).targets.tolist() == [2, -1, -1]
    numbers = [TextExample("a cat", None, label) for label in (2.5, None)]
    np.testing.assert_array_equal(
        regression.encode(tokenizer, numbers, info_of("regression")).targets,
        np.array([2.5, np.nan], np.float32),
    )


def test_the_beginning_stands_before_each_ending():
    tokenizer = a_tokenizer()
    example = ChoiceExample("he sat.", "he was", ("tired.", "a cat on a mat"), 1)
    rows = multiple_choice.encode(tokenizer, [example], info_of("multiple-choice"))
    batch = collate(rows, np.array([0]))
    assert batch.ids.shape[0] == 2
    assert batch.counts.tolist() == [2]
    texts = [" ".join(tokenizer.vocabulary[i] for i in row if i) for row in batch.ids]
    assert texts[0] == "[CLS] he sat . [SEP] he was tired . [SEP]"
    assert texts[1] == "[CLS] he sat . [SEP] he was a cat on a mat [SEP]"
    assert batch.segments[0].tolist() == [0] * 5 + [1] * 5 + [0] * 3
    assert batch.targets.tolist() == [1]
