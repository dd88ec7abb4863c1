"""Guesses the task, and which column of a table has which role in it, by the columns' names and by their values."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.reading.column_names import (
    ANSWERS,
    BEGINNINGS,
    CONTEXTS,
    LABELS,
    PAIRS,
    SCORES,
    STARTS,
    TAGS,
    TEXTS,
    WORDS,
    normal,
)
from bert_core.finetuning.reading.rows import Row
from bert_core.finetuning.reading.squad import answers_of
from bert_core.finetuning.reading.tables import NO_NUMBER, plain
from bert_core.finetuning.task_info import TaskName

_ENDING = re.compile(
    r"(ending|endings|choice|option|alternative|answer|hypothesis|hyp|solution|sol|quiz|randomfifthsentencequiz)_?(\d|[a-e])"
)
_TAG = re.compile(r"O|[BIESLUM]-\S+")

MOST_CLASSES = 200
_MOST_WHOLE = 20  # different whole numbers that still are class names
_ID = re.compile(
    r".*(_|^)(id|ids|idx|index|guid|uid|uuid|url|video_id|fold_ind|pairid)$|^(id|guid|no|nr|index)(_.*|$)"
)


@dataclass(frozen=True)
class _Column:
    """What the values of a column look like."""

    name: str
    values: list[Any]
    texts: list[str]

    @property
    def key(self) -> str:
        return normal(self.name)

    @property
    def different(self) -> int:
        return len(set(self.texts))

    @property
    def words(self) -> float:
        """Words a value; a sign of Chinese counts as half a word."""
        count = sum(len(text.split()) + sum(sign >= "\u2e80" for sign in text) / 2 for text in self.texts)
        return count / max(1, len(self.texts))

    @property
    def numbers(self) -> list[float] | None:
        try:
            return [float(text) for text in self.texts]
        except ValueError:
            return None

    @property
    def is_class(self) -> bool:
        """Few different, short values, that come again."""
        return (
            1 <= self.different <= min(MOST_CLASSES, max(2, len(self.texts) // 2))
            and sum(map(len, self.texts)) <= 40 * len(self.texts)
            and self.words <= 4
        )

    @property
    def is_list(self) -> bool:
        return bool(self.values) and all(isinstance(value, list) for value in self.values[:20])

    @property
    def is_text(self) -> bool:
        return not self.is_list and self.numbers is None and bool(self.texts)


def guess_columns(
    names: tuple[str, ...], rows: list[Row], layout: Layout, path: Path, task: TaskName | None = None
) -> Layout:
    """`layout` with task and columns; those for `task`, where it is given and the columns allow it.

    Raises TextError where no column holds text.
    """
    if not rows:
        raise TextError("The file has no rows that can be read.", where=path)
    columns = [_column(name, [row.values[at] for row in rows]) for at, name in enumerate(names)]
    by_key = {column.key: column for column in reversed(columns)}
    found = None
    if task in (None, "multiple-choice"):
        found = _choice(columns, by_key, layout)
    if found is None and task in (None, "question-answering"):
        found = _question_answering(by_key, layout)
    if found is None and task in (None, "tagging"):
        found = _tagging(by_key, layout)
    if found is None:
        found = _texts(columns, by_key, layout, task)
    if found is None:
        there = ", ".join(f'"{name}"' for name in names[:20])
        raise TextError("No column holds text.", where=path, remedy=f"The columns are {there}.")
    return found


def _column(name: str, values: list[Any]) -> _Column:
    there = [value for value in values if value is not None]
    return _Column(name, there, [text for value in there if (text := plain(value))])


def _choice(columns: list[_Column], by_key: dict[str, _Column], layout: Layout) -> Layout | None:
    groups: dict[str, list[_Column]] = {}
    for column in columns:
        if match := _ENDING.fullmatch(column.key):
            groups.setdefault(match[1], []).append(column)
    endings = max(groups.values(), key=len, default=[])
    beginning = next((by_key[key] for key in BEGINNINGS if key in by_key), None)
    if len(endings) < 2 or beginning is None or not all(column.texts for column in endings):
        return None
    taken = {column.name for column in endings}
    roles = [("context", beginning.name)]
    if beginning.key in ("sent1", "ctx_a") and (
        start := next((by_key[k] for k in STARTS if k in by_key), None)
    ):
        roles.append(("start", start.name))
    roles += [("ending", column.name) for column in endings]
    label = next(
        (by_key[key] for key in (*LABELS, "answer") if key in by_key and by_key[key].name not in taken), None
    )
    first = 0
    if label is not None and label.texts:
        roles.append(("label", label.name))
        first = int("0" not in label.texts and str(len(endings)) in label.texts)
    return replace(layout, task="multiple-choice", columns=tuple(roles), first_ending=first)


def _question_answering(by_key: dict[str, _Column], layout: Layout) -> Layout | None:
    context = next((by_key[key] for key in CONTEXTS if key in by_key), None)
    question, answers = by_key.get("question"), next((by_key[key] for key in ANSWERS if key in by_key), None)
    if context is None or question is None or answers is None or not question.is_text or not context.is_text:
        return None
    if not any(isinstance(value, dict | list) for value in answers.values):
        # a text, then: an answer if it mostly stands in the context
        pairs = list(zip(answers.texts, context.texts, strict=False))[:200]
        inside = sum(isinstance(answers_of(text, whole), tuple) for text, whole in pairs if len(text) > 1)
        if answers.is_class or not pairs or inside < 0.8 * len(pairs):
            return None
    roles = [("question", question.name), ("context", context.name), ("answers", answers.name)]
    if "id" in by_key:
        roles.append(("id", by_key["id"].name))
    return replace(layout, task="question-answering", columns=tuple(roles))


def _tagging(by_key: dict[str, _Column], layout: Layout) -> Layout | None:
    words = next((by_key[key] for key in (*WORDS, "text", "sentence") if key in by_key), None)
    if words is None:
        return None
    for tags in (by_key[key] for key in TAGS if key in by_key):
        if words.is_list and tags.is_list:
            return replace(layout, task="tagging", columns=(("words", words.name), ("tags", tags.name)))
        if words.texts and not words.is_list and not tags.is_list and len(words.texts) == len(tags.texts):
            pairs = [
                (text.split(), marks.split()) for text, marks in zip(words.texts, tags.texts, strict=True)
            ]
            equal = sum(len(text) == len(marks) for text, marks in pairs)
            several = sum(len(marks) > 1 for _, marks in pairs)
            if equal > 0.9 * len(pairs) and several > 0.5 * len(pairs):
                return replace(layout, task="tagging", columns=(("words", words.name), ("tags", tags.name)))
    if words.is_list and words.key in WORDS:
        return replace(layout, task="tagging", columns=(("words", words.name),))
    return None


def _texts(
    columns: list[_Column], by_key: dict[str, _Column], layout: Layout, task: TaskName | None
) -> Layout | None:
    target, is_score = _target(columns, by_key)
    if task is not None and task != "regression":
        is_score = False
    texts = _text_columns(columns, by_key, target, {"single-sentence": 1, "sentence-pair": 2}.get(task or ""))
    if not texts:
        return None
    roles = [(role, column.name) for role, column in zip(("text_a", "text_b"), texts, strict=False)]
    if target is not None:
        roles.append(("score" if is_score else "label", target.name))
    if is_score:
        return replace(layout, task="regression", columns=tuple(roles))
    name: TaskName = "sentence-pair" if len(texts) > 1 else "single-sentence"
    found = replace(layout, task=name, columns=tuple(roles))
    return found if task is None else found.for_task(task)


def _target(columns: list[_Column], by_key: dict[str, _Column]) -> tuple[_Column | None, bool]:
    """The column of what is to be learned, and whether it holds numbers to be met rather than classes."""
    for key in (*LABELS, *SCORES):
        column = by_key.get(key)
        if column is None or not column.texts or column.is_list:
            continue
        if is_regression(column.texts, called_score=key in SCORES):
            return column, True
        if column.is_class or (column.words <= 4 and len(column.texts) < 20):
            return column, False
    rest = [
        column for column in columns if not column.is_list and column.texts and not _ID.fullmatch(column.key)
    ]
    classes = [column for column in rest if column.is_class and 1 < column.different < len(column.texts)]
    if classes:
        # Of several the one with the fewest classes; of these the last, where a label mostly stands.
        return min(reversed(classes), key=lambda column: column.different), False
    scores = [c for c in rest if is_regression(c.texts, called_score=False) and c.different < len(c.texts)]
    return (scores[-1], True) if scores else (None, False)


def is_regression(texts: list[str], *, called_score: bool) -> bool:
    """Are these numbers to be met, but for a few that are missing or wrong, rather than the names of classes?

    Numbers with a fraction are, where there are more than two of them and they are not just few that come again and
    again (labels 0.0, 1.0, 2.0 are classes). Whole numbers are names, as 0 and 1, or 1 to 5 stars, up to
    twenty different ones; where the column is called a score, from three different ones on they are numbers.
    """
    numbers, others = [], 0
    for text in texts:
        if text.lower() not in NO_NUMBER:
            try:
                numbers.append(float(text))
            except ValueError:
                others += 1
    different = set(numbers)
    fraction = not all(number.is_integer() for number in different)
    if others > max(1, 0.2 * len(numbers)) or len(different) < (1 if called_score and fraction else 3):
        return False
    if called_score or fraction:
        return True
    return len(different) > _MOST_WHOLE and len(different) > len(numbers) ** 0.5


def _text_columns(
    columns: list[_Column], by_key: dict[str, _Column], target: _Column | None, wanted: int | None
) -> list[_Column]:
    """One or two columns of sentences; `wanted` so many, where there are."""
    usable = {key: column for key, column in by_key.items() if column is not target and column.is_text}
    for a, b in PAIRS:
        if a in usable and b in usable:
            return [usable[a], usable[b]][:wanted]
    likely = [usable[key] for key in TEXTS if key in usable and usable[key].words >= 1]
    if likely and wanted != 2:
        return likely[:1]
    free = [c for c in columns if c is not target and c.is_text and not _ID.fullmatch(c.key)]
    wordy = [c for c in free if c.words >= 2 and not (c.is_class and len(c.texts) > 20)]
    if len(wordy) >= 2:
        longest = sorted(wordy, key=lambda c: -c.words)[:2]
        if wanted == 2 or (wanted is None and longest[1].words >= 0.2 * longest[0].words):
            return [c for c in columns if c in longest]
        return longest[:1]
    if wordy:
        return wordy
    best = sorted(free, key=lambda c: (-c.different, -c.words))[: wanted or 1]
    return [c for c in columns if c in best]
