"""Processes that train together: how they find each other, and how they part."""

from __future__ import annotations

import gc
import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import torch
from accelerate import Accelerator, PartialState
from accelerate.utils import DistributedDataParallelKwargs, InitProcessGroupKwargs

_PATIENCE = timedelta(hours=12)
"""How long processes wait for the main one, which prepares and evaluates; if it fails, the launcher ends them."""


def processes() -> int:
    """How many were launched together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


@contextmanager
def main_process_first(device: str) -> Iterator[bool]:
    """Of processes launched together the main one runs the block first, the others after it. Gives: is it this one?

    device: as in LoopSettings.
    """
    _before_connecting()
    state = PartialState(cpu=_on_cpu(device), timeout=_PATIENCE)
    with state.main_process_first():
        yield bool(state.is_main_process)


def connect(device: str, precision: str) -> Accelerator:
    """This process, connected with those launched together with it. Arguments as in LoopSettings."""
    _before_connecting()
    return Accelerator(
        cpu=_on_cpu(device),
        mixed_precision="bf16" if precision == "bfloat16" else "no",
        kwargs_handlers=[
            DistributedDataParallelKwargs(gradient_as_bucket_view=True),
            InitProcessGroupKwargs(timeout=_PATIENCE),
        ],
    )


def part(accelerator: Accelerator) -> None:
    """End the connection, and its threads with it; nothing else may hold the wrapped model any more.

    A thread of it that still lets go of a tensor while the interpreter ends aborts the process
    (pytorch/pytorch#190489).
    """
    if accelerator.num_processes == 1:
        return
    accelerator.free_memory()
    gc.collect()
    accelerator.end_training()


def _on_cpu(device: str) -> bool:
    """To be said outright, or processes launched together without a GPU would not know of each other."""
    return device == "cpu" or not torch.accelerator.is_available()


def _before_connecting() -> None:
    """What DDP imports anyway: imported while processes are connected, it would hold the connection to the end."""
    if processes() > 1:
        importlib.import_module("torch._dynamo")
