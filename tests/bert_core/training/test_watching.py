"""The loop where a run is measured on the way: at given steps, for the best of them, and until none gets better."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from accelerate.state import AcceleratorState

from bert_core.checkpoints.folder import read_checkpoint
from bert_core.errors import TrainingError
from bert_core.training import loop as loop_module
from bert_core.training.events import EventReader
from bert_core.training.loop import train
from bert_core.training.run_folder import RunFolder
from bert_core.training.settings import Remedies, Watch
from tests.bert_core.training import toy
from tests.bert_core.training.toy import ROWS, ToyTask

WATCH = Watch("score")
FIGURES = ("step", "loss", "mlm_loss", "nsp_loss", "gradient_norm", "learning_rate", "epoch", "examples")


@pytest.fixture(autouse=True)
def as_in_a_new_process():
    yield
    AcceleratorState._reset_state(True)
    torch.set_flush_denormal(False)


class Measured(ToyTask):
    """Two steps an epoch; `scores` are what evaluations find, by the step."""

    def __init__(self, folder, steps, scores=(), dropout=0.0):
        super().__init__(folder, steps, dropout)
        self.scores = dict(scores)
        self.heed = lambda: None
        self.measured = []
        self.on_evaluation = lambda: None

    def examples(self):
        return self.drawn * ROWS

    def epoch(self):
        return self.drawn / 2

    def total_steps(self):
        return self.steps

    def evaluate(self):
        self.on_evaluation()
        self.heed()
        self.measured.append(self.drawn)
        return {"score": self.scores.get(self.drawn, 0.0)}


def settings(**changes):
    return toy.settings(**{"evaluate_minutes": float("inf"), **changes})


def new_run(path):
    return RunFolder.create(path, {"kind": "finetune"})


def events(folder, *kinds):
    found = EventReader(folder.events_path).read()
    return [event for event in found if not kinds or event["event"] in kinds]


def stop_at(folder, number):
    return lambda step: folder.control.ask("stop") if step == number else None


def steps_of(folder):
    return [path.name for path in folder.checkpoints()]


def test_it_is_measured_before_the_first_step_at_given_ones_and_after_the_last(tmp_path):
    task, folder = Measured(tmp_path / "v", 6), new_run(tmp_path / "run")
    assert train(task, folder, settings(evaluate_at=(0, 2, 5))).kind == "finished"
    assert task.measured == [0, 2, 5, 6]
    kinds = [event["event"] for event in events(folder)]
    assert kinds[:5] == ["started", "evaluation", "step", "step", "evaluation"]
    assert events(folder, "started")[0]["total_steps"] == 6
    assert [(e["epoch"], e["examples"]) for e in events(folder, "evaluation")] == [
        (0.0, 0),
        (1.0, 16),
        (2.5, 40),
        (3.0, 48),
    ]


def test_the_last_step_is_measured_once(tmp_path):
    task, folder = Measured(tmp_path / "v", 3), new_run(tmp_path / "run")
    train(task, folder, settings(evaluate_at=(0, 3)))
    assert task.measured == [0, 3]


def test_steps_say_examples_speed_memory_and_time_left(tmp_path):
    task, folder = Measured(tmp_path / "v", 4), new_run(tmp_path / "run")
    train(task, folder, settings(evaluate_at=(0, 2)))
    steps = events(folder, "step")
    assert steps[-1]["seconds_left"] == 0
    assert [(e["epoch"], e["examples"]) for e in steps] == [(0.5, 8), (1.0, 16), (1.5, 24), (2.0, 32)]
    assert all(e["examples_per_second"] > 0 and 50 < e["memory_mb"] < 1e6 for e in steps)


def test_the_time_left_counts_the_evaluations_to_come(tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("bert_core.training.report.time.monotonic", lambda: now[0])
    monkeypatch.setattr(loop_module.time, "monotonic", lambda: now[0])
    task, folder = Measured(tmp_path / "v", 8), new_run(tmp_path / "run")
    task.before_step = lambda step: now.__setitem__(0, now[0] + 1.0)
    task.on_evaluation = lambda: now.__setitem__(0, now[0] + 10.0)
    train(task, folder, settings(evaluate_at=(0, 4, 8)))
    steps = events(folder, "step")
    assert [round(e["seconds_left"], 3) for e in steps] == [27, 26, 25, 24, 13, 12, 11, 10]
    assert steps[-1]["elapsed"] == 28 and steps[3]["examples_per_second"] == ROWS


def test_the_best_is_kept(tmp_path):
    scores = {0: 9.0, 2: 0.5, 4: 0.8, 6: 0.7, 8: 0.8}
    task, folder = Measured(tmp_path / "v", 8, scores), new_run(tmp_path / "run")
    ending = train(task, folder, settings(evaluate_at=(0, 2, 4, 6, 8), watch=WATCH, keep_checkpoints=1))
    assert ending.kind == "finished" and "The best score was 0.8, after step 4." in ending.message
    assert steps_of(folder) == ["step-4", "step-8"] and folder.best().name == "step-4"
    assert [e["best"] for e in events(folder, "evaluation")] == [False, True, True, False, False]
    ended = events(folder, "ended")[0]
    assert (ended["best_step"], ended["best"], ended["early"]) == (4, 0.8, "")


def test_the_best_survives_all_that_come_after(tmp_path):
    task, folder = Measured(tmp_path / "v", 9, {1: 1.0}), new_run(tmp_path / "run")
    options = settings(evaluate_at=(1, 5), watch=WATCH, keep_checkpoints=1, checkpoint_minutes=0.0)
    train(task, folder, options)
    assert steps_of(folder) == ["step-1", "step-9"]


def test_without_keeping_only_the_last_is_there(tmp_path):
    task, folder = Measured(tmp_path / "v", 4, {1: 1.0}), new_run(tmp_path / "run")
    train(task, folder, settings(evaluate_at=(1,), watch=replace(WATCH, keep=False), keep_checkpoints=1))
    assert steps_of(folder) == ["step-4"] and folder.best() is None


def test_it_ends_early(tmp_path):
    scores = {1: 0.3, 2: 0.5, 3: 0.4, 4: 0.5, 5: 0.9}
    task, folder = Measured(tmp_path / "v", 9, scores), new_run(tmp_path / "run")
    options = settings(evaluate_at=tuple(range(10)), watch=replace(WATCH, patience=2))
    ending = train(task, folder, options)
    assert (ending.kind, ending.step) == ("finished", 4)
    early = "It ended early: in 2 evaluations there was no better score."
    assert ending.message == f"{early} The best score was 0.5, after step 2."
    assert events(folder, "ended")[0]["early"] == early
    assert steps_of(folder) == ["step-2", "step-4"]
    again = train(Measured(tmp_path / "v", 9, scores), folder, options, resume=True)
    assert (again.kind, again.step) == ("finished", 4) and "finished already" in again.message
    more = settings(evaluate_at=tuple(range(10)), watch=replace(WATCH, patience=5))
    assert train(Measured(tmp_path / "v", 9, scores), folder, more, resume=True).step == 9


@pytest.mark.parametrize("stops", [(1, 4), (2, 5), (0, 7)])
def test_a_resumed_run_is_the_same_run(tmp_path, stops):
    scores = {2: 0.5, 4: 0.8, 6: 0.7, 8: 0.6}
    options = settings(evaluate_at=(0, 2, 4, 6, 8), watch=replace(WATCH, patience=3))
    whole, parts = new_run(tmp_path / "whole"), new_run(tmp_path / "parts")
    train(Measured(tmp_path / "v", 9, scores, dropout=0.1), whole, options)
    for stop in (*stops, None):
        task = Measured(tmp_path / "v", 9, scores, dropout=0.1)
        task.before_step = stop_at(parts, stop)
        train(task, parts, options, resume=stop != stops[0])
    for kind, names in (("step", FIGURES), ("evaluation", ("step", "score", "best", "epoch"))):
        found = [[[e[name] for name in names] for e in events(run, kind)] for run in (whole, parts)]
        assert found[0] == found[1]
    assert whole.best().name == parts.best().name == "step-4"
    one, other = (read_checkpoint(run.latest()).tensors for run in (whole, parts))
    assert all(torch.equal(one[key], other[key]) for key in one)


def test_stopped_where_it_was_to_be_measured_it_is_measured_on_return(tmp_path):
    folder = new_run(tmp_path / "run")
    task = Measured(tmp_path / "v", 4)
    task.before_step = lambda step: folder.control.ask("stop") if step == 1 else None
    options = settings(evaluate_at=(2,), watch=WATCH)
    assert train(task, folder, options).kind == "stopped"
    assert task.measured == [] and steps_of(folder) == ["step-2"]
    task = Measured(tmp_path / "v", 4, {2: 1.0})
    assert train(task, folder, options, resume=True).kind == "finished"
    assert task.measured == [2, 4] and folder.best().name == "step-2"


def test_a_stop_does_not_wait_for_an_evaluation(tmp_path):
    folder = new_run(tmp_path / "run")
    task = Measured(tmp_path / "v", 4)
    task.on_evaluation = lambda: folder.control.ask("stop") if task.drawn == 2 else None
    ending = train(task, folder, settings(evaluate_at=(0, 2), watch=WATCH))
    assert (ending.kind, ending.step) == ("stopped", 2) and task.measured == [0]
    assert [e["step"] for e in events(folder, "evaluation")] == [0] and steps_of(folder) == ["step-2"]
    again = Measured(tmp_path / "v", 4)
    assert train(again, folder, settings(evaluate_at=(0, 2), watch=WATCH), resume=True).kind == "finished"
    assert again.measured == [2, 4]


def test_a_stop_in_the_last_evaluation_can_be_made_up_for(tmp_path):
    """All steps are saved then; what is new is only the state, and the best."""
    folder, options = new_run(tmp_path / "run"), settings(watch=WATCH)
    task = Measured(tmp_path / "v", 3)
    task.on_evaluation = lambda: folder.control.ask("stop")
    assert train(task, folder, options).kind == "stopped"
    weights = (folder.latest() / "model.safetensors").stat().st_mtime_ns
    again = Measured(tmp_path / "v", 3, {3: 0.7})
    ending = train(again, folder, options, resume=True)
    assert ending.kind == "finished" and "finished already" not in ending.message
    assert (
        folder.best().name == "step-3"
        and (folder.latest() / "model.safetensors").stat().st_mtime_ns == weights
    )
    state = json.loads((folder.latest() / "state.json").read_text(encoding="utf-8"))
    assert state["evaluated_step"] == 3 and state["best"]["value"] == 0.7
    assert "finished already" in train(Measured(tmp_path / "v", 3), folder, options, resume=True).message


def test_a_pause_holds_an_evaluation_up(tmp_path, monkeypatch):
    folder, polls = new_run(tmp_path / "run"), []

    def wait(self, seconds):
        polls.append(list(task.measured))
        folder.control.ask("run")

    monkeypatch.setattr(loop_module.Interrupts, "wait", wait)
    task = Measured(tmp_path / "v", 4)
    task.on_evaluation = lambda: folder.control.ask("pause") if task.drawn == 2 else None
    assert train(task, folder, settings(evaluate_at=(2,))).kind == "finished"
    assert polls == [[]] and task.measured == [2, 4]
    assert [e["event"] for e in events(folder)][3:6] == ["paused", "resumed", "evaluation"]


def test_more_is_written_of_an_evaluation_before_its_checkpoint(tmp_path):
    folder, seen = new_run(tmp_path / "run"), []

    def evaluated(step, figures):
        seen.append((step, figures["score"], steps_of(folder)))
        return ["A probe was too long."] if step == 2 else []

    task = Measured(tmp_path / "v", 3, {2: 0.5})
    train(task, folder, settings(evaluate_at=(0, 2), watch=WATCH), evaluated=evaluated)
    assert seen == [(0, 0.0, []), (2, 0.5, []), (3, 0.0, ["step-2"])]
    assert [e["message"] for e in events(folder, "warning")] == ["A probe was too long."]


@pytest.mark.expects_log
def test_what_cannot_be_written_of_an_evaluation_is_a_warning(tmp_path):
    folder = new_run(tmp_path / "run")

    def evaluated(step, figures):
        raise OSError(28, "No space left on device")

    assert train(Measured(tmp_path / "v", 2), folder, settings(), evaluated=evaluated).kind == "finished"
    assert [e["message"] for e in events(folder, "warning")] == [
        "What was measured is not written. The disk is full."
    ]


@pytest.mark.expects_log
def test_a_best_that_cannot_be_saved_is_no_best(tmp_path, monkeypatch):
    save_file, room = loop_module.checkpoint.save_file, [True, False, True, True]

    def save(*arguments):
        if not room.pop(0):
            raise OSError(28, "No space left on device")
        save_file(*arguments)

    monkeypatch.setattr(loop_module.checkpoint, "save_file", save)
    folder = new_run(tmp_path / "run")
    task = Measured(tmp_path / "v", 4, {1: 0.5, 2: 0.9, 3: 0.7})
    ending = train(task, folder, settings(evaluate_at=(1, 2, 3), watch=WATCH, keep_checkpoints=1))
    assert ending.kind == "finished" and folder.best().name == "step-3"
    assert "The best score was 0.7, after step 3." in ending.message
    assert steps_of(folder) == ["step-3", "step-4"]


def test_the_model_is_made_before_the_last_event(tmp_path):
    folder, seen = new_run(tmp_path / "run"), []
    train(
        Measured(tmp_path / "v", 2),
        folder,
        settings(),
        finish=lambda: seen.append((steps_of(folder), len(events(folder, "ended")))),
    )
    assert seen == [(["step-2"], 0)]


def test_a_model_that_cannot_be_made_is_no_good_ending(tmp_path):
    folder = new_run(tmp_path / "run")

    def finish():
        raise OSError(28, "No space left on device")

    ending = train(Measured(tmp_path / "v", 2), folder, settings(), finish=finish)
    assert ending.kind == "crashed" and "The disk is full. Resume to try again." in ending.message
    made = []
    ending = train(
        Measured(tmp_path / "v", 2), folder, settings(), resume=True, finish=lambda: made.append(1)
    )
    assert ending.kind == "finished" and made == [1]


def test_remedies_are_the_kind_of_run_s_own(tmp_path):
    folder = new_run(tmp_path / "run")
    remedies = Remedies(out_of_memory="Buy more.", diverged="more slowly.")
    task = Measured(tmp_path / "v", 3)
    task.poison_from = 1
    ending = train(task, folder, settings(remedies=remedies))
    assert ending.kind == "diverged" and ending.message.endswith("Start anew more slowly.")
    task = Measured(tmp_path / "v", 3)

    def fail(step):
        raise torch.OutOfMemoryError("CUDA out of memory")

    task.before_step = fail
    ending = train(task, folder, settings(remedies=remedies), resume=True)
    assert (ending.kind, ending.message) == ("out of memory", "Memory ran out. Buy more.")


def test_a_run_inside_another_hears_the_other_s_wishes(tmp_path):
    outer = new_run(tmp_path / "run")
    inner = RunFolder.create(tmp_path / "run/seeds/1", {"kind": "finetune"}, outer.control)
    outer.control.ask("stop")
    assert train(Measured(tmp_path / "v", 5), inner, settings()).step == 1
    assert outer.control.wish() == "stop", "it is not the inner run's to forget"
    assert RunFolder.open(inner.path).control.wish() == "run"


def test_a_state_that_is_garbled_is_named(tmp_path):
    folder = new_run(tmp_path / "run")
    train(Measured(tmp_path / "v", 2), folder, settings(watch=WATCH))
    path = folder.latest() / "state.json"
    state = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**state, "best": {"step": 2, "value": "high", "worse": 0}}), encoding="utf-8")
    with pytest.raises(TrainingError, match=r"state\.json lacks or garbles"):
        train(Measured(tmp_path / "v", 2), folder, settings(watch=WATCH), resume=True)
