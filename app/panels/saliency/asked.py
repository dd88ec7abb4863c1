"""Which query each method is."""

from __future__ import annotations

import numpy as np

from app.panels.saliency.shown import Doubles
from app.panels.saliency.target import Aim
from app.panels.saliency.wishes import Kind
from bert_core.explanations import Attribution, Baseline, Target
from bert_core.queries import Answer, Query
from bert_core.queries_flow import RolloutRows
from bert_core.queries_saliency import GradientXInput, IntegratedGradients, LeaveOneOut


def query_of(kind: Kind, aim: Aim, baseline: Baseline, target: Target | None = None) -> Query | None:
    """What is to be asked; there must be a target. None: rollout, while it is not known from which piece it goes back.

    target  instead of the aim's own
    """
    target = aim.target if target is None else target
    assert target is not None
    if kind == "rollout":
        return None if aim.position is None else RolloutRows(aim.position)
    if kind == "integrated":
        return IntegratedGradients(target, baseline)
    return GradientXInput(target) if kind == "gradient" else LeaveOneOut(target)


def found_in(answer: Answer) -> Attribution | Doubles | None:
    """What an answer says, or so far: an attribution, or of rollout the row after the last layer."""
    value = answer.value if answer.progress is None else answer.progress.value
    if isinstance(value, Attribution):
        return value
    return np.asarray(value[-1], np.float64) if isinstance(value, np.ndarray) else None
