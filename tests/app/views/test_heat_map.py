"""One matrix with its pieces: cells, labels that are never clipped and never overlap, pins and numbers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPolygonF
from PySide6.QtWidgets import QApplication

from app.theme import diverging, sequential, theme
from app.views.cell_numbers import number
from app.views.heat_map import HeatMap
from app.views.picked_cells import Cell
from bert_core.trace import Token

WORDS = [
    "the",
    "internationalisation",
    "##ization",
    "注意",
    "力",
    "السلام",
    "##عليكم",
    "αβγ",
    "supercalifragilistic",
    "机器学习模型",
    "a",
]


def pieces(size: int) -> tuple[Token, ...]:
    half = size // 2
    return tuple(
        Token(
            "[SEP]" if at in (half, size - 1) else WORDS[at % len(WORDS)], 5, int(at > half), 0, 0, at, False
        )
        for at in range(size)
    )


def weights(size: int) -> np.ndarray:
    values = np.random.default_rng(2).random((size, size), dtype=np.float32)
    return values / values.sum(-1, keepdims=True)


@pytest.fixture
def heat(qtbot) -> HeatMap:
    made = HeatMap()
    qtbot.addWidget(made)
    made.resize(420, 440)
    made.set_matrix(weights(17), pieces(17), 0.5)
    made.show()
    return made


@pytest.mark.parametrize("size", [(420, 440), (300, 250), (700, 300), (220, 600)])
@pytest.mark.parametrize("count", [2, 5, 17, 128])
@pytest.mark.parametrize("zoom", [1, 4])
def test_labels_are_neither_clipped_nor_on_top_of_each_other(qtbot, size, count: int, zoom: float) -> None:
    heat = HeatMap()
    qtbot.addWidget(heat)
    heat.resize(*size)
    heat.set_matrix(weights(count), pieces(count))
    heat.zoom_by(zoom)
    content = heat.content()
    seen = heat.plot().intersected(content)
    labels = heat.labels()
    inside = QRectF(heat.rect())
    rows, columns = labels.rows(content, seen), labels.columns(content, seen)
    assert rows and columns
    for row in rows:
        area = labels.row_rect(row, content, seen)
        assert area.left() >= 0 and area.right() < seen.left()
    for first, second in pairwise(rows):
        apart = labels.row_rect(second, content, seen).top() - labels.row_rect(first, content, seen).top()
        assert apart >= 11.9
    for column in columns:
        corners = labels.column_corners(column, content, seen)
        if corners[0] == corners[3]:
            continue  # no room for a single letter of it at the right border
        assert all(inside.contains(corner) for corner in corners), labels.text(column)
        assert all(corner.y() <= seen.top() for corner in corners)
    cell = content.width() / count
    if len(columns) > 1:
        assert (columns[1] - columns[0]) * cell >= 12.9


def test_a_short_text_gets_large_cells_and_a_long_one_fills_the_room(heat: HeatMap) -> None:
    heat.resize(900, 900)
    heat.set_matrix(weights(3), pieces(3))
    assert heat.content().width() == 3 * 64
    heat.set_matrix(weights(40), pieces(40))
    assert heat.content().width() > 700


def test_cells_and_labels_can_be_pointed_at(heat: HeatMap) -> None:
    for query, key in [(0, 0), (16, 16), (4, 11)]:
        assert heat.cell_at(heat.cell_rect(query, key).center()) == (query, key)
    content = heat.content()
    labels = heat.labels()
    assert heat.cell_at(labels.row_rect(6, content, content).center()) == (6, None)
    for column in (0, 5, 16):
        corners = QPolygonF(labels.column_corners(column, content, content))
        assert heat.cell_at(corners.boundingRect().center()) == (None, column)
    assert heat.cell_at(QPointF(1, 1)) is None
    assert heat.cell_at(QPointF(heat.rect().bottomRight())) is None


def test_clicks_and_hovers_are_announced_once(qtbot, heat: HeatMap) -> None:
    hovered: list[Cell | None] = []
    clicked: list[Cell] = []
    heat.cell_hovered.connect(hovered.append)
    heat.cell_clicked.connect(clicked.append)
    place = heat.cell_rect(3, 9).center()
    heat.point_at(place)
    heat.point_at(place + QPointF(1, 1))
    heat.point_at(None)
    assert hovered == [(3, 9), None]
    qtbot.mouseClick(heat, Qt.MouseButton.LeftButton, pos=place.toPoint())
    label = heat.labels().row_rect(6, heat.content(), heat.content()).center()
    qtbot.mouseClick(heat, Qt.MouseButton.LeftButton, pos=label.toPoint())
    assert clicked == [(3, 9), (6, None)]


def test_arrows_move_what_is_pinned(qtbot, heat: HeatMap) -> None:
    moved: list[Cell] = []

    def follow(cell: Cell) -> None:
        moved.append(cell)
        heat.set_selection(*cell)

    heat.cell_clicked.connect(follow)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up):
        qtbot.keyClick(heat, key)
    assert moved == [(0, None), (1, None), (1, 0), (1, 1), (0, 1)]
    qtbot.keyClick(heat, Qt.Key.Key_Up)
    assert len(moved) == 5


def colour(heat: HeatMap, query: int, key: int) -> tuple[int, int, int]:
    place = heat.cell_rect(query, key).center().toPoint()
    found: QColor = heat.to_image(1).pixelColor(place)
    return found.red(), found.green(), found.blue()


def test_cells_have_the_colours_of_their_values(heat: HeatMap) -> None:
    values = np.zeros((17, 17), dtype=np.float32)
    values[3, 9], values[4, 9], values[5, 9] = 0.5, 0.25, -0.5
    heat.set_matrix(values, pieces(17), 0.5)
    assert colour(heat, 3, 9) == tuple(sequential()[255, :3].tolist())
    assert colour(heat, 4, 9) == tuple(sequential()[128, :3].tolist())
    assert QColor(*colour(heat, 9, 3)).name() == theme().surface
    heat.set_matrix(values, pieces(17), 0.5, diverging=True)
    assert colour(heat, 3, 9) == tuple(diverging()[255, :3].tolist())
    assert colour(heat, 5, 9) == tuple(diverging()[1, :3].tolist())
    assert QColor(*colour(heat, 9, 3)).name() == theme().surface
    heat.set_matrix(values, pieces(17), 0.5, minimum=-0.5)
    assert colour(heat, 9, 3) == tuple(sequential()[128, :3].tolist())


def test_a_strong_cell_is_seen_where_cells_are_smaller_than_pixels(heat: HeatMap) -> None:
    values = np.zeros((512, 512), dtype=np.float32)
    values[301, 77] = 1
    heat.set_matrix(values, pieces(512))
    image = heat.to_image(1)
    strong = QColor(*sequential()[255, :3].tolist())
    place = heat.cell_rect(301, 77).center().toPoint()
    around = [image.pixelColor(place + QPoint(x, y)) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    assert strong in around


def test_the_view_stays_for_as_many_pieces_and_falls_back_for_others(heat: HeatMap) -> None:
    heat.zoom_by(3)
    heat.set_matrix(weights(17), pieces(17))
    assert heat.zoom == 3
    heat.set_matrix(weights(18), pieces(18))
    assert heat.zoom == 1


def test_hover_and_selection_do_not_redraw_the_map(heat: HeatMap) -> None:
    heat.grab()
    kept = heat._kept
    heat.set_hover(3, 4)
    heat.set_selection(5, None)
    heat.grab()
    assert kept is not None and heat._kept is kept
    heat.set_matrix(weights(17), pieces(17))
    heat.grab()
    assert heat._kept is not kept


def test_a_selection_beyond_the_pieces_is_not_drawn_and_not_an_error(heat: HeatMap) -> None:
    heat.set_selection(40, 50)
    heat.set_hover(40, None)
    heat.grab()
    assert heat.accessibleDescription() == ""
    heat.set_selection(3, None)
    assert "注意" in heat.accessibleDescription()


def test_shape_and_pieces_must_match(heat: HeatMap) -> None:
    with pytest.raises(ValueError, match=r"expected \[3, 3\]"):
        heat.set_matrix(weights(4), pieces(3))
    with pytest.raises(ValueError, match="expected"):
        heat.set_matrix(np.zeros((0, 0), dtype=np.float32), ())


def test_without_a_matrix_it_says_so(qtbot, heat: HeatMap) -> None:
    heat.set_matrix(None)
    heat.grab()
    assert not heat.has_content() and heat.cell_at(QPointF(100, 100)) is None
    qtbot.mouseClick(heat, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.keyClick(heat, Qt.Key.Key_Down)


def test_the_saved_picture_is_sharp_and_whole(qapp: QApplication, heat: HeatMap) -> None:
    heat.zoom_by(3)
    image = heat.to_image(3)
    assert image.width() == pytest.approx(heat.extent().width() * 3, abs=1)
    assert image.devicePixelRatio() == 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.714, ".71"),
        (0.001, ".00"),
        (0, "0"),
        (1, "1"),
        (0.999, "1.00"),
        (-0.05, "−.05"),
        (-1, "−1"),
        (1.5, "1.50"),
    ],
)
def test_numbers_in_cells_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_a_symmetric_map_has_labels_at_the_left_only_and_marks_both_pieces_there(qtbot) -> None:
    heat = HeatMap(symmetric=True)
    qtbot.addWidget(heat)
    heat.resize(360, 215)
    heat.set_matrix(weights(17), pieces(17), 1.0, diverging=True)
    content, seen = heat.content(), heat.plot()
    labels = heat.labels()
    assert labels.columns(content, seen) == [] and labels.rows(content, seen) == list(range(17))
    assert labels.row_rect(0, content, seen).top() >= 0
    assert content.height() > 0.95 * heat.height(), "no room is kept above the map"
    assert heat.cell_at(QPointF(content.center().x(), 1)) is None
    heat.set_selection(3, 12)
    assert not heat.grab().isNull()


def test_a_label_thicker_than_its_row_is_not_cut_at_the_top(qtbot) -> None:
    heat = HeatMap(symmetric=True)
    qtbot.addWidget(heat)
    heat.resize(300, 140)
    heat.set_matrix(weights(128), pieces(128), 1.0)
    first = heat.labels().row_rect(0, heat.content(), heat.plot())
    assert first.top() >= -1
