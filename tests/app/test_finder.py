"""The action finder: what is meant comes first, and Enter does it once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.finder import ActionFinder, plain, rank

NAMES = ["Undo", "Redo", "Next layer", "Next head", "Theme: dark", "Find an action…", "Put the panels back"]


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("undo", "Undo"),
        ("nl", "Next layer"),
        ("layer", "Next layer"),
        ("HEAD next", "Next head"),
        ("dark", "Theme: dark"),
        ("  find   act ", "Find an action…"),
        ("panel", "Put the panels back"),
        ("edo", "Redo"),
    ],
)
def test_what_is_meant_comes_first(typed: str, best: str) -> None:
    ranked = [(key, name) for name in NAMES if (key := rank(name, typed)) is not None]
    assert min(ranked)[1] == best


def test_begins_of_words_before_parts_of_words_before_letters() -> None:
    keys = [rank(name, "do") for name in ("do it", "undo", "d or o")]
    assert None not in keys and keys == sorted(keys)  # type: ignore[type-var]
    assert [key[0] for key in keys if key is not None] == [0, 1, 2]


@pytest.mark.parametrize("typed", ["xyz", "undoo", "odnu"])
def test_what_does_not_fit(typed: str) -> None:
    assert rank("Undo", typed) is None


def test_everything_fits_nothing() -> None:
    assert {rank(name, "  ") for name in NAMES} == {(0, 0)}


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def finder(qtbot: QtBot, done: list[str]) -> Iterator[ActionFinder]:
    parent = QWidget()
    qtbot.addWidget(parent)
    actions = []
    for name in ("&Undo", "Redo", "Save && close", "Not now"):
        action = QAction(name, parent)
        action.triggered.connect(lambda _=False, name=name: done.append(name))
        actions.append(action)
    actions[0].setShortcut(QKeySequence("Ctrl+Z"))
    actions[3].setEnabled(False)
    line = QAction(parent)
    line.setSeparator(True)
    made = ActionFinder([*actions, line], parent)
    made.open()
    yield made


def shown(finder: ActionFinder) -> list[str]:
    return [finder.list.item(row).text() for row in range(finder.list.count())]


def test_it_offers_what_can_be_done_with_its_keys(finder: ActionFinder) -> None:
    undo, *others = shown(finder)
    assert undo.startswith("Undo ") and undo.endswith(
        QKeySequence("Ctrl+Z").toString(QKeySequence.SequenceFormat.NativeText)
    )
    assert others == ["Redo", "Save & close"]
    assert finder.list.currentRow() == 0


def test_a_name_without_marks(finder: ActionFinder) -> None:
    assert plain(QAction("Fi&nd && do")) == "Find & do"


def test_typing_narrows_and_enter_does_the_first(finder: ActionFinder, done: list[str]) -> None:
    QTest.keyClicks(finder.field, "clo")
    assert shown(finder) == ["Save & close"]
    QTest.keyClick(finder.field, Qt.Key.Key_Return)
    assert done == ["Save && close"]
    assert not finder.isVisible()


def test_arrows_walk_round(finder: ActionFinder, done: list[str]) -> None:
    for key, row in ((Qt.Key.Key_Up, 2), (Qt.Key.Key_Down, 0), (Qt.Key.Key_Down, 1)):
        QTest.keyClick(finder.field, key)
        assert finder.list.currentRow() == row
    QTest.keyClick(finder.field, Qt.Key.Key_Enter)
    assert done == ["Redo"]


def test_nothing_found_is_nothing_done(finder: ActionFinder, done: list[str]) -> None:
    QTest.keyClicks(finder.field, "xyz")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(finder.field, key)
    assert done == [] and finder.isVisible()
    finder.field.clear()
    assert len(shown(finder)) == 3


@pytest.mark.parametrize("once", [0, 1])
def test_a_click_does_it_once_whatever_the_style(finder: ActionFinder, done: list[str], once: int) -> None:
    """Where a single click activates (KDE), a list says both that it was clicked and that it was activated."""
    finder.list.setStyleSheet(f"QListWidget {{ activate-on-singleclick: {once} }}")
    place: QPoint = finder.list.visualItemRect(finder.list.item(1)).center()
    QTest.mouseClick(finder.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert done == ["Redo"]


def test_escape_does_nothing(finder: ActionFinder, done: list[str]) -> None:
    QTest.keyClick(finder.field, Qt.Key.Key_Escape)
    assert done == [] and not finder.isVisible()
