"""Fine-tuning runs of a tenth of a second; started as a program it plays many in children, and kills some."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bert_core.training.events import EventReader

FIGURES = ("step", "pieces", "epoch", "examples", "loss", "task_accuracy", "gradient_norm", "learning_rate")
RECIPE: dict[str, Any] = {
    "epochs": 3.0,
    "batch_size": 4,
    "learning_rate": 3e-3,
    "max_length": 32,
    "log_seconds": 0.0,
    "checkpoint_minutes": 60.0,
    "evaluations_per_epoch": 1.5,
}
"""12 steps; evaluations before the first, and after the 3rd, 5th, 8th, 11th and 12th."""
SENTENCES = (
    *(
        ("the cat sat on a mat .", "good"),
        ("he ate fish and was not tired .", "bad"),
        ("the mat sat .", "good"),
    ),
    *(
        ("a fish ate a cat .", "bad"),
        ("he sat on the mat and ate .", "good"),
        ("the fish was not fish .", "bad"),
    ),
    *(("why did he sit ?", "bad"), ("the cat and he sat .", "good"), ("a mat was on the cat .", "good")),
    *(
        ("no fish was on a mat .", "bad"),
        ("the tired cat ate .", "bad"),
        ("the cat was on the mat .", "good"),
    ),
    *(("he was no cat .", "bad"), ("a cat sat on him .", "good"), ("who ate the mat ?", "bad")),
    ("the cat sat , he sat , the mat sat .", "good"),
)


def write_data(folder: Path) -> tuple[Path, Path]:
    """A training file of 16 sentences, and a dev file of 6."""
    paths = folder / "train.tsv", folder / "dev.tsv"
    rows = list(SENTENCES)
    for path, part in zip(paths, (rows, rows[:3] + rows[-3:]), strict=True):
        lines = [f"{text}\t{label}" for text, label in part]
        path.write_text("\n".join(["sentence\tlabel", *lines]) + "\n", encoding="utf-8")
    return paths


def write_model(folder: Path) -> Path:
    """A tiny BERT with dropout."""
    from tests.bert_core.finetuning.making import a_bert

    a_bert(layers=2, dropout=0.1).save(folder / "model")
    return folder / "model"


def events(run: Path, *kinds: str) -> list[dict[str, Any]]:
    found = EventReader(run / "events.jsonl").read()
    return [event for event in found if not kinds or event["event"] in kinds]


def figures(run: Path) -> list[list[float]]:
    """All that steps and evaluations say, but for clocks."""
    found = [[event[name] for name in FIGURES] for event in events(run, "step")]
    for event in events(run, "evaluation"):
        found.append([value for name, value in event.items() if name not in ("time", "event")])
    return found


def begin(home: Path, out: Path, *, kill: str | None = None, **changes: Any) -> str:
    """Train in this process; the ending's kind. `kill`: one of KILLS, where this process is killed."""
    from bert_core.finetuning.command import finetune
    from bert_core.finetuning.recipe import FineTuneRecipe

    if kill is not None:
        arm(kill)
    recipe = FineTuneRecipe.from_dict({**RECIPE, **changes})
    ending = finetune(
        home / "train.tsv",
        home / "dev.tsv",
        home / "model",
        out,
        recipe,
        probes=[("the cat sat .", None)],
        device="cpu",
        threads=1,
    )
    return ending.kind


def go_on(out: Path, *settings: str, kill: str | None = None) -> str:
    from bert_core.finetuning.command import resume

    if kill is not None:
        arm(kill)
    return resume(out, settings, device="cpu", threads=1).kind


