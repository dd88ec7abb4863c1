"""What becomes of a prediction when the text is changed: another word in it, one less, or the sentences swapped."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from bert_core.errors import TextError
from bert_core.explanations import (
    CandidateTarget,
    Floats,
    NextTarget,
    ScoreTarget,
    SpanTarget,
    TagTarget,
    Target,
)
from bert_core.interventions import NONE, Interventions
from bert_core.measures.batched_reading import BatchedReading, linear
from bert_core.measures.changed_scenes import Moved, swapped, without_word
from bert_core.measures.enough_memory import enough_memory
from bert_core.measures.in_steps import finished, retried
from bert_core.measures.ranked_pieces import best_ids
from bert_core.measures.scene_target import SceneTarget, nothing, require_words, scene_tokens
from bert_core.measures.task_target import TaskHead, best_span, is_task_target
from bert_core.queries import Progress
from bert_core.queries_saliency import ChangeKind, Changes, Outcome, WhatIfTable
from bert_core.scene import Scene
from bert_core.trace import Token

if TYPE_CHECKING:
    from bert_core.bert import Bert


def what_if(
    bert: Bert,
    text_a: str,
    text_b: str | None,
    target: Target,
    position: int = 0,
    *,
    changes: Changes = "candidates",
    count: int = 20,
    replaced: Mapping[int, int] | None = None,
    interventions: Interventions | None = None,
    check: Callable[[], None] | None = None,
) -> WhatIfTable:
    """What a prediction would be with something else in the text; see `WhatIf` for `changes`.

    target    see bert_core.explanations; its scale counts for nothing, probabilities are told
    position  of the piece that gives way to each of the `count` best candidates of its own mask
    check     called before every layer; may raise

    In float32, in batches of texts of the same shape. Raises TextError where the model has not got the head for the
    target or for the candidates, there is no such piece, or it is the one that the target is about; MemoryShortage.
    """
    scene = Scene(bert.model_id, text_a, text_b, replaced or {}, interventions or NONE)
    return finished(scene_what_if(bert, scene, target, position, changes, count, check), check)


class _Variant(NamedTuple):
    """A change, before it is known what comes of it."""

    kind: ChangeKind
    piece: str
    position: int | None
    chance: float | None
    scene: Scene
    target: Target
    tokens: tuple[Token, ...]


class _Shape(NamedTuple):
    """What texts must have in common to be read at once."""

    segments: tuple[int, ...]
    changes: Interventions
    target: Target


def scene_what_if(
    bert: Bert,
    scene: Scene,
    target: Target,
    position: int = 0,
    changes: Changes = "candidates",
    count: int = 20,
    check: Callable[[], None] | None = None,
) -> Generator[Progress | None, None, WhatIfTable]:
    """The same of a scene, its replaced pieces and interventions in force, by a generator that returns it.

    It yields a Progress in changes after every batch, with the table so far. A batch that `check` calls off by raising
    Cancelled is begun again after a None. Raises ValueError for a scene of another model; all else as in `what_if`.
    """
    with enough_memory("read this text"), torch.inference_mode():
        known = SceneTarget(bert, scene, target, check or nothing)  # refuses what cannot be
        tokens, target = known.tokens, known.target
    reader = _Reader(bert, target, check or nothing)
    variants = [_Variant("as it is", "", None, None, scene, target, tokens)]
    turned = swapped(bert.pieces, scene)
    if turned is not None:
        variants += reader.moved("swapped", "", None, *turned)
    if changes == "candidates":
        variants += yield from reader.candidates(scene, tokens, position, count)
    elif changes == "masks":
        variants += reader.masked_in_turn(scene, tokens)
    else:
        variants += reader.removals(scene, tokens)

    found: dict[int, Outcome] = {}
    before: Floats | None = None
    for shape, members in _by_shape(variants).items():
        reading = reader.reading(shape)
        batch = reading.batch(1, gradients=False, logits=True)
        for begin in range(0, len(members), batch):
            part = members[begin : begin + batch]
            texts = [[token.id for token in variants[index].tokens] for index in part]
            first = variants[part[0]]
            logs = yield from retried(partial(reader.logs, reading, first, texts))
            before = logs[0] if before is None else before
            for index, row in zip(part, logs, strict=True):
                found[index] = reader.outcome(variants[index], before, row)
            table = WhatIfTable(tuple(found[index] for index in sorted(found)))
            yield Progress(len(found), len(variants), "changes", table)
    return WhatIfTable(tuple(found[index] for index in range(len(variants))))


def _by_shape(variants: Sequence[_Variant]) -> dict[_Shape, list[int]]:
    """Which of them can be read at once; the text as it is comes first."""
    found: dict[_Shape, list[int]] = {}
    for index, variant in enumerate(variants):
        segments = tuple(token.segment for token in variant.tokens)
        shape = _Shape(segments, variant.scene.interventions, variant.target)
        found.setdefault(shape, []).append(index)
    return found


class _Reader:
    """Makes the changes, and reads what the prediction is then."""

    def __init__(self, bert: Bert, target: Target, check: Callable[[], None]) -> None:
        self._bert, self._target, self._check = bert, target, check
        self._mask = bert.tokenizer.mask_id

    # Changes

    def candidates(
        self, scene: Scene, tokens: tuple[Token, ...], position: int, count: int
    ) -> Generator[None, None, list[_Variant]]:
        """The piece masked, and each of the best candidates in its place."""
        require_words(self._bert)
        if not 0 <= position < len(tokens):
            raise TextError(f"There is no piece {position + 1}; the text has {len(tokens)}.")
        if isinstance(self._target, CandidateTarget) and self._target.position == position:
            raise TextError(
                "The prediction is about this very piece.", remedy="Choose another piece to put words in for."
            )
        ids = [token.id for token in tokens]
        ids[position] = self._mask
        shape = _Shape(tuple(token.segment for token in tokens), scene.interventions, self._target)
        logs = (yield from retried(partial(self._words_at, shape, position, ids)))[0]
        found = [self._put(scene, tokens, position, self._mask, "masked", None)]
        for id_ in best_ids(logs, count).tolist():
            found.append(self._put(scene, tokens, position, id_, "candidate", float(np.exp(logs[id_]))))
        return found

    def masked_in_turn(self, scene: Scene, tokens: tuple[Token, ...]) -> list[_Variant]:
        """Every piece masked that is not yet, but for added specials and the one that the target is about."""
        own = self._target.position if isinstance(self._target, CandidateTarget) else None
        return [
            self._put(scene, tokens, position, self._mask, "masked", None)
            for position, token in enumerate(tokens)
            if not token.special and token.id != self._mask and position != own
        ]

    def removals(self, scene: Scene, tokens: tuple[Token, ...]) -> list[_Variant]:
        """Every word taken out, but for the one that the target is about."""
        found: list[_Variant] = []
        words = dict.fromkeys(token.word for token in tokens if not token.special)
        for word in words:
            own = [position for position, token in enumerate(tokens) if token.word == word]
            pieces = "".join(tokens[p].text.removeprefix("##") if p > own[0] else tokens[p].text for p in own)
            found += self.moved("removed", pieces, own[0], *without_word(self._bert.pieces, scene, word))
        return found

    def moved(
        self, kind: ChangeKind, piece: str, position: int | None, scene: Scene, moved: Moved
    ) -> list[_Variant]:
        """A change after which pieces stand elsewhere; none where that of the target is gone."""
        target = self._target
        if isinstance(target, CandidateTarget | TagTarget):
            if target.position is None or target.position not in moved:
                return []
            target = replace(target, position=moved[target.position])
        elif isinstance(target, SpanTarget) and target.start and target.end:
            if kind == "swapped" or target.start not in moved or target.end not in moved:
                return []
            target = replace(target, start=moved[target.start], end=moved[target.end])
        return [_Variant(kind, piece, position, None, scene, target, scene_tokens(self._bert, scene))]

    def _put(
        self,
        scene: Scene,
        tokens: tuple[Token, ...],
        position: int,
        id_: int,
        kind: ChangeKind,
        chance: float | None,
    ) -> _Variant:
        """Another piece at a position."""
        piece = self._bert.vocabulary[id_]
        other = replace(tokens[position], text=piece, id=id_)
        changed = (*tokens[:position], other, *tokens[position + 1 :])
        told = tokens[position].text if kind == "masked" else piece
        return _Variant(kind, told, position, chance, scene.replacing(position, id_), self._target, changed)

    # Reading

    def reading(self, shape: _Shape) -> BatchedReading:
        """For texts of this shape."""
        with enough_memory("read this text"), torch.inference_mode():
            return BatchedReading(self._bert, shape.segments, shape.changes, self._check)

    def logs(self, reading: BatchedReading, variant: _Variant, texts: list[list[int]]) -> Floats:
        """What is predicted of N texts as `variant`'s target has it, float64: the logarithms of probabilities, [N, V]
        of words, [N, 2] about the next sentence, [N, C] of classes or tags, [N, 2, S] of where an answer begins and
        ends; or numbers, [N, 1].
        """
        target = variant.target
        with enough_memory(f"read {len(texts)} texts at once"), torch.inference_mode():
            words = reading.words(texts)
            if isinstance(target, CandidateTarget):
                return self._word_logs(reading.hidden(words, [target.position])[:, 0])
            if is_task_target(target):
                head = TaskHead(self._bert, target, variant.tokens)
                logits = head.logits(reading.hidden(words, head.rows, head.layers)).cpu().double()
                if isinstance(target, TagTarget):
                    logits = logits[:, 0]
                if isinstance(target, ScoreTarget):
                    values: Floats = logits.cpu().numpy()
                    return values
            else:
                pooler, nsp = self._bert.module.pooler, self._bert.module.nsp
                assert pooler is not None and nsp is not None
                first = reading.hidden(words, [0])[:, 0]
                logits = linear(nsp.seq_relationship, torch.tanh(linear(pooler.dense, first))).cpu().double()
            found: Floats = logits.log_softmax(-1).cpu().numpy()
            return found

    def outcome(self, variant: _Variant, before: Floats, now: Floats) -> Outcome:
        """What the prediction is with a change."""
        return Outcome(
            variant.kind,
            variant.piece,
            variant.position,
            variant.chance,
            variant.scene,
            variant.target,
            _worth(variant.target, now),
            _divergence(before, now) if not isinstance(variant.target, ScoreTarget) else float("nan"),
            self._best(variant, now),
        )

    def _best(self, variant: _Variant, now: Floats) -> tuple[str, float] | None:
        target = variant.target
        if isinstance(target, NextTarget | ScoreTarget):
            return None
        best = int(best_ids(now, 1)[0]) if now.ndim == 1 else 0
        if isinstance(target, CandidateTarget):
            return self._bert.vocabulary[best], float(np.exp(now[best]))
        info = self._bert.task
        assert info is not None
        if isinstance(target, SpanTarget):
            span = best_span(
                torch.from_numpy(now), info.max_answer_length, info.unanswerable, info.null_threshold
            )
            return _quoted(variant, *span), float(np.exp(now[0, span[0]] + now[1, span[1]]))
        return info.labels[best], float(np.exp(now[best]))

    def _words_at(self, shape: _Shape, position: int, ids: list[int]) -> Floats:
        with enough_memory("read this text"), torch.inference_mode():
            reading = BatchedReading(self._bert, shape.segments, shape.changes, self._check)
            return self._word_logs(reading.hidden(reading.words([ids]), [position])[:, 0])

    def _word_logs(self, hidden: torch.Tensor) -> Floats:
        """[N, H] -> float64 [N, V]."""
        module = self._bert.module
        head = module.mlm
        assert head is not None
        features = head.LayerNorm(head.activation(linear(head.transform, hidden)))
        table = module.embeddings.word_embeddings.weight if head.decoder is None else head.decoder
        logits = torch.nn.functional.linear(features, table.float(), head.bias.float())
        logs: Floats = logits.cpu().double().log_softmax(-1).numpy()
        return logs


def _worth(target: Target, now: Floats) -> float:
    """The probability, or the number, that the target is about."""
    if isinstance(target, ScoreTarget):
        return float(now[0])
    if isinstance(target, SpanTarget):
        return float(np.exp(now[0, target.start] + now[1, target.end]))
    if isinstance(target, CandidateTarget):
        return float(np.exp(now[target.token_id]))
    return float(np.exp(now[0 if isinstance(target, NextTarget) else target.label or 0]))


def _divergence(before: Floats, now: Floats) -> float:
    """KL(before || now) in nats, of answers the sum of both; NaN where the texts are not of the same length."""
    if before.shape != now.shape:
        return float("nan")
    there = np.isfinite(before)
    if not np.isfinite(now[there]).all():
        return float("nan")
    return max(0.0, float(np.exp(before[there]) @ (before[there] - now[there])))


def _quoted(variant: _Variant, start: int, end: int) -> str:
    """The answer's own characters; empty for none."""
    if not start or not end:
        return ""
    text = variant.scene.text_b or ""
    return text[variant.tokens[start].start : variant.tokens[end].end]
