"""Tells what task a checkpoint is tuned for, ours or another's, from its config.json and the shapes of its heads."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from bert_core.errors import CheckpointError
from bert_core.finetuning.task_info import ARCHITECTURES, TASKS, TaskInfo, TaskName

OWN = "attention_explorer"
"""Where our config.json keeps the fields of a TaskInfo."""

HEADS = ("classifier.", "qa_outputs.", "features_head.")
"""How the names begin of what is put on a BERT for a task; such tensors are loaded, and kept when it is saved."""

_TAGS = re.compile(r"O|[BIESLU][-_].+")
_PAIRS = re.compile(
    r"(not[ _])?(entail\w*|contradict\w*|neutral|duplicate|equivalent|paraphrase)", re.IGNORECASE
)
_PAIR_TASKS = ("mnli", "qqp", "qnli", "mrpc", "rte", "wnli", "snli", "paws")
_MAX_LENGTH: dict[TaskName, int] = {"question-answering": 384}
_USUAL_LENGTH = 128
_USUAL_STRIDE = 128
"""Pieces by which windows overlap in most programs that answer SQuAD's questions."""


def is_head(name: str) -> bool:
    """Whether a tensor of this (canonical) name may belong to a task's own layers."""
    return name.startswith(HEADS)


def task_of(
    values: Mapping[str, Any], shapes: Mapping[str, Sequence[int]], hidden_size: int, where: object
) -> TaskInfo | None:
    """The task of a checkpoint whose config.json holds `values`; None where it has none, or one not known here.

    shapes  of its tensors, by canonical name
    Raises CheckpointError, about the file `where`, if it says what it is tuned for and its head does not fit.
    """
    own = _own(values.get(OWN))
    if own is not None and own.mode == "features":
        return own if any(name.startswith("features_head.") for name in shapes) else None
    task = _task(values, shapes, hidden_size) if own is None else own.task
    if task is None or not any(name.startswith(f"{_layer(task)}.") for name in shapes):
        return None
    if own is not None:
        labels = own.labels
    else:
        labels = _labels(values, shapes) if task in _WITH_LABELS else ()
    _check(task, labels, shapes, hidden_size, where)
    if own is not None:
        return own
    if task == "single-sentence" and _is_of_pairs(values, labels):
        task = "sentence-pair"
    most = values.get("max_position_embeddings")
    length = _MAX_LENGTH.get(task, _USUAL_LENGTH)
    return TaskInfo(
        task,
        labels,
        max_length=min(length, most) if isinstance(most, int) and most >= 8 else length,
        doc_stride=_USUAL_STRIDE,
    )


_WITH_LABELS = ("single-sentence", "sentence-pair", "tagging")


def _own(values: object) -> TaskInfo | None:
    """What a config.json of ours says; None where it says nothing, or nothing that can be meant."""
    if not isinstance(values, Mapping) or values.get("task") not in TASKS:
        return None
    given = {f.name: values[f.name] for f in fields(TaskInfo) if f.name in values}
    labels = given.get("labels", ())
    if not isinstance(labels, list | tuple) or not all(isinstance(label, str) for label in labels):
        return None
    given["labels"] = tuple(labels)
    for name in ("max_length", "doc_stride", "max_answer_length"):
        number = given.get(name, 1)
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            return None
    if given.get("mode", "full") not in ("full", "features"):
        return None
    threshold = given.get("null_threshold", 0.0)
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not math.isfinite(threshold):
        return None
    if not isinstance(given.get("unanswerable", False), bool):
        return None
    return TaskInfo(**given)


def _task(
    values: Mapping[str, Any], shapes: Mapping[str, Sequence[int]], hidden_size: int
) -> TaskName | None:
    """What a checkpoint of another program is for, by its class, else by its head."""
    classes = values.get("architectures")
    named = [str(name) for name in classes] if isinstance(classes, list) else []
    others: tuple[TaskName, ...] = ("tagging", "question-answering", "multiple-choice")
    for task in others:
        if ARCHITECTURES[task] in named:
            return task
    rows = _rows(shapes, "classifier")
    if ARCHITECTURES["single-sentence"] in named:
        kind = values.get("problem_type")
        if kind == "multi_label_classification" or (kind == "regression" and rows != 1):
            return None
        return "regression" if kind == "regression" or rows == 1 else "single-sentence"
    if named:
        return None
    if _fits(shapes, "qa_outputs", 2, hidden_size):
        return "question-answering"
    if rows is None or not _fits(shapes, "classifier", rows, hidden_size):
        return None
    if rows > 1 and _are_tags(_labels(values, shapes)):
        return "tagging"
    return "regression" if rows == 1 else "single-sentence"


def _layer(task: TaskName) -> str:
    return "qa_outputs" if task == "question-answering" else "classifier"


def _rows(shapes: Mapping[str, Sequence[int]], layer: str) -> int | None:
    shape = shapes.get(f"{layer}.weight", ())
    return shape[0] if len(shape) == 2 else None


def _fits(shapes: Mapping[str, Sequence[int]], layer: str, rows: int, width: int) -> bool:
    weight, bias = shapes.get(f"{layer}.weight", ()), shapes.get(f"{layer}.bias", ())
    return tuple(weight) == (rows, width) and tuple(bias) == (rows,)


def _labels(values: Mapping[str, Any], shapes: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    """The names of the classes in the order of the output; LABEL_0, LABEL_1, ... where there are none."""
    rows = _rows(shapes, "classifier") or 0
    named = values.get("id2label")
    if isinstance(named, Mapping) and named:
        try:
            numbered = {int(number): str(label) for number, label in named.items()}
        except (TypeError, ValueError):
            numbered = {}
        if sorted(numbered) == list(range(len(numbered))) and numbered:
            return tuple(numbered[number] for number in range(len(numbered)))
    return tuple(f"LABEL_{number}" for number in range(rows))


def _are_tags(labels: Iterable[str]) -> bool:
    """Do they look like marks of where names begin and go on?"""
    known = [_TAGS.fullmatch(label) is not None for label in labels]
    return len(known) > 1 and sum(known) > len(known) / 2


def _is_of_pairs(values: Mapping[str, Any], labels: Iterable[str]) -> bool:
    """Are the classes about two sentences? Said by an old config.json, or by what the classes are called."""
    told = str(values.get("finetuning_task") or "").lower()
    return told.startswith(_PAIR_TASKS) or any(_PAIRS.fullmatch(label) for label in labels)


def _check(
    task: TaskName,
    labels: Sequence[str],
    shapes: Mapping[str, Sequence[int]],
    hidden_size: int,
    where: object,
) -> None:
    layer = _layer(task)
    missing = [name for kind in ("weight", "bias") if (name := f"{layer}.{kind}") not in shapes]
    if missing:
        raise CheckpointError(
            f"1 tensor of the layer for the task is missing: {missing[0]}.",
            where=where,
            remedy="The file is incomplete; get it again.",
        )
    rows = 2 if task == "question-answering" else len(labels) if task in _WITH_LABELS else 1
    if _fits(shapes, layer, rows, hidden_size):
        return
    found = " and ".join(
        f"{layer}.{kind} is {'×'.join(map(str, shapes[f'{layer}.{kind}']))}" for kind in ("weight", "bias")
    )
    why = f", for {rows} labels" if task in _WITH_LABELS else f", for {task}"
    raise CheckpointError(
        f"The layer for the task has the wrong shape: {found}, expected {rows}×{hidden_size} and {rows}{why}.",
        where=where,
        remedy="Its config.json belongs to other weights, or one of the two is damaged.",
    )
