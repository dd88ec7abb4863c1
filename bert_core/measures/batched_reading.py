"""A text read many times over in batches, with other pieces or other word vectors; gradients pass through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from bert_core.interventions import Interventions
from bert_core.measures.trace_model import layer_at
from bert_core.model.attention import SelfAttention, attention_bias
from bert_core.model.embeddings import Terms, without_dropped

if TYPE_CHECKING:
    from bert_core.bert import Bert

BATCH_BYTES = 2**28
"""What a batch may hold at a time, about; never less than one text is read at once."""
_CPU_ROWS = 256
"""So many pieces are read at once on a CPU, about: more take as long each, and make way less often."""


def linear(part: torch.nn.Linear, x: Tensor) -> Tensor:
    """float32 [..., in] -> [..., out], in float32 also where the model's linear layers have bfloat16."""
    return torch.nn.functional.linear(x, part.weight.float(), part.bias.float())


class BatchedReading:
    """S pieces of which the words change, but not the segments, the positions, or the interventions; in float32.

    check  called before every layer, and after every layer of a backward pass; may raise

    To be made and used under the same mode of torch: inference mode, or gradients enabled.
    """

    def __init__(
        self, bert: Bert, segments: Sequence[int], changes: Interventions, check: Callable[[], None]
    ) -> None:
        self._bert, self._changes, self._check = bert, changes, check
        self.size = len(segments)
        embeddings, device = bert.module.embeddings, bert.device
        table = torch.tensor(segments, device=device).clamp_(max=bert.config.type_vocab_size - 1)
        terms = without_dropped(embeddings.terms(torch.zeros_like(table), table), changes)
        self._added = terms.segment + terms.position  # [S, H]
        ones = torch.ones(self.size, 1, device=device)
        self._words_kept = without_dropped(Terms(ones, ones, ones), changes).token  # [S, 1]
        self._bias = attention_bias(self.size, changes.direction, changes.hidden, device)

    def batch(self, rows: int, *, gradients: bool, logits: bool) -> int:
        """How many texts to read at once, where the last layer is read at `rows` places, and all `logits` are made."""
        config = self._bert.config
        layer = 4 * config.num_attention_heads * self.size**2
        layer += self.size * (10 * config.hidden_size + 3 * config.intermediate_size)
        numbers = layer * (config.num_hidden_layers if gradients else 1)
        numbers += 4 * rows * config.vocab_size if logits else 0
        most = BATCH_BYTES // (4 * numbers)
        if self._bert.device.type == "cpu":
            most = min(most, _CPU_ROWS // self.size)
        return max(1, most)

    def words(self, ids: Sequence[Sequence[int]]) -> Tensor:
        """The word embeddings of B texts of S pieces, [B, S, H]."""
        found: Tensor = self._bert.module.embeddings.word_embeddings(
            torch.tensor(ids, device=self._bert.device)
        )
        return found

    def hidden(self, words: Tensor, rows: Sequence[int], layers: int = 1) -> Tensor:
        """Word embeddings [B, S, H] -> hidden states after the last layer [B, R, H], at R places.

        layers  of more than one, those after each of the last so many stand side by side: [B, R, layers * H]

        The other embeddings and LayerNorm come on top. Where a word embedding is dropped, no gradient comes back to it.
        """
        hidden: Tensor = self._bert.module.embeddings.LayerNorm(words * self._words_kept + self._added)
        last = self._bert.config.num_hidden_layers - 1
        kept: list[Tensor] = []
        for index in range(last + 1):
            self._check()
            if hidden.requires_grad:
                hidden.register_hook(self._asked)
            hidden = self._layer(index, hidden, list(rows) if index == last and layers == 1 else None)
            if index > last - layers:
                kept.append(hidden)
        return hidden if layers == 1 else torch.cat(kept, -1)[:, list(rows)]

    def _asked(self, gradient: Tensor) -> None:
        self._check()

    def _layer(self, index: int, hidden: Tensor, rows: list[int] | None) -> Tensor:
        """[B, S, H] -> [B, S, H]; or [B, R, H], where only some rows are asked for."""
        part = layer_at(self._bert, index)
        asked = hidden if rows is None else hidden[:, rows]
        bias = self._bias if self._bias is None or rows is None else self._bias[rows]
        context = self._context(part.attention, index, hidden, asked, bias)
        between = part.attention_norm(asked + linear(part.attention.output, context))
        fed = linear(part.output, part.activation(linear(part.intermediate, between)))
        result: Tensor = part.output_norm(between + fed)
        return result

    def _context(
        self, attention: SelfAttention, index: int, hidden: Tensor, asked: Tensor, bias: Tensor | None
    ) -> Tensor:
        """What R queries [B, R, H] take from all pieces [B, S, H], by the bias [R, S]: [B, R, H]."""
        batch, queries, width = asked.shape
        projection, shape = attention.query_key_value, (batch, -1, attention.heads, width // attention.heads)
        weight, offset = projection.weight.float(), projection.bias.float()
        query = torch.nn.functional.linear(asked, weight[:width], offset[:width]) * attention.scale
        pair = torch.nn.functional.linear(hidden, weight[width:], offset[width:])
        query, key, value = (
            part.view(shape).transpose(1, 2) for part in (query, *pair.chunk(2, -1))
        )  # [B, A, R or S, d]
        scores = query @ key.transpose(-1, -2)  # [B, A, R, S]
        if bias is not None:
            scores = scores + bias
        weights = scores.softmax(-1)
        off = [head for where, head in self._changes.heads_off if where == index]
        if off and self._changes.head_off == "uniform":
            even = torch.zeros_like(scores[0, 0]) if bias is None else bias
            weights = weights.index_copy(
                1,
                torch.tensor(off, device=weights.device),
                even.softmax(-1).expand(batch, len(off), -1, -1),
            )
        context = weights @ value
        if off and self._changes.head_off == "zero":
            context = context.index_fill(1, torch.tensor(off, device=context.device), 0.0)
        return context.transpose(1, 2).reshape(batch, queries, width)
