"""Finds the weight files of a folder and opens them: header first, tensors on demand, memory-mapped, no code run."""

from __future__ import annotations

import math
import pickle
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from bert_core.checkpoints.files import read_json, unreadable
from bert_core.errors import CheckpointError

WEIGHT_FILES = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
"""In the order in which they are looked for."""

_ELSEWHERE = {
    "bert_model.ckpt.index": "TensorFlow",
    "model.ckpt.index": "TensorFlow",
    "tf_model.h5": "TensorFlow",
    "flax_model.msgpack": "Flax",
}
_ZIP = b"PK\x03\x04"
_GET_AGAIN = "It is damaged or incomplete; get it again."


@dataclass(frozen=True, eq=False)
class StoredTensor:
    """A tensor that lies in a file: what the header says of it, and how to map it."""

    file: Path
    shape: tuple[int, ...]
    dtype: str
    """As safetensors writes it: "F32", "F16", "BF16", "F64", "I64" ..."""
    load: Callable[[], Tensor]
    """Maps it (on the CPU, no gradient); no copy is made. Raises CheckpointError."""


def find_weights(folder: Path) -> Path:
    """The weight file, or the index of its shards, in `folder`. Raises CheckpointError if there is none we read."""
    for name in WEIGHT_FILES:
        if (folder / name).exists():
            return folder / name
    for name, framework in _ELSEWHERE.items():
        if (folder / name).exists():
            raise CheckpointError(
                f"The folder holds {framework} weights only ({name}); this edition reads safetensors and PyTorch.",
                where=folder,
                remedy="Convert them with transformers, or choose a copy with model.safetensors.",
            )
    raise CheckpointError(
        "The folder holds no weights.",
        where=folder,
        remedy="Choose a folder with config.json, vocab.txt and model.safetensors (or pytorch_model.bin).",
    )


def open_weights(folder: Path) -> tuple[tuple[Path, ...], dict[str, StoredTensor]]:
    """The weight files of `folder`, and each tensor in them under its name in the file.

    Raises CheckpointError, naming the file, for whatever is missing, damaged, or would run code.
    """
    path = find_weights(folder)
    if path.suffix != ".json":
        return (path,), _open(path)
    index = read_json(path).get("weight_map")
    if not isinstance(index, dict) or not index:
        raise CheckpointError('The index has no "weight_map".', where=path, remedy=_GET_AGAIN)
    opened: dict[str, dict[str, StoredTensor]] = {}
    stored: dict[str, StoredTensor] = {}
    for name, shard in index.items():
        file = _shard_path(folder, shard, path)
        if shard not in opened:
            opened[shard] = _open(file)
        if name not in opened[shard]:
            raise CheckpointError(
                f"The index says that {name} is here, but it is not.", where=file, remedy=_GET_AGAIN
            )
        stored[name] = opened[shard][name]
    return tuple(folder / shard for shard in sorted(opened)), stored


def _shard_path(folder: Path, shard: object, index: Path) -> Path:
    """Where a shard lies. An index may not make us open a file outside its own folder."""
    if (
        not isinstance(shard, str)
        or PurePosixPath(shard).name != shard
        or PureWindowsPath(shard).name != shard
        or not shard.endswith((".safetensors", ".bin"))
    ):
        raise CheckpointError(
            f"The index names {shard!r}, which is not a weight file in the same folder.",
            where=index,
            remedy="Nothing was opened. Get the checkpoint from a source you trust.",
        )
    return folder / shard


def _open(path: Path) -> dict[str, StoredTensor]:
    try:
        with path.open("rb") as file:
            beginning = file.read(40)
    except OSError as error:
        if path.is_dir():  # Windows says "permission denied"
            error = IsADirectoryError(*error.args)
        raise unreadable(path, error) from error
    if beginning.startswith(b"version https://git-lfs"):
        raise CheckpointError(
            "This is a Git LFS pointer, not the weights themselves.",
            where=path,
            remedy='Run "git lfs pull" in its folder, or download the file.',
        )
    if path.suffix == ".safetensors":
        return _open_safetensors(path)
    return _open_pickle(path, zipped=beginning.startswith(_ZIP))


