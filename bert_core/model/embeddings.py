"""Token + segment + learned position embeddings, then LayerNorm (Devlin et al. 2018, figure 2)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from bert_core.config import BertConfig
from bert_core.interventions import Interventions
from bert_core.model.layers import Embedding, LayerNorm


class Terms(NamedTuple):
    """The three embeddings of each piece, [..., S, H] each."""

    token: Tensor
    segment: Tensor
    position: Tensor


class Embeddings(nn.Module):
    """Pieces to vectors."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.word_embeddings = Embedding(config.vocab_size, size)
        self.token_type_embeddings = Embedding(config.type_vocab_size, size)
        self.position_embeddings = Embedding(config.max_position_embeddings, size)
        self.LayerNorm = LayerNorm(size, eps=config.layer_norm_eps)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)

    def terms(self, ids: Tensor, segments: Tensor) -> Terms:
        """ids, segments int64 [..., S] -> the three terms."""
        positions = torch.arange(ids.shape[-1], device=ids.device)
        return Terms(
            self.word_embeddings(ids),
            self.token_type_embeddings(segments),
            self.position_embeddings(positions).expand(*ids.shape, -1),
        )

    def forward(self, ids: Tensor, segments: Tensor) -> Tensor:
        """ids, segments int64 [B, S] -> [B, S, H]."""
        token, segment, position = self.terms(ids, segments)
        return self.dropout(self.LayerNorm(token + segment + position))


def without_dropped(terms: Terms, interventions: Interventions) -> Terms:
    """The terms [S, H] with zeros where an intervention drops one."""
    kept = []
    for name, term in zip(Terms._fields, terms, strict=True):
        where = interventions.dropped.get(name)  # type: ignore[call-overload]
        if where == "all":
            term = torch.zeros_like(term)
        elif where:
            rows = [p for p in where if p < term.shape[0]]
            term = term.index_fill(0, torch.tensor(rows, dtype=torch.int64, device=term.device), 0.0)
        kept.append(term)
    return Terms(*kept)
