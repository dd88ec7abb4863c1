"""The page of a run as it goes: its state, its curves beside those of others, its newest figures."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.panels.fine_tuning.live.asking import ask_delete, ask_stop, show_details
from app.panels.fine_tuning.live.charts import (
    UNSMOOTHED,
    all_curves,
    axis_spec,
    chart_specs,
    levels_of,
    possible_axes,
)
from app.panels.fine_tuning.live.facts import Facts
from app.panels.fine_tuning.live.legend import Entry, Legend, entries_for, entries_of_runs
from app.panels.fine_tuning.live.next_steps import Step
from app.panels.fine_tuning.live.options import CurveOptions
from app.panels.fine_tuning.live.pictures import RunPictures
from app.panels.fine_tuning.live.status import RunStatus
from app.panels.fine_tuning.page import RunPage
from app.run_values import Run
from app.session import Session
from app.translation import tr
from app.values import ModelChoice
from app.views.curves import CurveGrid
from app.views.empty import EmptyState

CLOCK_MS = 1000
_SIDE = 232  # pixels, at least
_BESIDE_FACTS = 10  # where the scroll bar lies
_WIDE = 860  # from there on the figures stand beside the curves


class LivePage(RunPage):
    """Shows the current run of `session.runs` with those that are compared, and asks through it.

    open_wanted()                a run's folder is to be opened
    explore_wanted()             a checkpoint is being opened: show the panels that look into it
    beside_wanted(str, str)      original and tuned model: to be opened beside each other
    save_wanted(str)             a run's folder, whose model is to be saved elsewhere
    export_wanted(str)           a run's folder, whose predictions are to be exported
    """

    name = "live"

    open_wanted = Signal()
    explore_wanted = Signal()
    beside_wanted = Signal(object, object)
    save_wanted = Signal(object)
    export_wanted = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.title = tr("Live")
        self.tip = tr("How the run goes: its state and its curves")
        self._run: Run | None = None
        self.empty = EmptyState(
            tr(
                "No run is chosen. Runs stand in the list at the left; the folder of one that was trained elsewhere, "
                "which holds run.json, can be opened while it trains or after."
            ),
            tr("Open a run’s folder…"),
        )
        self.empty.activated.connect(self.open_wanted)
        self.status = RunStatus()
        self.facts = Facts()
        self.grid = CurveGrid(chart_specs())
        self.content = QWidget()
        self._build()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 0, 0)
        column.addWidget(self.empty)
        column.addWidget(self.content)
        self._clock = QTimer(self)
        self._clock.setInterval(CLOCK_MS)
        self._clock.timeout.connect(self.status.tell_time)
        self.status.pause_wanted.connect(self._pause)
        self.status.go_on_wanted.connect(self._go_on)
        self.status.stop_wanted.connect(self.ask_stop)
        self.status.step_wanted.connect(self._step_wanted)
        self.status.asked.connect(self._asked)
        session.runs.compared_changed.connect(self._compared_changed)
        session.runs.changed.connect(self._compared_read)
        session.tuning.ended.connect(self._ended)
        self.show_run(None)

    # Making ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        line = QFrame()
        line.setProperty("kind", "line")
        line.setFixedHeight(1)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.status)
        column.addWidget(line)
        self.options = CurveOptions()
        self.against, self.smoothed = self.options.against, self.options.smoothed
        self.options.changed.connect(self._show_curves)
        self.options.fit_wanted.connect(self.grid.fit)
        self.pictures = RunPictures(self.grid, lambda: self._run, self.smoothed.value, self.entries)
        self.options.figures.menu().aboutToShow.connect(self._fill_pictures)
        column.addWidget(self.options)
        self.legend = Legend()
        column.addWidget(self.legend)
        inner = QWidget()
        self._inner = QVBoxLayout(inner)
        self._inner.setContentsMargins(0, 0, 6, 0)
        self._inner.setSpacing(16)
        self._inner.addWidget(self.grid, 1)
        self.chart_area = _scrolled(inner)
        self.no_steps = QLabel(tr("Curves begin with the first step."))
        self.no_steps.setProperty("kind", "secondary")
        self.no_steps.setAlignment(Qt.AlignmentFlag.AlignCenter)
        beside = QWidget()
        self.side = _scrolled(beside)
        self._side_column = QVBoxLayout(beside)
        self._side_column.setContentsMargins(0, 0, _BESIDE_FACTS, 0)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.chart_area, 1)
        row.addWidget(self.no_steps, 1)
        row.addWidget(self.side)
        column.addLayout(row, 1)
        self._wide: bool | None = None
        self._place_facts(wide=True)

    @Slot()
    def _fill_pictures(self) -> None:
        self.pictures.fill(self.options.figures.menu())

    def _place_facts(self, *, wide: bool) -> None:
        """Beside the curves, or below them where there is little room."""
        if wide == self._wide:
            return
        self._wide = wide
        (self._side_column if wide else self._inner).addWidget(self.facts)
        self.facts.show()  # another parent hides it
        self.side.setVisible(wide)
        self._fit_side()

    def _fit_side(self) -> None:
        """Room for the longest figures: the area does not scroll sideways."""
        needed = self.facts.minimumSizeHint().width() + _BESIDE_FACTS
        self.side.setFixedWidth(max(_SIDE, needed))

    # Showing -----------------------------------------------------------------------------------------------------

    def show_run(self, run: Run | None) -> None:
        """How it stands, its figures and its curves."""
        other = run is not None and (self._run is None or run.folder != self._run.folder)
        if other:
            self.grid.part = None
        self._run = run
        self.empty.setVisible(run is None)
        self.content.setVisible(run is not None)
        if run is not None:
            end = self.session.tuning.end_of(run.folder)
            self.status.show_run(run, told=end is not None and bool(end.details))
            self.status.actions_["forget"].setVisible(run.folder in self.session.runs.elsewhere)
            self.facts.show_run(run)
            self._fit_side()
            self._draw_curves(at_once=other)
        self.pictures.refresh()

    @Slot(object)
    def _compared_changed(self, _: object) -> None:
        if self.isVisible():
            self.show_run(self.run)
            self._draw_curves(at_once=True)
        else:
            self._stale = True

    @Slot(object)
    def _compared_read(self, run: Run) -> None:
        if run.folder in self.session.runs.compared:
            self._run_changed(self.run)

    @Slot(object)
    def _ended(self, _: object) -> None:
        """A process of this window is gone: it may have been this run's."""
        self._run_changed(self.run)

    @Slot()
    def _show_curves(self, _: object = None) -> None:
        self._draw_curves(at_once=True)

    def _draw_curves(self, *, at_once: bool) -> None:
        run = self._run
        if run is None:
            return
        others = self.session.runs.compared_runs
        some = any(
            part.steps.size + part.evaluations.size for one in (run, *others) for part in (one, *one.seeds)
        )
        self.chart_area.setVisible(some)
        self.no_steps.setVisible(not some)
        self.options.offer(possible_axes((run, *others)))
        self.grid.set_curves(
            all_curves(run, others, self.options.axis),
            axis_spec(self.options.axis),
            self.smoothed.value(),
            self.options.log,
            unsmoothed=UNSMOOTHED,
            levels=levels_of(run),
            at_once=at_once,
        )
        self.legend.set_entries(self.entries())

    def entries(self) -> tuple[Entry, ...]:
        """What the curves mean, as they are drawn now."""
        run, others = self._run, self.session.runs.compared_runs
        if run is None:
            return ()
        points = self.smoothed.value()
        charts = [chart for chart in self.grid.charts.values() if not chart.is_empty]
        dots = any(chart.has_dots for chart in charts)
        if others or run.seeds:
            names = tuple(one.name for one in (run, *others))
            seeds = any(len(one.seeds) > 1 for one in (run, *others))
            return entries_of_runs(names, points, seeds=seeds, dots=dots)
        best = any(curve.best is not None for chart in charts for curve in chart.curves)
        return entries_for(points, dots=dots, best=best)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_facts(wide=self.width() >= _WIDE)

    def showEvent(self, event: QShowEvent) -> None:
        """Tell the time while there is somebody to see it."""
        super().showEvent(event)
        self._clock.start()
        self.pictures.set_seen(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while hidden."""
        super().hideEvent(event)
        self._clock.stop()
        self.pictures.set_seen(False)

    # Asking ------------------------------------------------------------------------------------------------------

    @Slot()
    def _pause(self) -> None:
        self.session.runs.wish("pause")

    @Slot()
    def _go_on(self) -> None:
        self.session.runs.wish("run")

    def pause_or_go_on(self) -> None:
        """The one that is possible now."""
        if self.status.pause.isVisibleTo(self) and self.status.pause.isEnabled():
            self.status.pause.click()

    @Slot()
    def ask_stop(self) -> None:
        """Ask before the run is ended; nothing is lost, but whoever started it may count on it."""
        run = self._run
        if run is None or not run.alive:
            return
        ask_stop(self, run, self._stop)

    @Slot()
    def _stop(self) -> None:
        self.session.runs.wish("stop")

    @Slot()
    def ask_delete(self) -> None:
        """Ask before a run's folder is removed: that cannot be undone."""
        run = self._run
        if run is None or run.alive or run.trouble:
            return
        ask_delete(self, run, self._delete)

    @Slot()
    def _delete(self) -> None:
        if self._run is not None:
            self.session.runs.delete(self._run.folder)

    @Slot(object)
    def _step_wanted(self, step: Step) -> None:
        if step.name == "again" and self._run is not None:
            self.session.tuning.like_wanted.emit(self._run, dict(step.changes))
        else:
            self._asked(step.name)

    @Slot(object)
    def _asked(self, name: str) -> None:
        run = self._run
        if run is None:
            return
        if name == "explore":
            self.open_model()
        elif name == "beside":
            self.open_beside()
        elif name == "save":
            self.save_wanted.emit(run.folder)
        elif name == "export":
            self.export_wanted.emit(run.folder)
        elif name == "resume":
            self.session.tuning.resume_run(run.folder, run.kind)
        elif name == "again":
            self.session.tuning.like_wanted.emit(run, {})
        elif name == "details":
            self.show_details()
        elif name == "folder":
            self.show_folder()
        elif name == "forget":
            self.session.runs.forget(run.folder)
        elif name == "delete":
            self.ask_delete()

    @Slot()
    def show_details(self) -> None:
        """What the run's process wrote last on standard error."""
        run = self._run
        end = None if run is None else self.session.tuning.end_of(run.folder)
        if run is not None and end is not None:
            show_details(self, run, end)

    @Slot()
    def open_model(self) -> None:
        """Load the newest checkpoint, or the finished model, as any other; the run goes on."""
        path = None if self._run is None else self._run.model or self._run.checkpoint
        if path is not None:
            now = self.session.choice or ModelChoice("")
            self.session.request_model(replace(now, source=path))
            self.explore_wanted.emit()

    @Slot()
    def open_beside(self) -> None:
        """Load it, with the model it was tuned from as the reference."""
        run = self._run
        original = None if run is None else run.details.get("model")
        path = None if run is None else run.model or run.checkpoint
        if isinstance(original, str) and path is not None:
            self.beside_wanted.emit(original, path)

    @Slot()
    def show_folder(self) -> None:
        """In the system's file manager."""
        if self._run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(self._run.folder))


def _scrolled(inner: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    return area
