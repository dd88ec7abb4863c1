"""Each question about the arithmetic gets its answer from a real model, and may be called off before."""

from __future__ import annotations

import numpy as np
import pytest

from app.answerers.calculation import ANSWERERS
from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.errors import Cancelled
from bert_core.queries import Query
from bert_core.queries_calculation import (
    HeadCalculation,
    HeadSteps,
    LayerCalculation,
    LayerMixing,
    LayerSteps,
)
from bert_core.tokenization import Tokenizer
from bert_core.trace import Trace

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "man", "went")


@pytest.fixture(scope="module")
def bert() -> Bert:
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=40,
        max_position_embeddings=16,
    )
    return Bert.random(config, Tokenizer.from_vocabulary(WORDS, lowercase=True, max_length=16), seed=1)


@pytest.fixture(scope="module")
def trace(bert: Bert) -> Trace:
    return bert.trace("the man", "went")


def ask(bert: Bert, trace: Trace, query: Query) -> object:
    return ANSWERERS[type(query)](bert, trace, query, lambda: None)


def test_a_head(bert: Bert, trace: Trace) -> None:
    found = ask(bert, trace, HeadSteps(1, 2))
    assert isinstance(found, HeadCalculation) and (found.layer, found.head) == (1, 2)
    np.testing.assert_allclose(found.attention, trace.attentions[1, 2], atol=1e-6)


def test_a_layer(bert: Bert, trace: Trace) -> None:
    found = ask(bert, trace, LayerSteps(1, 3))
    assert isinstance(found, LayerCalculation) and (found.layer, found.position) == (1, 3)
    np.testing.assert_allclose(found.output_norm.output, trace.hidden_states[2, 3], atol=1e-5)


def test_the_mixing_ratios(bert: Bert, trace: Trace) -> None:
    found = ask(bert, trace, LayerMixing(0))
    assert isinstance(found, np.ndarray) and found.shape == (len(trace.tokens),)
    assert not found.flags.writeable and ((found > 0) & (found < 1)).all()


@pytest.mark.parametrize("query", [HeadSteps(0, 0), LayerSteps(0, 0), LayerMixing(0)])
def test_what_is_overtaken_is_not_begun(bert: Bert, trace: Trace, query: Query) -> None:
    def overtaken() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        ANSWERERS[type(query)](bert, trace, query, overtaken)


def test_equal_questions_are_one() -> None:
    assert len({HeadSteps(1, 2), HeadSteps(1, 2), HeadSteps(2, 1), LayerSteps(1, 2)}) == 3
