"""What a task is called, and what a tuned model knows of its own: frozen values, no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TaskName = Literal[
    "single-sentence",
    "sentence-pair",
    "regression",
    "tagging",
    "question-answering",
    "multiple-choice",
]
TASKS: tuple[TaskName, ...] = (
    "single-sentence",
    "sentence-pair",
    "regression",
    "tagging",
    "question-answering",
    "multiple-choice",
)

ARCHITECTURES: dict[TaskName, str] = {
    "single-sentence": "BertForSequenceClassification",
    "sentence-pair": "BertForSequenceClassification",
    "regression": "BertForSequenceClassification",
    "tagging": "BertForTokenClassification",
    "question-answering": "BertForQuestionAnswering",
    "multiple-choice": "BertForMultipleChoice",
}
"""The class of `transformers` that opens a model tuned for the task."""

METRICS: dict[TaskName, tuple[str, ...]] = {
    "single-sentence": ("accuracy", "macro_f1", "matthews"),
    "sentence-pair": ("accuracy", "macro_f1", "matthews"),
    "regression": ("pearson", "spearman", "mean_squared_error"),
    "tagging": ("entity_f1", "entity_precision", "entity_recall", "token_accuracy"),
    "question-answering": ("f1", "exact_match"),
    "multiple-choice": ("accuracy",),
}
"""The figures of a dev set under these names (from 0 to 1, but for correlations and squared errors); the first is what
early stopping and "keep the best" look at by default."""


@dataclass(frozen=True)
class TaskInfo:
    """The task that a model is tuned for.

    labels      classes, or tags as they are in the data ("O", "B-PER", ...), in the order of the output; else empty
    max_length  pieces, as in training
    mode        "full", or "features": a frozen BERT below a head of its own (the paper's section 5.3)
    unanswerable  question answering: may the answer be that there is none?
    null_threshold  no answer is given where score(none) - score(best span) is more than this
    """

    task: TaskName
    labels: tuple[str, ...] = ()
    max_length: int = 128
    mode: Literal["full", "features"] = "full"
    doc_stride: int = 64
    max_answer_length: int = 30
    unanswerable: bool = False
    null_threshold: float = 0.0
