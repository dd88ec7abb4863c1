"""AdamW by its kernel, against torch's own; and that nothing is loaded for compilation."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from bert_core.training.lean import AdamW

OPTIONS = {"lr": 1e-2, "betas": (0.9, 0.98), "eps": 1e-8}


def weights():
    torch.manual_seed(0)
    return [
        torch.nn.Parameter(torch.randn(7, 5)),
        torch.nn.Parameter(torch.randn(5)),
        torch.nn.Parameter(torch.ones(3)),
    ]


def give_gradients(parameters, step):
    generator = torch.Generator().manual_seed(step)
    for parameter in parameters[:2]:
        parameter.grad = torch.randn(parameter.shape, generator=generator)


@pytest.mark.parametrize("fused", [True, False])
def test_it_is_torch_s(fused):
    ours, theirs = weights(), weights()
    groups = [
        [{"params": p[:1], "weight_decay": 0.1}, {"params": p[1:], "weight_decay": 0.0}]
        for p in (ours, theirs)
    ]
    one, other = AdamW(groups[0], **OPTIONS), torch.optim.AdamW(groups[1], **OPTIONS, fused=fused)
    for step in range(5):
        for parameters, optimizer in ((ours, one), (theirs, other)):
            give_gradients(parameters, step)
            for group in optimizer.param_groups:
                group["lr"] = 1e-2 / (step + 1)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
    for a, b in zip(ours, theirs, strict=True):
        if fused:
            assert torch.equal(a, b)
        torch.testing.assert_close(a, b)
        assert set(one.state.get(a, {})) == set(other.state.get(b, {}))
    assert not one.state.get(ours[2]), "what has no gradient has no memory"
    assert all(parameter.grad is None for parameter in ours)


def test_nothing_is_loaded_for_compilation():
    code = (
        "import sys, torch\n"
        "from bert_core.training import optimizers\n"
        "from bert_core.training.settings import OptimizerRecipe\n"
        "module = torch.nn.Linear(3, 2)\n"
        "for recipe in (OptimizerRecipe(), OptimizerRecipe(bias_correction=False)):\n"
        "    (optimizer,) = optimizers.build(module, recipe)\n"
        "    module(torch.ones(1, 3)).sum().backward()\n"
        "    optimizer.step()\n"
        "    optimizer.zero_grad()\n"
        "print('torch._dynamo' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
