"""A legend in one line: colours and words, as many parts as fit; or what is under the pointer instead."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import diverging, font, theme
from app.views.piece_text import elided

_BAR, _SQUARE, _SPACE, _NEAR, _GAP = 44, 8, 6, 9, 14  # pixels, as are all lengths here
LINE = 20

Part = tuple[str, str]
"""Words, and what stands before them: "" nothing, "scale" the diverging colours, or a #rrggbb; "note" is stronger."""


class LegendLine(QWidget):
    """It takes the width it is given and asks for none; what does not fit is left to the tool tip."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[Part, ...] = ()
        self._read_out = self._short = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is said where there is room for all of it."""
        return self._parts

    def set_parts(self, parts: Sequence[Part], explained: Sequence[str] = ()) -> None:
        """Say these, the first for certain; the tool tip has the paragraphs of `explained`."""
        self._parts = tuple(parts)
        self.setToolTip("".join(f"<p>{html.escape(text)}</p>" for text in explained if text))
        self.update()

    def set_read_out(self, text: str, short: str = "") -> None:
        """Say this instead, or `short` where there is not room for all of it; "" goes back to the parts."""
        self._read_out, self._short = text, short
        self.setAccessibleDescription(text)
        self.update()

    @property
    def read_out(self) -> str:
        """What is said of the spot under the pointer."""
        return self._read_out

    def shown_read_out(self) -> str:
        """As much of it as there is room for."""
        metrics = QFontMetricsF(font("small"))
        fits = metrics.horizontalAdvance(self._read_out) <= self.width()
        return elided(self._read_out if fits or not self._short else self._short, metrics, self.width())

    def sizeHint(self) -> QSize:
        return QSize(300, LINE)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, LINE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._read_out:
            painter.setFont(font("small"))
            painter.setPen(QColor(theme().text))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self.shown_read_out())
        else:
            paint_parts(painter, self._parts, QRectF(self.rect()))
        painter.end()


def paint_parts(painter: QPainter, parts: Sequence[Part], place: QRectF) -> None:
    """Draw them on one line, as many as fit into the width; a note is cut rather than left out."""
    table, metrics, colours = diverging(), QFontMetricsF(font("small")), theme()
    painter.setFont(font("small"))
    left = place.left()
    for words, swatch in parts:
        text = elided(words, metrics, place.width()) if swatch == "note" else words
        width = metrics.horizontalAdvance(text) + 1
        wide = _BAR if swatch == "scale" else _SQUARE if swatch.startswith("#") else 0
        room = wide + _SPACE if wide else 0
        if left + room + width > place.right() + 1:
            return
        spot = QRectF(left, place.center().y() - 4, wide, 8)
        if swatch == "scale":
            for step in range(_BAR):
                entry = table[1 + round(step * 254 / (_BAR - 1))]
                painter.fillRect(QRectF(left + step, spot.top(), 1, 8), QColor(*map(int, entry)))
        elif wide:
            painter.fillRect(spot, QColor(swatch))
        painter.setPen(QColor(colours.text if swatch == "note" else colours.secondary))
        where = QRectF(left + room, place.top(), width, place.height())
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, text)
        left += room + width + (_NEAR if swatch.startswith("#") or text.endswith(":") else _GAP)
