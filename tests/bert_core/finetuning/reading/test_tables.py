from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.examples import (
    Answer,
    ChoiceExample,
    Place,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.reading.rows import Fault, Row, Table
from bert_core.finetuning.reading.tables import Missing, ending_named, examples, plain

PAIR = Layout("csv", "sentence-pair", (("text_a", "a"), ("text_b", "b"), ("label", "c")))


def made(layout: Layout, *rows: tuple[Any, ...], columns: tuple[str, ...] = ("a", "b", "c")) -> list[Any]:
    def numbered() -> Iterator[Row | Fault]:
        for line, values in enumerate(rows, 1):
            yield Row(line, values)

    return list(examples(Table(columns, numbered()), layout, Path("x.csv")))


def test_pairs_with_labels() -> None:
    assert made(PAIR, (" one ", "two", "yes"), ("one", "two", 1), ("one", "two", True)) == [
        TextExample("one", "two", "yes", Place(1)),
        TextExample("one", "two", "1", Place(2)),
        TextExample("one", "two", "true", Place(3)),
    ]


@pytest.mark.parametrize("nothing", ["", "  ", "\u200b\u3000\ufeff", None, float("nan")])
def test_what_is_missing_is_told_apart(nothing: Any) -> None:
    assert made(PAIR, (nothing, "b", "c"), ("a", nothing, "c"), ("a", "b", nothing)) == [
        Missing(1, "no text"),
        Missing(2, "no second text"),
        Missing(3, "no label"),
    ]


def test_a_label_named_none_is_a_label() -> None:
    assert [e.label for e in made(PAIR, ("a", "b", "None"), ("a", "b", "NA"))] == ["None", "NA"]


def test_without_a_label_column_labels_are_unknown() -> None:
    (example,) = made(PAIR.with_columns(PAIR.columns[:2]), ("t", "u", "v"))
    assert example == TextExample("t", "u", None, Place(1))


def test_numbers() -> None:
    layout = Layout("csv", "regression", (("text_a", "a"), ("score", "c")))
    found = made(
        layout, ("t", "", "4.5"), ("t", "", 3), ("t", "", "NaN"), ("t", "", "high"), ("t", "", "1e999")
    )
    assert found[:3] == [
        TextExample("t", None, 4.5, Place(1)),
        TextExample("t", None, 3.0, Place(2)),
        Missing(3, "no number"),
    ]
    assert found[3] == Fault(4, '"high" is no number')
    assert isinstance(found[4], Fault)


def test_words_and_tags() -> None:
    layout = Layout("jsonl", "tagging", (("words", "a"), ("tags", "b")))
    found = made(
        layout,
        (["New", "York"], ["B", "I"], 0),
        ("New York", "B I", 0),
        ('["New York", "is"]', "[1, 0]", 0),
        (["a"], ["O", "O"], 0),
        (["a", ""], ["O", "O"], 0),
        ([], [], 0),
        (["a\ud800"], ["O"], 0),
    )
    assert found[0] == TaggingExample(("New", "York"), ("B", "I"), Place(1))
    assert found[1] == TaggingExample(("New", "York"), ("B", "I"), Place(2))
    assert found[2] == TaggingExample(("New York", "is"), ("1", "0"), Place(3))
    assert found[3] == Fault(4, "the numbers of words (1) and of tags (2) differ")
    assert found[4] == Fault(5, "a word or tag is empty")
    assert found[5] == Missing(6, "no words")
    assert isinstance(found[6], Fault)


def test_questions_of_tables() -> None:
    layout = Layout("jsonl", "question-answering", (("question", "a"), ("context", "b"), ("answers", "c")))
    found = made(
        layout,
        ("who?", " John is here", {"text": ["John"], "answer_start": [1]}),
        ("who?", "John is here", '{"text": ["John"], "answer_start": [0]}'),
        ("who?", "John", {"text": [], "answer_start": []}),
        ("who?", "John", None),
        ("", "John", "John"),
        ("who?", "John", "Mary"),
    )
    assert found[0] == QuestionExample("row 1", "who?", " John is here", (Answer("John", 1),), "", Place(1))
    assert found[1].answers == (Answer("John", 0),)
    assert found[2].answers == ()
    assert found[3] == Missing(4, "no answers")
    assert found[4] == Missing(5, "no question")
    assert isinstance(found[5], Fault)


def test_choices() -> None:
    layout = Layout(
        "swag", "multiple-choice", (("context", "a"), ("ending", "b"), ("ending", "c"), ("label", "d"))
    )
    columns = ("a", "b", "c", "d")
    found = made(
        layout,
        ("x", "y", "z", "1"),
        ("x", "y", "z", "2"),
        ("x", "", "z", "0"),
        ("x", "y", "z", ""),
        columns=columns,
    )
    assert found[0] == ChoiceExample("x", "", ("y", "z"), 1, Place(1))
    assert found[1] == Fault(2, 'the label "2" names none of the 2 endings')
    assert found[2:] == [Missing(3, "an ending is empty"), Missing(4, "no label")]


@pytest.mark.parametrize(
    ("label", "first", "index"),
    [
        ("0", 0, 0),
        ("1", 0, 1),
        ("2", 0, None),
        ("-1", 0, None),
        ("1", 1, 0),
        ("2", 1, 1),
        ("0", 1, None),
        ("A", 0, 0),
        ("b", 0, 1),
        ("C", 0, None),
        ("yes", 0, 0),
        ("maybe", 0, None),
    ],
)
def test_which_ending_a_label_names(label: str, first: int, index: int | None) -> None:
    assert ending_named(label, ("yes", "no"), first) == index


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(TextError, match=r'no column "c".*"a", "b"'):
        made(PAIR, columns=("a", "b"))


def test_a_role_without_a_column_is_named() -> None:
    with pytest.raises(TextError, match="text_b"):
        made(PAIR.with_columns((("text_a", "a"),)))
    with pytest.raises(TextError, match="ending"):
        made(Layout("csv", "multiple-choice", (("context", "a"), ("ending", "b"))))


def test_a_header_within_the_file_is_no_example() -> None:
    (found,) = made(PAIR, ("a", "b", "c"))
    assert found == Fault(1, "the row repeats the names of the columns")


def test_values_become_plain_texts() -> None:
    assert [plain(v) for v in (1, 1.0, 1.5, True, None, " x\u00a0", [1])] == [
        "1",
        "1",
        "1.5",
        "true",
        "",
        "x",
        "[1]",
    ]
