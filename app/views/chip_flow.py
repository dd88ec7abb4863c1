"""Where chips stand when they flow like words over lines, and which of them is next to which."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF


@dataclass(frozen=True, slots=True)
class ChipFlow:
    """Chips laid out in lines of equal height, in order, from left to right.

    rects   one rectangle a chip
    starts  the index of the first chip of each line
    height  of the whole, margins included
    """

    rects: tuple[QRectF, ...]
    starts: tuple[int, ...]
    height: float
    pitch: float
    margin: float

    @classmethod
    def of(
        cls, widths: Sequence[float], room: float, *, chip: float, gap: float, leading: float, margin: float
    ) -> ChipFlow:
        """Lay out chips `widths` wide and `chip` high in `room`; one wider than that is cut to it."""
        rects: list[QRectF] = []
        starts: list[int] = []
        right = max(room - margin, margin + 1)
        x, y = margin, margin - (chip + leading)
        for index, width in enumerate(widths):
            width = min(width, right - margin)
            if not starts or x + width > right:
                starts.append(index)
                x, y = margin, y + chip + leading
            rects.append(QRectF(x, y, width, chip))
            x += width + gap
        height = (rects[-1].bottom() if rects else margin) + margin
        return cls(tuple(rects), tuple(starts), height, chip + leading, margin)

    def line_of(self, index: int) -> int:
        """The line that a chip stands on."""
        return bisect_right(self.starts, index) - 1

    def line(self, number: int) -> range:
        """The chips of a line."""
        stop = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.rects)
        return range(self.starts[number], stop)

    def between(self, top: float, bottom: float) -> range:
        """The chips whose lines may show between two heights."""
        if not self.starts:
            return range(0)
        last = len(self.starts) - 1
        first_line = min(last, max(0, int((top - self.margin) // self.pitch)))
        last_line = min(last, max(0, int((bottom - self.margin) // self.pitch)))
        return range(self.starts[first_line], self.line(last_line).stop)

    def at(self, place: QPointF) -> int | None:
        """The chip under a point, or None."""
        for index in self.between(place.y(), place.y()):
            if self.rects[index].contains(place):
                return index
        return None

    def beside(self, index: int, lines: int) -> int:
        """The chip nearest to `index` on the line `lines` further down (or up); itself where there is none."""
        wanted = self.line_of(index) + lines
        if not 0 <= wanted < len(self.starts):
            return index
        centre = self.rects[index].center().x()
        return min(self.line(wanted), key=lambda other: abs(self.rects[other].center().x() - centre))
