"""The confusion matrix: what it says, where its cells are, what a click and the keys choose."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme import apply_theme
from app.views.confusion_matrix import ConfusionMatrix, row_shares
from app.views.vector_files import svg_bytes

COUNTS = np.array([[8, 2, 0], [1, 3, 0], [0, 0, 0]])
LABELS = ("bad", "good", "a class with a name that is very long indeed")


@pytest.fixture
def matrix(qtbot: QtBot, qapp: QApplication) -> ConfusionMatrix:
    apply_theme(qapp, "light")
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(420, 400)
    matrix.set_counts(LABELS, COUNTS)
    matrix.show()
    return matrix


def test_shares_are_those_of_a_row() -> None:
    np.testing.assert_allclose(row_shares(COUNTS), [[0.8, 0.2, 0], [0.25, 0.75, 0], [0, 0, 0]])


def test_a_cell_in_words(matrix: ConfusionMatrix) -> None:
    assert matrix.word(0, 1) == "bad taken for good: 2 of 10 (20.0 %)"
    assert matrix.word(2, 0).endswith("0 of 0 (0.0 %)")


def test_cells_are_square_and_inside(matrix: ConfusionMatrix) -> None:
    for row in range(3):
        for column in range(3):
            rect = matrix.rect_of(row, column)
            assert rect.width() == pytest.approx(rect.height())
            assert matrix.rect().toRectF().contains(rect)
    assert matrix.rect_of(1, 0).top() == pytest.approx(matrix.rect_of(0, 0).bottom())


def test_the_diagonal_is_blue_and_what_is_wrong_orange(matrix: ConfusionMatrix) -> None:
    image = matrix.grab().toImage()
    ratio = image.devicePixelRatio()

    def colour(row: int, column: int) -> tuple[int, int, int]:
        corner = matrix.rect_of(row, column).topLeft() * ratio
        found = image.pixelColor(int(corner.x() + 5), int(corner.y() + 5))
        return found.red(), found.green(), found.blue()

    right, wrong, none = colour(0, 0), colour(1, 0), colour(2, 0)
    assert right[2] > right[0] + 40 and wrong[0] > wrong[2] + 15
    assert max(none) - min(none) < 5


def test_pointing_and_choosing(matrix: ConfusionMatrix, qtbot: QtBot) -> None:
    pointed: list[tuple[object, object]] = []
    matrix.pointed.connect(lambda *cell: pointed.append(cell))
    place = matrix.rect_of(0, 1).center().toPoint()
    qtbot.mouseMove(matrix, place)
    with qtbot.waitSignal(matrix.chosen) as chosen:
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=place)
    assert chosen.args == [0, 1] and pointed[-1] == (0, 1)
    assert "bad taken for good" in matrix.accessibleDescription()
    for key, cell in ((Qt.Key.Key_Down, [1, 1]), (Qt.Key.Key_Left, [1, 0]), (Qt.Key.Key_Left, [1, 0])):
        qtbot.keyClick(matrix, key)
        with qtbot.waitSignal(matrix.chosen) as chosen:
            qtbot.keyClick(matrix, Qt.Key.Key_Return)
        assert chosen.args == cell


def test_counts_or_shares_are_written(matrix: ConfusionMatrix) -> None:
    def written() -> set[str]:
        root = ET.fromstring(svg_bytes(matrix.drawing(), {}))
        return {"".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")}

    assert {"8", "2", "gold", "predicted", "bad", "good"} <= written()
    matrix.set_mode("shares")
    assert {"80", "20", "75", "25"} <= written()
    assert matrix.drawing().size.width() <= matrix.width() + 1
    header, rows = matrix.table()
    assert header[1:] == LABELS and next(iter(rows)) == ("bad", 8, 2, 0)


def test_many_classes_have_room(matrix: ConfusionMatrix) -> None:
    labels = tuple(f"class {n}" for n in range(60))
    matrix.set_counts(labels, np.eye(60, dtype=np.int64))
    assert matrix.rect_of(59, 59).right() <= matrix.width() + 1 or matrix.rect_of(0, 0).width() == 8.0
    assert not matrix.grab().isNull()
    assert matrix.drawing().size != QSizeF()
