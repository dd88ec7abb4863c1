"""Figures of each class: what is written, and what a click and the keys choose."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.views.class_table import ClassRow, ClassTable
from app.views.vector_files import svg_bytes

ROWS = (ClassRow("bad", 0.5, 0.25, 1 / 3, 40, look=0), ClassRow("good", 1.0, 0.9, 0.947, 1234, look=1))


def table(qtbot: QtBot, width: int = 460) -> ClassTable:
    made = ClassTable()
    qtbot.addWidget(made)
    made.set_rows(ROWS)
    made.resize(width, made.sizeHint().height())
    made.show()
    return made


def texts(made: ClassTable) -> dict[str, tuple[float, float]]:
    """Each text with where it begins and ends."""
    root = ET.fromstring(svg_bytes(made.drawing(), {}))
    found = {}
    for text in root.iter("{http://www.w3.org/2000/svg}text"):
        left = float(text.attrib["x"])
        found["".join(text.itertext())] = (left, left + float(text.attrib["textLength"]))
    return found


def test_everything_is_written_inside(qtbot: QtBot) -> None:
    for width in (350, 460, 900):
        made = table(qtbot, width)
        found = texts(made)
        assert {
            "class",
            "precision",
            "recall",
            "F1",
            "examples",
            "bad",
            "50.0",
            "25.0",
            "33.3",
            "1,234",
        } <= set(found)
        assert all(left >= 0 and right <= width + 1 for left, right in found.values()), width


def test_as_numbers(qtbot: QtBot) -> None:
    header, rows = table(qtbot).table()
    assert len(header) == 5 and tuple(rows)[1] == ("good", 1.0, 0.9, 0.947, 1234)


def test_a_class_is_chosen(qtbot: QtBot) -> None:
    made = table(qtbot)
    with qtbot.waitSignal(made.chosen) as chosen:
        qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(20, 60))
    assert chosen.args == ["good"]
    qtbot.keyClick(made, Qt.Key.Key_Up)
    with qtbot.waitSignal(made.chosen) as chosen:
        qtbot.keyClick(made, Qt.Key.Key_Return)
    assert chosen.args == ["bad"]
    with qtbot.assertNotEmitted(made.chosen):
        qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(20, 5))
