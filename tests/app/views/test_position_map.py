from __future__ import annotations

import numpy as np
import pytest

from app.views.position_map import PositionMap


@pytest.fixture
def positions(qtbot):
    widget = PositionMap()
    qtbot.addWidget(widget)
    return widget


@pytest.mark.parametrize("side", [140, 300, 900])
@pytest.mark.parametrize("count", [1, 12, 256, 512])
def test_numbers_are_powers_of_two_apart_and_do_not_overlap(positions, side, count):
    positions.resize(side, side)
    positions.set_positions(np.eye(count, dtype=np.float32), 0.5, count // 3)
    assert not positions.grab().isNull()
    content = positions.content()
    rows = positions.labels().rows(content, positions.plot().intersected(content))
    assert rows[0] == 0 and [positions.labels().text(row) for row in rows] == [str(row) for row in rows]
    if len(rows) > 1:
        step = rows[1]
        assert step & (step - 1) == 0 and rows == list(range(0, rows[-1] + 1, step))
        assert step * content.height() / count >= 11


def test_the_text_is_parted_from_the_rest(positions):
    values = np.eye(20, dtype=np.float32)
    positions.resize(400, 400)
    positions.set_positions(values, length=5)
    parted = positions.grab().toImage()
    positions.set_positions(values, length=0)
    assert positions.grab().toImage() != parted
    positions.set_positions(None)
    assert not positions.has_content()
