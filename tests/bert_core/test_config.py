"""config.json: read tolerantly, refused clearly, written so that nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bert_core.config import BertConfig
from bert_core.errors import CheckpointError


def test_the_defaults_are_bert_base_uncased() -> None:
    config = BertConfig()
    shape = (config.num_hidden_layers, config.hidden_size, config.num_attention_heads, config.vocab_size)
    assert shape == (12, 768, 12, 30522)
    assert config.head_size == 64


def test_what_a_file_says_comes_back_when_it_is_written() -> None:
    said = {"hidden_size": 128, "num_attention_heads": 2, "id2label": {"0": "no"}, "model_type": "bert"}
    config = BertConfig.from_dict(said)
    assert config.hidden_size == 128
    written = config.to_dict()
    assert {name: written[name] for name in said} == said
    assert BertConfig.from_dict(written) == config
    json.dumps(written)


def test_null_means_the_default() -> None:
    assert BertConfig.from_dict({"pad_token_id": None, "hidden_size": None}) == BertConfig()


def test_a_config_is_a_value_even_with_lists_in_it() -> None:
    one, two = BertConfig.from_dict({"a": [1]}), BertConfig.from_dict({"a": [2]})
    assert one == two and hash(one) == hash(two)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vocab_size", 0),
        ("hidden_size", -768),
        ("num_hidden_layers", 12.0),
        ("num_attention_heads", "12"),
        ("intermediate_size", True),
        ("max_position_embeddings", [512]),
        ("type_vocab_size", 0),
        ("layer_norm_eps", float("nan")),
        ("layer_norm_eps", "1e-12"),
        ("hidden_dropout_prob", 2),
        ("hidden_act", "swish"),
        ("hidden_act", {}),
        ("num_attention_heads", 7),
    ],
)
def test_impossible_values_are_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(CheckpointError, match=name if value != 7 else "does not divide into 7 heads"):
        BertConfig.from_dict({name: value})


@pytest.mark.parametrize(
    ("name", "activation"), [("gelu_python", "gelu"), ("gelu_pytorch_tanh", "gelu_new"), ("relu", "relu")]
)
def test_names_of_activations(name: str, activation: str) -> None:
    assert BertConfig(hidden_act=name).activation == activation


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (None, "missing"),
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"[1]", "JSON object"),
        (b'{"hidden_size": -1}', "hidden_size"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, word: str) -> None:
    path = tmp_path / "config.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CheckpointError, match=word) as caught:
        BertConfig.read(path)
    assert caught.value.where == str(path)


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(BertConfig(hidden_size=384).to_dict()), encoding="utf-8")
    assert BertConfig.read(tmp_path / "config.json").hidden_size == 384
