"""What a head would bring from each piece, before its attention weighs it: v_j^h, and f^h(x_j) = v_j^h W_O^h."""

from __future__ import annotations

import torch
from torch import Tensor

from bert_core.model.attention import SelfAttention


def head_values(attention: SelfAttention, hidden: Tensor) -> Tensor:
    """v_j^h = x_j W_V^h + b_V^h: hidden float32 [S, H] -> float32 [A, S, d], also where the weights are bfloat16."""
    size, width = hidden.shape
    projection = attention.query_key_value
    values = torch.nn.functional.linear(
        hidden, projection.weight[2 * width :].float(), projection.bias[2 * width :].float()
    )
    return values.view(size, attention.heads, -1).transpose(0, 1)


def output_maps(attention: SelfAttention) -> Tensor:
    """W_O^h, each head's part of the output projection without its bias b_O: float32 [A, d, H]."""
    weight = attention.output.weight.float()  # [H out, H in]; in: head by head
    return weight.view(weight.shape[0], attention.heads, -1).permute(1, 2, 0)
