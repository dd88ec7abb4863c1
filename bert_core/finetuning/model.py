"""A BERT with one layer more for a task: the model that is tuned, and the one that answers afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from bert_core.checkpoints.assemble import adopt_tensors, canonical_tensors
from bert_core.config import BertConfig
from bert_core.errors import CheckpointError
from bert_core.finetuning.features_mode import FeaturesHead, last_layers
from bert_core.finetuning.first_piece import read_first
from bert_core.finetuning.heads import POOLED, head_name, head_size, tuned_config, with_info
from bert_core.finetuning.task_info import TaskInfo
from bert_core.model.bert import BertModule

if TYPE_CHECKING:
    from bert_core.bert import Bert

_FEATURES = "features_head."


class TunedModel(nn.Module):
    """`bert` with a head: `classifier` or `qa_outputs` as in `transformers`, or `features_head` on a frozen BERT.

    The head's weights are not set: see `new` and `loaded`. The configuration is bert.config.
    """

    def __init__(self, bert: BertModule, info: TaskInfo, *, lstm_size: int = 768) -> None:
        super().__init__()
        self.bert = bert
        self._info = info
        config = bert.config
        dropout = config.extra.get("classifier_dropout")
        dropout = config.hidden_dropout_prob if dropout is None else float(dropout)
        self.dropout = nn.Dropout(dropout)
        self.features_head: FeaturesHead | None = None
        if info.mode == "features":
            self.features_head = FeaturesHead(
                config.hidden_size, config.num_hidden_layers, info, lstm_size, dropout
            )
        else:
            self.add_module(head_name(info.task), nn.Linear(config.hidden_size, head_size(info)))

    @classmethod
    def new(
        cls,
        bert: Bert,
        info: TaskInfo,
        *,
        seed: int = 0,
        dropout: float | None = None,
        lstm_size: int | None = None,
    ) -> TunedModel:
        """A model to be trained, in float32, with weights of its own: a copy of the base model's, and a new head.

        Where a pooler is needed and the base model has none, that is new as well. New weights are normal with deviation
        `initializer_range`, biases 0; those of the BiLSTM as torch has them.
        dropout: see `heads.tuned_config`; lstm_size None: as the hidden size
        """
        source = bert.module
        config = tuned_config(source.config, info, dropout)
        pooler = source.pooler is not None
        module = BertModule(
            config,
            pooler=pooler or info.task in POOLED,
            mlm=source.mlm is not None,
            nsp=source.nsp is not None,
            tied=source.mlm is None or source.mlm.decoder is None,
        )
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            if module.pooler is not None and not pooler:
                module.pooler.dense.weight.normal_(0.0, config.initializer_range, generator=generator)
                module.pooler.dense.bias.zero_()
            old = dict(source.named_parameters())
            for name, parameter in module.named_parameters():
                if name in old:
                    parameter.copy_(old[name])
        tuned = cls(module, info, lstm_size=lstm_size or config.hidden_size)
        with torch.no_grad():
            if tuned.features_head is not None:
                tuned.features_head.initialise(generator)
            else:
                head = tuned.head
                head.weight.normal_(0.0, config.initializer_range, generator=generator)
                head.bias.zero_()
        return tuned

    @classmethod
    def loaded(cls, bert: BertModule, info: TaskInfo, tensors: Mapping[str, Tensor]) -> TunedModel:
        """A model to be asked: `bert` as it is, not copied, and the head from a checkpoint's canonical tensors.

        `bert.config` is replaced where it does not say the task. Raises CheckpointError where the head is missing, or
        does not fit the labels.
        """
        if info.task in POOLED and info.mode == "full" and bert.pooler is None:
            raise CheckpointError("The checkpoint has a classifier, but no pooler below it.")
        size = tensors.get(f"{_FEATURES}lstm.weight_hh_l0")
        if info.mode == "features" and size is None:
            raise CheckpointError(f"The checkpoint has no {_FEATURES}lstm.weight_hh_l0.")
        tuned = cls(bert, info, lstm_size=768 if size is None else size.shape[1])
        device = bert.embeddings.word_embeddings.weight.device
        tuned._head_module().to(device)
        tuned._adopt_head(tensors)
        return tuned.requires_grad_(False).eval()

    @property
    def info(self) -> TaskInfo:
        """The task. A new one is written into the configuration; only its thresholds may differ."""
        return self._info

    @info.setter
    def info(self, info: TaskInfo) -> None:
        self._info = info
        self.bert.config = replace(self.bert.config, extra=with_info(self.bert.config.extra, info))

    @property
    def config(self) -> BertConfig:
        """As config.json has it."""
        return self.bert.config

    @property
    def head(self) -> nn.Linear:
        """The layer that was added."""
        owner = self if self.features_head is None else self.features_head
        head = getattr(owner, head_name(self._info.task))
        assert isinstance(head, nn.Linear)
        return head

    @property
    def feature_width(self) -> int:
        """Numbers a piece that `features` gives; 0 where the model is tuned as a whole."""
        return 0 if self.features_head is None else self.features_head.lstm.input_size

    def train(self, mode: bool = True) -> TunedModel:
        """As torch has it; a BERT that only gives features stays without dropout."""
        super().train(mode)
        if self.features_head is not None:
            self.bert.eval()
        return self

    def forward(
        self,
        ids: Tensor,
        segments: Tensor,
        present: Tensor | None = None,
        at: Tensor | None = None,
        features: Tensor | None = None,
    ) -> Tensor:
        """ids, segments int64 [B, S] -> logits: [B, C], of tags and answers [B, S, C] (of answers C = 2: start, end).

        present   bool [B, S], False at padding; None where there is none
        at        int64 [R] in the flattened [B * S]: tags and answers are computed there only: [R, C]
        features  [B, S, 4H], what `features` returned for these rows, where that is known already
        """
        if self.features_head is not None:
            if features is None:
                features = self.features(ids, segments, present)
            rows, size = ids.shape
            lengths = torch.full((rows,), size) if present is None else present.sum(1).cpu()
            found: Tensor = self.features_head(features, lengths, at)
            return found
        if self._info.task in POOLED:
            assert self.bert.pooler is not None
            hidden = self.bert.pooler(read_first(self.bert, ids, segments, present)[:, None])
        else:
            hidden = self.bert(ids, segments, present, rows=at)
        if self._info.task != "question-answering":
            hidden = self.dropout(hidden)
        logits: Tensor = self.head(hidden)
        return logits

    @torch.no_grad()
    def features(self, ids: Tensor, segments: Tensor, present: Tensor | None = None) -> Tensor:
        """The frozen BERT's last four layers side by side: [B, S, 4H]."""
        bias = None
        if present is not None:
            lowest = torch.finfo(torch.float32).min
            bias = (1.0 - present[:, None, None].float()) * lowest
        return last_layers(self.bert, ids, segments, bias)

    def canonical(self) -> tuple[BertConfig, Mapping[str, Tensor]]:
        """What a checkpoint stores: all of the base model, masked-word and next-sentence heads too, and the task's."""
        tensors = dict(canonical_tensors(self.bert))
        for name, parameter in self._head_parameters().items():
            tensors[name] = parameter.detach().cpu().contiguous()
        return self.bert.config, tensors

    def adopt(self, tensors: Mapping[str, Tensor]) -> None:
        """Take the weights that `canonical` returned, in place. Raises CheckpointError where one does not fit."""
        adopt_tensors(self.bert, tensors)
        self._adopt_head(tensors)

    def _head_module(self) -> nn.Module:
        return self.head if self.features_head is None else self.features_head

    def _head_parameters(self) -> dict[str, nn.Parameter]:
        prefix = _FEATURES if self.features_head is not None else f"{head_name(self._info.task)}."
        return {f"{prefix}{name}": parameter for name, parameter in self._head_module().named_parameters()}

    def _adopt_head(self, tensors: Mapping[str, Tensor]) -> None:
        for name, parameter in self._head_parameters().items():
            if name not in tensors:
                raise CheckpointError(f"The checkpoint has no {name}.")
            if tensors[name].shape != parameter.shape:
                raise CheckpointError(
                    f"{name} has another shape than the model: {list(tensors[name].shape)}."
                )
            with torch.no_grad():
                parameter.copy_(tensors[name])
