"""The panel of a training run: what it says of each state, and what its buttons ask."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.panels.training_run import TrainingRunPanel
from app.panels.training_run.facts import evaluation_rows, fact_rows
from app.panels.training_run.words import last_word, progress_line, remarks, state_word
from app.run_values import Points, Run
from app.session import Session
from app.values import ModelChoice
from tests.app.views.reading_pdf import Pdf
from tests.app.writing_runs import Writer


def points(rows: list[dict[str, float]]) -> Points:
    names = {name for row in rows for name in row}
    columns = {name: np.array([row.get(name, np.nan) for row in rows]) for name in names}
    return Points(MappingProxyType(columns), len(rows))


def a_run(steps: int = 40, **values: object) -> Run:
    evaluations = [
        {"step": 10.0, "pieces": 1000.0, "mlm_loss": 9.0, "top1": 0.1, "nsp_accuracy": 0.7, "odd_one": 3.0},
        {"step": 20.0, "pieces": 2000.0, "mlm_loss": 8.0, "top1": 0.2, "nsp_accuracy": 0.6, "odd_one": 4.0},
    ]
    run = Run(
        "/runs/first",
        steps=points([Writer.figures(step) for step in range(1, steps + 1)]),
        evaluations=points(evaluations),
        state="running",
        last_word=time.time() - 4,
        step=40,
        pieces=4000,
        total_pieces=10_000,
        device="cpu",
        processes=2,
        precision="bfloat16",
        parameters=1_234_567,
        checkpoint="/runs/first/checkpoints/step-40",
        checkpoint_step=40,
        command="python -m bert_core pretrain --out /runs/first --resume",
        details=MappingProxyType({"kind": "pretrain", "created": "2026-03-04T05:06:07+00:00"}),
    )
    return replace(run, **values)  # type: ignore[arg-type]


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> TrainingRunPanel:
    panel = TrainingRunPanel(session)
    qtbot.addWidget(panel)
    panel.resize(1000, 700)
    panel.show()
    return panel


def test_without_a_run_it_says_what_to_do(panel: TrainingRunPanel, qtbot: QtBot) -> None:
    assert panel.empty.isVisible() and not panel.content.isVisible()
    assert not any(action.isEnabled() for picture in panel.pictures.all for action in picture.actions)
    with qtbot.waitSignal(panel.open_wanted):
        panel.empty.button.click()


def test_a_running_run(panel: TrainingRunPanel, session: Session) -> None:
    session.runs.show(a_run())
    status = panel.status
    assert panel.subtitle.text() == "first"
    assert status.state.text() == "Running" and status.words.text() == "last word 4 s ago"
    assert status.bar.value() == 400
    assert status.line.text() == (
        "4,000 of 10 k pieces  ·  40.0 %  ·  50 pieces a second  ·  2 min left  ·  1 min of training"
    )
    assert status.resume.isHidden() and status.remarks.isHidden()
    x, y = panel.grid.charts["mlm_loss"].plot.shown("every")
    np.testing.assert_array_equal(x, 100 * np.arange(1, 41))
    np.testing.assert_allclose(y, 9 - np.arange(1, 41) / 20)
    np.testing.assert_array_equal(
        panel.grid.charts["mlm_accuracy"].plot.shown("dots"), ([1000, 2000], [0.1, 0.2])
    )
    assert panel.pictures.whole.save_picture.isEnabled()
    offered = {name for name, picture in panel.pictures.charts.items() if picture.save_picture.isEnabled()}
    assert offered == set(panel.grid.charts) - {"lm_loss", "lm_accuracy"}, "those that show something"


def test_the_x_axis_can_be_steps_or_time(panel: TrainingRunPanel, session: Session) -> None:
    session.runs.show(a_run())
    chart = panel.grid.charts["mlm_loss"]
    panel.against.setCurrentIndex(1)
    assert chart.plot.shown("every")[0][-1] == 40
    panel.against.setCurrentIndex(2)
    assert chart.plot.shown("every")[0][-1] == 80
    np.testing.assert_array_equal(chart.plot.shown("dots")[0], [20, 40], "between the steps round them")


def test_smoothing_and_log_axes(panel: TrainingRunPanel, session: Session) -> None:
    session.runs.show(a_run())
    plot = panel.grid.charts["mlm_loss"].plot
    panel.smoothed.setValue(1)
    assert len(plot.shown("every")[0]) == 0
    assert [entry.sign for entry in panel.legend.entries] == ["mean", "dots"]
    panel.smoothed.setValue(7)
    assert len(plot.shown("every")[0]) == 40
    assert panel.legend.entries[1].words == "exponential mean over 7 points"
    before = plot.view()
    panel.log_y.setChecked(True)
    assert plot.view() != before and plot._log == (False, True)


def test_a_run_that_grows_and_one_beside_it(panel: TrainingRunPanel, session: Session) -> None:
    session.runs.show(a_run())
    session.runs.accept(a_run(50))
    assert len(panel.grid.charts["mlm_loss"].plot.shown("every")[0]) == 50
    session.runs.show(replace(a_run(3), folder="/runs/second"))
    assert panel.subtitle.text() == "second"
    session.runs.accept(a_run(60))
    assert len(panel.grid.charts["mlm_loss"].plot.shown("every")[0]) == 3
    panel.hide()
    session.runs.accept(replace(a_run(4), folder="/runs/second"))
    assert len(panel.grid.charts["mlm_loss"].plot.shown("every")[0]) == 3, "hidden, it costs nothing"
    panel.show()
    assert len(panel.grid.charts["mlm_loss"].plot.shown("every")[0]) == 4


def test_buttons_ask(panel: TrainingRunPanel, session: Session) -> None:
    wishes: list[str] = []
    session.runs.wished.connect(lambda _folder, wish: wishes.append(wish))
    session.runs.show(a_run())
    panel.status.pause.click()
    session.runs.accept(a_run(wish="pause"))
    assert panel.status.state.text() == "Pausing…" and panel.status.pause.text() == "Resume"
    session.runs.accept(a_run(wish="pause", state="paused"))
    assert panel.status.state.text() == "Paused"
    panel.status.pause.click()
    assert wishes == ["pause", "run"]


@pytest.mark.parametrize(("answer", "asked"), [("Stop the run", ["stop"]), ("Let it train", [])])
def test_stop_asks_first(panel: TrainingRunPanel, session: Session, answer: str, asked: list[str]) -> None:
    wishes: list[str] = []
    session.runs.wished.connect(lambda _folder, wish: wishes.append(wish))
    session.runs.show(a_run())
    panel.status.stop.click()
    box = panel.findChild(QMessageBox)
    assert wishes == [] and "first" in box.text()
    next(button for button in box.findChildren(QPushButton) if button.text() == answer).click()
    assert wishes == asked


def test_a_checkpoint_opens_as_a_model(panel: TrainingRunPanel, session: Session, qtbot: QtBot) -> None:
    asked: list[ModelChoice] = []
    session.load_requested.connect(asked.append)
    session.runs.show(a_run(checkpoint=None))
    assert not panel.status.model.isEnabled()
    session.runs.accept(a_run())
    with qtbot.waitSignal(panel.explore_wanted):
        panel.status.model.click()
    session.runs.accept(a_run(state="finished", model="/runs/first/model"))
    panel.status.model.click()
    assert [choice.source for choice in asked] == ["/runs/first/checkpoints/step-40", "/runs/first/model"]


def test_a_run_that_is_gone(panel: TrainingRunPanel, session: Session) -> None:
    run = a_run(state="not running")
    session.runs.show(run)
    status = panel.status
    assert status.state.text() == "Not running" and status.resume.isVisible()
    assert not status.pause.isEnabled() and not status.stop.isEnabled() and status.model.isEnabled()
    next(button for button in status.resume.findChildren(QPushButton)).click()
    assert QGuiApplication.clipboard().text() == run.command


def test_words_of_every_state() -> None:
    words = {
        state: state_word(a_run(state=state))[0]
        for state in ("waiting", "preparing", "finished", "stopped", "diverged", "out of memory", "crashed")
    }
    assert len(set(words.values())) == 7
    assert state_word(a_run(wish="stop"))[0] == "Stopping…"
    assert state_word(a_run(wish="stop", state="stopped"))[0] == "Stopped"
    assert last_word(a_run(last_word=1000.0), now=1000.5) == last_word(a_run(last_word=1000.0), now=900)
    assert last_word(a_run(last_word=None)) == "no word yet"
    assert "left" not in progress_line(a_run(state="paused"))
    assert progress_line(a_run(state="finished")).startswith("4,000 of 10 k pieces  ·  100.0 %")


def test_what_is_wrong_is_said() -> None:
    run = a_run(state="crashed", message="Boom.", malformed=3, warnings=("A.", "B."), trouble="Gone.")
    assert remarks(run) == (
        "Boom. Gone. 3 lines of the record cannot be read and are left out. Warning: B. (1 more)"
    )
    assert remarks(a_run()) == "" and remarks(a_run(state="finished", message="Done.")) == ""


def test_figures() -> None:
    rows = evaluation_rows(a_run())
    assert rows == [
        ("MLM loss", "8.000", "8.000"),
        ("MLM top 1", "20.0 %", "20.0 %"),
        ("NSP accuracy", "60.0 %", "70.0 %"),
        ("odd one", "4.000", ""),
    ]
    facts = dict(fact_rows(a_run()))
    assert facts["Learning rate"] == "1·10⁻³" and facts["Checkpoint"] == "step 40"
    assert facts["Begun"] == "2026-03-04 05:06"
    assert dict(fact_rows(Run("/x"))) == {}


def test_numbers_and_name_of_the_picture(panel: TrainingRunPanel, session: Session) -> None:
    session.runs.show(a_run())
    header, rows = panel.pictures.numbers()
    rows = list(rows)
    assert header[:3] == ("event", "step", "pieces") and "top1" in header
    assert len(rows) == 42 and {row[0] for row in rows} == {"step", "evaluation"}
    steps = [float(str(row[1])) for row in rows]
    assert steps == sorted(steps)


def saved(panel: TrainingRunPanel, name: str, path: Path) -> bytes:
    picture = panel.pictures.whole if name == "all" else panel.pictures.charts[name]
    picture.save_picture_to(path)
    return path.read_bytes()


def test_pictures_of_the_curves_in_every_kind(
    panel: TrainingRunPanel, session: Session, tmp_path: Path
) -> None:
    session.runs.show(a_run())
    for name, title in (("all", "Training run first"), ("mlm_loss", "Training run first: MLM loss")):
        image = QImage.fromData(saved(panel, name, tmp_path / "a.png"))
        assert (
            image.text("Title") == title
            and image.text("Run") == "first"
            and "pretrain" in image.text("Recipe")
        )
        assert image.text("Smoothing") == "exponential mean over 10 points"
        svg = ET.fromstring(saved(panel, name, tmp_path / "a.svg"))
        assert svg.findtext("{http://www.w3.org/2000/svg}title") == title
        texts = ["".join(text.itertext()) for text in svg.iter("{http://www.w3.org/2000/svg}text")]
        legend = {"every point", "exponential mean over 10 points", "held-out text"}
        assert {"Training run first", "MLM loss", "nats a piece", "pieces read", "8"} | legend <= set(texts)
        assert ("MLM accuracy" in texts) == (name == "all")
        pdf = Pdf(saved(panel, name, tmp_path / "a.pdf"))
        assert title in pdf.xmp.decode() and "pieces read" in pdf.text() and "MLM loss" in pdf.text()
    for name in ("learning_rate", "gradient_norm"):
        svg = ET.fromstring(saved(panel, name, tmp_path / "a.svg"))
        texts = ["".join(text.itertext()) for text in svg.iter("{http://www.w3.org/2000/svg}text")]
        assert "held-out text" not in texts
        assert ("exponential mean over 10 points" in texts) == (name == "gradient_norm")
    panel.pictures.charts["mlm_loss"].save_numbers_to(tmp_path / "a.csv")
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("pieces read,MLM loss,") and len(lines) == 43


def test_a_causal_run_has_curves_and_figures_of_its_own(panel: TrainingRunPanel, session: Session) -> None:
    names = {"mlm_loss": "lm_loss", "mlm_accuracy": "lm_accuracy"}
    steps = [
        {
            names.get(name, name): value
            for name, value in Writer.figures(step).items()
            if name != "nsp_accuracy"
        }
        for step in range(1, 20)
    ]
    evaluations = points([{"step": 10.0, "pieces": 1000.0, "lm_loss": 5.0, "top1": 0.25, "top5": 0.5}])
    session.runs.show(replace(a_run(), steps=points(steps), evaluations=evaluations))
    charts = panel.grid.charts
    assert [name for name, chart in charts.items() if chart.isVisible()][:2] == ["lm_loss", "lm_accuracy"]
    assert not charts["mlm_loss"].isVisible() and not charts["mlm_accuracy"].isVisible()
    assert charts["lm_loss"].title.text() == "Next-piece loss"
    np.testing.assert_array_equal(charts["lm_loss"].plot.shown("dots"), ([1000], [5]))
    np.testing.assert_array_equal(charts["lm_accuracy"].plot.shown("dots"), ([1000], [0.25]))
    assert evaluation_rows(session.runs.current) == [
        ("Next-piece loss", "5.000", "5.000"),
        ("Next piece, top 1", "25.0 %", "25.0 %"),
        ("Next piece, top 5", "50.0 %", "50.0 %"),
    ]


def test_a_warning_is_seen_in_the_page(panel: TrainingRunPanel, session: Session) -> None:
    nothing = points([{"step": 10.0, "pieces": 1000.0}])
    session.runs.show(a_run(warnings=("Nothing is held out.",), evaluations=nothing))
    assert panel.status.remarks.isVisible() and panel.status.remarks.text() == "Warning: Nothing is held out."
    assert panel.facts.none.isVisible(), "an evaluation without a figure is none"
    assert [entry.sign for entry in panel.legend.entries] == ["every", "mean"]


def test_before_the_first_step(panel: TrainingRunPanel, session: Session) -> None:
    session.runs.show(Run("/runs/new", state="preparing"))
    assert panel.no_steps.isVisible() and panel.status.bar.isHidden() and panel.status.line.isHidden()
    assert panel.status.state.text() == "Preparing"
