"""Checkpoints on disk and on the hub: found, checked, read, written. Importing this package does not import torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bert_core.checkpoints.sources import builtin_models, locate

if TYPE_CHECKING:
    from bert_core.checkpoints.folder import Checkpoint as Checkpoint
    from bert_core.checkpoints.folder import read_checkpoint as read_checkpoint
    from bert_core.checkpoints.write import write_folder as write_folder

__all__ = ["Checkpoint", "builtin_models", "locate", "read_checkpoint", "write_folder"]


def __getattr__(name: str) -> object:
    if name in {"Checkpoint", "read_checkpoint"}:
        from bert_core.checkpoints import folder

        return getattr(folder, name)
    if name == "write_folder":
        from bert_core.checkpoints.write import write_folder

        return write_folder
    raise AttributeError(f"module 'bert_core.checkpoints' has no attribute {name!r}")
