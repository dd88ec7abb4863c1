"""What is to be said of a loaded model: a frozen value, no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bert_core.config import BertConfig
from bert_core.finetuning.task_info import TaskInfo


def short_name(source: str) -> str:
    """A model's name in a few letters: the built-in's, or the last part of the folder or hub id.

    What a training run made is called after the run, whose folder's name says more than "step-3565" or "model".
    """
    parts = source.replace("\\", "/").rstrip("/").split("/")
    last = parts[-1]
    if last.startswith("step-") and len(parts) > 2 and parts[-2] == "checkpoints":
        return f"{parts[-3]}, {last}"
    if last == "model" and len(parts) > 1 and parts[-2]:
        return f"{parts[-2]}, {last}"
    return last or source


@dataclass(frozen=True)
class ParameterCounts:
    """Numbers of weights by part; `encoder` is the L layers, `rule_of_thumb` V*H + 12*L*H^2, `task` a task's layer."""

    embeddings: int
    encoder: int
    pooler: int
    mlm: int
    nsp: int
    rule_of_thumb: int
    task: int = 0

    @property
    def total(self) -> int:
        """All weights, tied ones counted once."""
        return self.embeddings + self.encoder + self.pooler + self.mlm + self.nsp + self.task


@dataclass(frozen=True)
class ModelInfo:
    """A loaded model as a person is told of it.

    source   what was asked for: a built-in name, a folder, a hub id
    native   whether the device multiplies in this precision itself, or emulates it slowly
    chinese  whether the vocabulary is mostly Chinese characters
    vocabulary  a digest of it: where two are equal, ids mean the same; empty where it is not known
    task     what it is tuned for; None: it is as pretrained
    """

    model_id: str
    source: str
    folder: Path | None
    weights_files: tuple[Path, ...]
    weights_bytes: int
    config: BertConfig
    parameters: ParameterCounts
    device: str
    dtype: str
    native: bool
    max_length: int
    mask_id: int
    lowercase: bool
    casing_source: str
    chinese: bool
    has_pooler: bool
    has_mlm: bool
    has_nsp: bool
    vocabulary: str = ""
    task: TaskInfo | None = None

    @property
    def name(self) -> str:
        """A short name (see `short_name`)."""
        return short_name(self.source)
