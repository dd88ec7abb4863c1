"""Parts of a form beside each other where there is room, below each other where there is not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

WIDE, MIDDLE = 1080, 640
"""From so many pixels on there are three columns, and two."""
_GAP = 14


class Columns(QScrollArea):
    """`first`, `second`, `third`: what stands in each of three columns; in two, the third comes below the first."""

    def __init__(
        self,
        first: Sequence[QWidget],
        second: Sequence[QWidget],
        third: Sequence[QWidget],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._parts = (tuple(first), tuple(second), tuple(third))
        self.count = 0
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        inner = QWidget()
        self._row = QHBoxLayout(inner)
        self._row.setContentsMargins(0, 0, 8, 8)
        self._row.setSpacing(_GAP)
        self._columns: list[QVBoxLayout] = []
        self._boxes: list[QWidget] = []
        self._rules: list[QFrame] = []
        for number in range(3):
            if number:
                line = QFrame()
                line.setProperty("kind", "line")
                line.setFixedWidth(1)
                self._rules.append(line)
                self._row.addWidget(line)
            box = QWidget()
            column = QVBoxLayout(box)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(10)
            column.addStretch(1)
            self._columns.append(column)
            self._boxes.append(box)
            self._row.addWidget(box)
        self.setWidget(inner)
        self._arrange(3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More columns where there is more room."""
        super().resizeEvent(event)
        width = event.size().width()
        self._arrange(3 if width >= WIDE else 2 if width >= MIDDLE else 1)

    def _arrange(self, count: int) -> None:
        if count == self.count:
            return
        self.count = count
        first, second, third = self._parts
        wanted: dict[int, tuple[tuple[QWidget, ...], ...]] = {
            3: (first, second, third),
            2: ((*first, *third), second, ()),
            1: ((*first, *second, *third), (), ()),
        }
        stretches = {3: (30, 42, 30), 2: (42, 50, 0), 1: (1, 0, 0)}[count]
        for column in self._columns:
            for widget in (*first, *second, *third):
                column.removeWidget(
                    widget
                )  # not takeAt: the item would live on, and its memory of sizes with it
        for number, (column, widgets) in enumerate(zip(self._columns, wanted[count], strict=True)):
            for place, widget in enumerate(widgets):  # the stretch stays behind them
                column.insertWidget(place, widget)
            self._boxes[number].setVisible(bool(widgets))
            self._row.setStretchFactor(self._boxes[number], stretches[number])
            if number:
                self._rules[number - 1].setVisible(bool(widgets))
