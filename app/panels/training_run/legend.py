"""What the lines and dots of the curves mean."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr

_SIGN, _GAP, _APART = 15, 5, 11  # pixels


class Legend(QWidget):
    """One line: each sign and its words, short ones where there is little room; the tool tip has the long ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[tuple[str, str, str], ...] = ()  # sign, words, the same in short
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_points(self, points: int, *, dots: bool) -> None:
        """Smoothed over so many points; with or without evaluations."""
        if points > 1:
            entries = [
                ("every", tr("every point"), tr("all")),
                ("mean", tr("exponential mean over {n} points", n=points), tr("mean")),
            ]
        else:
            entries = [("mean", tr("every point"), tr("all"))]
        if dots:
            entries.append(("dots", tr("held-out text"), tr("held out")))
        if tuple(entries) != self.entries:
            self.entries = tuple(entries)
            self.setAccessibleName(", ".join(words for _, words, _ in entries))
            self.setToolTip(self.accessibleName())
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, round(QFontMetricsF(font("small")).height()) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(1, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small"))
        metrics, colours = QFontMetricsF(font("small")), theme()
        left, middle = 4.0, self.height() / 2
        room = self.width() - left - len(self.entries) * (_SIGN + _GAP + _APART)
        short = sum(metrics.horizontalAdvance(words) for _, words, _ in self.entries) > room
        for sign, long, brief in self.entries:
            words = brief if short else long
            width = metrics.horizontalAdvance(words)
            if sign == "dots":
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours.segment_b))
                painter.drawEllipse(QPointF(left + _SIGN - 5, middle), 3.5, 3.5)
            else:
                colour = QColor(colours.accent)
                colour.setAlpha(255 if sign == "mean" else 90)
                painter.setPen(QPen(colour, 2 if sign == "mean" else 1))
                painter.drawLine(QPointF(left, middle), QPointF(left + _SIGN, middle))
            painter.setPen(QColor(colours.secondary))
            place = QRectF(left + _SIGN + _GAP, 0, width + 1, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
            left += _SIGN + _GAP + width + _APART
        painter.end()
