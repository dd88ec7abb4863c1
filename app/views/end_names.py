"""Where names at the ends of curves stand, none over another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF


def stacked(middles: Sequence[float], high: float, frame: QRectF) -> list[float]:
    """The tops of lines `high` each, none over another, as near to their middles as may be; these rise."""
    least, tops = frame.top() - high / 2, []
    for middle in middles:
        tops.append(max(least, middle - high / 2))
        least = tops[-1] + high
    most = frame.bottom() + high / 2
    for index in range(len(tops) - 1, -1, -1):
        most = tops[index] = min(tops[index], most - high)
    return tops
