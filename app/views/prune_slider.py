"""A slider and a number box that say how many heads are removed, under the chart's axis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionSlider,
    QVBoxLayout,
    QWidget,
)

from app.translation import tr
from app.views.prune_drawing import LEFT, RIGHT
from app.views.read_out import ReadOut

_PAUSE = 1000  # milliseconds after which what follows is another gesture
_PAGES = 8  # page keys go through all heads in so many


class PruneSlider(QWidget):
    """wanted(n) when a person wants n heads removed.

    gesture  what belongs together: one press and all its moves, or keys one soon after another. To be undone at once
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.gesture = object()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("How many heads are removed"))
        self.slider.setToolTip(
            tr("How many heads are switched off, in this order (arrow keys, Page Up and Down, Home, End)")
        )
        self.slider.installEventFilter(self)
        self.words = ReadOut(name=tr("With so many heads removed"))
        self.number = QSpinBox()
        self.number.setAccessibleName(tr("How many heads are removed"))
        self.number.setToolTip(tr("How many heads are switched off, in this order"))
        self.number.setKeyboardTracking(False)
        self.of = QLabel()
        self.of.setProperty("kind", "secondary")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self.begin_gesture)
        self._along = QHBoxLayout()
        self._along.addWidget(self.slider)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.number)
        row.addWidget(self.of)
        row.addSpacing(6)
        row.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._along)
        column.addLayout(row)
        self.slider.sliderPressed.connect(self.begin_gesture)
        self.slider.valueChanged.connect(self._moved)
        self.number.valueChanged.connect(self._moved)
        self.set_total(1)
        self._align()

    def set_total(self, total: int) -> None:
        """So many heads there are."""
        with self._silently():
            self.slider.setMaximum(total)
            self.number.setMaximum(total)
        self.slider.setPageStep(max(1, total // _PAGES))
        self.of.setText(tr("of {n} heads off", n=total))

    def set_value(self, removed: int) -> None:
        """Stand there; says nothing of it."""
        with self._silently():
            self.slider.setValue(removed)
            self.number.setValue(removed)

    @property
    def value(self) -> int:
        """Where it stands."""
        return self.slider.value()

    @Slot(object)
    def draw_to(self, removed: int) -> None:
        """As by drawing the handle there, within the gesture that has begun."""
        self.set_value(removed)
        self.wanted.emit(removed)

    def step_by(self, steps: int) -> None:
        """So many heads more, or fewer, as by the arrow keys."""
        self._wish(self.slider.value() + steps)

    @Slot()
    def begin_gesture(self) -> None:
        """What comes now is undone apart from what was."""
        self.gesture = object()
        self._pause.stop()

    @Slot(int)
    def _moved(self, value: int) -> None:
        self._wish(value)

    def _wish(self, value: int) -> None:
        wish = max(0, min(value, self.slider.maximum()))
        self.set_value(wish)
        if not self.slider.isSliderDown():
            self._pause.start()
        self.wanted.emit(wish)

    @contextmanager
    def _silently(self) -> Iterator[None]:
        before = self.slider.blockSignals(True), self.number.blockSignals(True)
        yield
        self.slider.blockSignals(before[0])
        self.number.blockSignals(before[1])

    def _align(self) -> None:
        """The middle of the handle runs along the axis of the chart above."""
        option = QStyleOptionSlider()
        option.initFrom(self.slider)
        half = self.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength, option, self.slider) / 2
        self._along.setContentsMargins(round(LEFT - half), 0, round(RIGHT - half), 0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Going elsewhere ends a gesture."""
        if event.type() == QEvent.Type.FocusOut:
            self.begin_gesture()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange:
            self._align()
        super().changeEvent(event)
