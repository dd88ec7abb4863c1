"""One forward pass that keeps everything it showed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from time import perf_counter
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bert_core.devices import out_of_memory
from bert_core.errors import Cancelled, MemoryShortage, TextError
from bert_core.frozen import FrozenMap
from bert_core.model.attention import attention_bias
from bert_core.model.bert import BertModule
from bert_core.model.embeddings import without_dropped
from bert_core.model.encoder import Layer
from bert_core.scene import Scene
from bert_core.tokenization import Encoding, Tokenizer
from bert_core.trace import EmbeddingTerms, NspScore, Timing, Token, Trace


def never() -> bool:
    """Nobody calls this trace off."""
    return False


def trace_scene(
    module: BertModule,
    tokenizer: Tokenizer,
    vocabulary: Sequence[str],
    scene: Scene,
    predict: Collection[int] = (),
    cancelled: Callable[[], bool] = never,
) -> Trace:
    """Tokenize the scene, run the model once, and keep what it showed.

    predict    positions besides the masked ones where MLM logits are wanted (negative counts from the end)
    cancelled  asked before every layer; when it says yes, Cancelled is raised

    Raises TextError for a position or head that is not there, MemoryShortage where memory runs out.
    """
    started = perf_counter()
    encoding = tokenizer.encode(scene.text_a, scene.second)
    tokens = replaced_tokens(encoding, scene.replaced, vocabulary)
    tokenized = perf_counter()
    try:
        with torch.inference_mode():
            return _forward(
                module,
                tokenizer,
                vocabulary,
                scene,
                tokens,
                encoding,
                predict,
                cancelled,
                tokenized - started,
            )
    except (MemoryError, RuntimeError) as error:
        if out_of_memory(error):
            raise _no_memory(len(tokens)) from error
        raise


def replaced_tokens(
    encoding: Encoding, replaced: Mapping[int, int], vocabulary: Sequence[str]
) -> tuple[Token, ...]:
    """The encoding's tokens, with other pieces where the scene puts them.

    Raises TextError for a position outside the text or an id outside the vocabulary.
    """
    tokens = list(encoding.tokens)
    for position, token_id in replaced.items():
        if not 0 <= position < len(tokens):
            raise TextError(
                f"There is no piece {position + 1} to replace; the text has {len(tokens)} pieces."
            )
        if not 0 <= token_id < len(vocabulary):
            raise TextError(f"Id {token_id} is not in this vocabulary of {len(vocabulary)} pieces.")
        old = tokens[position]
        tokens[position] = Token(
            vocabulary[token_id], token_id, old.segment, old.start, old.end, old.word, old.special
        )
    return tuple(tokens)


def _forward(
    module: BertModule,
    tokenizer: Tokenizer,
    vocabulary: Sequence[str],
    scene: Scene,
    tokens: tuple[Token, ...],
    encoding: Encoding,
    predict: Collection[int],
    cancelled: Callable[[], bool],
    tokenize_seconds: float,
) -> Trace:
    started = perf_counter()
    config, changes, size = module.config, scene.interventions, len(tokens)
    for layer_index, head in changes.heads_off:
        if layer_index >= config.num_hidden_layers or head >= config.num_attention_heads:
            raise TextError(f"There is no head L{layer_index + 1}-H{head + 1} to switch off in this model.")
    wanted = {position + size if position < 0 else position for position in predict}
    if wanted and not (min(wanted) >= 0 and max(wanted) < size):
        raise TextError(f"There is no such position to predict; the text has {size} pieces.")
    wanted |= {position for position, token in enumerate(tokens) if token.id == tokenizer.mask_id}

    device = module.embeddings.word_embeddings.weight.device
    ids = torch.tensor([token.id for token in tokens], device=device)
    segments = torch.tensor([token.segment for token in tokens], device=device)
    terms = without_dropped(
        module.embeddings.terms(ids, segments.clamp_(max=config.type_vocab_size - 1)), changes
    )
    total = terms.token + terms.segment + terms.position
    layers = config.num_hidden_layers
    hidden_states = torch.empty(layers + 1, size, config.hidden_size, device=device)
    attentions = torch.empty(layers, config.num_attention_heads, size, size, device=device)
    hidden = hidden_states[0].copy_(module.embeddings.LayerNorm(total))
    bias = attention_bias(size, changes.direction, changes.hidden, device)
    for index, part in enumerate(module.encoder.layers):
        if cancelled():
            raise Cancelled
        layer = cast(Layer, part)
        off = [head for where, head in changes.heads_off if where == index]
        attended = layer.attention.record(hidden, attentions[index], bias, off, changes.head_off)
        hidden = layer.feed_forward(layer.attention_norm(attended.add_(hidden)))
        hidden = hidden_states[index + 1].copy_(hidden)
    if cancelled():
        raise Cancelled

    pooled = None if module.pooler is None else module.pooler(hidden)
    nsp = None
    if module.nsp is not None:
        is_next, not_next = torch.softmax(module.nsp(pooled).cpu().double(), -1).tolist()
        nsp = NspScore(is_next, not_next)
    logits = None
    if module.mlm is not None:
        places = sorted(wanted)
        rows = module.mlm(hidden[places], module.embeddings.word_embeddings.weight)
        logits = FrozenMap(zip(places, (_owned(row) for row in rows), strict=True))
    return Trace(
        scene=scene,
        tokens=tokens,
        left_out=encoding.left_out,
        embeddings=EmbeddingTerms(
            token=_owned(terms.token),
            segment=_owned(terms.segment),
            position=_owned(terms.position),
            sum=_owned(total),
            output=_owned(hidden_states[0]),
        ),
        attentions=_owned(attentions),
        hidden_states=_owned(hidden_states),
        pooled=None if pooled is None else _owned(pooled),
        nsp=nsp,
        logits=logits,
        mask_id=tokenizer.mask_id,
        vocabulary=vocabulary,
        timing=Timing(tokenize_seconds, perf_counter() - started),
    )


def _owned(tensor: Tensor) -> NDArray[np.float32]:
    """A read-only float32 array of the tensor's values that shares memory with nothing that will change."""
    array: NDArray[np.float32] = tensor.float().cpu().numpy()
    if not array.flags.c_contiguous:
        array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array


def _no_memory(size: int) -> MemoryShortage:
    return MemoryShortage(
        f"There is not enough memory to record {size} pieces.",
        remedy="Shorten the text, choose a smaller model, or close other programs.",
    )
