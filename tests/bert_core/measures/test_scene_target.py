"""The target of a text, against what its trace says; and what a model has not got."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from bert_core import Bert, Interventions
from bert_core.errors import TextError
from bert_core.explanations import CandidateTarget, NextTarget, Scale, Target
from bert_core.measures.scene_target import SceneTarget, nothing, scene_tokens
from bert_core.model.bert import BertModule
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from tests.bert_core.conftest import SMALL
from tests.bert_core.measures.changes import CHANGES, PAIR
from tests.bert_core.measures.headless import without_heads


def scene_of(bert: Bert, **changes: object) -> Scene:
    return replace(Scene(bert.model_id, *PAIR), **changes)


@torch.inference_mode()
def value(bert: Bert, scene: Scene, target: Target) -> float:
    reading = SceneTarget(bert, scene, target, nothing)
    return reading.values(reading.words([reading.ids])).item()


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("position", [4, 5, 12])
def test_a_candidate_is_worth_what_the_trace_says(lively: Bert, name: str, position: int) -> None:
    scene = scene_of(lively, interventions=CHANGES[name], replaced={5: lively.tokenizer.mask_id, 9: 7})
    trace = lively.trace_scene(scene, [position])
    logits = trace.mlm_logits(position).astype(np.float64)
    log = logits[9] - np.log(np.exp(logits).sum())
    for scale, expected in (("logit", logits[9]), ("log-probability", log), ("probability", np.exp(log))):
        assert value(lively, scene, CandidateTarget(position, 9, scale)) == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("name", CHANGES)
def test_so_is_the_next_sentence(lively: Bert, name: str) -> None:
    scene = scene_of(lively, interventions=CHANGES[name])
    p = lively.trace_scene(scene).nsp.is_next
    for scale, expected in (
        ("probability", p),
        ("log-probability", np.log(p)),
        ("logit", np.log(p / (1 - p))),
    ):
        assert value(lively, scene, NextTarget(scale)) == pytest.approx(expected, abs=2e-5)


@pytest.mark.parametrize("scale", ["logit", "probability"])
def test_a_decoder_of_its_own(lively: Bert, scale: Scale) -> None:
    module = BertModule(SMALL, tied=False)
    module.load_state_dict(lively.module.state_dict(), strict=False)
    torch.nn.init.normal_(module.mlm.decoder, generator=torch.Generator().manual_seed(0))
    bert = Bert(module.requires_grad_(False).eval(), lively.tokenizer, source="untied")
    logits = torch.tensor(bert.trace(*PAIR).mlm_logits(5))
    expected = (logits if scale == "logit" else logits.softmax(-1))[9].item()
    assert value(bert, scene_of(bert), CandidateTarget(5, 9, scale)) == pytest.approx(expected, abs=2e-5)
    other = value(lively, scene_of(lively), CandidateTarget(5, 9, scale))
    assert other != pytest.approx(expected, abs=1e-3)


def test_bfloat16_is_computed_in_float32(lively: Bert, rough: Bert) -> None:
    target = CandidateTarget(5, 9)
    state = {name: tensor.float() for name, tensor in rough.module.state_dict().items()}
    module = BertModule(SMALL)
    module.load_state_dict(state)
    rounded = Bert(module.requires_grad_(False).eval(), lively.tokenizer, source="rounded")
    found = value(rough, scene_of(rough), target)
    assert found == pytest.approx(value(rounded, scene_of(rounded), target), abs=1e-5)
    assert found != pytest.approx(float(rough.trace(*PAIR).mlm_logits(5)[9]), abs=1e-4)


def test_what_the_model_cannot_predict_is_told(tokenizer: Tokenizer) -> None:
    pairs_only, words_only = without_heads(tokenizer, mlm=False), without_heads(tokenizer, pooler=False)
    with pytest.raises(TextError, match="no masked-word head"):
        value(pairs_only, scene_of(pairs_only), CandidateTarget(5, 9))
    with pytest.raises(TextError, match="no next-sentence head"):
        value(words_only, scene_of(words_only), NextTarget())
    assert value(words_only, scene_of(words_only), CandidateTarget(5, 9))
    assert value(pairs_only, scene_of(pairs_only), NextTarget())


@pytest.mark.parametrize(
    ("target", "word"),
    [
        (CandidateTarget(-1, 9), "no piece 0"),
        (CandidateTarget(15, 9), "no piece 16; the text has 15"),
        (CandidateTarget(5, -1), "Id -1"),
        (CandidateTarget(5, SMALL.vocab_size), "not in this vocabulary"),
    ],
)
def test_what_is_not_there_is_refused(lively: Bert, target: Target, word: str) -> None:
    with pytest.raises(TextError, match=word):
        value(lively, scene_of(lively), target)


def test_scenes_that_do_not_fit(lively: Bert) -> None:
    with pytest.raises(ValueError, match="the scene is of other"):
        scene_tokens(lively, scene_of(lively, model_id="other"))
    for head in ((3, 0), (0, 4)):
        with pytest.raises(TextError, match="no head"):
            scene_tokens(lively, scene_of(lively, interventions=Interventions(heads_off={head})))
    assert (
        scene_tokens(lively, scene_of(lively, replaced={3: 8})) == lively.trace(*PAIR, replaced={3: 8}).tokens
    )
