"""The grid of heads: where cells lie, what they say, and what a person can do to it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.theme import diverging, sequential, theme
from app.views.head_grid import HeadGrid


def values(layers: int = 4, heads: int = 6) -> np.ndarray:
    return np.linspace(0, 1, layers * heads).reshape(layers, heads)


def texts(numbers: np.ndarray) -> list[list[str]]:
    return [[f"{value:.2f}" for value in row] for row in numbers]


@pytest.fixture
def grid(qtbot: QtBot) -> HeadGrid:
    made = HeadGrid()
    qtbot.addWidget(made)
    made.resize(480, 240)
    made.set_values(values(), texts(values()))
    made.show()
    return made


def colour_at(grid: HeadGrid, layer: int, head: int) -> QColor:
    """Of a corner of the cell, where no number stands."""
    place = grid.head_rect(layer, head).topLeft() + QPointF(3, 3)
    return grid.grab().toImage().pixelColor(place.toPoint())


def click(grid: HeadGrid, layer: int, head: int) -> None:
    place = grid.head_rect(layer, head).center().toPoint()
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


@pytest.mark.parametrize("size", [(480, 240), (1200, 800), (160, 90), (300, 500)])
@pytest.mark.parametrize("shape", [(1, 1), (4, 8), (12, 12), (24, 16)])
def test_all_cells_lie_in_the_plot_side_by_side(
    qtbot: QtBot, size: tuple[int, int], shape: tuple[int, int]
) -> None:
    grid = HeadGrid()
    qtbot.addWidget(grid)
    grid.resize(*size)
    grid.set_values(values(*shape), texts(values(*shape)))
    plot = grid.plot()
    assert QRectF(grid.rect()).contains(plot)
    for layer in range(shape[0]):
        for head in range(shape[1]):
            area = grid.head_rect(layer, head)
            assert plot.adjusted(-1, -1, 1, 1).contains(area)
            if area.width() >= 2 and area.height() >= 2:
                assert grid.head_at(area.center()) == (layer, head)
            if head:
                assert area.left() == grid.head_rect(layer, head - 1).right()
            if layer:
                assert area.top() == grid.head_rect(layer - 1, head).bottom()


def test_colours_are_those_of_the_numbers(grid: HeadGrid) -> None:
    table = sequential()
    for layer, head, entry in ((0, 0, 0), (3, 5, 255), (1, 3, round(255 * values()[1, 3]))):
        assert colour_at(grid, layer, head) == QColor(*table[entry, :3].tolist())


def test_differences_are_coloured_about_zero(grid: HeadGrid) -> None:
    numbers = values() - 0.5
    grid.set_values(numbers, texts(numbers), -0.5, 0.5, signed=True)
    table = diverging()
    assert colour_at(grid, 0, 0) == QColor(*table[1, :3].tolist())
    assert colour_at(grid, 3, 5) == QColor(*table[255, :3].tolist())


def test_what_is_not_known_has_no_colour_of_the_scale(grid: HeadGrid) -> None:
    numbers = values()
    numbers[2, 2] = np.nan
    grid.set_values(numbers, texts(numbers))
    assert colour_at(grid, 2, 2) == QColor(theme().hover)


def test_numbers_stand_in_cells_with_room_only(grid: HeadGrid) -> None:
    with_numbers = grid.grab().toImage()
    grid.set_values(values(), [[""] * 6] * 4)
    assert grid.grab().toImage() != with_numbers
    grid.resize(160, 90)
    small = grid.grab().toImage()
    grid.set_values(values(), texts(values()))
    assert grid.grab().toImage() == small


def test_patterns_are_drawn_as_marks(grid: HeadGrid) -> None:
    names = [["broad"] * 6, ["[SEP]"] * 6, ["mixed"] * 6, ["broad"] * 6]
    grid.set_patterns(names, [["0.90"] * 6] * 4)
    image = grid.grab().toImage()

    def cell(layer: int, head: int) -> object:
        area = grid.head_rect(layer, head).toRect().adjusted(2, 2, -3, -3)
        return image.copy(area)

    assert cell(0, 2) == cell(0, 3) != cell(1, 2)
    assert grid.text(0, 0) == "0.90"


def test_a_click_and_the_pointer_tell_the_head(grid: HeadGrid, qtbot: QtBot) -> None:
    with qtbot.waitSignal(grid.head_clicked) as clicked:
        click(grid, 2, 4)
    assert clicked.args == [(2, 4)]
    with qtbot.waitSignal(grid.head_hovered) as hovered:
        QTest.mouseMove(grid, grid.head_rect(1, 1).center().toPoint())
    assert hovered.args == [(1, 1)]
    with qtbot.waitSignal(grid.head_hovered) as hovered:
        QTest.mouseMove(grid, QPoint(1, 1))
    assert hovered.args == [None]


def test_arrows_walk_and_stop_at_the_border(grid: HeadGrid) -> None:
    walked: list[tuple[int, int]] = []
    grid.head_clicked.connect(walked.append)
    grid.head_clicked.connect(lambda head: grid.set_selected(*head))
    keys = (
        Qt.Key.Key_Right,
        Qt.Key.Key_Right,
        Qt.Key.Key_Down,
        Qt.Key.Key_Up,
        Qt.Key.Key_Up,
        Qt.Key.Key_Left,
    )
    for key in keys:
        QTest.keyClick(grid, key)
    assert walked == [(0, 0), (0, 1), (1, 1), (0, 1), (0, 0)]


def test_the_selected_head_is_outlined_and_described(grid: HeadGrid) -> None:
    before = grid.grab().toImage()
    grid.set_selected(1, 2)
    corner = grid.head_rect(1, 2).topLeft().toPoint() - QPoint(1, 1)
    assert grid.grab().toImage().pixelColor(corner) == QColor(theme().selection)
    assert before.pixelColor(corner) != QColor(theme().selection)
    assert grid.accessibleDescription() == "Layer 2, head 3: 0.35"
    grid.set_selected(1, None)  # a whole layer
    corner = grid.head_rect(1, 0).topLeft().toPoint() - QPoint(1, 1)
    assert grid.grab().toImage().pixelColor(corner) == QColor(theme().selection)
    grid.set_selected(9, 9)  # of a larger model
    grid.grab()


def test_without_values_there_is_a_sentence(grid: HeadGrid) -> None:
    grid.set_values(None)
    assert not grid.has_content() and grid.head_at(QPointF(100, 100)) is None
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert not grid.grab().isNull()
