"""Dev sets of every task with hand-made predictions, and a session that answers questions about them at once."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QObject, Slot

from app.file_questions.examples import ExampleList, RowsOf
from app.files import FileAnswer, FileQuestion
from app.run_values import Points, Run
from app.session import Session
from bert_core.finetuning.examples import (
    Answer,
    ChoiceExample,
    Example,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.reading_runs import example_row
from bert_core.finetuning.run_values import Rows
from bert_core.finetuning.task_info import TaskName

LABELS: dict[TaskName, tuple[str, ...]] = {
    "single-sentence": ("negative", "positive"),
    "sentence-pair": ("contradiction", "entailment", "neutral"),
    "tagging": ("O", "B-LOC", "B-PER", "I-LOC", "I-PER"),
}
_NOUNS = ("film", "meal", "hotel", "train", "book", "garden", "concert")
_WORDS = (
    "wonderful",
    "dull",
    "far too long",
    "better than I had hoped",
    "a waste of an evening",
    "quite good",
)
CONTEXT = (
    "The Amazon river flows through South America. It was explored by Francisco de Orellana in 1541, and is the "
    "largest river by discharge of water in the world. Its basin holds the greatest rainforest."
)


def rows_for(task: TaskName, count: int = 200, step: int | None = 120) -> Rows:
    """Every fourth example is wrong."""
    labels = LABELS.get(task, ())
    made = _MAKERS[task]
    rows = []
    for n in range(count):
        example, prediction = made(n, n % 4 == 3)
        rows.append(example_row(n, example, prediction if step is not None else {}, labels, 5.0))
    return Rows(task, step, tuple(rows), () if step is None else (0, 80, 120), labels)


def _class(labels: tuple[str, ...], n: int, wrong: bool) -> tuple[str, dict[str, Any]]:
    gold = n % len(labels)
    found = (gold + wrong) % len(labels)
    p = 0.55 + 0.4 * ((n * 7) % 10) / 10
    shares = [(1 - p) / (len(labels) - 1)] * len(labels)
    shares[found] = p
    loss = 0.2 + wrong * (1 + n % 5)
    return labels[gold], {"label": labels[found], "confidence": p, "probabilities": shares, "loss": loss}


def _sentence(n: int, wrong: bool) -> tuple[Example, dict[str, Any]]:
    label, prediction = _class(LABELS["single-sentence"], n, wrong)
    return TextExample(f"The {_NOUNS[n % 7]} number {n} was {_WORDS[n % 6]}.", None, label), prediction


def _pair(n: int, wrong: bool) -> tuple[Example, dict[str, Any]]:
    label, prediction = _class(LABELS["sentence-pair"], n, wrong)
    text_b = f"Nobody thought that the {_NOUNS[n % 7]} was {_WORDS[n % 6]}."
    return TextExample(f"The {_NOUNS[n % 7]} was {_WORDS[n % 6]}.", text_b, label), prediction


def _number(n: int, wrong: bool) -> tuple[Example, dict[str, Any]]:
    gold = (n % 11) / 2
    value = gold + (1.7 if wrong else 0.2)
    example = TextExample(f"A {_NOUNS[n % 7]} is here.", f"There is a {_NOUNS[n % 5]}.", gold)
    return example, {"value": value, "loss": (value - gold) ** 2}


def _tags(n: int, wrong: bool) -> tuple[Example, dict[str, Any]]:
    words = ("Yesterday", "Ann", "McKenzie", "of", "Glasgow", "flew", "to", "New", "York", f"number {n}", ".")
    tags = ("O", "B-PER", "I-PER", "O", "B-LOC", "O", "O", "B-LOC", "I-LOC", "O", "O")
    found = [*tags]
    if wrong:
        found[4], found[8] = "B-PER", "O"
    return TaggingExample(words, tags), {"tags": found, "confidence": 0.7, "loss": 0.1 + wrong}


def _question(n: int, wrong: bool) -> tuple[Example, dict[str, Any]]:
    answers: tuple[Answer, ...] = (Answer("Francisco de Orellana", CONTEXT.index("Francisco")),)
    if n % 5 == 4:
        answers = ()
    right = answers[0].text if answers else ""
    said = "Orellana in 1541" if wrong else right
    example = QuestionExample(str(n), f"Who explored the river, asked person {n}?", CONTEXT, answers)
    return example, {"answer": said, "confidence": 0.4 + (n % 6) / 10, "loss": 0.3 + 2 * wrong}


def _choice(n: int, wrong: bool) -> tuple[Example, dict[str, Any]]:
    endings = (
        "walks into the room.",
        "sings a song about the sea until the morning.",
        "eats it.",
        "is blue.",
    )
    example = ChoiceExample(f"Person {n} opens the door of the {_NOUNS[n % 7]}.", "He", endings, n % 4)
    chosen = (n + wrong) % 4
    shares = [0.1] * 4
    shares[chosen] = 0.7
    return example, {"choice": chosen, "confidence": 0.7, "probabilities": shares, "loss": 0.35 + wrong}


_MAKERS: dict[TaskName, Callable[[int, bool], tuple[Example, dict[str, Any]]]] = {
    "single-sentence": _sentence,
    "sentence-pair": _pair,
    "regression": _number,
    "tagging": _tags,
    "question-answering": _question,
    "multiple-choice": _choice,
}


def run_of(task: TaskName, folder: str = "/runs/first", **values: Any) -> Run:
    """A run that has been evaluated at three steps, best at the second."""
    import numpy as np

    columns = {"step": np.array([0.0, 80, 120]), "accuracy": np.array([0.5, 0.9, 0.8])}
    details = {"kind": "finetune", "recipe": {"task": task, "metric": "accuracy"}}
    given = {"details": details, "evaluations": Points(columns, 3), "evaluated": (0, 80, 120)} | values
    return Run(folder, **given)


class Answering(QObject):
    """Answers questions about examples at once; `asked` are they."""

    def __init__(self, session: Session, rows: Callable[[RowsOf], Rows]) -> None:
        super().__init__(session)
        self._session, self._rows = session, rows
        self.asked: list[FileQuestion] = []
        session.files.asked.connect(self._answer)

    @Slot(object)
    def _answer(self, question: FileQuestion) -> None:
        self.asked.append(question)
        if isinstance(question, RowsOf):
            models = MappingProxyType({80: f"{question.folder}/checkpoints/step-80"})
            self._session.files.answered.emit(FileAnswer(question, ExampleList(self._rows(question), models)))
