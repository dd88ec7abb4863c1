"""What stands on the encoder: pooler, masked-word head, next-sentence head."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bert_core.config import BertConfig
from bert_core.model.encoder import ACTIVATIONS
from bert_core.model.layers import LayerNorm, Linear


class Pooler(nn.Module):
    """tanh of a linear layer on the first piece, [CLS]."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.dense = Linear(config.hidden_size, config.hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        """[..., S, H] -> [..., H]."""
        return torch.tanh(self.dense(hidden[..., 0, :]))


class MlmHead(nn.Module):
    """logits = LayerNorm(activation(W h + b)) E^T + c, E the word embeddings unless the checkpoint unties them."""

    def __init__(self, config: BertConfig, *, tied: bool = True) -> None:
        super().__init__()
        self.transform = Linear(config.hidden_size, config.hidden_size)
        self.activation = ACTIVATIONS[config.activation]
        self.LayerNorm = LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.bias = nn.Parameter(torch.empty(config.vocab_size))
        self.decoder = None if tied else nn.Parameter(torch.empty(config.vocab_size, config.hidden_size))

    def forward(self, hidden: Tensor, word_embeddings: Tensor) -> Tensor:
        """[..., H] -> [..., V]."""
        features = self.LayerNorm(self.activation(self.transform(hidden)))
        weight = word_embeddings if self.decoder is None else self.decoder
        return nn.functional.linear(features, weight, self.bias)


class NspHead(nn.Module):
    """Two logits from the pooled [CLS]: index 0 says B follows A, index 1 says it does not."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.seq_relationship = Linear(config.hidden_size, 2)

    def forward(self, pooled: Tensor) -> Tensor:
        """[..., H] -> [..., 2]."""
        return self.seq_relationship(pooled)
