"""What a word prediction looks like after every layer: the model's own head on all hidden states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from bert_core.errors import TextError
from bert_core.explanations import LayerLens
from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.ranked_pieces import best_ids, rank_of, shares
from bert_core.measures.scene_target import require_words
from bert_core.measures.trace_model import require_model
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core.bert import Bert

_ROWS = 64
"""Of how many hidden states the logits are held at once: 8 MB of 30,522 pieces."""


def layer_lens(
    bert: Bert,
    trace: Trace,
    positions: Sequence[int] | None = None,
    top_k: int = 10,
    *,
    words: Sequence[int] = (),
    check: Callable[[], None] | None = None,
) -> LayerLens:
    """The candidates at P positions after each of L layers, and before the first: see `LayerLens` for the arrays.

    positions  any, masked or not, counted from 0; None: the masked ones
    top_k      how many candidates of each
    words      ids of pieces whose rank and probability is asked for everywhere
    check      called before the logits of every 64 hidden states; may raise

    logits_l = E LN(f(W_t h_l + b_t)) + b by the checkpoint's own masked-word head, h_l being the trace's hidden
    states [L+1, S, H] and f its activation: the "logit lens" (nostalgebraist 2020, "interpreting GPT") with a head that
    was trained for the last layer only, for which early ones may speak another language. The last layer is the model's
    own prediction to the last bit: the trace's logits, or those that a trace with `predict=positions` would have.

    Raises ValueError for a trace of another model, a position or piece that is not there, a position that comes twice,
    or `top_k` below 1; TextError where the model has no masked-word head or nothing is masked; MemoryShortage.
    """
    require_model(bert, trace)
    require_words(bert)
    places = tuple(trace.masked if positions is None else positions)
    if not places:
        raise TextError("No piece is masked.", remedy="Mask one, or choose positions.")
    size = len(trace.tokens)
    if min(places) < 0 or max(places) >= size or len(set(places)) != len(places):
        raise ValueError(f"positions {places} of {size}")
    if any(not 0 <= word < bert.config.vocab_size for word in words):
        raise ValueError(f"words {tuple(words)} of {bert.config.vocab_size} ids")
    if top_k < 1:
        raise ValueError(f"the best {top_k}")
    lens = _Lens(len(trace.hidden_states), len(places), min(top_k, bert.config.vocab_size), tuple(words))
    with enough_memory(f"look at {len(places)} pieces layer by layer"), torch.inference_mode():
        lens.add([(-1, index) for index in range(len(places))], _last(bert, trace, places))
        early = [
            (layer, index) for layer in range(len(trace.hidden_states) - 1) for index in range(len(places))
        ]
        for begin in range(0, len(early), _ROWS):
            if check is not None:
                check()
            cells = early[begin : begin + _ROWS]
            hidden = np.stack([trace.hidden_states[layer, places[index]] for layer, index in cells])
            lens.add(cells, list(_logits(bert, torch.from_numpy(hidden).to(bert.device))))
    return lens.value(places)


def _logits(bert: Bert, hidden: Tensor) -> NDArray[np.float32]:
    """[N, H] -> float32 [N, V]."""
    module = bert.module
    assert module.mlm is not None
    found: Tensor = module.mlm(hidden, module.embeddings.word_embeddings.weight)
    return found.float().cpu().numpy()


def _last(bert: Bert, trace: Trace, places: Sequence[int]) -> list[NDArray[np.float32]]:
    """What the trace has; else the same product of the same rows as it would have made, so that no bit differs."""
    known = dict(trace.logits or {})
    if not known.keys() >= set(places):
        rows = sorted({*places, *trace.masked})
        hidden = torch.tensor(trace.hidden_states[-1][rows], device=bert.device)
        known = dict(zip(rows, _logits(bert, hidden), strict=True)) | known
    return [known[place] for place in places]


class _Lens:
    """The arrays, filled cell by cell."""

    def __init__(self, layers: int, places: int, top: int, words: tuple[int, ...]) -> None:
        shape = (layers, places)
        self._ids, self._top = np.empty((*shape, top), np.int64), np.empty((*shape, top))
        self._entropies = np.empty(shape)
        self._words = words
        # The final answer of the place comes behind the words.
        self._ranks = np.empty((*shape, len(words) + 1), np.int64)
        self._shares = np.empty((*shape, len(words) + 1))

    def add(self, cells: Sequence[tuple[int, int]], logits: Sequence[NDArray[np.float32]]) -> None:
        """(layer, place) and logits [V] of each; those of the last layer first."""
        for cell, row in zip(cells, logits, strict=True):
            p, self._entropies[cell] = shares(row)
            self._ids[cell] = best_ids(row, self._ids.shape[-1])
            self._top[cell] = p[self._ids[cell]]
            asked = [*self._words, int(self._ids[-1, cell[1], 0])]
            self._ranks[cell] = [rank_of(row, word) for word in asked]
            self._shares[cell] = p[asked]

    def value(self, places: tuple[int, ...]) -> LayerLens:
        """All of it, not to be changed any more."""
        arrays = (self._ids, self._top, self._entropies, self._ranks, self._shares)
        for array in arrays:
            array.flags.writeable = False
        return LayerLens(
            positions=places,
            ids=self._ids,
            probabilities=self._top,
            entropies=self._entropies,
            final_ranks=self._ranks[..., -1],
            final_probabilities=self._shares[..., -1],
            words=self._words,
            word_ranks=self._ranks[..., :-1],
            word_probabilities=self._shares[..., :-1],
        )
