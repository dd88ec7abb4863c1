from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSizeF, Qt

from app.views.norm_histogram import NormHistogram


@pytest.fixture
def histogram(qtbot):
    widget = NormHistogram("Norms")
    qtbot.addWidget(widget)
    widget.resize(240, 120)
    widget.set_norms(np.concatenate([np.full(30, 1.0), np.full(10, 2.0), [3.0]]).astype(np.float32))
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_every_length_is_in_one_bar(histogram):
    assert sum(histogram.counts) == 41
    assert (histogram.counts[0], histogram.counts[20], histogram.counts[-1]) == (30, 10, 1)
    assert histogram.mean == pytest.approx((30 + 20 + 3) / 41)
    tall, low = histogram.bar_rect(0), histogram.bar_rect(20)
    assert low.height() == pytest.approx(tall.height() / 3)
    assert tall.left() < low.left() and tall.bottom() == low.bottom() <= histogram.height()


def test_pointing_and_keys_tell_a_bar(qtbot, histogram):
    qtbot.mouseMove(histogram, histogram.bar_rect(20).center().toPoint())
    assert (
        histogram.part == 20
        and histogram.toolTip() == histogram.words(20) == "10 pieces with norms from 2 to 2.05"
    )
    histogram.setFocus()
    qtbot.keyClick(histogram, Qt.Key.Key_Right)
    assert histogram.part == 21 and histogram.accessibleDescription().startswith("0 pieces")
    qtbot.keyClick(histogram, Qt.Key.Key_Home)
    qtbot.keyClick(histogram, Qt.Key.Key_Left)
    assert histogram.part == 0
    qtbot.keyClick(histogram, Qt.Key.Key_End)
    assert histogram.part == 39


def test_its_numbers_are_a_table(histogram):
    header, rows = histogram.table()
    rows = list(rows)
    assert header == ["from", "to", "pieces"] and len(rows) == 40
    assert rows[0][0] == 1.0 and rows[-1][1] == 3.0 and sum(row[2] for row in rows) == 41


@pytest.mark.parametrize("norms", [[], [0.5], [0.5, 0.5], [0.1, float("nan"), 0.2]])
def test_few_or_strange_lengths_can_be_drawn(histogram, norms):
    histogram.set_norms(np.array(norms, np.float32))
    assert not histogram.grab().isNull() and not histogram.drawing(QSizeF(300, 100)).to_image().isNull()
    assert sum(histogram.counts) == np.isfinite(norms).sum()
    assert np.isfinite(histogram.mean) == bool(norms)
