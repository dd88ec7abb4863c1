"""Each question about a piece gets what the measures say of it, and what all pieces need is worked out once."""

from __future__ import annotations

import gc
from collections.abc import Generator
from dataclasses import replace

import numpy as np
import pytest

from app.answerers import flow as answerers
from app.answerers.flow import ANSWERERS, Trails
from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.errors import BertError, Cancelled
from bert_core.measures.attention_flow import flow
from bert_core.measures.attention_rollout import rollout
from bert_core.measures.norm_weighted_attention import norm_weighted
from bert_core.queries import Progress, Query
from bert_core.queries_flow import MOST_PIECES, FlowRows, RolloutRows, WeighedRows
from bert_core.tokenization import Tokenizer
from bert_core.trace import Trace

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "man", "went")
PIECE = 2


@pytest.fixture(scope="module")
def bert() -> Bert:
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=24,
        num_hidden_layers=3,
        num_attention_heads=3,
        intermediate_size=40,
        max_position_embeddings=16,
    )
    return Bert.random(config, Tokenizer.from_vocabulary(WORDS, lowercase=True, max_length=16), seed=1)


@pytest.fixture(scope="module")
def trace(bert: Bert) -> Trace:
    return bert.trace("the man", "went")


def steps_of(bert: Bert, trace: Trace, query: Query) -> tuple[list[Progress | None], object]:
    found = ANSWERERS[type(query)](bert, trace, query, lambda: None)
    steps: list[Progress | None] = []
    if not isinstance(found, Generator):
        return steps, found
    while True:
        try:
            steps.append(next(found))
        except StopIteration as end:
            return steps, end.value


def test_rollout(bert: Bert, trace: Trace) -> None:
    _, rows = steps_of(bert, trace, RolloutRows(PIECE))
    np.testing.assert_allclose(rows, rollout(trace.attentions)[:, PIECE], atol=1e-6)


def test_norm_weighted(bert: Bert, trace: Trace) -> None:
    expected = norm_weighted(bert, trace).layers
    steps, rows = steps_of(bert, replace(trace), WeighedRows(PIECE))
    assert len(steps) == 3, "others have their turn after each layer"
    np.testing.assert_allclose(rows, expected[:, PIECE], rtol=1e-4)


def test_flow_tells_what_it_knows_by_now(bert: Bert, trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answerers, "TELL_AFTER", -1.0)
    steps, rows = steps_of(bert, trace, FlowRows(PIECE))
    expected = np.stack([flow(trace.attentions, layer)[PIECE] for layer in range(3)])
    np.testing.assert_allclose(rows, expected, atol=1e-6)
    size = len(trace.tokens)
    assert len(steps) == 3 * size, "others have their turn after each maximum flow"
    halfway, last = steps[2 * size], steps[-1]
    assert halfway is not None and last is not None
    assert last.done == last.total == 6 * size
    assert isinstance(rows, np.ndarray) and isinstance(halfway.value, np.ndarray)
    np.testing.assert_array_equal(halfway.value[:2], rows[:2])
    assert np.isnan(halfway.value[2]).all() and not halfway.value.flags.writeable


def test_flow_of_a_long_text_is_refused(bert: Bert, trace: Trace) -> None:
    size = MOST_PIECES + 1
    long = replace(trace, attentions=np.full((1, 1, size, size), 1 / size, np.float32))
    with pytest.raises(BertError, match=f"{size} pieces takes too long. Shorten the text to {MOST_PIECES}"):
        steps_of(bert, long, FlowRows(0))


def test_what_all_pieces_need_is_worked_out_once_and_goes_with_the_trace(bert: Bert) -> None:
    trails, trace = Trails(), bert.trace("the man")
    first = trails.rollout(bert, trace, RolloutRows(0), lambda: None)
    means = trails._means[trace]
    second = trails.rollout(bert, trace, RolloutRows(1), lambda: None)
    assert trails._means[trace] is means and not np.array_equal(first, second)
    for position in (0, 1):
        list(trails.weighed(bert, trace, WeighedRows(position), lambda: None))
    assert len(trails._products[trace]) == 3
    assert not list(trails.weighed(bert, trace, WeighedRows(2), lambda: None)), "all is there: in one step"
    del trace
    gc.collect()
    assert not trails._means and not trails._products


def test_what_is_overtaken_is_not_begun(bert: Bert, trace: Trace) -> None:
    def overtaken() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        ANSWERERS[RolloutRows](bert, trace, RolloutRows(0), overtaken)
