"""Head importance, against autograd through gates hung on `transformers`, and against differences of the loss."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bert_core import Bert
from bert_core.checkpoints.assemble import random_module
from bert_core.errors import TextError
from bert_core.measures import gated_importance
from bert_core.measures.gated_importance import Example, head_importance, importances
from bert_core.model.bert import BertModule
from bert_core.pretraining.masking import DRAWS, Masking, mask
from bert_core.tokenization import Tokenizer
from tests.bert_core.changed_reference import reference_model
from tests.bert_core.conftest import SMALL

TEXTS = [
    "the man went to the store .",
    Example("he bought a gallon of milk", "penguin are flightless birds", is_next=False),
    "penguin are birds",
    ("the man went to the store and bought a gallon of milk", "it was tired"),
    "it was",
    Example("the man", "he went to the store . it was a gallon of milk . the penguin are tired", True),
]
SEED = 5


@pytest.fixture(scope="module")
def model(lively_folder: Path) -> Any:
    return reference_model(lively_folder, torch.float64)


def as_example(given: Any) -> Example:
    if isinstance(given, str):
        return Example(given)
    return given if isinstance(given, Example) else Example(*given)


def gated_loss(
    model: Any, tokenizer: Tokenizer, example: Example, seed: tuple[int, int], gates: torch.Tensor,
    parts: tuple[str, ...] = ("mlm", "nsp"),
) -> torch.Tensor:  # fmt: skip
    """The loss of one example on BertForPreTraining, each head's output scaled by its gate [L, A]."""
    encoding = tokenizer.encode(example.text_a, example.text_b)
    ids = np.array([encoding.ids])
    rule, draws = Masking.of(tokenizer), np.random.default_rng(seed).random((1, DRAWS, ids.shape[1]))
    masked = mask(ids, rule, draws)
    if "mlm" not in parts:
        masked = masked._replace(ids=ids)
    elif not len(masked.positions):  # the piece that comes nearest to being chosen
        chances = np.where(rule.is_ordinary[ids[0]], draws[0, 0], 2.0)
        masked = mask(ids, rule, draws, chances.min() + 1e-12)
        assert masked.positions.tolist() == [chances.argmin()]
    handles = []
    for layer, gate in zip(model.bert.encoder.layer, gates, strict=True):

        def scale(module: Any, args: Any, gate: torch.Tensor = gate) -> Any:
            return (args[0] * gate.repeat_interleave(args[0].shape[-1] // len(gate)),)

        handles.append(layer.attention.output.dense.register_forward_pre_hook(scale))
    try:
        out = model(
            input_ids=torch.from_numpy(masked.ids), token_type_ids=torch.tensor([encoding.segment_ids])
        )
    finally:
        for handle in handles:
            handle.remove()
    loss = torch.zeros((), dtype=torch.float64)
    if "mlm" in parts:
        logits = out.prediction_logits[0, masked.positions]
        loss = loss + torch.nn.functional.cross_entropy(logits, torch.from_numpy(masked.targets))
    if "nsp" in parts and example.text_b is not None:
        label = torch.tensor([0 if example.is_next else 1])
        loss = loss + torch.nn.functional.cross_entropy(out.seq_relationship_logits, label)
    return loss


def gradients(model: Any, tokenizer: Tokenizer, examples: list[Any], **parts: Any) -> np.ndarray:
    """|dL/dxi| of each example on its own: [N, L, A]."""
    found = []
    for number, given in enumerate(examples):
        gates = torch.ones(3, 4, dtype=torch.float64, requires_grad=True)
        gated_loss(model, tokenizer, as_example(given), (SEED, number), gates, **parts).backward()
        assert gates.grad is not None
        found.append(gates.grad.abs().numpy())
    return np.stack(found)


def test_equal_to_autograd_one_example_at_a_time(lively: Bert, model: Any) -> None:
    found = head_importance(lively, TEXTS, seed=SEED)
    expected = gradients(model, lively.tokenizer, TEXTS).mean(0)
    assert found.shape == (3, 4) and found.dtype == np.float64
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
    assert expected.min() > 1e-4


def test_equal_to_differences_of_the_loss(lively: Bert, model: Any) -> None:
    example, step = Example("the man went to the store .", "he bought a gallon of milk"), 1e-4
    expected = np.zeros((3, 4))
    for layer in range(3):
        for head in range(4):
            losses = []
            for sign in (1, -1):
                gates = torch.ones(3, 4, dtype=torch.float64)
                gates[layer, head] += sign * step
                losses.append(float(gated_loss(model, lively.tokenizer, example, (SEED, 0), gates)))
            expected[layer, head] = abs(losses[0] - losses[1]) / (2 * step)
    np.testing.assert_allclose(head_importance(lively, [example], seed=SEED), expected, rtol=1e-3, atol=1e-5)


def test_the_same_however_examples_are_batched(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    together = list(importances(lively, TEXTS, seed=SEED))
    assert len(together) == 1
    monkeypatch.setattr(gated_importance, "_BATCH_BYTES", 1)
    alone = list(importances(lively, TEXTS, seed=SEED))
    assert [(one.done, one.used) for one in alone] == [(n, n) for n in range(1, 7)]
    np.testing.assert_allclose(alone[-1].heads, together[0].heads, rtol=1e-4, atol=1e-7)
    monkeypatch.setattr(gated_importance, "_WINDOW", 2)
    np.testing.assert_allclose(head_importance(lively, TEXTS, seed=SEED), together[0].heads, rtol=1e-4)


def test_means_run_along(lively: Bert, model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gated_importance, "_WINDOW", 1)
    each = gradients(model, lively.tokenizer, TEXTS)
    for number, so_far in enumerate(importances(lively, TEXTS, seed=SEED), 1):
        assert so_far.done == so_far.used == number
        np.testing.assert_allclose(so_far.heads, each[:number].mean(0), rtol=1e-4, atol=1e-6)


def test_an_endless_stream_is_read_as_it_is_needed(lively: Bert) -> None:
    given: list[int] = []

    def endless() -> Iterator[str]:
        while True:
            given.append(len(given))
            yield "the man went to the store"

    stream = importances(lively, endless())
    assert not given
    assert next(stream).done <= len(given) == 64
    while (so_far := next(stream)).done < 100:
        pass
    assert so_far.done <= len(given) == 128


def test_no_batch_holds_more_than_it_may(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    whole = gated_importance._gradients

    def watched(bert: Bert, batch: Any) -> Any:
        sizes.append(len(batch))
        return whole(bert, batch)

    monkeypatch.setattr(gated_importance, "_gradients", watched)
    monkeypatch.setattr(gated_importance, "_BATCH_BYTES", 1_000_000)
    head_importance(lively, ["the man"] * 20 + ["the man went to the store " * 8] * 5)
    assert sum(sizes) == 25
    assert sizes[0] > 5 and sizes[-5:] == [1] * 5


def test_batches_grow_as_far_as_the_time_allows(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    now = 0.0

    def timed(bert: Bert, batch: Any) -> Any:
        nonlocal now
        sizes.append(len(batch))
        now += 0.05 * len(batch)
        return np.zeros((3, 4))

    monkeypatch.setattr(gated_importance, "_gradients", timed)
    monkeypatch.setattr(gated_importance, "monotonic", lambda: now)
    list(importances(lively, ["the man"] * 60, pace=0.21))
    assert sizes[0] == 1 and sizes[1] == 2  # at most twice as large as the one before
    assert set(sizes[2:-1]) == {4} and sum(sizes) == 60


def test_the_pace_changes_no_value(lively: Bert) -> None:
    *_, slow = importances(lively, TEXTS, seed=SEED, pace=1e-9)
    *_, free = importances(lively, TEXTS, seed=SEED)
    np.testing.assert_allclose(slow.heads, free.heads, rtol=1e-4, atol=1e-7)
    assert (slow.done, slow.used) == (free.done, free.used)


def test_what_has_no_loss_does_not_count(lively: Bert, tokenizer: Tokenizer) -> None:
    (only,) = importances(lively, ["", "the man", "[MASK]"], seed=SEED)
    assert (only.done, only.used) == (3, 1)
    (nothing,) = importances(lively, ["", "[SEP]"])
    assert (nothing.done, nothing.used) == (2, 0) and np.isnan(nothing.heads).all()
    for empty in ([], ["", "[SEP]"]):
        with pytest.raises(TextError, match="nothing to measure importance on"):
            head_importance(lively, empty)


def test_a_blank_second_text_is_none(lively: Bert) -> None:
    np.testing.assert_array_equal(
        head_importance(lively, [("the man went", " ")]), head_importance(lively, ["the man went"])
    )


def less(lively: Bert, **heads: bool) -> Bert:
    module = BertModule(SMALL, **heads)
    module.load_state_dict(lively.module.state_dict(), strict=False)
    return Bert(module.requires_grad_(False).eval(), lively.tokenizer, source="less")


@pytest.mark.parametrize("part", ["mlm", "nsp"])
def test_a_model_with_one_head_uses_that(lively: Bert, model: Any, part: str) -> None:
    bert = less(lively, nsp=False, pooler=False) if part == "mlm" else less(lively, mlm=False)
    examples = TEXTS if part == "mlm" else [TEXTS[1], TEXTS[3], TEXTS[5]]
    expected = gradients(model, lively.tokenizer, examples, parts=(part,))
    np.testing.assert_allclose(
        head_importance(bert, examples, seed=SEED), expected.mean(0), rtol=1e-4, atol=1e-6
    )


def test_a_model_with_neither_is_refused_at_once(lively: Bert) -> None:
    with pytest.raises(TextError, match="neither a masked-word head nor"):
        importances(less(lively, mlm=False, nsp=False, pooler=False), TEXTS)
    with pytest.raises(TextError, match="nothing to measure importance on"):
        head_importance(less(lively, mlm=False), ["the man went"])


def test_texts_that_are_too_long_are_cut(lively: Bert) -> None:
    found = head_importance(lively, ["the man " * 100])
    assert np.isfinite(found).all() and found.any()


def test_under_inference_mode_and_nothing_is_left_behind(lively: Bert) -> None:
    plain = head_importance(lively, TEXTS, seed=SEED)
    with torch.inference_mode():
        found = head_importance(lively, TEXTS, seed=SEED)
        assert torch.is_inference_mode_enabled()
    np.testing.assert_array_equal(found, plain)
    assert all(p.grad is None and not p.requires_grad for p in lively.module.parameters())


def test_bfloat16(lively: Bert, rough: Bert) -> None:
    exact, found = (head_importance(bert, TEXTS, seed=SEED) for bert in (lively, rough))
    assert 0 < np.abs(found - exact).max() < 0.1 * exact.max()


def test_a_single_text_is_no_set_of_texts(lively: Bert) -> None:
    with pytest.raises(ValueError, match="several"):
        head_importance(lively, "the man")


def test_a_random_module_has_gradients_too(tokenizer: Tokenizer) -> None:
    bert = Bert(random_module(SMALL, 7), tokenizer, source="seven")
    assert (head_importance(bert, TEXTS) > 0).all()
