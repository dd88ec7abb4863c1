"""Muon for the matrices of the encoder: momentum, made orthogonal, so that all directions move alike.

Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/; update scaled to AdamW's size after Liu et al. 2025,
"Muon is scalable for LLM training"; coefficients of the iteration from Amsel et al. 2025, "The Polar Express".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import sqrt

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
    """Nesterov momentum, orthogonalised; for matrices only.

    `stacked` names those of the parameters that are k square matrices [C, C] one above the other, [k C, C], as a joint
    query-key-value projection is: each is made orthogonal by itself.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float,
        *,
        stacked: Sequence[Tensor] = (),
        momentum: float = 0.95,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self._stacked = {id(parameter) for parameter in stacked}

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One update of all parameters that have a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is not None:
                    self._update(parameter, parameter.grad, group)

    def _update(self, parameter: Tensor, gradient: Tensor, group: dict[str, float]) -> None:
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        average = state["momentum"]
        average.lerp_(gradient, 1 - group["momentum"])
        ahead = gradient.lerp(average, group["momentum"])
        rows, columns = parameter.shape
        if id(parameter) in self._stacked:
            ahead = ahead.view(rows // columns, columns, columns)
            update, larger = orthogonalised(ahead).reshape(rows, columns), columns
        elif rows > columns:
            update, larger = orthogonalised(ahead.mT).mT, rows
        else:
            update, larger = orthogonalised(ahead), columns
        parameter.mul_(1 - group["lr"] * group["weight_decay"])
        parameter.add_(update, alpha=-group["lr"] * UPDATE_SIZE * sqrt(larger))
