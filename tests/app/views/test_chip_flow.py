from __future__ import annotations

from PySide6.QtCore import QPointF

from app.views.chip_flow import ChipFlow


def flow(widths, room) -> ChipFlow:
    return ChipFlow.of(widths, room, chip=20, gap=5, leading=4, margin=3)


def test_lines_break_where_the_next_chip_would_stick_out():
    laid = flow([40, 40, 40], 3 + 40 + 5 + 40 + 3)
    assert laid.starts == (0, 2)
    assert [(r.left(), r.top()) for r in laid.rects] == [(3, 3), (48, 3), (3, 27)]
    assert laid.height == 50
    assert flow([40, 40, 40], 90).starts == (0, 1, 2)


def test_a_chip_wider_than_the_room_is_cut_to_it():
    assert flow([500], 106).rects[0].width() == 100


def test_what_is_under_a_point():
    laid = flow([40, 40, 40], 91)
    assert laid.at(QPointF(50, 30)) is None
    assert laid.at(QPointF(10, 30)) == 2
    assert laid.at(QPointF(45, 10)) is None
    assert laid.at(QPointF(10, -500)) is None


def test_between_covers_every_line_that_shows():
    laid = flow([40] * 10, 91)  # two a line
    assert laid.between(0, 20) == range(2)
    assert laid.between(25, 60) == range(6)
    assert laid.between(-10, 1000) == range(10)


def test_beside_goes_to_the_nearest_chip_of_the_line():
    laid = flow([20, 20, 40, 45], 91)  # 20 20 | 40 45 would stick out
    assert laid.line_of(1) == 0
    assert laid.beside(0, -1) == 0
    assert laid.beside(laid.starts[1], -1) in laid.line(0)
    assert laid.beside(3, 1) == 3


def test_nothing_to_lay_out():
    laid = flow([], 100)
    assert laid.rects == () and laid.at(QPointF(5, 5)) is None and laid.height == 6
