"""What a task's head looks like, in weights and in config.json, under the names that `transformers` has for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from bert_core.config import BertConfig
from bert_core.finetuning.task_info import ARCHITECTURES, TaskInfo, TaskName

KEY = "attention_explorer"
"""In config.json: the fields of TaskInfo, which say more than `transformers` needs to know."""

NEW_LAYER_DROPOUT = 0.1
"""Before the new layer, where nobody says (Devlin et al. 2018, A.3)."""

POOLED: tuple[TaskName, ...] = ("single-sentence", "sentence-pair", "regression", "multiple-choice")
"""Tasks whose head stands on the pooled [CLS]."""

_OLD = ("id2label", "label2id", "num_labels", "_num_labels", "problem_type", "classifier_dropout", KEY)
_PROBLEMS: dict[TaskName, str] = {
    "single-sentence": "single_label_classification",
    "sentence-pair": "single_label_classification",
    "regression": "regression",
}


def head_name(task: TaskName) -> str:
    """ "classifier" or "qa_outputs"."""
    return "qa_outputs" if task == "question-answering" else "classifier"


def head_size(info: TaskInfo) -> int:
    """How many numbers the head gives: for a row, or for a piece."""
    if info.task == "question-answering":
        return 2
    return len(info.labels) if info.labels else 1


def tuned_config(config: BertConfig, info: TaskInfo, dropout: float | None = None) -> BertConfig:
    """The base model's configuration with the task's words in place of those that it had.

    dropout  of hidden vectors, attention and before the new layer; None: as the model has it, and before the new layer
             its `classifier_dropout`, or 0.1
    """
    extra = {name: value for name, value in config.extra.items() if name not in _OLD}
    before = config.extra.get("classifier_dropout")
    if dropout is not None:
        before = dropout
        config = replace(config, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout)
    extra["classifier_dropout"] = NEW_LAYER_DROPOUT if before is None else before
    if info.mode == "full":
        extra["architectures"] = [ARCHITECTURES[info.task]]
    else:  # no class of `transformers` has such a head: it opens the BERT below
        extra.pop("architectures", None)
    if info.task != "question-answering":
        names = info.labels or ("LABEL_0",)
        extra["id2label"] = {str(number): name for number, name in enumerate(names)}
        extra["label2id"] = {name: number for number, name in enumerate(names)}
    if info.task in _PROBLEMS:
        extra["problem_type"] = _PROBLEMS[info.task]
    return replace(config, extra=with_info(extra, info))


def with_info(extra: Mapping[str, Any], info: TaskInfo) -> dict[str, Any]:
    """`extra` with this TaskInfo in it."""
    return {**extra, KEY: {**asdict(info), "labels": list(info.labels)}}
