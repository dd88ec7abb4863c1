"""The layers a BERT is made of; none draws random weights, for they are loaded, or set by `BertModule.initialise`."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Linear(nn.Linear):
    """y = x W^T + b, x [..., in] -> y [..., out], in x's dtype whatever dtype the weights have.

    So a bfloat16 model keeps everything but its matrix products in float32.
    """

    def reset_parameters(self) -> None:
        """Leave the weights as they are."""

    def forward(self, x: Tensor) -> Tensor:
        if x.dtype == self.weight.dtype or torch.is_autocast_enabled(x.device.type):
            return super().forward(x)
        return super().forward(x.to(self.weight.dtype)).to(x.dtype)


class Embedding(nn.Embedding):
    """Ids to rows of a table."""

    def reset_parameters(self) -> None:
        """Leave the weights as they are."""


class LayerNorm(nn.LayerNorm):
    """(x - mean) / sqrt(variance + eps) * weight + bias over the last axis."""

    def reset_parameters(self) -> None:
        """Leave the weights as they are."""
