"""A small vocabulary and small random models, shared by the tests of bert_core."""

from __future__ import annotations

import string
from dataclasses import replace
from pathlib import Path

import pytest

from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.tokenization import Tokenizer

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORDS = (
    *("the", "man", "went", "to", "store", "he", "bought", "a", "gallon", "of", "milk"),
    *("penguin", "are", "flight", "##less", "birds", "it", "was", "tired"),
)
VOCABULARY = (
    *SPECIALS,
    *WORDS,
    *(letter for letter in string.ascii_lowercase if letter not in WORDS),
    *(f"##{letter}" for letter in string.ascii_lowercase),
    *".,!?'",
    *"我爱北京天安门",
)

SMALL = BertConfig(
    vocab_size=len(VOCABULARY),
    hidden_size=48,
    num_hidden_layers=3,
    num_attention_heads=4,
    intermediate_size=96,
    max_position_embeddings=64,
    initializer_range=0.2,
)


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_vocabulary(VOCABULARY, lowercase=True, max_length=64)


@pytest.fixture(scope="session")
def bert(tokenizer: Tokenizer) -> Bert:
    return Bert.random(SMALL, tokenizer, seed=1)


@pytest.fixture(scope="session")
def saved(bert: Bert, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "small"
    bert.save(folder)
    return folder


@pytest.fixture
def small() -> BertConfig:
    return replace(SMALL)
