"""The optimisers of a BERT: which parameters go to which, at what rate, with or without weight decay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from bert_core.model.attention import SelfAttention
from bert_core.training.bert_adam import BertAdam
from bert_core.training.lean import AdamW
from bert_core.training.muon import Muon
from bert_core.training.settings import OptimizerRecipe

_ENCODER = re.compile(r"(^|\.)encoder\.layers\.\d+\.(?P<part>.+)\.weight$")


def build(module: nn.Module, recipe: OptimizerRecipe) -> list[Optimizer]:
    """AdamW for all that is trained (Loshchilov & Hutter 2017), or with "muon" for all but the encoder's matrices.

    Each parameter group has a "name", and "peak", its learning rate before the schedule. No weight decay on biases,
    LayerNorm, and, unless it is asked for, the embeddings of position and segment. The parameters must be on their
    device already.
    """
    adamw: dict[str, list[nn.Parameter]] = {"decayed": [], "plain": [], "positions": []}
    matrices: dict[str, list[nn.Parameter]] = {
        "query_key_value": [],
        "attention_output": [],
        "feed_forward": [],
    }
    for name, parameter in named_parameters(module):
        encoder = _ENCODER.search(name)
        if recipe.name == "muon" and encoder and parameter.ndim == 2:
            part = encoder["part"]
            joint = part.endswith("query_key_value")
            kind = "attention_output" if part == "attention.output" else "feed_forward"
            matrices["query_key_value" if joint else kind].append(parameter)
        elif "position_embeddings" in name:
            adamw["positions"].append(parameter)
        elif (
            parameter.ndim < 2
            or "norm" in name.lower()
            or ("token_type_embeddings" in name and not recipe.decay_positions)
        ):
            adamw["plain"].append(parameter)
        else:
            adamw["decayed"].append(parameter)
    optimizers: list[Optimizer] = [_adamw(adamw, recipe)]
    if any(matrices.values()):
        optimizers.append(_muon(matrices, recipe, _heads(module) if recipe.by_heads else 1))
    return optimizers


def set_rates(optimizers: list[Optimizer], factor: float) -> None:
    """Learning rates at this factor of their peaks."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * factor


def named_parameters(module: nn.Module) -> Iterator[tuple[str, nn.Parameter]]:
    """Those that are trained."""
    return ((name, p) for name, p in module.named_parameters() if p.requires_grad)


def tensors(module: nn.Module, optimizers: list[Optimizer]) -> dict[str, Tensor]:
    """The optimisers' memory: "parameter's name/what" -> tensor. The same whoever's process it is."""
    return {
        f"{name}/{key}": value
        for name, parameter in named_parameters(module)
        for optimizer in optimizers
        for key, value in optimizer.state.get(parameter, {}).items()
    }


def restore(module: nn.Module, optimizers: list[Optimizer], saved: Mapping[str, Tensor]) -> None:
    """Give the optimisers the memory that `tensors` returned. What has none there begins anew."""
    memory: dict[str, dict[str, Tensor]] = {}
    for key, value in saved.items():
        name, _, what = key.rpartition("/")
        memory.setdefault(name, {})[what] = value
    owner = {
        p: optimizer for optimizer in optimizers for group in optimizer.param_groups for p in group["params"]
    }
    for name, parameter in named_parameters(module):
        if name not in memory:
            continue
        optimizer = owner[parameter]
        fused = bool(optimizer.defaults.get("fused"))
        optimizer.state[parameter] = {
            what: value.clone() if what == "step" and not fused else value.to(parameter.device, copy=True)
            for what, value in memory[name].items()
        }


def _adamw(parameters: Mapping[str, list[nn.Parameter]], recipe: OptimizerRecipe) -> Optimizer:
    decay = {"decayed": recipe.weight_decay}
    if recipe.decay_positions:
        decay["positions"] = recipe.weight_decay
    rate = {"positions": recipe.position_rate}
    groups: list[dict[str, Any]] = [
        {
            "name": name,
            "params": members,
            "peak": recipe.learning_rate * rate.get(name, 1.0),
            "weight_decay": decay.get(name, 0.0),
        }
        for name, members in parameters.items()
        if members
    ]
    if not recipe.bias_correction:
        return BertAdam(groups, lr=recipe.learning_rate, betas=recipe.betas, eps=recipe.epsilon)
    fused = all(p.device.type in ("cpu", "cuda") for members in parameters.values() for p in members)
    kind = AdamW if fused else torch.optim.AdamW
    return kind(groups, lr=recipe.learning_rate, betas=recipe.betas, eps=recipe.epsilon)


def _muon(parameters: Mapping[str, list[nn.Parameter]], recipe: OptimizerRecipe, heads: int) -> Optimizer:
    query_key = recipe.query_key_rate
    cuts: dict[str, dict[str, Any]] = {
        "query_key_value": {"rates": (query_key, query_key, 1.0), "heads": heads},
        "attention_output": {"heads": heads, "cut": "columns"},
        "feed_forward": {},
    }
    groups = [
        {"name": name, "params": members, "peak": recipe.matrix_rate, **cuts[name]}
        for name, members in parameters.items()
        if members
    ]
    return Muon(groups, lr=recipe.matrix_rate, weight_decay=recipe.weight_decay, growth=recipe.growth)


def _heads(module: nn.Module) -> int:
    """How many heads the attention layers have."""
    return next(part.heads for part in module.modules() if isinstance(part, SelfAttention))
