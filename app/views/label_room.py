"""Where on a plot there is room for another label."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSizeF

_SQUARE = 2.0  # widget units


class Taken:
    """Which parts of the plot are taken, in squares of two units a side: quicker to ask than many rectangles."""

    def __init__(self, plot: QRectF) -> None:
        self._plot, self._left, self._top = plot, plot.left(), plot.top()
        shape = int(plot.height() / _SQUARE) + 1, int(plot.width() / _SQUARE) + 1
        self._squares = np.zeros(shape, np.bool_)

    def is_free(self, area: QRectF) -> bool:
        """Whether nothing is there."""
        return not self._squares[self._part(area)].any()

    def add(self, area: QRectF) -> None:
        """Take it, as far as it lies in the plot."""
        self._squares[self._part(area)] = True

    def take_first(self, areas: Iterable[QRectF]) -> QRectF | None:
        """Take the first of these that is free and inside the plot, if there is one."""
        for area in areas:
            if self._plot.contains(area) and self.is_free(area):
                self.add(area)
                return area
        return None

    def _part(self, area: QRectF) -> tuple[slice, slice]:
        def along(begin: float, end: float) -> slice:
            return slice(max(0, int(begin // _SQUARE)), max(0, int(end // _SQUARE) + 1))

        return (
            along(area.top() - self._top, area.bottom() - self._top),
            along(area.left() - self._left, area.right() - self._left),
        )


def sides(point: NDArray[np.float64], size: QSizeF, away: float) -> list[QRectF]:
    """Where a label may stand that is so far `away` from a point [2]: right of it, left of it, above and below."""
    x, y = point.tolist()
    width, height = size.width(), size.height()
    return [
        QRectF(x + away, y - height / 2, width, height),
        QRectF(x - away - width, y - height / 2, width, height),
        QRectF(x - width / 2, y - away - height, width, height),
        QRectF(x - width / 2, y + away, width, height),
    ]
