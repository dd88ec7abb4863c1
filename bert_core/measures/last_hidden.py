"""One forward pass that keeps nothing but the last layer, for questions that need no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import torch
from torch import Tensor

from bert_core.interventions import Interventions
from bert_core.model.attention import attention_bias
from bert_core.model.bert import BertModule
from bert_core.model.embeddings import without_dropped
from bert_core.model.encoder import Layer
from bert_core.trace import Token


def last_hidden(
    module: BertModule, tokens: Sequence[Token], interventions: Interventions, check: Callable[[], None]
) -> Tensor:
    """The hidden states [S, H] after the last layer, equal to those of a trace of the same pieces.

    One buffer of attention weights serves all layers. `check` is called before every layer and may raise. To be run
    under `torch.inference_mode`.
    """
    device = module.embeddings.word_embeddings.weight.device
    config, size = module.config, len(tokens)
    ids = torch.tensor([token.id for token in tokens], device=device)
    segments = torch.tensor([token.segment for token in tokens], device=device)
    terms = without_dropped(
        module.embeddings.terms(ids, segments.clamp_(max=config.type_vocab_size - 1)), interventions
    )
    hidden: Tensor = module.embeddings.LayerNorm(terms.token + terms.segment + terms.position)
    bias = attention_bias(size, interventions.direction, interventions.hidden, device)
    weights = torch.empty(config.num_attention_heads, size, size, device=device)
    for index, part in enumerate(module.encoder.layers):
        check()
        layer = cast(Layer, part)
        off = [head for where, head in interventions.heads_off if where == index]
        attended = layer.attention.record(hidden, weights, bias, off, interventions.head_off)
        hidden = layer.feed_forward(layer.attention_norm(attended.add_(hidden)))
    return hidden
