"""The prune curves are, point by point, what the same heads switched off by hand give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bert_core import Bert, Interventions, Scene
from bert_core.errors import Cancelled, TextError
from bert_core.measures import head_pruning
from bert_core.measures.gated_importance import Example, as_example
from bert_core.measures.head_pruning import (
    POINTS,
    PruneLosses,
    PruneTally,
    coarse_to_fine,
    prune_counts,
    prune_curve,
    prune_losses,
    pruned,
)
from bert_core.measures.intervention_effect import effect
from bert_core.model.bert import BertModule
from bert_core.pretraining.masking import DRAWS, Masking, mask
from tests.bert_core.changed_reference import reference_model
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


# Over a set of texts

TEXTS = [
    "the man went to the store .",
    ("the man went to the store and bought a gallon of milk", "it was tired"),
    "[SEP]",
    Example("he bought a gallon of milk", "penguin are flightless birds", is_next=False),
    "penguin are birds",
]
FULL: tuple[tuple[int, int], ...] = tuple((layer, head) for layer in (2, 0, 1) for head in (3, 1, 0, 2))


def by_hand(model: Any, bert: Bert, off: Sequence[tuple[int, int]], number: int) -> dict[str, float]:
    """The losses of one text by `transformers`, with these heads' outputs zeroed before the projection."""
    example = as_example(TEXTS[number])
    encoding = bert.tokenizer.encode(example.text_a, example.text_b)
    ids = np.array([encoding.ids])
    draws = np.random.default_rng((0, number)).random((1, DRAWS, ids.shape[1]))
    rule = Masking.of(bert.tokenizer)
    masked = mask(ids, rule, draws)
    if not len(masked.positions):
        chances = np.where(rule.is_ordinary[ids[0]], draws[0, 0], 2.0)
        masked = mask(ids, rule, draws, chances.min() + 1e-12)
    handles = []
    for layer, part in enumerate(model.bert.encoder.layer):
        gone = [head for where, head in off if where == layer]

        def zero(module: Any, args: Any, gone: list[int] = gone) -> Any:
            parts = args[0].clone().unflatten(-1, (4, -1))
            parts[..., gone, :] = 0
            return (parts.flatten(-2),)

        handles.append(part.attention.output.dense.register_forward_pre_hook(zero))
    with torch.no_grad():
        out = model(
            input_ids=torch.from_numpy(masked.ids), token_type_ids=torch.tensor([encoding.segment_ids])
        )
    for handle in handles:
        handle.remove()
    logits, targets = out.prediction_logits[0, masked.positions], torch.from_numpy(masked.targets)
    found = {
        "masked": float(torch.nn.functional.cross_entropy(logits, targets)),
        "right": int((logits.argmax(-1) == targets).sum()),
        "asked": len(targets),
    }
    if example.text_b is not None:
        label = torch.tensor([0 if example.is_next else 1])
        found["following"] = float(torch.nn.functional.cross_entropy(out.seq_relationship_logits, label))
    return found


def last(steps: Iterator[PruneLosses | None]) -> PruneLosses:
    found = [step for step in steps if step is not None]
    return found[-1]


def test_the_losses_are_those_of_the_model_with_these_heads_zeroed_by_hand(
    lively: Bert, lively_folder: Path
) -> None:
    model = reference_model(lively_folder, torch.float64)
    found = last(prune_losses(lively, TEXTS, FULL, points=5))
    assert found.counts == (0, 3, 6, 9, 12)
    assert found.texts == 4 and found.readings == 25
    for point, count in enumerate(found.counts):
        each = [by_hand(model, lively, FULL[:count], number) for number in (0, 1, 3, 4)]
        following = [one["following"] for one in each if "following" in one]
        assert found.masked[point] == pytest.approx(np.mean([one["masked"] for one in each]), rel=1e-5)
        assert found.following[point] == pytest.approx(np.mean(following), rel=1e-5)
        whole = [one["masked"] + one.get("following", 0.0) for one in each]
        assert found.loss[point] == pytest.approx(np.mean(whole), rel=1e-5)
        right = sum(one["right"] for one in each) / sum(one["asked"] for one in each)
        assert found.accuracy[point] == pytest.approx(right)
    assert np.ptp(found.loss) > 1e-3  # it does change


def test_even_attention_is_another_curve_with_the_same_beginning(lively: Bert) -> None:
    zero = last(prune_losses(lively, TEXTS, FULL, points=3))
    even = last(prune_losses(lively, TEXTS, FULL, points=3, head_off="uniform"))
    assert even.loss[0] == zero.loss[0] and abs(even.loss[2] - zero.loss[2]) > 1e-6


