"""The map of heads by similarity, what it is made by, and how true it is."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.panels.attention.measures.pattern_column import legend_of
from app.panels.attention.measures.shown import Places
from app.panels.attention.numbers import head_name
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.head_points import HeadPoints
from app.views.head_table import Head, HeadColumn
from app.views.pattern_marks import PatternLegend
from app.views.read_out import ReadOut

_WITH_LEGEND = 200  # pixels high
_DRAWN = 640, 480  # a picture of the map


class PlacesPane(QWidget):
    """Points with the marks of the patterns that name the heads."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column: HeadColumn | None = None
        self._heads = 1
        self.points = HeadPoints()
        self.made_by = QLabel()
        self.made_by.setProperty("kind", "secondary")
        self.made_by.setTextFormat(Qt.TextFormat.PlainText)
        self.made_by.setWordWrap(True)
        self.legend = PatternLegend()
        self.read_out = ReadOut(name=tr("Head under the pointer"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.made_by)
        column.addWidget(self.points, 1)
        column.addWidget(self.read_out)
        column.addWidget(self.legend)

    def show_places(self, places: Places, patterns: HeadColumn, heads: int) -> None:
        """Show these heads, `heads` a layer, with the patterns that name them."""
        self._column, self._heads = patterns, heads
        self.points.set_empty_text(places.instead)
        found = places.found
        if found is None:
            self.points.set_heads(None)
            self.made_by.setText(method())
            return
        size = len(found.places)
        names = [shown[0] for shown in patterns.patterns] if len(patterns.patterns) == size else [""] * size
        self.points.set_heads(found.places, heads, names)
        said = (method(), kept_words(found.kept), places.texts)
        self.made_by.setText(" · ".join(part for part in said if part))
        self.legend.set_entries(legend_of(patterns))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is low, the map needs the room: what a mark means is said of the head under the pointer."""
        super().resizeEvent(event)
        self.legend.setVisible(self.height() >= _WITH_LEGEND)

    def say(self, head: Head | None) -> None:
        """Read out what a head does."""
        column = self._column
        place = None if head is None or head[1] >= self._heads else head[0] * self._heads + head[1]
        if column is None or head is None or place is None or place >= len(column.texts):
            self.read_out.set_text("")
        else:
            self.read_out.set_text(head_name(*head), column.texts[place])

    def drawing(self) -> Drawing:
        """The map, as large in any window, over its legend, with what it is made by."""
        large, legend = HeadPoints(), PatternLegend()
        large.resize(*_DRAWN)
        self.points.copy_to(large)
        legend.set_entries(self.legend.entries)
        legend.fit(_DRAWN[0])
        return figure(large.drawing(), tr("Heads by similarity"), legend.drawing(), self.made_by.text())


def method() -> str:
    """How the map is made."""
    return tr("Classical multidimensional scaling of the square root of the Jensen-Shannon divergence")


def kept_words(kept: float) -> str:
    """How much of the variance is seen."""
    if math.isnan(kept):
        return tr("all heads are the same")
    return tr("two dimensions keep {share} % of the variance", share=f"{100 * kept:.0f}")
