"""The sentences of a text on a thread: between two of them how well the second follows, and where the thread breaks."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.bars import percent
from app.views.drawing import Drawing
from app.views.piece_text import draw_piece, visible
from app.views.sentence_ranks import shortened

ROW_HEIGHT = 28  # pixels, as are all lengths here
MOST_DRAWN = 200
"""So many sentences make a picture."""
_PAD, _GAP, _BAR, _BAR_HEIGHT, _DOT = 6, 10, 48, 6, 3
_LETTERS_OF_TIP = 400
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute


@dataclass(frozen=True)
class Thread:
    """N sentences and N - 1 probabilities between them, or fewer while they are computed.

    threshold  below which the thread is broken
    details    by the number of the first sentence, what a tool tip says of a pair besides
    """

    sentences: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()
    threshold: float = 0.5
    details: dict[int, str] = field(default_factory=dict)

    def broken(self, pair: int) -> bool:
        """Whether what is between sentence `pair` and the next is below the threshold."""
        return pair < len(self.shares) and self.shares[pair] < self.threshold

    @property
    def breaks(self) -> tuple[int, ...]:
        """All such pairs."""
        return tuple(pair for pair in range(len(self.shares)) if self.broken(pair))


class ContinuityView(QAbstractScrollArea):
    """pair_chosen(n): sentences n and n + 1 were clicked between, or Enter was pressed there.

    Up and Down walk the pairs, N and P those that are broken.
    """

    pair_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thread = Thread()
        self._empty = ""
        self._read: int | None = None
        self._hovered: int | None = None
        self._pressed: int | None = None
        self._current = 0
        self.setAccessibleName(tr("Sentences and how each follows the one before"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT // 2)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    @property
    def thread_(self) -> Thread:
        """What is shown."""
        return self._thread

    @property
    def current(self) -> int:
        """The pair that the keyboard is on."""
        return self._current

    @property
    def empty_text(self) -> str:
        """What is said where there are no sentences."""
        return self._empty

    def set_thread(self, shown: Thread) -> None:
        """Show this."""
        if shown != self._thread:
            self._thread = shown
            self._current = max(0, min(self._current, len(shown.sentences) - 2))
            self._hovered = None
            self._measure()
            self._describe()
            self.viewport().update()

    def set_empty_text(self, text: str) -> None:
        """What is said where there are no sentences."""
        if text != self._empty:
            self._empty = text
            self._describe()
            self.viewport().update()

    def set_read(self, pair: int | None) -> None:
        """Mark the pair that is looked at now."""
        if pair != self._read:
            self._read = pair
            self.viewport().update()

    @property
    def read(self) -> int | None:
        """The marked pair."""
        return self._read

    def pair_at(self, place: QPointF) -> int | None:
        """The pair whose boundary is nearest to a point of the viewport."""
        y = place.y() + self.verticalScrollBar().value()
        size = len(self._thread.sentences)
        if size < 2 or not 0 <= y < size * ROW_HEIGHT:
            return None
        return max(0, min(size - 2, round(y / ROW_HEIGHT) - 1))

    def words_of(self, pair: int) -> str:
        """A pair in words, with its sentences."""
        first, second = (visible(text[:_LETTERS_OF_TIP]) for text in self._thread.sentences[pair : pair + 2])
        known = pair < len(self._thread.shares)
        figure = percent(self._thread.shares[pair]) if known else "…"
        parts = [tr("is next: {share}", share=figure)]
        if self._thread.broken(pair):
            parts.append(tr("the thread breaks here"))
        if detail := self._thread.details.get(pair):
            parts.append(detail)
        return f"{first}\n→ {second}\n{' · '.join(parts)}"

    def drawing(self, width: int) -> Drawing:
        """The first MOST_DRAWN sentences, that wide."""
        rows = min(MOST_DRAWN, len(self._thread.sentences))

        def paint(painter: QPainter, ratio: float) -> None:
            self._paint(painter, QRectF(0, 0, width, rows * ROW_HEIGHT), 0, rows)

        return Drawing(QSizeF(width, max(1, rows) * ROW_HEIGHT), paint)

    def sizeHint(self) -> QSize:
        return QSize(420, 6 * ROW_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 2 * ROW_HEIGHT)

    # What a person does ------------------------------------------------------------------------------------------

    def go_to(self, pair: int) -> None:
        """Put the keyboard on a pair and show it."""
        last = len(self._thread.sentences) - 2
        if last < 0:
            return
        self._current = max(0, min(pair, last))
        bar, top = self.verticalScrollBar(), self._current * ROW_HEIGHT
        height = self.viewport().height()
        bar.setValue(max(top + 2 * ROW_HEIGHT - height, min(bar.value(), top)))
        self._describe()
        self.viewport().update()

    @Slot()
    def next_break(self) -> None:
        """To the next place where the thread breaks, round and round."""
        breaks = self._thread.breaks
        if breaks:
            self.go_to(next((pair for pair in breaks if pair > self._current), breaks[0]))

    @Slot()
    def previous_break(self) -> None:
        """The same backwards."""
        breaks = self._thread.breaks
        if breaks:
            self.go_to(next((pair for pair in reversed(breaks) if pair < self._current), breaks[-1]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        page = max(1, self.viewport().height() // ROW_HEIGHT - 1)
        moves = {
            Qt.Key.Key_Up: self._current - 1,
            Qt.Key.Key_Down: self._current + 1,
            Qt.Key.Key_PageUp: self._current - page,
            Qt.Key.Key_PageDown: self._current + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._thread.sentences),
        }
        some = len(self._thread.sentences) > 1
        if some and key in moves:
            self.go_to(moves[Qt.Key(key)])
        elif some and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pair_chosen.emit(self._current)
        elif some and key == Qt.Key.Key_N:
            self.next_break()
        elif some and key == Qt.Key.Key_P:
            self.previous_break()
        elif some and event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.words_of(self._current))
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.pair_at(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = self.pair_at(event.position()) if left else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed == self.pair_at(event.position()):
            self.go_to(pressed)
            self.pair_chosen.emit(pressed)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        elif event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            pair = self.pair_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if pair is None else self.words_of(pair), self)
            return True
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.viewport().update()

    def _hover(self, pair: int | None) -> None:
        if pair != self._hovered:
            self._hovered = pair
            shape = Qt.CursorShape.ArrowCursor if pair is None else Qt.CursorShape.PointingHandCursor
            self.viewport().setCursor(shape)
            self.viewport().update()

    @Slot(int)
    def _scrolled(self, _: int) -> None:
        self._hovered = None

    def _measure(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(height)
        bar.setRange(0, max(0, len(self._thread.sentences) * ROW_HEIGHT - height))

    def _describe(self) -> None:
        shown = self._thread.sentences
        words = self.words_of(self._current) if len(shown) > 1 else "".join(shown) or self._empty
        self.setAccessibleDescription(words)

    # Drawing -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.viewport().rect())
        size = len(self._thread.sentences)
        if not size:
            painter.setFont(font("base"))
            painter.setPen(QColor(theme().secondary))
            inner = area.adjusted(16, 8, -16, -8)
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(inner, flags, self._empty)
            return
        top = self.verticalScrollBar().value()
        first = top // ROW_HEIGHT
        last = min(size, (top + self.viewport().height()) // ROW_HEIGHT + 1)
        whole = QRectF(0, -top, area.width(), size * ROW_HEIGHT)
        pair = self._current if self.hasFocus() and size > 1 else self._hovered
        for marked, ground in ((self._read, "soft"), (pair, "ring")):
            if marked is not None and marked < size - 1:
                self._paint_pair(painter, whole, marked, ground)
        self._paint(painter, whole, first, last)

    def _paint_pair(self, painter: QPainter, whole: QRectF, pair: int, ground: str) -> None:
        """The first sentence on blue, the second on orange; or a ring around both."""
        colours = theme()
        two = QRectF(0, whole.top() + pair * ROW_HEIGHT, whole.width(), 2 * ROW_HEIGHT)
        if ground == "soft":
            for n, colour in enumerate((colours.segment_a_soft, colours.segment_b_soft)):
                row = QRectF(0, two.top() + n * ROW_HEIGHT, two.width(), ROW_HEIGHT)
                painter.fillRect(row, QColor(colour))
        else:
            painter.setPen(QPen(QColor(colours.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(two.adjusted(1, 1, -1, -1), 4, 4)

    def _paint(self, painter: QPainter, whole: QRectF, first: int, last: int) -> None:
        """Sentences `first` to before `last`, and what is between them."""
        colours, thread = theme(), self._thread
        small, face = QFontMetricsF(font("small")), QFontMetricsF(font("base"))
        figure = small.horizontalAdvance(">99.9%") + 2
        number = small.horizontalAdvance(str(len(thread.sentences))) + 2
        line = _PAD + figure + _GAP + _BAR + _GAP + _DOT  # where the thread runs
        text = line + _DOT + _GAP + number + _GAP
        for n in range(first, last):
            row = QRectF(0, whole.top() + n * ROW_HEIGHT, whole.width(), ROW_HEIGHT)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.secondary))
            painter.drawEllipse(QPointF(line, row.center().y()), _DOT, _DOT)
            painter.setFont(font("small"))
            painter.setPen(QColor(colours.secondary))
            place = QRectF(line + _DOT + _GAP, row.top(), number, row.height())
            painter.drawText(place, _RIGHT, str(n + 1))
            painter.setFont(font("base"))
            painter.setPen(QColor(colours.text))
            place = QRectF(text, row.top(), max(0.0, row.right() - _PAD - text), row.height())
            shown = shortened(thread.sentences[n], face, place)
            draw_piece(painter, place, Qt.AlignmentFlag.AlignLeft, shown)
        for pair in range(max(0, first - 1), min(last, len(thread.sentences) - 1)):
            y = whole.top() + (pair + 1) * ROW_HEIGHT
            self._paint_between(painter, pair, QPointF(line, y), figure, whole.right() - _PAD)

    def _paint_between(
        self, painter: QPainter, pair: int, place: QPointF, figure: float, right: float
    ) -> None:
        colours, thread = theme(), self._thread
        x, y = place.x(), place.y()
        broken, known = thread.broken(pair), pair < len(thread.shares)
        colour = QColor(colours.segment_b if broken else colours.accent)
        half = ROW_HEIGHT / 2 - _DOT - 2
        if broken:
            painter.setPen(QPen(colour, 1.2, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x - _DOT - 2, y), QPointF(right, y))
        else:
            painter.setPen(QPen(colour if known else QColor(colours.line_strong), 2 if known else 1))
            painter.drawLine(QPointF(x, y - half), QPointF(x, y + half))
        bar = QRectF(_PAD + figure + _GAP, y - _BAR_HEIGHT / 2, _BAR, _BAR_HEIGHT)
        painter.fillRect(bar, QColor(colours.bar_track))
        if not known:
            return
        painter.fillRect(QRectF(bar.topLeft(), QSizeF(_BAR * thread.shares[pair], _BAR_HEIGHT)), colour)
        painter.setFont(font("small"))
        painter.setPen(QColor(colours.segment_b if broken else colours.text))
        where = QRectF(_PAD, y - ROW_HEIGHT / 2, figure, ROW_HEIGHT)
        painter.drawText(where, _RIGHT, percent(thread.shares[pair]))
