"""Token + segment + position = sum -> LayerNorm, and each term's share: aligned strips, one column a piece."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.drawing import Drawing, widget_drawing
from app.views.embedding_legend import LINE, norm_text, paint_legend, readout, short_readout
from app.views.embedding_shares import ShareHit, ShareValues, share_pixels, term_colours
from app.views.embedding_values import TERMS, Drawn, EmbeddingHit, StripValues, Term, under
from app.views.piece_axis import PieceAxis
from app.views.strip_pixels import PixelImage, strip_image
from app.views.tables import Table
from app.views.value_strips import ValueStrips
from bert_core.trace import EmbeddingTerms, Token

_TOP, _RIGHT, _GUTTER = 2, 10, 10  # pixels, as are all lengths here
_BETWEEN, _NORM_LINE, _MOST_SHARES = 7, 15, 48
_LEAST_STRIP, _GOOD_STRIP, _LEAST_COLUMNS = 10, 22, 120
_KEY = 12  # in front of a label, with the gap behind it
_FIGURE = 5  # columns this many digits' widths wide have room for a norm

Row = Term | Literal["shares"]
ROWS: tuple[Row, ...] = (*TERMS, "shares")
Hit = EmbeddingHit | ShareHit


class EmbeddingStrips(ValueStrips[Hit]):
    """The three embeddings of every piece, their sum, its LayerNorm, and the terms' shares, with norms and labels.

    The arrows walk pieces and rows, Enter clicks.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: StripValues | None = None
        self._shares: ShareValues | None = None
        self._tokens: tuple[Token, ...] = ()
        self._pinned: tuple[int, ...] = ()
        self._marked: tuple[int, ...] = ()
        self._current: tuple[Row, int] = (ROWS[0], 0)
        self._images: dict[Row, PixelImage] = {}
        self._axis = PieceAxis.of((), 1)
        self.setAccessibleName(tr("Embeddings of {n} pieces", n=0))
        self.arrange()

    # What is shown

    @property
    def values(self) -> StripValues | None:
        return self._values

    @property
    def rows(self) -> tuple[Row, ...]:
        """What stands under each other."""
        return TERMS if self._shares is None else ROWS

    @property
    def shares(self) -> ShareValues | None:
        """What each term adds to the sums."""
        return self._shares

    @property
    def drawn(self) -> Drawn | None:
        """What is shown at the present size."""
        return None if self._values is None else self._values.drawn(*self.device_size())

    def set_terms(
        self, terms: EmbeddingTerms | None, tokens: Sequence[Token], shares: ShareValues | None = None
    ) -> None:
        """Show the terms (float32 [S, H] each) of S `tokens`, or nothing with None; and their shares under them.

        Raises ValueError where there is not one row a token.
        """
        if terms is not None and len(terms.sum) != len(tokens):
            raise ValueError(f"{len(tokens)} tokens, but embeddings of {len(terms.sum)}")
        self._values = StripValues(terms) if terms is not None and len(tokens) else None
        self._tokens = tuple(tokens) if self._values is not None else ()
        self._shares = shares if self._values is not None else None
        self._current = (self._current[0], max(0, min(self._current[1], len(self._tokens) - 1)))
        self._drawn_for = ()
        self.setAccessibleName(tr("Embeddings of {n} pieces", n=len(self._tokens)))
        self.arrange()
        self.point_to(None)
        self.update()

    def set_marks(self, pinned: Collection[int], hovered: Collection[int]) -> None:
        """Outline the columns of the pinned positions and of the hovered ones."""
        marks = (tuple(sorted(pinned)), tuple(sorted(hovered)))
        if marks != (self._pinned, self._marked):
            self._pinned, self._marked = marks
            self.update()

    def readout(self, spot: Hit) -> str:
        """One line on a spot: term, piece, norm, dimension, value; or the shares of a piece."""
        piece = self._tokens[spot.position].text
        if isinstance(spot, EmbeddingHit):
            return readout(spot, piece)
        return "" if self._shares is None else self._shares.readout(spot, piece)

    def short_readout(self, hit: Hit) -> str:
        """The same where there is little room."""
        piece = self._tokens[hit.position].text
        if isinstance(hit, EmbeddingHit):
            return short_readout(hit, piece)
        return "" if self._shares is None else self._shares.short_readout(hit, piece)

    def table(self) -> Table:
        """A row for each term of each piece: position, piece, term, norm, its shares of the sum, and all H values."""
        count = self._values.dimensions if self._values is not None else 0
        shares = ["share by norm", "share along the sum"]
        header = ["position", "piece", "term", "norm", *shares, *(f"dimension {d}" for d in range(count))]
        return header, self._table_rows()

    def _table_rows(self) -> Iterator[Sequence[object]]:
        values, shares = self._values, self._shares  # rows may be asked for when others are shown
        if values is None:
            return
        for position, token in enumerate(self._tokens):
            for place, term in enumerate(TERMS):
                vector = values.arrays[term][position]
                own: list[object] = ["", ""]
                if shares is not None and place < len(shares.by_norm):
                    own = [float(shares.by_norm[place, position]), float(shares.along[place, position])]
                yield [position, token.text, term, values.norm(term, position), *own, *vector.tolist()]

    # Layout

    def strip_rect(self, row: Row) -> QRectF:
        """Where the strip of a term, or the shares, are drawn."""
        bottom = _TOP + (ROWS.index(row) + 1) * self._pitch - _BETWEEN
        height = self._strip if row != "shares" else min(_MOST_SHARES, self._pitch - _BETWEEN - 2)
        return QRectF(self._left, bottom - height, self._breadth, height)

    def column_rect(self, position: int) -> QRectF:
        """The column of a position, over all strips and their norms."""
        width = self._breadth / max(1, len(self._tokens))
        top, bottom = self.strip_rect(self.rows[0]).top(), self.strip_rect(self.rows[-1]).bottom()
        top -= _NORM_LINE if self._norms_fit else 0
        return QRectF(self._left + position * width, top, width, bottom - top)

    @property
    def shows_norms(self) -> bool:
        """Whether there is room for a norm over each column."""
        return self._norms_fit

    @property
    def axis(self) -> PieceAxis:
        """The piece labels as laid out."""
        return self._axis

    def spot_at(self, place: QPointF) -> Hit | None:
        """What a point stands for, or None beside the strips."""
        if self._values is None:
            return None
        row = next((row for row in self.rows if self.strip_rect(row).contains(place)), None)
        if row is None:
            return None
        rect, (width, height) = self.strip_rect(row), self.device_size()
        positions = under(place.x() - rect.left(), rect.width(), self._values.pieces, width)
        if row == "shares":
            return ShareHit((positions.start + positions.stop - 1) // 2)
        down = under(place.y() - rect.top(), rect.height(), self._values.dimensions, height)
        return self._values.hit(row, positions, down)

    def sizeHint(self) -> QSize:
        return QSize(520, 300)

    def minimumSizeHint(self) -> QSize:
        level = PieceAxis.of((), 1)
        least = _TOP + len(ROWS) * (_LEAST_STRIP + _BETWEEN) + level.height
        return QSize(math.ceil(self._label_width() + _LEAST_COLUMNS + _RIGHT), math.ceil(least))

    def drawing(self) -> Drawing:
        """The strips as they are on screen, with their legend below."""
        strips = widget_drawing(self)

        def paint(painter: QPainter, ratio: float) -> None:
            painter.save()
            strips.paint(painter, ratio)
            painter.restore()
            if self.drawn is not None:
                place = QRectF(self._left, self.height(), self._breadth, LINE)
                paint_legend(painter, self.drawn, place, self._shares)

        return Drawing(QSizeF(self.width(), self.height() + LINE), paint)

    def _row_labels(self) -> dict[Row, str]:
        return {
            "token": tr("token"),
            "segment": tr("+ segment"),
            "position": tr("+ position"),
            "sum": tr("= sum"),
            "output": tr("→ LayerNorm"),
            "shares": tr("shares"),
        }

    def _label_width(self) -> int:
        small = QFontMetricsF(font("small"))
        return math.ceil(max(map(small.horizontalAdvance, self._row_labels().values()))) + _GUTTER + _KEY

    def arrange(self) -> None:
        left = self._label_width()
        spare = self.height() - _TOP - len(self.rows) * (_GOOD_STRIP + _BETWEEN)
        self._axis = PieceAxis.of(self._tokens, max(1, self.width() - left - _RIGHT), spare)
        self._left = max(left, self._axis.overhang + 2)
        self._breadth = float(max(1, self.width() - self._left - _RIGHT))
        if self._left > left:
            self._axis = PieceAxis.of(self._tokens, self._breadth, spare)
        room = self.height() - _TOP - self._axis.height
        self._pitch = max(_LEAST_STRIP + _BETWEEN, math.floor(room / len(self.rows)))
        wide = self._axis.column >= QFontMetricsF(font("small")).horizontalAdvance("0") * _FIGURE
        self._norms_fit = wide and self._pitch - _BETWEEN - _NORM_LINE >= _LEAST_STRIP + 3
        self._strip = math.floor(self._pitch - _BETWEEN - (_NORM_LINE if self._norms_fit else 0))
        self.updateGeometry()
        super().arrange()

    def device_size(self) -> tuple[int, int]:
        """Width and height of a strip in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(1, round(self._breadth * ratio)), max(1, round(self._strip * ratio))

    # Pointer and keys

    def _go_to(self, term: int, position: int) -> None:
        if self._values is None:
            return
        row = self.rows[max(0, min(term, len(self.rows) - 1))]
        position = max(0, min(position, len(self._tokens) - 1))
        self._current = (row, position)
        if row == "shares":
            self.point_to(ShareHit(position))
        else:
            whole = range(self._values.dimensions)
            self.point_to(self._values.hit(row, range(position, position + 1), whole))

    def pressed(self, spot: Hit) -> None:
        self._current = (_row_of(spot), spot.position)
        self.clicked.emit(spot.position)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, term, position = Qt.Key(event.key()), ROWS.index(self._current[0]), self._current[1]
        moves = {
            Qt.Key.Key_Left: (term, position - 1),
            Qt.Key.Key_Right: (term, position + 1),
            Qt.Key.Key_Up: (term - 1, position),
            Qt.Key.Key_Down: (term + 1, position),
            Qt.Key.Key_Home: (term, 0),
            Qt.Key.Key_End: (term, len(self._tokens) - 1),
        }
        if self._values is None:
            super().keyPressEvent(event)
        elif key in moves:
            self._go_to(*moves[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit(position)
        else:
            super().keyPressEvent(event)

    # Painting

    def has_values(self) -> bool:
        return self._values is not None

    def draw_images(self, columns: int, rows: int) -> None:
        assert self._values is not None
        drawn = self._values.drawn(columns, rows)
        self._images = {
            term: strip_image(drawn.means[term], drawn.scale_of(term), columns, rows) for term in TERMS
        }
        if self._shares is not None:
            lines = max(1, round(self.strip_rect("shares").height() * self.devicePixelRatioF()))
            self._images["shares"] = PixelImage(share_pixels(self._shares, columns, lines))

    def paint(self, painter: QPainter) -> None:
        colours, labels = theme(), self._row_labels()
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.setFont(font("small"))
        painter.setPen(QColor(colours.secondary))
        for row in self.rows:
            rect = self.strip_rect(row)
            label = QRectF(0, rect.center().y() - 10, self._left - _GUTTER, 20)
            painter.drawText(label, side, labels[row])
            self._paint_key(painter, row, label)
            painter.drawImage(rect, self._images[row])
            if self._norms_fit and row != "shares":
                self._paint_norms(painter, row, rect)
        self._paint_marks(painter)
        bottom = self.strip_rect(self.rows[-1]).bottom()
        self._axis.paint(painter, self._tokens, self._left, bottom + 2, [*self._over(), *self._pinned])

    def _paint_key(self, painter: QPainter, row: Row, label: QRectF) -> None:
        """The colour of a term's share in front of its label."""
        if self._shares is None or self._shares.signed or row not in TERMS[:3]:
            return
        width = painter.fontMetrics().horizontalAdvance(self._row_labels()[row])
        colour = QColor(term_colours()[TERMS.index(row)])
        painter.fillRect(
            QRectF(round(label.right()) - width - _KEY, round(label.center().y()) - 3, 7, 7), colour
        )

    def _over(self) -> tuple[int, ...]:
        """What is pointed at, here or elsewhere."""
        return self._marked if self.spot is None else (self.spot.position,)

    def _paint_norms(self, painter: QPainter, term: Term, rect: QRectF) -> None:
        assert self._values is not None
        for position in range(len(self._tokens)):
            place = QRectF(
                rect.left() + position * self._axis.column,
                rect.top() - _NORM_LINE,
                self._axis.column,
                _NORM_LINE,
            )
            painter.drawText(
                place, Qt.AlignmentFlag.AlignCenter, norm_text(self._values.norm(term, position))
            )

    def _paint_marks(self, painter: QPainter) -> None:
        colours = theme()
        outlines = [(p, QPen(QColor(colours.selection), 2)) for p in self._pinned]
        outlines += [(p, QPen(QColor(colours.text), 1)) for p in self._over()]
        for position, pen in outlines:
            if 0 <= position < len(self._tokens):
                self.outline(painter, self.column_rect(position), pen, 2)
        if self.hasFocus() and self.spot is not None:
            rect, column = self.strip_rect(_row_of(self.spot)), self.column_rect(self.spot.position)
            spot = QRectF(column.left(), rect.top(), column.width(), rect.height())
            painter.setPen(QPen(QColor(colours.accent), 2.5))
            painter.drawRect(spot.adjusted(-2, -2, 2, 2))


def _row_of(hit: Hit) -> Row:
    return hit.term if isinstance(hit, EmbeddingHit) else "shares"
