"""Muon for the matrices of the encoder: momentum, made orthogonal, so that all directions move alike.

Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/; update scaled to AdamW's size after Liu et al. 2025,
"Muon is scalable for LLM training"; coefficients of the iteration from Amsel et al. 2025, "The Polar Express".
"""

from __future__ import annotations

from collections.abc import Iterable
from math import sqrt
from typing import Any

import torch
from torch import Tensor

COEFFICIENTS = (
    (8.28721201814563, -23.595886519098837, 17.300387312530933),
    (4.107059111542203, -2.9478499167379106, 0.5448431082926601),
    (3.9486908534822946, -2.908902115962949, 0.5518191394370137),
    (3.3184196573706015, -2.488488024314874, 0.51004894012372),
)
UPDATE_SIZE = 0.2
"""Root mean square of an update at learning rate 1, about that of AdamW."""


def orthogonalised(matrix: Tensor, steps: int = 4) -> Tensor:
    """U V^T for a matrix U S V^T, about: singular values end between 0.4 and 1.6. [..., R, C], R <= C."""
    x = matrix / (matrix.norm(dim=(-2, -1), keepdim=True) * 1.01 + 1e-7)
    for a, b, c in COEFFICIENTS[:steps]:
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised; for matrices only. Options of each parameter group:

    lr, momentum, weight_decay
    rates    for a matrix [k C, C] that is k square ones, one above the other, as a joint query-key-value projection is:
             k factors to the learning rate. Each is made orthogonal by itself. (1.0,) for a plain matrix.
    growth   how many times its first (Frobenius) norm a matrix may reach, each of the k by itself; None for no limit.

    The limit matters in a post-LN network: without it the branches grew until they drowned the residual stream, and
    attention until it was saturated (feed-forward outputs 25 times as large as what they are added to), and learning
    was less than half as fast.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float,
        *,
        momentum: float = 0.95,
        weight_decay: float = 0.01,
        rates: tuple[float, ...] = (1.0,),
        growth: float | None = None,
    ) -> None:
        options = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}
        super().__init__(params, {**options, "rates": rates, "growth": growth})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One update of all parameters that have a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, parameter.grad, group)

    def _update(self, parameter: Tensor, gradient: Tensor, group: dict[str, Any]) -> None:
        parts = parameter.view(len(group["rates"]), -1, parameter.shape[1])
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
            state["first_norm"] = parts.norm(dim=(-2, -1))
        average = state["momentum"]
        average.lerp_(gradient, 1 - group["momentum"])
        ahead = gradient.lerp(average, group["momentum"]).view_as(parts)
        rows, columns = ahead.shape[-2:]
        update = orthogonalised(ahead.mT).mT if rows > columns else orthogonalised(ahead)
        rates = torch.tensor(group["rates"], device=parameter.device, dtype=parameter.dtype)[:, None, None]
        parts.mul_(1 - group["lr"] * group["weight_decay"])
        parts.sub_(rates * update * (group["lr"] * UPDATE_SIZE * sqrt(max(rows, columns))))
        if group["growth"] is not None:
            share = group["growth"] * state["first_norm"] / parts.norm(dim=(-2, -1))
            parts.mul_(share.clamp(max=1.0)[:, None, None])
