"""Which columns the table of examples has for a task, and what stands in them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.panels.fine_tuning.examples.filtering import Key, is_wrong
from app.translation import tr
from app.views.bars import percent
from app.views.tables import Table
from app.views.worked_numbers import figure
from bert_core.finetuning.examples import TaggingExample
from bert_core.finetuning.run_values import ExampleRow
from bert_core.finetuning.task_info import TaskName

MOST_LETTERS = 400
"""Of a text in a cell; a context may be as long as a page."""

WRONG = "✗"


@dataclass(frozen=True)
class Column:
    """One column.

    key    by what it is sorted
    words  what stands in a cell
    tip    what the header's tool tip says
    width  pixels at first; 0: it takes what is left
    right  numbers stand at the right
    """

    key: Key
    title: str
    tip: str
    words: Callable[[ExampleRow], str]
    width: int
    right: bool = False

    @property
    def words_wide(self) -> bool:
        """Whether words stand in it, which may be cut where there is little room."""
        return self.key in ("text", "text_b") or (self.key in ("gold", "predicted") and not self.right)


def columns_of(task: TaskName) -> tuple[Column, ...]:
    """Those of a task, in order."""
    mark = Column("right", "", tr("{mark}: the model got it wrong", mark=WRONG), _mark, 26)
    number = Column(
        "index", "#", tr("Number in the dev set"), lambda row: f"{row.index + 1:,}", 52, right=True
    )
    loss = Column("loss", tr("loss"), tr("How unlikely what is right is to the model"), _loss, 64, right=True)
    sure = tr("What the model gives its prediction")
    confidence = Column(
        "confidence", tr("confidence"), sure, lambda row: percent(row.confidence), 86, right=True
    )
    gold = Column("gold", tr("gold"), tr("What the data say"), _gold, 110)
    predicted = Column("predicted", tr("predicted"), tr("What the model says"), _predicted, 110)
    text = Column("text", tr("text"), tr("Sentence A"), lambda row: cut(row.text), 0)
    if task in ("sentence-pair", "regression"):
        second = Column("text_b", "B", tr("Sentence B"), lambda row: cut(row.text_b or ""), 0)
        text = Column("text", "A", tr("Sentence A"), lambda row: cut(row.text), 0)
        if task == "regression":
            score = Column(
                "score", tr("score"), tr("1 − |error| / range of the data"), _score, 64, right=True
            )
            numbers = [Column(c.key, c.title, c.tip, c.words, 78, right=True) for c in (gold, predicted)]
            return (mark, number, text, second, *numbers, score, loss)
        return (mark, number, text, second, gold, predicted, confidence, loss)
    if task == "tagging":
        words = Column(
            "score", tr("words"), tr("The share of words with the right tag"), _score, 64, right=True
        )
        tags = [Column(c.key, c.title, c.tip, c.words, 170) for c in (gold, predicted)]
        return (mark, number, text, *tags, words, confidence, loss)
    if task == "question-answering":
        f1 = Column(
            "score", "F1", tr("How many words of the answer are right (SQuAD's F1)"), _score, 60, right=True
        )
        question = Column("text", tr("question"), tr("Sentence A"), lambda row: cut(row.text), 0)
        answers = [Column(c.key, c.title, c.tip, c.words, 150) for c in (gold, predicted)]
        return (mark, number, question, *answers, f1, confidence, loss)
    if task == "multiple-choice":
        endings = [Column(c.key, c.title, c.tip, c.words, 180) for c in (gold, predicted)]
        return (mark, number, text, *endings, confidence, loss)
    return (mark, number, text, gold, predicted, confidence, loss)


def cut(text: str) -> str:
    """On one line, and not too long to be laid out."""
    short = text[: MOST_LETTERS + 1]
    return " ".join(short.split()) + ("…" if len(text) > MOST_LETTERS else "")


def words_of(row: ExampleRow) -> Sequence[str]:
    """The words that are tagged."""
    return row.example.words if isinstance(row.example, TaggingExample) else row.text.split(" ")


def names_in(words: Sequence[str], tags: Sequence[str]) -> str:
    """What is named in tagged words, as in: New York LOC, Ann PER."""
    parts: list[tuple[list[str], str]] = []
    before = ""
    for word, tag in zip(words, tags, strict=False):
        kind = tag[2:] if tag[1:2] == "-" else tag
        if tag != "O" and tag.startswith("I-") and before == kind and parts:
            parts[-1][0].append(word)
        elif tag != "O":
            parts.append(([word], kind))
        before = "" if tag == "O" else kind
    return ", ".join(f"{' '.join(part)} {kind}" for part, kind in parts)


def full_table(task: TaskName, rows: Sequence[ExampleRow], *, known: bool) -> Table:
    """All of these rows with their numbers in full; `known`: there are predictions."""
    labels = next((row.labels for row in rows if row.labels), ())
    shares = labels if task in ("single-sentence", "sentence-pair") else ()
    header = (
        *("number", "text", "text b", "gold", "predicted", "right", "confidence", "score", "loss"),
        *(f"p({label})" for label in shares),
    )
    return header, (
        (
            row.index + 1,
            row.text,
            row.text_b or "",
            row.gold,
            row.predicted if known else "",
            int(row.right) if known and row.known else "",
            _plain(row.confidence),
            row.score if known and row.known else "",
            _plain(row.loss),
            *(row.probabilities if len(row.probabilities) == len(shares) else ("" for _ in shares)),
        )
        for row in rows
    )


def _plain(value: float) -> object:
    return "" if math.isnan(value) else value


def _mark(row: ExampleRow) -> str:
    return WRONG if is_wrong(row) else ""


def _gold(row: ExampleRow) -> str:
    if row.gold_tags:
        return cut(names_in(words_of(row), row.gold_tags)) or "–"
    if not row.gold and row.known:
        return tr("no answer")
    return cut(row.gold)


def _predicted(row: ExampleRow) -> str:
    if row.predicted_tags:
        return cut(names_in(words_of(row), row.predicted_tags)) or "–"
    if not row.predicted and not math.isnan(row.confidence):
        return tr("no answer")
    return cut(row.predicted)


def _score(row: ExampleRow) -> str:
    return percent(row.score) if row.known else "–"


def _loss(row: ExampleRow) -> str:
    return figure(row.loss, 3)
