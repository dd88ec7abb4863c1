"""Answers what is asked about where a piece's content comes from; what other pieces need as well is kept."""

from __future__ import annotations

from collections.abc import Callable, Generator
from time import monotonic
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from bert_core.errors import BertError
from bert_core.measures.attention_flow import flows_of
from bert_core.measures.rollout_rows import head_means, rollout_rows
from bert_core.queries import Progress, Query
from bert_core.queries_flow import MOST_PIECES, FlowRows, RolloutRows, WeighedRows
from bert_core.trace import Floats, Trace

if TYPE_CHECKING:
    from bert_core import Bert

Check = Callable[[], None]
"""Raises Cancelled when something newer is wanted."""

Steps = Generator[Progress | None, None, Floats]

TELL_AFTER = 0.25
"""Seconds between two words on how far a flow has come."""


class Trails:
    """Of every trace that is still there, the parts that are the same whichever of its pieces is followed."""

    def __init__(self) -> None:
        self._means: WeakKeyDictionary[Trace, Floats] = WeakKeyDictionary()
        self._products: WeakKeyDictionary[Trace, list[Floats]] = WeakKeyDictionary()

    def rollout(self, bert: Bert, trace: Trace, query: Query, check: Check) -> Floats:
        """The first piece of a text takes an average over its heads."""
        assert isinstance(query, RolloutRows)
        check()
        means = self._means.get(trace)
        if means is None:
            means = self._means[trace] = head_means(trace.attentions)
        check()
        return _frozen(rollout_rows(means, query.position))

    def weighed(self, bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
        """Layer by layer; the first piece of a text takes all vectors of its heads."""
        from bert_core.measures.norm_weighted_rows import norm_weighted_row, vector_products  # it needs torch

        assert isinstance(query, WeighedRows)
        known = self._products.setdefault(trace, [])
        rows = []
        for layer, attentions in enumerate(trace.attentions):
            if layer == len(known):
                known.append(vector_products(bert, trace, layer))
                yield None
            rows.append(norm_weighted_row(known[layer], attentions[:, query.position]))
        return _frozen(np.stack(rows))


def flow(bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
    """One maximum flow after the other; a layer takes as many as there are pieces, a deeper one longer for each."""
    assert isinstance(query, FlowRows)
    layers, size = trace.attentions.shape[0], trace.attentions.shape[-1]
    if size > MOST_PIECES:
        raise BertError(
            f"Attention flow of {size} pieces takes too long.", remedy=f"Shorten the text to {MOST_PIECES}."
        )
    rows = np.full((layers, size), np.nan, np.float32)
    total, done = size * layers * (layers + 1) // 2, 0
    told = monotonic()
    for layer in range(layers):
        found = []
        for amount in flows_of(trace.attentions, layer, query.position):
            found.append(amount)
            done += layer + 1
            if monotonic() - told >= TELL_AFTER:
                told = monotonic()
                yield Progress(done, total, "flow", _frozen(rows.copy()))
            else:
                yield None
        rows[layer] = np.asarray(found) / sum(found)
    return _frozen(rows)


TRAILS = Trails()

ANSWERERS: dict[type[Query], Callable[[Bert, Trace, Query, Check], object]] = {
    RolloutRows: TRAILS.rollout,
    WeighedRows: TRAILS.weighed,
    FlowRows: flow,
}


def _frozen(array: Floats) -> Floats:
    array.flags.writeable = False
    return array
