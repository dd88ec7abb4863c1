"""Attention as lines from a column of queries to a column of keys, one colour a head."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.far_ends import FarEnds, far_ends
from app.views.head_colours import head_colour
from app.views.lines_choice import Focus, LinesChoice
from app.views.lines_look import step_of, strands_of
from app.views.map_view import Camera, MapView
from app.views.picked_lines import Flags, Floats, Lines
from app.views.piece_columns import PieceColumns
from app.views.strands import Strands, draw_strands
from bert_core.trace import Token

MOST_LINES = 1500
"""So many are drawn at most, the strongest: more would be one grey surface, and take over 16 ms."""

Ends = tuple[int | None, int | None]

_HEADER, _FOOT = 24.0, 8.0  # widget units, as are all lengths here: names of the columns; half a label
_NAMES = 16.0
_GAP = 3.0  # between a column and its lines
_EDGE = 2.0
_LONGEST = 92.0  # a label
_SHARE = 0.3  # of the width that a label may take
_WIDEST = 560.0  # the lines: longer ones are no easier to follow
_ROW = 30.0  # rows of a short text are not higher than this
_CLOSEST = 32.0  # nor those of a long one, zoomed in
_PARTED_FROM = 15.0  # rows at least so high have room for a line between A and B that crosses no label
_HERE = 10.0  # a column reaches so far over its lines for the pointer

_UP_DOWN = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_SIDES = (Qt.Key.Key_Left, Qt.Key.Key_Right)


class LinesView(MapView):
    """Weights float32 [A, S, S] as lines whose opacity and width say how large they are, the largest on top.

    Where rows are high enough, the lines of two pieces stand side by side, one a head; else only that of the
    strongest head is drawn. The wheel makes rows higher, dragging moves along them.

    piece_hovered  (query, None) or (None, key) under the pointer, or None
    piece_clicked  the same for a click; the arrow keys move what is pinned, and are announced here too
    """

    piece_hovered = Signal(object)
    piece_clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = LinesChoice(MOST_LINES)
        self._tokens: tuple[Token, ...] = ()
        self._pinned: Ends = (None, None)
        self._hover = Focus()
        self._pointed: Ends | None = None
        # Laid out anew when the pieces, the size or the font change.
        self._columns: PieceColumns | None = None
        self.setAccessibleName(tr("Lines from queries to keys"))
        self.setMinimumSize(200, 100)

    def sizeHint(self) -> QSize:
        return QSize(440, 400)

    # What is shown.

    def set_weights(
        self,
        values: Floats | None,
        tokens: Sequence[Token] = (),
        heads: Sequence[int | None] = (),
        *,
        limit: float = 1.0,
        signed: bool = False,
    ) -> None:
        """Show `values` [A, S, S] of S pieces; None shows the empty text.

        heads   which head of its layer each of the A is, 0-based, for its colour; None: an average
        limit   the size of a weight whose line is drawn in full
        signed  colours say the sign instead of the head

        The view is kept where S is the same. Raises ValueError where the shapes do not fit together.
        """
        expected = [len(heads), len(tokens), len(tokens)]
        if values is not None and (list(values.shape) != expected or not tokens):
            raise ValueError(f"expected {expected} weights, got {list(values.shape)}")
        before = self._choice.values
        same = values is not None and before is not None and before.shape[1] == values.shape[1]
        self._choice.set_values(values, heads, limit, signed)
        if tuple(tokens) != self._tokens:
            self._tokens, self._columns = tuple(tokens), None
        if not same:
            self._look(Camera())
            self.point_at(None)
        self.refresh()

    def set_shown(self, heads: frozenset[int] | None) -> None:
        """Only lines of these heads (0-based) and of averages; None: of all."""
        if heads != self._choice.on:
            self._choice.on = heads
            self._changed()

    def set_threshold(self, threshold: float) -> None:
        """No lines for weights smaller than this."""
        if threshold != self._choice.threshold:
            self._choice.threshold = threshold
            self._changed()

    def set_pairs(self, pairs: Flags | None) -> None:
        """Only lines between these pairs of query and key, bool [S, S]; None: between all."""
        self._choice.pairs = pairs
        self._changed()

    def set_selection(self, query: int | None, key: int | None) -> None:
        """Pin a query, a key, both or nothing: only its lines are shown."""
        if (query, key) != self._pinned:
            self._pinned = (query, key)
            self.setAccessibleDescription(self._described(query, key))
            self.refresh()

    def set_hover(self, query: int | None, key: int | None, head: int | None = None) -> None:
        """While a piece or a head is pointed at, here or elsewhere, only its lines are shown."""
        if (hover := Focus(query, key, head)) != self._hover:
            self._hover = hover
            self.update()

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The pieces shown."""
        return self._tokens

    @property
    def parted(self) -> bool:
        """Whether each head has a line of its own, rather than one line for the strongest of them."""
        return self._choice.count < 2 or step_of(self._row(), self._choice.count) > 0

    def focus(self, *, hover: bool = True) -> Focus:
        """Whose lines are drawn now; without `hover`: while nothing is pointed at."""
        over = self._hover if hover else Focus()
        query, key = (over.query, over.key) if over.on_piece else self._pinned
        return Focus(self._inside(query), self._inside(key), over.head)

    def lines(self, *, hover: bool = True) -> Lines:
        """The lines that are drawn now; without `hover`: while nothing is pointed at."""
        return self._choice.picked(self.focus(hover=hover), one_a_pair=not self.parted)

    def weights(self) -> Lines:
        """Every weight that reaches the threshold, of what is pinned, be there room for its line or not."""
        return self._choice.all_of(self.focus(hover=False))

    def largest(self) -> float:
        """The largest weight of the heads and pairs that are on, whatever the threshold."""
        return self._choice.largest()

    def _inside(self, piece: int | None) -> int | None:
        return piece if piece is not None and 0 <= piece < len(self._tokens) else None

    def _changed(self) -> None:
        self._choice.forget()
        self.refresh()

    # Geometry.

    def has_content(self) -> bool:
        return self._choice.values is not None

    def columns(self) -> PieceColumns:
        """The labels as laid out for the present size."""
        if self._columns is None:
            metrics = QFontMetricsF(font("small"))
            least = max(metrics.horizontalAdvance(name) for name in self._titles())
            self._columns = PieceColumns(self._tokens, min(_LONGEST, _SHARE * self.width()), least)
        return self._columns

    def plot(self) -> QRectF:
        """Where the lines are, between the columns."""
        column = self.columns().width + _GAP
        width = max(1.0, min(_WIDEST, self.width() - 2 * (column + _EDGE)))
        return QRectF(_EDGE + column, _HEADER, width, max(1.0, self.height() - _HEADER - _FOOT))

    def fitted(self, plot: QRectF) -> QSizeF:
        return QSizeF(plot.width(), min(plot.height(), _ROW * max(1, len(self._tokens))))

    def highest_zoom(self) -> float:
        return max(1.0, _CLOSEST * len(self._tokens) / self.fitted(self.plot()).height())

    def extent(self) -> QSizeF:
        plot = self.plot()
        right = plot.right() + _GAP + self.columns().width + _EDGE
        return QSizeF(min(self.width(), right), plot.top() + self.fitted(plot).height() + _FOOT)

    @property
    def widest(self) -> int:
        """The width beyond which it has no use for more."""
        return ceil(_WIDEST + 2 * (self.columns().width + _GAP + _EDGE))

    def row_rect(self, piece: int, *, left: bool) -> QRectF:
        """Where the label of a query (`left`) or of a key has its place now."""
        row = self._row()
        return QRectF(self._column_left(left), self.content().top() + piece * row, self.columns().width, row)

    def end_at(self, place: QPointF) -> Ends | None:
        """(query, None) or (None, key) where the label of one is, or None."""
        plot, content = self.plot(), self.content()
        seen = plot.intersected(content)
        if self._choice.values is None or not seen.top() <= place.y() < seen.bottom():
            return None
        piece = min(int((place.y() - content.top()) / self._row()), len(self._tokens) - 1)
        reach = min(_HERE, plot.width() / 3)
        if place.x() < plot.left() + reach:
            return piece, None
        column = self.columns().width + _GAP + _EDGE
        return (None, piece) if plot.right() - reach < place.x() < plot.right() + column else None

    def strands(self, lines: Lines) -> Strands:
        """How lines are drawn, from the top of the plot on; those that are out of sight are left out."""
        plot = self.plot()
        top = self.content().top() - plot.top()
        return strands_of(lines, self._choice, self._row(), top, plot.height())

    def _row(self) -> float:
        return self.content().height() / max(1, len(self._tokens))

    def _column_left(self, left: bool) -> float:
        plot = self.plot()
        return plot.left() - _GAP - self.columns().width if left else plot.right() + _GAP

    def _titles(self) -> tuple[str, str]:
        return tr("query"), tr("key")

    # Drawing.

    def draw_map(self, painter: QPainter, ratio: float) -> None:
        self._draw(painter, ratio, self.focus(hover=False), Focus())

    def draw_marks(self, painter: QPainter, hover: bool) -> None:
        if hover and self._hover != Focus():
            # The picture that is kept shows more lines than these: all is drawn anew, over it.
            painter.fillRect(self.rect(), QColor(theme().surface))
            self._draw(painter, self.devicePixelRatioF(), self.focus(), self._hover)

    def _draw(self, painter: QPainter, ratio: float, focus: Focus, hover: Focus) -> None:
        lines = self._choice.picked(focus, one_a_pair=not self.parted)
        plot, content, columns = self.plot(), self.content(), self.columns()
        seen = plot.intersected(content)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_strands(painter, seen, self.strands(lines), ratio)
        painter.setFont(font("small"))
        painter.setPen(QColor(theme().secondary))
        for name, left in zip(self._titles(), (True, False), strict=True):
            side = Qt.AlignmentFlag.AlignRight if left else Qt.AlignmentFlag.AlignLeft
            place = QRectF(self._column_left(left), 0, columns.width, _NAMES)
            painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, name)
        if self._row() >= _PARTED_FROM:
            self._draw_borders(painter, seen)
        for left in (True, False):
            far = (focus.query if left else focus.key) is None and focus.on_piece
            ends = far_ends(lines, left=left) if far else {}
            pinned, hovered = self._pinned[not left], hover.query if left else hover.key
            first = [piece for piece in (hovered, pinned) if piece is not None] + list(ends)
            between = (seen.top() - content.top(), seen.bottom() - content.top())
            columns.draw(
                painter,
                columns.chosen(self._row(), between, first),
                QPointF(plot.left() - _GAP if left else plot.right() + _GAP, content.top()),
                self._row(),
                left=left,
                strong=ends.keys(),
                pinned=pinned,
                hovered=hovered,
            )
        if focus.on_piece:
            self._draw_numbers(painter, focus, lines)
        painter.restore()

    def _draw_numbers(self, painter: QPainter, focus: Focus, lines: Lines) -> None:
        plot, content = self.plot(), self.content()
        left = focus.query is None
        named = self._choice.count > 1 and not self._choice.signed and focus.head is None

        def colour(line: int) -> str:
            return head_colour(self._choice.heads[int(lines.head[line])])

        edge = plot.left() if left else plot.right()
        numbers = FarEnds(edge, content.top(), self._row(), left=left, colour=colour if named else None)
        seen = plot.intersected(content)
        numbers.draw(painter, lines, far_ends(lines, left=left), (seen.top(), seen.bottom()))

    def _draw_borders(self, painter: QPainter, seen: QRectF) -> None:
        """Where B begins, in both columns."""
        pen = QPen(QColor(theme().text), 1, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        for piece in range(1, len(self._tokens)):
            if self._tokens[piece].segment == self._tokens[piece - 1].segment:
                continue
            y = round(self.row_rect(piece, left=True).top()) - 0.5
            for left in (True, False):
                begin = self._column_left(left)
                if seen.top() < y < seen.bottom():
                    painter.drawLine(QPointF(begin, y), QPointF(begin + self.columns().width, y))
            return

    # What a person does.

    def point_at(self, place: QPointF | None) -> None:
        pointed = None if place is None else self.end_at(place)
        if pointed != self._pointed:
            self._pointed = pointed
            self.set_hover(*(pointed or (None, None)))
            self.piece_hovered.emit(pointed)

    def click_at(self, place: QPointF) -> None:
        if (end := self.end_at(place)) is not None:
            self.piece_clicked.emit(end)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._choice.values is None or key not in (*_UP_DOWN, *_SIDES):
            super().keyPressEvent(event)
            return
        target = self._walked(key)
        if target != self._pinned:
            piece = target[0] if target[1] is None else target[1]
            assert piece is not None
            place = self.row_rect(piece, left=True)
            self.reveal(QRectF(self.plot().left(), place.top(), 1, place.height()))
            self.piece_clicked.emit(target)

    def _walked(self, key: Qt.Key) -> Ends:
        """Up and down along a column, left to the queries and right to the keys."""
        query, pinned_key = self._pinned
        at_key = query is None and pinned_key is not None
        here = pinned_key if at_key else query
        if key in _SIDES:
            at_key, here = key == Qt.Key.Key_Right, 0 if here is None else here
        else:
            last = len(self._tokens) - 1
            here = 0 if here is None else min(max(here + _UP_DOWN[key], 0), last)
        return (None, here) if at_key else (here, None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._columns = None
        super().resizeEvent(event)
        self.view_changed.emit()  # higher rows may have room for a line a head

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._columns = None
        super().changeEvent(event)

    def _described(self, query: int | None, key: int | None) -> str:
        row, column = (
            "" if self._inside(piece) is None or piece is None else self._tokens[piece].text
            for piece in (query, key)
        )
        if row and column:
            return tr("{query} to {key} selected", query=row, key=column)
        return tr("{piece} selected", piece=row or column) if row or column else ""
