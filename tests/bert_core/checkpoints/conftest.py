"""A tiny BERT on disk, and ways to change one thing in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from bert_core.checkpoints import write_folder
from bert_core.checkpoints.names import expected_shapes
from bert_core.config import BertConfig
from bert_core.tokenization import Tokenizer

CONFIG = BertConfig(
    vocab_size=11,
    hidden_size=8,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=16,
    max_position_embeddings=16,
)
PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "sat", "##s")


@pytest.fixture
def config() -> BertConfig:
    return CONFIG


@pytest.fixture
def tokenizer() -> Tokenizer:
    return Tokenizer.from_vocabulary(PIECES, lowercase=True, max_length=16)


@pytest.fixture
def tensors() -> dict[str, Tensor]:
    return random_tensors(CONFIG, ("pooler", "mlm", "nsp"))


def random_tensors(config: BertConfig, heads: tuple[str, ...]) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(1)
    return {
        name: torch.randn(shape, generator=generator)
        for name, shape in expected_shapes(config, heads).items()
    }


@pytest.fixture
def folder(tmp_path: Path, config: BertConfig, tokenizer: Tokenizer, tensors: dict[str, Tensor]) -> Path:
    """A whole checkpoint: all heads, model.safetensors."""
    path = tmp_path / "tiny"
    write_folder(path, config, tokenizer, tensors)
    return path


@pytest.fixture
def edit_config(folder: Path) -> Callable[..., None]:
    """Set values in the folder's config.json; None takes one out."""

    def edit(**changes: Any) -> None:
        path = folder / "config.json"
        values = json.loads(path.read_text()) | changes
        path.write_text(json.dumps({name: value for name, value in values.items() if value is not None}))

    return edit


@pytest.fixture
def edit_weights(folder: Path) -> Callable[[Callable[[dict[str, Tensor]], None]], None]:
    """Change the table of tensors, under the names in the file, and save it again."""

    def edit(change: Callable[[dict[str, Tensor]], None]) -> None:
        path = folder / "model.safetensors"
        table = {name: tensor.clone() for name, tensor in load_file(path).items()}
        change(table)
        save_file(table, path, metadata={"format": "pt"})

    return edit
