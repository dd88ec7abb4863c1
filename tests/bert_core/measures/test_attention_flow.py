"""Flow against minimum cuts tried one by one, closed forms, and another library's algorithm on plain floats."""

from __future__ import annotations

from itertools import combinations, product

import networkx
import numpy as np
import pytest

from bert_core.measures.attention_flow import MOST_PIECES, flow, flow_row, flow_rows
from bert_core.measures.attention_rollout import with_residual


def drawn(size: int, layers: int, heads: int = 2, seed: int = 0) -> np.ndarray:
    """Uneven rows; the first head looks mostly at itself and the last mostly at the last piece, as heads do."""
    raw = np.random.default_rng(seed).gamma(0.2, size=(layers, heads, size, size))
    raw[:, 0] += 3 * np.eye(size)
    raw[:, -1, :, -1] += 5
    return (raw / raw.sum(-1, keepdims=True)).astype(np.float32)


def normalised(rows: np.ndarray) -> np.ndarray:
    return rows / rows.sum(-1, keepdims=True)


def least_cut(capacities: np.ndarray, source: int, sink: int) -> float:
    """The least of all cuts, by trying every set of nodes on the source's side."""
    layers, size, _ = capacities.shape
    start, end = (layers, source), (0, sink)
    nodes = [node for node in product(range(layers + 1), range(size)) if node not in (start, end)]
    least = np.inf
    for count in range(len(nodes) + 1):
        for chosen in combinations(nodes, count):
            side = {start, *chosen}
            cut = sum(
                capacities[level - 1, i, j]
                for level, i in side
                if level > 0
                for j in range(size)
                if (level - 1, j) not in side
            )
            least = min(least, cut)
    return least


@pytest.mark.parametrize("seed", [0, 1])
def test_is_the_least_cut(seed: int) -> None:
    attentions = drawn(2, 3, seed=seed)
    capacities = with_residual(attentions)
    expected = np.array([[least_cut(capacities, i, j) for j in range(2)] for i in range(2)])
    np.testing.assert_allclose(flow(attentions, 2), normalised(expected), atol=1e-7)


def test_is_the_least_cut_of_wider_layers() -> None:
    attentions = drawn(3, 2)
    capacities = with_residual(attentions)
    expected = [least_cut(capacities, 0, j) for j in range(3)]
    np.testing.assert_allclose(flow_row(attentions, 1, 0), normalised(np.array(expected)), atol=1e-7)


def test_one_layer_is_its_weights_and_two_have_a_closed_form() -> None:
    attentions = drawn(9, 3)
    first, second, _ = with_residual(attentions)
    np.testing.assert_allclose(flow(attentions, 0), first, atol=1e-7)
    between = np.minimum(second[:, :, None], first[None]).sum(
        1
    )  # each middle piece passes the lesser of its pipes
    np.testing.assert_allclose(flow(attentions, 1), normalised(between), atol=1e-7)


def test_agrees_with_preflow_push_on_floats() -> None:
    attentions = drawn(8, 5, heads=3, seed=3)
    capacities = with_residual(attentions)
    graph = networkx.DiGraph()
    for layer, i, j in product(range(5), range(8), range(8)):
        graph.add_edge((layer + 1, i), (layer, j), capacity=capacities[layer, i, j])
    expected = np.array(
        [[networkx.maximum_flow_value(graph, (5, i), (0, j)) for j in range(8)] for i in (0, 3, 7)]
    )
    found = np.stack([row for _, row in flow_rows(attentions, 4, (0, 3, 7))])
    np.testing.assert_allclose(found, normalised(expected), atol=1e-7)


def test_by_hand() -> None:
    attentions = np.zeros((2, 1, 2, 2), np.float32)
    attentions[:, 0, :, 0] = 1  # everybody looks at the first piece: Â = [[1, 0], [.5, .5]]
    # From the second piece: to the first input .5 by way of the first and .5 by way of the second, to its own .5.
    np.testing.assert_allclose(flow(attentions, 1), [[1, 0], [2 / 3, 1 / 3]], atol=1e-9)


def test_rows_come_one_by_one_and_are_those_of_the_whole() -> None:
    attentions = drawn(6, 4)
    whole = flow(attentions, 2)
    assert whole.shape == (6, 6) and whole.dtype == np.float64
    np.testing.assert_allclose(whole.sum(-1), 1, atol=1e-12)
    np.testing.assert_array_equal(flow_row(attentions, 2, 4), whole[4])
    rows = flow_rows(attentions, 2, [5, 1])
    for expected in (5, 1):
        position, row = next(rows)
        assert position == expected
        np.testing.assert_array_equal(row, whole[position])


def test_can_be_stopped_between_two_flows() -> None:
    class StoppedError(Exception):
        pass

    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1
        if asked == 6 + 3:
            raise StoppedError

    rows = flow_rows(drawn(6, 4), 3, range(6), check)
    assert next(rows)[0] == 0 and asked == 6
    with pytest.raises(StoppedError):
        next(rows)
    assert asked == 9


def test_what_is_not_there_is_refused_at_once() -> None:
    attentions = drawn(4, 2)
    for layer in (-1, 2):
        with pytest.raises(ValueError, match="layer"):
            flow(attentions, layer)
    for position in (-1, 4):
        with pytest.raises(ValueError, match="position"):
            flow_rows(attentions, 0, [0, position])
    with pytest.raises(ValueError, match="expected"):
        flow(attentions[0], 0)


def test_the_cap_is_a_number_of_pieces_that_a_model_can_read() -> None:
    assert 64 <= MOST_PIECES <= 512
