"""Writes predictions beside their examples as CSV, Parquet or JSON Lines."""

from __future__ import annotations

import csv
import json
import math
import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from bert_core.errors import TextError, TrainingError
from bert_core.finetuning import squad_scores
from bert_core.finetuning.examples import (
    ChoiceExample,
    Example,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.predictions import Prediction, is_right
from bert_core.finetuning.reading_runs import prediction_steps
from bert_core.finetuning.run_story import measured_in
from bert_core.finetuning.storing import read_examples
from bert_core.training.run_folder import RunFolder

SUFFIXES = (".csv", ".parquet", ".jsonl")

Row = dict[str, Any]


def write_predictions(
    path: Path | str, examples: Sequence[Example], predictions: Iterable[Prediction], labels: Sequence[str]
) -> int:
    """Write a row for each example, in order; what was there is replaced when all is written. Returns how many.

    The columns, those that the task has: line (in the data file), the texts, what is right (where it is known),
    predicted, right, confidence, loss, and a probability for each class ("p(LABEL)") or ending. CSV has words and tags
    parted by spaces and several answers as JSON; the other two have lists.
    Raises TextError for another suffix than SUFFIXES, and where the file cannot be written.
    """
    path = Path(path)
    check_suffix(path)
    columns = _columns(examples, labels)
    rows = (
        _row(example, prediction, labels, columns)
        for example, prediction in zip(examples, predictions, strict=True)
    )
    staged = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            count = _WRITERS[path.suffix.lower()](staged, rows, columns)
            os.replace(staged, path)
        finally:
            staged.unlink(missing_ok=True)
    except OSError as error:
        raise TextError(
            f"The predictions cannot be written: {error.strerror or error}.",
            where=path,
            remedy="Make room, or choose another place.",
        ) from error
    return count


def check_suffix(path: Path) -> None:
    """Raises TextError where predictions cannot be written into a file of this name."""
    if path.suffix.lower() not in SUFFIXES:
        raise TextError(f"The name must end in {', '.join(SUFFIXES)}.", where=path)


def export_run(run: Path | str, path: Path | str, step: int | None = None) -> int:
    """Write the dev set of a run with the predictions of a step (None: the newest kept), as `write_predictions`.

    Of a run of several seeds, when all are done, those of the best one.
    Raises TextError as that, and TrainingError where this is no run, or the step's predictions are not kept.
    """
    run = measured_in(Path(run))
    values = RunFolder.open(run).values
    steps = prediction_steps(run)
    step = max(steps, default=None) if step is None else step
    if step not in steps:
        raise TrainingError(
            "There are no predictions yet."
            if step is None
            else f"The predictions of step {step} are not kept.",
            where=run,
            remedy="Wait for an evaluation." if step is None else "Choose another evaluation.",
        )
    data = read_examples(run / "data" / "dev.jsonl")
    labels = values.get("data", {}).get("labels") or data.labels
    file = run / "evaluations" / f"step-{step}.predictions.jsonl"
    try:
        with file.open(encoding="utf-8") as lines:
            found = [prediction_of(json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise TrainingError(f"The predictions cannot be read: {error}.", where=file) from error
    if len(found) != len(data.examples):
        raise TrainingError(
            f"There are {len(found)} predictions for {len(data.examples)} examples.", where=file
        )
    return write_predictions(path, data.examples, found, [str(label) for label in labels])


def prediction_of(values: Mapping[str, Any]) -> Prediction:
    """The prediction that `evaluation_files.prediction_values` wrote; what is not said is as by default."""
    names = {field.name for field in fields(Prediction)}
    given: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in values.items() if name in names
    }
    return Prediction(**given)


def _columns(examples: Sequence[Example], labels: Sequence[str]) -> list[str]:
    """Which there are, in order."""
    first = examples[0] if examples else TextExample("", None, None)
    known = any(_gold(example) is not None for example in examples)
    judged = ["right"] if known else []
    last = ["confidence", *(["loss"] if known else [])]
    if isinstance(first, TaggingExample):
        return ["line", "words", *(["tags"] if known else []), "predicted", *judged, "probabilities", *last]
    if isinstance(first, QuestionExample):
        gold = ["answers"] if known else []
        scores = ["right", "f1"] if known else []
        return [
            "line",
            "id",
            "question",
            "context",
            *gold,
            "predicted",
            "start",
            "end",
            *scores,
            *last,
            "none_margin",
        ]
    if isinstance(first, ChoiceExample):
        most = max(len(e.endings) for e in examples if isinstance(e, ChoiceExample))
        endings = [f"ending{n}" for n in range(most)]
        chances = [f"p(ending{n})" for n in range(most)]
        gold = ["label"] if known else []
        return ["line", "context", "start", *endings, *gold, "predicted", *judged, *last, *chances]
    pair = ["text_b"] if any(isinstance(e, TextExample) and e.text_b is not None for e in examples) else []
    if not labels:
        return [
            "line",
            "text_a",
            *pair,
            *(["score"] if known else []),
            "predicted",
            *(["error"] if known else []),
        ]
    chances = [f"p({label})" for label in labels]
    return ["line", "text_a", *pair, *(["label"] if known else []), "predicted", *judged, *last, *chances]


def _gold(example: Example) -> object:
    if isinstance(example, TaggingExample):
        return example.tags
    if isinstance(example, QuestionExample):
        return example.answers
    return example.label


def _row(example: Example, prediction: Prediction, labels: Sequence[str], columns: Sequence[str]) -> Row:
    row: Row = {
        "line": example.place.line or None,
        "right": is_right(example, prediction),
        "confidence": _finite(prediction.confidence),
        "loss": _finite(prediction.loss),
    }
    if isinstance(example, TextExample):
        row |= {"text_a": example.text_a, "text_b": example.text_b, "label": example.label}
        row |= {"score": example.label, "predicted": prediction.label}
        if not labels:
            row["predicted"] = _finite(prediction.value)
            if isinstance(example.label, int | float) and row["predicted"] is not None:
                row["error"] = row["predicted"] - example.label
        row |= {f"p({label})": p for label, p in zip(labels, prediction.probabilities, strict=False)}
    elif isinstance(example, TaggingExample):
        row |= {"words": list(example.words), "tags": None if example.tags is None else list(example.tags)}
        row |= {"predicted": list(prediction.tags or ()), "probabilities": list(prediction.probabilities)}
    elif isinstance(example, QuestionExample):
        accepted = None if example.answers is None else [answer.text for answer in example.answers]
        begin, end = prediction.span or (None, None)
        row |= {
            "id": example.id,
            "question": example.question,
            "context": example.context,
            "answers": accepted,
        }
        row |= {"predicted": prediction.answer or "", "start": begin, "end": end}
        row |= {"none_margin": _finite(prediction.none_margin)}
        row["f1"] = None if accepted is None else squad_scores.f1(prediction.answer or "", accepted)
    else:
        row |= {"context": example.context, "start": example.start, "label": example.label}
        row["predicted"] = prediction.choice
        row |= {f"ending{n}": ending for n, ending in enumerate(example.endings)}
        row |= {f"p(ending{n})": p for n, p in enumerate(prediction.probabilities)}
    return {column: row.get(column) for column in columns}


def _write_csv(path: Path, rows: Iterable[Row], columns: Sequence[str]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="", errors="backslashreplace") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_cell(row[column]) for column in columns])
            count += 1
    return count


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list):
        plain = all(not isinstance(item, str) or (item and not any(map(str.isspace, item))) for item in value)
        if not plain:
            return json.dumps(value, ensure_ascii=False)
        return " ".join(item if isinstance(item, str) else f"{item:.4g}" for item in value)
    return value


def _write_lines(path: Path, rows: Iterable[Row], columns: Sequence[str]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n", errors="backslashreplace") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def _write_parquet(path: Path, rows: Iterable[Row], columns: Sequence[str]) -> int:
    import polars

    table: dict[str, list[Any]] = {column: [] for column in columns}
    for row in rows:
        for column in columns:
            table[column].append(_storable(row[column]))
    polars.DataFrame(table, strict=False).write_parquet(path)
    return len(table[columns[0]]) if columns else 0


def _storable(value: Any) -> Any:
    """Text as Parquet can hold it: a lone half of a surrogate pair is written out."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    return [_storable(item) for item in value] if isinstance(value, list) else value


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


_WRITERS = {".csv": _write_csv, ".jsonl": _write_lines, ".parquet": _write_parquet}
