"""Runs in processes of their own: two that train together, one that is killed, one that holds the lock."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bert_core.errors import TrainingError
from bert_core.training.events import EventReader
from bert_core.training.loop import train
from bert_core.training.run_folder import RunFolder
from tests.bert_core.training.toy import ToyTask, settings

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
TOY = [str(ROOT / "tests/bert_core/training/toy.py")]
# With --cpu, accelerate launches several processes through mpirun only; --multi_gpu is its name for torchrun.
TOGETHER = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2", "--num_machines", "1"]
TOGETHER += ["--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0"]

pytestmark = pytest.mark.slow


def run(
    arguments: list[str], folder: RunFolder, steps: int, **special: object
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments, str(folder.path), str(steps), json.dumps(special)]
    return subprocess.run(
        command, check=False, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, timeout=240
    )


def losses(folder: RunFolder) -> list[float]:
    return [e["loss"] for e in EventReader(folder.events_path).read() if e["event"] == "step"]


def test_two_processes_give_the_curve_of_one(tmp_path):
    one, two = RunFolder.create(tmp_path / "one", {}), RunFolder(tmp_path / "two", {})
    train(ToyTask(tmp_path / "v", 20), one, settings())
    done = run([*TOGETHER, *TOY], two, 20, accumulate=2)
    assert done.returncode == 0, done.stderr
    events = EventReader(two.events_path).read()
    assert events[0]["processes"] == 2
    assert [e["event"] for e in events].count("ended") == 1
    assert losses(two) == pytest.approx(losses(one), abs=1e-5)
    # The connection's threads are gone: one left over may abort the process at its end.
    assert "gloo" not in done.stdout


def test_a_signal_to_either_process_stops_both_and_one_goes_on(tmp_path):
    whole, parts = (RunFolder.create(tmp_path / name, {}) for name in ("whole", "parts"))
    train(ToyTask(tmp_path / "v", 12), whole, settings())
    done = run([*TOGETHER, *TOY], parts, 12, signal_at=4, rank="1")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in parts.checkpoints()] == ["step-5"]
    train(ToyTask(tmp_path / "v", 12), parts, settings(), resume=True)
    assert losses(parts) == pytest.approx(losses(whole), abs=1e-5)


def test_an_error_in_one_process_ends_both(tmp_path):
    folder = RunFolder.create(tmp_path / "run", {})
    done = run([*TOGETHER, *TOY], folder, 12, fail_at=4, rank="1")
    assert done.returncode != 0
    assert EventReader(folder.events_path).read()[-1]["step"] == 4
    assert folder.checkpoints() == [] and not folder.is_running()


KILLED = """
import os, signal
from tests.bert_core.training import toy
from bert_core.training import checkpoint
from bert_core.training.loop import train
from bert_core.training.run_folder import RunFolder
from pathlib import Path
import sys

folder = RunFolder.open(Path(sys.argv[1]))
write_json = checkpoint.write_json
def write(path, values):
    if values["step"] == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    write_json(path, values)
checkpoint.write_json = write
train(toy.ToyTask(folder.path.parent / "v", 6), folder, toy.settings(checkpoint_minutes=0.0))
"""


@pytest.mark.skipif(os.name != "posix", reason="kills by a signal")
def test_a_process_killed_while_saving_leaves_the_checkpoint_before(tmp_path):
    whole, killed = (RunFolder.create(tmp_path / name, {}) for name in ("whole", "killed"))
    train(ToyTask(tmp_path / "v", 6), whole, settings())
    done = run(["-c", KILLED], killed, 6)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (killed.checkpoints_path / ".step-3" / "optimizer.safetensors").exists()
    assert [path.name for path in killed.checkpoints()] == ["step-1", "step-2"]
    assert not killed.is_running()
    train(ToyTask(tmp_path / "v", 6), killed, settings(), resume=True)
    assert sorted(path.name for path in killed.checkpoints_path.iterdir()) == ["step-2", "step-6"]
    assert losses(killed) == losses(whole)


HELD = """
import sys
from pathlib import Path
from bert_core.training.run_folder import RunFolder
with RunFolder.open(Path(sys.argv[1])).lock():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_process_trains_at_a_time(tmp_path):
    folder = RunFolder.create(tmp_path / "run", {})
    command = [sys.executable, "-c", HELD, str(folder.path)]
    with subprocess.Popen(command, env=ENVIRONMENT, stdin=-1, stdout=-1, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        assert folder.is_running()
        with pytest.raises(TrainingError, match="another process"):
            train(ToyTask(tmp_path / "v", 2), folder, settings())
        holder.communicate("")
    assert not folder.is_running()
    assert train(ToyTask(tmp_path / "v", 2), folder, settings()).kind == "finished"
