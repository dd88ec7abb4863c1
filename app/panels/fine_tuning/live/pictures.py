"""The curves of a run as pictures and tables, and what they carry with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QMenu

from app.panels.fine_tuning.live.legend import Entry, entries_for, legend_drawing
from app.run_values import Run
from app.translation import tr
from app.views.curve_chart import CurveChart
from app.views.curves import CurveGrid
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.picture import PictureActions
from app.views.tables import Table


class RunPictures:
    """All curves beside each other, and each chart alone.

    run     the run that is shown, if any
    points  over how many the curves are smoothed
    entries  of the legend, as the curves are drawn now
    """

    def __init__(
        self,
        grid: CurveGrid,
        run: Callable[[], Run | None],
        points: Callable[[], int],
        entries: Callable[[], tuple[Entry, ...]],
    ) -> None:
        self._grid, self._run, self._points, self._entries = grid, run, points, entries
        self.whole = PictureActions(
            grid,
            drawing=self._drawing,
            table=self.numbers,
            metadata=lambda: self._metadata(self._title(), points()),
            name=lambda: self._file_name("curves"),
        )
        self.whole.setObjectName(tr("Run: all curves"))
        self.whole.install()
        self.charts = {name: self._of(chart) for name, chart in grid.charts.items()}

    @property
    def all(self) -> tuple[PictureActions, ...]:
        """Every one, that of the whole first."""
        return self.whole, *self.charts.values()

    def refresh(self) -> None:
        """Offer those that show something."""
        there = self._run() is not None
        self.whole.set_enabled(there and not all(chart.is_empty for chart in self._grid.charts.values()))
        for name, picture in self.charts.items():
            picture.set_enabled(there and not self._grid.charts[name].is_empty)

    def set_seen(self, seen: bool) -> None:
        """Off while the page is hidden."""
        for picture in self.all:
            picture.set_seen(seen)

    def fill(self, menu: QMenu) -> None:
        """A menu of those that show something."""
        menu.clear()
        for picture in self.all:
            if picture.save_picture.isEnabled():
                picture.add_to(menu.addMenu(picture.objectName()))

    def numbers(self) -> Table:
        """Every event of steps and evaluations with all its numbers."""
        run = self._run()
        if run is None:
            return (), []
        parts = run.seeds or (run,)
        columns = {name for part in parts for name in (*part.steps.columns, *part.evaluations.columns)}
        names = sorted(columns - {"step", "pieces"})
        rows = [row for part in parts for row in _rows(part, names)]
        header = (tr("event"), "step", "pieces", *names)
        return ((tr("seed"), *header), rows) if run.seeds else (header, [row[1:] for row in rows])

    def _of(self, chart: CurveChart) -> PictureActions:
        title = chart.spec.title
        picture = PictureActions(
            chart,
            drawing=lambda: figure(
                chart.drawing(), self._title(), legend_drawing(self._entries_of(chart), chart.width())
            ),
            table=chart.table,
            metadata=lambda: self._metadata(f"{self._title()}: {title}", chart.points),
            name=lambda: self._file_name(chart.spec.name.replace("_", "-")),
        )
        picture.setObjectName(tr("Run: {title}", title=title))
        picture.install()
        return picture

    def _entries_of(self, chart: CurveChart) -> tuple[Entry, ...]:
        if len(chart.curves) > 1:
            return self._entries()
        best = any(curve.best is not None for curve in chart.curves)
        return entries_for(chart.points, curve=chart.has_curve, dots=chart.has_dots, best=best)

    def _drawing(self) -> Drawing:
        drawn = self._grid.drawing()
        return figure(drawn, self._title(), legend_drawing(self._entries(), drawn.size.width()))

    def _title(self) -> str:
        run = self._run()
        return "" if run is None else tr("Run {name}", name=run.name)

    def _file_name(self, what: str) -> str:
        run = self._run()
        return what if run is None else f"{run.name}-{what}"

    def _metadata(self, title: str, points: int) -> Mapping[str, str]:
        run = self._run()
        if run is None:
            return {}
        said = {
            "Software": "Attention Explorer",
            "Title": title,
            "Run": run.name,
            "Step": str(run.step),
            "Smoothing": tr("exponential mean over {n} points", n=points) if points > 1 else "",
            "Recipe": json.dumps(dict(run.details), ensure_ascii=False, default=str),
        }
        return {name: value for name, value in said.items() if value}


def _rows(run: Run, names: list[str]) -> list[tuple[object, ...]]:
    """The run's name, what kind of event, and its numbers; by step."""
    rows: list[tuple[object, ...]] = []
    for kind, points in (("step", run.steps), ("evaluation", run.evaluations)):
        columns = [points.column(name).tolist() for name in ("step", "pieces", *names)]
        for row in zip(*columns, strict=True):
            rows.append((run.name, kind, *(("" if value != value else value) for value in row)))
    return sorted(rows, key=_place)


def _place(row: tuple[object, ...]) -> float:
    return float(row[2]) if isinstance(row[2], int | float) else 0.0
