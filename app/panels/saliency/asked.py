"""Which query each method is."""

from __future__ import annotations

import numpy as np

from app.panels.saliency.shown import Doubles
from app.panels.saliency.target import Aim
from app.panels.saliency.wishes import Kind
from bert_core.explanations import Attribution, Baseline
from bert_core.queries import Answer, Query
from bert_core.queries_flow import RolloutRows
from bert_core.queries_saliency import GradientXInput, IntegratedGradients, LeaveOneOut


def query_of(kind: Kind, aim: Aim, baseline: Baseline) -> Query:
    """What is to be asked; there must be a target."""
    assert aim.target is not None
    queries: dict[Kind, Query] = {
        "integrated": IntegratedGradients(aim.target, baseline),
        "gradient": GradientXInput(aim.target),
        "omission": LeaveOneOut(aim.target),
        "rollout": RolloutRows(aim.position),
    }
    return queries[kind]


def found_in(answer: Answer) -> Attribution | Doubles | None:
    """What an answer says, or so far: an attribution, or of rollout the row after the last layer."""
    value = answer.value if answer.progress is None else answer.progress.value
    if isinstance(value, Attribution):
        return value
    return np.asarray(value[-1], np.float64) if isinstance(value, np.ndarray) else None
