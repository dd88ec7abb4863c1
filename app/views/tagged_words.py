"""A sentence's words with the tags that they are given: names as chips, with what they are written behind them."""

from __future__ import annotations

import html
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QToolTip, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.chip_flow import ChipFlow
from app.views.head_colours import head_colour
from app.views.piece_text import draw_piece, elided, isolated, visible

_CHIP, _GAP, _LEADING, MARGIN = 22, 4, 6, 4  # pixels, as are all lengths here
_PAD, _BETWEEN, _RADIUS = 5, 6, 4
_MOST_CHIP = 260.0
_LEAST_WIDTH, _USUAL_WIDTH = 96, 270
_TINT = 0.16  # of a tag's colour in its chip


@dataclass(frozen=True)
class TaggedPart:
    """One word that is not named, or all words of one name.

    text       as typed
    tag        what it is; empty: nothing in particular
    kind       tags of the same kind have the same colour, the first kind the first one
    uncertain  drawn with a broken edge
    mark       a sign before it, as "✗" where it is wrong
    detail     what the tool tip says of it
    """

    text: str
    tag: str = ""
    kind: int = 0
    uncertain: bool = False
    mark: str = ""
    detail: str = ""


class TaggedWords(QWidget):
    """In a wrapping flow; as high as its width needs, so it sits in a scroll area.

    clicked(index) for a click or Enter, hovered(index | None); the arrows move a focus ring.
    """

    clicked = Signal(object)
    hovered = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._parts: tuple[TaggedPart, ...] = ()
        self._pinned: frozenset[int] = frozenset()
        self._marked: frozenset[int] = frozenset()
        self._said: int | None = None
        self._current = 0
        self._labels: list[tuple[str, str, float]] = []  # words, tag, and how wide the words are
        self._widths: list[float] = []
        self._flow = ChipFlow.of((), 0, chip=_CHIP, gap=_GAP, leading=_LEADING, margin=MARGIN)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._describe()

    # What is shown

    @property
    def parts(self) -> tuple[TaggedPart, ...]:
        """What is shown."""
        return self._parts

    def set_parts(self, parts: Sequence[TaggedPart]) -> None:
        """Show these, in reading order."""
        if tuple(parts) == self._parts:
            return
        self._parts = tuple(parts)
        self._current = max(0, min(self._current, len(self._parts) - 1))
        self._measure()
        if self._said is not None and self._said >= len(self._parts):
            self._say(None)

    def set_marks(self, pinned: Collection[int], hovered: Collection[int]) -> None:
        """Outline the pinned ones and those that are pointed at."""
        now = frozenset(pinned), frozenset(hovered)
        if now != (self._pinned, self._marked):
            self._pinned, self._marked = now
            self.update()

    def chip_rect(self, index: int) -> QRectF:
        """Where a part is drawn."""
        return QRectF(self._flow.rects[index])

    def part_at(self, place: QPointF) -> int | None:
        """The part under a point, or None."""
        return self._flow.at(place)

    # Layout

    def _measure(self) -> None:
        words, tags = QFontMetricsF(font("base")), QFontMetricsF(font("small"))
        self._labels, self._widths = [], []
        for part in self._parts:
            tag = elided(visible(part.tag), tags, _MOST_CHIP / 2) if part.tag else ""
            behind = tags.horizontalAdvance(tag) + _BETWEEN if tag else 0.0
            said = f"{part.mark} {visible(part.text)}" if part.mark else visible(part.text)
            text = elided(said, words, _MOST_CHIP - behind - 2 * _PAD)
            wide = words.horizontalAdvance(text)
            self._labels.append((text, tag, wide))
            self._widths.append(math.ceil(wide + behind) + 2 * (_PAD if part.tag else 2))
        self._arrange()
        self._describe()
        self.updateGeometry()
        self.update()

    def _laid_out(self, room: float) -> ChipFlow:
        return ChipFlow.of(self._widths, room, chip=_CHIP, gap=_GAP, leading=_LEADING, margin=MARGIN)

    def _arrange(self) -> None:
        self._flow = self._laid_out(self.width())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return math.ceil(self._laid_out(width).height)

    def sizeHint(self) -> QSize:
        return QSize(_USUAL_WIDTH, self.heightForWidth(_USUAL_WIDTH))

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH, _CHIP + 2 * MARGIN)

    def resizeEvent(self, event: QEvent) -> None:
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._measure()
        super().changeEvent(event)

    # Pointer and keys

    def _say(self, index: int | None) -> None:
        if index != self._said:
            self._said = index
            self.hovered.emit(index)

    def _go_to(self, index: int) -> None:
        self._current = max(0, min(index, len(self._parts) - 1))
        self._describe()
        self.update()
        viewport = self.parentWidget()
        area = viewport.parentWidget() if viewport is not None else None
        if isinstance(area, QScrollArea):
            centre = self.chip_rect(self._current).center().toPoint()
            area.ensureVisible(centre.x(), centre.y(), _CHIP, _CHIP)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.part_at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if index is not None else Qt.CursorShape.ArrowCursor)
        self._say(index)

    def leaveEvent(self, event: QEvent) -> None:
        self._say(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.part_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self._go_to(index)
            self.clicked.emit(index)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, here = event.key(), self._current
        moves = {Qt.Key.Key_Left: here - 1, Qt.Key.Key_Right: here + 1, Qt.Key.Key_Home: 0}
        moves[Qt.Key.Key_End] = len(self._parts) - 1
        if self._parts and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._go_to(self._flow.beside(here, -1 if key == Qt.Key.Key_Up else 1))
        elif self._parts and key in moves:
            self._go_to(moves[Qt.Key(key)])
        elif self._parts and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit(here)
            return
        else:
            super().keyPressEvent(event)
            return
        self._say(self._current)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if not self.underMouse():
            self._say(None)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.part_at(QPointF(event.pos()))
            said = "" if index is None else html.escape(self.describe(index)).replace("\n", "<br>")
            QToolTip.showText(event.globalPos(), f"<p style='white-space:pre-wrap'>{said}</p>", self)
            return True
        return super().event(event)

    def describe(self, index: int) -> str:
        """All there is to say about a part."""
        part = self._parts[index]
        head = f"{isolated(part.text)}: {part.tag or tr('no name')}"
        return f"{head}\n{part.detail}" if part.detail else head

    def _describe(self) -> None:
        named = [f"{isolated(part.text)} {part.tag}" for part in self._parts if part.tag]
        said = ", ".join(named) if named else tr("nothing is tagged")
        self.setAccessibleName(f"{self._name}: {said}")
        self.setAccessibleDescription(self.describe(self._current) if self._parts else "")

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(event.rect())
        for index in self._flow.between(area.top() - MARGIN, area.bottom() + MARGIN):
            self._paint(painter, index)

    def _paint(self, painter: QPainter, index: int) -> None:
        look, part, rect = theme(), self._parts[index], self._flow.rects[index]
        text, tag, wide = self._labels[index]
        pad = _PAD if part.tag else 2
        if part.tag:
            colour = QColor(head_colour(part.kind))
            soft = QColor(colour)
            soft.setAlphaF(_TINT)
            style = Qt.PenStyle.DashLine if part.uncertain else Qt.PenStyle.SolidLine
            painter.setPen(QPen(colour, 1.2, style))
            painter.setBrush(soft)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.setFont(font("base"))
        painter.setPen(QColor(look.text))
        room = QRectF(rect.left() + pad, rect.top(), min(wide + 1, rect.width() - 2 * pad), rect.height())
        draw_piece(
            painter,
            room,
            Qt.AlignmentFlag.AlignLeft,
            elided(text, QFontMetricsF(painter.font()), room.width()),
        )
        if tag:
            painter.setFont(font("small"))
            painter.setPen(QColor(look.secondary))
            place = QRectF(
                room.right() + _BETWEEN - 1, rect.top(), rect.right() - room.right() - _BETWEEN, rect.height()
            )
            draw_piece(painter, place, Qt.AlignmentFlag.AlignLeft, tag)
        pen = None
        if self.hasFocus() and index == self._current:
            pen = QPen(QColor(look.accent), 2)
        elif index in self._pinned:
            pen = QPen(QColor(look.selection), 1.6)
        elif index in self._marked:
            pen = QPen(QColor(look.secondary), 1.2)
        if pen is not None:
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), _RADIUS + 1, _RADIUS + 1)
