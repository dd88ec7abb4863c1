"""Masks filled one after another, against traces of scenes in which they are filled by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bert_core import Bert
from bert_core.errors import Cancelled, TextError
from bert_core.measures.mask_filling import fill_masks, scene_mask_filling
from bert_core.scene import Scene
from tests.bert_core.measures.changes import CHANGES, PAIR
from tests.bert_core.measures.headless import without_heads

TEXT = ("the [MASK] went to [MASK] store", "he [MASK] a [MASK] of milk")


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("order", ["certain", "left-to-right"])
@pytest.mark.parametrize("precision", ["lively", "rough"])
def test_each_is_the_best_of_a_trace_with_those_before_it(
    name: str, order: Any, precision: str, request: pytest.FixtureRequest
) -> None:
    bert: Bert = request.getfixturevalue(precision)
    scene = Scene(bert.model_id, *TEXT, {1: bert.tokenizer.mask_id}, CHANGES[name])
    found = scene_mask_filling(bert, scene, order)
    first = {one.position: one.candidates[0] for one in bert.trace_scene(scene).mlm(1)}
    left = set(first)
    for one in found.filled:
        best = {mask.position: mask.candidates[0] for mask in bert.trace_scene(scene).mlm(1)}
        place = max(sorted(left), key=lambda p: best[p][2]) if order == "certain" else min(left)
        left.remove(place)
        assert (one.position, one.piece, one.id, one.probability) == (place, *best[place])
        assert (one.first_piece, one.first_id, one.first_probability) == first[place]
        scene = scene.replacing(place, one.id)
    assert not left and found.scene == scene and len(found.filled) == 5
    assert found.log_probability == pytest.approx(sum(np.log(one.probability) for one in found.filled))


def test_all_at_once(lively: Bert) -> None:
    found = fill_masks(lively, *TEXT, order="together")
    trace = lively.trace(*TEXT)
    assert [(one.position, one.id, one.probability) for one in found.filled] == [
        (mask.position, *mask.candidates[0][1:]) for mask in trace.mlm(1)
    ]
    assert all((one.first_id, one.first_probability) == (one.id, one.probability) for one in found.filled)
    assert dict(found.scene.replaced) == {one.position: one.id for one in found.filled}


def test_the_three_orders_differ(lively: Bert) -> None:
    orders = {
        order: fill_masks(lively, *TEXT, order=order) for order in ("certain", "left-to-right", "together")
    }
    assert [one.position for one in orders["certain"].filled] != [2, 5, 9, 11]
    assert [one.position for one in orders["left-to-right"].filled] == [2, 5, 9, 11]
    assert orders["certain"].log_probability != orders["together"].log_probability
    assert fill_masks(lively, *TEXT) == orders["certain"]


def test_a_mask_that_is_filled_by_a_mask_is_done_with(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    mask = lively.tokenizer.mask_id
    monkeypatch.setattr("bert_core.measures.mask_filling.best_ids", lambda row, top_k: np.array([mask]))
    assert [one.id for one in fill_masks(lively, *TEXT).filled] == [mask] * 4


def test_what_cannot_be_done(lively: Bert) -> None:
    with pytest.raises(TextError, match="No piece is masked"):
        fill_masks(lively, "the man")
    with pytest.raises(ValueError, match="order 'best'"):
        fill_masks(lively, *PAIR, order="best")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="the scene is of other"):
        scene_mask_filling(lively, Scene("other", *PAIR))
    with pytest.raises(TextError, match="no masked-word head"):
        fill_masks(without_heads(lively.tokenizer, mlm=False), *PAIR)

    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        fill_masks(lively, *PAIR, check=check)
