"""A run killed at any moment, also while a checkpoint is written, goes on to the same losses as one that was not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bert_core.finetuning import small_runs
from tests.bert_core.finetuning.small_runs import KILLS, events, figures

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
OFTEN = {"before old ones go": 1e-6, "old ones half gone": 1e-6}
"""Minutes between checkpoints, where they must come more often than evaluations."""
SEEDS = {"seeds": [0, 5, 7]}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="makes children by fork, and kills them by a signal"),
]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The folder of all runs, by their names; and what became of each process."""
    home = tmp_path_factory.mktemp("home")
    small_runs.write_data(home)
    small_runs.write_model(home)
    begin = ["begin", [str(home)]]
    scripts = {"whole": [line(begin, home / "whole")], "seeds": [line(begin, home / "seeds", **SEEDS)]}
    for kill in KILLS:
        out = home / kill.replace(" ", "-")
        minutes = {"checkpoint_minutes": OFTEN.get(kill, 60.0)}
        scripts[kill] = [line(begin, out, kill=kill, **minutes), ["go_on", [str(out)], {}]]
    for kill in ("half the data", "in run.json"):
        out = home / kill.replace(" ", "-")
        scripts[kill] = [line(begin, out, kill=kill), line(begin, out)]
    out = home / "twice"
    again = ["go_on", [str(out)], {"kill": "after an evaluation"}]
    scripts["twice"] = [line(begin, out, kill="step 7"), again, ["go_on", [str(out)], {}]]
    out = home / "seed-2"
    scripts["seed 2"] = [line(begin, out, kill="seed 2", **SEEDS), ["go_on", [str(out)], {}]]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bert_core.finetuning.small_runs"],
        input=json.dumps({"home": str(home), "scripts": scripts}),
        env=ENVIRONMENT,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return home, json.loads(done.stdout)


def line(begin, out, **named):
    return [begin[0], [*begin[1], str(out)], named]


def same(one, other):
    """The same figures, to the bit; the same files but for those that tell the time; the same model."""
    assert figures(one) == figures(other)
    assert names(one) == names(other)
    found = [(run / "model/model.safetensors").read_bytes() for run in (one, other)]
    assert found[0] == found[1]


def names(run):
    """Without predictions: which are kept depends on where checkpoints are, and those on the time."""
    found = (str(path.relative_to(run)) for path in run.rglob("*") if path.is_file())
    return sorted(name for name in found if not name.endswith(".predictions.jsonl"))


def test_the_uninterrupted_run(runs):
    home, ends = runs
    assert ends["whole"] == ["finished"]
    assert len(events(home / "whole", "step")) == 12


@pytest.mark.parametrize("kill", KILLS)
def test_killed_and_resumed(runs, kill):
    home, ends = runs
    assert ends[kill] == [-signal.SIGKILL, "finished"]
    same(home / kill.replace(" ", "-"), home / "whole")


@pytest.mark.parametrize("kill", ["half the data", "in run.json"])
def test_killed_before_it_was_a_run_it_begins_anew(runs, kill):
    home, ends = runs
    assert ends[kill] == [-signal.SIGKILL, "finished"]
    same(home / kill.replace(" ", "-"), home / "whole")


def test_killed_twice(runs):
    home, ends = runs
    assert ends["twice"] == [-signal.SIGKILL, -signal.SIGKILL, "finished"]
    same(home / "twice", home / "whole")


def test_killed_in_the_second_of_three_seeds(runs):
    home, ends = runs
    assert ends["seed 2"] == [-signal.SIGKILL, "finished"]
    same(home / "seed-2", home / "seeds")
    for seed in SEEDS["seeds"]:
        same(home / f"seed-2/seeds/{seed}", home / f"seeds/seeds/{seed}")
    kinds = [
        [(e["event"], e.get("seed"), e.get("state")) for e in events(home / run)]
        for run in ("seeds", "seed-2")
    ]
    assert kinds[0] == [
        ("started", None, None),
        *(("seed", seed, state) for seed in SEEDS["seeds"] for state in ("begin", "end")),
        ("ended", None, None),
    ]
    assert [kind for kind in kinds[1] if kind[0] != "resumed"] == kinds[0]
