"""The losses and what a step draws; `transformers` is the reference."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
import transformers

from bert_core.checkpoints import write_folder
from bert_core.checkpoints.assemble import canonical_tensors
from bert_core.errors import TextError, TrainingError
from bert_core.frozen import FrozenMap
from bert_core.pretraining.objective import Pretraining
from bert_core.pretraining.recipe import MaskingRecipe, ModelRecipe, Recipe, Stage
from tests.bert_core.pretraining.making import a_corpus, a_module, a_tokenizer, mixed

CPU = torch.device("cpu")
REFERENCES = {
    "mlm+nsp": transformers.BertForPreTraining,
    "mlm": transformers.BertForMaskedLM,
    "causal": transformers.BertLMHeadModel,
}
SHORT = a_corpus([[9] * 6, [5] * 10, [8] * 9, [20] * 3, [16] * 16])


def a_recipe(**changes):
    stages = (Stage(1.0, 64 * 10, ((64, 1.0),)),)
    base = Recipe(pieces=64 * 10, seed=7, stages=stages, model=ModelRecipe(max_position_embeddings=64))
    return replace(base, **changes)


def a_task(corpus=None, heldout=None, **changes):
    recipe = a_recipe(**changes)
    module = a_module(recipe.objective).train()
    return Pretraining(module, a_tokenizer(), recipe, mixed() if corpus is None else corpus, heldout)


def reference(task, tmp_path):
    """The same weights in `transformers`."""
    config, tensors = task.canonical()
    if task.recipe.objective == "causal":
        config = replace(config, extra=FrozenMap({"is_decoder": True}))
    write_folder(tmp_path / "model", config, task.tokenizer, tensors)
    # Eager, as ours is; its other ways differ in the last bits.
    kind = REFERENCES[task.recipe.objective]
    return kind.from_pretrained(tmp_path / "model", attn_implementation="eager").eval()


def under_their_names(module):
    """Our gradients, by the names that a checkpoint has."""
    grads = copy.deepcopy(module)
    for ours, theirs in zip(module.parameters(), grads.parameters(), strict=True):
        theirs.data = ours.grad
    return canonical_tensors(grads)


@pytest.mark.parametrize("objective", REFERENCES)
def test_loss_and_gradients_are_those_of_transformers(objective, tmp_path):
    task = a_task(SHORT, objective=objective)
    model = reference(task, tmp_path)
    [batch] = task.draw(0, 1, 1)
    assert batch.present is not None, "padding is part of the test"
    counts = task.counts(batch)
    outcome = task.forward(task.module, batch, CPU)
    loss = sum(outcome.sums[name] / counts[name] for name in task.losses)
    loss.backward()

    ids, present = torch.from_numpy(batch.masked.ids), torch.from_numpy(batch.present)
    labels = torch.full(ids.shape, -100)
    labels.view(-1)[batch.masked.positions] = torch.from_numpy(batch.masked.targets)
    inputs = {"attention_mask": present.long(), "token_type_ids": torch.from_numpy(batch.segments)}
    if objective == "mlm+nsp":
        theirs = model(ids, labels=labels, next_sentence_label=torch.from_numpy(batch.labels), **inputs)
        logits = theirs.prediction_logits
    elif objective == "mlm":
        theirs = model(ids, labels=labels, **inputs)
        logits = theirs.logits
    else:  # theirs looks at the piece to the left of a label by itself
        theirs = model(ids, labels=torch.where(present, ids, -100), **inputs)
        logits = theirs.logits
    theirs.loss.backward()
    assert loss.item() == pytest.approx(theirs.loss.item(), rel=1e-5)
    right = logits.reshape(-1, 100)[batch.masked.positions].argmax(-1).numpy() == batch.masked.targets
    assert int(outcome.right[task.losses[0]]) == right.sum()

    ours = under_their_names(task.module.bert)
    compared = set()
    for name, parameter in model.named_parameters():
        name = name.removeprefix("bert.")
        if name not in ours:
            assert name in ("cls.predictions.decoder.weight", "cls.predictions.decoder.bias")
            continue
        compared.add(name)
        expected, found = parameter.grad, ours[name]
        difference = (found - expected).norm() / expected.norm().clamp_min(1e-3)
        assert difference < 1e-4, f"{name}: {difference}"
    assert compared == ours.keys()


@pytest.mark.parametrize(
    ("objective", "losses"), [("mlm+nsp", ("mlm", "nsp")), ("mlm", ("mlm",)), ("causal", ("lm",))]
)
def test_counts_are_of_what_is_asked(objective, losses):
    task = a_task(objective=objective)
    [batch] = task.draw(0, 1, 1)
    assert task.losses == losses
    assert task.counts(batch) == {losses[0]: len(batch.masked.targets)} | (
        {"nsp": 10} if len(losses) > 1 else {}
    )


def rows_of(batches):
    """What each row holds, whatever its padding."""
    found = []
    for batch in batches:
        ids = batch.masked.ids.copy()
        ids.ravel()[batch.masked.positions] += 1000 * (1 + batch.masked.targets)
        for row in range(len(ids)):
            there = slice(None) if batch.present is None else batch.present[row]
            found.append(
                (ids[row][there].tolist(), batch.segments[row][there].tolist(), int(batch.labels[row]))
            )
    return found


@pytest.mark.parametrize("processes", [1, 2, 3])
@pytest.mark.parametrize("accumulate", [1, 2, 4])
def test_slices_make_up_the_step(processes, accumulate):
    """Ten rows, cut into one to twelve."""
    rows = 64 * 10 if processes * accumulate <= 10 else 64 * 12
    stages = (Stage(1.0, rows, ((64, 1.0),)),)
    whole = a_task(SHORT, pieces=64 * 100, stages=stages)
    parts = [a_task(SHORT, pieces=64 * 100, stages=stages) for _ in range(processes)]
    for _ in range(4):
        step = rows_of(whole.draw(0, 1, 1))
        slices = [part.draw(number, processes, accumulate) for number, part in enumerate(parts)]
        assert all(len(found) == accumulate for found in slices)
        assert rows_of([batch for found in slices for batch in found]) == step
        assert len({(part.pieces(), part.progress()) for part in [whole, *parts]}) == 1


def test_the_sum_over_slices_is_the_loss_of_the_step():
    whole, parts = a_task(SHORT), a_task(SHORT)
    [batch] = whole.draw(0, 1, 1)
    outcome = whole.forward(whole.module, batch, CPU)
    pieces = [parts.forward(parts.module, batch, CPU) for batch in parts.draw(0, 1, 3)]
    for name in whole.losses:
        total = sum(p.sums[name].item() for p in pieces)
        assert total == pytest.approx(outcome.sums[name].item(), rel=1e-5)
        assert sum(int(p.right[name]) for p in pieces) == int(outcome.right[name])


def test_more_processes_than_pairs_make_the_step_larger():
    task = a_task(stages=(Stage(1.0, 64, ((64, 1.0),)),))
    assert len(rows_of(task.draw(0, 2, 2))) == 2
    assert task.pieces() == 4 * 64


def test_a_batch_in_which_nothing_is_asked():
    task = a_task(masking=MaskingRecipe(share=1e-12))
    [batch] = task.draw(0, 1, 1)
    outcome = task.forward(task.module, batch, CPU)
    assert task.counts(batch)["mlm"] == 0 and outcome.sums["mlm"].item() == 0
    (outcome.sums["mlm"] + outcome.sums["nsp"]).backward()
    assert all(torch.isfinite(p.grad).all() for p in task.module.parameters())


def test_stages_and_lengths():
    stages = (Stage(0.5, 640, ((64, 1.0),)), Stage(1.0, 1280, ((32, 0.75), (16, 0.25))))
    task = a_task(pieces=640 * 200, stages=stages)
    lengths = []
    while task.progress() < 1:
        before = task.progress()
        [batch] = task.draw(0, 1, 1)
        rows, length = batch.masked.ids.shape
        assert rows * length == (640 if before < 0.5 else 1280)
        assert (length == 64) == (before < 0.5)
        lengths.append(length)
    assert task.pieces() == 640 * 200 == task.total_pieces()
    assert lengths.count(64) == 100 and lengths.count(32) + lengths.count(16) == 50
    assert 26 <= lengths.count(32) <= 47
    assert len(set(lengths[100:110])) > 1, "they take turns"


def test_the_masked_share_goes_from_one_to_the_other():
    task = a_task(pieces=640 * 40, masking=MaskingRecipe(share=0.5, final_share=0.1))
    shares = []
    while task.progress() < 1:
        [batch] = task.draw(0, 1, 1)
        shares.append(len(batch.masked.positions) / batch.masked.ids.size)
    assert np.mean(shares[:4]) == pytest.approx(0.46, abs=0.06)
    assert np.mean(shares[-4:]) == pytest.approx(0.11, abs=0.04)


def test_state_says_where_to_go_on():
    stages = (Stage(1.0, 640, ((64, 0.5), (32, 0.5))),)
    whole, first, second = (a_task(pieces=64 * 100, stages=stages) for _ in range(3))
    steps = [rows_of(whole.draw(0, 1, 1)) for _ in range(8)]
    assert [rows_of(first.draw(0, 1, 1)) for _ in range(4)] == steps[:4]
    second.restore(first.state())
    assert (second.pieces(), second.progress()) == (first.pieces(), first.progress())
    assert [rows_of(second.draw(0, 1, 1)) for _ in range(4)] == steps[4:]
    assert second.state() == whole.state()


@pytest.mark.parametrize(
    "state", [{}, {"step": 1, "pieces": 2, "examples": [1]}, {"step": 1, "pieces": None, "examples": {}}]
)
def test_a_garbled_state_is_said(state):
    with pytest.raises(TrainingError, match="where the run is"):
        a_task().restore(state)


@pytest.mark.parametrize("heldout", [None, a_corpus([[10] * 40]), a_corpus([[9], [9, 9]])])
def test_nothing_is_measured_where_there_is_too_little_text(heldout):
    task = a_task(heldout=heldout)
    assert task.heldout is None and task.evaluate() == {}


def test_held_out_figures():
    task = a_task(heldout=SHORT, evaluation_pairs=8)
    task.module.eval()
    with torch.no_grad():
        figures = task.evaluate()
    assert {"mlm_loss", "top1", "word_top5", "nsp_accuracy"} < figures.keys()


def test_too_little_text_to_learn_from():
    with pytest.raises(TextError, match="two documents"):
        a_task(a_corpus([[10] * 40]))
