"""A tuned model that is asked: predictions for examples, and figures where it is known what is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bert_core.bert import Bert
from bert_core.errors import CheckpointError, TextError
from bert_core.finetuning.data_values import Data
from bert_core.finetuning.evaluation import predict
from bert_core.finetuning.examples import (
    ChoiceExample,
    Example,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.metrics import Figures, measure
from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.predictions import Prediction
from bert_core.finetuning.task_info import TaskInfo, TaskName

BATCH = 64

KINDS: dict[TaskName, type[Example]] = {
    "single-sentence": TextExample,
    "sentence-pair": TextExample,
    "regression": TextExample,
    "tagging": TaggingExample,
    "question-answering": QuestionExample,
    "multiple-choice": ChoiceExample,
}
"""The examples of each task."""


class TunedBert:
    """A BERT that is tuned for a task; `bert` is all of it. Raises CheckpointError for one that is not."""

    def __init__(self, bert: Bert) -> None:
        if bert.task_model is None:
            raise CheckpointError(
                "This model is not tuned for a task.",
                where=bert.folder or bert.source,
                remedy="Fine-tune it first, or choose a model that was tuned.",
            )
        self.bert = bert
        self.model: TunedModel = bert.task_model

    @classmethod
    def load(cls, source: str | Path, device: str = "auto", dtype: str = "float32") -> TunedBert:
        """As `Bert.load`: a folder, a run's model, or a hub id."""
        return cls(Bert.load(source, device=device, dtype=dtype))

    @property
    def info(self) -> TaskInfo:
        """The task."""
        return self.model.info

    def predictions(
        self,
        examples: Sequence[Example],
        *,
        batch_size: int = BATCH,
        check: Callable[[], None] | None = None,
    ) -> Iterator[Prediction]:
        """One for each example, in order, as they are made. `check` is called before every batch, and may raise.

        Raises TextError where the examples are of another kind than the task's.
        """
        kind = KINDS[self.info.task]
        if any(not isinstance(example, kind) for example in examples):
            raise TextError(
                f"The examples are not of the task that the model is tuned for: {self.info.task}."
            )
        return predict(self.model, self.bert.tokenizer, examples, batch_size=batch_size, check=check)

    def predict(
        self,
        examples: Sequence[Example],
        *,
        batch_size: int = BATCH,
        check: Callable[[], None] | None = None,
    ) -> list[Prediction]:
        """As `predictions`, all of them."""
        return list(self.predictions(examples, batch_size=batch_size, check=check))

    def evaluate(self, data: Data, predictions: Sequence[Prediction] | None = None) -> Figures:
        """The figures of the model on labelled data, "loss" (the mean over examples) among its metrics.

        predictions  those of the data, where they were made already
        Raises TextError where a label is not one of the model's, or it is not known of any example what is right.
        """
        data = with_labels_of(self.info, data)
        if predictions is None:
            predictions = self.predict(data.examples)
        figures = measure(self.info.task, data.examples, predictions, self.info.labels)
        if not figures.metrics:
            raise TextError("The file does not say what is right.", where=data.path)
        losses = [p.loss for p in predictions if p.loss is not None]
        loss = {"loss": sum(losses) / len(losses)} if losses else {}
        return replace(figures, metrics={**figures.metrics, **loss})


def with_labels_of(info: TaskInfo, data: Data) -> Data:
    """The data with its labels as the model calls them.

    A model whose classes are LABEL_0, LABEL_1, ... takes numbers for these; else only capitals may differ. Raises
    TextError, naming file and line, for a label that the model does not know.
    """
    if not info.labels or set(data.labels) <= set(info.labels):
        return data
    known = {label: label for label in info.labels}
    known = {label.casefold(): label for label in info.labels} | known
    if all(label == f"LABEL_{n}" for n, label in enumerate(info.labels)):
        known |= {str(n): label for n, label in enumerate(info.labels)}

    def name(label: str, example: Example) -> str:
        found = known.get(label) or known.get(label.casefold())
        if found is None:
            labels = ", ".join(info.labels[:12]) + (", …" if len(info.labels) > 12 else "")
            raise TextError(
                f"The model does not know the label {label[:60]!r}.",
                where=f"{data.path}, line {example.place.line}",
                remedy=f"It was trained with {labels}.",
            )
        return found

    examples: list[Example] = []
    for example in data.examples:
        if isinstance(example, TextExample) and isinstance(example.label, str):
            example = replace(example, label=name(example.label, example))
        elif isinstance(example, TaggingExample) and example.tags is not None:
            example = replace(example, tags=tuple(name(tag, example) for tag in example.tags))
        examples.append(example)
    return replace(data, examples=tuple(examples), labels=info.labels)
