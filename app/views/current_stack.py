"""Pages of which one is seen, and no other asks for room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget


class CurrentStack(QStackedWidget):
    """As QStackedWidget, whose least size is that of its largest page, be it hidden or not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(self._settle)

    @Slot(int)
    def _settle(self, _: int) -> None:
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """What the page that is seen needs."""
        page = self.currentWidget()
        return QSize() if page is None else page.minimumSizeHint().expandedTo(page.minimumSize())

    def sizeHint(self) -> QSize:
        """What the page that is seen would like."""
        page = self.currentWidget()
        return QSize() if page is None else page.sizeHint()
