"""A model with a bias everywhere, `transformers` with the same weights, and changes to how they read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bert_core import Bert
from bert_core.tokenization import Tokenizer
from tests.bert_core.changed_reference import lively_bert, reference_model
from tests.bert_core.conftest import SMALL


@pytest.fixture(scope="session")
def lively(tokenizer: Tokenizer) -> Bert:
    return lively_bert(SMALL, tokenizer)


@pytest.fixture(scope="session")
def lively_folder(lively: Bert, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "lively"
    lively.save(folder)
    return folder


@pytest.fixture(scope="session")
def lively_reference(lively_folder: Path) -> Any:
    return reference_model(lively_folder)


@pytest.fixture(scope="session")
def rough(lively_folder: Path) -> Bert:
    """The same in bfloat16."""
    return Bert.load(lively_folder, device="cpu", dtype="bfloat16")
