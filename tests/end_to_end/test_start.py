"""The first minute: start, first analysis, and what comes back at the next start."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget

from app.application import DEFAULT_MODEL
from app.logs import start_log
from app.places import settings_file
from app.theme import theme
from bert_core.resources import resource_path
from tests.end_to_end.driving import Driver

Start = Callable[..., Driver]


def test_first_analysis(app: Driver, small_model: Path) -> None:
    assert app.pieces == [
        *("[CLS]", "the", "man", "went", "to", "the", "store", "[SEP]"),
        *("he", "bought", "a", "gallon", "of", "milk", "[SEP]"),
    ]
    assert app.session.model.folder == small_model
    assert app.message == ""
    assert app.input.count.text() == "15 of 512"
    assert app.window.status.state.text() == "ready"
    assert app.window.status.pieces.text() == "15 of 512 pieces"
    assert "small" in app.window.top_bar.model_button.text()
    assert len(app.traces) == 1


def test_one_may_type_before_the_model_is_there(start: Start) -> None:
    driver = start(text_a="the man", text_b="")
    driver.type(" went")
    assert driver.session.model is None
    driver.wait_for_trace()
    assert driver.pieces == ["[CLS]", "the", "man", "went", "[SEP]"]


@pytest.mark.skipif(not (resource_path("models") / DEFAULT_MODEL).is_dir(), reason="no built-in model")
def test_the_built_in_model_reads_the_first_example(start: Start) -> None:
    driver = start(model=None)
    driver.wait_for_trace()
    assert driver.session.model.name == DEFAULT_MODEL
    assert driver.trace.scene.text_a and driver.trace.scene.text_b
    assert "[MASK]" in driver.pieces and "[UNK]" not in driver.pieces
    assert len(driver.predictions.blocks) == 1
    assert driver.predictions.blocks[0].prediction is not None
    assert driver.trace.nsp is not None
    assert driver.message == ""


def test_everything_comes_back(start: Start, small_model: Path) -> None:
    first = start()
    first.wait_for_trace()
    first.write("the penguin went home")
    first.write("birds", first.input.edit_b)
    first.wait_for_trace()
    first.click_chip(2)
    first.wait_for_trace()
    first.trigger("theme-dark")
    dock = first.window.findChild(QDockWidget, "dock-next-sentence")
    dock.close()
    predictions = first.window.findChild(QDockWidget, "dock-predictions")
    first.window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, predictions)
    first.window.resize(1000, 720)  # lower than the offscreen screen, to which Qt cuts it on the way back
    first.end()

    second = start(model=None)
    second.wait_for_trace()
    assert second.session.model.folder == small_model
    assert second.input.edit_a.toPlainText() == "the penguin went home"
    assert second.input.edit_b.toPlainText() == "birds"
    assert second.pieces[2] == "[MASK]"
    assert theme().name == "dark"
    assert second.window.actions_["theme-dark"].isChecked()
    assert second.window.findChild(QDockWidget, "dock-next-sentence").isHidden()
    predictions = second.window.findChild(QDockWidget, "dock-predictions")
    assert second.window.dockWidgetArea(predictions) == Qt.DockWidgetArea.LeftDockWidgetArea
    assert second.window.height() == 720


def test_the_command_line_goes_before_what_was_remembered(start: Start) -> None:
    first = start(text_a="the man", text_b="he")
    first.wait_for_trace()
    first.end()
    second = start(text_a="birds", size=(1100, 720), theme="dark")
    second.wait_for_trace()
    assert second.pieces == ["[CLS]", "birds", "[SEP]"]
    assert theme().name == "dark"
    assert (second.window.width(), second.window.height()) == (1100, 720)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[1, 2]",
        b'{"version": 99, "text_a": "of the future"}',
        b'{"version": 1, "text_a": 7, "model": [], "theme": "pink", "geometry": "!", "state": "AAAA"}',
        b'{"version": 1, "text_a": "the man", "replaced": [[2, 100000], [400, 3]]}',
    ],
)
def test_settings_that_cannot_be_used(start: Start, content: bytes) -> None:
    settings_file().write_bytes(content)
    driver = start()
    driver.wait_for_trace()
    assert driver.message == ""
    assert len(driver.pieces) > 2
    assert not driver.trace.scene.replaced
    for dock in driver.window.findChildren(QDockWidget):
        assert dock.isVisible()
    driver.end()
    assert json.loads(settings_file().read_text(encoding="utf-8"))["text_a"] == driver.session.scene.text_a


def test_settings_that_are_a_folder(start: Start) -> None:
    settings_file().mkdir()
    driver = start()
    driver.wait_for_trace()
    driver.end()
    assert any(str(settings_file()) in notice for notice in driver.notices)


def test_a_folder_given_from_where_one_stands_is_found_from_anywhere(
    start: Start, small_model: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(small_model.parent)
    first = start(model="small")
    first.wait_for_trace()
    first.end()
    monkeypatch.chdir(tmp_path)
    second = start(model=None)
    second.wait_for_trace()
    assert second.session.model.folder == small_model
    assert second.message == ""


def test_nothing_can_be_kept(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither settings nor a log: the home is a file."""
    home = tmp_path / "home"
    home.write_text("not a folder")
    monkeypatch.setenv("ATTENTION_EXPLORER_HOME", str(home))
    level = logging.getLogger().level
    (handler,) = start_log()
    logging.getLogger().removeHandler(handler)
    logging.getLogger().setLevel(level)
    assert capsys.readouterr().err.startswith(f"No log can be kept in {home}")
    driver = start()
    driver.wait_for_trace()
    driver.application.save()
    assert "could not be saved" in driver.notices[-1]
    assert driver.message == ""
