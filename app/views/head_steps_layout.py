"""Where the parts of a head's worked example stand: three vectors, their sum, and a line for each key."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF

_TOP, _BOTTOM, _GAP = 2.0, 3.0, 10.0  # pixels, as are all lengths here
_ARITHMETIC, _HEADER, _OVERVIEW, _TOTAL_EXTRA = 20.0, 16.0, 27.0, 6.0
_ROOMY, _COMMON, _TIGHT = 28.0, 20.0, 17.0  # pitches of the vectors
_BEST, _GOOD, _LEAST = 24.0, 16.0, 14.0  # pitches of the keys' lines
_BESIDE_FROM = 860.0  # a width at which the vectors stand at the left of the keys
_BESIDE_SHARE, _BESIDE_GAP = 0.4, 36.0
_BLOCK_GAP, _MOST_BLOCKS = 8.0, 12
_LEGIBLE = 31.0  # a cell that has room for its number
_MOST_PIECE = 0.24  # of the width, for the keys' pieces
LEAST_LINES = 3


@dataclass(frozen=True)
class HeadLayout:
    """Rectangles for a widget of a given size; lines and vectors are addressed by number.

    dimensions     how many numbers a vector has
    names, keys    the widths of the vectors' names and of the keys' pieces
    number         the width of a figure's cell
    blocks         in how many pieces the vectors are broken, each below the one before, to have room for numbers
    vector_pitch   from one vector to the next
    pitch          from one line to the next
    lines          how many lines there are for keys, the one for the rest included
    whole          whether that is one for every key; else an overview of all stands above
    beside         whether the keys stand at the right of the vectors; else below
    """

    width: float
    height: float
    dimensions: int
    names: float
    keys: float
    number: float
    blocks: int = 1
    vector_pitch: float = _TIGHT
    pitch: float = _LEAST
    lines: int = LEAST_LINES
    whole: bool = False
    beside: bool = False

    @classmethod
    def of(
        cls, width: float, height: float, size: int, dimensions: int, names: float, keys: float, number: float
    ) -> HeadLayout:
        """Of S = `size` keys in a head of so many dimensions.

        names, keys, number  the widths that the vectors' names, the keys' pieces and a figure ask for
        """
        bare = cls(width, height, max(1, dimensions), names, min(keys, _MOST_PIECE * width), number)
        below = bare._best(size)
        if width < _BESIDE_FROM or (below.whole and below.legible):
            return below
        return replace(bare, beside=True)._best(size)

    def _best(self, size: int) -> HeadLayout:
        """The blocks and pitches that show most: all keys first, then numbers, then air."""
        blocks = next((b for b in range(1, _MOST_BLOCKS + 1) if replace(self, blocks=b).legible), 0)
        tries = [
            replace(self, blocks=blocks, vector_pitch=pitch) for pitch in (_COMMON, _TIGHT) if blocks > 1
        ]
        tries += [replace(self, blocks=1, vector_pitch=pitch) for pitch in (_ROOMY, 24.0, _COMMON, _TIGHT)]
        tries = [layout._filled(size) for layout in tries]
        whole = [layout for layout in tries if layout.whole and layout._fits]
        roomy = [layout for layout in whole if layout.pitch >= _GOOD]
        partly = [layout for layout in tries if layout._fits and (self.beside or layout.blocks == 1)]
        last = partly[0 if self.beside else -1] if partly else tries[-1]
        return next(iter(roomy), next(iter(whole), last))

    def _filled(self, size: int) -> HeadLayout:
        """With as many lines as there is height for."""
        free = self.height - self._table_top - _HEADER - _TOTAL_EXTRA - _BOTTOM
        pitch = float(int(free / (size + 1)))
        if pitch >= _LEAST:
            return replace(self, pitch=min(_BEST, pitch), lines=size, whole=True)
        pitch = _GOOD if free - _OVERVIEW >= 12 * _GOOD else _LEAST
        lines = max(LEAST_LINES, int((free - _OVERVIEW) / pitch) - 1)
        return replace(self, pitch=pitch, lines=lines, whole=False)

    @property
    def _fits(self) -> bool:
        """Whether the vectors themselves do."""
        return self.arithmetic.bottom() <= self.height

    def with_lines(self, lines: int) -> HeadLayout:
        """With so many lines for keys, not more than there are now."""
        return replace(self, lines=min(lines, self.lines))

    # The vectors

    @property
    def per_block(self) -> int:
        """How many numbers of a vector stand side by side, at most."""
        return -(-self.dimensions // self.blocks)

    @property
    def legible(self) -> bool:
        """Whether a vector's cells have room for their numbers."""
        return self._vector_breadth >= _LEGIBLE * self.per_block

    @property
    def _vector_left(self) -> float:
        return self.names + _GAP if self.beside else self._strip_left

    @property
    def _vector_breadth(self) -> float:
        right = _BESIDE_SHARE * self.width if self.beside else self.width - 1
        return max(1.0, right - self._vector_left)

    def vector(self, index: int, block: int = 0) -> QRectF:
        """A block of the strip of q, k or their product: 0, 1, 2."""
        top = _TOP + (_HEADER if self.beside else 0) + index * self.vector_pitch
        top += block * (3 * self.vector_pitch + _BLOCK_GAP)
        first = block * self.per_block
        count = max(0, min(self.per_block, self.dimensions - first))
        breadth = self._vector_breadth * count / self.per_block
        return QRectF(self._vector_left, top, breadth, self.vector_pitch - (4 if self.blocks == 1 else 2))

    def vector_name(self, index: int) -> QRectF:
        """What stands at the left of that strip."""
        strip = self.vector(index)
        return QRectF(0, strip.top(), strip.left() - _GAP, strip.height())

    @property
    def arithmetic(self) -> QRectF:
        """The line from the sum to the weight; where there is room for more lines, the first of them."""
        below = self.vector(2, self.blocks - 1).bottom() + 2
        left, right = self._vector_left if self.beside else 0.0, self._vector_left + self._vector_breadth
        return QRectF(left, below, right - left, _ARITHMETIC)

    @property
    def arithmetic_lines(self) -> int:
        """How many lines it may take."""
        return 4 if self.beside else 1

    def connector(self, line: int) -> list[QPointF]:
        """The way from the arithmetic to the line of its key, where they stand side by side."""
        if not self.beside:
            return []
        start, end, middle = self.arithmetic, self.line(line), self._table_left - 0.5 * _BESIDE_GAP
        height = round(start.center().y()) + 0.5
        across = round(end.center().y()) + 0.5
        return [
            QPointF(start.right() + 6, height),
            QPointF(round(middle) + 0.5, height),
            QPointF(round(middle) + 0.5, across),
            QPointF(end.left() - 4, across),
        ]

    # The keys

    @property
    def _table_left(self) -> float:
        return _BESIDE_SHARE * self.width + _BESIDE_GAP if self.beside else 0.0

    @property
    def _strip_left(self) -> float:
        return self._table_left + self.keys + 2 * self.number + 3 * _GAP - 4

    @property
    def _table_top(self) -> float:
        return _TOP if self.beside else self.arithmetic.bottom() + _GAP

    @property
    def overview(self) -> QRectF | None:
        """Scores and weights of all keys, where not every key has a line."""
        if self.whole:
            return None
        return QRectF(self._strip_left, self._table_top, self.width - 1 - self._strip_left, _OVERVIEW - 8)

    @property
    def overview_name(self) -> QRectF:
        """What stands at its left."""
        return QRectF(
            self._table_left, self._table_top, self._strip_left - _GAP - self._table_left, _OVERVIEW - 8
        )

    @property
    def header_top(self) -> float:
        """Where the names of the columns stand."""
        return self._table_top + (0 if self.whole else _OVERVIEW)

    def line(self, index: int) -> QRectF:
        """A key's line, all of it; `lines` is the last, the sum."""
        top = self.header_top + _HEADER + index * self.pitch
        extra = _TOTAL_EXTRA if index >= self.lines else 0.0
        return QRectF(self._table_left, top + extra, self.width - self._table_left, self.pitch)

    def piece(self, index: int) -> QRectF:
        """The key's piece in its line."""
        line = self.line(index)
        return QRectF(line.left() + 5, line.top(), self.keys - 5, line.height())

    def score(self, index: int) -> QRectF:
        """The score's cell in a line."""
        line = self.line(index)
        return QRectF(line.left() + self.keys + _GAP - 2, line.top() + 1, self.number, line.height() - 2)

    def weight(self, index: int) -> QRectF:
        """The weight's cell in a line."""
        return self.score(index).translated(self.number + _GAP - 6, 0)

    def weighted(self, index: int) -> QRectF:
        """The strip of weight times value in a line."""
        line = self.line(index)
        return QRectF(self._strip_left, line.top() + 1, self.width - 1 - self._strip_left, line.height() - 2)
