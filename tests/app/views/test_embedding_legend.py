from __future__ import annotations

import numpy as np
import pytest

from app.views.embedding_legend import Legend, norm_text
from app.views.embedding_values import StripValues
from bert_core.trace import EmbeddingTerms


@pytest.mark.parametrize("width", [220, 500, 900])
def test_every_part_fits(qtbot, width):
    ones = np.ones((2, 4), np.float32)
    legend = Legend.of(StripValues(EmbeddingTerms(ones, ones, ones, 3 * ones, 0.5 * ones)), width)
    assert [text for text, _ in legend.items] == [
        "±3 terms and sum",
        "±0.5 LayerNorm",
        "99.5th percentile of |value|",
    ]
    assert all(rect.right() <= width for rect in legend.flow.rects)
    assert legend.flow.height <= legend.height


def test_no_values_no_legend(qtbot):
    assert Legend.of(None, 500).height == 0


def test_norms_have_three_digits():
    assert [norm_text(v) for v in (0.5, 9.994, 9.996, 42.42, 99.96, 812.3)] == [
        "0.50",
        "9.99",
        "10.0",
        "42.4",
        "100",
        "812",
    ]
