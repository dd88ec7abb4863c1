"""The data sets that come with the program: one for each task."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bert_core.finetuning.task_info import TaskName
from bert_core.resources import resource_path


@dataclass(frozen=True)
class BuiltIn:
    """A data set in resources/datasets; `title` is a person's words for it (English), the files lie in its folder."""

    name: str
    title: str
    task: TaskName
    train_file: str
    dev_file: str

    @property
    def train(self) -> Path:
        """Where the training file is. Raises FileNotFoundError."""
        return resource_path("datasets", self.name, self.train_file)

    @property
    def dev(self) -> Path:
        """Where the dev file is. Raises FileNotFoundError."""
        return resource_path("datasets", self.name, self.dev_file)


BUILT_IN = (
    BuiltIn("sentiment", "Sentiment of sentences", "single-sentence", "train.tsv", "dev.tsv"),
    BuiltIn("pairs", "Paraphrase or not", "sentence-pair", "train.tsv", "dev.tsv"),
    BuiltIn("similarity", "Similarity of two sentences", "regression", "train.tsv", "dev.tsv"),
    BuiltIn("tagging", "Names and dates", "tagging", "train.conll", "dev.conll"),
    BuiltIn("questions", "Questions about short texts", "question-answering", "train.json", "dev.json"),
    BuiltIn("choice", "The right ending", "multiple-choice", "train.csv", "dev.csv"),
)


def built_in(name: str) -> BuiltIn | None:
    """The data set of this name, if there is one."""
    return next((data_set for data_set in BUILT_IN if data_set.name == name), None)
