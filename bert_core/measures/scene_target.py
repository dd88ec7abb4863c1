"""A scene read for one prediction: what it is worth on the text, and on variants of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from bert_core.errors import TextError
from bert_core.explanations import CandidateTarget, NextTarget, Scale, Target
from bert_core.measures.batched_reading import BatchedReading, linear
from bert_core.measures.task_target import TaskHead, is_task_target
from bert_core.scene import Scene
from bert_core.trace import Token
from bert_core.tracing import replaced_tokens

if TYPE_CHECKING:
    from bert_core.bert import Bert


def scene_tokens(bert: Bert, scene: Scene) -> tuple[Token, ...]:
    """The pieces that the model reads in a scene, as in its trace.

    Raises ValueError for a scene of another model; TextError for a piece or head that is not there.
    """
    if scene.model_id != bert.model_id:
        raise ValueError(f"the scene is of {scene.model_id}, this is {bert.model_id}")
    config = bert.config
    for layer, head in scene.interventions.heads_off:
        if layer >= config.num_hidden_layers or head >= config.num_attention_heads:
            raise TextError(f"There is no head L{layer + 1}-H{head + 1} to switch off in this model.")
    encoding = bert.tokenizer.encode(scene.text_a, scene.second)
    return replaced_tokens(encoding, scene.replaced, bert.vocabulary)


def require_words(bert: Bert) -> None:
    """Raises TextError where the model predicts no masked words."""
    if bert.module.mlm is None:
        raise TextError(
            "This model has no masked-word head.", remedy="Load a checkpoint that kept its pretraining heads."
        )


class SceneTarget:
    """F(x): the target as a function of the word embeddings x of the scene's pieces, in float32.

    target  as it was given; what it leaves open is what the model predicts for the scene as it is

    Raises ValueError for a scene of another model; TextError where the model has not got the head for the target, or
    there is no such piece or head.
    """

    def __init__(self, bert: Bert, scene: Scene, target: Target, check: Callable[[], None]) -> None:
        self._module, self.target = bert.module, target
        self.tokens = scene_tokens(bert, scene)
        self.ids = [token.id for token in self.tokens]
        self._head = TaskHead(bert, target, self.tokens) if is_task_target(target) else None
        if isinstance(target, CandidateTarget):
            require_words(bert)
            if not 0 <= target.position < len(self.tokens):
                raise TextError(f"There is no piece {target.position + 1}; the text has {len(self.tokens)}.")
            if not 0 <= target.token_id < len(bert.vocabulary):
                raise TextError(
                    f"Id {target.token_id} is not in this vocabulary of {len(bert.vocabulary)} pieces."
                )
        elif isinstance(target, NextTarget) and bert.module.nsp is None:
            raise TextError(
                "This model has no next-sentence head.",
                remedy="Load a checkpoint that kept its pretraining heads.",
            )
        segments = [token.segment for token in self.tokens]
        self._reading = BatchedReading(bert, segments, scene.interventions, check)
        if self._head is not None and is_task_target(target):
            named = self._head.named(target, self._logits(self.words([self.ids]))[0])
            self.target, self._head = named, TaskHead(bert, named, self.tokens)

    def batch(self, *, gradients: bool) -> int:
        """How many texts to read at once."""
        logits = isinstance(self.target, CandidateTarget) and self.target.scale != "logit"
        return self._reading.batch(1, gradients=gradients, logits=logits)

    def words(self, ids: Sequence[Sequence[int]]) -> Tensor:
        """The word embeddings of B texts, [B, S, H]."""
        return self._reading.words(ids)

    def values(self, words: Tensor) -> Tensor:
        """[B, S, H] -> [B]."""
        target = self.target
        if isinstance(target, CandidateTarget):
            return self._candidate(target, self._reading.hidden(words, [target.position])[:, 0])
        if isinstance(target, NextTarget):
            return self._next(target.scale, self._reading.hidden(words, [0])[:, 0])
        assert self._head is not None  # it is a task's
        return self._head.values(target, self._logits(words))

    def _logits(self, words: Tensor) -> Tensor:
        """Of the task's own head."""
        assert self._head is not None
        return self._head.logits(self._reading.hidden(words, self._head.rows, self._head.layers))

    def _candidate(self, target: CandidateTarget, hidden: Tensor) -> Tensor:
        head = self._module.mlm
        assert head is not None
        features = head.LayerNorm(head.activation(linear(head.transform, hidden)))
        table = self._module.embeddings.word_embeddings.weight if head.decoder is None else head.decoder
        if target.scale == "logit":
            return features @ table[target.token_id].float() + head.bias[target.token_id]
        logs = torch.nn.functional.linear(features, table.float(), head.bias).log_softmax(-1)
        log = logs[:, target.token_id]
        return log if target.scale == "log-probability" else log.exp()

    def _next(self, scale: Scale, first: Tensor) -> Tensor:
        pooler, head = self._module.pooler, self._module.nsp
        assert pooler is not None and head is not None
        logits = linear(head.seq_relationship, torch.tanh(linear(pooler.dense, first)))
        if scale == "logit":
            return logits[:, 0] - logits[:, 1]
        logs = logits.log_softmax(-1)[:, 0]
        return logs if scale == "log-probability" else logs.exp()


def nothing() -> None:
    """Nobody calls this off."""
