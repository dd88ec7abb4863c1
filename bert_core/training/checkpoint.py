"""A run's checkpoint: a Hugging Face folder, and beside it what a resume needs; no pickle anywhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from bert_core.checkpoints.files import read_json
from bert_core.checkpoints.names import canonical_name
from bert_core.checkpoints.write import write_folder
from bert_core.config import BertConfig
from bert_core.errors import CheckpointError, TrainingError
from bert_core.tokenization import Tokenizer
from bert_core.training.files import is_full_disk, sync_folder, write_json
from bert_core.training.run_folder import UNFINISHED, RunFolder

_OPTIMIZER = "optimizer.safetensors"
_STATE = "state.json"


@dataclass(frozen=True)
class Saved:
    """What a checkpoint holds: canonical weights, the optimisers' tensors, and state.json."""

    weights: Mapping[str, Tensor]
    optimizer: Mapping[str, Tensor]
    state: Mapping[str, Any]


def save(
    folder: RunFolder,
    step: int,
    config: BertConfig,
    tokenizer: Tokenizer,
    weights: Mapping[str, Tensor],
    optimizer: Mapping[str, Tensor],
    state: Mapping[str, Any],
) -> Path:
    """Write checkpoints/step-N and return it. It gets its name when all of it is on the disk.

    Raises TrainingError if it cannot be written; nothing of it is left then, and older checkpoints are unharmed.
    """
    final = folder.checkpoints_path / f"step-{step}"
    staged = folder.checkpoints_path / f"{UNFINISHED}{final.name}"
    shutil.rmtree(staged, ignore_errors=True)
    try:
        write_folder(staged, config, tokenizer, weights)
        save_file(
            {name: tensor.detach().cpu().contiguous() for name, tensor in optimizer.items()},
            staged / _OPTIMIZER,
        )
        with (staged / _OPTIMIZER).open("rb+") as file:
            os.fsync(file.fileno())
        write_json(staged / _STATE, {"format": 1, "step": step, **state})
        sync_folder(staged)
        if final.exists():  # without a state.json, or it would have been resumed from
            shutil.rmtree(final)
        os.replace(staged, final)
        sync_folder(folder.checkpoints_path)
    except CheckpointError as error:
        raise _not_written(final, error.what, full=False) from error
    except (OSError, SafetensorError) as error:
        raise _not_written(final, str(error), full=is_full_disk(error)) from error
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return final


def save_state(folder: RunFolder, step: int, state: Mapping[str, Any]) -> Path:
    """Replace the state of the checkpoint of this step, whose weights are the same; return its folder.

    Raises TrainingError if it cannot be written; the checkpoint is then as it was.
    """
    path = folder.checkpoints_path / f"step-{step}"
    try:
        write_json(path / _STATE, {"format": 1, "step": step, **state})
    except OSError as error:
        raise _not_written(path, str(error), full=is_full_disk(error)) from error
    return path


def load(path: Path) -> Saved:
    """Read a checkpoint. Raises TrainingError if it is damaged."""
    try:
        weights = {}
        for name, tensor in load_file(path / "model.safetensors").items():
            canonical = canonical_name(name)
            if canonical is not None:
                weights[canonical] = tensor
        return Saved(weights, load_file(path / _OPTIMIZER), read_json(path / _STATE))
    except (OSError, SafetensorError, CheckpointError) as error:
        raise TrainingError(
            f"The checkpoint cannot be read: {error}",
            where=path,
            remedy="Delete this checkpoint's folder to go on from the one before.",
        ) from error


def _not_written(path: Path, what: str, *, full: bool) -> TrainingError:
    if full or what.startswith("The disk is full"):
        what, remedy = "The disk is full", "Make room: the next checkpoint is tried in its turn."
    else:
        what, remedy = (
            f"It cannot be written ({what.rstrip('.')})",
            "The next checkpoint is tried in its turn.",
        )
    return TrainingError(
        f"No checkpoint was saved. {what}; older checkpoints are unharmed.", where=path, remedy=remedy
    )
