from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
import torch
from accelerate.state import AcceleratorState

from bert_core.checkpoints.folder import read_checkpoint
from bert_core.training import loop as loop_module
from bert_core.training.events import EventReader
from bert_core.training.loop import train
from bert_core.training.run_folder import RunFolder
from tests.bert_core.training.toy import ToyTask, settings


@pytest.fixture(autouse=True)
def as_in_a_new_process():
    before = torch.get_num_threads()
    yield
    AcceleratorState._reset_state(True)  # else the precision of one run would be that of the next
    torch.set_num_threads(before)
    torch.set_flush_denormal(False)


def new_run(path: Path) -> RunFolder:
    return RunFolder.create(path, {"kind": "pretrain"})


def events(folder: RunFolder, *kinds: str) -> list[dict]:
    found = EventReader(folder.events_path).read()
    return [event for event in found if not kinds or event["event"] in kinds]


FIGURES = ("step", "pieces", "loss", "mlm_loss", "mlm_accuracy", "nsp_loss", "nsp_accuracy", "gradient_norm")


def figures(folder: RunFolder) -> list[list]:
    return [[event[name] for name in (*FIGURES, "learning_rate")] for event in events(folder, "step")]


def stop_at(folder: RunFolder, step: int):
    def ask(now: int) -> None:
        if now == step:
            folder.control.ask("stop")

    return ask


def test_a_run_to_its_end(tmp_path):
    task, folder = ToyTask(tmp_path / "v", 60), new_run(tmp_path / "run")
    heard: list[str] = []
    ending = train(task, folder, settings(), listener=lambda kind, fields: heard.append(kind))
    assert (ending.kind, ending.step, ending.good) == ("finished", 60, True)
    kinds = [event["event"] for event in events(folder)]
    assert kinds == ["started", *["step"] * 60, "evaluation", "checkpoint", "ended"] == heard
    started, *steps = events(folder, "started", "step")
    assert started["total_pieces"] == 60 * 64 and started["processes"] == 1 and started["device"] == "cpu"
    losses = [event["loss"] for event in steps]
    assert sum(losses[-5:]) < 0.9 * sum(losses[:5])
    assert steps[0]["loss"] == pytest.approx(steps[0]["mlm_loss"] + steps[0]["nsp_loss"])
    rates = [event["learning_rate"] for event in steps]
    assert rates[0] == pytest.approx(1e-2 * 0.5 / 12) and max(rates) <= 1e-2 and rates[-1] > 0
    assert events(folder, "evaluation")[0]["mlm_top1"] == 0.5 and task.modes == [False]
    assert events(folder, "ended")[0]["ending"] == "finished"
    assert not folder.is_running()


def test_a_checkpoint_is_a_model(tmp_path):
    task, folder = ToyTask(tmp_path / "v", 3), new_run(tmp_path / "run")
    train(task, folder, settings())
    stored = read_checkpoint(folder.latest())
    for name, tensor in task.canonical()[1].items():
        assert torch.equal(stored.tensors[name], tensor)
    assert not list(folder.checkpoints_path.rglob("*.pt")) and not list(
        folder.checkpoints_path.rglob("*.bin")
    )


@pytest.mark.parametrize("name", ["muon", "adamw"])
def test_a_resumed_run_is_the_same_run(tmp_path, name):
    recipe = settings().optimizer.__class__(name=name, learning_rate=3e-3, warmup=0.2, growth=1.2)
    options = settings(optimizer=recipe, accumulate=2)
    whole = new_run(tmp_path / "whole")
    train(ToyTask(tmp_path / "v", 12, dropout=0.1), whole, options)
    parts = new_run(tmp_path / "parts")
    for stop in (3, 7, None):
        task = ToyTask(tmp_path / "v", 12, dropout=0.1)
        torch.manual_seed(stop or 0)
        if stop is not None:
            task.before_step = stop_at(parts, stop)
        train(task, parts, options, resume=stop != 3)
    assert figures(parts) == figures(whole)
    assert [e["step"] for e in events(parts, "resumed")] == [4, 8]
    one, other = (read_checkpoint(run.latest()).tensors for run in (whole, parts))
    assert all(torch.equal(one[key], other[key]) for key in one)


def test_what_came_after_the_checkpoint_is_cut(tmp_path):
    folder = new_run(tmp_path / "run")
    task = ToyTask(tmp_path / "v", 8)
    task.before_step = stop_at(folder, 3)
    train(task, folder, settings())
    with folder.events_path.open("a") as file:  # a killed process made two more steps, and half a line
        file.write('{"event": "step", "step": 5}\n{"event": "step", "step": 6}\n{"event": "st')
    train(ToyTask(tmp_path / "v", 8), folder, settings(), resume=True)
    assert [event["step"] for event in events(folder, "step")] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_resuming_before_the_first_checkpoint_begins_anew(tmp_path):
    folder = new_run(tmp_path / "run")
    folder.events_path.write_text('{"event": "step", "step": 1}\n')
    assert train(ToyTask(tmp_path / "v", 2), folder, settings(), resume=True).kind == "finished"
    assert [event["step"] for event in events(folder, "step")] == [1, 2]


