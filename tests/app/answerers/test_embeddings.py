"""What is said of the embedding tables is what stands in the checkpoint's file, read directly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from app.answerers.embeddings import ANSWERERS
from app.answers import ANSWERERS as ALL
from bert_core import Bert, Interventions
from bert_core.config import BertConfig
from bert_core.errors import Cancelled
from bert_core.measures.embedding_tables import term_shares
from bert_core.queries_embeddings import EmbeddingTables, Tables
from bert_core.tokenization import Tokenizer

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "man", "went")


def saved(folder: Path, segments: int) -> Bert:
    config = BertConfig(
        vocab_size=len(WORDS) + 1,
        hidden_size=24,
        num_hidden_layers=1,
        num_attention_heads=3,
        intermediate_size=40,
        max_position_embeddings=20,
        type_vocab_size=segments,
    )
    Bert.random(config, Tokenizer.from_vocabulary(WORDS, lowercase=True, max_length=16), seed=1).save(folder)
    return Bert.load(folder, device="cpu")


def answer(bert: Bert) -> Tables:
    query = EmbeddingTables()
    found = ALL[type(query)](bert, bert.trace("the man"), query, lambda: None)
    assert isinstance(found, Tables)
    return found


@pytest.mark.parametrize("segments", [1, 2, 3])
def test_tables_are_those_of_the_file(tmp_path: Path, segments: int) -> None:
    found = answer(saved(tmp_path, segments))
    (file,) = tmp_path.glob("*.safetensors")
    tensors = load_file(file)

    def table(name: str) -> np.ndarray:
        (key,) = [key for key in tensors if key.endswith(f"embeddings.{name}_embeddings.weight")]
        return tensors[key].astype(np.float64)

    position, segment, word = table("position"), table("token_type"), table("word")
    assert position.shape == (20, 24) and segment.shape == (segments, 24) and word.shape == (9, 24)
    np.testing.assert_array_equal(found.position, position)
    np.testing.assert_array_equal(found.segment, segment)
    norms = np.linalg.norm(position, axis=1)
    np.testing.assert_allclose(found.position_norms, norms, rtol=1e-6)
    np.testing.assert_allclose(found.segment_norms, np.linalg.norm(segment, axis=1), rtol=1e-6)
    np.testing.assert_allclose(found.token_norms, np.linalg.norm(word, axis=1), rtol=1e-6)
    np.testing.assert_allclose(found.alike, position @ position.T / np.outer(norms, norms), atol=1e-6)
    assert found.vocabulary == (*WORDS, "[unnamed-8]")
    assert found.initial == pytest.approx(0.02 * 24**0.5) and found.untrained_from == 0
    arrays = (
        found.position,
        found.segment,
        found.position_norms,
        found.segment_norms,
        found.token_norms,
        found.alike,
    )
    assert all(array.dtype == np.float32 and not array.flags.writeable for array in arrays)


def test_what_is_told_is_not_the_models_own_memory(tmp_path: Path) -> None:
    bert = saved(tmp_path, 2)
    found = answer(bert)
    before = found.position.copy()
    bert.module.embeddings.position_embeddings.weight.data += 1
    np.testing.assert_array_equal(found.position, before)


def test_the_shares_of_a_text_are_those_of_the_file_with_what_is_left_out(tmp_path: Path) -> None:
    bert = saved(tmp_path, 2)
    trace = bert.trace("the man", "went", Interventions(dropped={"position": "all", "segment": {1}}))
    (file,) = tmp_path.glob("*.safetensors")
    tensors = {name.removeprefix("bert.embeddings."): values for name, values in load_file(file).items()}
    shares = term_shares(trace.embeddings)
    for place, piece in enumerate(trace.tokens):
        token = np.linalg.norm(tensors["word_embeddings.weight"][piece.id].astype(np.float64))
        segment = np.linalg.norm(tensors["token_type_embeddings.weight"][piece.segment].astype(np.float64))
        segment = np.float64(0) if place == 1 else segment
        np.testing.assert_allclose(
            shares.by_norm[:, place], np.array([token, segment, 0]) / (token + segment), rtol=1e-5
        )


def test_what_is_overtaken_is_not_begun(tmp_path: Path) -> None:
    bert = saved(tmp_path, 2)

    def overtaken() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        ANSWERERS[EmbeddingTables](bert, bert.trace("the"), EmbeddingTables(), overtaken)


def test_it_is_about_the_model_whatever_the_text() -> None:
    assert EmbeddingTables.about_model and EmbeddingTables() == EmbeddingTables()