def test_the_same_masking_at_every_point(lively: Bert) -> None:
    heads_off_already: list[tuple[int, int]] = []
    flat = last(prune_losses(lively, TEXTS, heads_off_already, points=2))
    assert flat.counts == (0,)
    again = last(prune_losses(lively, TEXTS, FULL, points=2))
    assert again.loss[0] == flat.loss[0]
    other = last(prune_losses(lively, TEXTS, FULL, points=2, seed=7))
    assert other.loss[0] != flat.loss[0]


def test_all_points_that_are_told_are_of_the_same_texts(
    lively: Bert, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head_pruning, "WINDOW", 2)
    steps = [step for step in prune_losses(lively, TEXTS, FULL, points=3) if step is not None]
    whole = last(prune_losses(lively, TEXTS[:2], FULL, points=3))
    assert [step.readings for step in steps] == list(range(1, 16))
    known = [np.flatnonzero(np.isfinite(step.loss)).tolist() for step in steps]
    assert known[:6] == [[], [0], [0], [0, 2], [0, 2], [0, 1, 2]]  # both ends first
    for step in steps[5:11]:  # the second window is told once it was read at all points
        np.testing.assert_array_equal(step.loss, whole.loss)
    np.testing.assert_allclose(steps[-1].loss, last(prune_losses(lively, TEXTS, FULL, points=3)).loss)
    assert steps[-1].texts == 4


def test_it_makes_way_and_goes_on_where_it_was(lively: Bert) -> None:
    asked = 0

    def now_and_then() -> None:
        nonlocal asked
        asked += 1
        if asked % 5 == 0:
            raise Cancelled

    steps = list(prune_losses(lively, TEXTS, FULL, points=3, check=now_and_then))
    assert None in steps
    expected = last(prune_losses(lively, TEXTS, FULL, points=3))
    np.testing.assert_array_equal(last(iter(steps)).loss, expected.loss)


@pytest.mark.parametrize("steps", [1, 4, 7, 9, 14])
def test_a_curve_that_was_broken_off_is_gone_on_with(
    lively: Bert, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head_pruning, "WINDOW", 2)
    expected = list(prune_losses(lively, TEXTS, FULL, points=3))
    tally = PruneTally()
    told = list(islice(prune_losses(lively, TEXTS, FULL, points=3, tally=tally), steps))[-1]
    rest = list(prune_losses(lively, TEXTS, FULL, points=3, tally=tally))
    assert len(rest) <= len(expected) - steps + 1  # a point that was under way is begun again
    assert rest[0].readings <= told.readings + 1
    for mine, whole in zip(rest[-1], expected[-1], strict=True):
        np.testing.assert_array_equal(mine, whole)


def test_both_ends_come_first_and_every_point_once() -> None:
    assert coarse_to_fine(1) == [0]
    assert coarse_to_fine(2) == [0, 1]
    assert coarse_to_fine(9) == [0, 8, 4, 2, 6, 1, 3, 5, 7]
    for points in range(1, 60):
        assert sorted(coarse_to_fine(points)) == list(range(points))


def without(bert: Bert, **heads: bool) -> Bert:
    """The same model without some of its heads."""
    module = BertModule(bert.config, **heads).eval()
    kept = module.state_dict().keys()
    module.load_state_dict(
        {name: tensor for name, tensor in bert.module.state_dict().items() if name in kept}
    )
    return Bert(module, bert.tokenizer, source="less")


def test_a_loss_takes_a_head_of_pretraining(lively: Bert) -> None:
    with pytest.raises(ValueError, match="twice"):
        prune_losses(lively, TEXTS, [(0, 1), (0, 1)])
    only = last(prune_losses(without(lively, mlm=False), TEXTS, FULL, points=2))
    assert only.texts == 2 and np.isnan(only.masked).all() and np.isnan(only.accuracy).all()
    np.testing.assert_array_equal(only.loss, only.following)
    alone = last(prune_losses(without(lively, nsp=False, pooler=False), TEXTS, FULL, points=2))
    assert alone.texts == 4 and np.isnan(alone.following).all()
    np.testing.assert_array_equal(alone.loss, alone.masked)
    with pytest.raises(TextError, match="neither"):
        prune_losses(without(lively, mlm=False, nsp=False, pooler=False), TEXTS, FULL)
