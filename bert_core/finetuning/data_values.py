"""A data file: how it is laid out, what was read from it, and what is wrong with it. Frozen values, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, cast, get_args

from bert_core.errors import TextError
from bert_core.finetuning.examples import Example
from bert_core.finetuning.task_info import TASKS, TaskName

Format = Literal["csv", "tsv", "jsonl", "parquet", "conll", "squad", "swag"]
FORMATS: tuple[Format, ...] = get_args(Format)

Role = Literal[
    "text_a",
    "text_b",
    "label",
    "score",
    "words",
    "tags",
    "question",
    "context",
    "answers",
    "start",
    "ending",
    "id",
]

ROLES: dict[TaskName, tuple[Role, ...]] = {
    "single-sentence": ("text_a", "label"),
    "sentence-pair": ("text_a", "text_b", "label"),
    "regression": ("text_a", "text_b", "score"),
    "tagging": ("words", "tags"),
    "question-answering": ("question", "context", "answers", "id"),
    "multiple-choice": ("context", "start", "ending", "label"),
}
"""The roles that a column can have in a task, in the order in which they are shown. "ending" is taken by two columns or
more, each other role by one."""

NEEDED: dict[TaskName, tuple[Role, ...]] = {
    "single-sentence": ("text_a",),
    "sentence-pair": ("text_a", "text_b"),
    "regression": ("text_a",),
    "tagging": ("words",),
    "question-answering": ("question", "context"),
    "multiple-choice": ("context", "ending"),
}
"""The roles without which there is no example; what is to be learned from also needs its TARGET."""

TARGET: dict[TaskName, Role] = {
    "single-sentence": "label",
    "sentence-pair": "label",
    "regression": "score",
    "tagging": "tags",
    "question-answering": "answers",
    "multiple-choice": "label",
}
"""The role of what is to be learned."""


@dataclass(frozen=True)
class Layout:
    r"""How a data file is to be read; guessed by `reading.guess`, and anything of it can be replaced.

    columns    (role, name of the column) in the order of ROLES; a file without a header has "column 1", "column 2", ...
    delimiter  between columns: "," for instance; for "conll" "\t", " ", or "" for any white space
    encoding   as Python names it
    header     is the first row the columns' names?
    quoting    may values stand in double quotes, then with delimiters and line breaks within? (else a quote is a sign
               as any other)
    first_ending  multiple choice: the number by which the label names the first ending, 0 or 1
    """

    format: Format
    task: TaskName
    columns: tuple[tuple[str, str], ...] = ()
    delimiter: str = ""
    encoding: str = "utf-8"
    header: bool = True
    quoting: bool = True
    first_ending: int = 0

    @property
    def has_target(self) -> bool:
        """Is there a column, or a place in the format, for what is to be learned?"""
        return self.format == "squad" or self.column(TARGET[self.task]) is not None

    def column(self, role: str) -> str | None:
        """The name of the first column in this role."""
        return next((name for taken, name in self.columns if taken == role), None)

    def all_columns(self, role: str) -> tuple[str, ...]:
        """The names of all columns in this role, in order."""
        return tuple(name for taken, name in self.columns if taken == role)

    def for_task(self, task: TaskName) -> Layout:
        """The same layout for another task: columns keep their roles where it has them, a label becomes a score."""
        ours, other = TARGET[self.task], TARGET[task]
        renamed = {ours: other} if {ours, other} == {"label", "score"} else {}
        columns = ((renamed.get(cast(Role, role), role), name) for role, name in self.columns)
        return replace(self, task=task, columns=tuple(pair for pair in columns if pair[0] in ROLES[task]))

    def with_columns(self, columns: tuple[tuple[str, str], ...]) -> Layout:
        """The same layout with other columns in the roles."""
        return replace(self, columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """For JSON; `from_dict` makes the same layout of it."""
        return {**asdict(self), "columns": [list(pair) for pair in self.columns]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Layout:
        """The layout that was written. Raises TextError where it is none, or of a later edition."""
        try:
            columns = tuple((str(role), str(name)) for role, name in values.get("columns", ()))
            layout = cls(
                format=values["format"],
                task=values["task"],
                columns=columns,
                delimiter=str(values.get("delimiter", "")),
                encoding=str(values.get("encoding", "utf-8")),
                header=bool(values.get("header", True)),
                quoting=bool(values.get("quoting", True)),
                first_ending=int(values.get("first_ending", 0)),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise TextError("The layout of a data file cannot be read.", where=values) from error
        if layout.format not in FORMATS or layout.task not in TASKS:
            raise TextError(
                f"A data file of the format {layout.format!r} for the task {layout.task!r} is not known.",
                remedy=f"Formats: {', '.join(FORMATS)}. Tasks: {', '.join(TASKS)}.",
            )
        return layout


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a row of a file.

    file  its name, without the folder
    line  where the row begins in the file, from 1 on; in Parquet, which has no lines, the row from 1 on
    path  in JSON also the way to it, as "data[3].paragraphs[0]"
    kind  "malformed": the row cannot be read; "missing": it can, but has no text or no label
    """

    file: str
    line: int
    what: str
    path: str = ""
    kind: Literal["malformed", "missing"] = "malformed"

    def __str__(self) -> str:
        path = f" ({self.path})" if self.path else ""
        return f"{self.file}, line {self.line}{path}: {self.what}"


MOST_PROBLEMS = 1000
"""So many problems of a file are kept one by one; all are counted."""


@dataclass(frozen=True)
class Data:
    """What a data file holds.

    examples       in the file's order, without rows that are malformed or miss something
    labels         classes or tags as the file names them, sorted (numbers by value, "O" first); else empty
    problems       the first MOST_PROBLEMS of the rows left out, in the file's order
    malformed      rows left out because they cannot be read
    missing        rows left out because they have no text or, where the layout has a column for it, no label
    duplicates     examples that repeat an earlier one, label and all; they are kept
    contradictory  examples that repeat the text of an earlier one with another label; they are kept
    columns        the file's, all of them; empty for CoNLL without names and for SQuAD
    path           of the file
    complete       False where reading ended at a limit
    """

    task: TaskName
    examples: tuple[Example, ...]
    labels: tuple[str, ...]
    problems: tuple[RowProblem, ...]
    duplicates: int
    missing: int
    layout: Layout
    columns: tuple[str, ...]
    path: str
    contradictory: int = 0
    malformed: int = 0
    complete: bool = True
