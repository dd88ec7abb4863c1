"""Run folders as somebody's training would write them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from bert_core.training.events import EventLog
from bert_core.training.run_folder import RunFolder


class Writer:
    """Stands in for whoever trains; 100 pieces a step."""

    def __init__(self, path: Path, **values: Any) -> None:
        self.folder = RunFolder.create(path, {"kind": "pretrain", **values})
        self.path = path
        self.log = EventLog(self.folder.events_path)
        self.step = 0

    def start(self) -> None:
        self.log.append(
            "started",
            step=0,
            pieces=0,
            total_pieces=10_000,
            device="cpu",
            processes=2,
            precision="bfloat16",
            parameters=1_234_567,
        )

    def steps(self, count: int) -> None:
        for _ in range(count):
            self.step += 1
            self.log.append("step", **self.figures(self.step))

    @staticmethod
    def figures(step: int) -> dict[str, float]:
        return {
            "step": step,
            "pieces": 100 * step,
            "progress": step / 100,
            "loss": 10 - step / 20,
            "mlm_loss": 9 - step / 20,
            "mlm_accuracy": step / 200,
            "nsp_accuracy": 0.5,
            "learning_rate": 1e-3,
            "gradient_norm": 1.0,
            "pieces_per_second": 50.0,
            "seconds_left": 2.0 * (100 - step),
            "elapsed": 2.0 * step,
        }

    def evaluation(self) -> None:
        step = self.step
        self.log.append(
            "evaluation", step=step, pieces=100 * step, mlm_loss=9.5 - step / 20, top1=0.3, nsp_accuracy=0.6
        )

    def end(self, ending: str = "finished", message: str = "") -> None:
        self.log.append(
            "ended",
            ending=ending,
            message=message,
            step=self.step,
            pieces=100 * self.step,
            elapsed=2.0 * self.step,
        )

    def long_ago(self, seconds: float) -> None:
        """As if all of it had been written that long ago."""
        text = self.folder.events_path.read_text(encoding="utf-8")
        now, then = str(int(time.time()))[:-4], str(int(time.time() - seconds))[:-4]
        assert now != then
        self.folder.events_path.write_text(
            text.replace(f'"time": {now}', f'"time": {then}'), encoding="utf-8"
        )
