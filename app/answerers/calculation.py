"""Answers what is asked about the arithmetic inside a head and inside a layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bert_core.queries import Query
from bert_core.queries_calculation import (
    HeadCalculation,
    HeadSteps,
    LayerCalculation,
    LayerMixing,
    LayerSteps,
)
from bert_core.trace import Floats, Trace

if TYPE_CHECKING:
    from bert_core import Bert

Check = Callable[[], None]
"""Raises Cancelled when something newer is wanted."""


def head_steps(bert: Bert, trace: Trace, query: Query, check: Check) -> HeadCalculation:
    """One head in steps."""
    from bert_core.measures.head_steps import head_calculation  # it needs torch, which is there by now

    assert isinstance(query, HeadSteps)
    check()
    return head_calculation(bert, trace, query.layer, query.head)


def layer_steps(bert: Bert, trace: Trace, query: Query, check: Check) -> LayerCalculation:
    """One piece's way through a layer."""
    from bert_core.measures.layer_steps import layer_calculation

    assert isinstance(query, LayerSteps)
    check()
    return layer_calculation(bert, trace, query.layer, query.position)


def layer_mixing(bert: Bert, trace: Trace, query: Query, check: Check) -> Floats:
    """How much of each piece's vector comes from the others."""
    from bert_core.measures.residual_mixing import mixing_ratio_layer

    assert isinstance(query, LayerMixing)
    check()
    ratios = mixing_ratio_layer(bert, trace, query.layer)
    ratios.flags.writeable = False
    return ratios


ANSWERERS = {HeadSteps: head_steps, LayerSteps: layer_steps, LayerMixing: layer_mixing}
