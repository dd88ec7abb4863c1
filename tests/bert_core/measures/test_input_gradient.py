"""Gradient x input, against Captum on `transformers` and finite differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from captum.attr import LayerGradientXActivation

from bert_core import Bert
from bert_core.errors import Cancelled
from bert_core.explanations import CandidateTarget, NextTarget, Target
from bert_core.measures.input_gradient import gradient_x_input, scene_gradient_x_input
from bert_core.measures.scene_target import SceneTarget
from bert_core.scene import Scene
from tests.bert_core.measures.changes import CHANGES, PAIR


@pytest.mark.parametrize("target", [CandidateTarget(5, 9), NextTarget("logit")], ids=["word", "next"])
def test_equal_to_captum(lively: Bert, lively_reference: Any, target: Target) -> None:
    tokens = lively.tokenizer.encode(*PAIR).tokens
    segments = torch.tensor([[token.segment for token in tokens]])

    def forward(ids: torch.Tensor) -> torch.Tensor:
        found = lively_reference(input_ids=ids, token_type_ids=segments)
        if isinstance(target, CandidateTarget):
            return found.prediction_logits[:, target.position, target.token_id]
        return found.seq_relationship_logits[:, 0] - found.seq_relationship_logits[:, 1]

    words = lively_reference.bert.embeddings.word_embeddings.requires_grad_(True)
    try:
        method = LayerGradientXActivation(forward, words)
        expected = (
            method.attribute(torch.tensor([[token.id for token in tokens]]))[0].sum(-1).detach().numpy()
        )
    finally:
        words.requires_grad_(False)
    found = gradient_x_input(lively, *PAIR, target)
    assert np.abs(expected).max() > 0.05 and expected.all()
    np.testing.assert_allclose(found.scores, expected, atol=1e-5 * np.abs(expected).max())
    assert found.varied.all() and found.complete and found.gap is None and found.steps == 1


@pytest.mark.parametrize("name", CHANGES)
def test_the_slope_when_a_piece_grows(lively: Bert, name: str) -> None:
    scene, target = Scene(lively.model_id, *PAIR, {2: 12}, CHANGES[name]), CandidateTarget(5, 9)
    found = scene_gradient_x_input(lively, scene, target)
    with torch.inference_mode():
        reading = SceneTarget(lively, scene, target, lambda: None)
        words = reading.words([reading.ids])
        variants = words.repeat(2 * reading_size(reading), 1, 1)
        for piece in range(reading_size(reading)):
            variants[2 * piece, piece] *= 1.01
            variants[2 * piece + 1, piece] *= 0.99
        values = reading.values(variants).double().numpy()
    np.testing.assert_allclose(found.scores, (values[::2] - values[1::2]) / 0.02, atol=5e-3)
    assert np.abs(found.scores).max() > 0.05
    assert found.value == pytest.approx(float(lively.trace_scene(scene).mlm_logits(5)[9]), abs=2e-5)
    for place in CHANGES[name].dropped.get("token", ()):
        assert found.scores[place] == 0


def reading_size(reading: SceneTarget) -> int:
    return len(reading.ids)


def test_inference_mode_bfloat16_and_calling_off(lively: Bert, rough: Bert) -> None:
    with torch.inference_mode():
        found, exact = (gradient_x_input(bert, *PAIR, CandidateTarget(5, 9)) for bert in (rough, lively))
    np.testing.assert_allclose(found.scores, exact.scores, atol=0.1 * np.abs(exact.scores).max())

    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        gradient_x_input(lively, *PAIR, CandidateTarget(5, 9), check=check)
