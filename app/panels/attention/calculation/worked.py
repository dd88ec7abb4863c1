"""A head's calculation, brought into the shape in which one query of it is drawn, alone or less a reference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.views.head_steps import QuerySteps
from app.views.vector_strip import limit_of
from bert_core.queries_calculation import HeadCalculation


def head_steps(
    calculation: HeadCalculation, query: int, against: HeadCalculation | None = None
) -> QuerySteps:
    """What the head computes for one query; with `against`, of the same shape, now less that."""
    now = _alone(calculation, query)
    if against is None:
        return now
    then = _alone(against, query)
    with np.errstate(invalid="ignore"):  # -inf in both
        scores = now.scores - then.scores
    vectors = now.query - then.query, now.keys - then.keys
    return replace(
        now,
        query=vectors[0],
        keys=vectors[1],
        products=now.products - then.products,
        scores=scores,
        weights=now.weights - then.weights,
        values=now.values - then.values,
        weighted=now.weighted - then.weighted,
        output=now.output - then.output,
        vector_limit=limit_of(*vectors),
        difference=True,
    )


def _alone(calculation: HeadCalculation, query: int) -> QuerySteps:
    own, weights = calculation.query[query], calculation.attention[query]
    return QuerySteps(
        position=query,
        query=own,
        keys=calculation.key,
        products=own * calculation.key,
        scores=calculation.scores[query],
        weights=weights,
        values=calculation.value,
        weighted=weights[:, None] * calculation.value,
        output=calculation.output[query],
        vector_limit=limit_of(calculation.query, calculation.key),
        off=calculation.off or "",
    )
