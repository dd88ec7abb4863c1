"""The data of a run: read from the person's files, a dev set cut off where none is given, kept in the run's folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bert_core.errors import TextError
from bert_core.finetuning.data_values import NEEDED, ROLES, TARGET, Data, Layout
from bert_core.finetuning.reading import guess, read
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.finetuning.splitting import split
from bert_core.finetuning.storing import read_examples, write_examples
from bert_core.finetuning.task_info import TaskName

Progress = Callable[[str, float], None]
"""Is told the name of a step and its share done, 0 to 1; may raise to stop."""

TRAIN, DEV = "data/train.jsonl", "data/dev.jsonl"


@dataclass(frozen=True)
class Prepared:
    """What is trained on, and measured on. Of a dev set that was cut off, the rows left out are told with train."""

    train: Data
    dev: Data

    @property
    def skipped(self) -> int:
        """Rows of the files that were left out: malformed, or without a text or a label."""
        return sum(data.malformed + data.missing for data in (self.train, self.dev))

    def about(self) -> dict[str, Any]:
        """For run.json."""
        return {
            "layout": self.train.layout.to_dict(),
            "counts": {"train": len(self.train.examples), "dev": len(self.dev.examples)},
            "labels": list(self.train.labels),
            "skipped": self.skipped,
            "problems": [str(problem) for problem in (*self.train.problems, *self.dev.problems)][
                :_MOST_PROBLEMS
            ],
        }


_MOST_PROBLEMS = 100  # that run.json lists


def read_data(
    train: Path,
    dev: Path | None,
    recipe: FineTuneRecipe,
    *,
    layout: Layout | None = None,
    extra: Sequence[Path] = (),
    progress: Progress | None = None,
) -> Prepared:
    """Read the files.

    dev     what is measured on; None: a share of the training file, by the recipe
    layout  of the training file, and of the dev file where it fits; None: guessed, for the recipe's task if it has one
    extra   more examples to train on, with labels of the training file only; each file's layout is guessed
    Raises TextError, naming file and line; also where the files cannot serve the task.
    """

    def told(what: str, share: float) -> None:
        if progress is not None:
            progress(what, share)

    told("reading the examples", 0.0)
    layout = layout_of(train, recipe, layout)
    if not layout.has_target:
        raise TextError(
            "No column of the file says what is to be learned.",
            where=train,
            remedy=f"Say with --layout which column it is. Columns of a {layout.task} file: "
            f"{', '.join(dict(layout.columns).values()) or 'none'}.",
        )
    skip = recipe.skip_malformed
    data = read(train, layout, skip_malformed=skip)
    if dev is None:
        told("cutting off a dev set", 0.3)
        learned, measured = split(data, recipe.dev_share, recipe.split_seed)
    else:
        told("reading the dev set", 0.3)
        labels = data.labels or None
        measured = read(dev, guess(dev, layout), skip_malformed=skip, labels=labels)
        learned = data
    for number, path in enumerate(extra):
        told("reading more examples", 0.5 + 0.4 * number / len(extra))
        more = read(path, guess(path, layout), skip_malformed=skip, labels=data.labels or None)
        learned = replace(
            learned,
            examples=(*learned.examples, *more.examples),
            problems=(*learned.problems, *more.problems),
            malformed=learned.malformed + more.malformed,
            missing=learned.missing + more.missing,
        )
    _check(learned, train)
    _check(measured, dev or train, "dev ")
    told("reading the examples", 1.0)
    return Prepared(learned, measured)


def layout_of(path: Path, recipe: FineTuneRecipe, layout: Layout | None = None) -> Layout:
    """The layout given or guessed, for the recipe's task where it has one. Raises TextError where the two disagree."""
    if layout is None:
        found = guess(path)
        return found if recipe.task in (None, found.task) else _for_task(found, recipe.task, path)
    if recipe.task not in (None, layout.task):
        raise TextError(
            f"The layout is of a {layout.task} file, but the task is {recipe.task}.",
            where=path,
            remedy="Leave out one of the two, or make them say the same.",
        )
    return layout


def _for_task(layout: Layout, task: TaskName, path: Path) -> Layout:
    """The layout read for another task than guessed: the same columns, as far as it has a use for them."""
    new_role: dict[str, str] = {TARGET[layout.task]: TARGET[task]}
    columns = tuple((new_role.get(role, role), name) for role, name in layout.columns)
    columns = tuple((role, name) for role, name in columns if role in ROLES[task])
    if not {*NEEDED[task], TARGET[task]} <= {role for role, _ in columns}:
        raise TextError(
            f"It looks like a file for the task {layout.task}, and has no columns for {task}.",
            where=path,
            remedy="Choose another file or task, or say with --layout what its columns are.",
        )
    return replace(layout, task=task, columns=columns)


def keep(folder: Path, prepared: Prepared) -> None:
    """Write the examples into the run's folder, so that it goes on whatever becomes of the files. Raises OSError."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    write_examples(folder / TRAIN, prepared.train)
    write_examples(folder / DEV, prepared.dev)


def kept(folder: Path) -> Prepared:
    """What `keep` wrote. Raises TextError if it is damaged or gone."""
    return Prepared(read_examples(folder / TRAIN), read_examples(folder / DEV))


def _check(data: Data, path: Path, kind: str = "") -> None:
    if not data.examples:
        raise TextError(f"There is no {kind}example to use.", where=path, remedy="Choose another file.")
    if data.task in ("single-sentence", "sentence-pair") and len(data.labels) < 2:
        raise TextError(
            f"All examples have the same label, {data.labels[0]!r}: there is nothing to tell apart."
            if data.labels
            else "The examples have no labels.",
            where=path,
            remedy="Choose another file or another label column.",
        )
