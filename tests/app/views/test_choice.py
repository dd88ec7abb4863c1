"""A list says what a person chose, and nothing of what the program set."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.choice import Choice


def test_only_a_person_chooses(qtbot: QtBot) -> None:
    choice = Choice("Layer", "Which layer")
    qtbot.addWidget(choice)
    chosen: list[int] = []
    choice.chosen.connect(chosen.append)
    choice.set_names(["one", "two", "three"])
    choice.setCurrentIndex(1)
    assert chosen == []
    choice.show()
    QTest.keyClick(choice, Qt.Key.Key_Down)
    assert chosen == [2]
    assert (choice.accessibleName(), choice.toolTip()) == ("Layer", "Which layer")


def test_the_same_names_keep_the_choice(qtbot: QtBot) -> None:
    choice = Choice("Piece", "Which piece", letters=6)
    qtbot.addWidget(choice)
    choice.set_names(["a", "b"])
    choice.setCurrentIndex(1)
    choice.set_names(["a", "b"])
    assert choice.currentIndex() == 1
    wide = choice.sizeHint().width()
    choice.set_names(["a", "b" * 200])
    assert choice.currentIndex() == 0 and choice.sizeHint().width() == wide
