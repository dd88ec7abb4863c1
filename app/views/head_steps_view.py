"""A head's attention as one worked example: q × k, sum, score, softmax, weighted values, output."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from functools import lru_cache

from PySide6.QtCore import QEvent, QPointF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font
from app.translation import tr
from app.views.drawing import Drawing
from app.views.head_steps import Part, QuerySteps, Spot, listed_keys, spot_text
from app.views.head_steps_layout import HeadLayout
from app.views.head_steps_painter import line_names, paint_steps, vector_names
from app.views.piece_text import visible
from app.views.pointed import PointedView
from app.views.vector_strip import Texts, VectorStrip
from bert_core.trace import Token

_AIR = 10  # pixels, as are all lengths here
_VECTORS: tuple[Part, ...] = ("query", "key", "product")
_WITHOUT_KEY: tuple[Part, ...] = (*_VECTORS, "output")


_layout = lru_cache(maxsize=16)(HeadLayout.of)  # the same for whatever is pointed at


class HeadStepsView(PointedView[Spot]):
    """One query's `QuerySteps`, one key's score worked out above a line for each key.

    key_hovered  the key under the pointer, or None
    key_clicked  a key
    walked       (query, key) where the arrows lead: up and down to another query, left and right to another key;
                 with Shift, left and right walk the numbers of the vectors
    """

    key_hovered = Signal(object)
    key_clicked = Signal(object)
    walked = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: QuerySteps | None = None
        self._tokens: tuple[Token, ...] = ()
        self._key = 0
        self._kept: frozenset[int] = frozenset()
        self._pinned: int | None = None
        self._over: int | None = None
        self._layout: HeadLayout | None = None
        self._listed: list[int] = []
        self._piece_width = 0.0
        self.texts = Texts()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._describe()

    # What is shown

    @property
    def steps(self) -> QuerySteps | None:
        return self._steps

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The pieces that are shown."""
        return self._tokens

    @property
    def key(self) -> int:
        """Whose score is worked out."""
        return self._key

    @property
    def pinned(self) -> int | None:
        """The key that is pinned."""
        return self._pinned

    @property
    def listed(self) -> list[int]:
        """The keys that have a line of their own."""
        return self._listed

    def set_steps(self, steps: QuerySteps | None, tokens: Sequence[Token]) -> None:
        """Show a query among S `tokens`, or nothing with None. Raises ValueError where S is another."""
        if steps is not None and len(steps.keys) != len(tokens):
            raise ValueError(f"{len(tokens)} tokens, but {len(steps.keys)} keys")
        same = self._steps is not None and steps is not None and self._steps.keys.shape == steps.keys.shape
        others = tuple(tokens) if steps is not None else ()
        if others != self._tokens:
            self._tokens = others
            self._measure()
        self._steps = steps
        if not same:
            self._key, self._kept, self._pinned = 0, frozenset(), None
            self._over = None
            self.point_to(None)
        self._arrange()

    def set_key(self, key: int, kept: Collection[int] = (), pinned: int | None = None) -> None:
        """Work out the score of `key`. The keys in `kept` have a line whatever they weigh; one may be pinned."""
        wanted = key, frozenset(kept), pinned
        if self._steps is None or wanted == (self._key, self._kept, self._pinned):
            return
        self._key, self._kept, self._pinned = wanted
        self._arrange()

    def readout(self, spot: Spot) -> str:
        """One line on a spot."""
        if self._steps is None:
            return ""
        rest = len(self._tokens) - len(self._listed)
        return spot_text(self._steps, self._tokens, spot, self._key, rest)

    # Layout

    @property
    def layout_(self) -> HeadLayout | None:
        """Where everything stands now."""
        return self._layout

    def strips_of(self, part: Part, key: int | None = None) -> list[VectorStrip]:
        """A vector as drawn: q, k, their product, a listed key's weighted value, the rest's, the output."""
        steps, layout = self._steps, self._layout
        if steps is None or layout is None:
            return []
        if part in _VECTORS:
            index, size = _VECTORS.index(part), layout.per_block
            values = (steps.query, steps.keys[self._key], steps.products[self._key])[index]
            limit = steps.product_limit if part == "product" else steps.vector_limit
            return [
                VectorStrip(
                    values[block * size : (block + 1) * size],
                    limit,
                    layout.vector(index, block),
                    first=block * size,
                )
                for block in range(layout.blocks)
            ]
        if part == "output":
            return [VectorStrip(steps.output, steps.output_limit, layout.weighted(layout.lines))]
        if part == "rest" and len(self._listed) < len(self._tokens):
            rest = steps.rest(self._listed)[1]
            return [VectorStrip(rest, steps.output_limit, layout.weighted(len(self._listed)))]
        if part == "weighted" and key in self._listed:
            line = layout.weighted(self._listed.index(key))
            return [VectorStrip(steps.weighted[key], steps.weighted_limit, line)]
        return []

    def spot_at(self, place: QPointF) -> Spot | None:
        """What a point stands for, or None beside everything."""
        steps, layout = self._steps, self._layout
        if steps is None or layout is None:
            return None
        ratio = self.devicePixelRatioF()
        for part in _WITHOUT_KEY:
            for strip in self.strips_of(part):
                if strip.rect.contains(place):
                    return Spot(part, None, strip.index_at(place.x(), ratio))
        overview = layout.overview
        if overview is not None and overview.contains(place):
            size = len(self._tokens)
            where = VectorStrip(steps.weights, 1.0, overview).index_at(place.x(), ratio)
            return Spot("weight", min(size - 1, where))
        for index in range(layout.lines):
            if layout.line(index).contains(place):
                return self._spot_in_line(index, place.x(), ratio)
        return None

    def _spot_in_line(self, index: int, x: float, ratio: float) -> Spot | None:
        if index >= len(self._listed):
            return Spot("rest") if len(self._listed) < len(self._tokens) else None
        key = self._listed[index]
        for strip in self.strips_of("weighted", key):
            if strip.rect.left() <= x < strip.rect.right():
                return Spot("weighted", key, strip.index_at(x, ratio))
        return Spot("score", key)

    def sizeHint(self) -> QSize:
        return QSize(640, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(230, 150)

    def drawing(self) -> Drawing:
        """The example as it is on screen, without what is only pointed at."""
        layout = self._layout
        height = self.height() if layout is None else math.ceil(layout.line(layout.lines).bottom()) + 2
        return Drawing(QSizeF(self.width(), min(height, self.height())), self._draw)

    def _measure(self) -> None:
        mono = QFontMetricsF(font("mono-small"))
        words = {visible(token.text) for token in self._tokens}
        self._piece_width = max(map(mono.horizontalAdvance, words), default=0.0)

    def _arrange(self) -> None:
        steps = self._steps
        if steps is None:
            self._layout, self._listed = None, []
        else:
            small, pieces = QFontMetricsF(font("small")), self._piece_width
            names = max(map(small.horizontalAdvance, vector_names())) + min(pieces, 90.0) + _AIR
            others = max(map(small.horizontalAdvance, line_names(len(self._tokens))))
            layout = _layout(
                self.width(),
                self.height(),
                len(self._tokens),
                steps.width,
                names=math.ceil(names),
                keys=math.ceil(max(others, min(pieces, 120.0))) + _AIR,
                number=math.ceil(small.horizontalAdvance("−00.00")) + 6,
            )
            self._listed = listed_keys(steps.weights, layout.lines, {self._key, *self._kept})
            rest = len(self._listed) < len(self._tokens)
            self._layout = layout.with_lines(len(self._listed) + rest)
        self._describe()
        self.update()

    def resizeEvent(self, event: QEvent) -> None:
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange, QEvent.Type.LanguageChange):
            self.texts = Texts()
            self._measure()
            self._arrange()
        super().changeEvent(event)

    # Pointer and keys

    def spot_changed(self) -> None:
        self._describe()
        self.update()

    def _pass_over(self, spot: Spot | None) -> None:
        over = None if spot is None else spot.key
        if over != self._over:
            self._over = over
            self.key_hovered.emit(over)

    def _describe(self) -> None:
        if self._steps is None:
            self.setAccessibleName(tr("Calculation of attention"))
            self.setAccessibleDescription("")
            return
        query, key = self._tokens[self._steps.position].text, self._tokens[self._key].text
        self.setAccessibleName(tr("Calculation of attention from {query} to {key}", query=query, key=key))
        self.setAccessibleDescription(self.readout(self._spot or Spot("score", self._key)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._pass_over(self.spot)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pass_over(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self.pressed_on(event)
        if spot is None or spot.key is None:
            event.ignore()
        else:
            self.key_clicked.emit(spot.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps, key = self._steps, Qt.Key(event.key())
        if steps is None:
            super().keyPressEvent(event)
            return
        last = len(self._tokens) - 1
        targets = {
            Qt.Key.Key_Up: (steps.position - 1, None),
            Qt.Key.Key_Down: (steps.position + 1, None),
            Qt.Key.Key_Left: (steps.position, self._key - 1),
            Qt.Key.Key_Right: (steps.position, self._key + 1),
            Qt.Key.Key_Home: (steps.position, 0),
            Qt.Key.Key_End: (steps.position, last),
        }
        sideways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and key in sideways:
            self._walk_dimensions(sideways[key])
        elif (
            event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            and key in targets
        ):
            query, other = targets[key]
            if 0 <= query <= last and (other is None or 0 <= other <= last):
                self.walked.emit(query, other)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.key_clicked.emit(self._key)
        else:
            super().keyPressEvent(event)

    def _walk_dimensions(self, step: int) -> None:
        assert self._steps is not None
        now = -1 if self._spot is None or self._spot.dimension is None else self._spot.dimension
        if now < 0 and step < 0:
            now = self._steps.width
        part: Part = "product" if self._spot is None or self._spot.dimension is None else self._spot.part
        key = None if part in _VECTORS or self._spot is None else self._spot.key
        self.point_to(Spot(part, key, max(0, min(now + step, self._steps.width - 1))))

    # Painting

    def _draw(self, painter: QPainter, ratio: float) -> None:
        if self._steps is not None and self._layout is not None:
            paint_steps(painter, ratio, self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw(painter, self.devicePixelRatioF())
        layout, spot = self._layout, self._spot
        if layout is None or spot is None or spot.dimension is None:
            return
        marked: tuple[tuple[Part, int | None], ...] = (
            ("weighted", spot.key),
            ("rest", None),
            ("output", None),
        )
        if spot.part in _VECTORS:
            marked = tuple((part, None) for part in _VECTORS)
        for part, key in marked:
            for strip in self.strips_of(part, key):
                strip.paint_mark(painter, spot.dimension)
