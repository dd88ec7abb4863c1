"""Folders of fine-tuning runs as `python -m bert_core finetune` writes them, with invented figures."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np

from bert_core.training.events import EventLog
from bert_core.training.run_folder import RunFolder

LABELS = ("negative", "neutral", "positive")


class TuningWriter:
    """Stands in for whoever trains: 32 examples a step, 20 steps an epoch, an evaluation every 10 steps."""

    def __init__(
        self,
        path: Path,
        *,
        task: str = "single-sentence",
        labels: tuple[str, ...] = LABELS,
        seed: int = 0,
        rate: float = 3e-4,
        epochs: int = 3,
        seeds: tuple[int, ...] = (),
        steps_an_epoch: int = 20,
        **values: Any,
    ) -> None:
        self.task, self.labels, self.rate = task, labels, rate
        self.total = epochs * steps_an_epoch
        self.an_epoch = steps_an_epoch
        self._random = np.random.default_rng(seed)
        self.step = 0
        details: dict[str, Any] = {
            "kind": "finetune",
            "model": "/models/mini-en",
            "recipe": {
                "task": task,
                "epochs": float(epochs),
                "batch_size": 32,
                "learning_rate": rate,
                "seed": seed,
                "metric": None,
            },
            "data": {
                "train": "/data/reviews.csv",
                "dev": None,
                "counts": {"train": 32 * steps_an_epoch, "dev": 150},
                "labels": list(labels),
                "skipped": 0,
            },
            "probes": [["A fine day.", None]],
            "base_metric": {"accuracy": 0.42, "macro_f1": 0.2, "matthews": 0.0},
            **values,
        }
        if seeds:
            details["seeds"] = list(seeds)
        self.folder = RunFolder.create(path, details)
        self.path = path
        self.log = EventLog(self.folder.events_path)

    def start(self) -> None:
        self.log.append(
            "started",
            step=0,
            pieces=0,
            total_pieces=None,
            device="cpu",
            processes=1,
            precision="float32",
            parameters=8_000_000,
        )

    def figures(self, step: int) -> dict[str, float]:
        share = step / self.total
        rate = self.rate * min(1.0, share / 0.1, (1 - share) / 0.9 + 1e-3)
        return {
            "step": step,
            "pieces": 900 * step,
            "progress": share,
            "epoch": round(step / self.an_epoch, 4),
            "examples": 32 * step,
            "task_loss": self._loss(step),
            "loss": self._loss(step),
            "learning_rate": rate,
            "gradient_norm": 1.0 + 0.3 * self._random.random(),
            "pieces_per_second": 9000.0,
            "examples_per_second": 310.0 + 20 * self._random.random(),
            "seconds_left": 0.2 * (self.total - step),
            "elapsed": 0.2 * step,
            "memory_mb": 900 + 20 * min(1.0, share * 3),
        }

    def _loss(self, step: int) -> float:
        return max(0.05, 1.05 * math.exp(-3.0 * step / self.total) + 0.18 * self._random.standard_normal())

    def steps(self, count: int) -> None:
        for _ in range(count):
            self.step += 1
            self.log.append("step", **self.figures(self.step))

    def evaluation(self) -> dict[str, float]:
        """An evaluation with its file; the last epoch is a little worse than the one before."""
        share = self.step / self.total
        accuracy = 0.4 + 0.45 * (1 - math.exp(-4 * share)) - 0.05 * max(0.0, share - 0.8)
        accuracy += 0.01 * self._random.standard_normal()
        metrics = {
            "accuracy": round(accuracy, 4),
            "macro_f1": round(accuracy - 0.03, 4),
            "matthews": round(1.5 * accuracy - 0.5, 4),
            "dev_loss": round(1.05 - 0.6 * (1 - math.exp(-5 * share)) + 0.25 * share**2, 4),
        }
        self.log.append(
            "evaluation",
            step=self.step,
            epoch=round(self.step / self.an_epoch, 4),
            elapsed=0.2 * self.step,
            **metrics,
        )
        counts = self._counts(accuracy)
        per_class = [
            {
                "label": label,
                "precision": float(counts[n, n] / max(1, counts[:, n].sum())),
                "recall": float(counts[n, n] / max(1, counts[n].sum())),
                "f1": float(2 * counts[n, n] / max(1, counts[n].sum() + counts[:, n].sum())),
                "support": int(counts[n].sum()),
            }
            for n, label in enumerate(self.labels)
        ]
        folder = self.path / "evaluations"
        folder.mkdir(exist_ok=True)
        (folder / f"step-{self.step}.json").write_text(
            json.dumps(
                {
                    "step": self.step,
                    "epoch": self.step / self.an_epoch,
                    "metrics": metrics,
                    "confusion": {"labels": list(self.labels), "counts": counts.tolist()},
                    "per_class": per_class,
                }
            ),
            encoding="utf-8",
        )
        return metrics

    def _counts(self, accuracy: float) -> np.ndarray:
        size = len(self.labels)
        shares = np.full((size, size), (1 - accuracy) / max(1, size - 1))
        np.fill_diagonal(shares, accuracy)
        rows = np.linspace(70, 30, size)
        return np.round(rows[:, None] * shares).astype(int)

    def train(self, *, until: int | None = None, every: int = 10) -> None:
        """Steps with an evaluation now and then, from where it is."""
        if self.step == 0:
            self.start()
            self.evaluation()
        while self.step < (self.total if until is None else until):
            self.steps(1)
            if self.step % every == 0:
                self.evaluation()

    def end(self, ending: str = "finished", message: str = "", **more: Any) -> None:
        self.log.append(
            "ended", ending=ending, message=message, step=self.step, elapsed=0.2 * self.step, **more
        )

    def checkpoint(self) -> Path:
        folder = self.path / "checkpoints" / f"step-{self.step}"
        folder.mkdir(parents=True)
        (folder / "state.json").write_text("{}", encoding="utf-8")
        return folder

    def finish(self) -> None:
        """To the end, with a model."""
        self.train()
        self.checkpoint()
        (self.path / "model").mkdir()
        (self.path / "model" / "config.json").write_text("{}", encoding="utf-8")
        self.end()

    def age(self, seconds: float) -> None:
        """As if all of it had been written that long ago."""
        path = self.folder.events_path
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        now = time.time()
        for number, line in enumerate(lines):
            line["time"] = round(now - seconds - 0.2 * (len(lines) - number), 3)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def several_seeds(path: Path, seeds: tuple[int, ...] = (0, 1, 2), **values: Any) -> TuningWriter:
    """A finished run of several seeds."""
    parent = TuningWriter(path, seeds=seeds, **values)
    each: dict[str, list[float]] = {}
    for seed in seeds:
        parent.log.append("seed", seed=seed, begin=True)
        run = TuningWriter(path / "seeds" / str(seed), seed=seed, **values)
        run.train()
        last = run.evaluation()
        run.end()
        for name, value in last.items():
            each.setdefault(name, []).append(value)
        parent.log.append("seed", seed=seed, begin=False, metrics=last)
    spread = {
        name: {"mean": float(np.mean(values)), "sd": float(np.std(values, ddof=1)), "each": values}
        for name, values in each.items()
    }
    parent.log.append("ended", ending="finished", message="", step=parent.total, spread=spread)
    return parent
