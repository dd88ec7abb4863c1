"""The values that explain a prediction."""

from __future__ import annotations

from math import isnan

import numpy as np
import pytest

from bert_core.explanations import (
    GAP,
    Attribution,
    CandidateTarget,
    FilledMask,
    MaskFilling,
    NextTarget,
    WordScore,
)
from bert_core.scene import Scene


def test_targets_are_keys() -> None:
    targets = {
        CandidateTarget(3, 9),
        CandidateTarget(3, 9),
        CandidateTarget(3, 9, "probability"),
        NextTarget(),
    }
    assert len(targets) == 3 and NextTarget("logit") not in targets


@pytest.mark.parametrize(("gap", "complete"), [(None, True), (0.0, True), (GAP, False), (0.5, False)])
def test_when_scores_add_up(gap: float | None, complete: bool) -> None:
    scores, varied = np.zeros(3), np.ones(3, np.bool_)
    found = Attribution("integrated gradients", NextTarget(), scores, varied, 1.0, 0.5, gap, 15)
    assert found.complete == complete


def test_a_word_of_several_pieces() -> None:
    score = WordScore("flightless", ("flight", "##less"), (15, 16), (np.log(0.5), np.log(0.02)))
    assert score.probability == pytest.approx(0.01)
    assert score.log_probability == pytest.approx(np.log(0.01))
    assert score.per_piece == pytest.approx(0.1)


def test_a_word_with_a_problem_has_no_probability() -> None:
    score = WordScore("", problem="empty")
    assert isnan(score.probability) and isnan(score.log_probability) and isnan(score.per_piece)


def test_the_probability_of_a_filling() -> None:
    filled = tuple(FilledMask(place, 9, "he", p, 9, "he", p) for place, p in ((1, 0.5), (3, 0.1)))
    found = MaskFilling("certain", filled, Scene("model", "[MASK] and [MASK]"))
    assert found.log_probability == pytest.approx(np.log(0.05))
