"""Which pieces a prediction hangs on, by its slope at the text itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import torch

from bert_core.explanations import Attribution, Target
from bert_core.interventions import NONE, Interventions
from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.scene_target import SceneTarget, nothing
from bert_core.scene import Scene

if TYPE_CHECKING:
    from bert_core.bert import Bert


def gradient_x_input(
    bert: Bert,
    text_a: str,
    text_b: str | None,
    target: Target,
    *,
    replaced: Mapping[int, int] | None = None,
    interventions: Interventions | None = None,
    check: Callable[[], None] | None = None,
) -> Attribution:
    """How much each piece does for a prediction F, were it as at this very text: scores float64 [S].

    score_i = sum_h x_ih dF/dx_ih, with x the word embeddings alone, not those of position and
    segment. One pass forth and back in float32. The scores add up to nothing in particular. Shrikumar et al. 2016, "Not
    Just a Black Box: Learning Important Features Through Propagating Activation Differences"; arguments and errors as
    in `integrated_gradients`.
    """
    scene = Scene(bert.model_id, text_a, text_b, replaced or {}, interventions or NONE)
    return scene_gradient_x_input(bert, scene, target, check)


def scene_gradient_x_input(
    bert: Bert, scene: Scene, target: Target, check: Callable[[], None] | None = None
) -> Attribution:
    """The same of a scene, its replaced pieces and interventions in force. ValueError for a scene of another model."""
    with enough_memory("take gradients of this text"), torch.inference_mode(False):
        with torch.no_grad():
            reading = SceneTarget(bert, scene, target, check or nothing)
            words = reading.words([reading.ids])
        with torch.enable_grad():
            words.requires_grad_()
            value = reading.values(words)
            (gradient,) = torch.autograd.grad(value.sum(), words)
        scores = (gradient * words.detach())[0].sum(-1).cpu().double().numpy()
    varied = np.ones(len(scores), np.bool_)
    scores.flags.writeable = varied.flags.writeable = False
    return Attribution("gradient x input", reading.target, scores, varied, value.item(), steps=1)
