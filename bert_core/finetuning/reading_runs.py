"""Reads what a run has written about its dev set, while it is being written: tolerant, and in bounded memory."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bert_core.errors import TrainingError
from bert_core.finetuning import squad_scores
from bert_core.finetuning.examples import (
    ChoiceExample,
    Example,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.run_values import (
    MOST_ROWS,
    ClassFigures,
    Confusion,
    Evaluation,
    ExampleRow,
    Rows,
)
from bert_core.finetuning.storing import read_examples

_EVALUATION = re.compile(r"step-(\d+)\.json")
_PREDICTIONS = re.compile(r"step-(\d+)\.predictions\.jsonl")
_LARGEST = 1 << 23
"""Bytes of an evaluation's file, or a line of predictions, that are read: ours have far less."""


def read_evaluations(folder: Path | str) -> tuple[Evaluation, ...]:
    """All of a run, in the order of the steps. What is damaged is passed over; none where there is no run."""
    found = []
    kept = set(prediction_steps(folder))
    for step, path in sorted(_files(Path(folder), _EVALUATION).items()):
        values = _object(path)
        if values is not None:
            found.append(_evaluation(step, values, step in kept))
    return tuple(found)


def prediction_steps(folder: Path | str) -> tuple[int, ...]:
    """The steps whose predictions are kept, ascending."""
    return tuple(sorted(_files(Path(folder), _PREDICTIONS)))


def read_rows(folder: Path | str, step: int | None = None) -> Rows:
    """The dev set of a run, example by example, with the predictions of a step; None: the newest that are kept.

    Of a step whose predictions are not kept (any more) the rows have none. A line that is damaged leaves its example
    without. Raises TextError or TrainingError where the dev set cannot be read.
    """
    folder = Path(folder)
    path = folder / "data" / "dev.jsonl"
    if not path.exists() and (folder / "seeds").is_dir():
        raise TrainingError(
            "This run trains several models, each with its own predictions.",
            where=folder,
            remedy="Choose one of its seeds.",
        )
    data = read_examples(path, limit=MOST_ROWS)
    files = _files(folder, _PREDICTIONS)
    if step is None:
        step = max(files, default=None)
    labels = _labels(folder) or data.labels
    span = _span(data.examples)
    predictions: Iterator[Mapping[str, Any]] = iter(())
    if step in files:
        predictions = _lines(files[step])
    rows = tuple(
        example_row(index, example, next(predictions, {}), labels, span)
        for index, example in enumerate(data.examples)
    )
    return Rows(
        task=data.task,
        step=step if step in files else None,
        rows=rows,
        steps=tuple(sorted(files)),
        labels=labels,
        left_out=0 if data.complete else max(0, _count(path) - len(rows)),
    )


def example_row(
    index: int,
    example: Example,
    prediction: Mapping[str, Any],
    labels: tuple[str, ...],
    span: float = 1.0,
) -> ExampleRow:
    """An example beside a prediction, as `evaluation_files.prediction_values` writes it; {} where there is none.

    span  of numbers: largest - smallest gold one
    """
    row = _ROWS[type(example)](index, example, prediction, labels, span)
    row = replace(row, example=example)
    if not prediction:
        return replace(row, right=False, score=0.0, confidence=math.nan, loss=math.nan)
    return replace(
        row,
        confidence=_number(prediction.get("confidence")),
        loss=_number(prediction.get("loss")) if row.known else math.nan,
        right=row.known and row.right,
        score=row.score if row.known else 0.0,
    )


def _text(
    index: int, example: TextExample, prediction: Mapping[str, Any], labels: tuple[str, ...], span: float
) -> ExampleRow:
    gold = example.label
    row = ExampleRow(
        index, example.text_a, example.text_b, "", str(prediction.get("label", "")), known=gold is not None
    )
    if "value" in prediction or isinstance(gold, float | int):
        value = _number(prediction.get("value"))
        error = abs(value - gold) if isinstance(gold, float | int) else math.nan
        share = error / span if span > 0 else float(error > 0)
        return replace(
            row,
            gold="" if gold is None else f"{gold:g}",
            predicted="" if math.isnan(value) else f"{value:.3g}",
            right=share <= _NEAR,
            score=max(0.0, 1 - share) if math.isfinite(share) else 0.0,
        )
    right = row.predicted == str(gold)
    return replace(
        row,
        gold="" if gold is None else str(gold),
        right=right,
        score=float(right),
        probabilities=_numbers(prediction.get("probabilities")),
        labels=labels,
    )


_NEAR = 0.1


def _tags(
    index: int, example: TaggingExample, prediction: Mapping[str, Any], labels: tuple[str, ...], span: float
) -> ExampleRow:
    gold = example.tags or ()
    given = prediction.get("tags")
    predicted = tuple(map(str, given)) if isinstance(given, list) else ()
    same = [one == other for one, other in zip(gold, predicted, strict=False)]
    return ExampleRow(
        index,
        " ".join(example.words),
        None,
        " ".join(gold),
        " ".join(predicted),
        known=example.tags is not None,
        right=gold == predicted,
        score=sum(same) / max(1, len(gold)),
        labels=labels,
        gold_tags=gold,
        predicted_tags=predicted,
    )


