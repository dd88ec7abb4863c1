"""The end of a process that is gone: as its record says, as the system does, and put on record afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.services.run_ends import ending_of, last_ending, record_end
from app.services.run_follower import RunFollower
from bert_core.training.ending import Ending
from bert_core.training.run_folder import RunFolder

BROKEN = Ending("crashed", "It broke off.", 4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "run"
    RunFolder.create(made, {"kind": "finetune"})
    write(made, {"event": "started", "time": 1000.0, "step": 0}, {"event": "step", "time": 1001.0, "step": 4})
    return made


def write(folder: Path, *events: dict[str, object]) -> None:
    with (folder / "events.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(event) + "\n" for event in events)


def test_a_killed_process_is_known_at_once_to_everybody(folder: Path) -> None:
    assert last_ending(folder) is None
    ending = ending_of(folder, since=999.0, code=9, killed=True, complaints="")
    assert ending.kind == "crashed" and ending.step == 4
    assert record_end(folder, ending)
    run = RunFollower(folder).read()
    assert (run.state, run.message) == ("crashed", ending.message)


def test_an_end_that_is_there_stays(folder: Path) -> None:
    write(folder, {"event": "ended", "time": 1002.0, "ending": "stopped", "step": 4})
    before = (folder / "events.jsonl").read_bytes()
    assert not record_end(folder, BROKEN)
    assert (folder / "events.jsonl").read_bytes() == before


def test_where_there_is_no_run_nothing_is_written(tmp_path: Path) -> None:
    assert not record_end(tmp_path, BROKEN)
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_somebody_else_has_taken_up_is_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bert_core.training.run_folder._PATIENCE", 0.0)
    with RunFolder.open(folder).lock():
        assert not record_end(folder, BROKEN)
    assert last_ending(folder) is None
