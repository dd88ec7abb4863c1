"""The effect of interventions, against torch's own divergence and a real model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from bert_core import Bert, Interventions
from bert_core.measures.intervention_effect import TOP, divergence, effect


@pytest.fixture(scope="module")
def bert() -> Bert:
    return Bert.load("mini-en")


def test_divergence_is_that_of_torch():
    random = np.random.default_rng(0)
    before, after = (5 * random.standard_normal(300) for _ in range(2))
    p, q = (torch.from_numpy(logits).log_softmax(-1) for logits in (before, after))
    reference = torch.nn.functional.kl_div(q, p, reduction="sum", log_target=True)
    assert divergence(before, after) == pytest.approx(reference.item(), rel=1e-12)
    assert divergence(before, after) != pytest.approx(divergence(after, before), rel=1e-3)
    assert divergence(before, before + 7) == pytest.approx(0, abs=1e-12)


def test_two_to_one_by_hand():
    assert divergence(np.log([0.5, 0.5]), np.log([0.25, 0.75])) == pytest.approx(
        0.5 * np.log(2) + 0.5 * np.log(2 / 3)
    )


def test_every_mask_and_the_next_sentence_are_compared(bert):
    texts = ("The [MASK] sat on the [MASK].", "It was tired.")
    plain = bert.trace(*texts)
    changed = bert.trace(*texts, interventions=Interventions(direction="left-to-right"))
    found = effect(plain, changed)
    assert [mask.position for mask in found.masks] == list(plain.masked)
    for mask in found.masks:
        assert mask.kl == divergence(plain.mlm_logits(mask.position), changed.mlm_logits(mask.position)) > 0
        assert len(mask.before) == len(mask.after) == TOP
        assert mask.before[0] == plain.candidates(mask.position, 1).candidates[0][::2]
        assert mask.after != mask.before
    assert (found.next_before, found.next_after) == (plain.nsp.is_next, changed.nsp.is_next)


def test_nothing_changed_no_effect(bert):
    trace = bert.trace("A [MASK].")
    (mask,) = effect(trace, trace).masks
    assert mask.kl == 0 and mask.before == mask.after


def test_what_a_model_cannot_do_is_left_out(bert):
    trace = bert.trace("A [MASK].")
    without = replace(trace, logits=None, nsp=None)
    found = effect(without, without)
    assert (found.masks, found.next_before, found.next_after) == ((), None, None)


def test_other_pieces_are_refused(bert):
    with pytest.raises(ValueError, match="different pieces"):
        effect(bert.trace("A [MASK]."), bert.trace("The [MASK]."))
