"""Chips that flow like words over lines: where they stand, which are marked, and how they are reached."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from app.views.chip_flow import ChipFlow
from app.views.pointed import PointedView

_LEAST_WIDTH, _USUAL_WIDTH = 96, 270  # pixels


class ChipRows(PointedView[int]):
    """As high as its width needs, so it sits in a scroll area. Only what is on screen is painted.

    Its spots are the indices of chips. The arrows, Home and End move a focus ring; clicked(index) for a click, or for
    Enter and Space. A subclass says how wide its chips are and what they are called, calls `measure` whenever that
    changes, and paints one chip at a time.

    gap, leading  between chips, and between lines
    margin        round all of them, as wide as an outline or a ring may grow beyond its chip
    clickable     False: only tool tips
    """

    clicked = Signal(object)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        gap: float,
        leading: float,
        margin: int,
        clickable: bool = True,
    ) -> None:
        super().__init__(parent)
        self._gap, self._leading, self._margin = gap, leading, margin
        self._clickable = clickable
        self._widths: Sequence[float] = ()
        self._flow = ChipFlow.of((), 0, chip=0, gap=gap, leading=leading, margin=margin)
        self._pinned: frozenset[int] = frozenset()
        self._marked: frozenset[int] = frozenset()  # hovered anywhere, as the session says
        self._pressed: int | None = None
        self._current = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if clickable else Qt.FocusPolicy.NoFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    # What chips are

    def chip_widths(self) -> Sequence[float]:
        """How wide each chip is; one wider than a line is cut to it."""
        raise NotImplementedError

    def chip_height(self) -> int:
        """How high all of them are."""
        raise NotImplementedError

    def gutter(self, width: int | None = None) -> int:
        """The room left of all lines at a width, the present one without."""
        return 0

    def summary(self) -> str:
        """What is read out of all of them."""
        raise NotImplementedError

    def paint_chip(self, painter: QPainter, index: int) -> None:
        """Draw one, in any state."""
        raise NotImplementedError

    def chip_clicked(self, index: int, held: Qt.KeyboardModifier) -> None:
        """A click on a chip, or Enter or Space, with these keys held."""
        self.clicked.emit(index)

    # What is shown

    @property
    def current(self) -> int | None:
        """The chip that the keyboard is on."""
        return self._current if self._clickable and self._widths else None

    def set_marks(self, pinned: Collection[int], hovered: Collection[int]) -> None:
        """Outline the pinned chips and the hovered ones."""
        now = frozenset(pinned), frozenset(hovered)
        changed = (self._pinned ^ now[0]) | (self._marked ^ now[1])
        self._pinned, self._marked = now
        for index in changed:
            if 0 <= index < len(self._widths):
                self._repaint(index)

    def describe(self) -> None:
        """Say anew what is to be read out."""
        self.setAccessibleName(self.summary())
        self.setAccessibleDescription(self.readout(self._current) if self._widths else "")

    # Layout

    def measure(self) -> None:
        """Lay the chips out anew."""
        self._widths = self.chip_widths()
        self._current = max(0, min(self._current, len(self._widths) - 1))
        self._pressed = None
        self._arrange()
        self.describe()
        self.updateGeometry()
        self.update()
        if self.spot is not None and self.spot >= len(self._widths):
            self.point_to(None)

    def chip_rect(self, index: int) -> QRectF:
        """Where a chip is drawn."""
        return self._flow.rects[index].translated(self.gutter(), 0)

    def spot_at(self, place: QPointF) -> int | None:
        """The chip under a point, or None."""
        return self._flow.at(place - QPointF(self.gutter(), 0))

    def bring_into_view(self, index: int) -> None:
        """Scroll to a chip, where this stands in a scroll area."""
        viewport = self.parentWidget()
        area = viewport.parentWidget() if viewport is not None else None
        if isinstance(area, QScrollArea):
            chip = self.chip_rect(index).toRect()
            around = chip.height() // 2 + self._margin + round(self._leading)
            area.ensureVisible(chip.center().x(), chip.center().y(), chip.width() // 2, around)

    def _laid_out(self, width: int) -> ChipFlow:
        room, high = width - self.gutter(width), self.chip_height()
        gap, leading, margin = self._gap, self._leading, self._margin
        return ChipFlow.of(self._widths, room, chip=high, gap=gap, leading=leading, margin=margin)

    def _arrange(self) -> None:
        self._flow = self._laid_out(self.width())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return math.ceil(self._laid_out(width).height)

    def sizeHint(self) -> QSize:
        return QSize(_USUAL_WIDTH, self.heightForWidth(_USUAL_WIDTH))

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH, self.chip_height() + 2 * self._margin)

    def resizeEvent(self, event: QEvent) -> None:
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.measure()
        super().changeEvent(event)

    # Pointer and keys

    def _go_to(self, index: int) -> None:
        self._repaint(self._current)
        self._current = max(0, min(index, len(self._widths) - 1))
        self._repaint(self._current)
        self.describe()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._clickable:
            super().mouseMoveEvent(event)
            pointing = self.spot is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._clickable and event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self.spot_at(event.position())
        else:
            event.ignore()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed == self.spot_at(event.position()):
            self._go_to(pressed)
            self.chip_clicked(pressed, event.modifiers())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, here = event.key(), self._current
        if self.current is None:
            super().keyPressEvent(event)
            return
        moves: dict[int, int] = {
            Qt.Key.Key_Left: here - 1,
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Up: self._flow.beside(here, -1),
            Qt.Key.Key_Down: self._flow.beside(here, 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._widths) - 1,
        }
        if key in moves:
            self._go_to(moves[key])
            self.bring_into_view(self._current)
            self.point_to(self._current)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chip_clicked(here, event.modifiers())
        else:
            super().keyPressEvent(event)

    # Painting

    def _repaint(self, index: int) -> None:
        self.update(self._reach(index).toAlignedRect())

    def _reach(self, index: int) -> QRectF:
        """The chip with all that may be drawn round it."""
        return self.chip_rect(index).adjusted(-self._margin, -self._margin, self._margin, self._margin)

    def chips_in(self, area: QRectF) -> range:
        """The chips of the lines that an area touches."""
        return self._flow.between(area.top() - self._margin, area.bottom() + self._margin)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(event.rect())
        for index in self.chips_in(area):
            if self._reach(index).intersects(area):
                self.paint_chip(painter, index)
