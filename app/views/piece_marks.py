"""The mark of a piece on a map: by sentence A or B, and by sense where it is of another sentence; and their legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.views.piece_text import elided

# 4.5:1 or more to the panel; told apart by their shapes too.
_SENSES = {
    "light": ("#0b7a66", "#8a3ab9", "#b3123e", "#5f6a00"),
    "dark": ("#4fc9b0", "#cf9df5", "#ff8a9f", "#c9d45a"),
}
# Corners of a shape, in radii about its middle.
_SHAPES = (
    ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    ((0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)),
    ((-1.1, 0.85), (1.1, 0.85), (0.0, -1.15)),
    ((-1.1, -0.85), (1.1, -0.85), (0.0, 1.15)),
)
_ROW, _RADIUS, _LEFT, _APART = 16, 4.0, 12, 8  # pixels


@dataclass(frozen=True, slots=True)
class Kind:
    """What a piece's mark tells.

    sense    the number of its sentence's sense; None for a piece of the text that is looked at
    segment  0 for A, 1 for B, of the text that is looked at
    special  whether it was added
    """

    segment: int = 0
    special: bool = False
    sense: int | None = None


def colour_of(kind: Kind) -> QColor:
    """The colour of its mark and its name."""
    look = theme()
    if kind.special:
        return QColor(look.special)
    if kind.sense is not None:
        colours = _SENSES[look.name]
        return QColor(colours[kind.sense % len(colours)])
    return QColor(look.segment_b if kind.segment else look.segment_a)


def draw_mark(painter: QPainter, kind: Kind, middle: QPointF, radius: float, *, hollow: bool = False) -> None:
    """A disc for a piece of the text, another shape for each sense; only its outline where `hollow`."""
    colour = colour_of(kind)
    painter.setPen(QPen(colour, 1.4) if hollow else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().surface) if hollow else colour)
    if kind.sense is None:
        painter.drawEllipse(middle, radius, radius)
    else:
        corners = _SHAPES[kind.sense % len(_SHAPES)]
        painter.drawPolygon(QPolygonF([QPointF(x, y) * radius + middle for x, y in corners]))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend; hollow is a piece of the reference."""

    kind: Kind
    text: str
    hollow: bool = False


class PieceLegend(QWidget):
    """The marks that are on the map and what they mean, as many to a row as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What it explains."""
        return self._entries

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Explain these."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.setAccessibleName(", ".join(entry.text for entry in self._entries))
            self.updateGeometry()
            self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        places = self.places(width)
        return int(places[-1].bottom()) if places else 0

    def sizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(max(1, self.width())))

    def places(self, width: float) -> list[QRectF]:
        """Where the entries stand."""
        metrics, found = QFontMetricsF(font("small")), []
        x, y = 0.0, 0.0
        for entry in self._entries:
            needed = min(width, _LEFT + metrics.horizontalAdvance(entry.text) + 2)
            if x and x + needed > width:
                x, y = 0.0, y + _ROW
            found.append(QRectF(x, y, needed, _ROW))
            x += needed + _APART
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.draw(painter, float(self.width()))

    def draw(self, painter: QPainter, width: float) -> None:
        """On any paint device, `width` units wide."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("small"))
        metrics = QFontMetricsF(font("small"))
        for entry, place in zip(self._entries, self.places(width), strict=True):
            middle = QPointF(place.left() + _RADIUS + 1, place.center().y())
            draw_mark(painter, entry.kind, middle, _RADIUS, hollow=entry.hollow)
            painter.setPen(QColor(theme().secondary))
            text = place.adjusted(_LEFT, 0, 0, 0)
            painter.drawText(
                text,
                int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
                elided(entry.text, metrics, text.width()),
            )
