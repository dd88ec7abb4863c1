"""A linear layer that computes in the precision of its own weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Linear(nn.Linear):
    """y = x W^T + b, x [..., in] -> y [..., out], in x's dtype whatever dtype the weights have.

    So a bfloat16 model keeps everything but its matrix products in float32.
    """

    def forward(self, x: Tensor) -> Tensor:
        if x.dtype == self.weight.dtype or torch.is_autocast_enabled(x.device.type):
            return super().forward(x)
        return super().forward(x.to(self.weight.dtype)).to(x.dtype)
