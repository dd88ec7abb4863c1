"""Passages as the model reads them: cut to what it takes, batched by length, run as far as is wanted."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, cast

import torch
from torch import Tensor
from torch.nn import functional

from bert_core.queries_search import Passage
from bert_core.tokenization import Encoding, Tokenizer

if TYPE_CHECKING:
    from bert_core.bert import Bert
    from bert_core.model.encoder import Layer

BUFFER = 256
"""Passages that are sorted by length at once, so that those of a batch need little padding."""

STEP = 1e9
"""Multiplications of one step between two yields, some 20 ms of one core: so long a key has to wait."""

TOGETHER = 32
"""Passages that are cut into pieces between two yields."""

LEAST, DEVICE = 64, 1 << 14
"""Pieces of a batch: at least, and on anything but a CPU."""


class Read(NamedTuple):
    """A passage as the model reads it; `cut` says that it is not all of it."""

    passage: Passage
    encoding: Encoding
    cut: bool


def fitted(tokenizer: Tokenizer, passage: Passage) -> Iterator[Read]:
    """The passage, or where the model does not take as many pieces, its parts, cut between words.

    A pair is not parted: what does not fit of it is left out.
    """
    text = passage.text_a
    while text:
        encoding = tokenizer.encode(text, passage.text_b)
        rest = ""
        if encoding.left_out[0] and passage.text_b is None:
            end = _place_to_cut(encoding)
            if 0 < end < len(text):
                text, rest = text[:end].rstrip(), text[end:].lstrip()
                encoding = tokenizer.encode(text)
        if len(encoding) > (2 if passage.text_b is None else 3):
            own = passage if text == passage.text_a else replace(passage, text_a=text)
            yield Read(own, encoding, passage.cut or any(encoding.left_out))
        text = rest


def _place_to_cut(encoding: Encoding) -> int:
    """Before the last word, which may not be there whole; behind its last piece, where it is the only one."""
    pieces = encoding.tokens[1:-1]
    last = pieces[-1].word
    return next((piece.start for piece in pieces if piece.word == last and piece.start > 0), pieces[-1].end)


def batches(
    tokenizer: Tokenizer, passages: Iterable[Passage], pieces: int
) -> Iterator[tuple[list[Read], int] | None]:
    """Batches of at most so many pieces, padding included, or of one passage; and how far the reading is with each.

    None comes now and then while passages are collected.
    """
    waiting: list[Read] = []
    begun = at = 0
    for seen, passage in enumerate(passages, 1):
        at = passage.at
        waiting += fitted(tokenizer, passage)
        if len(waiting) >= BUFFER:
            yield from _by_length(waiting, pieces, begun, at)
            waiting, begun = [], at
        elif seen % TOGETHER == 0:
            yield None
    yield from _by_length(waiting, pieces, begun, at)


def _by_length(waiting: list[Read], pieces: int, begun: int, at: int) -> Iterator[tuple[list[Read], int]]:
    """Of passages that were read from `begun` to `at`, which is parted among the batches by their passages."""
    batch: list[Read] = []
    ordered = sorted(waiting, key=lambda read: len(read.encoding))  # stable: of equals, the earlier first
    for done, read in enumerate(ordered):
        if batch and (len(batch) + 1) * len(read.encoding) > pieces:
            yield batch, begun + (at - begun) * done // len(ordered)
            batch = []
        batch.append(read)
    if batch:
        yield batch, at


def batch_pieces(bert: Bert) -> int:
    """How many pieces make a batch that takes a layer about STEP multiplications."""
    if bert.device.type != "cpu":
        return DEVICE
    config = bert.config
    of_layer = 4 * config.hidden_size**2 + 2 * config.hidden_size * config.intermediate_size
    return max(LEAST, int(STEP / (2 * of_layer)))


def states_after(
    bert: Bert, encodings: Sequence[Encoding], layers: int
) -> Generator[None, None, tuple[Tensor, Tensor]]:
    """Hidden states [B, S, H] after so many layers, S the longest encoding; and the bias [B, 1, 1, S] for padding.

    It yields between layers, outside of inference mode: others may use the thread meanwhile. What stands behind the
    end of an encoding is of no meaning. Equal to a trace's but for the order of sums.
    """
    config, module = bert.config, bert.module
    size, pad = max(map(len, encodings)), bert.tokenizer.pad_id or 0
    with torch.inference_mode():
        ids = torch.full((len(encodings), size), pad, dtype=torch.int64)
        segments = torch.zeros_like(ids)
        bias = torch.full((len(encodings), 1, 1, size), torch.finfo(torch.float32).min)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding)] = torch.tensor(encoding.ids)
            segments[row, : len(encoding)] = torch.tensor(encoding.segment_ids)
            bias[row, ..., : len(encoding)] = 0.0
        segments.clamp_(max=config.type_vocab_size - 1)
        bias = bias.to(bert.device)
        hidden: Tensor = module.embeddings(ids.to(bert.device), segments.to(bert.device))
    for part in module.encoder.layers[:layers]:
        yield
        with torch.inference_mode():
            hidden = part(hidden, bias)
    return hidden, bias


def head_weights(layer: Layer, hidden: Tensor, bias: Tensor, head: int | None) -> Tensor:
    """What one head of a layer attends to, or the mean over its heads: float32 [B, S, S], rows sum to 1.

    hidden [B, S, H] is what goes into the layer, bias as in `states_after`.
    """
    attention = layer.attention
    linear, width = attention.query_key_value, hidden.shape[-1]
    each, given = width // attention.heads, hidden.to(linear.weight.dtype)
    chosen = range(attention.heads) if head is None else [head]
    total: Tensor | None = None
    for one in chosen:
        query, key = (
            functional.linear(given, linear.weight[start : start + each], linear.bias[start : start + each])
            for start in (one * each, width + one * each)
        )
        scores = (query @ key.transpose(1, 2)).float() * attention.scale + bias[:, 0]
        weights = scores.softmax(-1)
        total = weights if total is None else total.add_(weights)
    return cast(Tensor, total) / len(chosen)
