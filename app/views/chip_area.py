"""Scrolls the chips of a text where they need more room than there is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy

from app.views.token_strip import TokenStrip

_LEAST = 60  # pixels: two lines of chips


class ChipArea(QScrollArea):
    """Takes no more height than the chips need at its width, so that what follows stands right below them."""

    def __init__(self, strip: TokenStrip) -> None:
        super().__init__()
        self._strip = strip
        self.setWidgetResizable(True)
        self.setWidget(strip)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        width = self.width()  # not the viewport's: that is narrower while a bar is shown which need not be
        return QSize(width, self._strip.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._strip.minimumSizeHint().width(), min(_LEAST, self.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def ensure_seen(self, position: int) -> None:
        """Scroll the chip of a position into view."""
        chip = self._strip.chip_rect(position).toRect()
        self.ensureVisible(chip.center().x(), chip.center().y(), chip.width() // 2, chip.height())
