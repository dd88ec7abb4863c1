"""The whole model: embeddings, encoder, and those heads that the checkpoint has."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from bert_core.config import BertConfig
from bert_core.model.embeddings import Embeddings
from bert_core.model.encoder import Encoder
from bert_core.model.heads import MlmHead, NspHead, Pooler


class BertModule(nn.Module):
    """BERT as pretrained (Devlin et al. 2018). A head that is not there is None."""

    def __init__(
        self,
        config: BertConfig,
        *,
        pooler: bool = True,
        mlm: bool = True,
        nsp: bool = True,
        tied: bool = True,
    ) -> None:
        super().__init__()
        self.config = config
        self.embeddings = Embeddings(config)
        self.encoder = Encoder(config)
        self.pooler = Pooler(config) if pooler else None
        self.mlm = MlmHead(config, tied=tied) if mlm else None
        self.nsp = NspHead(config) if nsp and pooler else None

    def forward(
        self,
        ids: Tensor,
        segments: Tensor,
        attention_mask: Tensor | None = None,
        gates: Tensor | None = None,
        rows: Tensor | None = None,
    ) -> Tensor:
        """The differentiable path: ids, segments int64 [B, S] -> last hidden states [B, S, H].

        attention_mask [B, S], or [B, S, S] for each query, has 1 where a piece may be attended to and 0 where not, as
        at padding; gates [B, L, A] scale heads; with int64 rows [R] into the flattened [B * S] the last layer is
        computed there only: -> [R, H].
        """
        bias = None
        if attention_mask is not None:
            lowest = torch.finfo(self.embeddings.LayerNorm.weight.dtype).min
            by_query = attention_mask[:, None] if attention_mask.ndim == 3 else attention_mask[:, None, None]
            bias = (1.0 - by_query.float()) * lowest
        return self.encoder(self.embeddings(ids, segments), bias, gates, rows)

    def initialise(self, seed: int) -> BertModule:
        """Random weights as the paper draws them: normal, deviation `initializer_range`; LayerNorm 1 and 0."""
        generator = torch.Generator().manual_seed(seed)
        for name, parameter in self.named_parameters():
            with torch.no_grad():
                if "norm" in name.lower() and name.endswith("weight"):
                    parameter.fill_(1.0)
                elif name.endswith("bias"):
                    parameter.zero_()
                else:
                    parameter.normal_(0.0, self.config.initializer_range, generator=generator)
        return self
