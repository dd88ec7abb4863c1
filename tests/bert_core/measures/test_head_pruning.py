"""The prune curve is, point by point, the effect of the same heads switched off by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from bert_core import Bert, Interventions, Scene
from bert_core.errors import Cancelled
from bert_core.measures import head_pruning
from bert_core.measures.head_pruning import POINTS, prune_counts, prune_curve, pruned
from bert_core.measures.intervention_effect import effect
from tests.bert_core.measures.changes import CHANGES, PAIR

ORDER = [(2, 1), (0, 3), (1, 0), (2, 0), (0, 1)]


@pytest.mark.parametrize("name", CHANGES)
def test_each_point_is_the_effect_of_these_heads_off(lively: Bert, name: str) -> None:
    scene = Scene(lively.model_id, *PAIR, replaced={2: 9}, interventions=CHANGES[name])
    before = lively.trace_scene(scene)
    points = list(prune_curve(lively, scene, ORDER))
    assert [point.removed for point in points] == [0, 1, 2, 3, 4, 5]
    for point in points:
        off = CHANGES[name].heads_off | set(ORDER[: point.removed])
        after = lively.trace(*PAIR, interventions=replace(CHANGES[name], heads_off=off), replaced={2: 9})
        assert point.effect == effect(before, after)
    assert [mask.kl for mask in points[0].effect.masks] == [0, 0]
    assert all(mask.kl > 1e-4 for mask in points[-1].effect.masks)
    assert points[0].effect.next_before == points[-1].effect.next_before != points[-1].effect.next_after


def test_a_head_that_is_off_already_changes_nothing(lively: Bert) -> None:
    scene = Scene(lively.model_id, *PAIR, interventions=Interventions(heads_off={(1, 1)}))
    none, off, more = prune_curve(lively, scene, [(1, 1), (2, 2)])
    assert none.effect == off.effect != more.effect


def test_the_scene_at_a_point(lively: Bert) -> None:
    scene = Scene(lively.model_id, *PAIR, interventions=Interventions(heads_off={(1, 1)}, hidden={3}))
    assert pruned(scene, ORDER, 0) == scene
    two = pruned(scene, ORDER, 2)
    assert two.interventions == Interventions(heads_off={(1, 1), (2, 1), (0, 3)}, hidden={3})
    assert (two.text_a, two.text_b) == PAIR


@pytest.mark.parametrize("heads", [0, 1, 4, 16, 38, 39, 40, 78, 79, 144, 384])
def test_a_curve_has_both_ends_and_few_points(heads: int) -> None:
    counts = prune_counts(heads)
    assert counts[0] == 0 and counts[-1] == heads
    assert len(counts) <= POINTS
    steps = {b - a for a, b in pairwise(counts)}
    assert counts == sorted(set(counts)) and len(steps) <= 2
    if heads < POINTS:
        assert counts == list(range(heads + 1))
    else:
        assert heads / max(steps) > POINTS / 2 - 1


def test_fewer_points(lively: Bert) -> None:
    scene = Scene(lively.model_id, *PAIR)
    assert [point.removed for point in prune_curve(lively, scene, ORDER, points=3)] == [0, 3, 5]
    assert [point.removed for point in prune_curve(lively, scene, [], points=2)] == [0]


def test_points_come_one_by_one_and_can_be_called_off(lively: Bert) -> None:
    asked = []

    def check() -> None:
        asked.append(True)
        if len(asked) == 10:
            raise Cancelled

    curve = prune_curve(lively, Scene(lively.model_id, *PAIR), ORDER, check=check)
    assert not asked
    assert next(curve).removed == 0
    assert 0 < len(asked) < 10
    with pytest.raises(Cancelled):
        list(curve)


def test_large_arrays_are_let_go(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr(head_pruning, "effect", lambda *traces: compared.extend(traces))
    list(prune_curve(lively, Scene(lively.model_id, *PAIR), ORDER))
    assert len(compared) == 12
    assert all(trace.attentions.size == trace.hidden_states.size == 0 for trace in compared)


def test_nonsense_is_refused_at_once(lively: Bert) -> None:
    scene = Scene(lively.model_id, *PAIR)
    with pytest.raises(ValueError, match="the scene is of other"):
        prune_curve(lively, replace(scene, model_id="other"), ORDER)
    for order, word in (
        ([(3, 0)], "head"),
        ([(0, 4)], "head"),
        ([(0, -1)], "head"),
        ([(0, 1), (0, 1)], "twice"),
    ):
        with pytest.raises(ValueError, match=word):
            prune_curve(lively, scene, order)
    with pytest.raises(ValueError, match="two ends"):
        prune_curve(lively, scene, ORDER, points=1)
