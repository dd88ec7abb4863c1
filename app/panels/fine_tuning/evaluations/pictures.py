"""What is seen of an evaluation as pictures and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from app.panels.fine_tuning.evaluations.words import caption
from app.translation import tr
from app.views.class_table import ClassTable
from app.views.confusion_matrix import ConfusionMatrix
from app.views.curve_chart import CurveChart
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.picture import PictureActions
from app.views.tables import Table


class EvaluationPictures:
    """The matrix, the classes, their curves, and the whole, whose numbers are those of all evaluations.

    title     which run, and which of its evaluations
    run       the run's name
    figures   the widget of all figures, whose menu the whole gets, and their words
    """

    def __init__(
        self,
        parts: tuple[ConfusionMatrix, ClassTable, CurveChart],
        figures: QWidget,
        title: Callable[[], str],
        run: Callable[[], str],
        words: Callable[[], str],
        table: Callable[[], Table],
    ) -> None:
        self._title, self._run, self._words = title, run, words
        matrix, classes, chart = parts
        self.matrix = self._made(
            matrix,
            tr("Run: confusion matrix"),
            "confusion",
            lambda: figure(matrix.drawing(), title(), caption=caption(matrix.mode)),
            matrix.table,
        )
        self.classes = self._made(
            classes,
            tr("Run: figures of each class"),
            "classes",
            lambda: figure(classes.drawing(), title()),
            classes.table,
        )
        self.chart = self._made(
            chart,
            tr("Run: F1 of each class over the evaluations"),
            "f1",
            lambda: figure(chart.drawing(), title(), classes.drawing()),
            chart.table,
        )
        self.whole = self._made(
            figures,
            tr("Run: all evaluations"),
            "evaluations",
            lambda: figure(matrix.drawing(), title(), classes.drawing(), caption(matrix.mode)),
            table,
        )

    @property
    def all(self) -> tuple[PictureActions, ...]:
        """Every one."""
        return self.matrix, self.classes, self.chart, self.whole

    def offer(self, *, matrix: bool, classes: bool, chart: bool, whole: bool) -> None:
        """Those that show something."""
        for picture, there in zip(self.all, (matrix, classes, chart, whole), strict=True):
            picture.set_enabled(there)

    def _made(
        self,
        widget: QWidget,
        title: str,
        name: str,
        drawing: Callable[[], Drawing],
        table: Callable[[], Table],
    ) -> PictureActions:
        picture = PictureActions(
            widget,
            drawing=drawing,
            table=table,
            metadata=self._metadata,
            name=lambda: f"{self._run()}-{name}",
        )
        picture.setObjectName(title)
        picture.install()
        return picture

    def _metadata(self) -> Mapping[str, str]:
        return {"Software": "Attention Explorer", "Title": self._title(), "Figures": self._words()}
