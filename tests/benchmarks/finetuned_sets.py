"""Every data set of a folder, fine-tuned once from the command line, beside the commonest answer and a bag of words.

python -m tests.benchmarks.finetuned_sets FOLDER [--sets sst2 cola] [--model mini-en] [--set epochs=3 ...] [--out RUNS]

A set is a folder with train.* and dev.* (or test.*), as resources/datasets has them. Prints a line of a Markdown table
for each as soon as it is done. "Minutes" is the whole process: start, training, evaluations, saving.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from bert_core.finetuning.baseline import baseline
from bert_core.finetuning.data_values import Data
from bert_core.finetuning.reading import read
from bert_core.finetuning.task_info import METRICS
from tests.benchmarks.bag_of_words import bag_of_words

WANTED = {"cola": "matthews"}
"""The measure that is usual for a set, where that is not the task's first."""
LENGTHS = {"question-answering": 256, "sentence-pair": 128}


def parts(folder: Path) -> tuple[Path, Path] | None:
    """The files to learn from and to measure on; None where the folder is no data set."""
    train = sorted(folder.glob("train.*"))
    dev = sorted(folder.glob("dev.*")) or sorted(folder.glob("test.*"))
    return (train[0], dev[0]) if train and dev else None


def finetuned(train: Path, dev: Path, model: str, out: Path, settings: list[str]) -> dict[str, float]:
    """The best evaluation of a run, and "minutes"."""
    command = [
        *(sys.executable, "-m", "bert_core", "finetune", "--train", str(train), "--dev", str(dev)),
        *("--model", model, "--out", str(out), "--set", *settings),
    ]
    began = perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    minutes = (perf_counter() - began) / 60
    if done.returncode:
        raise SystemExit(f"{train}: {done.stderr.strip()}")
    lines = (out / "events.jsonl").read_text(encoding="utf-8").splitlines()
    evaluations = [event for event in map(json.loads, lines) if event["event"] == "evaluation"]
    values = json.loads((out / "run.json").read_text(encoding="utf-8"))
    metric = values["recipe"].get("metric") or METRICS[values["recipe"]["task"]][0]
    best: dict[str, float] = max(evaluations, key=lambda event: event[metric])
    return {**best, "minutes": minutes}


def line(name: str, train: Data, dev: Data, metric: str, found: dict[str, float]) -> str:
    """One of the table."""
    bag = bag_of_words(train, dev, metric)
    words = "–" if bag is None else f"{bag:.3f}"
    cells = [
        *(name, train.task, f"{len(train.examples)} / {len(dev.examples)}", metric),
        *(f"{baseline(train, dev)[metric]:.3f}", words, f"{found[metric]:.3f}", f"{found['minutes']:.1f}"),
    ]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    options.add_argument("folder", type=Path)
    options.add_argument("--sets", nargs="*")
    options.add_argument("--model", default="mini-en")
    options.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE")
    options.add_argument("--out", type=Path, default=None)
    given = options.parse_args()
    out = given.out or Path(tempfile.mkdtemp(prefix="attention-explorer-bench-"))
    print("| Set | Task | Train / dev | Metric | Commonest | Bag of words | Fine-tuned | Minutes |")
    print("|---|---|---|---|---|---|---|---|")
    for folder in sorted(given.folder.iterdir()):
        files = parts(folder) if folder.is_dir() and (not given.sets or folder.name in given.sets) else None
        if files is None:
            continue
        train = read(files[0], skip_malformed=True)
        dev = read(files[1], train.layout, skip_malformed=True, labels=train.labels)
        metric = WANTED.get(folder.name, METRICS[train.task][0])
        length = LENGTHS.get(train.task, 128)
        settings = [f"max_length={length}", f"metric={metric}", "skip_malformed=true", *given.set]
        found = finetuned(*files, given.model, out / folder.name, settings)
        print(line(folder.name, train, dev, metric, found), flush=True)


if __name__ == "__main__":
    main()
