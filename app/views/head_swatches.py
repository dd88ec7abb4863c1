"""The heads of a layer as small coloured fields, each of which switches its head's lines on and off."""

from __future__ import annotations

import math
from collections.abc import Collection

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.arrows import ARROWS
from app.views.drawing import Drawing
from app.views.head_colours import head_colour, ink_on
from app.views.pointed import PointedView

_HIGH, _GAP, _EDGE, _RADIUS = 19.0, 3.0, 2.0, 3.0  # pixels, as are all lengths here
_FEW, _FEW_COLUMNS, _COLUMNS = 16, 4, 6
_WIDE = 128  # the width asked for
_LEGEND_SQUARE = 9.0


class HeadSwatches(PointedView[int]):
    """A click switches a head; a double click, Alt+click or Enter leaves only that one; arrows move, Space switches.

    shown_changed  the heads that are on (frozenset of int, 0-based), when a person changed them
    """

    shown_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._shown: frozenset[int] = frozenset()
        self._chosen: int | None = None
        self._off: frozenset[int] = frozenset()
        self._current = 0
        self._pressed: int | None = None
        self._plain = False
        self.setAccessibleName(tr("Heads whose lines are shown"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    # What is shown.

    @property
    def count(self) -> int:
        """How many heads there are."""
        return self._count

    @property
    def shown(self) -> frozenset[int]:
        """The heads that are on."""
        return self._shown

    @property
    def current(self) -> int:
        """The head that the keyboard is on."""
        return self._current

    def set_count(self, count: int) -> None:
        """So many heads there are; another number than before switches all on."""
        if count != self._count:
            self._count, self._current, self._spot, self._pressed = count, 0, None, None
            self._shown = frozenset(range(count))
            self.updateGeometry()
            self._describe()
            self.update()

    def set_shown(self, heads: Collection[int]) -> None:
        """Switch these on and the others off; says nothing of it."""
        self._shown = frozenset(heads) & frozenset(range(self._count))
        self._describe()
        self.update()

    def set_chosen(self, head: int | None) -> None:
        """Frame the head that is chosen in all views."""
        if head != self._chosen:
            self._chosen = head
            self.update()

    def set_off(self, heads: Collection[int]) -> None:
        """Strike through heads that are switched off in the model's reading."""
        if frozenset(heads) != self._off:
            self._off = frozenset(heads)
            self.update()

    def set_plain(self, plain: bool) -> None:
        """Without colours, where lines have others than their heads'."""
        if plain != self._plain:
            self._plain = plain
            self.update()

    # Geometry.

    def _columns(self) -> int:
        return _FEW_COLUMNS if self._count <= _FEW else _COLUMNS

    def swatch_rect(self, head: int) -> QRectF:
        """Where a head's field lies."""
        columns = self._columns()
        width = (self.width() - 2 * _EDGE - (columns - 1) * _GAP) / columns
        row, column = divmod(head, columns)
        return QRectF(_EDGE + column * (width + _GAP), _EDGE + row * (_HIGH + _GAP), width, _HIGH)

    def spot_at(self, place: QPointF) -> int | None:
        """The head whose field is at `place`, or None."""
        return next((head for head in range(self._count) if self.swatch_rect(head).contains(place)), None)

    def sizeHint(self) -> QSize:
        rows = math.ceil(self._count / self._columns())
        return QSize(_WIDE, round(rows * (_HIGH + _GAP) - _GAP + 2 * _EDGE) if rows else 0)

    # What a person does.

    def toggle(self, head: int) -> None:
        """Switch one on or off."""
        self._take(self._shown ^ {head})

    def only(self, head: int) -> None:
        """Leave only this one on."""
        self._take(frozenset({head}))

    def all_or_none(self) -> None:
        """All on; where they are, all off."""
        everything = frozenset(range(self._count))
        self._take(frozenset() if self._shown == everything else everything)

    def _take(self, heads: frozenset[int]) -> None:
        if heads != self._shown:
            self.set_shown(heads)
            self.shown_changed.emit(heads)

    def spot_changed(self) -> None:
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        shape = Qt.CursorShape.ArrowCursor if self.spot is None else Qt.CursorShape.PointingHandCursor
        self.setCursor(shape)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self.spot_at(event.position())
        else:
            event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or pressed != self.spot_at(event.position()):
            return
        self._current = pressed
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.only(pressed)
        else:
            self.toggle(pressed)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The first of the two clicks has switched it already; its release is no third click."""
        head = self.pressed_on(event)
        if head is not None:
            self.only(head)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ARROWS and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            down, right = ARROWS[key]
            self._go_to(self._current + down * self._columns() + right)
        elif key == Qt.Key.Key_Space and self._count:
            self.toggle(self._current)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._count:
            self.only(self._current)
        else:
            super().keyPressEvent(event)

    def _go_to(self, head: int) -> None:
        if 0 <= head < self._count:
            self._current = head
            self._describe()
            self.update()
            self.point_to(head)

    def readout(self, head: int) -> str:
        """What can be done with a head; where that is nothing, the tool tip of all of them says why."""
        text = tr("Head {n}: click to switch its lines; double click or Alt+click: only this one", n=head + 1)
        if head in self._off:
            text += "\n" + tr("This head is switched off in the model's reading.")
        return text

    def _describe(self) -> None:
        if not self._count:
            self.setAccessibleDescription("")
        elif self._current in self._shown:
            self.setAccessibleDescription(tr("Head {n}, shown", n=self._current + 1))
        else:
            self.setAccessibleDescription(tr("Head {n}, not shown", n=self._current + 1))

    # Painting.

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for head in range(self._count):
            self._paint(painter, head, self.swatch_rect(head))
        painter.end()

    def _paint(self, painter: QPainter, head: int, place: QRectF) -> None:
        look, field = theme(), place.adjusted(0.5, 0.5, -0.5, -0.5)
        on = head in self._shown and self.isEnabled()
        colour = look.secondary if self._plain else head_colour(head)
        painter.setPen(QPen(QColor(colour if self.isEnabled() else look.line), 1))
        painter.setBrush(QColor(colour) if on else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(field, _RADIUS, _RADIUS)
        painter.setFont(font("small"))
        text = look.secondary if self.isEnabled() else look.disabled
        painter.setPen(QColor(ink_on(colour) if on else text))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(head + 1))
        if head in self._off:
            painter.drawLine(field.bottomLeft() + QPointF(3, -3), field.topRight() + QPointF(-3, 3))
        outline: QPen | None = None
        if head == self._chosen:
            outline = QPen(QColor(look.selection), 2)
        elif head == self.spot:
            outline = QPen(QColor(look.secondary), 1)
        if self.hasFocus() and head == self._current:
            outline = QPen(QColor(look.accent), 2, Qt.PenStyle.DotLine)
        if outline is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(outline)
            painter.drawRoundedRect(place.adjusted(-1, -1, 1, 1), _RADIUS + 1, _RADIUS + 1)

    def legend(self) -> Drawing:
        """The heads that are on in one row, to stand under a picture."""
        heads = sorted(self._shown)
        metrics = QFontMetricsF(font("small"))
        names = [f"H{head + 1}" for head in heads]
        widths = [_LEGEND_SQUARE + 4 + metrics.horizontalAdvance(name) + 10 for name in names]

        def paint(painter: QPainter, _ratio: float) -> None:
            painter.setFont(font("small"))
            left = 0.0
            for head, name, width in zip(heads, names, widths, strict=True):
                top = (metrics.height() - _LEGEND_SQUARE) / 2
                painter.fillRect(QRectF(left, top, _LEGEND_SQUARE, _LEGEND_SQUARE), QColor(head_colour(head)))
                painter.setPen(QColor(theme().secondary))
                words = QRectF(left + _LEGEND_SQUARE + 4, 0, width, metrics.height())
                painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
                left += width

        return Drawing(QSizeF(sum(widths), metrics.height()), paint)
