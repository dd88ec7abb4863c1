"""Changing how the model reads, in the whole application, against the model asked directly."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from bert_core import Bert, Interventions
from bert_core.measures.intervention_effect import divergence
from bert_core.queries import InterventionEffect
from tests.end_to_end.driving import Driver


def test_a_head_goes_off_its_effect_is_shown_and_undone(shared: Driver) -> None:
    shared.click_chip(2)
    shared.wait_for_trace()
    plain = shared.trace
    shared.session.select_head(1, 0)
    shared.trigger("head-off")
    shared.wait_for_trace()
    assert shared.trace.scene.interventions == Interventions(heads_off={(1, 0)})
    assert not np.array_equal(shared.trace.mlm_logits(2), plain.mlm_logits(2))
    bar = shared.attention.changes
    assert bar.isVisible() and bar.chips.chips[0].text().startswith("L2-H1 off")
    kl = divergence(plain.mlm_logits(2), shared.trace.mlm_logits(2))
    assert f"KL {kl:.2f}" in bar.effect.text() or f"KL {kl:.4f}" in bar.effect.text()
    before, after = plain.nsp.is_next, shared.trace.nsp.is_next
    assert f"is next {before:.1%} → {after:.1%}" in bar.effect.text()
    shared.trigger("undo")
    shared.wait_for_trace()
    assert bar.isHidden() and InterventionEffect() not in shared.session.watched
    assert np.array_equal(shared.trace.mlm_logits(2), plain.mlm_logits(2))


def test_everything_at_once_equals_the_model_asked_directly(shared: Driver) -> None:
    shared.trigger("read-right")
    shared.trigger("drop-position")
    shared.wait_for_trace()
    shared.session.pin(query=3)
    shared.trigger("hide-piece")
    shared.wait_for_trace()
    shared.session.select_head(0, 1)
    shared.trigger("column-off")
    shared.trigger("heads-even")
    shared.wait_for_trace()
    scene = shared.session.scene
    assert scene.interventions == Interventions(
        heads_off={(0, 1), (1, 1)},
        head_off="uniform",
        hidden={3},
        dropped={"position": "all"},
        direction="left-to-right",
    )
    bert = Bert.load(str(shared.session.model.folder))
    direct = bert.trace(scene.text_a, scene.second, interventions=scene.interventions)
    np.testing.assert_allclose(shared.trace.attentions, direct.attentions, atol=1e-6)
    assert shared.window.top_bar.reading_button.text().startswith("Reading: left to right")
    while shared.attention.changes.chips.chips:
        QTest.keyClick(shared.attention.changes.chips.chips[0], Qt.Key.Key_Space)
        shared.wait_for_trace()
    assert not shared.session.scene.interventions
