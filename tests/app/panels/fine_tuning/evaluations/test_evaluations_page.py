"""The page of the evaluations: which one is shown, and what its parts ask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.file_questions.evaluations import EvaluationsOf
from app.files import FileAnswer, FileQuestion
from app.panels.fine_tuning.evaluations import EvaluationsPage
from app.panels.fine_tuning.evaluations.words import table_of
from app.run_values import Run
from app.session import Session
from app.values import Problem
from bert_core.finetuning.run_values import ClassFigures, Confusion, Evaluation

LABELS = ("bad", "good")


def evaluation(step: int, accuracy: float, *, classes: bool = True) -> Evaluation:
    right = round(10 * accuracy)
    figures = tuple(ClassFigures(label, accuracy, accuracy, accuracy, 10) for label in LABELS)
    return Evaluation(
        step,
        step / 20,
        MappingProxyType({"accuracy": accuracy, "dev_loss": 1 - accuracy}),
        Confusion(LABELS, ((right, 10 - right), (10 - right, right))) if classes else None,
        figures if classes else (),
    )


FOUND = (evaluation(0, 0.5), evaluation(10, 0.9), evaluation(20, 0.8))


def a_run(**values: object) -> Run:
    details = {
        "kind": "finetune",
        "recipe": {"task": "single-sentence"},
        "base_metric": {"accuracy": 0.5},
    }
    run = Run("/runs/a", details=MappingProxyType(details), state="finished", evaluated=(0, 10, 20))
    return replace(run, **values)  # type: ignore[arg-type]


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> EvaluationsPage:
    page = EvaluationsPage(session)
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    return page


def answered(session: Session, run: Run, found: tuple[Evaluation, ...] = FOUND) -> None:
    session.runs.show(run)
    shown = run.seeds[0] if run.seeds else run
    session.files.answered.emit(FileAnswer(EvaluationsOf(shown.folder, shown.evaluated), found))


def test_without_a_run_it_says_what_comes_here(page: EvaluationsPage, session: Session) -> None:
    assert page.empty.isVisible() and "Choose a run" in page.empty.sentence
    session.runs.show(Run("/runs/pretrained"))
    assert "pretraining run" in page.empty.sentence
    session.runs.show(a_run(evaluated=()))
    assert "No evaluation yet" in page.empty.sentence


def test_a_question_for_every_new_evaluation(page: EvaluationsPage, session: Session) -> None:
    asked: list[FileQuestion] = []
    session.files.asked.connect(asked.append)
    session.runs.show(a_run())
    session.runs.accept(a_run(step=25))
    assert asked == [EvaluationsOf("/runs/a", (0, 10, 20))] and "Reading" in page.empty.sentence
    session.runs.accept(a_run(evaluated=(0, 10, 20, 30)))
    assert len(asked) == 2
    session.files.answered.emit(FileAnswer(asked[0], FOUND))
    assert page.evaluation is None, "of an older question"
    session.files.answered.emit(FileAnswer(asked[1], problem=Problem("It cannot be read.")))
    assert page.empty.sentence == "It cannot be read."


def test_of_a_run_that_is_over_the_best_is_shown(page: EvaluationsPage, session: Session) -> None:
    answered(session, a_run())
    assert (
        page.evaluation is FOUND[1]
        and page.controls.best.isChecked()
        and not page.controls.newest.isChecked()
    )
    assert page.where.text() == "Step 10  ·  epoch 0.50  ·  best"
    assert page.figures.text() == "Accuracy 90.0 % (always the commonest: 50.0 %)   ·   Dev loss 0.100"
    assert page.matrix.counts.tolist() == [[9, 1], [1, 9]]
    assert [row.label for row in page.classes.rows] == ["bad", "good"]
    curves = page.chart.curves
    assert [curve.name for curve in curves] == ["bad", "good"] and curves[0].dots_y.tolist() == [
        0.5,
        0.9,
        0.8,
    ]
    page.controls.slider.setValue(0)
    assert page.evaluation is FOUND[0] and "before training" in page.where.text()
    page.controls.newest.click()
    assert page.evaluation is FOUND[2]


def test_of_a_run_that_goes_on_the_newest_is_followed_unless_one_is_chosen(
    page: EvaluationsPage, session: Session
) -> None:
    alive = a_run(state="running")
    answered(session, alive)
    assert page.evaluation is FOUND[2] and page.controls.newest.isChecked()
    more = (*FOUND, evaluation(30, 0.85))
    later = a_run(state="running", evaluated=(0, 10, 20, 30))
    answered(session, later, more)
    assert page.evaluation is more[3]
    page.controls.slider.setValue(2)
    even_later = a_run(state="running", evaluated=(0, 10, 20, 30, 40))
    answered(session, even_later, (*more, evaluation(40, 0.95)))
    assert page.evaluation is FOUND[2], "it stays where the slider was put"
    page.controls.best.click()
    assert page.evaluation is not None and page.evaluation.step == 40


def test_cells_and_classes_ask_for_their_examples(
    page: EvaluationsPage, session: Session, qtbot: QtBot
) -> None:
    answered(session, a_run())
    with qtbot.waitSignal(page.examples_wanted) as wanted:
        place = page.matrix.rect_of(0, 1).center().toPoint()
        qtbot.mouseClick(page.matrix, Qt.MouseButton.LeftButton, pos=place)
    assert wanted.args == ["bad", "good"]
    assert page.read_out.text().startswith("bad taken for good: 1 of 10")
    with qtbot.waitSignal(page.examples_wanted) as wanted:
        page.classes.chosen.emit("good")
    assert wanted.args == ["good", None]
    page.controls.shares.click()
    assert page.matrix.mode == "shares"


def test_a_task_without_classes_has_its_figures(page: EvaluationsPage, session: Session) -> None:
    answered(session, a_run(), tuple(evaluation(one.step, 0.5, classes=False) for one in FOUND))
    assert page.no_classes.isVisible() and not page.matrix.isVisible() and not page.right.isVisible()
    assert not page.controls.counts.isVisible() and page.figures.isVisible()
    offered = [picture.save_picture.isEnabled() for picture in page.pictures.all]
    assert offered[:3] == [False, False, False]


def test_one_of_several_seeds_is_chosen(page: EvaluationsPage, session: Session) -> None:
    seeds = tuple(replace(a_run(), folder=f"/runs/a/seeds/{n}") for n in (0, 7))
    asked: list[FileQuestion] = []
    session.files.asked.connect(asked.append)
    answered(session, a_run(evaluated=(), seeds=seeds))
    assert (
        page.controls.seed.isVisible()
        and page.controls.seed.itemText(1) == "seed 7"
        and page.evaluation is FOUND[1]
    )
    page.controls.seed.chosen.emit(1)
    assert asked[-1] == EvaluationsOf("/runs/a/seeds/7", (0, 10, 20)) and page.evaluation is None


def test_all_evaluations_as_numbers() -> None:
    header, rows = table_of(FOUND)
    assert header == ("step", "epoch", "accuracy", "dev_loss") and [row[0] for row in rows] == [0, 10, 20]


def test_narrow_the_classes_stand_below(page: EvaluationsPage, session: Session) -> None:
    answered(session, a_run())
    assert page.right.x() > page.matrix.x()
    page.resize(500, 600)
    QApplication.processEvents()
    assert page.right.y() > page.matrix.y()


def test_pictures_say_which_evaluation_they_are_of(
    page: EvaluationsPage, session: Session, tmp_path: Path
) -> None:
    answered(session, a_run())
    for name, picture in (("matrix", page.pictures.matrix), ("all", page.pictures.whole)):
        picture.save_picture_to(tmp_path / f"{name}.svg")
        text = (tmp_path / f"{name}.svg").read_text(encoding="utf-8")
        assert "a  ·  Step 10  ·  epoch 0.50  ·  best" in text and "colour: share of the row" in text
        assert ("precision" in text) == (name == "all")
    page.pictures.whole.save_numbers_to(tmp_path / "all.csv")
    assert len((tmp_path / "all.csv").read_text(encoding="utf-8").splitlines()) == 4
