"""Python's cyclic garbage collector, on the GUI thread only."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 2000


class GuiThreadCollector(QObject):
    """Collects on a timer, instead of whenever and in whichever thread Python likes.

    A collection that happens to run in the inference thread destroys there the Qt objects that it finds, and the
    process crashes (seen with PySide 6.11). Once an instance is made, automatic collection is off for good.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> int:
        """Collect the generations that are due, as Python would; returns how many objects were unreachable."""
        found = 0
        for generation, (count, threshold) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)):
            if threshold == 0 or count <= threshold:
                break
            found = gc.collect(generation)
        return found

    def settle(self) -> None:
        """Leave out of all later collections what is there now: modules of PyTorch, above all, which stay anyway."""
        gc.freeze()

    def stop(self) -> None:
        """Collect no more. Python is not given it back: the process is ending, and Qt's objects with it."""
        self._timer.stop()
