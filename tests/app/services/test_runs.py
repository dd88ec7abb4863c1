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
