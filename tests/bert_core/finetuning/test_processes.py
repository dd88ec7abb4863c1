"""Fine-tuning by two processes, as `accelerate launch` makes them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bert_core.finetuning import small_runs
from tests.bert_core.finetuning.small_runs import RECIPE, events

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
# With --cpu, accelerate launches several processes through mpirun only; --multi_gpu is its name for torchrun.
TOGETHER = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2", "--num_machines", "1"]
TOGETHER += ["--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0"]

pytestmark = pytest.mark.slow


def launched(*line):
    done = subprocess.run(
        [sys.executable, *line],
        env=ENVIRONMENT,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_processes_give_the_curve_of_one(tmp_path):
    """And end early after the same evaluation, of which only the main one has seen the figures."""
    small_runs.write_data(tmp_path)
    small_runs.write_model(tmp_path)
    config = tmp_path / "recipe.json"
    config.write_text(json.dumps({**RECIPE, "dropout": 0.0, "patience": 2}), encoding="utf-8")
    runs = [tmp_path / "one", tmp_path / "two"]
    for start, out in (([], runs[0]), (TOGETHER, runs[1])):
        line = [
            *start,
            "-m",
            "bert_core",
            "finetune",
            "--train",
            tmp_path / "train.tsv",
            "--dev",
            tmp_path / "dev.tsv",
        ]
        line += [
            "--model",
            tmp_path / "model",
            "--out",
            out,
            "--config",
            config,
            "--device",
            "cpu",
            "--threads",
            "1",
        ]
        said = launched(*map(str, line))
        assert said.count("finished at step") == 1, "one of them speaks"
    one, two = ([[e["step"], e["loss"], e["gradient_norm"]] for e in events(run, "step")] for run in runs)
    assert [pytest.approx(row, abs=1e-4) for row in one] == two
    measured = [[[e["step"], e["accuracy"], e["best"]] for e in events(run, "evaluation")] for run in runs]
    assert measured[0] == measured[1]
    assert events(runs[1], "started")[0]["processes"] == 2 and (runs[1] / "model/config.json").exists()