def _open_safetensors(path: Path) -> dict[str, StoredTensor]:
    try:
        # safe_open maps the file privately (copy on write) and its CPU tensors are views of that map: no page is
        # copied by reading (tests/bert_core/checkpoints/test_weights.py).
        handle = safe_open(str(path), framework="pt", device="cpu")
        stored = {}
        for name in handle.keys():  # noqa: SIM118 - not a mapping
            header = handle.get_slice(name)
            load = partial(_map, handle, name, path)
            stored[name] = StoredTensor(path, tuple(header.get_shape()), str(header.get_dtype()), load)
        return stored
    except OSError as error:
        raise unreadable(path, error) from error
    except (SafetensorError, ValueError, RuntimeError) as error:
        raise _damaged(path, error) from error


def _map(handle: safe_open, name: str, path: Path) -> Tensor:
    try:
        tensor: Tensor = handle.get_tensor(name)
        return tensor
    except OSError as error:
        raise unreadable(path, error) from error
    except (SafetensorError, ValueError, RuntimeError, AttributeError, KeyError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> CheckpointError:
    return CheckpointError(
        f"The file is not sound safetensors: {_brief(error)}.", where=path, remedy=_GET_AGAIN
    )


def _open_pickle(path: Path, *, zipped: bool) -> dict[str, StoredTensor]:
    """A state dict saved by torch.save, in today's format (mapped) or that of before 2020 (read)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's advice to people who write code
            table = torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)
    except OSError as error:
        raise unreadable(path, error) from error
    except Exception as error:
        # A damaged pickle can raise anything; weights_only keeps it from running anything.
        if culprit := re.search(r"(?:GLOBAL|global:?) ([\w.]+)", str(error)):
            raise CheckpointError(
                f"The file holds Python objects besides weights ({culprit[1]}), which could run code: not opened.",
                where=path,
                remedy="Choose a model.safetensors, or a file that holds tensors only.",
            ) from error
        # An unpickling error's text advises to switch the protection off: not repeated.
        why = "" if isinstance(error, pickle.UnpicklingError) else f": {_brief(error)}"
        raise CheckpointError(
            f"The file cannot be read as PyTorch weights{why}.", where=path, remedy=_GET_AGAIN
        ) from error
    if not isinstance(table, Mapping) or not all(isinstance(name, str) for name in table):
        raise CheckpointError(
            "The file does not hold a table of named tensors.", where=path, remedy="Save model.state_dict()."
        )
    size = path.stat().st_size
    return {name: _from_table(name, tensor, path, size) for name, tensor in table.items()}


def _from_table(name: str, tensor: object, path: Path, size: int) -> StoredTensor:
    if not isinstance(tensor, Tensor):
        raise CheckpointError(
            f"{name} is not a tensor but a {type(tensor).__name__}.",
            where=path,
            remedy="Save model.state_dict() alone.",
        )
    plain = tensor.layout == torch.strided and tensor.device.type == "cpu" and not tensor.is_quantized
    # A tensor may claim any shape by repeating one number; then it would be larger than the file that holds it.
    if not plain or math.prod(tensor.shape) * tensor.element_size() > size:
        raise CheckpointError(
            f"{name} is not stored as plain numbers.",
            where=path,
            remedy="Save an ordinary, dense state_dict.",
        )
    return StoredTensor(path, tuple(tensor.shape), _code(tensor.dtype), tensor.detach)


def _code(dtype: torch.dtype) -> str:
    names = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.float64: "F64"}
    return names.get(dtype, str(dtype).removeprefix("torch."))


def _brief(error: Exception) -> str:
    """The first line of a library's message, without its class names."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].removeprefix("Error while deserializing header: ").rstrip(".")[:200]
