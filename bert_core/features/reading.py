"""A batch read up to the highest layer that is wanted, keeping nothing but what is asked for on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from bert_core.features.wanted import Pool

if TYPE_CHECKING:
    from bert_core.bert import Bert
    from bert_core.features.buffer import Encoded
    from bert_core.model.attention import SelfAttention
    from bert_core.model.encoder import Layer

ON_CPU, ON_DEVICE = 1024, 1 << 14
"""Pieces of a batch, padding included, on a CPU and on anything else. (On one core, 256 to 2048 are equally fast.)"""


def batch_pieces(bert: Bert) -> int:
    """How many pieces make a batch."""
    return ON_CPU if bert.device.type == "cpu" else ON_DEVICE


class Batch(NamedTuple):
    """B texts, padded to S pieces, on the model's device.

    ids, segments  int64 [B, S]
    there          bool [B, S], false at the padding; None where there is none
    own            bool [B, S], the texts' own pieces
    lengths        of each
    """

    ids: Tensor
    segments: Tensor
    there: Tensor | None
    own: Tensor
    lengths: tuple[int, ...]


def batch_of(bert: Bert, texts: Sequence[Encoded]) -> Batch:
    """Pad the texts to the longest."""
    lengths = tuple(map(len, texts))
    shape = len(texts), max(lengths)
    ids = np.full(shape, bert.tokenizer.pad_id or 0, dtype=np.int64)
    segments = np.zeros(shape, dtype=np.int64)
    there, own = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    for row, (text, length) in enumerate(zip(texts, lengths, strict=True)):
        ids[row, :length] = text.input_ids
        segments[row, :length] = text.token_type_ids
        there[row, :length] = True
        own[row, :length] = text.own
    segments = np.minimum(segments, bert.config.type_vocab_size - 1)

    def moved(array: NDArray[np.int64] | NDArray[np.bool_]) -> Tensor:
        return torch.from_numpy(array).to(bert.device)

    padded = min(lengths) < max(lengths)
    return Batch(moved(ids), moved(segments), moved(there) if padded else None, moved(own), lengths)


def states(bert: Bert, batch: Batch, highest: int, first_only: bool) -> Iterator[Tensor]:
    """Hidden states after the embeddings and each layer up to the highest: float32 [B, S, H].

    first_only  after the highest layer only the first piece's are wanted: [B, 1, H] comes last

    What stands at the padding is of no meaning. Equal to a trace's but for the order of sums. Between two of them,
    inference mode is not on.
    """
    module = bert.module
    with torch.inference_mode():
        allowed = None if batch.there is None else batch.there[:, None, None]  # [B, 1, 1, S]
        hidden: Tensor = module.embeddings(batch.ids, batch.segments)
    yield hidden
    for index in range(highest):
        layer = cast("Layer", module.encoder.layers[index])
        with torch.inference_mode():
            asked = hidden[:, :1] if first_only and index == highest - 1 else hidden
            attended = layer.attention.output(_context(layer.attention, hidden, asked, allowed))
            hidden = layer.feed_forward(layer.attention_norm(attended.add_(asked)))
        yield hidden


def _context(attention: SelfAttention, hidden: Tensor, asked: Tensor, allowed: Tensor | None) -> Tensor:
    """What R queries [B, R, H] take from all pieces [B, S, H], by the fused attention that shows no weights."""
    projection, width = attention.query_key_value, hidden.shape[-1]
    if asked is hidden:
        query, key, value = projection(hidden).chunk(3, -1)
    else:
        weight, bias, dtype = projection.weight, projection.bias, projection.weight.dtype
        query = functional.linear(asked.to(dtype), weight[:width], bias[:width]).to(hidden.dtype)
        pair = functional.linear(hidden.to(dtype), weight[width:], bias[width:]).to(hidden.dtype)
        key, value = pair.chunk(2, -1)
    query, key, value = (
        part.view(*part.shape[:2], attention.heads, -1).transpose(1, 2) for part in (query, key, value)
    )  # [B, A, R or S, d]
    context = functional.scaled_dot_product_attention(
        query, key, value, attn_mask=allowed, scale=attention.scale
    )
    return context.transpose(1, 2).reshape(asked.shape)


def pooled(hidden: Tensor, batch: Batch, pool: Pool) -> NDArray[np.float32]:
    """Of hidden states [B, S, H]: [B, H]; or by piece [sum of lengths, H], text after text, without the padding."""
    with torch.inference_mode():
        if pool == "cls":
            found = hidden[:, 0]
        elif pool == "pieces":
            found = hidden.flatten(0, 1) if batch.there is None else hidden[batch.there]
        else:
            counted = batch.own if pool == "mean" else batch.there
            if counted is None:
                found = hidden.mean(1)
            else:
                shares = counted.float() / counted.sum(1, keepdim=True)  # NaN where nothing is counted
                found = (shares[:, None] @ hidden)[:, 0]
        array: NDArray[np.float32] = found.float().cpu().numpy()
    return array
