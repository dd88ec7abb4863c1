"""A row alone is the row of the whole, under every change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bert_core import Bert
from bert_core.measures.norm_weighted_attention import norm_weighted
from bert_core.measures.norm_weighted_rows import norm_weighted_row, vector_products
from tests.bert_core.measures.changes import CHANGES, PAIR


@pytest.mark.parametrize("name", CHANGES)
def test_is_the_row_of_the_layer(lively: Bert, name: str) -> None:
    trace = lively.trace(*PAIR, interventions=CHANGES[name])
    expected = norm_weighted(lively, trace).layers
    for layer in range(3):
        products = vector_products(lively, trace, layer)
        assert products.shape == (15, 4, 4)
        for position in (0, 6, 14):
            row = norm_weighted_row(products, trace.attentions[layer, :, position])
            assert row.dtype == np.float32
            np.testing.assert_allclose(row, expected[layer, position], rtol=1e-4, atol=1e-5)


def test_another_models_trace_and_a_layer_that_is_not_there(lively: Bert) -> None:
    trace = lively.trace(*PAIR)
    with pytest.raises(ValueError, match="the trace is of other"):
        vector_products(lively, replace(trace, scene=replace(trace.scene, model_id="other")), 0)
    with pytest.raises(ValueError, match="layer 3"):
        vector_products(lively, trace, 3)
