"""Where the parts of the page of probes stand, in the room that there is."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from app.panels.fine_tuning.probes.charts_pane import ChartsPane
from app.panels.fine_tuning.probes.drift_pane import DriftPane
from app.panels.fine_tuning.probes.replay_pane import ReplayPane
from app.views.start_and_now import StartAndNow

_BESIDE = 880  # pixels, as are all lengths here: from that width on the map stands beside the replay
_MAP_HIGH, _MANY_HIGH, _FEW = 152, 216, 6  # of the map where it does not; with more layers than few
_REPLAY_HIGH = 200
_SHARE = 0.62  # of the height that the maps may take,
_CHARTS = 60  # less this where charts stand above them, too
_SPACING, _ACROSS = 10, 20


class Arrangement(QScrollArea):
    """The map beside the replay, over the charts; where that is too wide, the replay stands under the map and the
    first chart. What does not fit in height is scrolled to.

    first  what comes before the parts when one walks through them with the Tab key
    """

    def __init__(
        self, drift: DriftPane, replay: ReplayPane, charts: ChartsPane, said: StartAndNow, first: QWidget
    ) -> None:
        super().__init__()
        self._drift, self._replay, self._charts, self._said = drift, replay, charts, said
        self._first = first
        self._beside: bool | None = None
        inner = QWidget()
        self._parts = QGridLayout(inner)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setHorizontalSpacing(_ACROSS)
        self._parts.setVerticalSpacing(_SPACING)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inner)
        self._arrange(beside=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another order."""
        super().resizeEvent(event)
        self._arrange(beside=self.width() >= _BESIDE)
        self.give_room()

    def _arrange(self, *, beside: bool) -> None:
        if beside == self._beside:
            return
        self._beside = beside
        charts = self._charts
        for part in (self._drift, self._replay, charts, charts.drift, self._said):
            self._parts.removeWidget(part)
        charts.set_apart(apart=not beside)
        self._parts.addWidget(self._drift, 0, 0)
        if beside:
            self._parts.addWidget(self._said, 1, 0)
            self._parts.addWidget(self._replay, 0, 1, 2, 1)
            self._parts.addWidget(charts, 2, 0, 1, 2)
        else:
            self._parts.addWidget(charts.drift, 0, 1)
            self._parts.addWidget(self._replay, 1, 0, 1, 2)
            self._parts.addWidget(charts, 2, 0, 1, 2)
            self._parts.addWidget(self._said, 3, 0, 1, 2)
        self._parts.setColumnStretch(0, 10)
        self._parts.setColumnStretch(1, 30 if beside else 9)
        self._parts.setRowStretch(2, 1)
        for one, next_ in pairwise((self._first, self._drift.grid, *self._replay.maps)):
            self.setTabOrder(one, next_)

    @Slot()
    def give_room(self) -> None:
        """The maps as large as their width lets them be, if the charts still have their share."""
        high, width = self.viewport().height(), self.viewport().width()
        said = self._said.sizeHint().height()
        if self._beside:
            wanted = self._replay.height_for((width - _ACROSS) * 3 // 4)
            replay = max(_REPLAY_HIGH, min(wanted, round(_SHARE * high)))
            map_ = self._drift.height_for(replay - said - _SPACING)
            self._said.setMinimumHeight(0)
            self._said.setMaximumHeight(max(0, replay - map_ - _SPACING))
        else:
            wanted = self._replay.height_for(width)
            replay = max(_REPLAY_HIGH, min(wanted, round(_SHARE * high) - _CHARTS))
            map_ = _MAP_HIGH if self._drift.layers <= _FEW else _MANY_HIGH
            self._said.setFixedHeight(said)
        self._replay.setFixedHeight(replay)
        self._drift.setFixedHeight(map_)