# Where a run is killed


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _at(
    owner: Any, name: str, number: int, *, after: bool = False, instead: Callable[..., None] | None = None
) -> None:
    """Die at the call of that number (from 1) of owner.name: before it, after it, or having done something instead."""
    called, count = getattr(owner, name), 0

    def watched(*arguments: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count == number and instead is not None:
            instead(*arguments, **named)
            _die()
        if count == number and not after:
            _die()
        found = called(*arguments, **named)
        if count == number:
            _die()
        return found

    setattr(owner, name, watched)


def _half_a_file(tensors: Any, path: Path, **options: Any) -> None:
    Path(path).write_bytes(b"\x80\x00\x00\x00\x00\x00\x00\x00{" + b"x" * 1000)


def _half_a_line(log: Any, kind: str, **fields: Any) -> None:
    with log._path.open("ab") as file:
        file.write(b'{"event": "step", "st')


def arm(kill: str) -> None:
    """Let this process die at that place."""
    from bert_core.checkpoints import write
    from bert_core.finetuning import evaluation_files, one_run, preparation
    from bert_core.finetuning.objective import FineTuning
    from bert_core.training import checkpoint, run_folder
    from bert_core.training.events import EventLog
    from bert_core.training.run_folder import RunFolder

    places: dict[str, Callable[[], None]] = {
        "step 1": lambda: _at(FineTuning, "draw", 1),
        "step 7": lambda: _at(FineTuning, "draw", 7),
        "half the weights": lambda: _at(write, "save_file", 2, instead=_half_a_file),
        "before the optimizer": lambda: _at(checkpoint, "save_file", 2),
        "half the optimizer": lambda: _at(checkpoint, "save_file", 2, instead=_half_a_file),
        "before the state": lambda: _at(checkpoint, "write_json", 2),
        "before its name": lambda: _at(checkpoint, "sync_folder", 3, after=True),
        "after its name": lambda: _at(checkpoint, "sync_folder", 4),
        "before old ones go": lambda: _at(RunFolder, "remove_old", 2),
        "old ones half gone": lambda: _at(run_folder.shutil, "rmtree", 8),
        "half an event": lambda: _at(EventLog, "append", 9, instead=_half_a_line),
        "in an evaluation": lambda: _at(FineTuning, "evaluate", 3),
        "after an evaluation": lambda: _at(FineTuning, "evaluate", 3, after=True),
        "half an evaluation": lambda: _at(evaluation_files, "write_json", 3),
        "half the data": lambda: _at(preparation, "write_examples", 2),
        "in run.json": lambda: _at(run_folder, "write_json", 1),
        "seed 2": lambda: _at(FineTuning, "draw", 17),
        "the last step": lambda: _at(FineTuning, "draw", 12, after=True),
        "before the model": lambda: _at(one_run, "copy_model", 1),
        "half the model": lambda: _at(one_run.shutil, "copyfile", 2),
        "after the model": lambda: _at(one_run, "copy_model", 1, after=True),
    }
    places[kill]()


KILLS = (
    *(
        "step 1",
        "step 7",
        "half the weights",
        "before the optimizer",
        "half the optimizer",
        "before the state",
    ),
    *("before its name", "after its name", "before old ones go", "old ones half gone", "half an event"),
    *("in an evaluation", "after an evaluation", "half an evaluation", "the last step", "before the model"),
    *("half the model", "after the model"),
)
"""Of a run with one seed that has begun."""


def play(home: Path, scripts: dict[str, list[list[Any]]]) -> dict[str, list[Any]]:
    """Of each script, one after the other, every line [function's name, arguments, named ones] in a child of its own.

    Gives for each line the ending, or the number of the signal that the child died of.
    """
    for module in ("bert_core.finetuning.command", "sklearn.metrics", "polars"):
        importlib.import_module(module)  # once, before children are made
    found: dict[str, list[Any]] = {}
    for name, lines in scripts.items():
        found[name] = [_child(*line) for line in lines]
    return found


def _child(function: str, arguments: list[Any], named: dict[str, Any]) -> Any:
    """In a child, made by fork: nothing of torch has run here yet, so that no thread is left behind."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            paths = [Path(argument) if "/" in argument else argument for argument in arguments]
            ending = globals()[function](*paths, **named)
        except BaseException:
            ending = traceback.format_exc()
        os.write(writing, json.dumps(ending).encode()[:4096])
        os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as file:
        text = file.read()
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else json.loads(text)


def main() -> None:
    """From standard input {"home": folder, "scripts": ...}; to standard output what `play` gives."""
    asked = json.load(sys.stdin)
    print(json.dumps(play(Path(asked["home"]), asked["scripts"])))


if __name__ == "__main__":
    main()
