"""What asks a process to end: signals, and the end of the process that it belongs to."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType, TracebackType
from typing import Any

import psutil


class Interrupts:
    """Inside this context SIGTERM and SIGINT are noted, not obeyed; a second SIGINT interrupts as ever.

    Outside the main thread signals go their usual way.
    """

    def __init__(self, *, parent: bool) -> None:
        self._asked = threading.Event()
        self._parent = os.getppid() if parent else None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if number == signal.SIGINT and self._asked.is_set():
            raise KeyboardInterrupt
        self._asked.set()

    def asked(self) -> bool:
        """Has a signal come, or is the parent gone?"""
        return self._asked.is_set() or (self._parent is not None and self._orphaned(self._parent))

    def wait(self, seconds: float) -> None:
        """Sleep, but wake at a signal."""
        self._asked.wait(seconds)

    @staticmethod
    def _orphaned(parent: int) -> bool:
        return os.getppid() != parent or not psutil.pid_exists(parent)  # the second for Windows
