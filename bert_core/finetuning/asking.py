"""`python -m bert_core predict` and `evaluate`: what they are told, and what they do with that; no torch until then."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bert_core.errors import BertError
from bert_core.finetuning.data_values import Data
from bert_core.finetuning.task_info import TASKS, TaskInfo, TaskName

if TYPE_CHECKING:
    from bert_core.finetuning.metrics import Figures

PREDICT = """The data are CSV, TSV, JSON Lines, Parquet, CoNLL columns, SQuAD JSON, SWAG CSV, or a sentence a line,
labelled or not; which columns hold what is guessed for the task that the model is tuned for."""

PRETRAINING = "pretraining"
EVALUATE = """Of a tuned model the figures of its task on labelled files, whose layout is guessed; of any other, or with
--task pretraining, those of masked words and next sentences on plain texts."""

_MOST_CLASSES = 24
"""So many classes have their confusion printed."""
_CORNER = "gold / predicted"
_TEXTS_TASKS = ("single-sentence", "sentence-pair")


def add_predict_arguments(predict: argparse.ArgumentParser) -> None:
    """Those of `predict`."""
    add = predict.add_argument
    add("--model", required=True, help="a tuned model: a folder such as RUN/model, or a hub id")
    add("--data", type=Path, required=True, metavar="FILE", help="what is to be predicted")
    add("--out", type=Path, required=True, metavar="FILE", help=".csv, .parquet or .jsonl")
    add("--task", choices=TASKS, help="left out, the one that the model is tuned for")
    _add_shared(predict)
    predict.set_defaults(run=predict_file)


def add_evaluate_arguments(evaluate: argparse.ArgumentParser) -> None:
    """Those of `evaluate` that are about tuned models."""
    evaluate.add_argument(
        "--task",
        choices=(PRETRAINING, *TASKS),
        help="left out, the one that the model is tuned for; without one, pretraining",
    )
    _add_shared(evaluate)


def _add_shared(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--batch", type=_count, default=64, metavar="N", help="examples that are read at once")
    add("--skip-malformed", action="store_true", help="leave out rows that cannot be read, and say so")
    add("--device", default="auto", help="auto, cpu, cuda or mps")
    add("--dtype", default="float32", help="float32 or bfloat16")


def predict_file(wishes: argparse.Namespace) -> int:
    """Write a file of predictions; the exit status."""
    from bert_core.checkpoints.folder import read_task
    from bert_core.finetuning.prediction_files import check_suffix, write_predictions
    from bert_core.finetuning.task_files import read_for

    check_suffix(wishes.out)
    task = _told(read_task(wishes.model), wishes.task, wishes.model).task
    data = read_for(wishes.data, task, labelled=False, skip_malformed=wishes.skip_malformed)
    _say_left_out(data)

    from bert_core.finetuning.predicting import TunedBert, with_labels_of

    tuned = TunedBert.load(wishes.model, device=wishes.device, dtype=wishes.dtype)
    examples = data.examples
    try:
        examples = with_labels_of(tuned.info, data).examples
    except BertError as error:
        print(f"note: {error}", file=sys.stderr)
    predictions = tuned.predictions(examples, batch_size=wishes.batch)
    count = write_predictions(wishes.out, examples, predictions, tuned.info.labels)
    print(f"{count:,} examples, task {tuned.info.task}, written to {wishes.out}")
    return 0


def evaluate_files(wishes: argparse.Namespace, otherwise: Callable[[argparse.Namespace], int]) -> int:
    """Print the figures of a tuned model, or do what is done for others; the exit status."""
    if wishes.task == PRETRAINING:
        return otherwise(wishes)
    from bert_core.checkpoints.folder import read_task

    found = read_task(wishes.model)
    if found is None and wishes.task is None:
        return otherwise(wishes)
    task = _told(found, wishes.task, wishes.model).task

    from bert_core.finetuning.predicting import TunedBert
    from bert_core.finetuning.task_files import read_for

    tuned = TunedBert.load(wishes.model, device=wishes.device, dtype=wishes.dtype)
    for path in wishes.data:
        data = read_for(path, task, labelled=True, skip_malformed=wishes.skip_malformed)
        _say_left_out(data)
        figures = tuned.evaluate(data, tuned.predict(data.examples, batch_size=wishes.batch))
        if len(wishes.data) > 1:
            print(f"{path}:")
        print("\n".join(figure_lines(figures, len(data.examples))))
    return 0


def figure_lines(figures: Figures, examples: int) -> list[str]:
    """Figures as a person reads them on a terminal: metrics, classes, and who was taken for whom."""
    lines = [f"{'examples':<20} {examples}"]
    lines += [f"{name:<20} {value:.4f}" for name, value in figures.metrics.items()]
    if figures.per_class:
        width = max(12, *(len(row.label) for row in figures.per_class))
        lines += ["", f"{'class':<{width}} {'precision':>9} {'recall':>9} {'f1':>9} {'examples':>9}"]
        lines += [
            f"{row.label:<{width}} {row.precision:>9.4f} {row.recall:>9.4f} {row.f1:>9.4f} {row.support:>9}"
            for row in figures.per_class
        ]
    if figures.confusion is not None and len(figures.confusion[0]) <= _MOST_CLASSES:
        names, counts = figures.confusion
        first = max(len(_CORNER), *map(len, names))
        columns = [max(len(name), len(str(counts[:, n].max()))) for n, name in enumerate(names)]
        heads = " ".join(f"{name:>{size}}" for name, size in zip(names, columns, strict=True))
        lines += ["", f"{_CORNER:<{first}} {heads}"]
        for name, row in zip(names, counts.tolist(), strict=True):
            cells = " ".join(f"{count:>{size}}" for count, size in zip(row, columns, strict=True))
            lines.append(f"{name:<{first}} {cells}")
    return lines


def _told(found: TaskInfo | None, wanted: TaskName | None, model: str) -> TaskInfo:
    """The model's task. Raises BertError where it has none, or another than wanted."""
    if found is None:
        raise BertError(
            "This model is not tuned for a task.",
            where=model,
            remedy="Fine-tune it first, or choose a model that was tuned.",
        )
    alike = found.task in _TEXTS_TASKS and wanted in _TEXTS_TASKS
    if wanted is not None and wanted != found.task and not alike:
        raise BertError(f"This model is tuned for {found.task}, not for {wanted}.", where=model)
    return found


def _say_left_out(data: Data) -> None:
    left = data.malformed + data.missing
    if left:
        rows = "1 row was" if left == 1 else f"{left:,} rows were"
        first = f" The first: {data.problems[0]}" if data.problems else ""
        print(f"note: {rows} left out.{first}", file=sys.stderr)


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 4096:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to 4096")
    return value
