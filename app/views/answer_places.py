"""Where an answer begins and ends in its context: a bar up for each piece's p(begin), one down for its p(end)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.bars import percent
from app.views.piece_text import draw_piece, elided, isolated, visible
from app.views.pointed import PointedView

Floats = NDArray[np.float64]

_LEFT, _RIGHT, _EDGE = 38.0, 6.0, 2.0  # pixels, as are all lengths here
_LEAST, _USUAL = QSize(150, 72), QSize(420, 120)
_LABEL = 15.0  # high
_WIDEST = 26.0  # of a bar
_LIMIT_FROM = 34.0  # of height above the middle, from which on it is said how much the highest bar may be
_NAMED = 0.1  # from which probability on a piece is named at its bar


class AnswerPlaces(PointedView[int]):
    """Bars over the pieces of a context, in order; the best answer lies on a ground of its own.

    Where values are differences, bars may go the other way; colours are then those of what grew. clicked(index) and
    hovered(index | None) count pieces of the context.
    """

    clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: tuple[str, ...] = ()
        self._begin: Floats = np.zeros(0)
        self._end: Floats = np.zeros(0)
        self._limit = 1.0
        self._answer: tuple[int, int] | None = None
        self._pinned: int | None = None
        self._pointed: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._describe()

    # What is shown

    @property
    def values(self) -> tuple[Floats, Floats]:
        """p(begin) and p(end) of each piece, or differences of them."""
        return self._begin, self._end

    @property
    def pieces(self) -> tuple[str, ...]:
        """Over which the bars stand."""
        return self._pieces

    def set_places(
        self,
        pieces: tuple[str, ...],
        begin: Floats,
        end: Floats,
        answer: tuple[int, int] | None,
    ) -> None:
        """Show these of P pieces, float64 [P]; `answer` is the first and the last piece of the best one.

        Raises ValueError where lengths differ.
        """
        if not len(pieces) == len(begin) == len(end):
            raise ValueError(f"{len(pieces)} pieces, {len(begin)} and {len(end)} values")
        self._pieces, self._begin, self._end, self._answer = tuple(pieces), begin, end, answer
        self._limit = max(0.05, *(float(np.abs(one).max()) for one in (begin, end))) if len(pieces) else 1.0
        if self.spot is not None and self.spot >= len(pieces):
            self.point_to(None)
        self._describe()
        self.update()

    def set_marks(self, pinned: int | None, pointed: int | None) -> None:
        """Mark the piece that is pinned, and the one that is pointed at."""
        if (pinned, pointed) != (self._pinned, self._pointed):
            self._pinned, self._pointed = pinned, pointed
            self.update()

    def spot_at(self, place: QPointF) -> int | None:
        """The piece whose bars stand there."""
        if not self._pieces:
            return None
        x = place.x()
        index = int((x - self._left()) / self._step())
        return index if x >= self._left() and 0 <= index < len(self._pieces) else None

    def bar_rect(self, index: int, *, end: bool) -> QRectF:
        """Where a piece's bar is drawn: up from the middle, or down."""
        step, middle, room = self._step(), self._middle(), self._room()
        wide = max(1.0, min(_WIDEST, step - (2 if step > 5 else 0)))
        value = float((self._end if end else self._begin)[index])
        high = room * value / self._limit
        left = self._left() + index * step + (step - wide) / 2
        return QRectF(left, middle if end else middle - high, wide, high).normalized()

    def _left(self) -> float:
        return _LEFT

    def _step(self) -> float:
        return min(46.0, (self.width() - _LEFT - _RIGHT) / max(1, len(self._pieces)))

    def _middle(self) -> float:
        return self.height() / 2

    def _room(self) -> float:
        return max(4.0, self.height() / 2 - _EDGE - _LABEL)

    def sizeHint(self) -> QSize:
        return _USUAL

    def minimumSizeHint(self) -> QSize:
        return _LEAST

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.update()
        super().changeEvent(event)

    # Pointer and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.pressed_on(event)
        if index is not None:
            self.clicked.emit(index)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = self.spot if self.spot is not None else (self._answer or (0, 0))[0]
        last = len(self._pieces) - 1
        moves = {
            Qt.Key.Key_Left: max(0, here - 1),
            Qt.Key.Key_Right: min(last, here + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if last >= 0 and event.key() in moves:
            self.point_to(moves[Qt.Key(event.key())])
            self._describe()
        elif last >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit(here)
        else:
            super().keyPressEvent(event)

    def readout(self, index: int) -> str:
        """What is to be said of a piece."""
        return tr(
            "{piece}\nbegins here: {begin}\nends here: {end}",
            piece=isolated(self._pieces[index]),
            begin=_percent(float(self._begin[index])),
            end=_percent(float(self._end[index])),
        )

    def _describe(self) -> None:
        name = tr("Where the answer begins and ends, over {n} pieces", n=len(self._pieces))
        self.setAccessibleName(name)
        here = self.spot if self.spot is not None else None if self._answer is None else self._answer[0]
        self.setAccessibleDescription("" if here is None else self.readout(here))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, step = self._middle(), self._step()
        wide = step * len(self._pieces)
        if self._answer is not None:
            first, last = self._answer
            ground = QRectF(_LEFT + first * step, _EDGE, (last - first + 1) * step, self.height() - 2 * _EDGE)
            painter.fillRect(ground, QColor(look.accent_soft))
        for index, colour, pen in (
            (self._pinned, look.selection, 1.4),
            (self._pointed, look.secondary, 1.0),
        ):
            if index is not None and 0 <= index < len(self._pieces):
                painter.setPen(QPen(QColor(colour), pen))
                painter.drawRect(
                    QRectF(_LEFT + index * step, _EDGE + 0.5, step, self.height() - 2 * _EDGE - 1)
                )
        painter.setPen(Qt.PenStyle.NoPen)
        for index in range(len(self._pieces)):
            painter.fillRect(self.bar_rect(index, end=False), QColor(look.segment_a))
            painter.fillRect(self.bar_rect(index, end=True), QColor(look.segment_b))
        painter.setPen(QPen(QColor(look.line_strong), 1))
        painter.drawLine(QPointF(_LEFT, middle), QPointF(_LEFT + wide, middle))
        painter.setFont(font("small"))
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for word, top, colour in (
            (tr("begin"), middle - 17, look.segment_a),
            (tr("end"), middle + 1, look.segment_b),
        ):
            painter.setPen(QColor(colour))
            painter.drawText(QRectF(0, top, _LEFT - 2, 16), side, word)
        if self._pieces and self._room() > _LIMIT_FROM:
            painter.setPen(QColor(look.secondary))
            painter.drawText(QRectF(0, middle - self._room() - 4, _LEFT - 2, 14), side, percent(self._limit))
        self._name_bars(painter)

    def _name_bars(self, painter: QPainter) -> None:
        """The highest bars have their piece written at their end, as far as there is room."""
        metrics = QFontMetricsF(font("mono-small"))
        painter.setFont(font("mono-small"))
        painter.setPen(QColor(theme().text))
        for end, values in ((False, self._begin), (True, self._end)):
            taken: list[QRectF] = []
            for index in np.argsort(-values, kind="stable")[:8].tolist():
                if values[index] < _NAMED:
                    break
                bar = self.bar_rect(index, end=end)
                said = elided(visible(self._pieces[index]), metrics, 90)
                wide = metrics.horizontalAdvance(said) + 2
                left = min(max(_LEFT, bar.center().x() - wide / 2), max(_LEFT, self.width() - wide))
                top = bar.bottom() if end else bar.top() - _LABEL
                place = QRectF(left, top, wide, _LABEL)
                if any(place.intersects(other) for other in taken):
                    continue
                taken.append(place.adjusted(-4, 0, 4, 0))
                draw_piece(painter, place, Qt.AlignmentFlag.AlignHCenter, said)


def _percent(value: float) -> str:
    return f"−{percent(-value)}" if value < 0 else percent(value)
