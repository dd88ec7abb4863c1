"""A run's folder as a value, read again and again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from app.services.run_follower import RunFollower, resume_command
from bert_core.errors import TrainingError
from tests.app.writing_runs import Writer
from tests.app.writing_tuning import TuningWriter, several_seeds


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return Writer(tmp_path / "run")


def test_what_comes_is_added(writer: Writer) -> None:
    follower = RunFollower(writer.path)
    run = follower.read()
    assert (run.state, run.name, run.steps.size, run.last_word) == ("waiting", "run", 0, None)
    writer.start()
    writer.steps(3)
    run = follower.read()
    assert (run.state, run.device, run.processes, run.parameters) == ("running", "cpu", 2, 1_234_567)
    assert (run.step, run.pieces, run.total_pieces, run.progress) == (3, 300, 10_000, 0.03)
    np.testing.assert_allclose(run.steps.column("mlm_loss"), [8.95, 8.9, 8.85])
    writer.evaluation()
    writer.steps(1)
    later = follower.read()
    assert (later.steps.size, later.evaluations.size) == (4, 1)
    assert later.evaluations.last("top1") == 0.3
    assert run.steps.size == 3 and len(run.steps.column("step")) == 3, "a value does not change"
    assert np.isnan(later.steps.column("no such")).all()
    with pytest.raises(ValueError):
        later.steps.column("step")[0] = 5


def test_many_events_and_fields_that_come_late(writer: Writer) -> None:
    writer.start()
    writer.steps(1030)
    writer.log.append("step", step=1031, pieces=103_100, late=7.0, words="x", big=10**400, flag=True)
    run = RunFollower(writer.path).read()
    np.testing.assert_array_equal(run.steps.column("step"), np.arange(1, 1032))
    assert np.isnan(run.steps.column("late")[:-1]).all() and run.steps.last("late") == 7
    assert run.steps.last("mlm_loss") == pytest.approx(9 - 1030 / 20)
    assert "words" not in run.steps.columns and "flag" not in run.steps.columns
    assert run.steps.last("big") is None


def test_a_run_taken_up_again_is_cut_and_redrawn(writer: Writer) -> None:
    writer.start()
    writer.steps(5)
    here = writer.log.offset()
    writer.steps(5)
    follower = RunFollower(writer.path)
    assert follower.read().steps.size == 10
    writer.log.cut(here)
    writer.log.append("resumed", step=5, pieces=500, total_pieces=20_000, device="cuda", processes=1)
    writer.step = 5
    writer.steps(1)
    run = follower.read()
    np.testing.assert_array_equal(run.steps.column("step"), [1, 2, 3, 4, 5, 6])
    assert (run.total_pieces, run.device, run.state) == (20_000, "cuda", "running")


def test_a_warning_that_comes_again_is_kept_once(writer: Writer) -> None:
    writer.start()
    for words in ("Nothing is held out.", "The disk is full.", "Nothing is held out."):
        writer.log.append("warning", message=words)
    assert RunFollower(writer.path).read().warnings == ("The disk is full.", "Nothing is held out.")


def test_a_pause_and_its_end(writer: Writer) -> None:
    writer.start()
    writer.steps(1)
    with writer.folder.lock():
        writer.log.append("paused", step=1)
        follower = RunFollower(writer.path)
        assert follower.read().state == "paused"
        writer.log.append("resumed", step=1)
        run = follower.read()
        assert (run.state, run.total_pieces, run.device) == ("running", 10_000, "cpu")


@pytest.mark.parametrize("ending", ["finished", "stopped", "diverged", "out of memory", "crashed"])
def test_endings(writer: Writer, ending: str) -> None:
    writer.start()
    writer.steps(2)
    writer.end(ending, "Why.")
    run = RunFollower(writer.path).read()
    assert (run.state, run.message, run.alive) == (ending, "Why.", False)


def test_a_run_whose_process_is_gone(writer: Writer) -> None:
    writer.start()
    writer.steps(2)
    writer.long_ago(20_000)
    follower = RunFollower(writer.path)
    run = follower.read()
    assert (run.state, run.alive) == ("not running", False)
    assert run.command == resume_command({"kind": "pretrain"}, str(writer.path))
    assert run.command.startswith("python -m bert_core pretrain --out ") and run.command.endswith(" --resume")
    with writer.folder.lock():
        assert RunFollower(writer.path).read().state == "running", "somebody holds the lock, however silent"


def test_words_of_a_machine_whose_clock_is_wrong(writer: Writer) -> None:
    """A network disk's lock may tell nothing: what comes while we look is a sign of life."""
    writer.start()
    writer.steps(1)
    writer.long_ago(20_000)
    follower = RunFollower(writer.path)
    assert follower.read().state == "not running"
    line = '{"event": "step", "time": 1000000000.0, "step": 2}\n'
    with writer.folder.events_path.open("a", encoding="utf-8") as file:
        file.write(line)
    assert follower.read().state == "running"


