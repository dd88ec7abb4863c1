"""How far attention flow is, which is worked out layer by layer and takes long."""

from __future__ import annotations

from time import monotonic

import numpy as np

from app.panels.common_job import clock
from app.translation import tr
from app.views.job_line import JobLine
from bert_core.queries import Progress


class FlowLine(JobLine):
    """Says how long it will take, from how long it took since it was first shown."""

    def __init__(self) -> None:
        super().__init__(tr("Attention flow"))
        self._began: tuple[float, int] | None = None  # when, and how much was done then

    def begin(self) -> None:
        """It is another flow from now on."""
        self._began = None

    def show_flow(self, progress: Progress | None, layers: int, *, stopped: bool) -> None:
        """It is so far; None: nothing is under way."""
        if stopped:
            self.show_end(tr("Attention flow: stopped. What was known by then is shown."))
        elif progress is None or not progress.total:
            self.clear()
        else:
            self.show_progress(self._words(progress, progress.total, layers), progress.done / progress.total)

    def _words(self, progress: Progress, total: int, layers: int) -> str:
        if self._began is None:
            self._began = monotonic(), progress.done
        began, before = self._began
        rows = progress.value
        done = int(np.isfinite(rows[:, 0]).sum()) if isinstance(rows, np.ndarray) else 0
        words = tr("Attention flow: layer {n} of {layers}", n=done + 1, layers=layers)
        passed, more = monotonic() - began, progress.done - before
        if passed > 0 and more > 0:
            left = clock((total - progress.done) * passed / more)
            words = tr("{said}, {left} left", said=words, left=left)
        return words
