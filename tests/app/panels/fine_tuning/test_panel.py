"""The workspace of runs: the list at the left, the pages at the right."""

from __future__ import annotations

from typing import ClassVar

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.panels.fine_tuning.page import RunPage
from app.panels.fine_tuning.panel import FineTuningPanel
from app.run_values import Run, RunSummary
from app.session import Session
from app.tuning import TuningState, TuningWish


class _Page(RunPage):
    name: ClassVar[str] = "live"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.title = self.name.capitalize()
        self.shown: list[Run | None] = []

    def show_run(self, run: Run | None) -> None:
        self.shown.append(run)


class _New(_Page):
    name = "new"


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> FineTuningPanel:
    panel = FineTuningPanel(session, (_New(session), _Page(session)))
    qtbot.addWidget(panel)
    qtbot.addWidget(panel.header)
    panel.resize(1000, 600)
    panel.show()
    return panel


SUMMARIES = (
    RunSummary(
        "/runs/b",
        "finetune",
        "single-sentence",
        "mini-en",
        "running",
        progress=0.5,
        seconds_left=75,
        metric="accuracy",
        best=0.913,
    ),
    RunSummary("/runs/a", state="finished", metric="mlm_loss", best=2.5),
)


def test_pages_are_shown_by_name(panel: FineTuningPanel, qtbot: QtBot) -> None:
    assert panel.page == "new" and panel.tab_row.current == "new"
    with qtbot.waitSignal(panel.page_changed) as changed:
        panel.show_page("live")
    assert changed.args == ["live"] and panel.pages["live"].isVisible() and not panel.pages["new"].isVisible()
    with pytest.raises(KeyError):
        panel.show_page("nothing")
    panel.runs_list.new.click()
    assert panel.page == "new"


def test_a_run_that_is_opened_from_outside_is_seen(panel: FineTuningPanel, session: Session) -> None:
    session.runs.request("/runs/a", quietly=True)
    session.runs.show(Run("/runs/a"))
    assert panel.page == "new", "chosen by the list itself, it leaves the person where they are"
    session.runs.show(Run("/runs/b"))
    assert panel.page == "live"


def test_only_the_page_that_is_seen_follows(panel: FineTuningPanel, session: Session) -> None:
    new, live = panel.pages["new"], panel.pages["live"]
    assert isinstance(new, _Page) and isinstance(live, _Page)
    run = Run("/runs/a")
    session.runs.request("/runs/a", quietly=True)
    session.runs.show(run)
    assert new.shown[-1] is run and live.shown == []
    panel.show_page("live")
    assert live.shown == [run]
    newer = Run("/runs/a", step=3)
    session.runs.accept(newer)
    assert live.shown == [run, newer] and newer not in new.shown


def test_the_list_is_read_while_the_panel_is_seen(panel: FineTuningPanel, session: Session) -> None:
    wanted: list[object] = []
    session.runs.list_wanted.connect(wanted.append)
    panel.hide()
    panel.show()
    assert wanted == [None, ()]


def test_a_line_says_how_the_run_stands(panel: FineTuningPanel, session: Session) -> None:
    rows = panel.runs_list.rows
    assert not rows.rows
    session.runs.set_summaries(SUMMARIES)
    running, finished = rows.rows
    assert (running.name, running.state, running.look, running.figure) == (
        "b",
        "Running",
        "good",
        "Accuracy 91.3 %",
    )
    assert (running.when, running.progress, running.about) == ("1 min left", 0.5, "Single sentences")
    assert (finished.state, finished.progress, finished.about) == ("Finished", None, "Pretraining")
    assert "from mini-en" in running.tip
    for row in rows.rows:
        assert row.sign is None, "nothing is compared"


def test_without_a_choice_the_newest_run_is_shown_quietly(panel: FineTuningPanel, session: Session) -> None:
    asked: list[str] = []
    session.runs.requested.connect(asked.append)
    session.runs.set_summaries(SUMMARIES)
    assert asked == ["/runs/b"]
    assert session.runs.show(Run("/runs/b")) is False
    session.runs.set_summaries(SUMMARIES[:1])
    assert asked == ["/runs/b"]


