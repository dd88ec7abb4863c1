"""The page of a run as it goes: what it says of each state, and what its buttons ask."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.panels.fine_tuning.live import LivePage
from app.panels.fine_tuning.live.facts import evaluation_rows, fact_rows
from app.panels.fine_tuning.live.words import last_word, progress_line, remarks, state_word
from app.run_values import Points, Run
from app.session import Session
from app.tuning import TuningEnd, TuningWish
from app.values import ModelChoice
from bert_core.training.ending import Ending
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
def panel(session: Session, qtbot: QtBot) -> LivePage:
    panel = LivePage(session)
    qtbot.addWidget(panel)
    panel.resize(1000, 700)
    panel.show()
    return panel


def test_without_a_run_it_says_what_to_do(panel: LivePage, qtbot: QtBot) -> None:
    assert panel.empty.isVisible() and not panel.content.isVisible()
    assert not any(action.isEnabled() for picture in panel.pictures.all for action in picture.actions)
    with qtbot.waitSignal(panel.open_wanted):
        panel.empty.button.click()


def test_a_running_run(panel: LivePage, session: Session) -> None:
    session.runs.show(a_run())
    status = panel.status
    assert status.state.text() == "Running" and status.words.text() == "last word 4 s ago"
    assert status.bar.value() == 400
    assert status.line.text() == (
        "4,000 of 10 k pieces  ·  40.0 %  ·  50 pieces a second  ·  2 min left  ·  1 min of training"
    )
    assert status.next.isHidden() and status.remarks.isHidden()
    x, y = panel.grid.charts["mlm_loss"].plot.shown("every")
    np.testing.assert_array_equal(x, np.arange(1, 41))
    np.testing.assert_allclose(y, 9 - np.arange(1, 41) / 20)
    np.testing.assert_array_equal(
        panel.grid.charts["mlm_accuracy"].plot.shown("dots"), ([10, 20], [0.1, 0.2])
    )
    assert panel.pictures.whole.save_picture.isEnabled()
    offered = {name for name, picture in panel.pictures.charts.items() if picture.save_picture.isEnabled()}
    assert offered == {
        *("mlm_loss", "mlm_accuracy", "nsp_accuracy", "learning_rate", "gradient_norm", "pieces_per_second")
    }, "those that show something"


def test_the_x_axis_can_be_steps_or_time(panel: LivePage, session: Session) -> None:
    session.runs.show(a_run())
    chart = panel.grid.charts["mlm_loss"]
    assert [panel.against.itemData(n) for n in range(panel.against.count())] == ["step", "elapsed", "pieces"]
    assert chart.plot.shown("every")[0][-1] == 40
    panel.against.setCurrentIndex(1)
    assert chart.plot.shown("every")[0][-1] == 80
    np.testing.assert_array_equal(chart.plot.shown("dots")[0], [20, 40], "between the steps round them")


def test_smoothing_and_log_axes(panel: LivePage, session: Session) -> None:
    session.runs.show(a_run())
    plot = panel.grid.charts["mlm_loss"].plot
    panel.smoothed.setValue(1)
    assert len(plot.shown("every")[0]) == 0
    assert [entry.sign for entry in panel.legend.entries] == ["mean", "dots"]
    panel.smoothed.setValue(7)
    assert len(plot.shown("every")[0]) == 40
    assert panel.legend.entries[1].words == "exponential mean over 7 points"
    before = plot.view()
    panel.options.log_y.setChecked(True)
    assert plot.view() != before and plot.log == (False, True)


def test_a_run_that_grows_and_one_beside_it(panel: LivePage, session: Session, qtbot: QtBot) -> None:
    session.runs.show(a_run())
    session.runs.accept(a_run(50))
    assert len(panel.grid.charts["mlm_loss"].plot.shown("every")[0]) in (40, 50), "one chart after the other"
    qtbot.waitUntil(lambda: len(panel.grid.charts["mlm_loss"].plot.shown("every")[0]) == 50)
    session.runs.show(replace(a_run(3), folder="/runs/second"))
    session.runs.accept(a_run(60))
    assert len(panel.grid.charts["mlm_loss"].plot.shown("every")[0]) == 3
    panel.hide()
    session.runs.accept(replace(a_run(4), folder="/runs/second"))
    assert len(panel.grid.charts["mlm_loss"].plot.shown("every")[0]) == 3, "hidden, it costs nothing"
    panel.show()
    qtbot.waitUntil(lambda: len(panel.grid.charts["mlm_loss"].plot.shown("every")[0]) == 4)


def test_buttons_ask(panel: LivePage, session: Session) -> None:
    wishes: list[str] = []
    session.runs.wished.connect(lambda _folder, wish: wishes.append(wish))
    session.runs.show(a_run())
    panel.status.pause.click()
    session.runs.accept(a_run(wish="pause"))
    assert panel.status.state.text() == "Pausing…" and panel.status.pause.text() == "Go on"
    session.runs.accept(a_run(wish="pause", state="paused"))
    assert panel.status.state.text() == "Paused"
    panel.status.pause.click()
    assert wishes == ["pause", "run"]


@pytest.mark.parametrize(("answer", "asked"), [("Stop the run", ["stop"]), ("Let it train", [])])
def test_stop_asks_first(panel: LivePage, session: Session, answer: str, asked: list[str]) -> None:
    wishes: list[str] = []
    session.runs.wished.connect(lambda _folder, wish: wishes.append(wish))
    session.runs.show(a_run())
    panel.status.stop.click()
    box = panel.findChild(QMessageBox)
    assert wishes == [] and "first" in box.text()
    next(button for button in box.findChildren(QPushButton) if button.text() == answer).click()
    assert wishes == asked


def test_a_checkpoint_opens_as_a_model(panel: LivePage, session: Session, qtbot: QtBot) -> None:
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


def test_a_run_that_is_gone(panel: LivePage, session: Session) -> None:
    wished: list[TuningWish] = []
    session.tuning.start_wanted.connect(wished.append)
    run = a_run(state="not running")
    session.runs.show(run)
    status = panel.status
    assert status.state.text() == "Not running" and "newest checkpoint" in status.next.words.text()
    assert status.pause.isHidden() and status.stop.isHidden() and status.model.isEnabled()
    (resume,) = status.next.buttons
    resume.click()
    assert [(wish.folder, wish.resume, wish.kind) for wish in wished] == [("/runs/first", True, "pretrain")]
    status.actions_["command"].trigger()
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
    stopped = a_run(state="stopped", message="The disk is full.")
    assert remarks(stopped) == "" and remarks(replace(stopped, checkpoint_step=30)) == "The disk is full."
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


def test_numbers_and_name_of_the_picture(panel: LivePage, session: Session) -> None:
    session.runs.show(a_run())
    header, rows = panel.pictures.numbers()
    rows = list(rows)
    assert header[:3] == ("event", "step", "pieces") and "top1" in header
    assert len(rows) == 42 and {row[0] for row in rows} == {"step", "evaluation"}
    steps = [float(str(row[1])) for row in rows]
    assert steps == sorted(steps)


def saved(panel: LivePage, name: str, path: Path) -> bytes:
    picture = panel.pictures.whole if name == "all" else panel.pictures.charts[name]
    picture.save_picture_to(path)
    return path.read_bytes()


def test_pictures_of_the_curves_in_every_kind(panel: LivePage, session: Session, tmp_path: Path) -> None:
    session.runs.show(a_run())
    for name, title in (("all", "Run first"), ("mlm_loss", "Run first: MLM loss")):
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
        assert {"Run first", "MLM loss", "nats a piece", "steps", "8"} | legend <= set(texts)
        assert ("MLM accuracy" in texts) == (name == "all")
        pdf = Pdf(saved(panel, name, tmp_path / "a.pdf"))
        assert title in pdf.xmp.decode() and "steps" in pdf.text() and "MLM loss" in pdf.text()
    for name in ("learning_rate", "gradient_norm"):
        svg = ET.fromstring(saved(panel, name, tmp_path / "a.svg"))
        texts = ["".join(text.itertext()) for text in svg.iter("{http://www.w3.org/2000/svg}text")]
        assert "held-out text" not in texts
        assert ("exponential mean over 10 points" in texts) == (name == "gradient_norm")
    panel.pictures.charts["mlm_loss"].save_numbers_to(tmp_path / "a.csv")
    lines = (tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("steps,MLM loss,") and len(lines) == 43


def test_a_causal_run_has_curves_and_figures_of_its_own(panel: LivePage, session: Session) -> None:
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
    np.testing.assert_array_equal(charts["lm_loss"].plot.shown("dots"), ([10], [5]))
    np.testing.assert_array_equal(charts["lm_accuracy"].plot.shown("dots"), ([10], [0.25]))
    assert evaluation_rows(session.runs.current) == [
        ("Next-piece loss", "5.000", "5.000"),
        ("Next piece, top 1", "25.0 %", "25.0 %"),
        ("Next piece, top 5", "50.0 %", "50.0 %"),
    ]


def test_a_warning_is_seen_in_the_page(panel: LivePage, session: Session) -> None:
    nothing = points([{"step": 10.0, "pieces": 1000.0}])
    session.runs.show(a_run(warnings=("Nothing is held out.",), evaluations=nothing))
    assert panel.status.remarks.isVisible() and panel.status.remarks.text() == "Warning: Nothing is held out."
    assert panel.facts.none.isVisible(), "an evaluation without a figure is none"
    assert [entry.sign for entry in panel.legend.entries] == ["every", "mean"]


def test_before_the_first_step(panel: LivePage, session: Session) -> None:
    session.runs.show(Run("/runs/new", state="preparing"))
    assert panel.no_steps.isVisible() and panel.status.bar.isHidden() and panel.status.line.isHidden()
    assert panel.status.state.text() == "Preparing"


def tuned(name: str = "tuned", count: int = 40, **values: object) -> Run:
    """A fine-tuning run with four evaluations, the third the best."""
    rows = [
        {
            "step": float(n),
            "epoch": n / 20,
            "loss": 1 / n,
            "elapsed": n / 5,
            "progress": n / 60,
            "examples_per_second": 310.0,
            "seconds_left": 12.0,
            "memory_mb": 900.0,
            "learning_rate": 1e-4,
        }
        for n in range(1, count + 1)
    ]
    measured = [
        {"step": 10.0 * n, "epoch": n / 2, "accuracy": accuracy, "dev_loss": 1.0 - accuracy}
        for n, accuracy in enumerate((0.5, 0.7, 0.9, 0.8))
    ]
    details = {
        "kind": "finetune",
        "model": "/models/mini-en",
        "recipe": {"task": "single-sentence", "epochs": 3.0, "learning_rate": 3e-4, "batch_size": 32},
        "data": {"counts": {"train": 640, "dev": 150}},
        "base_metric": {"accuracy": 0.4},
    }
    run = Run(
        f"/runs/{name}",
        details=MappingProxyType(details),
        steps=points(rows),
        evaluations=points(measured),
        state="running",
        step=count,
        device="cpu",
        evaluated=(0, 10, 20, 30),
        last_word=time.time(),
    )
    return replace(run, **values)  # type: ignore[arg-type]


def test_a_fine_tuning_run(panel: LivePage, session: Session) -> None:
    session.runs.show(tuned())
    charts = panel.grid.charts
    assert {name for name, chart in charts.items() if chart.isVisible()} == {
        *("loss", "accuracy", "learning_rate", "examples_per_second", "memory_mb")
    }
    accuracy = charts["accuracy"].plot
    np.testing.assert_array_equal(accuracy.shown("dots"), ([0, 10, 20, 30], [0.5, 0.7, 0.9, 0.8]))
    assert [(ring.x, ring.y) for ring in accuracy.picture().rings] == [(20, 0.9)], "the best evaluation"
    assert [level.y for level in accuracy.picture().levels] == [0.4], "the majority baseline"
    np.testing.assert_allclose(charts["loss"].plot.shown("dots")[1], [0.5, 0.3, 0.1, 0.2])
    assert panel.status.line.text() == (
        "epoch 2.0 of 3  ·  66.7 %  ·  310 examples a second  ·  12 s left  ·  8 s of training  ·  900 MB"
    )
    assert panel.facts.evaluation.rows == [
        ("Accuracy", "80.0 %", "90.0 %"),
        ("Dev loss", "0.200", "0.100"),
    ]
    facts = {row[0]: row[1] for row in panel.facts.run.rows}
    assert (facts["Task"], facts["From"], facts["Examples"]) == ("Single sentences", "mini-en", "640")
    panel.against.setCurrentIndex(panel.against.findData("epoch"))
    assert accuracy.shown("dots")[0].tolist() == [0, 0.5, 1, 1.5]


def test_runs_are_compared_in_the_same_charts(panel: LivePage, session: Session, qtbot: QtBot) -> None:
    session.runs.show(tuned())
    session.runs.compare("/runs/other", True)
    session.runs.accept(tuned("other", 20))
    loss = panel.grid.charts["loss"].plot
    qtbot.waitUntil(lambda: {strand.look for strand in loss.strands} == {0, 1})
    strands = [(strand.role, strand.look, len(strand.x)) for strand in loss.strands]
    assert ("mean", 0, 40) in strands and ("mean", 1, 20) in strands
    assert [entry.words for entry in panel.legend.entries][:2] == ["tuned", "other"]
    session.runs.compare("/runs/other", False)
    assert {strand.look for strand in loss.strands} == {None}
    assert panel.legend.entries[0].words == "every point"


def test_seeds_are_thin_curves_with_their_mean(panel: LivePage, session: Session) -> None:
    seeds = tuple(tuned(str(n), 20 + 10 * n) for n in range(2))
    details = {**tuned().details, "seeds": [0, 1]}
    run = tuned(
        seeds=seeds,
        details=MappingProxyType(details),
        steps=points([]),
        evaluations=points([]),
        state="finished",
        spread=MappingProxyType({"accuracy": (0.8, 0.9)}),
    )
    session.runs.show(run)
    strands = panel.grid.charts["loss"].plot.strands
    assert [strand.role for strand in strands].count("one of many") >= 2
    mean = next(strand for strand in strands if strand.role == "mean")
    assert mean.x[-1] == 20, "as far as all of them have come"
    assert panel.facts.evaluation.rows[0] == ("Accuracy", "85.0 %", "7.1 %")
    assert panel.status.line.text() == "seed 2 of 2  ·  100.0 %"
    header, rows = panel.pictures.numbers()
    assert header[0] == "seed" and {row[0] for row in rows} == {"0", "1"}


@pytest.mark.parametrize(
    ("state", "values", "buttons"),
    [
        ("finished", {"model": "/m"}, ["Open beside the original", "Save model…", "Export predictions…"]),
        ("finished", {}, []),
        ("stopped", {}, ["Resume"]),
        ("not running", {}, ["Resume"]),
        ("crashed", {}, ["Resume"]),
        ("diverged", {}, ["Set up anew with a third of the rate…"]),
        ("out of memory", {}, ["Set up anew with half a batch at a time…", "Resume"]),
        ("running", {}, []),
    ],
)
def test_every_ending_has_its_next_steps(
    panel: LivePage, session: Session, state: str, values: dict[str, object], buttons: list[str]
) -> None:
    session.runs.show(tuned(state=state, **values))
    assert [button.text() for button in panel.status.next.buttons] == buttons
    assert panel.status.next.isVisible() == bool(buttons)
    for width in (560, 700, 1200):
        panel.resize(width, 700)
        QApplication.processEvents()
        next_ = panel.status.next
        inside = [next_.rect().contains(button.geometry()) for button in next_.buttons]
        assert all(inside), width


def test_what_is_set_up_anew_has_other_settings(panel: LivePage, session: Session) -> None:
    wanted: list[tuple[Run, dict[str, object]]] = []
    session.tuning.like_wanted.connect(lambda run, changes: wanted.append((run, changes)))
    session.runs.show(tuned(state="diverged"))
    panel.status.next.buttons[0].click()
    session.runs.accept(tuned(state="out of memory"))
    panel.status.next.buttons[0].click()
    panel.status.actions_["again"].trigger()
    assert [changes for _, changes in wanted] == [
        {"learning_rate": pytest.approx(1e-4)},
        {"accumulate": 2},
        {},
    ]
    assert {run.name for run, _ in wanted} == {"tuned"}


def test_an_early_end_is_said(panel: LivePage, session: Session) -> None:
    session.runs.show(tuned(state="finished", model="/m", early="It ended early: no better accuracy."))
    assert panel.status.next.words.text().startswith(
        "It ended early: no better accuracy. The model is ready."
    )


def test_what_a_crashed_process_wrote_can_be_read(panel: LivePage, session: Session) -> None:
    session.runs.show(tuned(state="not running"))
    assert [step.name for step in panel.status.next.steps] == ["resume"]
    wish = TuningWish("/runs/tuned")
    session.tuning.take_end(TuningEnd(wish, Ending("crashed", "Its process died.", 40), "Traceback: boom"))
    assert [step.name for step in panel.status.next.steps] == ["resume", "details"]
    panel.status.next.buttons[1].click()
    box = panel.findChild(QMessageBox)
    assert box.text() == "Its process died." and "boom" in box.detailedText()


def test_saving_exporting_and_opening_beside_are_asked_for(
    panel: LivePage, session: Session, qtbot: QtBot
) -> None:
    session.runs.show(tuned(state="finished", model="/runs/tuned/model"))
    beside, save, export = panel.status.next.buttons
    with qtbot.waitSignal(panel.beside_wanted) as asked:
        beside.click()
    assert asked.args == ["/models/mini-en", "/runs/tuned/model"]
    with qtbot.waitSignal(panel.save_wanted) as asked:
        save.click()
    assert asked.args == ["/runs/tuned"]
    with qtbot.waitSignal(panel.export_wanted) as asked:
        export.click()
    assert asked.args == ["/runs/tuned"]


def test_only_a_run_from_elsewhere_is_taken_out_of_the_list(panel: LivePage, session: Session) -> None:
    session.runs.home = "/runs"
    session.runs.show(tuned())
    assert not panel.status.actions_["forget"].isVisible(), "it would be listed again"
    session.runs.show(tuned(folder="/elsewhere/tuned"))
    assert panel.status.actions_["forget"].isVisible()
    panel.status.actions_["forget"].trigger()
    assert session.runs.current is None and panel.empty.isVisible()


@pytest.mark.parametrize(("answer", "deleted"), [("Delete the run", ["/runs/tuned"]), ("Keep it", [])])
def test_deleting_asks_first(panel: LivePage, session: Session, answer: str, deleted: list[str]) -> None:
    wanted: list[str] = []
    session.runs.delete_wanted.connect(wanted.append)
    session.runs.show(tuned())
    assert not panel.status.actions_["delete"].isEnabled(), "not while it is trained"
    session.runs.accept(tuned(state="stopped"))
    panel.status.actions_["delete"].trigger()
    box = panel.findChild(QMessageBox)
    assert wanted == [] and "/runs/tuned" in box.informativeText()
    next(button for button in box.findChildren(QPushButton) if button.text() == answer).click()
    assert wanted == deleted


def test_the_figures_stand_below_the_curves_where_there_is_little_room(
    panel: LivePage, session: Session
) -> None:
    session.runs.show(tuned())
    assert panel.side.isVisible() and panel.side.isAncestorOf(panel.facts)
    panel.resize(700, 700)
    assert (
        not panel.side.isVisible() and panel.chart_area.isAncestorOf(panel.facts) and panel.facts.isVisible()
    )
    panel.resize(1100, 700)
    assert panel.side.isAncestorOf(panel.facts)


def test_beside_the_curves_no_figure_is_cut(panel: LivePage, session: Session) -> None:
    panel.resize(1100, 700)
    figures = {"matthews": (0.8506, 0.8251, 0.8761), "accuracy": (0.9, 0.91, 0.93)}
    columns = ("step", *figures)
    seeds = tuple(
        tuned(str(n), evaluations=points([dict(zip(columns, (20, f[0], f[1]), strict=True))]))
        for n, f in enumerate(zip(*figures.values(), strict=True))
    )
    details = MappingProxyType({**tuned().details, "seeds": [0, 1, 2], "created": "2026-11-21T15:51:02"})
    session.runs.show(tuned(seeds=seeds, details=details, spread=MappingProxyType(figures)))
    panel.grab()
    assert panel.facts.evaluation.rows[1][0] == "Matthews correlation"
    for label in panel.facts.findChildren(QLabel):
        if label.isVisible():
            left = label.mapTo(panel.side.viewport(), QPoint(0, 0)).x()
            assert left + label.width() <= panel.side.viewport().width(), label.text()
            assert label.width() >= label.sizeHint().width(), label.text()


def test_the_legend_takes_as_many_lines_as_it_needs(panel: LivePage, session: Session) -> None:
    session.runs.show(tuned())
    one = panel.legend.height()
    for n in range(6):
        session.runs.compare(f"/runs/a run with a long name, number {n}", True)
        session.runs.accept(tuned(f"a run with a long name, number {n}"))
    assert panel.legend.height() > one and len(panel.legend.entries) >= 7
    panel.pictures.fill(panel.options.figures.menu())
    assert len(panel.options.figures.menu().actions()) == 6