def test_a_finished_run_stays_finished(tmp_path):
    folder = new_run(tmp_path / "run")
    train(ToyTask(tmp_path / "v", 2), folder, settings())
    ending = train(ToyTask(tmp_path / "v", 2), folder, settings(), resume=True)
    assert (ending.kind, ending.step) == ("finished", 2)


def test_a_new_run_does_not_go_over_an_old_one(tmp_path):
    folder = new_run(tmp_path / "run")
    train(ToyTask(tmp_path / "v", 2), folder, settings())
    with pytest.raises(loop_module.TrainingError, match="checkpoints already"):
        train(ToyTask(tmp_path / "v", 2), folder, settings())
    assert not folder.is_running()


def test_a_damaged_checkpoint_is_named(tmp_path):
    folder = new_run(tmp_path / "run")
    train(ToyTask(tmp_path / "v", 2), folder, settings())
    (folder.latest() / "optimizer.safetensors").write_bytes(b"x" * 20)
    with pytest.raises(loop_module.TrainingError, match=r"step-2.*cannot be read.*Delete"):
        train(ToyTask(tmp_path / "v", 2), folder, settings(), resume=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_saves_and_stops(tmp_path, number):
    task, folder = ToyTask(tmp_path / "v", 50), new_run(tmp_path / "run")
    before = signal.getsignal(number)
    task.before_step = lambda step: os.kill(os.getpid(), number) if step == 2 else None
    ending = train(task, folder, settings())
    assert ending.kind == "stopped" and ending.step == 3
    assert folder.latest().name == "step-3"
    assert events(folder, "ended")[0]["ending"] == "stopped"
    assert signal.getsignal(number) == before


def test_a_run_ends_with_its_owner(tmp_path, monkeypatch):
    task, folder = ToyTask(tmp_path / "v", 50), new_run(tmp_path / "run")
    parent = os.getppid()

    def die(step: int) -> None:
        if step == 4:
            monkeypatch.setattr(os, "getppid", lambda: parent + 1)

    task.before_step = die
    assert train(task, folder, settings(), stop_when_parent_gone=True).kind == "stopped"
    assert folder.latest().name == "step-5"


def test_pause_computes_nothing_until_it_ends(tmp_path, monkeypatch):
    task, folder = ToyTask(tmp_path / "v", 6), new_run(tmp_path / "run")
    polls = []

    def wait(self, seconds):
        polls.append((seconds, task.drawn))
        if len(polls) == 3:
            folder.control.ask("run")

    monkeypatch.setattr(loop_module.Interrupts, "wait", wait)
    task.before_step = lambda step: folder.control.ask("pause") if step == 2 else None
    assert train(task, folder, settings()).kind == "finished"
    assert polls == [(0.2, 3)] * 3
    kinds = [event["event"] for event in events(folder)]
    assert kinds == [*["started", "step", "step", "step", "paused", "resumed"], *["step"] * 3, *kinds[-3:]]


def test_a_paused_run_can_be_stopped(tmp_path, monkeypatch):
    task, folder = ToyTask(tmp_path / "v", 6), new_run(tmp_path / "run")
    monkeypatch.setattr(loop_module.Interrupts, "wait", lambda self, seconds: folder.control.ask("stop"))
    task.before_step = lambda step: folder.control.ask("pause") if step == 2 else None
    assert train(task, folder, settings()).kind == "stopped"
    assert folder.latest().name == "step-3"


def test_an_old_wish_is_forgotten(tmp_path):
    folder = new_run(tmp_path / "run")
    folder.control.ask("stop")
    assert train(ToyTask(tmp_path / "v", 2), folder, settings()).kind == "finished"


def test_numbers_that_are_none_are_not_saved(tmp_path):
    folder = new_run(tmp_path / "run")
    task = ToyTask(tmp_path / "v", 9)
    task.poison_from = 5
    ending = train(task, folder, settings(checkpoint_minutes=0.0))
    assert ending.kind == "diverged" and not ending.good
    assert "last checkpoint is of step 5" in ending.message and "lower learning rate" in ending.message
    assert [path.name for path in folder.checkpoints()] == ["step-4", "step-5"]
    assert all(t.isfinite().all() for t in read_checkpoint(folder.latest()).tensors.values())
    assert events(folder, "ended")[0]["ending"] == "diverged"


@pytest.mark.expects_log
def test_a_crash_is_an_ending(tmp_path):
    task, folder = ToyTask(tmp_path / "v", 9), new_run(tmp_path / "run")
    task.before_step = lambda step: [][step - 3] if step == 3 else None
    ending = train(task, folder, settings())
    assert (
        ending.kind == "crashed" and "IndexError" in ending.message and "no checkpoint yet" in ending.message
    )
    assert events(folder, "ended")[0]["ending"] == "crashed"
    assert folder.latest() is None and not folder.is_running()


def test_too_little_memory_is_an_ending(tmp_path):
    task, folder = ToyTask(tmp_path / "v", 9), new_run(tmp_path / "run")

    def fail(step: int) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    task.before_step = fail
    ending = train(task, folder, settings())
    assert ending.kind == "out of memory" and "smaller batches" in ending.message


def test_what_is_amiss_from_the_start_is_an_event(tmp_path):
    folder = new_run(tmp_path / "run")
    heard = []
    train(
        ToyTask(tmp_path / "v", 1),
        folder,
        settings(),
        warnings=("Nothing is held out.",),
        listener=lambda kind, fields: heard.append((kind, fields.get("message"))),
    )
    assert heard[:2] == [("started", None), ("warning", "Nothing is held out.")]
    assert [event["message"] for event in events(folder, "warning")] == ["Nothing is held out."]


@pytest.mark.expects_log
def test_a_full_disk_does_not_end_the_training(tmp_path, monkeypatch):
    folder = new_run(tmp_path / "run")
    save_file = loop_module.checkpoint.save_file
    room = [True, False, False, True, True, True]

    def save(*arguments):
        if not room.pop(0):
            raise OSError(28, "No space left on device")
        save_file(*arguments)

    monkeypatch.setattr(loop_module.checkpoint, "save_file", save)
    ending = train(ToyTask(tmp_path / "v", 5), folder, settings(checkpoint_minutes=0.0))
    assert ending.kind == "finished"
    kinds = [event["event"] for event in events(folder, "checkpoint", "warning")]
    assert kinds == ["checkpoint", "warning", "warning", "checkpoint", "checkpoint"]
    assert "The disk is full" in events(folder, "warning")[0]["message"]
    assert sorted(path.name for path in folder.checkpoints_path.iterdir()) == ["step-4", "step-5"]


@pytest.mark.expects_log
def test_an_outcome_that_cannot_be_saved_is_no_good_ending(tmp_path, monkeypatch):
    folder = new_run(tmp_path / "run")

    def save(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(loop_module.checkpoint, "save_file", save)
    ending = train(ToyTask(tmp_path / "v", 2), folder, settings())
    assert ending.kind == "crashed" and "disk is full" in ending.message


def test_checkpoints_on_a_timer_and_only_the_newest_kept(tmp_path):
    folder = new_run(tmp_path / "run")
    train(ToyTask(tmp_path / "v", 6), folder, settings(checkpoint_minutes=0.0, keep_checkpoints=3))
    assert [path.name for path in folder.checkpoints()] == ["step-4", "step-5", "step-6"]
    assert [event["step"] for event in events(folder, "checkpoint")] == [1, 2, 3, 4, 5, 6]
    state = json.loads((folder.latest() / "state.json").read_text())
    assert state["step"] == 6 and state["task"] == {"drawn": 6}


def test_figures_are_means_since_the_last(tmp_path, monkeypatch):
    every, seldom = new_run(tmp_path / "every"), new_run(tmp_path / "seldom")
    train(ToyTask(tmp_path / "v", 4), every, settings())
    train(ToyTask(tmp_path / "v", 4), seldom, settings(log_seconds=3600.0))
    (only,) = events(seldom, "step")
    steps = events(every, "step")
    assert only["nsp_loss"] == pytest.approx(sum(e["nsp_loss"] for e in steps) / 4)
    assert only["gradient_norm"] == pytest.approx(sum(e["gradient_norm"] for e in steps) / 4)
    assert only["step"] == 4


def test_micro_batches_change_nothing(tmp_path):
    one, four = new_run(tmp_path / "one"), new_run(tmp_path / "four")
    train(ToyTask(tmp_path / "v", 10), one, settings())
    train(ToyTask(tmp_path / "v", 10), four, settings(accumulate=4))
    for a, b in zip(figures(one), figures(four), strict=True):
        assert a == pytest.approx(b, rel=1e-5)


def test_bfloat16_is_autocast(tmp_path):
    task, folder = ToyTask(tmp_path / "v", 30), new_run(tmp_path / "run")
    seen = []
    task.module.bert.encoder.register_forward_hook(
        lambda module, inputs, output: seen.append(torch.is_autocast_enabled("cpu"))
    )
    assert train(task, folder, settings(precision="bfloat16")).kind == "finished"
    assert seen == [True] * 30
    losses = [event["loss"] for event in events(folder, "step")]
    assert sum(losses[-5:]) < 0.9 * sum(losses[:5])
    assert {tensor.dtype for tensor in read_checkpoint(folder.latest()).tensors.values()} == {torch.float32}
