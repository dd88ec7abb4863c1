"""What a run reads and when, exactly the same after a resume; what it learns, and what it may not touch."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from bert_core.errors import TrainingError
from bert_core.finetuning.examples import QuestionExample, TaggingExample, TextExample
from bert_core.finetuning.feature_cache import FeatureCache
from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.objective import FineTuning
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.finetuning.task_info import METRICS, TASKS
from bert_core.training import loop, optimizers
from bert_core.training.run_folder import RunFolder
from bert_core.training.settings import LoopSettings, OptimizerRecipe
from bert_core.training.task import ByExamples, Heeding
from tests.bert_core.finetuning.making import a_bert, a_task, data_of, info_of, some_data

CPU = torch.device("cpu")


def units(task, steps):
    return [task.draw(0, 1, 1)[0].units.tolist() for _ in range(steps)]


@pytest.mark.parametrize("kind", TASKS)
def test_a_resumed_run_draws_what_it_would_have_drawn(kind):
    whole, stopped, resumed = a_task(kind), a_task(kind), a_task(kind)
    expected = units(whole, 12)
    units(stopped, 5)
    resumed.restore(json.loads(json.dumps(stopped.state())))
    assert resumed.step() == 5
    assert resumed.pieces() == stopped.pieces() > 0
    assert units(resumed, 7) == expected[5:]


@pytest.mark.parametrize("kind", TASKS)
def test_a_step_is_the_same_for_many_processes_and_micro_batches(kind):
    whole, parts = a_task(kind), a_task(kind)
    [batch] = whole.draw(0, 1, 1)
    found = []
    for process in range(2):
        task = a_task(kind)
        found += [part.units.tolist() for part in task.draw(process, 2, 3)]
    assert [unit for part in found for unit in part] == batch.units.tolist()
    loss = whole.forward(whole.module.eval(), batch, CPU).sums["task"]
    parts.module.eval()
    losses = [parts.forward(parts.module, part, CPU).sums["task"] for part in parts.draw(0, 1, 3)]
    torch.testing.assert_close(sum(losses), loss, rtol=1e-5, atol=1e-5)


def test_a_batch_smaller_than_its_parts_still_gives_each_one():
    task = a_task("single-sentence", count=2)
    assert [len(part.units) for part in task.draw(0, 1, 5)] == [1] * 5


def test_epochs_steps_examples_and_pieces():
    task = a_task("single-sentence", count=30, epochs=2.5)
    assert task.steps_per_epoch() == 5
    assert task.total_steps() == 12
    assert isinstance(task, ByExamples)
    assert isinstance(task, Heeding)
    total, drawn = 0, 0
    for _ in range(12):
        assert task.progress() < 1
        [batch] = task.draw(0, 1, 1)
        total += batch.ids.size if batch.present is None else int(batch.present.sum())
        drawn += len(batch.units)
        assert task.pieces() == total
        assert task.examples() == drawn
    assert task.progress() == 1
    assert task.total_pieces() == total
    assert task.epoch() == pytest.approx(2.4)


def test_different_seeds_read_in_different_order():
    assert units(a_task("tagging", seeds=(0,)), 4) != units(a_task("tagging", seeds=(1,)), 4)
    assert units(a_task("tagging", seeds=(1,)), 4) == units(a_task("tagging", seeds=(1,)), 4)


def trained(task):
    return {name for name, parameter in task.module.named_parameters() if parameter.requires_grad}


def test_only_what_the_task_needs_is_trained():
    names = trained(a_task("single-sentence"))
    assert {
        "classifier.weight",
        "bert.pooler.dense.weight",
        "bert.embeddings.word_embeddings.weight",
    } <= names
    assert not any(name.startswith(("bert.mlm", "bert.nsp")) for name in names)
    assert not any("pooler" in name for name in trained(a_task("tagging")))
    frozen = trained(a_task("single-sentence", frozen_layers=2, frozen_embeddings=True))
    assert not any("embeddings" in name or "layers.0." in name or "layers.1." in name for name in frozen)
    assert any("layers.2." in name for name in frozen)
    assert all(name.startswith("features_head.") for name in trained(a_task("tagging", mode="features")))


def run_of(task, folder, **settings):
    recipe = OptimizerRecipe(learning_rate=3e-3, betas=(0.9, 0.999), warmup=0.1)
    losses = []
    ending = loop.train(
        task,
        RunFolder.create(folder, {"kind": "finetune"}),
        LoopSettings(recipe, log_seconds=0.0, evaluate_minutes=1e9, device="cpu", **settings),
        listener=lambda kind, event: losses.append(event["loss"]) if kind == "step" else None,
    )
    assert ending.kind == "finished", ending.message
    return losses


def test_frozen_weights_stay_as_they_were(tmp_path):
    task = a_task("single-sentence", frozen_layers=1, frozen_embeddings=True, epochs=1)
    before = {name: value.clone() for name, value in task.canonical()[1].items()}
    run_of(task, tmp_path / "run")
    changed = {name for name, value in task.canonical()[1].items() if not torch.equal(value, before[name])}
    assert not any(name.startswith(("embeddings.", "encoder.layer.0.", "cls.")) for name in changed)
    assert {"classifier.weight", "pooler.dense.weight", "encoder.layer.1.output.dense.weight"} <= changed


@pytest.mark.parametrize("mode", ["full", "features"])
@pytest.mark.parametrize("kind", TASKS)
def test_every_task_learns_its_examples(kind, mode, tmp_path):
    """A few examples by heart."""
    rate = {"full": 5e-3, "features": 5e-2}[mode]
    task = a_task(kind, count=8, batch_size=8, epochs=30, mode=mode, dropout=0.0)
    optimizer = OptimizerRecipe(learning_rate=rate, betas=(0.9, 0.999), warmup=0.1)
    built = optimizers.build(task.module, optimizer)
    losses = []
    task.module.train()
    for _ in range(25):
        [batch] = task.draw(0, 1, 1)
        loss = task.forward(task.module, batch, CPU).sums["task"] / task.counts(batch)["task"]
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for _, p in optimizers.named_parameters(task.module)], 1.0)
        built[0].step()
        built[0].zero_grad()
        losses.append(loss.item())
    assert losses[-1] < 0.75 * losses[0]


@pytest.mark.parametrize("mode", ["full", "features"])
@pytest.mark.parametrize("kind", TASKS)
def test_figures_of_a_dev_set(kind, mode):
    task = a_task(kind, dev=12, mode=mode)
    task.module.eval()
    with torch.no_grad():
        figures = task.evaluate()
    assert set(figures) == {*METRICS[kind], "dev_loss"}
    assert all(np.isfinite(value) for value in figures.values())
    assert len(task.last) == 12
    assert not task.module.training


def test_the_dev_loss_is_that_of_training(tmp_path):
    task = a_task("single-sentence", dev=12)
    again = FineTuning(task.module, task.tokenizer, task.recipe, task.dev, None)
    task.module.eval()
    with torch.no_grad():
        figures = task.evaluate()
        batches = [again.draw(0, 1, 1)[0] for _ in range(again.steps_per_epoch())]
        total = sum(again.forward(again.module, batch, CPU).sums["task"] for batch in batches)
    assert figures["dev_loss"] == pytest.approx(float(total) / 12, rel=1e-5)


def test_an_evaluation_can_be_called_off():
    task = a_task("single-sentence", dev=12)

    def enough():
        raise KeyboardInterrupt

    task.heed = enough
    task.module.eval()
    with pytest.raises(KeyboardInterrupt):
        task.evaluate()


def test_the_threshold_for_no_answer_is_found_and_kept():
    task = a_task("question-answering", dev=12)
    task.module.eval()
    with torch.no_grad():
        task.evaluate()
    threshold = task.module.info.null_threshold
    assert threshold != 0.0
    config, _ = task.canonical()
    assert config.extra["attention_explorer"]["null_threshold"] == threshold
    assert all((prediction.answer == "") == (prediction.none_margin > threshold) for prediction in task.last)
    resumed = a_task("question-answering")
    resumed.restore(json.loads(json.dumps(task.state())))
    assert resumed.module.info.null_threshold == threshold


def test_a_rare_class_weighs_more():
    bert = a_bert()
    examples = [TextExample("a cat", None, "good")] * 6 + [TextExample("he sat", None, "bad")] * 2
    recipe = FineTuneRecipe(task="single-sentence", class_weights=True, batch_size=8)
    task = FineTuning(
        TunedModel.new(bert, info_of("single-sentence")),
        bert.tokenizer,
        recipe,
        data_of("single-sentence", examples),
        None,
    )
    assert task._weights.tolist() == pytest.approx([2.0, 0.0, 8 / 12])  # bad, fair (none), good
    plain = FineTuning(task.module, bert.tokenizer, replace(recipe, class_weights=False), task.train, None)
    [batch], [same] = task.draw(0, 1, 1), plain.draw(0, 1, 1)
    task.module.eval()
    logits = task.module(torch.from_numpy(batch.ids), torch.from_numpy(batch.segments))
    each = torch.nn.functional.cross_entropy(logits, torch.from_numpy(batch.targets), reduction="none")
    weighed = sum(loss * task._weights[target] for loss, target in zip(each, batch.targets, strict=True))
    torch.testing.assert_close(task.forward(task.module, batch, CPU).sums["task"], weighed)
    torch.testing.assert_close(plain.forward(task.module, same, CPU).sums["task"], each.sum())


@pytest.mark.parametrize(
    ("kind", "example"),
    [
        ("single-sentence", TextExample("a cat", None, None)),
        ("single-sentence", TextExample("a cat", None, "unheard of")),
        ("regression", TextExample("a", "b", None)),
        ("tagging", TaggingExample(("a", "cat"), ("O", "B-XYZ"))),
        ("question-answering", QuestionExample("", "why", "a cat", None)),
    ],
)
def test_what_does_not_say_what_is_right_cannot_be_learned(kind, example):
    bert = a_bert()
    tuned = TunedModel.new(bert, info_of(kind))
    with pytest.raises(TrainingError, match=r"some\.jsonl.*no label"):
        FineTuning(tuned, bert.tokenizer, FineTuneRecipe(task=kind), data_of(kind, [example]), None)
    with pytest.raises(TrainingError, match="no example"):
        FineTuning(tuned, bert.tokenizer, FineTuneRecipe(task=kind), data_of(kind, []), None)


def test_features_are_computed_once_and_those_without_room_each_time(monkeypatch):
    task = a_task("tagging", count=70, mode="features")
    task.module.train()
    computed = []
    features = task.module.features

    def counted(ids, segments, present=None):
        computed.append(len(ids))
        return features(ids, segments, present)

    monkeypatch.setattr(task.module, "features", counted)
    for _ in range(2 * task.steps_per_epoch()):
        [batch] = task.draw(0, 1, 1)
        task.forward(task.module, batch, CPU)
    assert sorted(computed) == [6, 32, 32], "70 rows in chunks, each once"
    small = FeatureCache(task.module, task._rows, 0, most_bytes=task._rows.pieces.sum() * 48 * 4 // 2)
    assert 0.3 < small.kept_share < 0.8
    [batch] = task.draw(0, 1, 1)
    whole = task._features.of(batch)
    torch.testing.assert_close(small.of(batch), whole, rtol=1e-5, atol=1e-5)
    present = None if batch.present is None else torch.from_numpy(batch.present)
    fresh = task.module.features(torch.from_numpy(batch.ids), torch.from_numpy(batch.segments), present)
    if present is not None:
        fresh = fresh * present[:, :, None]
    torch.testing.assert_close(whole, fresh, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("room", [1 << 30, 20_000])
def test_features_do_not_depend_on_what_was_asked_before(room):
    """To the last bit: a resumed run computes them in another order."""
    task = a_task("single-sentence", count=70, mode="features")
    batches = [task.draw(0, 1, 1)[0] for _ in range(6)]
    one, other = (FeatureCache(task.module, task._rows, 0, room) for _ in range(2))
    first = [one.of(batch) for batch in batches]
    second = [other.of(batch) for batch in reversed(batches)][::-1]
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_a_dev_set_of_unlabelled_examples_has_no_figures():
    task = a_task("single-sentence")
    task.dev = data_of("single-sentence", [TextExample("a cat", None, None)])
    task.module.eval()
    assert task.evaluate() == {}
    assert task.last[0].loss is None
    task.dev = some_data("single-sentence", 0)
    assert task.evaluate() == {}
