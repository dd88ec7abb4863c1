"""The service that follows folders: what it says, and when."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.run_values import Run
from app.services.runs import RunService
from tests.app.writing_runs import Writer


@pytest.fixture
def service(qtbot: QtBot) -> Iterator[RunService]:
    service = RunService(interval=0.02)
    yield service
    service.stop()
    assert service._thread is None or not service._thread.is_alive()


def test_a_folder_is_opened_and_followed(service: RunService, qtbot: QtBot, tmp_path: Path) -> None:
    writer = Writer(tmp_path / "run")
    writer.start()
    read: list[Run] = []
    service.read.connect(read.append)
    with qtbot.waitSignal(service.opened) as opened:
        service.follow(str(writer.path))
    assert opened.args[0].folder == str(writer.path)
    with qtbot.waitSignal(service.read):
        writer.steps(1)
    qtbot.waitUntil(lambda: read[-1].steps.size == 1)
    count = len(read)
    service.wish(str(writer.path), "pause")
    qtbot.waitUntil(lambda: read[-1].wish == "pause")
    assert writer.folder.control.wish() == "pause"
    assert len(read) == count + 1, "nothing is said while nothing is new"


def test_what_cannot_be_opened_is_said(service: RunService, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(service.failed) as failed:
        service.follow(str(tmp_path))
    folder, problem = failed.args
    assert folder == str(tmp_path) and "run.json" in problem.message
    with qtbot.waitSignal(service.failed) as failed:
        service.follow("\0")
    assert failed.args[1].message


def test_a_wish_that_cannot_be_written_is_said(service: RunService, qtbot: QtBot, tmp_path: Path) -> None:
    writer = Writer(tmp_path / "run")
    with qtbot.waitSignal(service.opened):
        service.follow(str(writer.path))
    os.replace(writer.path, tmp_path / "away")
    with qtbot.waitSignal(service.failed) as failed:
        service.wish(str(writer.path), "stop")
    assert "control.json" in failed.args[1].message


def test_opened_twice_it_is_read_on(service: RunService, qtbot: QtBot, tmp_path: Path) -> None:
    writer = Writer(tmp_path / "run")
    writer.start()
    writer.steps(2)
    for _ in range(2):
        with qtbot.waitSignal(service.opened) as opened:
            service.follow(str(writer.path))
        assert opened.args[0].steps.size == 2
    assert len(service._followers) == 1


def test_runs_are_listed_while_somebody_looks(qtbot: QtBot, tmp_path: Path) -> None:
    service = RunService(tmp_path / "home", interval=0.02)
    try:
        writer = Writer(tmp_path / "home" / "mine")
        Writer(tmp_path / "away").start()
        with qtbot.waitSignal(service.listed) as listed:
            service.list_runs((str(tmp_path / "away"),))
        assert {summary.name for summary in listed.args[0]} == {"mine", "away"}
        with qtbot.waitSignal(service.listed) as listed:
            writer.start()
        assert {summary.state for summary in listed.args[0]} == {"running"}
        service.list_runs(None)
        with qtbot.assertNotEmitted(service.listed, wait=80):
            writer.steps(1)
        with qtbot.waitSignal(service.listed):
            service.list_runs(())
    finally:
        service.stop()


def test_only_what_is_wanted_is_followed(service: RunService, qtbot: QtBot, tmp_path: Path) -> None:
    a, b = Writer(tmp_path / "a"), Writer(tmp_path / "b")
    with qtbot.waitSignal(service.opened):
        service.follow(str(a.path))
    with qtbot.waitSignal(service.read) as read:
        service.follow_only((str(b.path),))
    assert read.args[0].folder == str(b.path)
    assert list(service._followers) == [str(b.path)]
    with qtbot.waitSignal(service.failed) as failed:
        service.follow_only((str(b.path), str(tmp_path / "none")))
    assert "run.json" in failed.args[1].message


def test_a_run_is_deleted_unless_it_is_trained(service: RunService, qtbot: QtBot, tmp_path: Path) -> None:
    writer = Writer(tmp_path / "run")
    writer.start()
    with qtbot.waitSignal(service.opened):
        service.follow(str(writer.path))
    with writer.folder.lock(), qtbot.waitSignal(service.failed) as failed:
        service.delete(str(writer.path))
    assert "is being trained" in failed.args[1].message and writer.path.is_dir()
    with qtbot.waitSignal(service.deleted) as deleted:
        service.delete(str(writer.path))
    assert deleted.args == [str(writer.path)] and list(tmp_path.iterdir()) == []
    with qtbot.waitSignal(service.failed):
        service.delete(str(tmp_path))
    assert tmp_path.is_dir(), "what is no run is left alone"
