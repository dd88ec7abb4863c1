"""Which map a selection means, and the figures read from it, against numpy and plain loops."""

from __future__ import annotations

import math

import numpy as np

from app.panels.attention import numbers
from app.panels.attention.numbers import all_heads_table, head_name, row_entropies, strongest, weights_of
from tests.app.fakes import fake_trace


def test_heads_are_named_as_people_count() -> None:
    assert head_name(3, 5) == "L4-H6"
    assert head_name(3, None) == "Average of layer 4"
    assert head_name(None, None) == "Average of all heads"


def test_a_head_is_its_own_weights_and_an_average_is_the_mean() -> None:
    trace = fake_trace(layers=3, heads=5)
    exact = trace.attentions.astype(np.float64)
    head, layer, everything = (weights_of(trace, *which) for which in ((2, 4), (1, None), (None, None)))
    assert head is not None and layer is not None and everything is not None
    np.testing.assert_array_equal(head, trace.attentions[2, 4])
    np.testing.assert_allclose(layer, exact[1].mean(axis=0), atol=1e-6)
    np.testing.assert_allclose(everything, exact.mean(axis=(0, 1)), atol=1e-6)


def test_only_the_average_over_everything_is_ever_left_to_a_query(monkeypatch) -> None:
    trace = fake_trace(layers=2, heads=2)
    monkeypatch.setattr(numbers, "AT_ONCE", trace.attentions.size)
    assert weights_of(trace, None, None) is not None
    monkeypatch.setattr(numbers, "AT_ONCE", trace.attentions.size - 1)
    assert weights_of(trace, None, None) is None
    assert weights_of(trace, 1, None) is not None


def test_entropy_is_nought_for_one_piece_and_ln_s_for_all_alike() -> None:
    weights = np.zeros((4, 4), dtype=np.float32)
    weights[0, 2] = 1
    weights[1] = 0.25
    weights[2, :2] = 0.5
    weights[3] = [0.5, 0.25, 0.125, 0.125]
    expected = [0, math.log(4), math.log(2), 1.75 * math.log(2)]
    np.testing.assert_allclose(row_entropies(weights), expected, atol=1e-6)


def test_the_strongest_come_largest_first_and_ties_in_order() -> None:
    weights = np.array([0.1, 0.3, 0.1, 0.4, 0.1], dtype=np.float32)
    assert [position for position, _ in strongest(weights, 4)] == [3, 1, 0, 2]
    assert strongest(weights, 1)[0][1] == float(np.float32(0.4))


def test_the_table_of_all_heads_holds_every_weight() -> None:
    trace = fake_trace(size=5, layers=2, heads=3)
    header, rows = all_heads_table(trace.attentions, trace.tokens)
    rows = list(rows)
    assert list(header) == ["layer", "head", "query", "key", "query piece", "key piece", "weight"]
    assert len(rows) == trace.attentions.size
    for layer, head, query, key, query_piece, key_piece, weight in rows:
        where = (layer - 1, head - 1, query, key)
        assert np.float32(weight) == trace.attentions[where]
        assert (query_piece, key_piece) == (trace.tokens[query].text, trace.tokens[key].text)
