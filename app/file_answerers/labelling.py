"""Keeps a person's labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.file_questions.labelling import KeepLabels, LabelsIn, Text
from app.files import FileQuestion
from bert_core.finetuning.labelled import read_labelled, write_labelled


def labels_in(question: LabelsIn) -> tuple[tuple[Text, str], ...]:
    """Raises TextError where there is a file that cannot be read."""
    return tuple(((text_a, text_b), label) for text_a, text_b, label in read_labelled(question.path))


def keep_labels(question: KeepLabels) -> int:
    """Raises TextError where it cannot be written."""
    write_labelled(question.path, ((*text, label) for text, label in question.labels))
    return len(question.labels)


ANSWERERS: dict[type[FileQuestion], Callable[[Any], object]] = {
    LabelsIn: labels_in,
    KeepLabels: keep_labels,
}
