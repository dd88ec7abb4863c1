from __future__ import annotations

import json

import pytest

from bert_core.errors import TrainingError
from bert_core.training.run_folder import RunFolder


def make(folder: RunFolder, *steps: int, whole: bool = True) -> None:
    for step in steps:
        path = folder.checkpoints_path / f"step-{step}"
        path.mkdir()
        if whole:
            (path / "state.json").write_text("{}")


def test_a_run_is_opened_as_it_was_made(tmp_path):
    made = RunFolder.create(tmp_path / "a" / "run", {"kind": "pretrain", "recipe": {"seed": 3}})
    opened = RunFolder.open(made.path)
    assert opened.values == made.values
    assert opened.values["format"] == 1 and opened.values["recipe"] == {"seed": 3}
    assert "torch" in opened.values["versions"] and opened.values["created"].startswith("20")
    assert opened.latest() is None and opened.checkpoints() == []


def test_a_run_is_not_made_over_another(tmp_path):
    RunFolder.create(tmp_path, {})
    with pytest.raises(TrainingError, match="already"):
        RunFolder.create(tmp_path, {})


def test_a_file_in_the_way_is_named(tmp_path):
    (tmp_path / "run").write_text("")
    with pytest.raises(TrainingError, match=r"run: The run's folder cannot be made"):
        RunFolder.create(tmp_path / "run", {})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no run.json"),
        ("{", "not valid JSON"),
        ("[]", "does not describe"),
        ("{}", "does not describe"),
        (json.dumps({"format": 2}), "newer edition"),
    ],
)
def test_what_is_no_run_is_refused(tmp_path, content, words):
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(TrainingError, match=words):
        RunFolder.open(tmp_path)


def test_complete_checkpoints_in_the_order_of_steps(tmp_path):
    folder = RunFolder.create(tmp_path, {})
    make(folder, 100, 20, 3)
    make(folder, 200, whole=False)
    (folder.checkpoints_path / ".step-300").mkdir()
    (folder.checkpoints_path / ".step-300" / "state.json").write_text("{}")
    (folder.checkpoints_path / "step-x").mkdir()
    assert [path.name for path in folder.checkpoints()] == ["step-3", "step-20", "step-100"]
    assert folder.latest().name == "step-100"
    folder.remove_old(2)
    assert [path.name for path in folder.checkpoints()] == ["step-20", "step-100"]
    folder.remove_unfinished()
    left = {path.name for path in folder.checkpoints_path.iterdir()}
    assert left == {"step-20", "step-100", "step-200", "step-x"}


def test_the_lock_may_be_taken_again_by_its_holder_only(tmp_path):
    folder = RunFolder.create(tmp_path, {})
    assert not folder.is_running()
    with folder.lock():
        folder.control.ask("pause")
        with folder.lock():
            assert folder.is_running() and RunFolder.open(tmp_path).is_running()
        assert folder.control.wish() == "pause"
        assert RunFolder.open(tmp_path).is_running()
    assert not folder.is_running()
    with folder.lock():
        assert folder.control.wish() == "run"
