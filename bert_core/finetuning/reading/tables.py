"""Rows of a table into examples of a task: each column in its role."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from bert_core.errors import TextError
from bert_core.finetuning.data_values import NEEDED, ROLES, Layout
from bert_core.finetuning.examples import (
    ChoiceExample,
    Example,
    Place,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.reading.rows import Fault, Row, Table, fault_in
from bert_core.finetuning.reading.squad import answers_of

_SPACES = " \t\n\r\v\f\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_BLANK = _SPACES + "\u180e\u200b\u200c\u200d\u2060\ufeff"  # and what has no width
NO_NUMBER = ("", "na", "n/a", "nan", "null", "none", "-", "?")


class Missing(NamedTuple):
    """A row that can be read, but lacks what its example needs."""

    line: int
    what: str


Outcome = Example | Missing | Fault


def examples(table: Table, layout: Layout, path: Path) -> Iterator[Outcome]:
    """An example for each row, or why there is none.

    Raises TextError where a role that the task needs has no column, or the file lacks one.
    """
    unknown = [name for _, name in layout.columns if name not in table.columns]
    if unknown:
        there = ", ".join(f'"{name}"' for name in table.columns[:20])
        raise TextError(f'There is no column "{unknown[0]}".', where=path, remedy=f"The columns are {there}.")
    without = [role for role in NEEDED[layout.task] if layout.column(role) is None]
    if without or (layout.task == "multiple-choice" and len(layout.all_columns("ending")) < 2):
        role = without[0] if without else "ending"
        raise TextError(
            f'No column is said to be "{role}".',
            where=path,
            remedy="Choose one of the file's columns for it.",
        )
    make = _MAKERS[layout.task](_Places(table.columns, layout))
    for row in table.rows:
        if isinstance(row, Fault):
            yield row
        elif row.values == table.columns and layout.header:  # of files that were put one behind the other
            yield Fault(row.line, "the row repeats the names of the columns")
        else:
            yield make(row)


class _Places:
    """Where in a row the columns of the roles stand."""

    def __init__(self, columns: tuple[str, ...], layout: Layout) -> None:
        self.layout = layout
        self._at: dict[str, int] = {
            role: columns.index(name) for role in ROLES[layout.task] if (name := layout.column(role))
        }
        self.endings = [columns.index(name) for name in layout.all_columns("ending")]

    def at(self, role: str) -> int | None:
        return self._at.get(role)

    def of(self, row: Row, role: str) -> Any:
        """The value in a role; None where no column has it."""
        at = self._at.get(role)
        return None if at is None else row.values[at]


def plain(value: Any) -> str:
    """A value as a text without blanks around; "" for what is missing; numbers and truths as JSON writes them."""
    if isinstance(value, str):
        return value.strip(_BLANK)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _texts(places: _Places) -> Callable[[Row], Outcome]:
    at_a, at_b, at_label = places.at("text_a"), places.at("text_b"), places.at("label")
    assert at_a is not None

    def make(row: Row) -> Outcome:
        values = row.values
        a = plain(values[at_a])
        b = None if at_b is None else plain(values[at_b])
        label = None if at_label is None else plain(values[at_label])
        if what := fault_in(a) or (b and fault_in(b)) or (label and fault_in(label)):
            return Fault(row.line, what)
        if not a or b == "":
            return Missing(row.line, "no text" if not a else "no second text")
        if label == "":
            return Missing(row.line, "no label")
        return TextExample(a, b, label, Place(row.line))

    return make


def _numbers(places: _Places) -> Callable[[Row], Outcome]:
    texts, at_score = _texts(places), places.at("score")

    def make(row: Row) -> Outcome:
        example = texts(row)
        if at_score is None or not isinstance(example, TextExample):
            return example
        given = plain(row.values[at_score])
        if given.lower() in NO_NUMBER:
            return Missing(row.line, "no number")
        try:
            number = float(given)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            return Fault(row.line, f'"{given[:40]}" is no number')
        return TextExample(example.text_a, example.text_b, number, example.place)

    return make


def _words(places: _Places) -> Callable[[Row], Outcome]:
    def split(value: Any) -> list[str]:
        if isinstance(value, str) and value.lstrip().startswith("[") and value.rstrip().endswith("]"):
            with suppress(ValueError, RecursionError):
                value = json.loads(value)
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        return plain(value).split()

    def make(row: Row) -> Outcome:
        words = split(places.of(row, "words"))
        if not words:
            return Missing(row.line, "no words")
        tags = None if places.at("tags") is None else split(places.of(row, "tags"))
        if what := next((what for item in (*words, *(tags or ())) if (what := fault_in(item))), ""):
            return Fault(row.line, what)
        if tags == []:
            return Missing(row.line, "no tags")
        if tags is not None and len(tags) != len(words):
            return Fault(row.line, f"the numbers of words ({len(words)}) and of tags ({len(tags)}) differ")
        if not all(words) or not all(tags or ("",) * 0):
            return Fault(row.line, "a word or tag is empty")
        return TaggingExample(tuple(words), None if tags is None else tuple(tags), Place(row.line))

    return make


def _questions(places: _Places) -> Callable[[Row], Outcome]:
    has_answers = places.at("answers") is not None

    def make(row: Row) -> Outcome:
        question, context = plain(places.of(row, "question")), places.of(row, "context")
        context = context if isinstance(context, str) else plain(context)
        if what := fault_in(question) or fault_in(context):
            return Fault(row.line, what)
        if not question or not context.strip(_BLANK):
            return Missing(row.line, "no question" if not question else "no context")
        given = places.of(row, "answers")
        if isinstance(given, str) and given.lstrip().startswith(("[", "{")):
            with suppress(ValueError, RecursionError):
                given = json.loads(given)
        answers = answers_of(given, context)
        if isinstance(answers, str):
            return Fault(row.line, answers)
        if answers is None and has_answers:
            return Missing(row.line, "no answers")
        name = plain(places.of(row, "id")) or f"row {row.line}"
        return QuestionExample(name, question, context, answers, "", Place(row.line))

    return make


def _choices(places: _Places) -> Callable[[Row], Outcome]:
    first, at_label = places.layout.first_ending, places.at("label")

    def make(row: Row) -> Outcome:
        context, start = plain(places.of(row, "context")), plain(places.of(row, "start"))
        endings = tuple(plain(row.values[at]) for at in places.endings)
        if what := next((what for text in (context, start, *endings) if (what := fault_in(text))), ""):
            return Fault(row.line, what)
        if not context or not all(endings):
            return Missing(row.line, "an ending is empty" if context else "no text")
        if at_label is None:
            return ChoiceExample(context, start, endings, None, Place(row.line))
        given = plain(row.values[at_label])
        if not given:
            return Missing(row.line, "no label")
        label = ending_named(given, endings, first)
        if label is None:
            return Fault(row.line, f'the label "{given[:40]}" names none of the {len(endings)} endings')
        return ChoiceExample(context, start, endings, label, Place(row.line))

    return make


def ending_named(label: str, endings: tuple[str, ...], first: int) -> int | None:
    """Which ending a label names: by its number from `first` on, its letter from A on, or its text."""
    try:
        index = int(label) - first
    except ValueError:
        if len(label) == 1 and label.isascii() and label.isalpha():
            index = ord(label.upper()) - ord("A")
        else:
            return endings.index(label) if label in endings else None
    return index if 0 <= index < len(endings) else None


_MAKERS: dict[str, Callable[[_Places], Callable[[Row], Outcome]]] = {
    "single-sentence": _texts,
    "sentence-pair": _texts,
    "regression": _numbers,
    "tagging": _words,
    "question-answering": _questions,
    "multiple-choice": _choices,
}