def _question(
    index: int, example: QuestionExample, prediction: Mapping[str, Any], labels: tuple[str, ...], span: float
) -> ExampleRow:
    accepted = [answer.text for answer in example.answers or ()]
    given = str(prediction.get("answer") or "")
    return ExampleRow(
        index,
        example.question,
        example.context,
        accepted[0] if accepted else "",
        given,
        known=example.answers is not None,
        right=squad_scores.exact(given, accepted),
        score=squad_scores.f1(given, accepted),
    )


def _choice(
    index: int, example: ChoiceExample, prediction: Mapping[str, Any], labels: tuple[str, ...], span: float
) -> ExampleRow:
    chosen = prediction.get("choice")
    there = range(len(example.endings))
    chosen = chosen if isinstance(chosen, int) and chosen in there else None
    shown = next((n for n in (chosen, example.label) if n is not None and n in there), 0)
    right = chosen is not None and chosen == example.label
    return ExampleRow(
        index,
        example.context,
        " ".join(part for part in (example.start, example.endings[shown]) if part),
        "" if example.label is None else example.endings[example.label],
        "" if chosen is None else example.endings[chosen],
        known=example.label is not None,
        right=right,
        score=float(right),
        probabilities=_numbers(prediction.get("probabilities")),
        labels=example.endings,
    )


_ROWS: dict[type[Example], Callable[..., ExampleRow]] = {
    TextExample: _text,
    TaggingExample: _tags,
    QuestionExample: _question,
    ChoiceExample: _choice,
}


def _span(examples: Sequence[Example]) -> float:
    """Largest less smallest gold number; 0 where there are none."""
    numbers = [
        float(e.label) for e in examples if isinstance(e, TextExample) and isinstance(e.label, float | int)
    ]
    return max(numbers) - min(numbers) if numbers else 0.0


def _evaluation(step: int, values: Mapping[str, Any], kept: bool) -> Evaluation:
    metrics = values.get("metrics")
    per_class = values.get("per_class")
    return Evaluation(
        step,
        _number(values.get("epoch")),
        MappingProxyType(
            {str(name): _number(value) for name, value in metrics.items()}
            if isinstance(metrics, Mapping)
            else {}
        ),
        _confusion(values.get("confusion")),
        tuple(_class(row) for row in per_class if isinstance(row, Mapping))
        if isinstance(per_class, list)
        else (),
        kept,
    )


def _confusion(values: object) -> Confusion | None:
    if not isinstance(values, Mapping):
        return None
    labels, counts = values.get("labels"), values.get("counts")
    if not isinstance(labels, list) or not isinstance(counts, list) or len(counts) != len(labels):
        return None
    try:
        rows = tuple(tuple(int(count) for count in row) for row in counts)
    except (TypeError, ValueError):
        return None
    return Confusion(tuple(map(str, labels)), rows) if all(len(row) == len(labels) for row in rows) else None


def _class(row: Mapping[str, Any]) -> ClassFigures:
    support = row.get("support")
    return ClassFigures(
        str(row.get("label", "")),
        _number(row.get("precision")),
        _number(row.get("recall")),
        _number(row.get("f1")),
        support if isinstance(support, int) else 0,
    )


def _labels(folder: Path) -> tuple[str, ...]:
    """The labels in the order of the model's output, as run.json has them."""
    data = (_object(folder / "run.json") or {}).get("data")
    labels = data.get("labels") if isinstance(data, Mapping) else None
    return tuple(map(str, labels)) if isinstance(labels, list) else ()


def _count(path: Path) -> int:
    """How many examples the copy of a data set says it has."""
    try:
        with path.open(encoding="utf-8", newline="\n", errors="surrogatepass") as file:
            total = json.loads(file.readline())["examples"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0
    return total if isinstance(total, int) else 0


def _files(run: Path, pattern: re.Pattern[str]) -> dict[int, Path]:
    """A run's files of evaluations whose names fit, by step."""
    try:
        names = [path.name for path in (run / "evaluations").iterdir()]
    except OSError:
        return {}
    return {int(match[1]): run / "evaluations" / name for name in names if (match := pattern.fullmatch(name))}


def _object(path: Path) -> dict[str, Any] | None:
    """What a JSON file holds; None where it is gone, damaged, or far too large."""
    try:
        if path.stat().st_size > _LARGEST:
            return None
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _lines(path: Path) -> Iterator[Mapping[str, Any]]:
    """The objects on the lines of a file, {} for one that is damaged; it ends where it cannot be read on."""
    try:
        with path.open("rb") as file:
            for line in islice(iter(lambda: file.readline(_LARGEST), b""), MOST_ROWS):
                try:
                    values = json.loads(line)
                except (ValueError, RecursionError):
                    values = {}
                yield values if isinstance(values, dict) else {}
    except OSError:
        return


def _number(value: object) -> float:
    """A number, NaN where it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return math.nan


def _numbers(values: object) -> tuple[float, ...]:
    return tuple(map(_number, values)) if isinstance(values, list) else ()
