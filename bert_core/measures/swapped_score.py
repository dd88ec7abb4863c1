"""p(is next) of a pair the other way round."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import torch

from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.last_hidden import last_hidden
from bert_core.measures.next_scores import require_next
from bert_core.measures.scene_target import scene_tokens
from bert_core.scene import Scene

if TYPE_CHECKING:
    from bert_core.bert import Bert


def swapped_score(bert: Bert, scene: Scene, check: Callable[[], None]) -> float:
    """p(A comes after B), equal to that of a trace of the texts as typed, B first.

    Of the scene's interventions those count that belong to no piece, and its replaced pieces do not: they are the
    positions of the pair as it stands. `check` is called before every layer and may raise.

    Raises TextError where the model has no next-sentence head; ValueError for a scene of another model.
    """
    changes = scene.interventions.moved({})
    require_next(bert, changes)
    tokens = scene_tokens(bert, Scene(scene.model_id, scene.second or "", scene.text_a, {}, changes))
    module = bert.module
    assert module.pooler is not None and module.nsp is not None
    with enough_memory(f"read {len(tokens)} pieces"), torch.inference_mode():
        hidden = last_hidden(module, tokens, changes, check)
        odds: float = torch.softmax(module.nsp(module.pooler(hidden)).cpu().double(), -1)[0].item()
        return odds
