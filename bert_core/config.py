"""The shape of a BERT, read from and written to Hugging Face's config.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from bert_core.errors import CheckpointError
from bert_core.frozen import FrozenMap

ACTIVATIONS = {
    "gelu": "gelu",
    "gelu_python": "gelu",
    "gelu_new": "gelu_new",
    "gelu_pytorch_tanh": "gelu_new",
    "gelu_fast": "gelu_new",
    "relu": "relu",
}
"""Names found in checkpoints -> the three functions BERT is used with (exact, tanh approximation, ReLU)."""


@dataclass(frozen=True)
class BertConfig:
    """The numbers that fix a BERT's shape, under Hugging Face's names; defaults are BERT-base uncased.

    `extra` keeps what else the file said (label names and the like), so that saving loses nothing.
    Raises CheckpointError for a value no BERT can have.
    """

    vocab_size: int = 30522
    hidden_size: int = 768
    num_hidden_layers: int = 12
    num_attention_heads: int = 12
    intermediate_size: int = 3072
    hidden_act: str = "gelu"
    hidden_dropout_prob: float = 0.1
    attention_probs_dropout_prob: float = 0.1
    max_position_embeddings: int = 512
    type_vocab_size: int = 2
    initializer_range: float = 0.02
    layer_norm_eps: float = 1e-12
    pad_token_id: int = 0
    extra: Mapping[str, Any] = field(default_factory=FrozenMap, compare=False, repr=False)

    def __post_init__(self) -> None:
        whole = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
        for name in (*whole, "max_position_embeddings", "type_vocab_size"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise CheckpointError(f"{name} must be a whole number of at least 1, not {value!r}.")
        shares = (
            "hidden_dropout_prob",
            "attention_probs_dropout_prob",
            "initializer_range",
            "layer_norm_eps",
        )
        for name in shares:
            value = getattr(self, name)
            if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
                raise CheckpointError(f"{name} must be a number from 0 to 1, not {value!r}.")
        if not isinstance(self.hidden_act, str) or self.hidden_act not in ACTIVATIONS:
            known = ", ".join(sorted(ACTIVATIONS))
            raise CheckpointError(f"hidden_act {self.hidden_act!r} is not one of {known}.")
        if self.hidden_size % self.num_attention_heads:
            raise CheckpointError(
                f"hidden_size {self.hidden_size} does not divide into {self.num_attention_heads} heads."
            )

    @property
    def head_size(self) -> int:
        """Width of one head's query, key and value."""
        return self.hidden_size // self.num_attention_heads

    @property
    def activation(self) -> str:
        """ "gelu", "gelu_new" or "relu"."""
        return ACTIVATIONS[self.hidden_act]

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> BertConfig:
        """From the contents of a config.json (or Google's bert_config.json)."""
        known = {f.name for f in fields(cls)} - {"extra"}
        given = {name: value for name, value in values.items() if name in known and value is not None}
        return cls(**given, extra={k: v for k, v in values.items() if k not in known})

    @classmethod
    def read(cls, path: Path) -> BertConfig:
        """Read a config.json. Raises CheckpointError naming the file when it is missing or malformed."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise CheckpointError(
                "The file is missing.",
                where=path,
                remedy="Choose a folder that holds config.json and weights.",
            ) from None
        except OSError as error:
            raise CheckpointError(f"The file cannot be read: {error.strerror}.", where=path) from error
        except (ValueError, RecursionError) as error:
            raise CheckpointError(f"The file is not valid JSON: {error}", where=path) from error
        if not isinstance(values, dict):
            raise CheckpointError("The file does not hold a JSON object.", where=path)
        try:
            return cls.from_dict(values)
        except CheckpointError as error:
            raise CheckpointError(error.what, where=path, remedy=error.remedy) from None

    def to_dict(self) -> dict[str, Any]:
        """What config.json holds; `transformers` reads it unchanged."""
        values = asdict(self)
        extra = dict(values.pop("extra"))
        return {**extra, **values, "model_type": "bert"}
