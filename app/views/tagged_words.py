"""A sentence's words with the tags that they are given: names as chips, with what they are written behind them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.chip_rows import ChipRows
from app.views.head_colours import head_colour
from app.views.piece_text import draw_piece, elided, isolated, visible

_CHIP, _GAP, _LEADING, _MARGIN = 22, 4, 6, 4  # pixels, as are all lengths here
_PAD, _BETWEEN, _RADIUS = 5, 6, 4
_MOST_CHIP = 260.0
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


class TaggedWords(ChipRows):
    """A chip a part; `name` is what all of them are."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, gap=_GAP, leading=_LEADING, margin=_MARGIN)
        self._name = name
        self._parts: tuple[TaggedPart, ...] = ()
        self._labels: list[tuple[str, str, float]] = []  # words, tag, and how wide the words are
        self.measure()

    # What is shown

    @property
    def parts(self) -> tuple[TaggedPart, ...]:
        """What is shown."""
        return self._parts

    def set_parts(self, parts: Sequence[TaggedPart]) -> None:
        """Show these, in reading order."""
        if tuple(parts) != self._parts:
            self._parts = tuple(parts)
            self.measure()

    def readout(self, spot: int) -> str:
        """All there is to say about a part."""
        part = self._parts[spot]
        head = f"{isolated(part.text)}: {part.tag or tr('no name')}"
        return f"{head}\n{part.detail}" if part.detail else head

    def summary(self) -> str:
        named = [f"{isolated(part.text)} {part.tag}" for part in self._parts if part.tag]
        said = ", ".join(named) if named else tr("nothing is tagged")
        return f"{self._name}: {said}"

    # Layout

    def chip_height(self) -> int:
        return _CHIP

    def chip_widths(self) -> list[float]:
        words, tags = QFontMetricsF(font("base")), QFontMetricsF(font("small"))
        widths: list[float] = []
        self._labels = []
        for part in self._parts:
            tag = elided(visible(part.tag), tags, _MOST_CHIP / 2) if part.tag else ""
            behind = tags.horizontalAdvance(tag) + _BETWEEN if tag else 0.0
            said = f"{part.mark} {visible(part.text)}" if part.mark else visible(part.text)
            text = elided(said, words, _MOST_CHIP - behind - 2 * _PAD)
            wide = words.horizontalAdvance(text)
            self._labels.append((text, tag, wide))
            widths.append(math.ceil(wide + behind) + 2 * (_PAD if part.tag else 2))
        return widths

    # Painting

    def paint_chip(self, painter: QPainter, index: int) -> None:
        look, part, rect = theme(), self._parts[index], self.chip_rect(index)
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
