"""Reads a folder in Hugging Face's layout: everything is checked before anything is built."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from bert_core.checkpoints.family import not_a_bert, refuse_other_models
from bert_core.checkpoints.files import read_json
from bert_core.checkpoints.names import (
    DECODER,
    MLM_BIAS,
    WORD_EMBEDDINGS,
    canonical_name,
    check_shapes,
    foreign_family,
)
from bert_core.checkpoints.sources import locate
from bert_core.checkpoints.tasks import is_head, task_of
from bert_core.checkpoints.weights import StoredTensor, find_weights, open_weights
from bert_core.config import BertConfig
from bert_core.errors import CheckpointError
from bert_core.finetuning.task_info import TaskInfo
from bert_core.tokenization import Tokenizer

_DTYPES = ("F32", "F16", "BF16", "F64")


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A BERT as it lies on disk, checked: its shape fits its weights, and its weights are finite numbers."""

    source: str
    """What was asked for: "mini-en", a folder, a hub id."""
    folder: Path
    weights_files: tuple[Path, ...]
    config: BertConfig
    tokenizer: Tokenizer
    tensors: dict[str, Tensor]
    """Canonical names (see checkpoints/names.py), memory-mapped where the format allows, in the file's dtype, on CPU.

    Heads that the file lacks are absent; the decoder is there only where it differs from the word embeddings.
    Writing to a tensor changes memory, never the file.
    """
    ignored: tuple[str, ...]
    """Tensors in the file that are of no use here."""
    task: TaskInfo | None = None
    """What it is tuned for, if for one of the tasks that are known here."""
    head: Mapping[str, Tensor] = field(default_factory=dict)
    """The tensors of layers put on BERT for a task (see checkpoints/tasks.py), whether or not `task` is known."""


def read_checkpoint(source: str | Path, progress: Callable[[str, float], None] | None = None) -> Checkpoint:
    """Find, check and map a checkpoint. `progress(what, fraction)` may raise Cancelled to stop it.

    The embeddings may have more rows than the vocabulary has pieces (real checkpoints pad); not fewer.
    Raises CheckpointError or VocabularyError, naming the file and what to do.
    """
    folder = locate(source, progress)
    find_weights(folder)
    config_file, values = _read_config(folder)
    config = _config(values, config_file)
    tokenizer = Tokenizer.load(folder)
    _check_vocabulary(tokenizer, config, folder)
    files, stored = open_weights(folder)
    where = files[0] if len(files) == 1 else folder
    named = _canonical(stored, where)
    shapes = {name: tensor.shape for name, tensor in named.items()}
    if values.get("tie_word_embeddings") is False and MLM_BIAS in named and DECODER not in named:
        raise CheckpointError(
            f"1 tensor is missing: {DECODER}, which the configuration says is not the word embeddings.",
            where=where,
            remedy="The file is incomplete; get it again.",
        )
    surplus = check_shapes(config, shapes, where)
    task = task_of(values, shapes, config.hidden_size, where)
    head = _head({name: named[name] for name in surplus if is_head(name)}, known=task is not None)
    ignored = tuple(name for name in surplus if name not in head)
    tensors = _load({name: tensor for name, tensor in named.items() if name not in set(surplus)}, progress)
    if DECODER in tensors and _same(tensors[DECODER], tensors[WORD_EMBEDDINGS]):
        del tensors[DECODER]
    return Checkpoint(str(source), folder, files, config, tokenizer, tensors, ignored, task, head)


def read_task(source: str | Path) -> TaskInfo | None:
    """What a checkpoint is tuned for, told without reading its weights; see `task_of`. Raises as `read_checkpoint`."""
    folder = locate(source, None)
    config_file, values = _read_config(folder)
    config = _config(values, config_file)
    files, stored = open_weights(folder)
    where = files[0] if len(files) == 1 else folder
    shapes = {name: tensor.shape for name, tensor in _canonical(stored, where).items()}
    return task_of(values, shapes, config.hidden_size, where)


def _read_config(folder: Path) -> tuple[Path, dict[str, Any]]:
    path = folder / "config.json"
    google = folder / "bert_config.json"
    if not path.exists() and google.exists():
        path = google
    if not path.exists():
        raise CheckpointError(
            "The folder has weights but no config.json.",
            where=folder,
            remedy="Get that file too: without it the number of heads cannot be known.",
        )
    return path, read_json(path)


def _config(values: Mapping[str, Any], path: Path) -> BertConfig:
    refuse_other_models(values, path)
    try:
        return BertConfig.from_dict(values)
    except CheckpointError as error:
        raise CheckpointError(error.what, where=path, remedy=error.remedy) from error


def _check_vocabulary(tokenizer: Tokenizer, config: BertConfig, folder: Path) -> None:
    pieces = len(tokenizer.vocabulary)
    if pieces > config.vocab_size:
        raise CheckpointError(
            f"The vocabulary has {pieces} pieces, but the model has embeddings for {config.vocab_size}.",
            where=folder,
            remedy="The vocabulary belongs to another model; get the one that came with these weights.",
        )


def _canonical(stored: Mapping[str, StoredTensor], where: Path) -> dict[str, StoredTensor]:
    """Under our names. Raises CheckpointError if these are another model's, or two tensors claim one place."""
    named: dict[str, StoredTensor] = {}
    for name, tensor in stored.items():
        canonical = canonical_name(name)
        if canonical is None:
            continue
        if canonical in named and not _same(named[canonical].load(), tensor.load()):
            raise CheckpointError(
                f"The file holds two different tensors for {canonical}.",
                where=where,
                remedy="Save the model again.",
            )
        named[canonical] = tensor
    if not any(name.startswith("encoder.layer.") for name in named) and (family := foreign_family(stored)):
        raise not_a_bert(family, where)
    return named


def _load(
    stored: Mapping[str, StoredTensor], progress: Callable[[str, float], None] | None
) -> dict[str, Tensor]:
    total = sum(math.prod(tensor.shape) for tensor in stored.values())
    done = 0
    tensors = {}
    for name, tensor in stored.items():
        if tensor.dtype not in _DTYPES:
            raise CheckpointError(
                f"{name} is stored as {tensor.dtype}: quantised weights are not read.",
                where=tensor.file,
                remedy="Choose the checkpoint in float32, float16 or bfloat16.",
            )
        if progress is not None:
            progress("Checking the weights", done / total)
        tensors[name] = tensor.load()
        _check_finite(name, tensors[name], tensor.file)
        done += math.prod(tensor.shape)
    if progress is not None:
        progress("Checking the weights", 1.0)
    return tensors


def _head(stored: Mapping[str, StoredTensor], *, known: bool) -> dict[str, Tensor]:
    """The layers put on BERT. Of a task that is not known here, they are only kept: what is in them is theirs."""
    if known:
        return _load(stored, None)
    return {name: tensor.load() for name, tensor in stored.items() if tensor.dtype in _DTYPES}


def _check_finite(name: str, tensor: Tensor, file: Path) -> None:
    """Least and greatest, in one pass without a copy: a NaN or an infinity anywhere shows in one of them."""
    least, greatest = torch.aminmax(tensor)
    if math.isfinite(least.item()) and math.isfinite(greatest.item()):
        return
    broken = int((~torch.isfinite(tensor)).sum())
    raise CheckpointError(
        f"{broken} of {tensor.numel()} numbers in {name} are not finite (NaN or infinite).",
        where=file,
        remedy="The training that made it diverged, or the file is damaged; choose an earlier checkpoint.",
    )


def _same(one: Tensor, other: Tensor) -> bool:
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    return one.data_ptr() == other.data_ptr() or torch.equal(one, other)
