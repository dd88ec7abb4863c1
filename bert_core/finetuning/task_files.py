"""Reads a data file for a model whose task is known: labelled or not, its columns guessed for that task."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from bert_core.errors import TextError
from bert_core.finetuning.data_values import NEEDED, TARGET, Data, Layout
from bert_core.finetuning.examples import TaggingExample, TextExample
from bert_core.finetuning.reading import guess, read
from bert_core.finetuning.task_info import TaskName

_SERVES: tuple[tuple[TaskName, TaskName], ...] = (
    ("single-sentence", "tagging"),
    ("sentence-pair", "single-sentence"),
)
"""Files for the first serve the second as they are: sentences are cut into words; and whether a model was tuned for
pairs, another program does not say."""
_WORD = re.compile(r"\w+|[^\w\s]")


def words_of(text: str) -> tuple[str, ...]:
    """A sentence in words and marks, for a model that tags words."""
    return tuple(_WORD.findall(text))


def layout_for(path: Path | str, task: TaskName) -> Layout:
    """How a file is to be read for a task; for tags also plain sentences. Raises TextError where it cannot."""
    path = Path(path)
    found = guess(path)
    if found.task == task or (found.task, task) in _SERVES:
        return found
    if (found.task, task) == (
        "sentence-pair",
        "question-answering",
    ):  # without answers, a pair is all there is to see
        roles = {"text_a": "question", "text_b": "context"}
        columns = tuple((roles[role], name) for role, name in found.columns if role in roles)
        return replace(found, task=task, columns=columns)
    wanted = guess(path, task=task)
    if wanted.task == task and (
        wanted.format in ("squad", "conll") or set(NEEDED[task]) <= {role for role, _ in wanted.columns}
    ):
        return wanted
    needs = " and ".join(f"“{role}”" for role in NEEDED[task])
    raise TextError(
        f"It looks like a file for the task {found.task}, but the model is tuned for {task}.",
        where=path,
        remedy=f"Choose a file with columns for {needs}.",
    )


def read_for(
    path: Path | str,
    task: TaskName,
    layout: Layout | None = None,
    *,
    labelled: bool,
    skip_malformed: bool = False,
    limit: int | None = None,
) -> Data:
    """The examples of a file for a task.

    layout    None: see `layout_for`
    labelled  False: rows without a label count too, and where one has none, no label is read
    Raises TextError, naming file and line, as `reading.read`; also where labels are wanted and there are none.
    """
    path = Path(path)
    layout = layout_for(path, task) if layout is None else layout
    if labelled and not layout.has_target:
        raise TextError(
            f"There is no column with what is right ({TARGET[layout.task]}).",
            where=path,
            remedy="Measure on a labelled file, or ask for predictions.",
        )
    data = _read(path, layout, labelled, skip_malformed, limit)
    if task == "tagging" and data.task == "single-sentence":
        examples = tuple(
            TaggingExample(words_of(e.text_a), None, e.place)
            for e in data.examples
            if isinstance(e, TextExample)
        )
        return replace(data, task="tagging", examples=examples, labels=())
    return data


def _read(path: Path, layout: Layout, labelled: bool, skip_malformed: bool, limit: int | None) -> Data:
    plain = tuple((role, name) for role, name in layout.columns if role != TARGET[layout.task])
    bare = layout.with_columns(plain)
    if labelled or bare == layout:
        return read(path, layout, skip_malformed=skip_malformed, limit=limit)
    data = read(path, layout, skip_malformed=True, limit=limit)
    if not data.missing and not data.malformed:
        return data
    without = read(path, bare, skip_malformed=skip_malformed, limit=limit)
    if len(without.examples) > len(data.examples):
        return without
    return data if skip_malformed else read(path, layout, limit=limit)
