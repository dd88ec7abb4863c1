"""The answers that need more than the newest trace: effects, and what is kept to compare with."""

from __future__ import annotations

import numpy as np
import pytest

from app.answers import ANSWERERS, KEPT, Baseline, Kept, mosaic
from bert_core import Bert, Interventions
from bert_core.errors import BertError
from bert_core.queries import InterventionEffect, MeanAttention, MosaicLevels, OfReference, Query, Similarity
from bert_core.queries_measures import HeadPlaces, TextHeadPlaces
from bert_core.scene import Scene


@pytest.fixture(scope="module")
def bert() -> Bert:
    return Bert.load("mini-en")


def check() -> None:
    """Nothing newer is wanted."""


def test_the_baseline_is_read_once_for_a_text(bert: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Scene] = []
    original = bert.trace_scene

    def counting(scene: Scene, *more, **named):
        read.append(scene)
        return original(scene, *more, **named)

    baseline = Baseline()
    monkeypatch.setattr(bert, "trace_scene", counting)
    for heads in ({(0, 0)}, {(0, 0), (1, 1)}):
        changed = bert.trace("A [MASK].", interventions=Interventions(heads_off=heads))
        found = baseline.effect(bert, changed, InterventionEffect(), check)
        assert found.masks[0].kl > 0
    plain = Scene(bert.model_id, "A [MASK].")
    assert [scene for scene in read if not scene.interventions] == [plain]


def test_what_is_kept_is_answered_about_once(bert: Bert) -> None:
    kept, now = bert.trace("A cat."), bert.trace("The dog sat.")
    holder = Kept()
    holder.keep(kept)
    query = OfReference(MeanAttention(), kept.scene)
    first = holder.answer(bert, now, query, check)
    np.testing.assert_array_equal(first, kept.attentions.mean((0, 1)))
    assert holder.answer(bert, now, query, check) is first
    holder.keep(kept)
    assert holder.answer(bert, now, query, check) is first
    holder.keep(now)
    with pytest.raises(BertError, match="not kept any more"):
        holder.answer(bert, now, query, check)


def test_what_takes_long_about_what_is_kept_goes_step_by_step_once(bert: Bert) -> None:
    kept, now = bert.trace("A cat."), bert.trace("The dog sat.")
    holder = Kept()
    holder.keep(kept)
    query = OfReference(TextHeadPlaces(), kept.scene)
    steps = holder.answer(bert, now, query, check)
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    assert isinstance(end.value.value, HeadPlaces)
    assert holder.answer(bert, now, query, check) is end.value.value


def test_the_mosaic_of_a_difference(bert: Bert) -> None:
    kept, now = bert.trace("A cat sat."), bert.trace("The dog ran.")
    KEPT.keep(kept)
    try:
        image = mosaic(bert, now, MosaicLevels(against=kept.scene), check)
    finally:
        KEPT.keep(None)
    assert image.signed
    assert image.maxima.max() == pytest.approx(np.abs(now.attentions - kept.attentions).max())


def test_every_query_of_the_table_is_a_query() -> None:
    assert all(issubclass(kind, Query) for kind in ANSWERERS) and Similarity in ANSWERERS
