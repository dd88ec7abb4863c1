"""Columns and slanted labels leave room for each other."""

from __future__ import annotations

import pytest

from app.views.shared_columns import EDGE, shared_columns
from bert_core.trace import Token
from tests.app.fakes import fake_tokens

LONG = [Token(f"extraordinarily{n}", n, 0, 0, 1, n, False) for n in range(12)]


@pytest.mark.parametrize("width", [150.0, 300.0, 900.0])
@pytest.mark.parametrize("tokens", [(), fake_tokens(2), fake_tokens(17), LONG, fake_tokens(512)])
def test_columns_end_inside_and_labels_begin_inside(tokens: list[Token], width: float, qapp: object) -> None:
    columns, axis = shared_columns(tokens, width, 200, 40, 48, 60)
    count = max(1, len(tokens))
    assert columns.left() >= 40 and columns.right() <= width - EDGE
    assert columns.width() <= 48 * count and columns.height() == 200
    assert axis.column == pytest.approx(columns.width() / count)
    if axis.slanted:
        assert columns.left() + axis.column / 2 >= axis.overhang - 3


def test_slanted_labels_need_room_at_the_left(qapp: object) -> None:
    level, _ = shared_columns(LONG, 600, 200, 40, 48, 10)
    slanted, axis = shared_columns(LONG, 600, 200, 4, 48, 100)
    assert level.left() == 40, "there is no height for them"
    assert axis.slanted and slanted.left() > 4
