"""A model deep enough for the last four layers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bert_core import Bert
from bert_core.tokenization import Tokenizer
from tests.bert_core.conftest import SMALL


@pytest.fixture(scope="session")
def deep(tokenizer: Tokenizer) -> Bert:
    return Bert.random(replace(SMALL, num_hidden_layers=5), tokenizer, seed=2)
