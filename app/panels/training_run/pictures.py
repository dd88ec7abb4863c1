"""The curves of a run as pictures and tables, and what they carry with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from app.panels.training_run.legend import entries_for, legend_drawing
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
    """

    def __init__(self, grid: CurveGrid, run: Callable[[], Run | None], points: Callable[[], int]) -> None:
        self._grid, self._run, self._points = grid, run, points
        self.whole = PictureActions(
            grid,
            drawing=self._drawing,
            table=self.numbers,
            metadata=lambda: self._metadata(self._title(), points()),
            name=lambda: self._file_name("curves"),
        )
        self.whole.setObjectName(tr("Training run: all curves"))
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

    def numbers(self) -> Table:
        """Every event of steps and evaluations with all its numbers."""
        run = self._run()
        if run is None:
            return (), []
        names = sorted({*run.steps.columns, *run.evaluations.columns} - {"step", "pieces"})
        header = (tr("event"), "step", "pieces", *names)
        rows: list[tuple[object, ...]] = []
        for kind, points in (("step", run.steps), ("evaluation", run.evaluations)):
            columns = [points.column(name).tolist() for name in ("step", "pieces", *names)]
            rows += [(kind, *(("" if v != v else v) for v in row)) for row in zip(*columns, strict=True)]
        return header, sorted(rows, key=_place)

    def _of(self, chart: CurveChart) -> PictureActions:
        title = chart.spec.title
        picture = PictureActions(
            chart,
            drawing=lambda: figure(
                chart.drawing(), self._title(), legend_drawing(entries_for(chart.points, dots=chart.has_dots))
            ),
            table=chart.table,
            metadata=lambda: self._metadata(f"{self._title()}: {title}", chart.points),
            name=lambda: self._file_name(chart.spec.name.replace("_", "-")),
        )
        picture.setObjectName(tr("Training run: {title}", title=title))
        picture.install()
        return picture

    def _drawing(self) -> Drawing:
        shown = self._grid.charts.values()
        entries = entries_for(self._points(), dots=any(chart.has_dots for chart in shown))
        return figure(self._grid.drawing(), self._title(), legend_drawing(entries))

    def _title(self) -> str:
        run = self._run()
        return "" if run is None else tr("Training run {name}", name=run.name)

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


def _place(row: tuple[object, ...]) -> float:
    return float(row[1]) if isinstance(row[1], int | float) else 0.0
