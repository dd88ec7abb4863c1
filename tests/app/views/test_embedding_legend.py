from __future__ import annotations

import numpy as np
import pytest

from app.views.embedding_legend import EmbeddingLegend, items, norm_text
from app.views.embedding_values import Drawn, StripValues
from bert_core.trace import EmbeddingTerms


def drawn(rows: int) -> Drawn:
    ones = np.ones((2, 4), np.float32)
    return StripValues(EmbeddingTerms(ones, ones, ones, 3 * ones, 0.5 * ones)).drawn(2, rows)


def test_it_says_where_the_colours_end_and_what_a_line_is(qtbot):
    assert [text for text, _ in items(drawn(2))] == [
        "±3 terms and sum",
        "±0.5 LayerNorm",
        "a line: the mean of 2 dimensions",
    ]
    assert len(items(drawn(4))) == 2, "each dimension has a line of its own"


@pytest.mark.parametrize("width", [40, 250, 900])
def test_it_asks_for_no_width_and_explains_itself(qtbot, width):
    legend = EmbeddingLegend()
    qtbot.addWidget(legend)
    legend.set_drawn(drawn(2))
    legend.resize(width, 20)
    assert legend.minimumSizeHint().width() <= 40 and not legend.grab().isNull()
    assert "±3" in legend.toolTip() and "99th percentile" in legend.toolTip()
    legend.set_read_out("sum for ‘a’")
    assert legend.read_out == legend.accessibleDescription() == "sum for ‘a’"
    legend.set_read_out(
        "a sentence that needs more room than there is in two hundred and fifty pixels", "short"
    )
    assert legend.shown_read_out() == (legend.read_out if width == 900 else "short")
    legend.set_drawn(None)
    assert legend.toolTip() == ""


def test_norms_have_three_digits():
    assert [norm_text(v) for v in (0.5, 9.994, 9.996, 42.42, 99.96, 812.3)] == [
        "0.50",
        "9.99",
        "10.0",
        "42.4",
        "100",
        "812",
    ]
