"""Does it matter to which pieces a head gives its weights? (Jain & Wallace 2019)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from bert_core.errors import TextError
from bert_core.interventions import NONE, Interventions
from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.trace_model import layer_at, require_model
from bert_core.model.attention import SelfAttention, attention_bias
from bert_core.model.embeddings import without_dropped
from bert_core.model.encoder import Layer
from bert_core.tokenization import Encoding
from bert_core.trace import Token, Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert

DRAWS = 100
_BATCH_NUMBERS = 8_000_000
"""How many float32 numbers a batch of draws may take, about; never less than one draw is computed at once."""


def permutation_test(
    bert: Bert,
    encoding: Encoding | Trace,
    layer: int,
    head: int,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    check: Callable[[], None] | None = None,
) -> float:
    """The median change of a prediction, 0 to 1, when a head's weights are permuted within each row.

    encoding     what the model reads; of a trace, its pieces and its scene's interventions, which stay in force
    layer, head  counted from 0
    draws, seed  how many permutations of all rows, each row its own, and what they are drawn from
    check        called before every layer of every batch of draws; may raise

    A weight moves only to a key that its query may attend to. All that comes after the head is computed again, and the
    change is the total variation distance 1/2 sum |p - q| of the masked piece's distribution, of several masked pieces
    their mean; where nothing is masked, or without a masked-word head, of the next-sentence distribution. A head that
    is off, by zero or evenly, gives 0. Jain & Wallace 2019, "Attention is not Explanation", "Attention Permutation".

    Raises ValueError for a trace of another model, a layer or head that is not there, or no draws; TextError where
    there is nothing that the model could predict; MemoryShortage.
    """
    tokens, changes = encoding.tokens, NONE
    if isinstance(encoding, Trace):
        require_model(bert, encoding)
        changes = encoding.scene.interventions
    layer_at(bert, layer)
    if not 0 <= head < bert.config.num_attention_heads:
        raise ValueError(f"head {head} of {bert.config.num_attention_heads}")
    if draws < 1:
        raise ValueError(f"{draws} draws")
    masks = [p for p, token in enumerate(tokens) if token.id == bert.tokenizer.mask_id]
    masks = masks if bert.module.mlm is not None else []
    if not masks and bert.module.nsp is None:
        raise TextError(
            "There is nothing to predict: no piece is masked, and this model has no next-sentence head."
            if bert.module.mlm is not None
            else "This model has neither a masked-word head nor a next-sentence head."
        )
    if (layer, head) in changes.heads_off:
        return 0.0
    test = _Test(bert, tokens, changes, masks, check or (lambda: None))
    with enough_memory(f"permute the weights of {len(tokens)} pieces"), torch.inference_mode():
        return test.run(layer, head, draws, np.random.default_rng(seed))


class _Test:
    """One text, with what is the same for all draws."""

    def __init__(
        self,
        bert: Bert,
        tokens: Sequence[Token],
        changes: Interventions,
        masks: list[int],
        check: Callable[[], None],
    ) -> None:
        self._bert, self._tokens, self._changes, self._check = bert, tokens, changes, check
        self._rows = masks or [0]
        self._masked = bool(masks)
        self._bias = attention_bias(len(tokens), changes.direction, changes.hidden, bert.device)

    def run(self, layer: int, head: int, draws: int, generator: np.random.Generator) -> float:
        hidden = self._embedded()
        for index in range(layer):
            hidden = self._step(index, hidden)
        part = layer_at(self._bert, layer)
        values, weights = self._attend(part.attention, hidden, layer)
        context = weights @ values  # [1, A, S, d]
        before = self._predict(self._rest(layer, hidden, self._without_zeroed(context, layer)))
        given = weights[0, head].cpu().numpy()
        allowed = np.ones(given.shape, np.bool_) if self._bias is None else (self._bias == 0).cpu().numpy()
        distances: list[float] = []
        while len(distances) < draws:
            count = min(self._at_once(), draws - len(distances))
            permuted = np.stack([_permuted(given, allowed, generator) for _ in range(count)])
            contexts = context.repeat(count, 1, 1, 1)
            contexts[:, head] = torch.from_numpy(permuted).to(values.device) @ values[:, head]
            after = self._predict(self._rest(layer, hidden, self._without_zeroed(contexts, layer)))
            distances += (0.5 * (after - before).abs().sum(-1).mean(-1)).tolist()
        return float(np.median(distances))

    def _at_once(self) -> int:
        config, size = self._bert.config, len(self._tokens)
        numbers = config.num_attention_heads * size * size * 3
        numbers += size * (8 * config.hidden_size + 2 * config.intermediate_size)
        numbers += len(self._rows) * config.vocab_size * 3 if self._masked else 0
        return max(1, _BATCH_NUMBERS // numbers)

    def _embedded(self) -> Tensor:
        """[1, S, H]."""
        embeddings, device = self._bert.module.embeddings, self._bert.device
        ids = torch.tensor([token.id for token in self._tokens], device=device)
        segments = torch.tensor([token.segment for token in self._tokens], device=device)
        segments.clamp_(max=self._bert.config.type_vocab_size - 1)
        terms = without_dropped(embeddings.terms(ids, segments), self._changes)
        normed: Tensor = embeddings.LayerNorm(terms.token + terms.segment + terms.position)
        return normed[None]

    def _step(self, index: int, hidden: Tensor) -> Tensor:
        """One whole layer as it is: [B, S, H] -> [B, S, H]; of the last, only the rows that are read."""
        self._check()
        part = layer_at(self._bert, index)
        values, weights = self._attend(part.attention, hidden, index)
        return self._finish(part, index, hidden, self._without_zeroed(weights @ values, index))

    def _rest(self, layer: int, hidden: Tensor, context: Tensor) -> Tensor:
        """What the last layer makes of heads' contexts [B, A, S, d] in a layer that read hidden [1, S, H]."""
        self._check()
        hidden = self._finish(layer_at(self._bert, layer), layer, hidden, context)
        for index in range(layer + 1, self._bert.config.num_hidden_layers):
            hidden = self._step(index, hidden)
        return hidden

    def _attend(self, attention: SelfAttention, hidden: Tensor, index: int) -> tuple[Tensor, Tensor]:
        """[B, S, H] -> values [B, A, S, d], weights [B, A, S, S] with heads evened that are off so."""
        batch, size, _ = hidden.shape
        qkv = attention.query_key_value(hidden).view(batch, size, 3, attention.heads, -1)
        query, key, values = qkv.permute(2, 0, 3, 1, 4)
        scores = (query * attention.scale) @ key.transpose(-1, -2)
        if self._bias is not None:
            scores += self._bias
        weights = scores.softmax(-1)
        if self._changes.head_off == "uniform":
            even = torch.zeros(size, size, device=hidden.device) if self._bias is None else self._bias
            weights[:, self._off(index)] = even.softmax(-1)
        return values, weights

    def _without_zeroed(self, context: Tensor, index: int) -> Tensor:
        if self._changes.head_off == "zero":
            context[:, self._off(index)] = 0.0
        return context

    def _off(self, index: int) -> list[int]:
        return [head for where, head in self._changes.heads_off if where == index]

    def _finish(self, part: Layer, index: int, hidden: Tensor, context: Tensor) -> Tensor:
        joined = context.transpose(1, 2).flatten(2)
        if index == self._bert.config.num_hidden_layers - 1:
            joined, hidden = joined[:, self._rows], hidden[:, self._rows]
        attended = part.attention.output(joined)
        return part.feed_forward(part.attention_norm(attended + hidden))

    def _predict(self, hidden: Tensor) -> Tensor:
        """[B, R, H] of the rows that are read -> probabilities [B, R, V], or [B, 1, 2]."""
        module = self._bert.module
        if self._masked:
            assert module.mlm is not None
            logits: Tensor = module.mlm(hidden, module.embeddings.word_embeddings.weight)
        else:
            assert module.nsp is not None and module.pooler is not None
            logits = module.nsp(module.pooler(hidden))[:, None]
        return logits.softmax(-1)


def _permuted(weights: np.ndarray, allowed: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Weights [S, S], each row's shuffled among the keys it may attend to; one draw takes S * S random numbers."""
    order = np.argsort(generator.random(weights.shape) + ~allowed, axis=-1)
    places = np.argsort(~allowed, axis=-1, kind="stable")
    shuffled = np.empty_like(weights)
    np.put_along_axis(shuffled, places, np.take_along_axis(weights, order, -1), -1)
    return shuffled
