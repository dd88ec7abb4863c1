"""A legend with counts: a chip for what can happen to a piece, its name, how often it did, and how often it would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.views.aligned_pieces import Cell, Row, paint_cell
from app.views.piece_text import elided

_LINE, _CHIP = 19, 54  # pixels
_GAP = 8


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One line: the chip, what it means, the count of now, and the rule behind it."""

    chip: Cell
    name: str
    count: str
    rule: str = ""


class FateLegend(QWidget):
    """As many lines as it is given; what it says can be read out."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[LegendRow, ...] = ()
        self._face = Row("", _LINE, "mono-small")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def rows(self) -> tuple[LegendRow, ...]:
        """The lines now shown."""
        return self._rows

    def set_rows(self, rows: Sequence[LegendRow]) -> None:
        """Show these lines."""
        self._rows = tuple(rows)
        self.setAccessibleName("; ".join(f"{row.name}: {row.count} {row.rule}".strip() for row in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(220, len(self._rows) * _LINE)

    def minimumSizeHint(self) -> QSize:
        return QSize(150, len(self._rows) * _LINE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(font("small"))
        rules = max((metrics.horizontalAdvance(row.rule) for row in self._rows), default=0.0)
        counts = max((metrics.horizontalAdvance(row.count) for row in self._rows), default=0.0)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for index, row in enumerate(self._rows):
            top = index * _LINE
            paint_cell(painter, QRectF(0, top, _CHIP, _LINE), row.chip, row.chip.text, self._face)
            painter.setFont(font("small"))
            painter.setPen(QColor(theme().secondary))
            edge = self.width() - rules
            painter.drawText(QRectF(edge, top, rules, _LINE), right, row.rule)
            painter.setPen(QColor(theme().text))
            painter.drawText(QRectF(edge - _GAP - counts, top, counts, _LINE), right, row.count)
            room = edge - 2 * _GAP - counts - _CHIP - _GAP
            name = elided(row.name, metrics, room)
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(_CHIP + _GAP, top, room, _LINE), left, name)
