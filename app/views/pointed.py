"""What all views that are pointed at have in common: a spot is told of, has a tool tip, and is let go of again."""

from __future__ import annotations

import html
from typing import Generic, TypeVar

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget

Spot = TypeVar("Spot")


class PointedView(QWidget, Generic[Spot]):
    """A widget with spots, which are what its subclass takes them for: a position, a unit, a value of a vector.

        class Beads(PointedView[int]):
            def spot_at(self, place):     # what is under a point, or None
            def readout(self, spot):      # what the tool tip says of it, plain text, a fact a line
            def spot_changed(self):       # where it looks different then: `self.spot` is another

    hovered(spot or None) is emitted for the pointer, and for whatever the subclass says with `point_to`: the spot where
    the arrows lead, or None where the spot is no more. It is never emitted twice for the same. When the pointer leaves,
    or the focus while the pointer is elsewhere, the spot is let go of. Focus that comes or goes redraws the widget, as
    it does with any. A subclass that draws a ring for it, and takes keys, sets its own focus policy.
    """

    hovered = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spot: Spot | None = None
        self.setMouseTracking(True)

    # What a view says of itself

    def spot_at(self, place: QPointF) -> Spot | None:
        """What a point stands for, or None beside everything."""
        raise NotImplementedError

    def readout(self, spot: Spot) -> str:
        """What there is to say of a spot; empty where that is nothing."""
        return ""

    def tip_at(self, place: QPointF) -> str:
        """What the tool tip says there: the read-out, where a view has no more to say than that."""
        spot = self.spot_at(place)
        return "" if spot is None else self.readout(spot)

    def spot_changed(self) -> None:
        """Draw and describe the new spot; called before others are told."""

    # What it does with it

    @property
    def spot(self) -> Spot | None:
        """What the pointer or the keyboard is on."""
        return self._spot

    def point_to(self, spot: Spot | None) -> None:
        """Be on this spot, or on none."""
        if spot != self._spot:
            self._spot = spot
            self.spot_changed()
            self.hovered.emit(spot)

    def pressed_on(self, event: QMouseEvent) -> Spot | None:
        """The spot that the left button is on; None for another button."""
        return self.spot_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_to(self.spot_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self.point_to(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if not self.underMouse():
            self.point_to(None)
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        # A tool tip that was set for the whole of the widget goes before what there is to say of a spot.
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and not self.toolTip():
            if text := self.tip_at(QPointF(event.pos())):
                QToolTip.showText(event.globalPos(), _rich(text), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


def _rich(text: str) -> str:
    """Rich text by decision, not by guess: a piece may look like a tag. Lines stay lines, and spaces in them spaces."""
    spaces = "" if text == " ".join(text.split()) else " style='white-space:pre-wrap'"
    lines = html.escape(text).replace("\n", "<br>")
    return f"<p{spaces}>{lines}</p>"
