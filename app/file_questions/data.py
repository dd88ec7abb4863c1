"""What is asked of data files before a run, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from app.files import FileQuestion
from bert_core.finetuning.data_values import Layout, RowProblem
from bert_core.finetuning.description_values import Description
from bert_core.finetuning.task_info import TaskName


@dataclass(frozen=True)
class BuiltInSets(FileQuestion):
    """The data sets that come with the program: tuple[DataSet, ...]."""


@dataclass(frozen=True)
class DataSet:
    """One of them; train and dev are its files."""

    name: str
    title: str
    task: TaskName
    train: str
    dev: str


@dataclass(frozen=True)
class DataOf(FileQuestion):
    """What is in a run's files: `DataReport`.

    layout   of the training file; None: as it is guessed
    anew     guess the columns anew, with what else the layout says (for another delimiter, or a header)
    dev      None: `share` of the examples is cut off, by `seed`
    model    whose pieces lengths are counted in: a built-in name, a folder, a hub id; empty for words
    """

    train: str
    layout: Layout | None = None
    anew: bool = False
    dev: str | None = None
    share: float = 0.1
    seed: int = 0
    extra: tuple[str, ...] = ()
    model: str = ""


@dataclass(frozen=True)
class FileReport:
    """What was read of one file.

    problems  the first of its rows that are left out
    trouble   why nothing can be read of it; empty where something was
    task      what it looks made for, where that is another task than the training file's, so that it was not read
    """

    path: str
    examples: int = 0
    malformed: int = 0
    missing: int = 0
    duplicates: int = 0
    contradictory: int = 0
    problems: tuple[RowProblem, ...] = ()
    trouble: str = ""
    task: str = ""


@dataclass(frozen=True, eq=False)
class DataReport:
    """What a person should see before a run.

    columns      the training file's; rows: its first ones, a text for each column
    fixed        the columns have their roles by the format and cannot be given others
    train        the training file; dev: the dev file, None where a part is cut off; extra: files to train on besides
    counts       examples to train on, and to measure on
    shared       texts of the dev file that are in the training file, too
    description  of what is trained on; None where nothing can be read
    in_pieces    lengths are pieces of the question's model
    unsaid       a role that must have a column and has none; empty where there is none
    trouble      why no run can be made of this; empty where nothing else speaks against it
    """

    layout: Layout
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    fixed: bool
    train: FileReport
    dev: FileReport | None = None
    extra: tuple[FileReport, ...] = ()
    counts: tuple[int, int] = (0, 0)
    labels: tuple[str, ...] = ()
    shared: int = 0
    description: Description | None = None
    in_pieces: bool = False
    unsaid: str = ""
    trouble: str = ""

    @property
    def files(self) -> tuple[FileReport, ...]:
        """All that were read."""
        return (self.train, *(() if self.dev is None else (self.dev,)), *self.extra)

    @property
    def malformed(self) -> int:
        """Rows of all files that cannot be read."""
        return sum(file.malformed for file in self.files)


@dataclass(frozen=True)
class BaseOf(FileQuestion):
    """What a model is that may be tuned: `BaseFacts`, or None where it is not on this machine yet."""

    source: str


@dataclass(frozen=True)
class BaseFacts:
    """layers, heads, hidden: of the encoder; parameters: about so many in all; max_length: pieces that it can read."""

    source: str
    layers: int
    heads: int
    hidden: int
    parameters: int
    max_length: int
