"""A model that takes as long as a test wants, and looks between its layers whether it is called off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

import bert_core.bert
from bert_core.errors import Cancelled
from bert_core.trace import Trace

BETWEEN_LAYERS = 0.005  # seconds


class SlowModel:
    """Stands before the real forward pass: holds it until `go_on`, as many thin layers would."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun = threading.Event()
        self.called_off = 0
        self._may_end = threading.Event()
        self._honest = bert_core.bert.trace_scene
        monkeypatch.setattr("bert_core.bert.trace_scene", self._trace)

    def go_on(self) -> None:
        """From now on nothing is held."""
        self._may_end.set()

    def _trace(self, *inputs: Any) -> Trace:
        cancelled: Callable[[], bool] = inputs[-1]
        self.begun.set()
        while not self._may_end.wait(BETWEEN_LAYERS):
            if cancelled():
                self.called_off += 1
                raise Cancelled
        return self._honest(*inputs)
