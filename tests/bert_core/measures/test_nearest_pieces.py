"""The nearest pieces are those that a search through the whole table finds."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.measures.nearest_pieces import nearest_pieces
from bert_core.tokenization import Tokenizer

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"w{n}" for n in range(40)))


@pytest.fixture(scope="module")
def bert() -> Bert:
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=24,
        num_hidden_layers=1,
        num_attention_heads=3,
        intermediate_size=40,
        max_position_embeddings=16,
    )
    return Bert.random(config, Tokenizer.from_vocabulary(WORDS, lowercase=True, max_length=16), seed=1)


def table_of(bert: Bert) -> np.ndarray:
    return bert.module.embeddings.word_embeddings.weight.detach().numpy().astype(np.float64)


def test_they_are_those_of_a_plain_search(bert: Bert) -> None:
    table = table_of(bert)[: len(WORDS)]
    vector = np.random.default_rng(0).normal(size=24).astype(np.float32)
    lengths = np.linalg.norm(table, axis=1)
    cosines = np.divide(
        table @ vector, lengths * np.linalg.norm(vector), out=np.zeros(len(WORDS)), where=lengths > 0
    )
    order = np.argsort(-cosines, kind="stable")[:10]
    found = nearest_pieces(bert, vector)
    assert [id_ for _, id_, _ in found] == order.tolist()
    assert [text for text, _, _ in found] == [WORDS[n] for n in order]
    assert [cosine for _, _, cosine in found] == pytest.approx(cosines[order], abs=1e-6)


def test_a_piece_is_nearest_to_itself_unless_it_is_left_out(bert: Bert) -> None:
    own = table_of(bert)[9].astype(np.float32)
    (text, id_, cosine), *_ = nearest_pieces(bert, 3 * own)
    assert (text, id_) == (WORDS[9], 9) and cosine == pytest.approx(1.0, abs=1e-6)
    assert 9 not in {id_ for _, id_, _ in nearest_pieces(bert, own, len(WORDS), without=9)}


def test_as_many_as_are_wanted_and_there(bert: Bert) -> None:
    vector = np.ones(24, np.float32)
    assert len(nearest_pieces(bert, vector, 3)) == 3
    assert len(nearest_pieces(bert, vector, 1000)) == len(bert.vocabulary)
    assert nearest_pieces(bert, vector, 0) == ()
    assert [cosine for _, _, cosine in nearest_pieces(bert, np.zeros(24, np.float32), 2)] == [0.0, 0.0]
