from __future__ import annotations

from itertools import pairwise

import pytest

from app.views.piece_axis import PieceAxis
from bert_core.trace import Token


def tokens(count, text="attention"):
    return [Token(text, p, 0, 0, 1, p, False) for p in range(count)]


def test_level_where_every_label_fits(qtbot):
    axis = PieceAxis.of(tokens(4), 600)
    assert not axis.slanted and axis.overhang == 0 and axis.chosen(()) == [0, 1, 2, 3]
    assert max(axis.widths) < axis.column


@pytest.mark.parametrize("count", [20, 120, 512])
def test_slanted_labels_never_come_too_close(qtbot, count):
    axis = PieceAxis.of(tokens(count), 400)
    chosen = axis.chosen([7, 8])
    assert axis.slanted and 7 in chosen
    assert all((b - a) * axis.column >= axis.line for a, b in pairwise(chosen))
    assert len(chosen) > 1


def test_marked_pieces_come_first(qtbot):
    axis = PieceAxis.of(tokens(512), 400)
    assert 301 in axis.chosen([301]) and 301 not in axis.chosen([])


def test_long_labels_are_elided_and_there_is_room_for_the_rest(qtbot):
    axis = PieceAxis.of(tokens(30, "pneumonoultramicroscopicsilicovolcanoconiosis"), 400)
    assert max(axis.widths) <= 84 and all(label.endswith("…") for label in axis.labels)
    assert axis.height > max(axis.widths) * 0.86


def test_no_pieces(qtbot):
    assert PieceAxis.of((), 400).chosen([1]) == []


@pytest.mark.parametrize("count", [7, 30, 512])
def test_without_the_height_for_slanted_ones_they_lie_level_and_apart(qtbot, count):
    axis = PieceAxis.of(tokens(count), 400, height=30)
    chosen = axis.chosen([5])
    assert not axis.slanted and axis.height < 30 and 5 in chosen and len(chosen) > 2
    spans = [axis.span(position) for position in chosen]
    assert all(right <= left for (_, right), (left, _) in pairwise(spans))
    assert spans[0][0] >= -15 and spans[-1][1] <= 415
