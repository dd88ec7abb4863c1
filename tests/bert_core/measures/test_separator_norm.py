"""The share of [SEP] by norm, against the vectors built one by one."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core import Bert, Interventions
from bert_core.config import BertConfig
from bert_core.measures.separator_norm import separator_norm_share
from bert_core.tokenization import Tokenizer

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "man", "went", "store"]
LAYERS, HEADS, WIDTH = 2, 3, 12


@pytest.fixture(scope="module")
def bert() -> Bert:
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=24,
        initializer_range=0.3,
    )
    return Bert.random(config, Tokenizer.from_vocabulary(WORDS, lowercase=True), seed=1)


def slowly(bert: Bert, trace, separators: list[int]) -> np.ndarray:
    """By the definition, every vector for itself."""
    found = np.zeros((LAYERS, HEADS))
    size, width = len(trace.tokens), WIDTH // HEADS
    for layer in range(LAYERS):
        attention = bert.module.encoder.layers[layer].attention
        weights = attention.query_key_value.weight.detach().numpy()[2 * WIDTH :]
        bias = attention.query_key_value.bias.detach().numpy()[2 * WIDTH :]
        output = attention.output.weight.detach().numpy()
        for head in range(HEADS):
            part = slice(head * width, (head + 1) * width)
            sums = np.zeros(size)
            for j in range(size):
                value = weights[part] @ trace.hidden_states[layer, j] + bias[part]
                brought = output[:, part] @ value
                for i in range(size):
                    sums[j] += np.linalg.norm(trace.attentions[layer, head, i, j] * brought)
            found[layer, head] = sums[separators].sum() / sums.sum()
    return found


@pytest.mark.parametrize(("text_b", "separators"), [(None, [4]), ("the store", [4, 7])])
def test_agrees_with_the_vectors_built_one_by_one(
    bert: Bert, text_b: str | None, separators: list[int]
) -> None:
    trace = bert.trace("the man [SEP]", text_b)  # a typed one is a piece like others
    found = separator_norm_share(bert, trace)
    assert found.shape == (LAYERS, HEADS) and found.dtype == np.float64
    np.testing.assert_allclose(found, slowly(bert, trace, separators), rtol=1e-5)


def test_a_head_that_brings_nothing_has_no_share(bert: Bert) -> None:
    trace = bert.trace("the man", interventions=Interventions(heads_off={(1, 2)}))
    found = separator_norm_share(bert, trace)
    assert np.argwhere(np.isnan(found)).tolist() == [[1, 2]]


def test_a_trace_of_another_model_is_refused(bert: Bert) -> None:
    trace = bert.trace("the man")
    other = Bert.random(bert.config, bert.tokenizer, seed=2)
    with pytest.raises(ValueError, match="random-1"):
        separator_norm_share(other, trace)
