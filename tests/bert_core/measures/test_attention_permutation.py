"""The permutation test, against `transformers` run once for every draw with weights permuted by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from bert_core import Bert, Interventions, Trace
from bert_core.checkpoints.assemble import random_module
from bert_core.errors import Cancelled, TextError
from bert_core.measures import attention_permutation
from bert_core.measures.attention_permutation import permutation_test
from bert_core.model.bert import BertModule
from bert_core.tokenization import Tokenizer
from tests.bert_core.changed_reference import allowed_keys, changed_reference
from tests.bert_core.conftest import SMALL
from tests.bert_core.measures.changes import CHANGES, PAIR

UNMASKED = ("the man went to the store", "he bought a gallon of milk")


def reference(model: Any, trace: Trace, layer: int, head: int, draws: int, seed: int) -> float:
    """Each row's weights, at the keys that it may attend to, in the order of its random numbers."""
    changes, size = trace.scene.interventions, len(trace.tokens)
    allowed, random = allowed_keys(size, changes), np.random.default_rng(seed)
    before, distances = changed_reference(model, trace.tokens, changes), []
    for _ in range(draws):
        numbers = random.random((size, size))

        def edit(at_layer: int, at_head: int, weights: np.ndarray, numbers=numbers) -> np.ndarray | None:
            if (at_layer, at_head) != (layer, head):
                return None
            permuted = np.zeros_like(weights)
            for row in range(size):
                keys = np.flatnonzero(allowed[row]).tolist()
                for place, source in zip(keys, sorted(keys, key=lambda k: numbers[row, k]), strict=True):
                    permuted[row, place] = weights[row, source]
            return permuted

        after = changed_reference(model, trace.tokens, changes, edit)
        if trace.masked:
            p, q = (torch.tensor(run.mlm[list(trace.masked)]).double().softmax(-1) for run in (before, after))
        else:
            p, q = (torch.tensor([run.nsp]) for run in (before, after))
        distances.append(float((p - q).abs().sum(-1).mean() / 2))
    return sorted(distances)[draws // 2]


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize(("layer", "head"), [(0, 2), (1, 1), (2, 1)])
def test_equal_to_transformers_with_permuted_weights(
    lively: Bert, lively_reference: Any, name: str, layer: int, head: int
) -> None:
    trace = lively.trace(*PAIR, interventions=CHANGES[name])
    found = permutation_test(lively, trace, layer, head, draws=5, seed=3)
    expected = reference(lively_reference, trace, layer, head, 5, 3)
    assert found == pytest.approx(expected, abs=1e-5)
    assert 1e-3 < found < 1


@pytest.mark.parametrize("layer", [0, 2])
def test_without_a_mask_the_next_sentence_counts(lively: Bert, lively_reference: Any, layer: int) -> None:
    trace = lively.trace(*UNMASKED)
    found = permutation_test(lively, trace, layer, 0, draws=5)
    assert found == pytest.approx(reference(lively_reference, trace, layer, 0, 5, 0), abs=1e-6)
    assert found > 1e-5


def test_an_encoding_is_the_trace_without_interventions(lively: Bert) -> None:
    encoding = lively.tokenizer.encode(*PAIR)
    trace = lively.trace(*PAIR)
    assert permutation_test(lively, encoding, 1, 2) == permutation_test(lively, trace, 1, 2)


def test_pieces_that_the_scene_replaces_are_read(lively: Bert) -> None:
    typed = lively.trace(*PAIR)
    put = lively.trace(
        PAIR[0].replace("[MASK]", "the"), PAIR[1], replaced={5: lively.tokenizer.mask_id, 12: 7}
    )
    again = replace(put, tokens=typed.tokens)
    assert put.masked == (5,) and typed.masked != put.masked
    assert permutation_test(lively, again, 0, 1) == permutation_test(lively, typed, 0, 1)
    assert permutation_test(lively, put, 0, 1) != permutation_test(lively, typed, 0, 1)


def test_the_same_however_draws_are_batched(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = lively.trace(*PAIR)
    together = permutation_test(lively, trace, 0, 1)
    monkeypatch.setattr(attention_permutation, "_BATCH_NUMBERS", 200_000)
    some = permutation_test(lively, trace, 0, 1)
    monkeypatch.setattr(attention_permutation, "_BATCH_NUMBERS", 1)
    alone = permutation_test(lively, trace, 0, 1)
    assert together == pytest.approx(some, abs=1e-6) == pytest.approx(alone, abs=1e-6)


def test_a_seed_gives_the_same_again(lively: Bert) -> None:
    encoding = lively.tokenizer.encode(*PAIR)
    first, again, other = (permutation_test(lively, encoding, 0, 1, seed=seed) for seed in (4, 4, 5))
    assert first == again != other
    assert first == pytest.approx(other, rel=0.2)  # 100 draws each


@pytest.mark.parametrize("kind", ["zero", "uniform"])
def test_a_head_that_is_off_does_not_matter(lively: Bert, kind: Any) -> None:
    changes = Interventions(heads_off={(1, 2)}, head_off=kind)
    trace = lively.trace(*PAIR, interventions=changes)
    assert permutation_test(lively, trace, 1, 2) == 0
    assert permutation_test(lively, trace, 1, 1) > 0


def test_even_rows_have_nothing_to_permute(lively: Bert) -> None:
    even = Bert(BertModule(SMALL), lively.tokenizer, source="even")
    even.module.load_state_dict(lively.module.state_dict())
    even.module.requires_grad_(False).eval()
    query = even.module.encoder.layers[1].attention.query_key_value
    query.weight[12:24], query.bias[12:24] = 0.0, 0.0
    trace = even.trace(*PAIR)
    np.testing.assert_allclose(trace.attentions[1, 1], 1 / 15, rtol=1e-5)
    assert permutation_test(even, trace, 1, 1) == pytest.approx(0, abs=1e-6)
    assert permutation_test(even, trace, 1, 0) > 1e-3


def test_every_order_of_the_allowed_keys_is_as_likely() -> None:
    weights = np.array([[0.5, 0.0, 0.3, 0.2]] * 3 + [[0.0, 0.0, 0.0, 1.0]])
    allowed = np.array([[True, False, True, True]] * 3 + [[False, False, False, True]])
    random, counts = np.random.default_rng(0), dict[tuple[float, ...], int]()
    for _ in range(600):
        permuted = attention_permutation._permuted(weights, allowed, random)
        assert not permuted[:3, 1].any()
        assert (permuted[3] == weights[3]).all()
        for row in permuted[:3]:
            key = tuple(row[[0, 2, 3]].tolist())
            counts[key] = counts.get(key, 0) + 1
    assert len(counts) == 6 and all(sorted(key) == [0.2, 0.3, 0.5] for key in counts)
    assert all(240 < count < 360 for count in counts.values())  # 300, give or take four deviations


def test_it_can_be_called_off(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention_permutation, "_BATCH_NUMBERS", 1)
    asked = []

    def check() -> None:
        asked.append(True)
        if len(asked) == 20:
            raise Cancelled

    with pytest.raises(Cancelled):
        permutation_test(lively, lively.tokenizer.encode(*PAIR), 0, 0, check=check)
    assert len(asked) == 20


def test_bfloat16_and_inference_mode(lively: Bert, rough: Bert) -> None:
    encoding = lively.tokenizer.encode(*PAIR)
    with torch.inference_mode():
        found, exact = permutation_test(rough, encoding, 0, 1), permutation_test(lively, encoding, 0, 1)
    assert isinstance(found, float)
    assert found == pytest.approx(exact, abs=0.05) and found != exact


def without_heads(tokenizer: Tokenizer, **heads: bool) -> Bert:
    module = BertModule(SMALL, **heads)
    module.load_state_dict(random_module(SMALL, 1).state_dict(), strict=False)
    return Bert(module.requires_grad_(False).eval(), tokenizer, source="less")


def test_what_the_model_cannot_predict_is_told(tokenizer: Tokenizer) -> None:
    encodings = tokenizer.encode(*PAIR), tokenizer.encode(*UNMASKED)
    neither = without_heads(tokenizer, mlm=False, nsp=False, pooler=False)
    for encoding in encodings:
        with pytest.raises(TextError, match="neither a masked-word head nor"):
            permutation_test(neither, encoding, 0, 0)
    words_only = without_heads(tokenizer, nsp=False)
    assert permutation_test(words_only, encodings[0], 0, 0, draws=2) > 0
    with pytest.raises(TextError, match="no piece is masked"):
        permutation_test(words_only, encodings[1], 0, 0)
    pairs_only = without_heads(tokenizer, mlm=False)
    assert permutation_test(pairs_only, encodings[0], 0, 0, draws=2) > 0


def test_nonsense_is_refused(lively: Bert, rough: Bert) -> None:
    encoding = lively.tokenizer.encode(*PAIR)
    for layer, head, draws, word in (
        (3, 0, 1, "layer 3"),
        (0, 4, 1, "head 4"),
        (0, -1, 1, "head -1"),
        (0, 0, 0, "0 draws"),
    ):
        with pytest.raises(ValueError, match=word):
            permutation_test(lively, encoding, layer, head, draws=draws)
    with pytest.raises(ValueError, match="the trace is of"):
        permutation_test(rough, lively.trace(*PAIR), 0, 0)
