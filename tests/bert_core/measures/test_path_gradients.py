"""Integrated gradients, against Captum on `transformers`, finite differences, and what they must add up to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from captum.attr import LayerIntegratedGradients

from bert_core import Bert
from bert_core.errors import Cancelled, TextError
from bert_core.explanations import GAP, Attribution, CandidateTarget, NextTarget, Target
from bert_core.measures import path_gradients
from bert_core.measures.in_steps import finished
from bert_core.measures.path_gradients import integrated_gradients, scene_integrated_gradients
from bert_core.queries import Progress
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from tests.bert_core.measures.changes import CHANGES, PAIR

CANDIDATE, NEXT = CandidateTarget(5, 9), NextTarget("logit")


def captum(model: Any, bert: Bert, target: Target, blank: int) -> np.ndarray:
    """Captum's scores [S], Gauss-Legendre with 100 points."""
    tokens = bert.tokenizer.encode(*PAIR).tokens
    ids = torch.tensor([[token.id for token in tokens]])
    segments = torch.tensor([[token.segment for token in tokens]])
    base = torch.tensor([[token.id if token.special else blank for token in tokens]])

    def forward(ids: torch.Tensor) -> torch.Tensor:
        found = model(input_ids=ids, token_type_ids=segments.expand(len(ids), -1))
        if isinstance(target, CandidateTarget):
            return found.prediction_logits[:, target.position, target.token_id]
        return found.seq_relationship_logits[:, 0] - found.seq_relationship_logits[:, 1]

    method = LayerIntegratedGradients(forward, model.bert.embeddings.word_embeddings)
    found = method.attribute(ids, base, n_steps=100, method="gausslegendre", internal_batch_size=50)
    return found[0].sum(-1).detach().numpy()


@pytest.mark.parametrize("target", [CANDIDATE, NEXT], ids=["word", "next"])
@pytest.mark.parametrize("baseline", ["[MASK]", "[PAD]"])
def test_equal_to_captum(lively: Bert, lively_reference: Any, target: Target, baseline: Any) -> None:
    blank = {"[MASK]": lively.tokenizer.mask_id, "[PAD]": lively.tokenizer.pad_id}[baseline]
    expected = captum(lively_reference, lively, target, blank)
    size = np.abs(expected).max()
    assert size > 0.1
    fine = integrated_gradients(lively, *PAIR, target, 127, baseline=baseline)
    np.testing.assert_allclose(fine.scores, expected, atol=1e-4 * size)
    found = integrated_gradients(lively, *PAIR, target, baseline=baseline)
    np.testing.assert_allclose(found.scores, expected, atol=0.02 * size)
    assert found.complete and fine.gap < 1e-4 and fine.steps == 127


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(
    "target",
    [CANDIDATE, NextTarget(), CandidateTarget(9, 20, "log-probability")],
    ids=["word", "next", "log"],
)
def test_the_scores_add_up_under_interventions(lively: Bert, name: str, target: Target) -> None:
    scene = Scene(lively.model_id, *PAIR, {2: 12}, CHANGES[name])
    mask, tokens = lively.tokenizer.mask_id, lively.tokenizer.encode(*PAIR).tokens
    blank = {p: mask for p, token in enumerate(tokens) if not token.special}
    found = finished(scene_integrated_gradients(lively, scene, target, 127))
    values = []
    for read in (scene, replace(scene, replaced=blank)):
        trace = lively.trace_scene(read, [target.position] if isinstance(target, CandidateTarget) else [])
        if isinstance(target, NextTarget):
            values.append(trace.nsp.is_next)
        else:
            logits = torch.tensor(trace.mlm_logits(target.position)).double()
            values.append(float((logits if target is CANDIDATE else logits.log_softmax(-1))[target.token_id]))
    assert (found.value, found.baseline) == pytest.approx(tuple(values), abs=2e-5)
    assert found.scores.sum() == pytest.approx(values[0] - values[1], abs=1e-3)
    blind = name == "hidden, left to right" and isinstance(target, NextTarget)  # [CLS] sees only itself
    assert found.scores[found.varied].any() != blind and not found.scores[~found.varied].any()
    dropped = CHANGES[name].dropped.get("token", set())
    assert not found.scores[sorted(dropped)].any()


