"""Logits, losses, gradients and steps; `transformers` is the reference."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
import transformers

from bert_core.checkpoints import write_folder
from bert_core.checkpoints.assemble import canonical_tensors
from bert_core.finetuning.evaluation import run
from bert_core.finetuning.heads import head_name
from bert_core.finetuning.rows import collate
from bert_core.finetuning.task_info import ARCHITECTURES, TASKS
from bert_core.training import optimizers
from bert_core.training.settings import OptimizerRecipe
from tests.bert_core.finetuning.making import a_task

CPU = torch.device("cpu")
CLOSE = {"rtol": 1e-5, "atol": 1e-5}


def reference(task, tmp_path):
    """The same weights in the class of `transformers` that config.json names, opened by it alone."""
    config, tensors = task.canonical()
    write_folder(tmp_path / "model", config, task.tokenizer, tensors)
    name = config.extra["architectures"][0]
    assert name == ARCHITECTURES[task.module.info.task]
    kind = getattr(transformers, name)
    model, report = kind.from_pretrained(
        tmp_path / "model", attn_implementation="eager", output_loading_info=True
    )
    assert not report["missing_keys"]
    return model


def inputs_of(task, batch):
    """What `transformers` gets for a batch, and its labels."""
    ids, segments = torch.from_numpy(batch.ids), torch.from_numpy(batch.segments)
    present = torch.ones_like(ids) if batch.present is None else torch.from_numpy(batch.present).long()
    inputs = {"input_ids": ids, "token_type_ids": segments, "attention_mask": present}
    targets = torch.from_numpy(batch.targets)
    kind = task.module.info.task
    if kind == "multiple-choice":
        inputs = {name: value.view(len(batch.units), -1, ids.shape[1]) for name, value in inputs.items()}
    if kind == "tagging":
        labels = torch.full(ids.shape, -100)
        labels.view(-1)[torch.from_numpy(batch.at)] = targets
        return inputs, {"labels": labels}
    if kind == "question-answering":
        return inputs, {"start_positions": targets[:, 0], "end_positions": targets[:, 1]}
    return inputs, {"labels": targets}


def loss_of(task, batch):
    outcome = task.forward(task.module, batch, CPU)
    return outcome.sums["task"] / task.counts(batch)["task"]


def a_batch(kind, task):
    """With padding; for answers without, as `transformers` lets padding compete for them."""
    if kind != "question-answering":
        drawn = (task.draw(0, 1, 1)[0] for _ in range(task.steps_per_epoch()))
        return next(batch for batch in drawn if batch.present is not None)
    lengths = task._rows.lengths
    return collate(task._rows, np.flatnonzero(lengths == lengths.max())[:6])


def gradients(task):
    """By the names that a checkpoint has."""
    module = copy.deepcopy(task.module.bert)
    for ours, theirs in zip(task.module.bert.parameters(), module.parameters(), strict=True):
        theirs.data = torch.zeros_like(ours) if ours.grad is None else ours.grad
    found = {f"bert.{name}": value for name, value in canonical_tensors(module).items()}
    head = head_name(task.module.info.task)
    for name, parameter in task.module.head.named_parameters():
        found[f"{head}.{name}"] = parameter.grad
    return found


@pytest.mark.parametrize("kind", TASKS)
def test_logits_loss_and_gradients_are_those_of_transformers(kind, tmp_path):
    task = a_task(kind)
    model = reference(task, tmp_path).eval()
    batch = a_batch(kind, task)
    task.module.eval()
    logits = run(task.module, batch, CPU)
    loss = loss_of(task, batch)
    loss.backward()

    inputs, labels = inputs_of(task, batch)
    theirs = model(**inputs, **labels)
    theirs.loss.backward()
    if kind == "question-answering":
        expected = torch.stack([theirs.start_logits, theirs.end_logits], -1).flatten(0, 1)
        expected = expected[torch.from_numpy(batch.at)]
    elif kind == "tagging":
        expected = theirs.logits.flatten(0, 1)[torch.from_numpy(batch.at)]
    elif kind == "multiple-choice":
        expected = theirs.logits.view(-1, 1)
    else:
        expected = theirs.logits
    torch.testing.assert_close(logits, expected, **CLOSE)
    torch.testing.assert_close(loss, theirs.loss, **CLOSE)
    ours = gradients(task)
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        torch.testing.assert_close(ours[name], parameter.grad, msg=name, **CLOSE)


@pytest.mark.parametrize("kind", ["single-sentence", "tagging", "multiple-choice"])
def test_steps_give_the_losses_of_a_plain_loop(kind, tmp_path):
    task = a_task(kind, dropout=0.0)
    model = reference(task, tmp_path).train()
    task.module.train()
    recipe = OptimizerRecipe(learning_rate=3e-3, betas=(0.9, 0.999), weight_decay=0.01, decay_positions=True)
    ours = optimizers.build(task.module, recipe)
    parameters = [p for _, p in optimizers.named_parameters(task.module)]
    named = dict(model.named_parameters())
    plain = [p for name, p in named.items() if name.endswith("bias") or "LayerNorm" in name]
    known = {id(p) for p in plain}
    theirs = torch.optim.AdamW(
        [
            {"params": [p for p in named.values() if id(p) not in known], "weight_decay": 0.01},
            {"params": plain, "weight_decay": 0.0},
        ],
        lr=3e-3,
    )
    losses = []
    for _ in range(8):
        [batch] = task.draw(0, 1, 1)
        loss = loss_of(task, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer in ours:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        inputs, labels = inputs_of(task, batch)
        expected = model(**inputs, **labels).loss
        expected.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        theirs.step()
        theirs.zero_grad()
        losses.append((loss.item(), expected.item()))
    ours_, theirs_ = np.array(losses).T
    np.testing.assert_allclose(ours_, theirs_, rtol=2e-4)
    assert np.ptp(ours_) > 0.05, "they do move"


@pytest.mark.parametrize("kind", TASKS)
def test_the_padding_of_a_batch_changes_nothing(kind):
    task = a_task(kind)
    task.module.eval()
    wide = collate(task._rows, np.arange(12))
    together = task._kind.outputs(run(task.module, wide, CPU).detach(), wide)
    for unit in range(12):
        alone = collate(task._rows, np.array([unit]))
        [expected] = task._kind.outputs(run(task.module, alone, CPU).detach(), alone)
        np.testing.assert_allclose(together[unit], expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", TASKS)
def test_all_pieces_can_be_asked_for(kind):
    """Without `at`, as a live panel asks: the same numbers at the same places."""
    task = a_task(kind)
    task.module.eval()
    [batch] = task.draw(0, 1, 1)
    found = run(task.module, batch, CPU)
    ids, segments = torch.from_numpy(batch.ids), torch.from_numpy(batch.segments)
    present = None if batch.present is None else torch.from_numpy(batch.present)
    everything = task.module(ids, segments, present)
    if batch.at is not None:
        everything = everything.flatten(0, 1)[torch.from_numpy(batch.at)]
    torch.testing.assert_close(found, everything, **CLOSE)


def test_heads_of_pretraining_are_stored_as_they_were(tmp_path):
    task = a_task("single-sentence", dropout=0.0)
    before = {name: value.clone() for name, value in task.canonical()[1].items() if name.startswith("cls.")}
    assert len(before) == 7
    ours = optimizers.build(task.module, OptimizerRecipe(learning_rate=1e-2))
    [batch] = task.draw(0, 1, 1)
    loss_of(task, batch).backward()
    ours[0].step()
    after = task.canonical()[1]
    for name, value in before.items():
        torch.testing.assert_close(after[name], value, rtol=0, atol=0)
    model = reference(task, tmp_path)
    assert model.config.id2label == {0: "bad", 1: "fair", 2: "good"}
    assert model.config.problem_type == "single_label_classification"
