"""Reads a data file into examples, and counts what is wrong with it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from bert_core.errors import TextError
from bert_core.finetuning.data_values import MOST_PROBLEMS, Data, Layout, RowProblem
from bert_core.finetuning.duplicates import count_duplicates
from bert_core.finetuning.examples import Example, TaggingExample, TextExample
from bert_core.finetuning.reading.conll import conll_columns, read_conll
from bert_core.finetuning.reading.delimited import read_delimited
from bert_core.finetuning.reading.guessing import guess
from bert_core.finetuning.reading.json_lines import read_json_lines
from bert_core.finetuning.reading.parquet import read_parquet
from bert_core.finetuning.reading.rows import Fault, Table, unknown_label
from bert_core.finetuning.reading.squad import read_squad
from bert_core.finetuning.reading.tables import Missing, Outcome, examples

_NUMBER = re.compile(r"[-+]?\d{1,15}(\.\d{1,15})?", re.ASCII)
_SKIP = "Mend the row, or let such rows be skipped."


def read(
    path: Path | str,
    layout: Layout | None = None,
    *,
    skip_malformed: bool = False,
    labels: tuple[str, ...] | None = None,
    limit: int | None = None,
) -> Data:
    """The examples of a file.

    layout          None: as `guess` guesses it
    skip_malformed  leave out rows that cannot be read, and list them, instead of raising at the first
    labels          the classes or tags that there may be (those of the training file); a row with another is malformed
    limit           so many examples at most, from the beginning

    Rows that miss a text or a label are left out, counted and listed in any case; repeated rows are counted and kept.
    Raises TextError: naming file and line for a malformed row; where the file cannot be read, or not in this layout; or
    where no example is left.
    """
    path = Path(path)
    layout = guess(path) if layout is None else layout
    allowed = None if labels is None else frozenset(labels)
    columns, outcomes = _open(path, layout, limit, allowed)
    kept: list[Example] = []
    problems: list[RowProblem] = []
    malformed = missing = 0
    complete = True
    for outcome in outcomes:
        if not isinstance(outcome, Fault | Missing):
            if limit is not None and len(kept) >= limit:
                complete = False
                break
            fault = _unknown_label(outcome, allowed) if allowed is not None else None
            if fault is None:
                kept.append(outcome)
                continue
            outcome = fault
        if isinstance(outcome, Missing):
            missing += 1
            problem = RowProblem(path.name, outcome.line, outcome.what, kind="missing")
        else:
            if not skip_malformed:
                way = f" ({outcome.path})" if outcome.path else ""
                raise TextError(
                    _sentence(outcome.what), where=f"{path}, line {outcome.line}{way}", remedy=_SKIP
                )
            malformed += 1
            problem = RowProblem(path.name, outcome.line, outcome.what, outcome.path)
        if len(problems) < MOST_PROBLEMS:
            problems.append(problem)
    if not kept and limit != 0:
        raise TextError(*_nothing(malformed, missing, problems), where=path)
    repeated = count_duplicates(kept)
    return Data(
        task=layout.task,
        examples=tuple(kept),
        labels=_labels(kept) if labels is None else labels,
        problems=tuple(problems),
        duplicates=repeated.same,
        missing=missing,
        layout=layout,
        columns=columns,
        path=os.fspath(path),
        contradictory=repeated.contradictory,
        malformed=malformed,
        complete=complete,
    )


def _open(
    path: Path, layout: Layout, limit: int | None, allowed: frozenset[str] | None
) -> tuple[tuple[str, ...], Iterator[Outcome]]:
    """The file's columns, and what its rows give. Raises TextError."""
    if layout.format == "squad":
        if layout.task != "question-answering":
            raise TextError("A SQuAD file is for question answering only.", where=path)
        return (), read_squad(path, layout)
    if layout.format == "conll":
        if layout.task != "tagging":
            raise TextError("A CoNLL file is for tagging only.", where=path)
        columns = conll_columns(path, layout)
        return columns, read_conll(path, layout, columns, allowed)
    table = open_table(path, layout, limit)
    return table.columns, examples(table, layout, path)


def open_table(path: Path, layout: Layout, limit: int | None = None) -> Table:
    """The columns and rows of a file that is a table. Raises TextError."""
    if layout.format == "parquet":
        return read_parquet(path)
    if layout.format == "jsonl":
        return read_json_lines(path, layout, whole=limit is None)
    return read_delimited(path, layout, whole=limit is None)


def _unknown_label(example: Example, allowed: frozenset[str]) -> Fault | None:
    if isinstance(example, TextExample) and isinstance(example.label, str) and example.label not in allowed:
        return Fault(example.place.line, unknown_label("label", example.label))
    if isinstance(example, TaggingExample) and example.tags and not allowed.issuperset(example.tags):
        tag = next(tag for tag in example.tags if tag not in allowed)
        return Fault(example.place.line, unknown_label("tag", tag))
    return None


def _labels(kept: list[Example]) -> tuple[str, ...]:
    found: set[str] = set()
    for example in kept:
        if isinstance(example, TextExample) and isinstance(example.label, str):
            found.add(example.label)
        elif isinstance(example, TaggingExample) and example.tags:
            found.update(example.tags)
    return sorted_labels(found)


def sorted_labels(labels: set[str]) -> tuple[str, ...]:
    """In the order of a model's outputs: numbers by value, else by letters; "O" first among tags."""
    if all(_NUMBER.fullmatch(label) for label in labels):
        return tuple(sorted(labels, key=lambda label: (float(label), label)))
    return tuple(sorted(labels, key=lambda label: (label != "O", label)))


def _nothing(malformed: int, missing: int, problems: list[RowProblem]) -> tuple[str]:
    if malformed or missing:
        return (
            f"No row of the file can be used: {malformed} malformed, {missing} without text or label; {problems[0]}.",
        )
    return ("The file has no examples.",)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
