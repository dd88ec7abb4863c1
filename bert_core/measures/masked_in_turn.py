"""Which pieces a prediction hangs on, by masking each in turn."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch

from bert_core.explanations import Attribution, Floats, Target
from bert_core.interventions import NONE, Interventions
from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.in_steps import finished, retried
from bert_core.measures.scene_target import SceneTarget, nothing
from bert_core.queries import Progress
from bert_core.scene import Scene

if TYPE_CHECKING:
    from bert_core.bert import Bert


def leave_one_out(
    bert: Bert,
    text_a: str,
    text_b: str | None,
    target: Target,
    *,
    replaced: Mapping[int, int] | None = None,
    interventions: Interventions | None = None,
    check: Callable[[], None] | None = None,
) -> Attribution:
    """How much of a prediction F goes when a piece is masked: scores float64 [S], F(x) - F(x with [MASK] at i).

    Every piece is masked in turn, [CLS] and [SEP] too; one that is masked already scores 0. In float32, in batches of
    whole texts. Li, Monroe & Jurafsky 2016, "Understanding Neural Networks through Representation Erasure", with [MASK]
    in the place of zeros, since the model knows it; arguments and errors as in `integrated_gradients`.
    """
    scene = Scene(bert.model_id, text_a, text_b, replaced or {}, interventions or NONE)
    return finished(scene_leave_one_out(bert, scene, target, check), check)


def scene_leave_one_out(
    bert: Bert, scene: Scene, target: Target, check: Callable[[], None] | None = None
) -> Generator[Progress | None, None, Attribution]:
    """The same of a scene, its replaced pieces and interventions in force, by a generator that returns it.

    It yields a Progress in pieces after every batch. A batch that `check` calls off by raising Cancelled is begun again
    after a None. Raises ValueError for a scene of another model, when it is first advanced.
    """
    with enough_memory("read this text"), torch.inference_mode():
        reading = SceneTarget(bert, scene, target, check or nothing)
    ids = np.array(reading.ids)
    varied = ids != bert.tokenizer.mask_id
    places = np.flatnonzero(varied)
    texts = np.tile(ids, (1 + len(places), 1))
    texts[np.arange(1, len(texts)), places] = bert.tokenizer.mask_id
    batch = reading.batch(gradients=False)
    values = np.empty(len(texts))
    for begin in range(0, len(texts), batch):
        part = texts[begin : begin + batch].tolist()
        values[begin : begin + batch] = yield from retried(partial(_values, reading, part))
        yield Progress(min(begin + batch, len(texts)), len(texts), "pieces")
    scores = np.zeros(len(ids))
    scores[places] = values[0] - values[1:]
    scores.flags.writeable = varied.flags.writeable = False
    return Attribution("leave-one-out", reading.target, scores, varied, float(values[0]))


def _values(reading: SceneTarget, texts: list[list[int]]) -> Floats:
    """The target of each text, float64 [N]."""
    with enough_memory(f"read {len(texts)} texts at once"), torch.inference_mode():
        found: Floats = reading.values(reading.words(texts)).cpu().double().numpy()
        return found
