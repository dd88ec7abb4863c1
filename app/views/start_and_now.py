"""What was said at the start, and what is said now, below each other: a block for each thing asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.drawing import Drawing
from app.views.piece_text import elided

_GAP, _BETWEEN, _ACROSS = 8.0, 7.0, 24.0  # pixels, as are all lengths here
_COLUMN = 250.0  # a block wants so much


@dataclass(frozen=True)
class Said:
    """A name; what was said of it at the start, and now; whether the two differ in what comes first."""

    name: str
    start: str
    now: str
    changed: bool = False


class StartAndNow(QWidget):
    """Blocks run down, then on in the next column where there is room. What has changed stands in the second colour."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._blocks: tuple[Said, ...] = ()
        self._whens = ("", "")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def blocks(self) -> tuple[Said, ...]:
        """What is shown."""
        return self._blocks

    def set_blocks(self, blocks: Sequence[Said], start: str, now: str) -> None:
        """Show these; `start` and `now` name the two times."""
        shown = tuple(blocks), (start, now)
        if shown != (self._blocks, self._whens):
            if len(shown[0]) != len(self._blocks):
                self.updateGeometry()
            self._blocks, self._whens = shown
            words = "; ".join(f"{block.name}: {block.start} → {block.now}" for block in self._blocks)
            self.setAccessibleDescription(words)
            self.setToolTip("\n".join(f"{block.name}: {block.start} → {block.now}" for block in self._blocks))
            self.update()

    # Geometry ----------------------------------------------------------------------------------------------------

    @staticmethod
    def _line() -> float:
        return QFontMetricsF(font("small")).height() + 1

    def columns(self, width: float) -> int:
        """How many blocks stand beside each other."""
        return max(1, min(len(self._blocks) or 1, int((width + _ACROSS) // (_COLUMN + _ACROSS))))

    def room(self, size: QSizeF) -> int:
        """How many blocks there is room for."""
        down = int((size.height() + _BETWEEN) // (3 * self._line() + _BETWEEN))
        return max(1, down) * self.columns(size.width())

    def sizeHint(self) -> QSize:
        across = self.columns(self.width())
        down = -(-max(1, len(self._blocks)) // across)
        return QSize(round(_COLUMN), round(down * (3 * self._line() + _BETWEEN)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, round(3 * self._line()))

    def hasHeightForWidth(self) -> bool:
        return False

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.update()
        super().changeEvent(event)

    # Drawing -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._draw(painter, QSizeF(self.size()))
        painter.end()

    def drawing(self) -> Drawing:
        """All blocks."""
        size = QSizeF(max(2 * _COLUMN, self.width()), self.sizeHint().height())
        return Drawing(size, lambda painter, ratio: self._draw(painter, size))

    def _draw(self, painter: QPainter, size: QSizeF) -> None:
        look, metrics, line = theme(), QFontMetricsF(font("small")), self._line()
        painter.setFont(font("small"))
        across = self.columns(size.width())
        shown = min(len(self._blocks), self.room(size))
        width = (size.width() - (across - 1) * _ACROSS) / across
        first = max((metrics.horizontalAdvance(when) for when in self._whens), default=0.0) + _GAP
        for number, block in enumerate(self._blocks[:shown]):
            left = (number % across) * (width + _ACROSS)
            top = (number // across) * (3 * line + _BETWEEN)
            name = block.name
            if number == shown - 1 and shown < len(self._blocks):
                name = tr("{name}  (and {n} more)", name=name, n=len(self._blocks) - shown)
            painter.setPen(QColor(look.text))
            painter.drawText(QRectF(left, top, width, line), _LEFT, elided(name, metrics, width))
            for at, (when, text) in enumerate(zip(self._whens, (block.start, block.now), strict=True)):
                place = QRectF(left, top + (at + 1) * line, width, line)
                painter.setPen(QColor(look.secondary))
                painter.drawText(place, _LEFT, when)
                painter.setPen(QColor(look.segment_b if block.changed and at else look.text))
                painter.drawText(place.adjusted(first, 0, 0, 0), _LEFT, elided(text, metrics, width - first))


_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
