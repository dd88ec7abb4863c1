"""How alike heads look, and a map on which like heads stand close."""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.attention_sums import Floats, size_of

_LEAST = np.finfo(np.float32).tiny  # instead of 0, whose logarithm is not finite
_BLOCK = 2**17
"""Numbers worked on at a time, for all heads together; so many of float32 stay in the processor's cache."""


def similarity(attentions: NDArray[np.floating], check: Callable[[], None] | None = None) -> Floats:
    """Jensen-Shannon divergence between every two heads' rows, in nats, averaged over the queries.

    attentions  float [L, A, S, S], rows (queries) sum to 1
    check       called between blocks of queries; may raise, to stop

    JS(p, q) = H((p + q) / 2) - (H(p) + H(q)) / 2 between the rows p and q of one query (Clark et al. 2019, section 6;
    they add up where we average). Rows are computed in float32, whose rounding leaves about 1e-7. For 144 heads of 128
    pieces it takes about half a second, and grows with the squares of both.

    Returns float64 [L*A, L*A] for heads in the order l*A + a: symmetric, 0 on the diagonal, within 0 (the same) and
    ln 2 (no piece is looked at by both). Raises ValueError where the shape does not fit.
    """
    steps = similarity_in_steps(attentions)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Floats = end.value
            return found
        if check is not None:
            check()


def similarity_in_steps(attentions: NDArray[np.floating]) -> Generator[None, None, Floats]:
    """The same by a generator, which yields between blocks of queries and returns what `similarity` does."""
    size = size_of(attentions)
    heads = attentions.shape[0] * attentions.shape[1]
    rows = attentions.reshape(heads, size, size)
    # With s = p + q and J(p, q) = sum s ln s, the ln 2 cancel: JS(p, q) = (J(p, p) / 2 + J(q, q) / 2 - J(p, q)) / 2.
    joint = np.zeros((heads, heads))
    queries = max(1, _BLOCK // (heads * size))
    for begin in range(0, size, queries):
        yield None
        block = np.maximum(rows[:, begin : begin + queries], _LEAST, dtype=np.float32)
        sums, logs = np.empty_like(block), np.empty_like(block)
        for head in range(heads):
            s = np.add(block[head], block[head:], out=sums[head:])
            joint[head, head:] += np.einsum("hqk,hqk->hq", s, np.log(s, out=logs[head:])).sum(-1, np.float64)
    own = joint.diagonal() / 2
    upper = np.triu((own[:, None] + own - joint) / (2 * size), 1)
    return np.clip(upper + upper.T, 0.0, np.log(2))


def head_map(divergences: Floats) -> Floats:
    """Places for heads on a plane, at distances near sqrt(JS): classical (Torgerson) scaling, float64 [N, 2].

    divergences  float [N, N], as `similarity` gives them

    The root of the Jensen-Shannon divergence is a Euclidean distance (Fuglede & Topsøe 2004), averaged over queries
    too; so -1/2 J D² J, with D² the divergences and J the centring, has no negative eigenvalues but by rounding. The
    axes are its two greatest, the greatest first; centred on 0. Of each axis the sign is such that its farthest head
    (of equals, the first) lies on the positive side, so that the same divergences always give the same map.

    Raises ValueError where the array is not square.
    """
    if divergences.ndim != 2 or divergences.shape[0] != divergences.shape[1]:
        raise ValueError(f"divergences of shape {divergences.shape}, expected [heads, heads]")
    squares = np.asarray(divergences, np.float64)
    inner = -(squares - squares.mean(0) - squares.mean(1)[:, None] + squares.mean()) / 2
    values, vectors = np.linalg.eigh(inner)
    places = np.zeros((len(squares), 2))
    for axis in range(min(2, len(squares))):
        column = vectors[:, -1 - axis] * np.sqrt(max(float(values[-1 - axis]), 0.0))
        far = np.abs(column)
        first = int(np.argmax(far >= far.max() * (1 - 1e-6)))
        places[:, axis] = -column if column[first] < 0 else column
    return places
