"""The list of runs, past and present: a click shows one, a tick compares it with the one that is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels.fine_tuning.run_row_list import RowList
from app.panels.fine_tuning.run_rows import RunRow, row_of, rows_of_queue
from app.run_values import Run, RunSummary
from app.runs import MOST_COMPARED
from app.session import Session
from app.theme import font
from app.translation import tr

CLOCK_MS = 10_000
"""How often what is said of times past is said anew."""


class RunsList(QWidget):
    """Shows `session.runs.summaries`, and above them what waits in the queue of `session.tuning`.

    open_wanted()  a run's folder from elsewhere is to be opened
    new_wanted()   a run is to be set up
    chosen(str)    a person has chosen the run in this folder
    """

    open_wanted = Signal()
    new_wanted = Signal()
    chosen = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.new = QPushButton(tr("New run"))
        self.new.setProperty("kind", "primary")
        self.new.setToolTip(tr("Choose data, a model and settings, and start"))
        self.new.clicked.connect(self.new_wanted)
        self.open = QPushButton(tr("Open…"))
        self.open.setToolTip(tr("Open the folder of a run that was trained elsewhere"))
        self.open.clicked.connect(self.open_wanted)
        self.rows = RowList()
        self.rows.setAccessibleName(tr("Runs"))
        self.rows.set_empty_text(
            tr(
                "No runs yet. “New run” starts one on a small built-in data set; the folder of one that was trained "
                "elsewhere can be opened."
            )
        )
        self.rows.chosen.connect(self._row_chosen)
        self.rows.ticked.connect(self._row_ticked)
        self.rows.cancelled.connect(self._row_cancelled)
        self.hint = QLabel()
        self.hint.setFont(font("small"))
        self.hint.setProperty("kind", "secondary")
        self.hint.setWordWrap(True)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.begin = QPushButton(tr("Train what waits"))
        self.begin.setToolTip(tr("These runs waited when the window was closed last"))
        self.begin.clicked.connect(session.tuning.go_on)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.new, 1)
        row.addWidget(self.open)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.rows, 1)
        column.addWidget(self.begin)
        column.addWidget(self.hint)
        self._clock = QTimer(self)
        self._clock.setInterval(CLOCK_MS)
        self._clock.timeout.connect(self._show)
        runs = session.runs
        runs.summaries_changed.connect(self._summaries_changed)
        runs.compared_changed.connect(self._show)
        runs.current_changed.connect(self._current_changed)
        session.tuning.queue_changed.connect(self._show)
        session.tuning.running_changed.connect(self._show)
        self._show()

    def set_new_offered(self, offered: bool) -> None:
        """Is there a page to set up runs on?"""
        self.new.setVisible(offered)

    # Showing -----------------------------------------------------------------------------------------------------

    @Slot()
    def _show(self, _: object = None) -> None:
        runs = self.session.runs
        current = runs.current
        rows = rows_of_queue(self.session)
        rows += [
            row_of(summary, runs.compared, None if current is None else current.folder)
            for summary in runs.summaries
        ]
        self.rows.set_rows(rows)
        self.begin.setVisible(bool(self.session.tuning.held))
        self._say(len(runs.compared))

    def _say(self, compared: int) -> None:
        """What ticks do, while that can be of use."""
        if len(self.session.runs.summaries) < 2:
            self.hint.hide()
            return
        self.hint.show()
        if compared >= MOST_COMPARED:
            self.hint.setText(tr("No more than {n} can be compared.", n=MOST_COMPARED))
        elif compared:
            self.hint.setText(tr("Ticked runs stand in the same charts."))
        else:
            self.hint.setText(tr("Tick runs to compare them with the one shown."))

    @Slot(object)
    def _summaries_changed(self, summaries: tuple[RunSummary, ...]) -> None:
        """Where nothing is chosen yet, show the newest: there is always something to see."""
        self._show()
        if summaries and not self.session.runs.asked_for and self.isVisible():
            self._request(summaries[0].folder)

    @Slot(object)
    def _current_changed(self, _: Run | None) -> None:
        self._show()

    def _request(self, folder: str) -> None:
        self.session.runs.request(folder, quietly=True)

    # Asking ------------------------------------------------------------------------------------------------------

    @Slot(object)
    def _row_chosen(self, row: RunRow) -> None:
        if row.queued:
            return
        current = self.session.runs.current
        if current is None or current.folder != row.folder:
            self._request(row.folder)
        self.chosen.emit(row.folder)

    @Slot(object, object)
    def _row_ticked(self, row: RunRow, ticked: bool) -> None:
        self.session.runs.compare(row.folder, ticked)

    @Slot(object)
    def _row_cancelled(self, row: RunRow) -> None:
        self.session.tuning.cancel(row.folder)

    def showEvent(self, event: QShowEvent) -> None:
        """The list is read while it is seen."""
        super().showEvent(event)
        self._clock.start()
        self.session.runs.look_at_list(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while hidden."""
        super().hideEvent(event)
        self._clock.stop()
        self.session.runs.look_at_list(False)
