"""The pieces of the pair as chips: which sentence each belongs to, which are masked, replaced, unknown or pinned."""

from __future__ import annotations

import html
import math
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QToolTip, QWidget

from app.theme import diverging, font, sequential, theme
from app.translation import tr
from app.views.chip_flow import ChipFlow
from app.views.colormaps import ZERO, contrast
from app.views.piece_text import MASK, UNKNOWN, draw_piece, elided, isolated, piece_colours, visible
from app.views.worked_numbers import figure
from bert_core.trace import Token

_CHIP, _GAP, _LEADING, MARGIN = 21, 7, 6, 4  # pixels, as are all lengths here
_PAD, _RADIUS = 6, 4
_LEAST_CHIP, _MOST_CHIP = 18.0, 200.0
_LEAST_WIDTH, _USUAL_WIDTH = 96, 270


class TokenStrip(QWidget):
    """Chips in a wrapping flow; as high as its width needs, so it sits in a scroll area.

    Signals carry positions: clicked (mask or unmask), pinned (Ctrl+click or Space), pinned_more (the same with Shift:
    one more, or one less), hovered (or None),
    menu_requested(position, global QPoint). The arrows move a focus ring, Enter clicks.
    """

    clicked = Signal(object)
    pinned = Signal(object)
    pinned_more = Signal(object)
    hovered = Signal(object)
    menu_requested = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens: tuple[Token, ...] = ()
        self._typed: tuple[str, ...] = ()
        self._replaced: frozenset[int] = frozenset()
        self._pinned: frozenset[int] = frozenset()
        self._hidden: frozenset[int] = frozenset()
        self._changed: dict[int, str] = {}  # what is left out of a piece's sum, in words
        self._marked: frozenset[int] = frozenset()  # hovered anywhere, as the session says
        self._said: int | None = None  # hovered here, as last emitted
        self._pressed: int | None = None
        self._current = 0
        self._weights: NDArray[np.float32] | None = None
        self._limit, self._signed = 1.0, False  # where colours end, and whether on both sides of 0
        self._weighed = ""  # what the weights are
        self._labels: list[str] = []
        self._widths: list[float] = []
        self._flow = ChipFlow.of((), 0, chip=_CHIP, gap=_GAP, leading=_LEADING, margin=MARGIN)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._describe()

    # What is shown

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self._tokens

    @property
    def current(self) -> int | None:
        """The position that the keyboard is on."""
        return self._current if self._tokens else None

    def set_tokens(self, tokens: Sequence[Token], replaced: Collection[int], typed: Sequence[str]) -> None:
        """Show `tokens`.

        replaced  positions where another piece stands than was typed
        typed     the characters of each piece as typed, "" for added specials; as long as `tokens`

        Marks stay, weights go. Raises ValueError where the lengths differ.
        """
        if len(typed) != len(tokens):
            raise ValueError(f"{len(tokens)} tokens, but characters for {len(typed)}")
        self._tokens, self._typed, self._replaced = tuple(tokens), tuple(typed), frozenset(replaced)
        self._weights = None
        self._pressed = None
        self._current = max(0, min(self._current, len(tokens) - 1))
        self._measure()
        if self._said is not None and self._said >= len(tokens):
            self._say(None)

    def set_marks(self, pinned: Collection[int], hovered: Collection[int]) -> None:
        """Outline the pinned positions and the hovered ones."""
        now = frozenset(pinned), frozenset(hovered)
        changed = (self._pinned ^ now[0]) | (self._marked ^ now[1])
        self._pinned, self._marked = now
        for position in changed:
            if 0 <= position < len(self._tokens):
                self._repaint(position)

    def set_changes(self, hidden: Collection[int], changed: Mapping[int, str]) -> None:
        """Strike through what is hidden from attention, underline what is changed otherwise.

        changed  position -> what is changed there, in words
        """
        now = frozenset(hidden), dict(changed)
        if now != (self._hidden, self._changed):
            self._hidden, self._changed = now
            self._describe()
            self.update()

    def set_weights(
        self, values: ArrayLike | None, limit: float = 1.0, *, signed: bool = False, name: str = ""
    ) -> None:
        """Tint each chip by a value from 0 to `limit` (float [S]), or by its segment again with None.

        signed  from -limit to limit, in the colours of differences
        name    what the values are

        Raises ValueError where there is not one value a piece.
        """
        weights = None if values is None else np.asarray(values, dtype=np.float32)
        if weights is not None and weights.shape != (len(self._tokens),):
            raise ValueError(f"{len(self._tokens)} tokens, but weights of shape {weights.shape}")
        self._weights = None if weights is None else np.nan_to_num(weights)
        self._limit, self._signed, self._weighed = limit, signed, name
        self._describe()
        self.update()

    def chip_rect(self, position: int) -> QRectF:
        """Where the chip of a position is drawn."""
        return QRectF(self._flow.rects[position])

    def position_at(self, place: QPointF) -> int | None:
        """The position under a point, or None."""
        return self._flow.at(place)

    def describe(self, position: int) -> str:
        """All there is to say about a position, one fact a line."""
        token, typed = self._tokens[position], self._typed[position]
        lines = [
            isolated(token.text),
            tr("position {position} · id {id}", position=position, id=token.id),
            tr("sentence B") if token.segment else tr("sentence A"),
        ]
        if token.special:
            lines.append(tr("added by the tokenizer"))
        elif position in self._replaced:
            lines.append(tr("put here by you; typed: {characters}", characters=isolated(typed)))
        elif token.text == UNKNOWN:
            lines.append(tr("not in the vocabulary; typed: {characters}", characters=isolated(typed)))
        else:
            lines.append(tr("typed: {characters}", characters=isolated(typed)))
        if position in self._hidden:
            lines.append(tr("hidden from attention"))
        if position in self._changed:
            lines.append(self._changed[position])
        if self._weights is not None:
            named, value = self._weighed or tr("weight"), float(self._weights[position])
            lines.append(tr("{name} {value}", name=named, value=figure(value)))
        return "\n".join(lines)

    # Layout

    def _fonts(self) -> tuple[QFont, QFont]:
        plain = font("mono")
        bold = QFont(plain)
        bold.setWeight(QFont.Weight.Bold)
        return plain, bold

    def _measure(self) -> None:
        plain, bold = (QFontMetricsF(face) for face in self._fonts())
        self._labels, self._widths = [], []
        for token in self._tokens:
            metrics = bold if token.text == MASK else plain
            label = elided(visible(token.text), metrics, _MOST_CHIP - 2 * _PAD)
            self._labels.append(label)
            self._widths.append(max(_LEAST_CHIP, math.ceil(metrics.horizontalAdvance(label)) + 2 * _PAD))
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

    def _say(self, position: int | None) -> None:
        if position != self._said:
            self._said = position
            self.hovered.emit(position)

    def _go_to(self, position: int) -> None:
        self._repaint(self._current)
        self._current = max(0, min(position, len(self._tokens) - 1))
        self._repaint(self._current)
        self._describe()

    def _bring_into_view(self) -> None:
        """Scroll to the chip that the keyboard is on, where this stands in a scroll area."""
        viewport = self.parentWidget()
        area = viewport.parentWidget() if viewport is not None else None
        if isinstance(area, QScrollArea):
            centre = self.chip_rect(self._current).center().toPoint()
            area.ensureVisible(centre.x(), centre.y(), _CHIP, _CHIP)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = self.position_at(event.position())
        pointing = position is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor)
        self._say(position)

    def leaveEvent(self, event: QEvent) -> None:
        self._say(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self.position_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed = self._pressed, None
        if pressed is None or pressed != self.position_at(event.position()):
            return
        self._go_to(pressed)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._pin(pressed, event.modifiers())
        else:
            self.clicked.emit(pressed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._tokens:
            super().keyPressEvent(event)
            return
        key, here = Qt.Key(event.key()), self._current
        moves = {
            Qt.Key.Key_Left: here - 1,
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Up: self._flow.beside(here, -1),
            Qt.Key.Key_Down: self._flow.beside(here, 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._tokens) - 1,
        }
        if key in moves:
            self._go_to(moves[key])
            self._bring_into_view()
            self._say(self._current)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit(here)
        elif key == Qt.Key.Key_Space:
            self._pin(here, event.modifiers())
        else:
            super().keyPressEvent(event)

    def _pin(self, position: int, held: Qt.KeyboardModifier) -> None:
        more = bool(held & Qt.KeyboardModifier.ShiftModifier)
        (self.pinned_more if more else self.pinned).emit(position)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self._tokens:
            centre = self.chip_rect(self._current).center().toPoint()
            self.menu_requested.emit(self._current, self.mapToGlobal(centre))
        elif (position := self.position_at(QPointF(event.pos()))) is not None:
            self._go_to(position)
            self.menu_requested.emit(position, QPoint(event.globalPos()))
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if not self.underMouse():
            self._say(None)
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            position = self.position_at(QPointF(event.pos()))
            if position is None:
                QToolTip.hideText()
            else:
                # Rich text by decision, not by guess: a piece may look like a tag.
                lines = html.escape(self.describe(position)).replace("\n", "<br>")
                QToolTip.showText(event.globalPos(), f"<p style='white-space:pre-wrap'>{lines}</p>", self)
            return True
        return super().event(event)

    def _describe(self) -> None:
        masked = sum(token.text == MASK for token in self._tokens)
        self.setAccessibleName(
            tr(
                "{n} pieces, {masked} masked: {pieces}",
                n=len(self._tokens),
                masked=masked,
                pieces=self._text(),
            )
        )
        self.setAccessibleDescription(self.describe(self._current) if self._tokens else "")

    def _text(self) -> str:
        return " ".join(visible(token.text) for token in self._tokens)

    # Painting

    def _repaint(self, position: int) -> None:
        around = self._flow.rects[position].adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
        self.update(around.toAlignedRect())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fonts = self._fonts()
        area = QRectF(event.rect())
        for position in self._flow.between(area.top() - MARGIN, area.bottom() + MARGIN):
            if self._flow.rects[position].adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN).intersects(area):
                self._paint_chip(painter, position, fonts)

    def _paint_chip(self, painter: QPainter, position: int, fonts: tuple[QFont, QFont]) -> None:
        colours = theme()
        token, rect = self._tokens[position], self._flow.rects[position]
        masked, replaced = token.text == MASK, position in self._replaced
        text, back = piece_colours(token, colours)
        edge = text
        if self._weights is not None:
            text, back = _tint(float(self._weights[position]), self._limit, signed=self._signed)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(back))
        painter.drawRoundedRect(rect, _RADIUS, _RADIUS)
        if self._weights is not None:
            painter.setBrush(QColor(edge))
            painter.drawRect(QRectF(rect.left() + 2, rect.bottom() + 1.5, rect.width() - 4, 2))

        painter.setFont(fonts[masked])
        painter.setPen(QColor(text))
        shown = self._labels[position]
        if rect.width() < self._widths[position]:
            shown = elided(shown, QFontMetricsF(painter.font()), rect.width() - 2 * _PAD)
        draw_piece(painter, rect, Qt.AlignmentFlag.AlignHCenter, shown)
        self._paint_changes(painter, position)
        self._paint_outline(painter, position, masked, replaced)

    def _paint_changes(self, painter: QPainter, position: int) -> None:
        rect, orange = self._flow.rects[position], QColor(theme().segment_b)
        if position in self._hidden:
            veil = QColor(theme().background)
            veil.setAlphaF(0.55)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(veil)
            painter.drawRoundedRect(rect, _RADIUS, _RADIUS)
            painter.setPen(QPen(orange, 1.6))
            middle = rect.center().y()
            painter.drawLine(QPointF(rect.left() + 3, middle), QPointF(rect.right() - 3, middle))
        if position in self._changed:
            painter.setPen(QPen(orange, 1.6, Qt.PenStyle.DotLine))
            under = rect.bottom() - 2
            painter.drawLine(QPointF(rect.left() + 4, under), QPointF(rect.right() - 4, under))

    def _paint_outline(self, painter: QPainter, position: int, masked: bool, replaced: bool) -> None:
        colours, rect = theme(), self._flow.rects[position]
        pen: QPen | None = None
        if position in self._pinned:
            pen = QPen(QColor(colours.selection), 1.6)
        elif position in self._marked:
            pen = QPen(QColor(colours.secondary), 1.2)
        elif masked or replaced:
            pen = QPen(QColor(colours.accent), 1.2)
        elif self._tokens[position].text == UNKNOWN:
            pen = QPen(QColor(colours.warning), 1.2, Qt.PenStyle.DashLine)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if pen is not None:
            painter.setPen(pen)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        if replaced:  # a dot on the corner, ringed by the panel's background
            painter.setPen(QPen(QColor(colours.background), 1.5))
            painter.setBrush(QColor(colours.accent))
            painter.drawEllipse(rect.topRight() + QPointF(-2, 2), 3.6, 3.6)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus() and position == self._current:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), _RADIUS + 2, _RADIUS + 2)


def _tint(weight: float, limit: float, *, signed: bool) -> tuple[str, str]:
    """Text and background for a value that is at most `limit`."""
    share = max(-1.0 if signed else 0.0, min(1.0, weight / limit)) if limit > 0 else 0.0
    return _tint_entry(theme().name, round(ZERO + share * (ZERO - 1) if signed else share * 255), signed)


@lru_cache(maxsize=1024)
def _tint_entry(name: str, entry: int, signed: bool) -> tuple[str, str]:
    """The same for an entry of the table of the theme called `name`, the one now on screen."""
    back = "#{:02x}{:02x}{:02x}".format(*map(int, (diverging() if signed else sequential())[entry][:3]))
    return max(("#000000", "#ffffff"), key=lambda text: contrast(text, back)), back
