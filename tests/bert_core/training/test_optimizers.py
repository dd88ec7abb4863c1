from __future__ import annotations

import pytest
import torch

from bert_core.config import BertConfig
from bert_core.model.bert import BertModule
from bert_core.training import optimizers
from bert_core.training.settings import OptimizerRecipe


@pytest.fixture
def module():
    config = BertConfig(
        vocab_size=20,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=8,
    )
    return BertModule(config).initialise(0)


def groups(module, recipe):
    """group's name -> (names of parameters, the group)"""
    names = {parameter: name for name, parameter in module.named_parameters()}
    return {
        group["name"]: ([names[p] for p in group["params"]], group)
        for optimizer in optimizers.build(module, recipe)
        for group in optimizer.param_groups
    }


def give_gradients(module, seed):
    generator = torch.Generator().manual_seed(seed)
    for parameter in module.parameters():
        parameter.grad = torch.randn(parameter.shape, generator=generator)


def test_every_parameter_has_one_place(module):
    for name in ("adamw", "muon"):
        found = groups(module, OptimizerRecipe(name=name))
        placed = [parameter for members, _ in found.values() for parameter in members]
        assert sorted(placed) == sorted(name for name, _ in module.named_parameters())


def test_no_decay_on_biases_norms_positions_and_segments(module):
    found = groups(module, OptimizerRecipe(weight_decay=0.1, learning_rate=1e-3, position_rate=0.5))
    decayed, group = found["decayed"]
    assert group["weight_decay"] == 0.1
    assert "embeddings.word_embeddings.weight" in decayed and "encoder.layers.1.output.weight" in decayed
    assert not [
        name for name in decayed if "bias" in name or "Norm" in name or "_norm" in name or "type" in name
    ]
    plain, group = found["plain"]
    assert group["weight_decay"] == 0 and "embeddings.token_type_embeddings.weight" in plain
    positions, group = found["positions"]
    assert positions == ["embeddings.position_embeddings.weight"]
    assert group["weight_decay"] == 0 and group["peak"] == 5e-4


def test_muon_has_the_matrices_of_the_encoder(module):
    recipe = OptimizerRecipe(name="muon", by_heads=True, query_key_rate=0.5, growth=2.0, matrix_rate=0.01)
    found = groups(module, recipe)
    matrices = [
        n
        for n, p in module.named_parameters()
        if n.startswith("encoder.layers.") and n.endswith("weight") and p.ndim == 2
    ]
    taken = [found[name][0] for name in ("query_key_value", "attention_output", "feed_forward")]
    assert sorted(name for members in taken for name in members) == sorted(matrices)
    joint = found["query_key_value"][1]
    assert (joint["rates"], joint["heads"], joint["growth"], joint["peak"]) == ((0.5, 0.5, 1.0), 2, 2.0, 0.01)
    output = found["attention_output"][1]
    assert (output["heads"], output["cut"]) == (2, "columns")
    assert found["feed_forward"][1]["heads"] == 1


def test_rates_follow_the_factor(module):
    built = optimizers.build(module, OptimizerRecipe(name="muon", learning_rate=1e-3, matrix_rate=1e-2))
    optimizers.set_rates(built, 0.5)
    assert {group["lr"] for o in built for group in o.param_groups} == {5e-4, 5e-3}


@pytest.mark.parametrize("name", ["adamw", "muon"])
def test_memory_is_kept_by_name(module, name):
    recipe = OptimizerRecipe(name=name, growth=1.1)
    first = optimizers.build(module, recipe)
    give_gradients(module, 1)
    for optimizer in first:
        optimizer.step()
    saved = {key: tensor.clone() for key, tensor in optimizers.tensors(module, first).items()}
    assert "embeddings.word_embeddings.weight/exp_avg" in saved
    copy = BertModule(module.config)
    copy.load_state_dict(module.state_dict())
    second = optimizers.build(copy, recipe)
    optimizers.restore(copy, second, saved)
    for part, built in ((module, first), (copy, second)):
        give_gradients(part, 2)
        for optimizer in built:
            optimizer.step()
    for one, other in zip(module.parameters(), copy.parameters(), strict=True):
        assert torch.equal(one, other)
    assert "encoder.layers.0.output.weight/momentum" in saved or name == "adamw"
