"""Texts read in a batch, against a trace of each."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bert_core import Bert
from bert_core.interventions import NONE
from bert_core.measures import batched_reading
from bert_core.measures.batched_reading import BatchedReading, linear
from tests.bert_core.measures.changes import CHANGES, PAIR


def nothing() -> None:
    pass


@pytest.mark.parametrize("name", CHANGES)
@torch.inference_mode()
def test_every_text_of_a_batch_is_read_as_in_its_trace(lively: Bert, name: str) -> None:
    first = lively.trace(*PAIR, interventions=CHANGES[name])
    second = lively.trace(*PAIR, interventions=CHANGES[name], replaced={2: 9, 4: 12, 8: 7})
    segments = [token.segment for token in first.tokens]
    reading = BatchedReading(lively, segments, CHANGES[name], nothing)
    words = reading.words([[token.id for token in trace.tokens] for trace in (first, second)])
    everywhere = reading.hidden(words, range(reading.size)).numpy()
    for found, trace in zip(everywhere, (first, second), strict=True):
        np.testing.assert_allclose(found, trace.hidden_states[-1], atol=2e-5)
    assert np.abs(everywhere[0] - everywhere[1]).max() > 0.1
    np.testing.assert_allclose(reading.hidden(words, [5, 1]).numpy(), everywhere[:, [5, 1]], atol=1e-5)


def test_dropped_word_embeddings_get_no_gradient(lively: Bert) -> None:
    changes = CHANGES["dropped"]
    tokens = lively.tokenizer.encode(*PAIR).tokens
    reading = BatchedReading(lively, [token.segment for token in tokens], changes, nothing)
    words = reading.words([[token.id for token in tokens]]).requires_grad_()
    (gradient,) = torch.autograd.grad(reading.hidden(words, [4]).pow(2).sum(), words)
    untouched = {place for place in range(len(tokens)) if not gradient[0, place].any()}
    assert untouched == {0, 1, 2, 3, 5}  # the first four are not seen from the fifth on, read right to left


@torch.inference_mode()
def test_bfloat16_weights_are_multiplied_in_float32(lively: Bert, rough: Bert) -> None:
    part = rough.module.encoder.layers[0].intermediate
    x = torch.randn(3, 48, generator=torch.Generator().manual_seed(0))
    exact = x.double() @ part.weight.double().T + part.bias.double()
    assert part.weight.dtype == torch.bfloat16
    torch.testing.assert_close(linear(part, x).double(), exact, rtol=1e-5, atol=1e-5)
    assert (part(x).double() - exact).abs().max() > 1e-3
    tokens = lively.tokenizer.encode(*PAIR).tokens
    reading = BatchedReading(rough, [token.segment for token in tokens], NONE, nothing)
    found = reading.hidden(reading.words([[token.id for token in tokens]]), [4])
    assert found.dtype == torch.float32
    assert np.abs(found[0, 0].numpy() - lively.trace(*PAIR).hidden_states[-1, 4]).max() < 0.2


def test_it_asks_before_each_layer_there_and_back(lively: Bert) -> None:
    asked = []
    tokens = lively.tokenizer.encode(*PAIR).tokens
    reading = BatchedReading(lively, [token.segment for token in tokens], NONE, lambda: asked.append(True))
    words = reading.words([[token.id for token in tokens]]).requires_grad_()
    total = reading.hidden(words, [4]).sum()
    assert len(asked) == 3
    torch.autograd.grad(total, words)
    assert len(asked) == 6


def test_batches_fit(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = BatchedReading(lively, [0] * 16, NONE, nothing)
    assert reading.batch(1, gradients=True, logits=False) == 16  # 256 pieces at once
    monkeypatch.setattr(batched_reading, "BATCH_BYTES", 1_000_000)
    forth = reading.batch(1, gradients=False, logits=False)
    back = reading.batch(1, gradients=True, logits=False)
    assert 1 < back < forth <= 16 and back <= forth // 2
    monkeypatch.setattr(batched_reading, "BATCH_BYTES", 1)
    assert reading.batch(1, gradients=True, logits=True) == 1