def click(panel: FineTuningPanel, row: int, qtbot: QtBot, *, box: bool = False) -> None:
    rows = panel.runs_list.rows
    place = rows.box_of(row).center().toPoint()
    if not box:
        place.setX(30)
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_click_shows_a_run_and_a_tick_compares_it(
    panel: FineTuningPanel, session: Session, qtbot: QtBot
) -> None:
    session.runs.set_summaries(SUMMARIES)
    session.runs.show(Run("/runs/b"))
    asked: list[str] = []
    session.runs.requested.connect(asked.append)
    rows = panel.runs_list.rows
    assert [row.tick for row in rows.rows] == [None, False], "not with itself"
    click(panel, 1, qtbot, box=True)
    assert list(session.runs.compared) == ["/runs/a"] and asked == []
    assert [(row.tick, row.sign) for row in rows.rows] == [(None, 0), (True, 1)]
    click(panel, 1, qtbot, box=True)
    assert not session.runs.compared
    click(panel, 1, qtbot)
    assert asked == ["/runs/a"] and panel.page == "live", "there is something to see on it"
    session.runs.show(Run("/runs/a"))
    assert rows.currentIndex().row() == 1


def test_the_list_by_keyboard(panel: FineTuningPanel, session: Session, qtbot: QtBot) -> None:
    session.runs.set_summaries(SUMMARIES)
    session.runs.show(Run("/runs/b"))
    asked: list[str] = []
    session.runs.requested.connect(asked.append)
    rows = panel.runs_list.rows
    rows.setFocus()
    qtbot.keyClick(rows, Qt.Key.Key_Down)
    qtbot.keyClick(rows, Qt.Key.Key_Space)
    assert session.runs.compared == ("/runs/a",)
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert asked == ["/runs/a"]


def test_what_waits_stands_above_and_can_be_cancelled(
    panel: FineTuningPanel, session: Session, qtbot: QtBot
) -> None:
    cancelled: list[str] = []
    session.tuning.cancel_wanted.connect(cancelled.append)
    went_on: list[bool] = []
    session.tuning.go_on_wanted.connect(lambda: went_on.append(True))
    session.runs.set_summaries(SUMMARIES)
    session.tuning.set_state(TuningState(queue=(TuningWish("/runs/c"),), held=(TuningWish("/runs/d"),)))
    rows = panel.runs_list.rows
    assert [(row.name, row.state) for row in rows.rows[:2]] == [("c", "Waits"), ("d", "Held")]
    click(panel, 0, qtbot, box=True)
    assert cancelled == ["/runs/c"] and session.runs.compared == ()
    assert panel.runs_list.begin.isVisible()
    panel.runs_list.begin.click()
    assert went_on == [True]
    session.tuning.set_state(TuningState())
    assert len(rows.rows) == 2 and not panel.runs_list.begin.isVisible()


def test_every_state_is_drawn(panel: FineTuningPanel, session: Session) -> None:
    states = ("waiting", "preparing", "running", "paused", "not running", "finished", "diverged", "crashed")
    session.runs.set_summaries(
        tuple(RunSummary(f"/runs/a long name of a run {n}", state=state) for n, state in enumerate(states))
    )
    assert len({row.state for row in panel.runs_list.rows.rows}) == len(states)
    assert not panel.runs_list.grab().isNull()
    gone = RunSummary("/runs/x", state="finished", trouble="gone")
    session.runs.set_summaries((gone,))
    assert panel.runs_list.rows.rows[0].state == "Gone"


def test_tabs_come_first_where_there_is_little_room(panel: FineTuningPanel, session: Session) -> None:
    session.runs.show(Run("/runs/b"))
    panel.header.show()
    assert panel.subtitle.text() == "b" and not panel.subtitle.isHidden()
    panel.resize(320, 600)
    assert panel.subtitle.isHidden()
