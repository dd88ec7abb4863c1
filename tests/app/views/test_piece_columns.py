"""Labels in columns keep apart, those that are asked for come first, and stand where they should."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from app.views.piece_columns import APART, PieceColumns
from tests.app.fakes import fake_tokens


@pytest.fixture
def columns(qapp: QApplication) -> PieceColumns:
    return PieceColumns(fake_tokens(128), 90.0)


def test_high_rows_all_have_labels(columns: PieceColumns) -> None:
    assert columns.chosen(14.0, (0, 128 * 14.0), ()) == list(range(128))


@pytest.mark.parametrize("row", [1.0, 2.9, 5.5, 11.9])
def test_labels_of_low_rows_thin_out(columns: PieceColumns, row: float) -> None:
    chosen = columns.chosen(row, (0, 128 * row), ())
    assert chosen[0] == 0
    assert all(APART <= (after - before) * row < 2 * APART for before, after in pairwise(chosen))


@pytest.mark.parametrize("row", [1.0, 2.9, 11.9])
def test_marked_pieces_come_first_and_nothing_touches_them(columns: PieceColumns, row: float) -> None:
    chosen = columns.chosen(row, (0, 128 * row), [77, 30, 78])
    assert 77 in chosen and 30 in chosen
    assert (78 in chosen) == (row >= 16)
    others = [piece for piece in chosen if piece not in (77, 30)]
    assert min(abs(piece - marked) * row for piece in others for marked in (77, 30)) >= APART


def test_only_what_is_seen_has_labels(columns: PieceColumns) -> None:
    chosen = columns.chosen(20.0, (200.0, 300.0), [0, 12, 127, 500])
    assert chosen == [10, 11, 12, 13, 14]


def test_long_pieces_are_cut_and_both_columns_are_as_wide_as_the_widest(qapp: QApplication) -> None:
    short, long = PieceColumns(fake_tokens(3), 90.0), PieceColumns(fake_tokens(17), 30.0)
    assert long.width <= 30 + 6 + 1
    assert PieceColumns(fake_tokens(3), 90.0, 200.0).width == 200
    assert short.width < PieceColumns(fake_tokens(17), 90.0).width


def test_labels_end_at_the_lines_on_the_left_and_begin_there_on_the_right(columns: PieceColumns) -> None:
    left = columns.frame(3, QPointF(100, 24), 20.0, left=True)
    right = columns.frame(3, QPointF(100, 24), 20.0, left=False)
    assert left.right() == 100 and right.left() == 100
    assert left.center().y() == right.center().y() == 24 + 3.5 * 20
    assert columns.frame(3, QPointF(100, 24), 12.0, left=True).height() <= 13
