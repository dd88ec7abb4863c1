"""From tensors to a module and back: every name found, nothing copied that need not be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from bert_core import Bert
from bert_core.checkpoints import read_checkpoint
from bert_core.checkpoints.assemble import build_module, canonical_name, canonical_tensors, random_module
from bert_core.checkpoints.folder import Checkpoint
from bert_core.checkpoints.names import expected_shapes
from bert_core.config import BertConfig
from bert_core.model.bert import BertModule
from bert_core.tokenization import Tokenizer

CPU = torch.device("cpu")
HEADS = ("pooler", "mlm", "nsp")


@pytest.fixture(scope="module")
def config() -> BertConfig:
    return BertConfig(
        vocab_size=200,
        hidden_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=96,
        max_position_embeddings=64,
    )


@pytest.fixture
def checkpoint(config: BertConfig, tmp_path: Path) -> Checkpoint:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"]
    Bert.random(config, Tokenizer.from_vocabulary(words, lowercase=True)).save(tmp_path / "model")
    return read_checkpoint(tmp_path / "model")


@pytest.mark.parametrize("tied", [True, False])
def test_the_names_are_those_of_the_table(config: BertConfig, tied: bool) -> None:
    module = BertModule(config, tied=tied)
    shapes = {name: tuple(tensor.shape) for name, tensor in canonical_tensors(module).items()}
    assert shapes == expected_shapes(config, HEADS if tied else (*HEADS, "decoder"))


def test_a_name(config: BertConfig) -> None:
    assert (
        canonical_name("encoder.layers.11.output_norm.weight") == "encoder.layer.11.output.LayerNorm.weight"
    )
    assert canonical_name("mlm.decoder") == "cls.predictions.decoder.weight"
    assert canonical_name("embeddings.LayerNorm.bias") == "embeddings.LayerNorm.bias"


def test_what_needs_no_change_stays_the_mapped_file(checkpoint: Checkpoint) -> None:
    module = build_module(checkpoint, CPU, torch.float32)
    fused = 0
    for name, parameter in module.named_parameters():
        if ".query_key_value." in name:
            fused += 1
        else:
            stored = checkpoint.tensors[canonical_name(name)]
            assert parameter.data_ptr() == stored.data_ptr(), name
    assert fused == 2 * checkpoint.config.num_hidden_layers


def test_query_key_and_value_are_one_on_top_of_the_other(checkpoint: Checkpoint) -> None:
    module = build_module(checkpoint, CPU, torch.float32)
    weight = dict(module.named_parameters())["encoder.layers.1.attention.query_key_value.weight"]
    parts = [
        checkpoint.tensors[f"encoder.layer.1.attention.self.{part}.weight"]
        for part in ("query", "key", "value")
    ]
    assert torch.equal(weight, torch.cat(parts))


def test_there_and_back_nothing_is_lost(checkpoint: Checkpoint) -> None:
    back = canonical_tensors(build_module(checkpoint, CPU, torch.float32))
    assert back.keys() == checkpoint.tensors.keys()
    assert all(torch.equal(tensor, checkpoint.tensors[name]) for name, tensor in back.items())


def test_only_linear_layers_take_the_precision(checkpoint: Checkpoint) -> None:
    module = build_module(checkpoint, CPU, torch.bfloat16)
    for name, parameter in module.named_parameters():
        linear = name.startswith(("encoder.layers", "pooler", "mlm.transform", "nsp")) and "norm" not in name
        assert parameter.dtype == (torch.bfloat16 if linear else torch.float32), name


def test_the_module_is_ready_to_be_looked_at(checkpoint: Checkpoint) -> None:
    module = build_module(checkpoint, CPU, torch.float32)
    assert not module.training
    assert not any(part.training for part in module.modules())
    assert not any(parameter.requires_grad or parameter.is_meta for parameter in module.parameters())


@pytest.mark.parametrize(
    ("gone", "there"),
    [
        ("cls.predictions.", {"pooler": True, "mlm": False, "nsp": True}),
        ("cls.seq_relationship.", {"pooler": True, "mlm": True, "nsp": False}),
        ("cls.", {"pooler": True, "mlm": False, "nsp": False}),
        (("cls.", "pooler."), {"pooler": False, "mlm": False, "nsp": False}),
    ],
)
def test_heads_that_the_file_lacks_are_none(
    checkpoint: Checkpoint, gone: str | tuple[str, ...], there: dict[str, bool]
) -> None:
    left: dict[str, Tensor] = {n: t for n, t in checkpoint.tensors.items() if not n.startswith(gone)}
    module = build_module(replace(checkpoint, tensors=left), CPU, torch.float32)
    assert {head: getattr(module, head) is not None for head in there} == there


def test_an_untied_decoder_is_used(checkpoint: Checkpoint) -> None:
    decoder = torch.randn_like(checkpoint.tensors["embeddings.word_embeddings.weight"])
    tensors = {**checkpoint.tensors, "cls.predictions.decoder.weight": decoder}
    module = build_module(replace(checkpoint, tensors=tensors), CPU, torch.float32)
    assert module.mlm is not None and module.mlm.decoder is not None
    assert torch.equal(module.mlm.decoder, decoder)
    assert torch.equal(canonical_tensors(module)["cls.predictions.decoder.weight"], decoder)


def test_progress_reaches_the_end(checkpoint: Checkpoint) -> None:
    shares: list[float] = []
    build_module(checkpoint, CPU, torch.float32, lambda step, share: shares.append(share))
    assert shares == sorted(shares) and shares[-1] == 1.0


def test_random_weights_are_the_same_for_the_same_seed(config: BertConfig) -> None:
    one, same, other = (random_module(config, seed) for seed in (1, 1, 2))
    word = "embeddings.word_embeddings.weight"
    assert torch.equal(canonical_tensors(one)[word], canonical_tensors(same)[word])
    assert not torch.equal(canonical_tensors(one)[word], canonical_tensors(other)[word])
