"""The pieces of the pair as chips: which sentence each belongs to, which are masked, replaced, unknown or pinned."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import diverging, font, sequential, theme
from app.translation import tr
from app.views.chip_rows import ChipRows
from app.views.colormaps import ZERO, contrast
from app.views.piece_text import MASK, UNKNOWN, draw_piece, elided, isolated, piece_colours, visible
from app.views.worked_numbers import figure
from bert_core.trace import Token

_CHIP, _GAP, _LEADING, MARGIN = 21, 7, 6, 4  # pixels, as are all lengths here
_PAD, _RADIUS = 6, 4
_LEAST_CHIP, _MOST_CHIP = 18.0, 200.0


class TokenStrip(ChipRows):
    """A chip a piece.

    Signals carry positions: clicked (mask or unmask; Enter does, too), pinned (Ctrl+click or Space), pinned_more (the
    same with Shift: one more, or one less), hovered (or None), menu_requested(position, global QPoint).
    """

    pinned = Signal(object)
    pinned_more = Signal(object)
    menu_requested = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, gap=_GAP, leading=_LEADING, margin=MARGIN)
        self._tokens: tuple[Token, ...] = ()
        self._typed: tuple[str, ...] = ()
        self._replaced: frozenset[int] = frozenset()
        self._hidden: frozenset[int] = frozenset()
        self._changed: dict[int, str] = {}  # what is left out of a piece's sum, in words
        self._weights: NDArray[np.float32] | None = None
        self._limit, self._signed = 1.0, False  # where colours end, and whether on both sides of 0
        self._weighed = ""  # what the weights are
        self._labels: list[str] = []
        self.measure()

    # What is shown

    @property
    def tokens(self) -> tuple[Token, ...]:
        return self._tokens

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
        self.measure()

    def set_changes(self, hidden: Collection[int], changed: Mapping[int, str]) -> None:
        """Strike through what is hidden from attention, underline what is changed otherwise.

        changed  position -> what is changed there, in words
        """
        now = frozenset(hidden), dict(changed)
        if now != (self._hidden, self._changed):
            self._hidden, self._changed = now
            self.describe()
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
        self.describe()
        self.update()

    def readout(self, position: int) -> str:
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

    def summary(self) -> str:
        masked = sum(token.text == MASK for token in self._tokens)
        pieces = " ".join(visible(token.text) for token in self._tokens)
        return tr("{n} pieces, {masked} masked: {pieces}", n=len(self._tokens), masked=masked, pieces=pieces)

    # Layout

    def chip_height(self) -> int:
        return _CHIP

    def chip_widths(self) -> list[float]:
        plain, bold = QFontMetricsF(_face(bold=False)), QFontMetricsF(_face(bold=True))
        self._labels, widths = [], []
        for token in self._tokens:
            metrics = bold if token.text == MASK else plain
            label = elided(visible(token.text), metrics, _MOST_CHIP - 2 * _PAD)
            self._labels.append(label)
            widths.append(max(_LEAST_CHIP, math.ceil(metrics.horizontalAdvance(label)) + 2 * _PAD))
        return widths

    # Pointer and keys

    def chip_clicked(self, index: int, held: Qt.KeyboardModifier) -> None:
        if held & Qt.KeyboardModifier.ControlModifier:
            self._pin(index, held)
        else:
            self.clicked.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.current is not None:
            self._pin(self.current, event.modifiers())
        else:
            super().keyPressEvent(event)

    def _pin(self, position: int, held: Qt.KeyboardModifier) -> None:
        more = bool(held & Qt.KeyboardModifier.ShiftModifier)
        (self.pinned_more if more else self.pinned).emit(position)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self._tokens:
            centre = self.chip_rect(self._current).center().toPoint()
            self.menu_requested.emit(self._current, self.mapToGlobal(centre))
        elif (position := self.spot_at(QPointF(event.pos()))) is not None:
            self._go_to(position)
            self.menu_requested.emit(position, QPoint(event.globalPos()))
        else:
            event.ignore()

    # Painting

    def paint_chip(self, painter: QPainter, position: int) -> None:
        colours, token, rect = theme(), self._tokens[position], self.chip_rect(position)
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

        painter.setFont(_face(bold=masked))
        painter.setPen(QColor(text))
        shown = self._labels[position]
        if rect.width() < self._widths[position]:
            shown = elided(shown, QFontMetricsF(painter.font()), rect.width() - 2 * _PAD)
        draw_piece(painter, rect, Qt.AlignmentFlag.AlignHCenter, shown)
        self._paint_changes(painter, position)
        self._paint_outline(painter, position, masked, replaced)

    def _paint_changes(self, painter: QPainter, position: int) -> None:
        rect, orange = self.chip_rect(position), QColor(theme().segment_b)
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
        colours, rect = theme(), self.chip_rect(position)
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


def _face(*, bold: bool) -> QFont:
    face = font("mono")
    if bold:
        face.setWeight(QFont.Weight.Bold)
    return face


def _tint(weight: float, limit: float, *, signed: bool) -> tuple[str, str]:
    """Text and background for a value that is at most `limit`."""
    share = max(-1.0 if signed else 0.0, min(1.0, weight / limit)) if limit > 0 else 0.0
    return _tint_entry(theme().name, round(ZERO + share * (ZERO - 1) if signed else share * 255), signed)


@lru_cache(maxsize=1024)
def _tint_entry(name: str, entry: int, signed: bool) -> tuple[str, str]:
    """The same for an entry of the table of the theme called `name`, the one now on screen."""
    back = "#{:02x}{:02x}{:02x}".format(*map(int, (diverging() if signed else sequential())[entry][:3]))
    return max(("#000000", "#ffffff"), key=lambda text: contrast(text, back)), back
