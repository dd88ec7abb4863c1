"""Where on a plot there is room for another label."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF

_SQUARE = 2.0  # widget units


class Taken:
    """Which parts of the plot are taken, in squares of two units a side: quicker to ask than many rectangles."""

    def __init__(self, plot: QRectF) -> None:
        self._left, self._top = plot.left(), plot.top()
        shape = int(plot.height() / _SQUARE) + 1, int(plot.width() / _SQUARE) + 1
        self._squares = np.zeros(shape, np.bool_)

    def is_free(self, area: QRectF) -> bool:
        """Whether nothing is there."""
        return not self._squares[self._part(area)].any()

    def add(self, area: QRectF) -> None:
        """Take it, as far as it lies in the plot."""
        self._squares[self._part(area)] = True

    def _part(self, area: QRectF) -> tuple[slice, slice]:
        def along(begin: float, end: float) -> slice:
            return slice(max(0, int(begin // _SQUARE)), max(0, int(end // _SQUARE) + 1))

        return (
            along(area.top() - self._top, area.bottom() - self._top),
            along(area.left() - self._left, area.right() - self._left),
        )
