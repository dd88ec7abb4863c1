"""The dialog that asks for a piece: what it finds, what it offers, and when it says that there is none."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.views.piece_dialog import PieceDialog

VOCABULARY = ("[MASK]", "store", "stored", "##s", "Store", "store")


@pytest.fixture
def dialog(qtbot):
    made = PieceDialog("cat", VOCABULARY, lowercase=True)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def offered(dialog: PieceDialog) -> list[str]:
    return [dialog.offered.item(row).text() for row in range(dialog.offered.count())]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("store", 5),
        (" store ", 5),
        ("STORED", 2),
        ("Store", 4),
        ("##s", 3),
        ("[MASK]", 0),
        ("", None),
        ("sto", None),
    ],
)
def test_what_is_a_piece(dialog, typed: str, found: int | None) -> None:
    dialog.line.setText(typed)
    assert dialog.piece_id == found
    assert dialog.good.isEnabled() is (found is not None)


def test_cased_vocabularies_are_taken_at_their_word(qtbot) -> None:
    cased = PieceDialog("cat", VOCABULARY, lowercase=False)
    cased.line.setText("STORED")
    assert cased.piece_id is None and cased.offered.count() == 0
    cased.deleteLater()


def test_what_it_says(dialog) -> None:
    said = {}
    for typed in ("", "sto", "stox", "store"):
        dialog.line.setText(typed)
        said[typed] = (dialog.says.text(), dialog.says.property("kind"), len(offered(dialog)))
    assert said == {
        "": ("The vocabulary has 6 pieces", "secondary", 0),
        "sto": ("sto is no piece of this vocabulary; these begin so", "secondary", 3),
        "stox": ("stox is no piece of this vocabulary", "warning", 0),
        "store": ("store is piece 5", "secondary", 3),
    }


def test_enter_puts_it_in_and_escape_does_not(dialog, qtbot) -> None:
    chosen: list[int] = []
    dialog.chosen.connect(chosen.append)
    dialog.line.setText("nothing")
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert chosen == [] and dialog.isVisible()
    dialog.line.setText("stored")
    qtbot.keyClick(dialog.line, Qt.Key.Key_Escape)
    assert chosen == [] and not dialog.isVisible()
    dialog.show()
    qtbot.keyClick(dialog.line, Qt.Key.Key_Return)
    assert chosen == [2]


def test_an_offered_piece_is_taken_over(dialog) -> None:
    dialog.line.setText("sto")
    dialog.offered.setCurrentRow(1)
    dialog.offered.itemClicked.emit(dialog.offered.item(1))
    assert dialog.line.text() == "stored"
