"""A text as a training example: what is chosen, what is read, and the loss, against `transformers`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import BertForPreTraining

from bert_core import Bert, Interventions
from bert_core.checkpoints.assemble import random_module
from bert_core.exercise import Exercise, Exercises
from bert_core.measures.training_example import training_example
from bert_core.model.bert import BertModule
from bert_core.queries import TrainingExample
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from tests.bert_core.conftest import SMALL

A, B = "the man went to the store . it was tired .", "he bought a gallon of milk . penguin are birds"
ELSEWHERE = "penguin are flightless birds"


def nothing() -> None:
    """Nobody calls it off."""


def made(bert: Bert, query: TrainingExample, a: str = A, b: str | None = B, **scene: object) -> Exercises:
    return training_example(bert, Scene(bert.model_id, a, b, **scene), query, nothing)  # type: ignore[arg-type]


def reference_losses(folder: Path, exercise: Exercise) -> tuple[float, float]:
    """Mean MLM loss and next-sentence loss, as BertForPreTraining has them."""
    model = BertForPreTraining.from_pretrained(folder, dtype=torch.float32).eval()
    labels = torch.full((len(exercise.read),), -100)
    for asked in exercise.asked:
        labels[asked.position] = exercise.tokens[asked.position].id
    ids = torch.tensor([[token.id for token in exercise.read]])
    with torch.no_grad():
        out = model(
            input_ids=ids,
            token_type_ids=torch.tensor([[token.segment for token in exercise.read]]),
        )
        masked = torch.nn.functional.cross_entropy(out.prediction_logits[0], labels)
        label = torch.tensor([0 if exercise.is_next else 1])
        pair = torch.nn.functional.cross_entropy(out.seq_relationship_logits, label)
    return float(masked), float(pair)


@pytest.mark.parametrize("whole_words", [False, True])
def test_losses_are_those_of_transformers(bert: Bert, saved: Path, whole_words: bool) -> None:
    query = TrainingExample(3, share=0.5, whole_words=whole_words, elsewhere=ELSEWHERE)
    both = made(bert, query)
    assert both.other is not None
    for exercise in (both.own, both.other):
        assert len(exercise.asked) > 2
        masked, pair = reference_losses(saved, exercise)
        assert exercise.mlm_loss == pytest.approx(masked, abs=1e-4)
        assert exercise.nsp_loss == pytest.approx(pair, abs=1e-4)
        assert exercise.loss == pytest.approx(masked + pair, abs=2e-4)


def test_a_seed_gives_the_same_again_and_another_one_something_else(bert: Bert) -> None:
    first, again, other = (made(bert, TrainingExample(seed, share=0.5)) for seed in (1, 1, 2))
    assert first == again
    assert first.own.asked != other.own.asked


def test_about_the_share_and_the_three_fates(bert: Bert) -> None:
    counts = {"mask": 0, "random": 0, "kept": 0}
    pieces = 0
    for seed in range(200):
        own = made(bert, TrainingExample(seed)).own
        pieces += own.ordinary
        for fate, count in own.counts().items():
            counts[fate] += count
        assert all(not own.tokens[asked.position].special for asked in own.asked)
    total = sum(counts.values())
    assert total / pieces == pytest.approx(0.15, abs=0.015)
    assert counts["mask"] / total == pytest.approx(0.8, abs=0.05)
    assert counts["random"] / total == pytest.approx(0.1, abs=0.04)


def test_only_what_is_asked_is_read_otherwise(bert: Bert) -> None:
    own = made(bert, TrainingExample(5, share=0.5)).own
    asked = {a.position for a in own.asked}
    assert set(own.replaced()) <= asked
    for one in own.asked:
        read, typed = own.read[one.position], own.tokens[one.position]
        assert (read.text == "[MASK]") == (one.fate == "mask")
        assert (read.id == typed.id) == (one.fate == "kept")
        assert bert.vocabulary[read.id] == read.text


def test_typing_on_keeps_the_masks_so_far(bert: Bert) -> None:
    query = TrainingExample(4, share=0.5)
    short, longer = (
        made(bert, query, a, None).own for a in ("the man went to the store", "the man went to the store he")
    )
    size = len(short.tokens) - 1
    fates = [{a.position: a.fate for a in own.asked if a.position < size} for own in (short, longer)]
    assert fates[0] == fates[1] != {}


def test_the_pieces_of_a_word_are_chosen_together(bert: Bert) -> None:
    for seed in range(20):
        own = made(
            bert, TrainingExample(seed, share=0.4, whole_words=True), "flightless flightless xyz", None
        ).own
        chosen = {a.position for a in own.asked}
        for word in {token.word for token in own.tokens}:
            places = {p for p, token in enumerate(own.tokens) if token.word == word}
            assert places <= chosen or not places & chosen


def test_what_the_scene_replaces_does_not_count(bert: Bert) -> None:
    query = TrainingExample(2, share=0.5)
    assert made(bert, query, replaced={2: bert.tokenizer.mask_id}).own == made(bert, query).own


def test_a_typed_mask_is_never_asked_for(bert: Bert) -> None:
    own = made(bert, TrainingExample(1, share=0.99), "the [MASK] went", None).own
    assert 2 not in {a.position for a in own.asked} and len(own.asked) >= 1


def test_interventions_are_in_force(bert: Bert) -> None:
    query = TrainingExample(2, share=0.5, elsewhere=ELSEWHERE)
    changes = Interventions(heads_off={(0, 0), (1, 1)}, hidden={1}, dropped={"position": {2}})
    changed, plain = made(bert, query, interventions=changes), made(bert, query)
    assert changed.own.loss != plain.own.loss
    trace = bert.trace(A, B, changes, replaced=changed.own.replaced())
    assert trace.nsp is not None and changed.own.nsp is not None
    assert changed.own.nsp.is_next == pytest.approx(trace.nsp.is_next, abs=1e-5)


def test_changes_bound_to_positions_of_b_stay_with_b(bert: Bert) -> None:
    query = TrainingExample(2, share=0.5, elsewhere=ELSEWHERE)
    last = len(bert.pieces(A, B)) - 1
    changed = made(bert, query, interventions=Interventions(hidden={last}, dropped={"token": {last}}))
    assert changed.other == made(bert, query).other


def test_both_pairs_have_the_same_a(bert: Bert) -> None:
    both = made(bert, TrainingExample(3, share=0.5, elsewhere=ELSEWHERE))
    assert both.other is not None
    first = len(bert.pieces(A))
    assert both.own.read[:first] == both.other.read[:first]
    assert both.own.is_next is True and both.other.is_next is False


def test_without_a_second_sentence(bert: Bert) -> None:
    alone = made(bert, TrainingExample(3, share=0.5, elsewhere=ELSEWHERE), b=" ")
    assert alone.other is None and alone.own.is_next is None and alone.own.nsp is None
    assert alone.own.loss == alone.own.mlm_loss


def test_a_text_that_does_not_fit(bert: Bert) -> None:
    own = made(bert, TrainingExample(1), "the man " * 200).own
    assert len(own.tokens) == 64 and sum(own.left_out) > 300


def test_without_heads_it_still_shows_what_is_chosen(tokenizer: Tokenizer) -> None:
    module = BertModule(SMALL, pooler=False, mlm=False, nsp=False)
    module.load_state_dict(random_module(SMALL, 1).state_dict(), strict=False)
    headless = Bert(module.eval(), tokenizer, source="headless")
    both = made(headless, TrainingExample(3, share=0.5, elsewhere=ELSEWHERE))
    assert both.own.asked and all(asked.guess is None for asked in both.own.asked)
    assert both.own.nsp is None and both.own.loss is None and both.own.is_next is True


def test_another_model_is_refused(bert: Bert) -> None:
    with pytest.raises(ValueError, match="this is"):
        training_example(
            bert, replace(Scene(bert.model_id, A), model_id="other"), TrainingExample(1), nothing
        )
