"""Several masks filled, one after the other or all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from bert_core.errors import TextError
from bert_core.explanations import FilledMask, FillOrder, MaskFilling
from bert_core.interventions import NONE, Interventions
from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.last_hidden import last_hidden
from bert_core.measures.ranked_pieces import best_ids, shares
from bert_core.measures.scene_target import nothing, require_words, scene_tokens
from bert_core.scene import Scene
from bert_core.trace import Token

if TYPE_CHECKING:
    from bert_core.bert import Bert

Best = dict[int, tuple[int, float]]
"""Position -> id and probability of the best candidate there."""


def fill_masks(
    bert: Bert,
    text_a: str,
    text_b: str | None = None,
    *,
    order: FillOrder = "certain",
    replaced: Mapping[int, int] | None = None,
    interventions: Interventions | None = None,
    check: Callable[[], None] | None = None,
) -> MaskFilling:
    """Put the best candidate into every masked piece: what, in which order, and how probable it was then.

    order  "certain": the mask whose best candidate is the most probable of all is filled first, and the text read again
           before the next is chosen; of equals, the first in the text. "left-to-right": the same in the order of the
           text. "together": all by one reading, as if they did not hang together
    check  called before every layer; may raise

    One reading for each mask, in the model's own precision and equal to a trace's. For [MASK] one after another, most
    certain first, see Ghazvininejad et al. 2019, "Mask-Predict", which fills several at a time.

    Raises TextError where the model has no masked-word head or nothing is masked; MemoryShortage.
    """
    scene = Scene(bert.model_id, text_a, text_b, replaced or {}, interventions or NONE)
    return scene_mask_filling(bert, scene, order, check)


def scene_mask_filling(
    bert: Bert, scene: Scene, order: FillOrder = "certain", check: Callable[[], None] | None = None
) -> MaskFilling:
    """The same in a scene, its replaced pieces and interventions in force. ValueError for one of another model."""
    if order not in ("certain", "left-to-right", "together"):
        raise ValueError(f"order {order!r}")
    require_words(bert)
    tokens = list(scene_tokens(bert, scene))
    with enough_memory(f"read {len(tokens)} pieces"), torch.inference_mode():
        first = _best(bert, tokens, scene.interventions, check or nothing)
        if not first:
            raise TextError("No piece is masked.", remedy="Mask one, or type [MASK].")
        filled, best = list[FilledMask](), dict(first)
        while best:
            place = max(best, key=lambda p: best[p][1]) if order == "certain" else min(best)
            token_id, probability = best.pop(place)
            first_id, first_probability = first[place]
            names = bert.vocabulary
            filled.append(
                FilledMask(
                    place,
                    token_id,
                    names[token_id],
                    probability,
                    first_id,
                    names[first_id],
                    first_probability,
                )
            )
            tokens[place] = replace(tokens[place], id=token_id, text=names[token_id])
            scene = scene.replacing(place, token_id)
            if best and order != "together":
                read = _best(bert, tokens, scene.interventions, check or nothing)
                best = {p: read[p] for p in best}
    return MaskFilling(order, tuple(filled), scene)


def _best(bert: Bert, tokens: list[Token], changes: Interventions, check: Callable[[], None]) -> Best:
    """Of all masked pieces."""
    module, mask = bert.module, bert.tokenizer.mask_id
    places = [place for place, token in enumerate(tokens) if token.id == mask]
    if not places:
        return {}
    hidden = last_hidden(module, tokens, changes, check)
    assert module.mlm is not None
    logits = module.mlm(hidden[places], module.embeddings.word_embeddings.weight).float().cpu().numpy()
    found: Best = {}
    for place, row in zip(places, logits, strict=True):
        token_id = int(best_ids(row, 1)[0])
        found[place] = token_id, float(shares(row)[0][token_id])
    return found
