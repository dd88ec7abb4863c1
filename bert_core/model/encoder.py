"""The post-LN Transformer encoder: attention, add, norm, feed-forward, add, norm."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from bert_core.config import BertConfig
from bert_core.model.attention import SelfAttention
from bert_core.model.layers import LayerNorm, Linear


def _gelu(x: Tensor) -> Tensor:
    return nn.functional.gelu(x)


def _gelu_tanh(x: Tensor) -> Tensor:
    return nn.functional.gelu(x, approximate="tanh")


ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "gelu": _gelu,
    "gelu_new": _gelu_tanh,
    "relu": nn.functional.relu,
}


class Layer(nn.Module):
    """One encoder layer; LayerNorm stands after each residual sum (post-LN)."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.attention = SelfAttention(config)
        self.attention_norm = LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.intermediate = Linear(config.hidden_size, config.intermediate_size)
        self.activation = ACTIVATIONS[config.activation]
        self.output = Linear(config.intermediate_size, config.hidden_size)
        self.output_norm = LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def forward(
        self,
        hidden: Tensor,
        bias: Tensor | None = None,
        gates: Tensor | None = None,
        rows: Tensor | None = None,
    ) -> Tensor:
        """[B, S, H] -> [B, S, H], or [R, H] at the given rows only; arguments as in SelfAttention.forward."""
        attended = self.attention(hidden, bias, gates, rows)
        if rows is not None:
            hidden = hidden.reshape(-1, hidden.shape[-1]).index_select(0, rows)
        hidden = self.attention_norm(hidden + self.dropout(attended))
        return self.output_norm(
            hidden + self.dropout(self.output(self.activation(self.intermediate(hidden))))
        )

    def feed_forward(self, hidden: Tensor) -> Tensor:
        """The second half for one recorded text [S, H], where nothing need be kept for gradients."""
        between = self.intermediate(hidden)
        return self.output_norm(self.output(self.activation(between)).add_(hidden))


class Encoder(nn.Module):
    """L layers, one after the other."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.num_hidden_layers))

    def forward(
        self,
        hidden: Tensor,
        bias: Tensor | None = None,
        gates: Tensor | None = None,
        rows: Tensor | None = None,
    ) -> Tensor:
        """[B, S, H] -> [B, S, H]; gates [B, L, A].

        With int64 rows [R] into the flattened [B * S] the last layer is computed there only: -> [R, H].
        """
        last = len(self.layers) - 1
        for index, layer in enumerate(self.layers):
            at = rows if index == last else None
            hidden = layer(hidden, bias, None if gates is None else gates[:, index], at)
        return hidden
