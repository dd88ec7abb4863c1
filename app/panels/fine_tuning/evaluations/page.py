"""The page of the evaluations: which one, its figures, the confusion matrix, and each class."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.file_questions.evaluations import EvaluationsOf
from app.files import FileAnswer
from app.panels.fine_tuning.evaluations.controls import EvaluationControls
from app.panels.fine_tuning.evaluations.pictures import EvaluationPictures
from app.panels.fine_tuning.evaluations.words import (
    figures,
    hint,
    place_of_best,
    table_of,
    where,
)
from app.panels.fine_tuning.page import RunPage
from app.run_values import Run
from app.session import Session
from app.theme import font
from app.translation import tr
from app.views.class_table import ClassRow, ClassTable
from app.views.confusion_matrix import ConfusionMatrix
from app.views.curve_chart import AxisSpec, ChartSpec, Curve, CurveChart
from app.views.curve_looks import LOOKS
from app.views.elided_label import ElidedLabel
from app.views.empty import EmptyState
from bert_core.finetuning.run_values import Evaluation

_WIDE = 720  # pixels, from where the classes stand beside the matrix
_HIGHEST = 280  # of the chart
_MOST_CURVES = LOOKS


class EvaluationsPage(RunPage):
    """Follows the newest evaluation, or the best, or stays at the one that the slider was put to.

    examples_wanted(gold, predicted)  classes' names, None for any: their examples are to be listed
    """

    name = "evaluations"

    examples_wanted = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.title = tr("Classes")
        self.tip = tr("What it gets right and wrong, class by class, at each evaluation")
        self._asked: EvaluationsOf | None = None
        self._evaluations: tuple[Evaluation, ...] = ()
        self._of = ""  # whose they are
        self._problem = ""
        self._follow = "best"  # or "newest"; "": the person has chosen a step
        self._step: int | None = None
        self.empty = EmptyState()
        self.content = QWidget()
        self._build()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 0, 0)
        column.addWidget(self.empty)
        column.addWidget(self.content)
        self.show_run(None)

    # Making ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.matrix = ConfusionMatrix()
        self.matrix.pointed.connect(self._pointed)
        self.matrix.chosen.connect(self._cell_chosen)
        self.classes = ClassTable()
        self.classes.chosen.connect(self._class_chosen)
        self.read_out = QLabel()
        self.read_out.setFont(font("small"))
        self.read_out.setProperty("kind", "secondary")
        self.read_out.setTextFormat(Qt.TextFormat.PlainText)
        self.read_out.setWordWrap(True)
        self.read_out.setMinimumWidth(1)
        self.figures = QLabel()
        self.figures.setTextFormat(Qt.TextFormat.PlainText)
        self.figures.setWordWrap(True)
        self.figures.setMinimumWidth(1)
        self.where = ElidedLabel()
        self.where.setFont(font("bold"))
        self.no_classes = QLabel(tr("This task has no classes: its figures stand above."))
        self.no_classes.setProperty("kind", "secondary")
        self.no_classes.setWordWrap(True)
        self.chart = CurveChart(ChartSpec("f1", tr("F1 of each class"), tr("dev"), "share", joined=True))
        self.chart.setMaximumHeight(_HIGHEST)
        self.chart.hovered.connect(self._chart_hovered)
        holder = QWidget()
        below = QVBoxLayout(holder)
        below.setContentsMargins(0, 0, 8, 0)
        below.setSpacing(16)
        below.addWidget(self.classes)
        below.addWidget(self.chart)
        below.addStretch(1)
        self.right = QScrollArea()
        self.right.setWidgetResizable(True)
        self.right.setFrameShape(QFrame.Shape.NoFrame)
        self.right.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.right.setWidget(holder)
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._parts.setSpacing(20)
        self._parts.addWidget(self.matrix, 1)
        self._parts.addWidget(self.right, 1)
        self.pictures = EvaluationPictures(
            (self.matrix, self.classes, self.chart),
            self.figures,
            self._title,
            self._run_name,
            self.figures.text,
            lambda: table_of(self._evaluations),
        )
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.controls = EvaluationControls(self.session.runs, self.pictures.all)
        self.controls.slid.connect(self._slid)
        self.controls.followed.connect(self.follow)
        self.controls.mode_chosen.connect(self._mode_chosen)
        column.addWidget(self.controls)
        column.addWidget(self.where)
        column.addWidget(self.figures)
        column.addWidget(self.no_classes)
        column.addWidget(self.read_out)
        column.addLayout(self._parts, 1)
        column.addStretch(0)

    # Showing -----------------------------------------------------------------------------------------------------

    def show_run(self, run: Run | None) -> None:
        """Ask for the evaluations of the run, or of one of its seeds."""
        shown = None if run is None else self.controls.seed.shown(run)
        if shown is None or shown.kind != "finetune":
            self._say_nothing(run)
            return
        if shown.folder != self._of:
            self._of, self._evaluations, self._problem = shown.folder, (), ""
            self._follow = "newest" if shown.alive else "best"
        question = EvaluationsOf(shown.folder, shown.evaluated)
        if not shown.evaluated:
            self._evaluations = ()
        elif question != self._asked:
            self._asked = question
            self.session.files.ask(question)
        self._show()

    def accept(self, answer: FileAnswer) -> None:
        """The evaluations are read."""
        if answer.question != self._asked or self._asked is None:
            return
        if answer.problem is None:
            self._evaluations, self._problem = answer.value, ""
        else:
            self._problem = answer.problem.message
        self._show()

    def _say_nothing(self, run: Run | None) -> None:
        self._of, self._evaluations, self._asked = "", (), None
        self.empty.set_text(
            tr("Here stands what a run gets right and wrong, class by class. Choose a run at the left.")
            if run is None
            else tr("A pretraining run has no classes; its figures stand on the page Live.")
        )
        self._show_content(there=False)

    def _show_content(self, *, there: bool) -> None:
        self.empty.setVisible(not there)
        self.content.setVisible(there)
        self.pictures.offer(matrix=there, classes=there, chart=there, whole=there)

    def _show(self) -> None:
        found = self._evaluations
        if not found:
            waiting = self._asked is not None and self._asked.folder == self._of and self._asked.steps
            self.empty.set_text(
                self._problem
                or (
                    tr("Reading the evaluations…")
                    if waiting
                    else tr("No evaluation yet: the first comes before the first step.")
                )
            )
            self._show_content(there=False)
            return
        self._show_content(there=True)
        place = self._place(found)
        self.controls.show_place(place, len(found), self._best_place(found))
        self._show_evaluation(found[place])

    def _place(self, found: tuple[Evaluation, ...]) -> int:
        if self._follow == "newest":
            return len(found) - 1
        if self._follow == "best":
            return self._best_place(found)
        steps = [evaluation.step for evaluation in found]
        return min(range(len(steps)), key=lambda n: abs(steps[n] - (self._step or 0)))

    def _best_place(self, found: tuple[Evaluation, ...]) -> int:
        return place_of_best(found, "" if self.run is None else self.run.metric)

    @property
    def evaluation(self) -> Evaluation | None:
        """The one that is shown."""
        found = self._evaluations
        return found[self._place(found)] if found else None

    def _show_evaluation(self, evaluation: Evaluation) -> None:
        found = self._evaluations
        place = found.index(evaluation)
        best, newest = place == self._best_place(found), place == len(found) - 1
        self.where.setText(where(evaluation, best=best, newest=newest))
        run = self.run
        self.figures.setText(figures(evaluation, run.baseline, run.task) if run is not None else "")
        confusion = evaluation.confusion
        classes = confusion is not None and len(confusion.labels) > 0
        self.matrix.setVisible(classes)
        self.read_out.setVisible(classes)
        self.controls.offer_modes(classes)
        if confusion is not None:
            self.matrix.set_counts(confusion.labels, np.array(confusion.counts, dtype=np.int64))
        drawn = len(found) > 1 and 0 < len(evaluation.per_class) <= _MOST_CURVES
        rows = [
            ClassRow(row.label, row.precision, row.recall, row.f1, row.support, look if drawn else None)
            for look, row in enumerate(evaluation.per_class)
        ]
        self.classes.set_rows(rows)
        self.chart.setVisible(drawn)
        if drawn:
            self._show_chart(evaluation)
        self.right.setVisible(bool(rows))
        self.no_classes.setVisible(not rows and not classes)
        self.pictures.offer(matrix=classes, classes=bool(rows), chart=drawn, whole=True)
        self._pointed(None, None)

    def _show_chart(self, evaluation: Evaluation) -> None:
        """F1 of every class over the evaluations, with a line at the one that is shown."""
        steps = np.array([float(one.step) for one in self._evaluations])
        curves = []
        for look, row in enumerate(evaluation.per_class):
            f1 = [
                next((own.f1 for own in one.per_class if own.label == row.label), np.nan)
                for one in self._evaluations
            ]
            none = np.empty(0)
            curves.append(Curve(none, none, steps, np.array(f1, dtype=float), name=row.label, look=look))
        self.chart.set_curves(curves, AxisSpec(tr("steps")), 1, (False, False))
        self.chart.look(float(steps[0]), float(steps[-1]), fit_y=True)
        self.chart.read(float(evaluation.step))

    @Slot(object, object)
    def _pointed(self, row: int | None, column: int | None) -> None:
        if row is None or column is None:
            self.read_out.setText(hint(self.matrix.mode))
        else:
            self.read_out.setText(self.matrix.word(row, column))

    @Slot(object)
    def _chart_hovered(self, x: float | None) -> None:
        """What is under the pointer, or else the evaluation that is shown."""
        shown = self.evaluation
        self.chart.read(x if x is not None or shown is None else float(shown.step))

    # Choosing ----------------------------------------------------------------------------------------------------

    @Slot(object)
    def _slid(self, place: int) -> None:
        self._follow, self._step = "", self._evaluations[place].step
        self._show()

    @Slot(object)
    def follow(self, which: str) -> None:
        """Show the "best" evaluation from now on, or the "newest"."""
        self._follow = which
        self._show()

    @Slot()
    def _mode_chosen(self) -> None:
        self.matrix.set_mode("shares" if self.controls.shares.isChecked() else "counts")
        self._pointed(None, None)

    @Slot(object, object)
    def _cell_chosen(self, row: int, column: int) -> None:
        self.examples_wanted.emit(self.matrix.labels[row], self.matrix.labels[column])

    @Slot(object)
    def _class_chosen(self, label: str) -> None:
        self.examples_wanted.emit(label, None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The classes below the matrix where there is little room."""
        super().resizeEvent(event)
        wide = self.width() >= _WIDE
        self._parts.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )

    def minimumSizeHint(self) -> QSize:
        """Little, whatever is on it."""
        return QSize(300, 240)

    def _title(self) -> str:
        return f"{self._run_name()}  ·  {self.where.text()}"

    def _run_name(self) -> str:
        return "run" if self.run is None else self.run.name
