"""A training run's folder, opened while somebody writes it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from app.panels.fine_tuning.live import LivePage
from app.panels.fine_tuning.panel import FineTuningPanel
from tests.app.writing_runs import Writer
from tests.end_to_end.driving import Driver

Start = Callable[..., Driver]


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    writer = Writer(tmp_path / "a run", recipe={"pieces": 10_000})
    writer.start()
    writer.steps(5)
    return writer


def panel_of(driver: Driver) -> LivePage:
    panel = driver.window.findChild(LivePage)
    assert panel is not None
    return panel


def shown(driver: Driver) -> list[float]:
    """The losses that the chart shows."""
    return panel_of(driver).grid.charts["mlm_loss"].plot.shown("every")[1].tolist()


def test_a_run_is_followed_steered_and_its_checkpoint_explored(
    start: Start, writer: Writer, small_model: Path
) -> None:
    driver = start(text_a="the man", run=str(writer.path))
    driver.wait_until(lambda: len(shown(driver)) == 5)
    panel = panel_of(driver)
    assert driver.window.page == "fine-tuning" and panel.isVisible() and not driver.attention.isVisible()
    assert panel.status.state.text() == "Running"

    with writer.folder.lock():
        writer.steps(3)
        writer.evaluation()
        driver.wait_until(lambda: panel.facts.evaluation.rows != [] and len(shown(driver)) == 8)
        assert shown(driver) == pytest.approx([9 - step / 20 for step in range(1, 9)])
        assert panel.grid.charts["mlm_loss"].plot.shown("dots")[0].tolist() == [8]

        panel.status.pause.click()
        driver.wait_until(lambda: writer.folder.control.wish() == "pause")
        assert json.loads((writer.path / "control.json").read_text()) == {"wish": "pause"}
        writer.log.append("paused", step=8)
        driver.wait_until(lambda: panel.status.state.text() == "Paused")

        checkpoint = writer.path / "checkpoints" / "step-8"
        shutil.copytree(small_model, checkpoint)
        (checkpoint / "state.json").write_text("{}")
        driver.wait_until(panel.status.model.isEnabled)
        driver.wait_for_trace()
        panel.status.model.click()
        assert driver.window.page is None and driver.attention.isVisible() and not panel.isVisible()
        driver.wait_until(
            lambda: driver.session.choice is not None and driver.session.choice.source == str(checkpoint)
        )
        driver.wait_for_trace()
        assert driver.message == "" and driver.pieces == ["[CLS]", "the", "man", "[SEP]"]

        writer.folder.control.ask("run")
        writer.log.append("resumed", step=8)
        writer.steps(2)
        driver.trigger("fine-tune")
        driver.wait_until(lambda: len(shown(driver)) == 10)
        assert panel.status.state.text() == "Running"
        writer.end("finished")
        driver.wait_until(lambda: panel.status.state.text() == "Finished")


def test_a_checkpoint_is_called_after_its_run(start: Start, writer: Writer, small_model: Path) -> None:
    checkpoint = writer.path / "checkpoints" / "step-5"
    shutil.copytree(small_model, checkpoint)
    driver = start(model=str(checkpoint), text_a="the man")
    driver.wait_for_trace()
    assert driver.window.top_bar.model_button.text().startswith("a run, step-5 · ")
    assert driver.model_panel.source.currentText() == "a run, step-5"


def test_a_run_taken_up_again_is_drawn_anew(start: Start, writer: Writer) -> None:
    driver = start(text_a="the man", run=str(writer.path))
    here = writer.log.offset()
    writer.steps(20)
    driver.wait_until(lambda: len(shown(driver)) == 25)
    writer.log.cut(here)
    writer.log.append("resumed", step=5, pieces=500, total_pieces=10_000, device="cpu", processes=1)
    writer.step = 5
    writer.steps(2)
    driver.wait_until(lambda: len(shown(driver)) == 7)


def test_a_folder_that_goes_away_leaves_the_picture(start: Start, writer: Writer) -> None:
    driver = start(text_a="the man", run=str(writer.path))
    driver.wait_until(lambda: len(shown(driver)) == 5)
    os.replace(writer.path, writer.path.with_name("moved"))
    panel = panel_of(driver)
    driver.wait_until(panel.status.remarks.isVisible)
    assert "gone" in panel.status.remarks.text() and len(shown(driver)) == 5
    assert not panel.status.pause.isEnabled()


def test_a_broken_folder_is_said_and_the_explorer_stays(start: Start, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{")
    driver = start(text_a="the man", run=str(tmp_path))
    assert "run.json" in driver.wait_for_problem().message
    driver.wait_for_trace()
    assert driver.window.page is None and "run.json" in driver.message
    driver.trigger("fine-tune")
    workspace = driver.window.findChild(FineTuningPanel)
    assert workspace is not None and workspace.page == "new", "there is nothing to see on another page"
    workspace.show_page("live")
    assert panel_of(driver).empty.isVisible()


def test_the_next_start_remembers_the_run_and_the_layout(start: Start, writer: Writer) -> None:
    driver = start(text_a="the man", run=str(writer.path))
    driver.wait_for_trace()
    driver.wait_until(lambda: len(shown(driver)) == 5)
    driver.end()
    again = start()
    again.wait_for_trace()
    assert again.window.page is None and again.input.isVisible() and again.predictions.isVisible()
    (recent,) = again.application.commands.recent_runs.actions()
    recent.trigger()
    again.wait_until(lambda: len(shown(again)) == 5)
    again.trigger("explore")
    assert again.input.isVisible() and again.attention.isVisible()


def test_a_dropped_folder_opens(start: Start, writer: Writer) -> None:
    driver = start(text_a="the man")
    driver.wait_for_trace()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(writer.path))])
    event = QDropEvent(
        QPointF(100, 100),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    driver.window.dropEvent(event)
    driver.wait_until(lambda: len(shown(driver)) == 5)


def test_the_workspaces_give_the_room_back(start: Start) -> None:
    driver = start(text_a="the man")
    driver.wait_for_trace()
    window = driver.window
    places = {panel: panel.geometry() for panel in (driver.input, driver.predictions, driver.next_sentence)}
    explore, training = window.top_bar.workspaces
    assert explore.isChecked() and not training.isChecked()
    training.click()
    assert training.isChecked() and not explore.isChecked() and not driver.input.isVisible()
    training.click()
    assert training.isChecked()
    workspace = driver.window.findChild(FineTuningPanel)
    assert workspace is not None and workspace.width() > window.width() - 40
    explore.click()
    driver.wait_until(lambda: all(panel.geometry() == place for panel, place in places.items()))
    training.click()
    driver.trigger("reset-layout")
    assert window.page is None and driver.input.isVisible() and explore.isChecked()
