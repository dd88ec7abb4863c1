"""A text made into a training example (Devlin et al. 2018, section 3.1), and what a model makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from bert_core.devices import out_of_memory
from bert_core.errors import MemoryShortage
from bert_core.exercise import Asked, Exercise, Exercises, Fate, Guess
from bert_core.interventions import Interventions, Positions
from bert_core.measures.last_hidden import last_hidden
from bert_core.pretraining.masking import DRAWS, Masking, mask
from bert_core.pretraining.recipe import MaskingRecipe
from bert_core.queries import TrainingExample
from bert_core.scene import Scene
from bert_core.trace import NspScore, Token

if TYPE_CHECKING:
    from bert_core.bert import Bert


def training_example(
    bert: Bert, scene: Scene, query: TrainingExample, check: Callable[[], None]
) -> Exercises:
    """The scene's texts as typed, masked by this query's roll; its interventions in force.

    What the scene puts in the place of pieces does not count: the example is made from what was typed. With a second
    sentence, the model also reads A, masked as before, followed by `query.elsewhere`; of the interventions that are
    bound to positions, those of A stay in force there.

    check  called before every layer; may raise

    Raises ValueError for a scene of another model, MemoryShortage where memory runs out.
    """
    if scene.model_id != bert.model_id:
        raise ValueError(f"the scene is of {scene.model_id}, this is {bert.model_id}")
    encoding = bert.tokenizer.encode(scene.text_a, scene.second)
    read = _masked(bert, encoding.tokens, query, np.random.default_rng((query.seed, 0)))
    try:
        with torch.inference_mode():
            own = _exercise(bert, encoding.tokens, read, scene.interventions, check)
            own = replace(own, left_out=encoding.left_out, is_next=None if scene.second is None else True)
            if scene.second is None:
                return Exercises(replace(own, nsp=None))
            if not query.elsewhere:
                return Exercises(own)
            return Exercises(own, _with_elsewhere(bert, scene, query, own, read, check))
    except (MemoryError, RuntimeError) as error:
        if out_of_memory(error):
            raise MemoryShortage(
                f"There is not enough memory to read {len(encoding)} pieces.",
                remedy="Shorten the text, choose a smaller model, or close other programs.",
            ) from error
        raise


def _with_elsewhere(
    bert: Bert,
    scene: Scene,
    query: TrainingExample,
    own: Exercise,
    own_read: Mapping[int, int],
    check: Callable[[], None],
) -> Exercise:
    """A, with the same pieces masked, and the other sentence, masked by a draw of its own."""
    encoding = bert.tokenizer.encode(scene.text_a, query.elsewhere)
    tokens = encoding.tokens
    first = sum(token.segment == 0 for token in tokens)
    same = {p: i for p, i in own_read.items() if p < first - 1 and own.tokens[p] == tokens[p]}
    drawn = _masked(bert, tokens[first:], query, np.random.default_rng((query.seed, 1)))
    read = same | {first + p: i for p, i in drawn.items()}
    made = _exercise(bert, tokens, read, _within(scene.interventions, first), check)
    return replace(made, is_next=False, left_out=encoding.left_out)


def _masked(
    bert: Bert, tokens: Sequence[Token], query: TrainingExample, generator: np.random.Generator
) -> dict[int, int]:
    """Position -> id to be read there, of the pieces that are asked for."""
    recipe = MaskingRecipe(share=query.share, whole_words=query.whole_words)
    ids = np.array([[token.id for token in tokens]], dtype=np.int64)
    draws = generator.random((len(tokens), DRAWS)).T[
        None
    ]  # a piece's numbers do not change with what comes after it
    masked = mask(ids, Masking.of(bert.tokenizer, recipe), draws)
    return {position: int(masked.ids[0, position]) for position in masked.positions.tolist()}


def _exercise(
    bert: Bert,
    tokens: tuple[Token, ...],
    read: Mapping[int, int],
    interventions: Interventions,
    check: Callable[[], None],
) -> Exercise:
    """One forward pass over the pieces as read; logits only at those that are asked for."""
    seen = _put(tokens, read, bert.vocabulary)
    hidden = last_hidden(bert.module, seen, interventions, check)
    places = sorted(read)
    guesses = _guesses(bert, hidden, places, [tokens[p].id for p in places])
    asked = [
        Asked(p, _fate(tokens[p].id, read[p], bert.tokenizer.mask_id), guess)
        for p, guess in zip(places, guesses, strict=True)
    ]
    return Exercise(tokens, seen, tuple(asked), nsp=_nsp(bert, hidden))


def _put(tokens: Sequence[Token], read: Mapping[int, int], vocabulary: Sequence[str]) -> tuple[Token, ...]:
    return tuple(
        replace(token, id=read[p], text=vocabulary[read[p]]) if p in read else token
        for p, token in enumerate(tokens)
    )


def _fate(typed: int, read: int, mask_id: int) -> Fate:
    if read == mask_id:
        return "mask"
    return "kept" if read == typed else "random"


def _guesses(
    bert: Bert, hidden: Tensor, places: Sequence[int], targets: Sequence[int]
) -> Sequence[Guess | None]:
    module = bert.module
    if module.mlm is None or not places:
        return [None] * len(places)
    logits = module.mlm(hidden[list(places)], module.embeddings.word_embeddings.weight)
    logs = torch.log_softmax(logits.float().cpu().double(), -1)
    best, ids = logs.max(-1)
    right = logs.gather(-1, torch.tensor(targets)[:, None])[:, 0]
    return [
        Guess(bert.vocabulary[id_], id_, float(np.exp(top)), float(np.exp(log)), -log)
        for id_, top, log in zip(ids.tolist(), best.tolist(), right.tolist(), strict=True)
    ]


def _nsp(bert: Bert, hidden: Tensor) -> NspScore | None:
    module = bert.module
    if module.nsp is None or module.pooler is None:
        return None
    is_next, not_next = torch.softmax(module.nsp(module.pooler(hidden)).cpu().double(), -1).tolist()
    return NspScore(is_next, not_next)


def _within(interventions: Interventions, size: int) -> Interventions:
    """The same, where bound to positions only below `size`."""

    def below(where: Positions) -> Positions:
        return where if isinstance(where, str) else frozenset(p for p in where if p < size)

    return replace(
        interventions,
        hidden=frozenset(p for p in interventions.hidden if p < size),
        dropped={term: below(where) for term, where in interventions.dropped.items()},  # type: ignore[arg-type]
    )
