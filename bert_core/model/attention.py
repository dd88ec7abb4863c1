"""Multi-head self-attention with one explicit softmax, since the weights are what people come to see."""

from __future__ import annotations

from collections.abc import Collection
from math import sqrt

import torch
from torch import Tensor, nn

from bert_core.config import BertConfig
from bert_core.interventions import HeadOff
from bert_core.model.layers import Linear


class SelfAttention(nn.Module):
    """softmax(Q K^T / sqrt(d)) V for A heads of width d = H / A, then the output projection (Vaswani et al. 2017).

    Query, key and value are one projection [3H, H], in that order.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.heads = config.num_attention_heads
        self.scale = 1.0 / sqrt(config.head_size)
        self.query_key_value = Linear(config.hidden_size, 3 * config.hidden_size)
        self.output = Linear(config.hidden_size, config.hidden_size)
        self.dropout = nn.Dropout(config.attention_probs_dropout_prob)

    def forward(
        self,
        hidden: Tensor,
        bias: Tensor | None = None,
        gates: Tensor | None = None,
        rows: Tensor | None = None,
    ) -> Tensor:
        """The differentiable path.

        hidden [B, S, H]; bias added to the scores, broadcast to [B, A, S, S]; gates [B, A] scale the heads' outputs
        (Michel et al. 2019). Returns [B, S, H], or [R, H] where int64 rows [R] index into the flattened [B * S].
        """
        batch, size, width = hidden.shape
        qkv = self.query_key_value(hidden).view(batch, size, 3, self.heads, -1)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)  # [B, A, S, d] each
        scores = (query * self.scale) @ key.transpose(-1, -2)  # [B, A, S, S]; scaling these would take longer
        if bias is not None:
            scores = scores + bias
        weights = self.dropout(scores.softmax(-1))
        context = weights @ value  # [B, A, S, d]
        if gates is not None:
            context = context * gates[:, :, None, None]
        joined = context.transpose(1, 2).reshape(batch, size, width)
        if rows is not None:
            joined = joined.view(-1, width).index_select(0, rows)
        return self.output(joined)

    def record(
        self,
        hidden: Tensor,
        weights: Tensor,
        bias: Tensor | None = None,
        off: Collection[int] = (),
        head_off: HeadOff = "zero",
    ) -> Tensor:
        """The recording path: one text, no gradients, the weights written where they are to stay.

        hidden [S, H]; weights float32 [A, S, S] is filled; bias [S, S] has 0 where a query may attend to a key and
        -inf where not; heads in `off` give zero, or attend evenly to what they may. Returns [S, H].
        """
        size, width = hidden.shape
        dtype = self.query_key_value.weight.dtype
        qkv = nn.functional.linear(hidden.to(dtype), self.query_key_value.weight, self.query_key_value.bias)
        query, key, value = qkv.view(size, 3, self.heads, -1).permute(1, 2, 0, 3)  # [A, S, d] each
        if dtype == weights.dtype:
            torch.baddbmm(weights, query, key.transpose(1, 2), beta=0.0, alpha=self.scale, out=weights)
        else:
            weights.copy_(torch.bmm(query, key.transpose(1, 2)))
            weights.mul_(self.scale)
        if bias is not None:
            weights.add_(bias)
        torch.softmax(weights, -1, out=weights)
        for head in off:
            if head_off == "uniform":
                weights[head] = 0.0 if bias is None else bias
                torch.softmax(weights[head], -1, out=weights[head])
        context = torch.bmm(weights.to(dtype), value)  # [A, S, d]
        if off and head_off == "zero":
            context[list(off)] = 0.0
        joined = context.transpose(0, 1).reshape(size, width)
        return nn.functional.linear(joined, self.output.weight, self.output.bias).to(hidden.dtype)


def attention_bias(size: int, direction: str, hidden: Collection[int], device: torch.device) -> Tensor | None:
    """float32 [S, S], -inf at (query, key) pairs that interventions forbid; None where everything is allowed.

    A query left with no key keeps itself.
    """
    if direction == "both" and not hidden:
        return None
    allowed = torch.ones(size, size, dtype=torch.bool, device=device)
    if direction == "left-to-right":
        allowed = allowed.tril()
    elif direction == "right-to-left":
        allowed = allowed.triu()
    allowed[:, [position for position in hidden if position < size]] = False
    alone = ~allowed.any(-1)
    allowed |= torch.diag(alone)
    bias = torch.zeros(size, size, device=device)
    return bias.masked_fill_(~allowed, float("-inf"))
