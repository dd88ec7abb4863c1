"""BERT's first Adam, against the arithmetic written out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bert_core.training import optimizers
from bert_core.training.bert_adam import BertAdam
from bert_core.training.settings import OptimizerRecipe

RECIPE = OptimizerRecipe(
    learning_rate=1e-2, betas=(0.9, 0.999), epsilon=1e-6, bias_correction=False, decay_positions=True
)


def module():
    torch.manual_seed(0)
    made = torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.LayerNorm(4))
    made.add_module("unused", torch.nn.Linear(2, 2))
    return made


def gradients(model, step):
    generator = torch.Generator().manual_seed(step)
    for name, parameter in model.named_parameters():
        if not name.startswith("unused"):
            parameter.grad = torch.randn(parameter.shape, generator=generator)


def by_hand(weight, gradient, m, v, rate, decay):
    """google-research/bert, optimization.py, AdamWeightDecayOptimizer.apply_gradients, in its order."""
    next_m = 0.9 * m + 0.1 * gradient
    next_v = 0.999 * v + 0.001 * np.square(gradient)
    update = next_m / (np.sqrt(next_v) + 1e-6)
    update += decay * weight
    return weight - rate * update, next_m, next_v


def test_it_is_the_formula_of_the_first_bert():
    model = module()
    (optimizer,) = optimizers.build(model, RECIPE)
    assert isinstance(optimizer, BertAdam)
    hand = {name: (p.detach().double().numpy().copy(), 0.0, 0.0) for name, p in model.named_parameters()}
    for step, factor in enumerate((0.1, 0.5, 1.0, 0.7, 0.2)):
        gradients(model, step)
        optimizers.set_rates([optimizer], factor)
        for name, parameter in model.named_parameters():
            if parameter.grad is not None:
                decay = 0.01 if name == "0.weight" else 0.0
                gradient = parameter.grad.double().numpy()
                hand[name] = by_hand(hand[name][0], gradient, *hand[name][1:], 1e-2 * factor, decay)
        optimizer.step()
        for name, parameter in model.named_parameters():
            np.testing.assert_allclose(parameter.detach().numpy(), hand[name][0], rtol=2e-6, atol=1e-7)


def test_the_first_step_is_over_three_times_a_corrected_one():
    moved = {}
    for correction in (False, True):
        model = module()
        recipe = OptimizerRecipe(
            learning_rate=1e-3, betas=(0.9, 0.999), bias_correction=correction, weight_decay=0.0
        )
        (optimizer,) = optimizers.build(model, recipe)
        before = model[0].weight.detach().clone()
        gradients(model, 0)
        optimizer.step()
        moved[correction] = (model[0].weight - before).abs().mean().item()
    assert moved[False] / moved[True] == pytest.approx(0.1 / 0.001**0.5, rel=1e-3)


def test_its_memory_is_stored_and_restored():
    models = [module(), module()]
    (first,), (second,) = (optimizers.build(model, RECIPE) for model in models)
    for step in range(2):
        gradients(models[0], step)
        first.step()
    models[1].load_state_dict(models[0].state_dict())
    optimizers.restore(models[1], [second], optimizers.tensors(models[0], [first]))
    for model, optimizer in zip(models, (first, second), strict=True):
        gradients(model, 7)
        optimizer.step()
    for one, other in zip(models[0].parameters(), models[1].parameters(), strict=True):
        assert torch.equal(one, other)


def test_what_has_no_gradient_stays():
    model = module()
    (optimizer,) = optimizers.build(model, RECIPE)
    before = model.unused.weight.detach().clone()
    gradients(model, 0)
    optimizer.step()
    assert torch.equal(model.unused.weight, before) and not optimizer.state[model.unused.weight]
