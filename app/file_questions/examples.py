"""What is asked of a run's dev set, example by example, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.files import FileQuestion
from bert_core.finetuning.run_values import Rows


@dataclass(frozen=True)
class RowsOf(FileQuestion):
    """The dev set with what the model made of it: `ExampleList`.

    step  None: the newest step whose predictions are kept
    """

    folder: str
    step: int | None = None


@dataclass(frozen=True, eq=False)
class ExampleList:
    """The rows, and by step the folder of a model that said so, as far as it is kept."""

    rows: Rows
    models: Mapping[int, str]
