"""Runs beside each other in a table: what they reached and in what they differ."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from pytestqt.qtbot import QtBot

from app.panels.fine_tuning.compare import ComparePage
from app.panels.fine_tuning.compare.compared import compared, differing, each_of
from app.run_values import Points, Run
from app.session import Session


def a_run(name: str, accuracies: tuple[float, ...], rate: float = 3e-4, **values: object) -> Run:
    columns = {
        "step": np.arange(len(accuracies)) * 10.0,
        "accuracy": np.array(accuracies, dtype=float),
        "dev_loss": 1 - np.array(accuracies, dtype=float),
    }
    recipe = {"task": "single-sentence", "learning_rate": rate, "epochs": 3.0, "seed": len(name)}
    details = {"kind": "finetune", "model": "/models/mini-en", "recipe": recipe}
    run = Run(
        f"/runs/{name}",
        details=MappingProxyType(details),
        evaluations=Points(MappingProxyType(columns), len(accuracies)),
    )
    return replace(run, **values)  # type: ignore[arg-type]


def seeds_of(run: Run, *each: float) -> Run:
    inner = tuple(a_run(str(n), (0.1, accuracy)) for n, accuracy in enumerate(each))
    return replace(run, seeds=inner, evaluations=Points())


A, B = a_run("a", (0.5, 0.9, 0.8)), a_run("b", (0.5, 0.7), rate=1e-5)


def test_figures_of_the_best_evaluation_and_settings_that_differ() -> None:
    found = compared((A, B))
    assert found.columns == ("Accuracy", "Dev loss", "Best at step", "learning rate")
    assert [line.cells for line in found.lines] == [
        ("90.0 %", "0.100", "10", "0.0003"),
        ("70.0 %", "0.300", "10", "1e-05"),
    ]
    assert found.best == (0, 0, -1, -1) and [line.sign for line in found.lines] == [0, 1]


def test_seeds_stand_below_their_run() -> None:
    found = compared((seeds_of(A, 0.7, 0.9), B))
    assert [line.name for line in found.lines] == ["a", "seed 0", "seed 1", "b"]
    assert found.lines[0].cells[0] == "80.0 % ± 14.1" and found.lines[1].cells[0] == "70.0 %"
    assert found.best[0] == 0, "a single seed is no rival of means"
    told = replace(seeds_of(A, 0.7, 0.9), spread=MappingProxyType({"accuracy": (0.6, 0.6, 0.9)}))
    assert each_of(told, "accuracy") == (0.6, 0.6, 0.9), "what the run says itself"


def test_alone_nothing_is_ahead() -> None:
    assert set(compared((A,)).best) == {-1}
    assert compared((replace(A, evaluations=Points()),)).lines[0].cells == ("",)


def test_what_is_missing_somewhere_differs() -> None:
    assert differing([{"a": 1, "b": 2}, {"a": 1}]) == ("b",)
    assert differing([{"a": 1}]) == ()


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> ComparePage:
    page = ComparePage(session)
    qtbot.addWidget(page)
    page.resize(800, 500)
    page.show()
    return page


def test_the_page_needs_two_runs_or_seeds(page: ComparePage, session: Session) -> None:
    assert page.empty.isVisible()
    session.runs.show(A)
    assert page.empty.isVisible() and not page.pictures[0].copy_numbers.isEnabled()
    session.runs.compare(B.folder, True)
    session.runs.accept(B)
    assert page.content.isVisible() and page.model.rowCount() == 2
    assert [row.values for row in page.spread.rows] == [(0.9,), (0.7,)]
    header, rows = page.numbers()
    assert header[:2] == ("run", "Accuracy") and list(rows)[1][:2] == ("b", "70.0 %")
    session.runs.compare(B.folder, False)
    assert page.empty.isVisible()
    session.runs.show(seeds_of(A, 0.7, 0.9))
    assert page.content.isVisible() and page.spread.rows[0].values == (0.7, 0.9)


def test_the_best_is_bold_and_another_figure_is_spread(page: ComparePage, session: Session) -> None:
    session.runs.show(A)
    session.runs.compare(B.folder, True)
    session.runs.accept(B)
    model = page.model
    bold = model.data(model.index(0, 1), Qt.ItemDataRole.FontRole)
    assert isinstance(bold, QFont) and bold.bold()
    assert model.data(model.index(1, 1), Qt.ItemDataRole.FontRole) is None
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Accuracy"
    assert not page.grab().isNull()
    page.which.setCurrentIndex(1)
    page.which.chosen.emit(1)
    assert [round(row.values[0], 3) for row in page.spread.rows] == [0.1, 0.3]
