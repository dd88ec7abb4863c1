"""How a process that trains behind a window leaves room for it."""

from __future__ import annotations

import os
import sys

import psutil
import torch

_NICE = 10
"""Added to the priority's number where the system counts so; 0 is usual, 19 the least."""


def step_back() -> None:
    """Let others go first: the processor is ours where nobody else wants it."""
    process = psutil.Process()
    if sys.platform == "win32":
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    elif process.nice() < _NICE:
        process.nice(_NICE)


def threads_beside_window(threads: int | None) -> int:
    """How many threads to compute with: as many as asked for, else all cores but one."""
    if threads is not None:
        return threads
    return max(1, min(torch.get_num_threads(), (os.cpu_count() or 2) - 1))
