"""Columns of cells that flow over bands: geometry, marks, clicks, keys, what is read out."""

from __future__ import annotations

import itertools
import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QScrollArea

from app.views.aligned_pieces import AlignedPieces, Cell, Column, Row

ROWS = (Row("the text", 19), Row("the model reads", 22), Row("loss, nats", 20, "small"))


def columns(count: int) -> list[Column]:
    return [
        (Cell(f"piece{n}", "a"), Cell("[MASK]" if n % 3 == 0 else f"piece{n}", "mask" if n % 3 == 0 else "quiet"),
         Cell("1.00", "plain", 0.5) if n % 3 == 0 else None)
        for n in range(count)
    ]  # fmt: skip


def shown(qtbot, count: int = 12, width: int = 600) -> AlignedPieces:
    view = AlignedPieces(ROWS, "Pieces")
    qtbot.addWidget(view)
    view.set_columns(columns(count), [f"fact {n}" for n in range(count)])
    view.resize(width, view.heightForWidth(width))
    view.show()
    return view


def test_rows_align_and_bands_do_not_overlap(qtbot) -> None:
    view = shown(qtbot)
    tops: dict[float, list[int]] = {}
    for position in range(12):
        rect = view.chip_rect(position)
        assert rect.right() <= view.width() and rect.left() >= view.gutter() > 0
        tops.setdefault(rect.top(), []).append(position)
    assert len(tops) > 1
    bands = sorted(tops)
    assert all(lower - upper >= view.chip_rect(0).height() for upper, lower in itertools.pairwise(bands))
    for band in tops.values():
        rects = [view.chip_rect(position) for position in band]
        assert all(a.right() <= b.left() for a, b in itertools.pairwise(rects))
    assert [view.cell_rect(0, row).height() for row in range(3)] == [19, 22, 20]
    assert view.cell_rect(0, 1).top() == view.cell_rect(0, 0).bottom()


def test_narrow_it_goes_without_names(qtbot) -> None:
    assert shown(qtbot, width=200).gutter() == 0


def test_as_high_as_its_width_needs(qtbot) -> None:
    view = shown(qtbot)
    assert view.heightForWidth(300) > view.heightForWidth(600) > view.heightForWidth(4000)


def test_a_click_says_which(qtbot) -> None:
    view = shown(qtbot)
    said: list[int] = []
    view.clicked.connect(said.append)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.chip_rect(5).center().toPoint())
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert said == [5] and view.current == 5


def test_keys_walk_and_click(qtbot) -> None:
    view = shown(qtbot)
    said: list[int] = []
    view.clicked.connect(said.append)
    view.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Space, Qt.Key.Key_End):
        qtbot.keyClick(view, key)
    assert said == [1] and view.current == 11
    assert view.accessibleDescription() == "fact 11"
    qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.current is not None and view.chip_rect(view.current).top() < view.chip_rect(11).top()


def test_one_that_cannot_be_clicked(qtbot) -> None:
    view = AlignedPieces(ROWS, "Pieces", clickable=False)
    qtbot.addWidget(view)
    view.set_columns(columns(3), ["", "", ""])
    view.resize(600, 100)
    view.show()
    said: list[int] = []
    view.clicked.connect(said.append)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.chip_rect(1).center().toPoint())
    assert said == [] and view.focusPolicy() == Qt.FocusPolicy.NoFocus and view.current is None


def test_lengths_must_agree(qtbot) -> None:
    view = shown(qtbot)
    with pytest.raises(ValueError, match="2 columns"):
        view.set_columns(columns(2), ["one"])
    with pytest.raises(ValueError, match="of 1 rows"):
        view.set_columns(columns(1), ["one"], ROWS[:1])


def test_the_keyboard_brings_a_column_into_view(qtbot) -> None:
    view = AlignedPieces(ROWS, "Pieces")
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(view)
    qtbot.addWidget(area)
    view.set_columns(columns(60), [""] * 60)
    area.resize(400, 120)
    area.show()
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert area.verticalScrollBar().value() > 0
    assert area.viewport().rect().intersects(view.chip_rect(59).toRect().translated(view.pos()))


def test_a_long_text_is_quick(qtbot) -> None:
    view = shown(qtbot, count=512, width=900)
    started = time.process_time()
    view.set_columns(columns(512), [""] * 512)
    image = QImage(900, 150, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    view.render(painter, QPoint(0, 0), view.rect().adjusted(0, 2000, 0, 0).intersected(view.rect()))
    painter.end()
    assert time.process_time() - started < 0.4  # a screenful takes far less; this one paints most of the text
