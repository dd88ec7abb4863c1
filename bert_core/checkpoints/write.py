"""Writes a folder that `transformers` opens unchanged; what was there before stays whole until the new is complete."""

from __future__ import annotations

import errno
import filecmp
import json
import os
import re
import shutil
import uuid
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from bert_core.checkpoints.names import (
    DECODER,
    MLM_BIAS,
    WORD_EMBEDDINGS,
    check_shapes,
    heads_present,
    hugging_face_name,
)
from bert_core.config import BertConfig
from bert_core.errors import CheckpointError, VocabularyError
from bert_core.tokenization import Tokenizer

_CONFIG = "config.json"
_WEIGHTS = "model.safetensors"
_TOKENIZER_FILES = (
    "vocab.txt",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
)
"""An old one of these would be read along with the new model, so those that are not written anew are removed."""


def write_folder(
    folder: Path, config: BertConfig, tokenizer: Tokenizer, tensors: Mapping[str, Tensor]
) -> None:
    """Write config.json, model.safetensors and the tokenizer's files into `folder`, which is made if need be.

    tensors: canonical names (checkpoints/names.py), any device and dtype; a decoder equal to the word embeddings is not
    stored twice, and names outside the table (a task's classifier) are stored as they are. Other files in the folder
    stay. Until all is written and synced to the disk, nothing in the folder changes; then it is moved in, config.json
    last. Raises CheckpointError if tensors do not fit config, or the disk is full, or may not be written.
    """
    folder = Path(folder)
    tensors = dict(tensors)
    if DECODER in tensors and _equal(tensors[DECODER], tensors.get(WORD_EMBEDDINGS)):
        del tensors[DECODER]
    surplus = check_shapes(config, {name: tuple(tensor.shape) for name, tensor in tensors.items()}, folder)
    values = _config_values(config, tensors, surplus)
    try:
        fresh = not folder.exists()
        inside = folder.parent if fresh else folder
        inside.mkdir(parents=True, exist_ok=True)
        staged = inside / f".{folder.name}.saving-{uuid.uuid4().hex[:8]}"
        staged.mkdir()
        try:
            text = json.dumps(values, indent=2, sort_keys=True) + "\n"
            (staged / _CONFIG).write_text(text, encoding="utf-8")
            tokenizer.save(staged)
            _write_weights(staged / _WEIGHTS, tensors, values["architectures"] != ["BertModel"])
            shutil.copymode(
                staged / _CONFIG, staged / _WEIGHTS
            )  # safetensors makes it readable by its owner only
            for path in staged.iterdir():
                _sync(path)
            if fresh:
                os.replace(staged, folder)
            else:
                _move_in(staged, folder)
        finally:
            _clear(staged)
    except (OSError, SafetensorError) as error:
        raise _not_written(folder, error) from error
    except VocabularyError as error:
        raise _not_written(folder, error.__cause__ or error) from error


def _config_values(
    config: BertConfig, tensors: Mapping[str, Tensor], surplus: Collection[str]
) -> dict[str, Any]:
    values = config.to_dict()
    heads = heads_present(tensors)
    if "mlm" in heads:
        alone = "BertLMHeadModel" if values.get("is_decoder") else "BertForMaskedLM"
        architecture = "BertForPreTraining" if "nsp" in heads else alone
    else:
        architecture = "BertForNextSentencePrediction" if "nsp" in heads else "BertModel"
    if not surplus or not values.get("architectures"):
        values["architectures"] = [architecture]
    values["tie_word_embeddings"] = "decoder" not in heads
    values.pop("torch_dtype", None)
    values["dtype"] = str(tensors[WORD_EMBEDDINGS].dtype).removeprefix("torch.")
    return values


def _write_weights(path: Path, tensors: Mapping[str, Tensor], prefixed: bool) -> None:
    table = {
        hugging_face_name(name, prefixed=prefixed): tensor.detach().cpu().contiguous()
        for name, tensor in tensors.items()
    }
    if DECODER in tensors:  # untied, so that `transformers` looks for the decoder's bias by itself
        table["cls.predictions.decoder.bias"] = table[MLM_BIAS].clone()
    save_file(table, path, metadata={"format": "pt"})


def _move_in(staged: Path, folder: Path) -> None:
    """Replace what differs. One file is one os.replace; with more, config.json goes first and comes last.

    So a machine that stops in between leaves a folder that says it has no config.json, never a mixed model, and the
    old files lie beside it in `staged`/replaced.
    """
    names = sorted(path.name for path in staged.iterdir())
    changed = [name for name in names if name == _WEIGHTS or not _identical(staged / name, folder / name)]
    stale = [name for name in _TOKENIZER_FILES if name not in names and (folder / name).exists()]
    if changed == [_WEIGHTS] and not stale:
        os.replace(staged / _WEIGHTS, folder / _WEIGHTS)
        return
    replaced = staged / "replaced"
    replaced.mkdir()
    arriving = sorted({*changed, _CONFIG}, key=lambda name: name == _CONFIG)
    leaving = [name for name in [_CONFIG, *arriving[:-1], *stale] if (folder / name).exists()]
    moves = [(folder / name, replaced / name) for name in leaving]
    moves += [(staged / name, folder / name) for name in arriving]
    done: list[tuple[Path, Path]] = []
    try:
        for old, new in moves:
            os.replace(old, new)
            done.append((old, new))
    except BaseException:
        for old, new in reversed(done):
            os.replace(new, old)
        raise
    shutil.rmtree(replaced)


def _identical(new: Path, old: Path) -> bool:
    return old.is_file() and filecmp.cmp(new, old, shallow=False)


def _clear(staged: Path) -> None:
    """Remove what is left of the staging folder, unless old files that could not be moved back lie there."""
    replaced = staged / "replaced"
    if not (replaced.exists() and any(replaced.iterdir())):
        shutil.rmtree(staged, ignore_errors=True)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _equal(one: Tensor, other: Tensor | None) -> bool:
    if other is None or one.shape != other.shape or one.dtype != other.dtype or one.device != other.device:
        return False
    return one.data_ptr() == other.data_ptr() or torch.equal(one, other)


def _not_written(folder: Path, error: BaseException) -> CheckpointError:
    number = error.errno if isinstance(error, OSError) else None
    if number is None and (match := re.search(r"os error (\d+)", str(error))):
        number = int(match[1])
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        what, remedy = "The disk is full", "Make room or choose another disk, then save again."
    elif number in (errno.EACCES, errno.EPERM, errno.EROFS):
        what, remedy = (
            "It may not be written to, or a file in it is in use",
            "Save to a new folder elsewhere.",
        )
    elif number in (errno.EEXIST, errno.ENOTDIR):
        what, remedy = "A file is in the way", "Save to a folder of another name."
    else:
        reason = getattr(error, "strerror", None) or error
        what, remedy = f"The model cannot be written: {reason}", "Save to another folder."
    return CheckpointError(f"{what}; what was there before is unchanged.", where=folder, remedy=remedy)