def test_the_gradient_is_that_of_finite_differences(lively: Bert) -> None:
    path = path_gradients._Path(
        lively, Scene(lively.model_id, *PAIR), CandidateTarget(5, 9), "[MASK]", lambda: None
    )
    places, (below, above) = [0.1, 0.5, 0.8], (-1e-2, 1e-2)
    found = path.gradients(places)
    way = path._end - path._begin
    with torch.no_grad():
        for place, row in zip(places, found, strict=True):
            for piece in (1, 3, 9):
                along = torch.zeros_like(way)
                along[piece] = way[piece]
                moved = [path._begin + place * way + share * along for share in (below, above)]
                low, high = path._reading.values(torch.stack(moved)).double().tolist()
                assert row[piece] == pytest.approx((high - low) / (above - below), abs=5e-3)
    assert np.abs(found[:, [1, 3, 9]]).max() > 0.1


def test_steps_are_raised_until_the_gap_is_small(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_gradients, "LEVELS", (1, 3, 7, 15, 31, 63))
    exact = integrated_gradients(lively, *PAIR, CANDIDATE, 127)
    coarse = integrated_gradients(lively, *PAIR, CANDIDATE, 1)
    assert coarse.gap > GAP and not coarse.complete
    found = integrated_gradients(lively, *PAIR, CANDIDATE)
    assert found.complete and 1 < found.steps < 63
    before = integrated_gradients(lively, *PAIR, CANDIDATE, found.steps // 2)
    assert not before.complete
    given = integrated_gradients(lively, *PAIR, CANDIDATE, found.steps)
    np.testing.assert_allclose(found.scores, given.scores, atol=1e-5)
    np.testing.assert_allclose(found.scores, exact.scores, atol=0.1 * np.abs(exact.scores).max())
    monkeypatch.setattr(path_gradients, "LEVELS", (1,))
    assert not integrated_gradients(lively, *PAIR, CANDIDATE).complete


def test_no_point_is_computed_twice(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_gradients, "LEVELS", (1, 3, 7))
    computed: list[float] = []
    plain = path_gradients._Path.gradients

    def counted(path: Any, places: list[float]) -> Any:
        computed.extend(places)
        return plain(path, places)

    monkeypatch.setattr(path_gradients._Path, "gradients", counted)
    monkeypatch.setattr(Attribution, "complete", property(lambda found: False))
    assert integrated_gradients(lively, *PAIR, CANDIDATE).steps == 7
    assert len(computed) == len(set(computed)) == 7


def test_512_is_never_passed() -> None:
    assert path_gradients.LEVELS[-1] <= 512


def test_what_the_baseline_keeps_scores_nothing(lively: Bert) -> None:
    tokens = lively.tokenizer.encode("the man [SEP] [MASK]", PAIR[1]).tokens
    masked = integrated_gradients(lively, "the man [SEP] [MASK]", PAIR[1], CandidateTarget(4, 9))
    padded = integrated_gradients(
        lively, "the man [SEP] [MASK]", PAIR[1], CandidateTarget(4, 9), baseline="[PAD]"
    )
    kept = {p for p, token in enumerate(tokens) if token.text in ("[CLS]", "[SEP]")}
    masks = {p for p, token in enumerate(tokens) if token.text == "[MASK]"}
    assert len(kept) == 4 and masks == {4, 10}
    assert set(np.flatnonzero(~padded.varied)) == kept == set(np.flatnonzero(padded.scores == 0))
    assert set(np.flatnonzero(~masked.varied)) == kept | masks == set(np.flatnonzero(masked.scores == 0))


def test_nothing_but_the_baseline(lively: Bert) -> None:
    found = integrated_gradients(lively, "[MASK]", None, CandidateTarget(1, 9))
    assert (
        not found.scores.any() and found.complete and found.value == pytest.approx(found.baseline, abs=1e-5)
    )


def test_a_vocabulary_without_pad(lively: Bert) -> None:
    pieces = [piece for piece in lively.tokenizer.vocabulary if piece != "[PAD]"]
    bert = Bert(lively.module, Tokenizer.from_vocabulary(pieces, lowercase=True, max_length=64))
    with pytest.raises(TextError, match=r"no \[PAD\]"):
        integrated_gradients(bert, *PAIR, CANDIDATE, baseline="[PAD]")
    assert integrated_gradients(bert, *PAIR, CANDIDATE).scores.any()


def test_it_tells_how_far_it_is(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_gradients, "LEVELS", (15, 31))
    monkeypatch.setattr(Attribution, "complete", property(lambda found: found.steps > 15))
    steps = scene_integrated_gradients(lively, Scene(lively.model_id, *PAIR), CANDIDATE)
    told = list(steps)
    assert all(isinstance(word, Progress) for word in told)
    done = [(word.done, word.total) for word in told]
    assert done == sorted(done) and done[0][1] == 15 and done[-1] == (31, 31)
    assert told[0].value is None and told[-1].value.steps == 15 and told[-1].value.scores.shape == (15,)


def test_what_is_called_off_goes_on_where_it_was(lively: Bert) -> None:
    scene, calls = Scene(lively.model_id, *PAIR), []

    def check() -> None:
        calls.append(True)
        if len(calls) in (2, 7, 11, 16):  # forth, and back
            raise Cancelled

    steps = scene_integrated_gradients(lively, scene, CANDIDATE, 31, check=check)
    told = []
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            found = end.value
            break
    assert told.count(None) == 4
    undisturbed = integrated_gradients(lively, *PAIR, CANDIDATE, 31)
    np.testing.assert_array_equal(found.scores, undisturbed.scores)


def test_it_can_be_called_off(lively: Bert) -> None:
    calls = []

    def check() -> None:
        calls.append(True)
        if len(calls) > 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        integrated_gradients(lively, *PAIR, CANDIDATE, check=check)
    assert len(calls) == 7  # once more between two steps


def test_the_precision_of_the_model_does_not_matter_nor_inference_mode(lively: Bert, rough: Bert) -> None:
    with torch.inference_mode():
        found, exact = (integrated_gradients(bert, *PAIR, CANDIDATE) for bert in (rough, lively))
    assert found.complete and exact.complete
    np.testing.assert_allclose(found.scores, exact.scores, atol=0.05 * np.abs(exact.scores).max())
    assert (found.scores != exact.scores).any()


def test_nonsense_is_refused(lively: Bert) -> None:
    with pytest.raises(ValueError, match="0 steps"):
        integrated_gradients(lively, *PAIR, CANDIDATE, 0)
    with pytest.raises(ValueError, match="the scene is of other"):
        finished(scene_integrated_gradients(lively, Scene("other", *PAIR), CANDIDATE))


def test_the_built_in_model_is_explained_in_few_steps() -> None:
    bert = Bert.load("mini-en")
    trace = bert.trace("The capital of [MASK] is Paris.", "It is a large city.")
    best = trace.mlm(1)[0].candidates[0][1]
    for target in (CandidateTarget(trace.masked[0], best), NextTarget()):
        found = integrated_gradients(bert, "The capital of [MASK] is Paris.", "It is a large city.", target)
        assert found.complete and found.steps <= 63
        assert not found.scores.flags.writeable and found.scores.shape == (len(trace.tokens),)
    assert found.value == pytest.approx(trace.nsp.is_next, abs=1e-5)
