"""Leave-one-out, against single traces one by one, and against Captum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from captum.attr import FeatureAblation

from bert_core import Bert
from bert_core.errors import Cancelled
from bert_core.explanations import CandidateTarget, NextTarget
from bert_core.frozen import FrozenMap
from bert_core.measures import batched_reading
from bert_core.measures.in_steps import finished
from bert_core.measures.masked_in_turn import leave_one_out, scene_leave_one_out
from bert_core.queries import Progress
from bert_core.scene import Scene
from tests.bert_core.measures.changes import CHANGES, PAIR

WORD = CandidateTarget(5, 9)


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("target", [WORD, CandidateTarget(3, 9), NextTarget()], ids=["mask", "other", "next"])
def test_equal_to_a_trace_for_every_piece(
    lively: Bert, name: str, target: CandidateTarget | NextTarget
) -> None:
    scene = Scene(lively.model_id, *PAIR, {2: 12}, CHANGES[name])

    def value(scene: Scene) -> float:
        if isinstance(target, NextTarget):
            return lively.trace_scene(scene).nsp.is_next
        return float(
            lively.trace_scene(scene, [target.position]).mlm_logits(target.position)[target.token_id]
        )

    mask = lively.tokenizer.mask_id
    without = [value(replace(scene, replaced=FrozenMap({**scene.replaced, p: mask}))) for p in range(15)]
    found = finished(scene_leave_one_out(lively, scene, target))
    np.testing.assert_allclose(found.scores, value(scene) - np.array(without), atol=3e-5)
    assert found.value == pytest.approx(value(scene), abs=2e-5)
    assert np.abs(found.scores).max() > 1e-3
    assert set(np.flatnonzero(~found.varied)) == {5, 12} and not found.scores[[5, 12]].any()


def test_equal_to_captum(lively: Bert, lively_reference: Any) -> None:
    tokens = lively.tokenizer.encode(*PAIR).tokens
    segments = torch.tensor([[token.segment for token in tokens]])

    def forward(ids: torch.Tensor) -> torch.Tensor:
        found = lively_reference(input_ids=ids, token_type_ids=segments.expand(len(ids), -1))
        return found.prediction_logits[:, 5, 9]

    ids = torch.tensor([[token.id for token in tokens]])
    expected = FeatureAblation(forward).attribute(ids, baselines=lively.tokenizer.mask_id)[0].numpy()
    found = leave_one_out(lively, *PAIR, WORD)
    np.testing.assert_allclose(found.scores, expected, atol=2e-5)
    assert np.abs(expected).max() > 0.1


def test_the_same_however_texts_are_batched(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    together = leave_one_out(lively, *PAIR, WORD)
    monkeypatch.setattr(batched_reading, "BATCH_BYTES", 1)
    told = []
    steps = scene_leave_one_out(lively, Scene(lively.model_id, *PAIR), WORD)
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            alone = end.value
            break
    np.testing.assert_allclose(alone.scores, together.scores, atol=1e-5)
    assert told == [Progress(done, 14, "pieces") for done in range(1, 15)]


def test_what_is_called_off_goes_on_where_it_was(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batched_reading, "BATCH_BYTES", 1)
    calls = []

    def check() -> None:
        calls.append(True)
        if len(calls) % 5 == 0:
            raise Cancelled

    steps = scene_leave_one_out(lively, Scene(lively.model_id, *PAIR), WORD, check)
    told = list(steps)
    assert told.count(None) > 3 and len(told) - told.count(None) == 14
    with pytest.raises(Cancelled):
        leave_one_out(lively, *PAIR, WORD, check=lambda: (_ for _ in ()).throw(Cancelled()))


def test_nothing_but_masks(lively: Bert) -> None:
    found = leave_one_out(lively, "[MASK]", None, CandidateTarget(1, 9))
    assert list(np.flatnonzero(found.varied)) == [0, 2] and found.scores[0] != 0


def test_bfloat16_is_computed_in_float32(lively: Bert, rough: Bert) -> None:
    found, exact = leave_one_out(rough, *PAIR, WORD), leave_one_out(lively, *PAIR, WORD)
    np.testing.assert_allclose(found.scores, exact.scores, atol=0.1 * np.abs(exact.scores).max())
    assert not found.scores.flags.writeable and found.gap is None


def test_a_scene_of_another_model(lively: Bert) -> None:
    with pytest.raises(ValueError, match="the scene is of other"):
        finished(scene_leave_one_out(lively, Scene("other", *PAIR), WORD))
