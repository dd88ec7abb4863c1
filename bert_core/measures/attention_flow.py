"""How much could reach a piece through the layers, were attention weights the widths of pipes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.attention_rollout import with_residual
from bert_core.measures.attention_sums import Floats, size_of
from bert_core.queries_flow import MOST_PIECES

__all__ = ["MOST_PIECES", "flow", "flow_row", "flow_rows", "flows_of"]

_UNITS = 2**30
"""What capacity 1 is as an integer; a row's sum must stay below 2**31."""


def flow(attentions: NDArray[np.floating], layer: int) -> Floats:
    """Maximum flow from each piece after the layers 0..layer to each input, each row divided by its sum.

    attentions  float [L, A, S, S], rows (queries) sum to 1
    layer       0-based

    The graph has S nodes after each layer and S inputs; edges lead from a node (l, i) to every node (l-1, j) below it
    with capacity Â_l[i, j], as in `with_residual`. [i, j] is the maximum flow from (layer, i) to input j alone. Abnar &
    Zuidema 2020, section 3.

    Capacities are rounded to 2**-30, so that a flow, before its row is divided, is wrong by at most 2**-31 for each
    edge of a minimum cut; about 1e-8 in practice.

    Takes S² maximum flows: see MOST_PIECES, and `flow_rows` for few pieces, or to stop in between. Needs scipy.

    Returns float64 [S, S]. Raises ValueError where the shape does not fit or there is no such layer.
    """
    rows = flow_rows(attentions, layer, range(size_of(attentions)))
    return np.stack([row for _, row in rows])


def flow_row(
    attentions: NDArray[np.floating], layer: int, position: int, check: Callable[[], None] | None = None
) -> Floats:
    """The row of one piece: float64 [S]; all else as in `flow` and `flow_rows`."""
    ((_, row),) = flow_rows(attentions, layer, [position], check)
    return row


def flow_rows(
    attentions: NDArray[np.floating],
    layer: int,
    positions: Sequence[int],
    check: Callable[[], None] | None = None,
) -> Iterator[tuple[int, Floats]]:
    """(position, row) for each of these positions, as soon as it is known; all else as in `flow`.

    check  called before every single maximum flow; may raise, to stop

    Raises ValueError at once where the shape does not fit, or there is no such layer or position.
    """
    size = size_of(attentions)
    if not 0 <= layer < len(attentions):
        raise ValueError(f"layer {layer} of {len(attentions)}")
    for position in positions:
        if not 0 <= position < size:
            raise ValueError(f"position {position} of {size} pieces")
    return _rows(attentions[: layer + 1], positions, check or (lambda: None))


def flows_of(attentions: NDArray[np.floating], layer: int, position: int) -> Iterator[float]:
    """The maximum flows from one piece to each input in turn, before they are divided by their sum.

    For whoever has other things to do between two of them; all else as in `flow_rows`.
    """
    size = size_of(attentions)
    if not (0 <= layer < len(attentions) and 0 <= position < size):
        raise ValueError(f"layer {layer}, position {position} of {len(attentions)} layers, {size} pieces")
    return _flows(attentions[: layer + 1], [position])


def _rows(
    attentions: NDArray[np.floating], positions: Sequence[int], check: Callable[[], None]
) -> Iterator[tuple[int, Floats]]:
    size, flows = attentions.shape[-1], _flows(attentions, positions)
    for position in positions:
        row = np.empty(size)
        for key in range(size):
            check()
            row[key] = next(flows)
        yield position, row / row.sum()  # not 0: half of each edge from a piece to itself is the residual's


def _flows(attentions: NDArray[np.floating], positions: Sequence[int]) -> Iterator[float]:
    """From each position after the last layer to each input."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    capacities = np.rint(with_residual(attentions) * _UNITS).astype(np.int32)
    layers, size, _ = capacities.shape
    nodes = (layers + 1) * size  # node level * size + piece; level 0 are the inputs, which lead nowhere
    below = np.broadcast_to(
        np.arange(nodes - size, dtype=np.int32).reshape(layers, 1, size), capacities.shape
    )
    begins = size * np.maximum(np.arange(nodes + 1, dtype=np.int32) - size, 0)
    graph = csr_array((capacities.ravel(), below.ravel(), begins), shape=(nodes, nodes))
    graph.eliminate_zeros()
    for position in positions:
        for key in range(size):
            yield float(maximum_flow(graph, nodes - size + position, key).flow_value)
