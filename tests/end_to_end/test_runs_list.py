"""Runs that are kept: listed at every start, shown, compared, looked into, deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QPushButton

from app.panels.fine_tuning.compare import ComparePage
from app.panels.fine_tuning.evaluations import EvaluationsPage
from app.panels.fine_tuning.live import LivePage
from app.panels.fine_tuning.panel import FineTuningPanel
from app.places import runs_folder
from tests.app.writing_tuning import TuningWriter, several_seeds
from tests.end_to_end.driving import Driver

Start = Callable[..., Driver]


@pytest.fixture
def runs(own_home: Path) -> Path:
    """Three runs where the window keeps them, "newest" made last."""
    folder = runs_folder()
    for name, day in (("older", 1), ("newest", 3)):
        TuningWriter(folder / name, created=f"2026-03-0{day}T00:00:00+00:00").finish()
    several_seeds(folder / "seeds", (0, 1), created="2026-03-02T00:00:00+00:00")
    return folder


def panel_of(driver: Driver) -> FineTuningPanel:
    panel = driver.window.findChild(FineTuningPanel)
    assert panel is not None
    return panel


def listed(driver: Driver) -> list[str]:
    return [row.name for row in panel_of(driver).runs_list.rows.rows]


def test_runs_are_listed_compared_and_deleted(start: Start, runs: Path) -> None:
    driver = start(text_a="the man")
    driver.trigger("fine-tune")
    driver.wait_until(lambda: listed(driver) == ["newest", "seeds", "older"])
    session, panel = driver.session, panel_of(driver)
    driver.wait_until(lambda: session.runs.current is not None)
    assert session.runs.current is not None and session.runs.current.name == "newest"
    assert panel.page == "new", "what the list chooses by itself leaves the person on the page"

    panel.show_page("live")
    live = driver.window.findChild(LivePage)
    assert live is not None
    driver.wait_until(lambda: live.grid.charts["accuracy"].has_dots)
    session.runs.compare(str(runs / "seeds"), True)
    driver.wait_until(lambda: [entry.words for entry in live.legend.entries][:2] == ["newest", "seeds"])
    loss = live.grid.charts["loss"].plot
    driver.wait_until(lambda: {strand.look for strand in loss.strands} == {0, 1})
    panel.show_page("compare")
    compare = driver.window.findChild(ComparePage)
    assert compare is not None
    assert [line.name for line in compare.model.compared.lines] == ["newest", "seeds", "seed 0", "seed 1"]

    panel.show_page("evaluations")
    page = driver.window.findChild(EvaluationsPage)
    assert page is not None
    driver.wait_until(lambda: page.evaluation is not None)
    assert page.matrix.labels == ("negative", "neutral", "positive")

    panel.show_page("live")
    live.ask_delete()
    box = live.findChild(QMessageBox)
    next(b for b in box.findChildren(QPushButton) if b.text() == "Delete the run").click()
    driver.wait_until(lambda: listed(driver) == ["seeds", "older"])
    assert not (runs / "newest").exists() and session.runs.current is None and live.empty.isVisible()
    driver.end()

    again = start()
    again.trigger("fine-tune")
    again.wait_until(lambda: listed(again) == ["seeds", "older"])
