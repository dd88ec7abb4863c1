"""The panel of a training run."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.panels.base import Panel
from app.panels.common_pictures import pictures_button
from app.panels.training_run.charts import AGAINST, UNSMOOTHED, Against, axis_spec, chart_specs, curves_of
from app.panels.training_run.explanation import run_help
from app.panels.training_run.facts import Facts
from app.panels.training_run.legend import Legend, entries_for
from app.panels.training_run.pictures import RunPictures
from app.panels.training_run.status import RunStatus
from app.run_values import Run
from app.session import Session
from app.theme import font
from app.translation import tr
from app.values import ModelChoice
from app.views.curves import CurveGrid
from app.views.empty import EmptyState
from bert_core.trace import Trace

CLOCK_MS = 1000
SMOOTHED = 10  # points, at first
_SIDE, _SPIN = 256, 104  # pixels


class TrainingRunPanel(Panel):
    """Shows the current run of `session.runs`, and asks through it."""

    name = "training-run"

    open_wanted = Signal()
    explore_wanted = Signal()  # a checkpoint is being opened: show the panels that look into it

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Training run"), run_help())
        self._run: Run | None = None
        self.empty = EmptyState(
            tr(
                "No training run is open. Its folder, which holds run.json, can be opened while it trains or after."
            ),
            tr("Open a training run…"),
        )
        self.empty.activated.connect(self.open_wanted)
        self.status = RunStatus()
        self.facts = Facts()
        self.grid = CurveGrid(chart_specs())
        self.content = QWidget()
        self._build()
        self.body.addWidget(self.empty)
        self.body.addWidget(self.content)
        self._add_pictures()
        self._clock = QTimer(self)
        self._clock.setInterval(CLOCK_MS)
        self._clock.timeout.connect(self.status.tell_time)
        self.status.pause_wanted.connect(self._pause)
        self.status.resume_wanted.connect(self._resume)
        self.status.stop_wanted.connect(self.ask_stop)
        self.status.model_wanted.connect(self.open_model)
        self.status.folder_wanted.connect(self.show_folder)
        session.runs.current_changed.connect(self._current_changed)
        session.runs.changed.connect(self._changed)
        self._show()

    # Making ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        line = QFrame()
        line.setProperty("kind", "line")
        line.setFixedHeight(1)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.status)
        column.addWidget(line)
        row = QHBoxLayout()
        row.setSpacing(20)
        side = QScrollArea()
        side.setWidgetResizable(True)
        side.setFrameShape(QFrame.Shape.NoFrame)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side.setWidget(self.facts)
        side.setFixedWidth(_SIDE)
        self.facts.setContentsMargins(0, 0, 10, 0)
        row.addWidget(side)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addLayout(self._options())
        self.chart_area = QScrollArea()
        self.chart_area.setWidgetResizable(True)
        self.chart_area.setFrameShape(QFrame.Shape.NoFrame)
        self.chart_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.chart_area.setWidget(self.grid)
        right.addWidget(self.chart_area, 1)
        self.no_steps = QLabel(tr("Curves begin with the first step."))
        self.no_steps.setProperty("kind", "secondary")
        self.no_steps.setAlignment(Qt.AlignmentFlag.AlignCenter)
        right.addWidget(self.no_steps, 1)
        row.addLayout(right, 1)
        column.addLayout(row, 1)

    def _options(self) -> QHBoxLayout:
        self.against = QComboBox()
        self.against.setAccessibleName(tr("What the curves run over"))
        self.against.setToolTip(tr("What the curves run over"))
        for name in AGAINST:
            self.against.addItem(axis_spec(name).label, name)
        self.log_x = _toggle(tr("log x"), tr("A logarithmic x axis"))
        self.log_y = _toggle(tr("log y"), tr("Logarithmic y axes"))
        self.smoothed = QSpinBox()
        self.smoothed.setRange(1, 9999)
        self.smoothed.setValue(SMOOTHED)
        self.smoothed.setKeyboardTracking(False)
        self.smoothed.setSuffix(tr(" points"))
        self.smoothed.setFixedWidth(_SPIN)
        self.smoothed.setAccessibleName(tr("Points that the exponential mean runs over"))
        self.smoothed.setToolTip(
            tr("The strong curve is the exponential mean over so many points; 1 is none.")
        )
        self.legend = Legend()
        self.fit = QPushButton(tr("Show all"))
        self.fit.setToolTip(tr("The whole of every curve; so does a double click"))
        row = QHBoxLayout()
        row.setSpacing(8)
        smoothing = QLabel(tr("Smoothing"))
        smoothing.setProperty("kind", "secondary")
        smoothing.setFont(font("small"))
        for widget in (self.against, self.log_x, self.log_y, smoothing, self.smoothed):
            row.addWidget(widget)
        row.addWidget(self.legend, 1)
        row.addWidget(self.fit)
        self.against.currentIndexChanged.connect(self._show_curves)
        self.smoothed.valueChanged.connect(self._show_curves)
        self.log_x.toggled.connect(self._show_curves)
        self.log_y.toggled.connect(self._show_curves)
        self.fit.clicked.connect(self.grid.fit)
        return row

    def _add_pictures(self) -> None:
        self.pictures = RunPictures(self.grid, lambda: self._run, self.smoothed.value)
        self.figures = pictures_button(self.pictures.all)
        self.figures.setFixedSize(24, self.help_button.sizeHint().height())
        self.header_row.insertWidget(self.header_row.count() - 1, self.figures)

    # Showing -----------------------------------------------------------------------------------------------------

    def refresh(self, trace: Trace | None) -> None:
        """A run does not depend on what is analysed; shown when the panel becomes visible."""
        self._show()

    @Slot(object)
    def _current_changed(self, run: Run | None) -> None:
        if run is not None and (self._run is None or run.folder != self._run.folder):
            self.grid.part = None
        self._take(run)

    @Slot(object)
    def _changed(self, run: Run) -> None:
        if self._run is not None and run.folder == self._run.folder:
            self._take(run)

    def _take(self, run: Run | None) -> None:
        self._run = run
        if self.isVisible():
            self._show()
        else:
            self._stale = True

    def _show(self) -> None:
        run = self._run
        self.empty.setVisible(run is None)
        self.content.setVisible(run is not None)
        self.figures.setVisible(run is not None)
        self.subtitle.setText("" if run is None else run.name)
        self.subtitle.setToolTip("" if run is None else run.folder)
        if run is not None:
            self.status.show_run(run)
            self.facts.show_run(run)
            self._show_curves()
        self.pictures.refresh()

    @Slot()
    def _show_curves(self, _: object = None) -> None:
        run = self._run
        if run is None:
            return
        some = run.steps.size + run.evaluations.size > 0
        self.chart_area.setVisible(some)
        self.no_steps.setVisible(not some)
        against: Against = self.against.currentData()
        self.grid.set_curves(
            curves_of(run, against),
            axis_spec(against),
            self.smoothed.value(),
            (self.log_x.isChecked(), self.log_y.isChecked()),
            unsmoothed=UNSMOOTHED,
        )
        dots = any(chart.has_dots for chart in self.grid.charts.values())
        self.legend.set_entries(entries_for(self.smoothed.value(), dots=dots))

    def showEvent(self, event: QShowEvent) -> None:
        """Tell the time while there is somebody to see it."""
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while hidden."""
        super().hideEvent(event)
        self._clock.stop()

    # Asking ------------------------------------------------------------------------------------------------------

    @Slot()
    def _pause(self) -> None:
        self.session.runs.wish("pause")

    @Slot()
    def _resume(self) -> None:
        self.session.runs.wish("run")

    @Slot()
    def ask_stop(self) -> None:
        """Ask before the run is ended; nothing is lost, but whoever started it may count on it."""
        run = self._run
        if run is None:
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Stop the run"))
        box.setText(tr("Stop {name}?", name=run.name))
        box.setInformativeText(
            tr("It writes a checkpoint and ends. It can be resumed later, by a command in a terminal.")
        )
        stop = box.addButton(tr("Stop the run"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(tr("Let it train"), QMessageBox.ButtonRole.RejectRole)
        stop.clicked.connect(self._stop)
        box.open()

    @Slot()
    def _stop(self) -> None:
        self.session.runs.wish("stop")

    @Slot()
    def open_model(self) -> None:
        """Load the newest checkpoint, or the finished model, as any other; the run goes on."""
        path = None if self._run is None else self._run.model or self._run.checkpoint
        if path is not None:
            now = self.session.choice or ModelChoice("")
            self.session.request_model(ModelChoice(path, now.device, now.dtype))
            self.explore_wanted.emit()

    @Slot()
    def show_folder(self) -> None:
        """In the system's file manager."""
        if self._run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(self._run.folder))


def _toggle(text: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setCheckable(True)
    button.setProperty("kind", "tab")
    return button
