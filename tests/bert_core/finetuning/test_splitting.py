from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Data, Layout, RowProblem
from bert_core.finetuning.examples import (
    Answer,
    ChoiceExample,
    Example,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.splitting import kind_of, split
from bert_core.finetuning.task_info import TaskName


def data_of(task: TaskName, *examples: Example) -> Data:
    problems = (RowProblem("a.csv", 3, "no text", kind="missing"),)
    return Data(task, examples, (), problems, 0, 1, Layout("csv", task), (), "a.csv")


def sentences(counts: dict[str, int]) -> Data:
    made = [TextExample(f"{label} {i}", None, label) for label, count in counts.items() for i in range(count)]
    return data_of("single-sentence", *made)


def test_each_label_has_its_share_in_dev() -> None:
    train, dev = split(sentences({"a": 600, "b": 300, "c": 100}), 0.1)
    assert Counter(e.label for e in dev.examples) == {"a": 60, "b": 30, "c": 10}
    assert Counter(e.label for e in train.examples) == {"a": 540, "b": 270, "c": 90}


def test_the_seed_decides_and_order_stays() -> None:
    data = sentences({"a": 100, "b": 50})
    once, again, other = split(data, 0.2, 3), split(data, 0.2, 3), split(data, 0.2, 4)
    assert once == again
    assert once[1].examples != other[1].examples
    both = set(once[0].examples) | set(once[1].examples)
    assert both == set(data.examples)
    order = {example: at for at, example in enumerate(data.examples)}
    for part in once:
        places = [order[example] for example in part.examples]
        assert places == sorted(places)


def test_a_rare_label_is_in_both_parts_and_a_single_one_in_train() -> None:
    train, dev = split(sentences({"a": 100, "rare": 2, "single": 1}), 0.1)
    assert Counter(e.label for e in dev.examples) == {"a": 10, "rare": 1}
    assert Counter(e.label for e in train.examples) == {"a": 90, "rare": 1, "single": 1}


def test_equal_texts_stay_together_whatever_their_capitals_and_labels() -> None:
    made = [TextExample(f"Text  {i}", None, "a") for i in range(100)]
    made += [TextExample(f"text {i}", None, "b") for i in range(100)]
    train, dev = split(data_of("single-sentence", *made), 0.2)
    parts = [{" ".join(e.text_a.lower().split()) for e in part.examples} for part in (train, dev)]
    assert not parts[0] & parts[1]
    assert len(dev.examples) == 40


def test_pairs_with_a_sentence_in_common_stay_together() -> None:
    made = [TextExample(f"premise {i // 3}", f"hypothesis {i}", "ab"[i % 2]) for i in range(300)]
    train, dev = split(data_of("sentence-pair", *made), 0.1)
    assert not {e.text_a for e in train.examples} & {e.text_a for e in dev.examples}
    assert 28 <= len(dev.examples) <= 30


def test_a_sentence_in_very_many_pairs_does_not_tie_them() -> None:
    made = [TextExample(f"text {i}", "Is it good?", "ab"[i % 2]) for i in range(100)]
    train, dev = split(data_of("sentence-pair", *made), 0.1)
    assert (len(train.examples), len(dev.examples)) == (90, 10)


def test_equal_pairs_of_common_sentences_stay_together() -> None:
    made = [TextExample(f"text {i % 2}", "Is it good?", "a") for i in range(60)]
    train, dev = split(data_of("sentence-pair", *made), 0.5)
    assert not {e.text_a for e in train.examples} & {e.text_a for e in dev.examples}


def test_numbers_are_spread_over_both_parts() -> None:
    made = [TextExample(f"text {i}", None, i / 100) for i in range(500)]
    _, dev = split(data_of("regression", *made), 0.1)
    numbers = [e.label for e in dev.examples]
    assert len(numbers) == 50
    assert Counter(int(number * 2) for number in numbers) == dict.fromkeys(range(10), 5)


def test_rare_kinds_of_entities_are_in_dev() -> None:
    made = [
        TaggingExample((f"w{i}", "x"), ("B-PER" if i % 4 else "B-DATE", "O" if i % 20 else "S-ORG"))
        for i in range(200)
    ]
    _, dev = split(data_of("tagging", *made), 0.1)
    kinds = Counter(kind_of(tag) for e in dev.examples for tag in e.tags)
    assert len(dev.examples) == 20
    assert kinds["ORG"] == 1
    assert kinds["DATE"] in (4, 5)


def test_a_context_is_in_one_part() -> None:
    made = [
        QuestionExample(str(i), f"q{i}", f"context {i // 5}", (Answer("context", 0),) if i % 5 else ())
        for i in range(200)
    ]
    train, dev = split(data_of("question-answering", *made), 0.1)
    assert not {e.context for e in train.examples} & {e.context for e in dev.examples}
    assert len(dev.examples) == 20
    assert sum(e.answers == () for e in dev.examples) == 4


def test_choices_are_cut_by_the_right_ending() -> None:
    made = [ChoiceExample(f"c{i}", "", ("a", "b"), int(i >= 150)) for i in range(200)]
    _, dev = split(data_of("multiple-choice", *made), 0.1)
    assert Counter(e.label for e in dev.examples) == {0: 15, 1: 5}


def test_problems_stay_with_train_and_repetitions_are_counted_anew() -> None:
    data = sentences({"a": 50})
    data = replace(data, examples=(*data.examples, *data.examples[:10]), duplicates=10)
    train, dev = split(data, 0.5)
    assert train.duplicates + dev.duplicates == 10
    assert (len(train.problems), train.missing, len(dev.problems), dev.missing) == (1, 1, 0, 0)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 2.0])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(TextError, match="between 0 and 1"):
        split(sentences({"a": 10}), share)


def test_one_text_cannot_be_parted() -> None:
    same = data_of("single-sentence", *[TextExample("same", None, "a")] * 5)
    with pytest.raises(TextError, match="cannot be parted"):
        split(same)


@pytest.mark.parametrize("counts", [{"a": 1, "b": 1}, {"a": 2}, {"a": 3, "b": 1}])
def test_the_smallest_sets_still_have_two_parts(counts: dict[str, int]) -> None:
    train, dev = split(sentences(counts), 0.1)
    assert train.examples
    assert dev.examples


def test_kinds_of_tags() -> None:
    assert [kind_of(tag) for tag in ("B-PER", "I-x-y", "O", "NOUN", "S-", "X-Y")] == [
        "PER",
        "x-y",
        "O",
        "NOUN",
        "S-",
        "X-Y",
    ]
