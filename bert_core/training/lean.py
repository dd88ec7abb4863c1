"""What our optimisers have in common, and AdamW as one kernel."""

from __future__ import annotations

import inspect
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer


class LeanOptimizer(Optimizer):
    """torch's Optimizer, without what it loads so that it can be compiled.

    Where torch's own is made or takes a step, it imports torch._dynamo: 0.7 s and 100 MB that a run has no use for.
    """

    add_param_group = inspect.unwrap(Optimizer.add_param_group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients; they are always set to None."""
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None


class AdamW(LeanOptimizer):
    """torch.optim.AdamW(fused=True), by the same kernel and with the same state (Loshchilov & Hutter 2017)."""

    def __init__(self, groups: Any, lr: float, betas: tuple[float, float], eps: float) -> None:
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": 0.0, "fused": True}
        super().__init__(groups, options)

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One step, for all parameters that have a gradient."""
        for group in self.param_groups:
            weights = [p for p in group["params"] if p.grad is not None]
            if not weights:
                continue
            gradients: list[Tensor] = [p.grad for p in weights]
            for parameter in weights:
                if not self.state[parameter]:
                    self.state[parameter].update(
                        step=torch.zeros((), dtype=torch.float32, device=parameter.device),
                        exp_avg=torch.zeros_like(parameter),
                        exp_avg_sq=torch.zeros_like(parameter),
                    )
            means, squares, steps = (
                [self.state[p][name] for p in weights] for name in ("exp_avg", "exp_avg_sq", "step")
            )
            torch._foreach_add_(steps, 1)
            torch._fused_adamw_(
                weights,
                gradients,
                means,
                squares,
                [],
                steps,
                lr=group["lr"],
                beta1=group["betas"][0],
                beta2=group["betas"][1],
                weight_decay=group["weight_decay"],
                eps=group["eps"],
                amsgrad=False,
                maximize=False,
            )
