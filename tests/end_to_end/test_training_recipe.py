"""A person types, opens "How BERT was trained", rolls, and reads the loss that `transformers` has too."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PySide6.QtWidgets import QDockWidget
from transformers import BertForPreTraining

from app.panels.training_recipe import TrainingRecipePanel
from bert_core.exercise import Exercise
from tests.end_to_end.driving import Driver


def panel_of(driver: Driver) -> TrainingRecipePanel:
    panel = driver.window.findChild(TrainingRecipePanel)
    assert isinstance(panel, TrainingRecipePanel)
    return panel


def read_losses(folder: Path, exercise: Exercise) -> tuple[float, float]:
    """As BertForPreTraining has them for the pieces on screen."""
    model = BertForPreTraining.from_pretrained(folder, dtype=torch.float32).eval()
    labels = torch.full((1, len(exercise.read)), -100)
    for asked in exercise.asked:
        labels[0, asked.position] = exercise.tokens[asked.position].id
    inputs = {
        "input_ids": torch.tensor([[token.id for token in exercise.read]]),
        "token_type_ids": torch.tensor([[token.segment for token in exercise.read]]),
    }
    with torch.no_grad():
        both = model(**inputs, labels=labels, next_sentence_label=torch.tensor([0])).loss
        pair = torch.nn.functional.cross_entropy(model(**inputs).seq_relationship_logits, torch.tensor([0]))
    return float(both - pair), float(pair)


def test_the_loss_on_screen_is_that_of_transformers(shared: Driver, small_model: Path) -> None:
    shared.type(" of birds, tired of milk")
    shared.wait_for_trace()
    panel = panel_of(shared)
    assert not panel.isVisible()
    shared.trigger("how-trained")
    shared.wait_until(lambda: panel.isVisible() and panel.exercises is not None)
    chosen = set()
    for number in range(2, 8):
        shared.trigger("roll")
        shared.wait_until(lambda: shared.session.settled and panel.exercises is not None)
        exercises = panel.exercises
        assert exercises is not None and panel.controls.number.text() == f"roll {number}"
        own = exercises.own
        chosen.add(tuple(asked.position for asked in own.asked))
        if not own.asked:
            continue
        masked, pair = read_losses(small_model, own)
        assert [float(text) for text in panel.pair.sums] == pytest.approx(
            [masked, pair, masked + pair], abs=2e-3
        )
        assert panel.masked.loss.text() == f"Masked-word loss {own.mlm_loss:.2f} nats"
    assert len(chosen) > 1, "each roll draws anew"


def test_a_roll_is_put_into_the_text(shared: Driver) -> None:
    panel = panel_of(shared)
    shared.trigger("how-trained")
    shared.trigger("roll")
    shared.wait_until(lambda: shared.session.settled and panel.exercises is not None)
    while not (panel.exercises and panel.exercises.own.replaced()):
        shared.trigger("roll")
        shared.wait_until(lambda: shared.session.settled and panel.exercises is not None)
    read = [token.text for token in panel.exercises.own.read]
    shared.trigger("put-roll")
    shared.wait_for_trace()
    assert shared.pieces == read
    assert panel.exercises is not None and [token.text for token in panel.exercises.own.read] == read
    shared.trigger("undo")
    shared.wait_for_trace()
    assert not shared.session.scene.replaced


def test_behind_another_panel_it_asks_for_nothing(shared: Driver) -> None:
    panel = panel_of(shared)
    shared.trigger("how-trained")
    shared.wait_until(lambda: panel.isVisible() and panel.exercises is not None)
    shared.window.bring_forward("embeddings")
    shared.wait_until(lambda: not panel.isVisible())
    assert not any(type(query).__name__ == "TrainingExample" for query in shared.session.watched)
    dock = shared.window.findChild(QDockWidget, "dock-training-recipe")
    assert isinstance(dock, QDockWidget)
    dock.close()
    shared.trigger("roll")
    shared.wait_until(lambda: panel.isVisible() and panel.exercises is not None)
    shared.trigger("reset-layout")