def test_a_paused_run_whose_process_is_gone(writer: Writer) -> None:
    writer.start()
    writer.log.append("paused", step=0)
    with writer.folder.lock():
        pass  # the lock's file is there, and nobody holds it
    writer.long_ago(20_000)
    assert RunFollower(writer.path).read().state == "not running"


def test_the_newest_complete_checkpoint(writer: Writer) -> None:
    follower = RunFollower(writer.path)
    for step, done in ((5, True), (10, True), (15, False)):
        folder = writer.path / "checkpoints" / f"step-{step}"
        folder.mkdir(parents=True)
        if done:
            (folder / "state.json").write_text("{}")
    run = follower.read()
    assert (run.checkpoint, run.checkpoint_step, run.model) == (
        str(writer.path / "checkpoints" / "step-10"),
        10,
        None,
    )
    (writer.path / "model").mkdir()
    (writer.path / "model" / "config.json").write_text("{}")
    assert follower.read().model == str(writer.path / "model")


def test_lines_that_cannot_be_read_are_counted(writer: Writer) -> None:
    writer.start()
    with writer.folder.events_path.open("a", encoding="utf-8") as file:
        file.write("{broken\n[1]\n")
    writer.steps(1)
    writer.log.append("warning", message="The disk is full.")
    run = RunFollower(writer.path).read()
    assert (run.malformed, run.steps.size, run.warnings, run.state) == (
        2,
        1,
        ("The disk is full.",),
        "running",
    )


def test_a_folder_that_is_gone_and_comes_back(writer: Writer) -> None:
    writer.start()
    writer.steps(3)
    follower = RunFollower(writer.path)
    follower.read()
    away = writer.path.with_name("away")
    os.replace(writer.path, away)
    run = follower.read()
    assert run.trouble and run.steps.size == 3 and not run.alive
    os.replace(away, writer.path)
    writer.steps(1)
    run = follower.read()
    assert not run.trouble and run.steps.size == 4
    shutil.rmtree(writer.path)
    assert follower.read().trouble


@pytest.mark.parametrize("content", [None, "{", "[]", '{"format": 99}'])
def test_what_is_no_run_is_said(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(TrainingError, match=r"run\.json|no run"):
        RunFollower(tmp_path)


def test_a_fine_tuning_run(tmp_path: Path) -> None:
    tuning = TuningWriter(tmp_path / "tuned")
    tuning.train(until=30)
    run = RunFollower(tuning.path).read()
    assert (run.kind, run.task, run.metric, run.progress) == ("finetune", "single-sentence", "accuracy", 0.5)
    assert run.evaluated == (0, 10, 20, 30) and run.evaluations.size == 4
    assert run.best is not None and run.best[0] in run.evaluated
    assert run.baseline["accuracy"] == 0.42 and run.steps.last("memory_mb") == 920


def test_figures_that_stand_inside_an_evaluation_are_found(tmp_path: Path) -> None:
    tuning = TuningWriter(tmp_path / "tuned")
    tuning.start()
    tuning.log.append("evaluation", step=0, metrics={"accuracy": 0.25})
    assert RunFollower(tuning.path).read().evaluations.last("accuracy") == 0.25


def test_a_run_of_several_seeds(tmp_path: Path) -> None:
    several_seeds(tmp_path / "seeds", (3, 1))
    run = RunFollower(tmp_path / "seeds").read()
    assert [seed.name for seed in run.seeds] == ["3", "1"] and run.state == "finished"
    assert run.planned_seeds == (3, 1) and all(seed.steps.size == 60 for seed in run.seeds)
    assert len(run.spread["accuracy"]) == 2


def test_several_seeds_stand_as_the_one_that_is_trained(tmp_path: Path) -> None:
    parent = TuningWriter(tmp_path / "seeds", seeds=(0, 1))
    follower = RunFollower(parent.path)
    assert follower.read().seeds == ()
    parent.log.append("seed", state="begin", seed=0)
    inner = TuningWriter(parent.path / "seeds" / "0")
    inner.train(until=15)
    run = follower.read()
    assert (run.state, run.step, run.progress, run.device) == ("running", 15, 0.125, "cpu")
    inner.log.append("paused", step=15)
    assert follower.read().state == "paused"
    assert inner.checkpoint() == Path(str(follower.read().checkpoint))


def test_an_early_end_says_why(tmp_path: Path) -> None:
    tuning = TuningWriter(tmp_path / "tuned")
    tuning.train(until=30)
    tuning.end("finished", early="It ended early: in 3 evaluations there was no better accuracy.")
    run = RunFollower(tuning.path).read()
    assert run.state == "finished" and run.early.startswith("It ended early")
