"""The page of examples: the dev set of the chosen run, filtered, searched and sorted, and one of them in full."""

from __future__ import annotations

import json
from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from app.file_questions.examples import ExampleList, RowsOf
from app.files import FileAnswer
from app.panels.common_pictures import pictures_button
from app.panels.fine_tuning.examples.columns import full_table
from app.panels.fine_tuning.examples.detail import ExampleDetail
from app.panels.fine_tuning.examples.explanation import FORMULA, explanation
from app.panels.fine_tuning.examples.filtering import Key, Listed, is_wrong
from app.panels.fine_tuning.examples.filters import ExampleFilters, Step
from app.panels.fine_tuning.examples.table import ExampleTable
from app.panels.fine_tuning.examples.words import count_words
from app.panels.fine_tuning.page import RunPage
from app.run_values import Run
from app.session import Session
from app.translation import tr
from app.views.drawing import Drawing, widget_drawing
from app.views.empty import EmptyState
from app.views.figure import figure
from app.views.help_button import HelpButton
from app.views.picture import PictureActions
from app.views.read_out import ReadOut
from app.views.tables import Table
from bert_core.finetuning.run_values import ExampleRow, Rows

_LEAST = QSize(360, 200)


class ExamplesPage(RunPage):
    """example_wanted(ExampleRow, str): open its text with the model in this folder, and what its answer hangs on."""

    name = "examples"
    example_wanted = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.title = tr("Examples")
        self.tip = tr("The dev set, with what the model makes of each example")
        self._folder = ""  # of the run, or of the seed, that is shown
        self._list: ExampleList | None = None
        self._listed = Listed(())
        self._asked: tuple[object, ...] = ()
        self._question: RowsOf | None = None
        self._step: Step = None  # as chosen
        self._sort: tuple[Key, bool] = ("index", False)
        self.filters = ExampleFilters(session.runs)
        self.said = ReadOut(name=tr("How many are listed"))
        self.table = ExampleTable()
        self.detail = ExampleDetail()
        self.empty = EmptyState()
        self.help_button = HelpButton(explanation())
        self.picture = PictureActions(
            self.table,
            drawing=self._drawing,
            table=self._table,
            metadata=self._metadata,
            name=lambda: f"{'' if self.run is None else self.run.name}-examples",
        )
        self.picture.setObjectName(tr("Examples"))
        self.picture.install()
        self._build()
        self._connect()
        self._show_list()

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def pictures(self) -> tuple[tuple[str, PictureActions], ...]:
        """What can be copied and saved, with its name."""
        return ((self.picture.objectName(), self.picture),)

    @property
    def rows(self) -> Rows | None:
        """The dev set, as it was read."""
        return None if self._list is None else self._list.rows

    @property
    def listed(self) -> list[ExampleRow]:
        """What the table lists, in its order."""
        return [self._listed.rows[place] for place in self.table.examples.places]

    def show_run(self, run: Run | None) -> None:
        """Show its dev set, as of the step that is chosen."""
        if run is None or run.kind != "finetune":
            self._forget()
            self.empty.set_text(
                tr("No run is chosen. Choose one at the left, or start a new one.")
                if run is None
                else tr("A pretraining run has no examples with a right answer: there is nothing to list.")
            )
            return
        own = self.filters.seeds.shown(run)
        if own.folder != self._folder:
            self._forget()
            self._folder = own.folder
            self._step = None if own.alive else "best"  # of a run that is over, the model that it leaves
        self._offer_steps(own)
        asked = (own.folder, self._wanted_step(own), own.evaluated, own.state)
        if asked != self._asked:
            self._asked = asked
            self._question = RowsOf(own.folder, self._wanted_step(own))
            self.session.files.ask(self._question)
            if self._list is None:
                self.empty.set_text(tr("Reading the dev set…"))

    def accept(self, answer: FileAnswer) -> None:
        """The rows are there."""
        if self._question is None or answer.question != self._question:
            return
        if answer.problem is not None:
            self._list = None
            self._show_list()
            self.empty.set_text(answer.problem.message)
            return
        if isinstance(answer.value, ExampleList):
            self._list = answer.value
            self._listed = Listed(answer.value.rows.rows)
            run = self.run
            if run is not None:
                self._offer_steps(self.filters.seeds.shown(run))
            self.filters.offer_classes(answer.value.rows)
            self._show_list()

    def _wanted_step(self, run: Run) -> int | None:
        if self._step == "best":
            return None if run.best is None else run.best[0]
        return self._step if isinstance(self._step, int) else None

    def _offer_steps(self, run: Run) -> None:
        kept = () if self._list is None else self._list.rows.steps
        self.filters.offer_steps(kept, None if run.best is None else run.best[0], self._step)

    def _forget(self) -> None:
        self._list, self._listed, self._question = None, Listed(()), None
        self._folder, self._asked = "", ()
        self.filters.forget_classes()
        self._show_list()

    @property
    def _known(self) -> bool:
        return self._list is not None and self._list.rows.step is not None

    def _places(self) -> list[int]:
        key, falling = self._sort
        return self._listed.ordered(self._listed.chosen(self.filters.wanted), key, falling=falling)

    def _show_list(self) -> None:
        there = self._list is not None
        self._stack.setCurrentIndex(1 if there else 0)
        self.controls.setVisible(there)
        self.picture.set_enabled(there)
        if self._list is not None:
            rows = self._list.rows
            self.filters.wrong.setEnabled(self._known)
            self.table.set_rows(rows.task, self._listed, self._places(), known=self._known)
        self._tell()

    @Slot()
    def _filter(self) -> None:
        """List what is wanted now."""
        self.table.set_places(self._places())
        self._tell()

    def _tell(self) -> None:
        if self._list is None:
            self.said.set_text("")
            self.detail.show_row(None, "single-sentence", known=False)
            return
        words = count_words(self._list.rows, self.listed, known=self._known)
        self.said.set_text(words)
        self.said.setToolTip(words)

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def _pointed(self, row: ExampleRow | None) -> None:
        task = "single-sentence" if self._list is None else self._list.rows.task
        self.detail.show_row(row, task, known=self._known)

    @Slot(object)
    def _sorted_by(self, key: Key, falling: bool) -> None:
        self._sort = key, falling
        self.table.set_places(self._places())
        self.table.show_first()

    @Slot(object)
    def open(self, row: ExampleRow) -> None:
        """Open it with the model that said what is shown; where that is not kept, with the nearest later one."""
        if self._list is None:
            return
        step, models, run = self._list.rows.step, self._list.models, self.run
        at = step if step in models else min((one for one in models if one >= (step or 0)), default=None)
        own = None if run is None else self.filters.seeds.shown(run)
        folder = models[at] if at is not None else None if own is None else own.model or own.checkpoint
        if folder is None:
            self.session.notice_given.emit(
                tr("No model of this run is kept yet: wait for its first checkpoint")
            )
            return
        if at != step:
            words = tr("The model of step {step} is not kept: the next one that is reads the text", step=step)
            self.session.notice_given.emit(words)
        self.example_wanted.emit(row, folder)

    @Slot(object, object)
    def filter_by(self, gold: str | None, predicted: str | None) -> None:
        """List what is of the one class and was taken for the other; None: any."""
        self.filters.want_classes(gold, predicted)
        if self._list is not None:
            self.filters.offer_classes(self._list.rows)
            self._filter()

    @Slot()
    def open_current(self) -> None:
        """Open the current example."""
        if self.table.current is not None:
            self.open(self.table.current)

    @Slot()
    def search_texts(self) -> None:
        """Go to the search field."""
        self.filters.go_to_search()

    @Slot()
    def toggle_wrong(self) -> None:
        """Only what is wrong, or all."""
        self.filters.wrong.click()

    @Slot()
    def next_wrong(self) -> None:
        """Go to the next example that the model got wrong."""
        rows, current = self.listed, self.table.currentIndex().row()
        order = [*range(current + 1, len(rows)), *range(current + 1)]
        place = next((n for n in order if is_wrong(rows[n])), None)
        if place is None:
            self.session.notice_given.emit(tr("None of the listed examples is wrong"))
        else:
            self.table.setCurrentIndex(self.table.examples.index(place, 0))
            self.table.scrollTo(self.table.examples.index(place, 0))

    @Slot(object)
    def _step_chosen(self, step: Step) -> None:
        self._step = step
        self.show_run(self.run)

    def showEvent(self, event: QShowEvent) -> None:
        """Its picture can be copied again."""
        super().showEvent(event)
        self.picture.set_seen(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """What is hidden is not copied."""
        super().hideEvent(event)
        self.picture.set_seen(False)

    # Layout ------------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """Rows scroll."""
        return _LEAST

    def _build(self) -> None:
        self.controls = QWidget()
        row = QHBoxLayout(self.controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.filters, 1)
        row.addWidget(pictures_button([self.picture]))
        row.addWidget(self.help_button)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.table)
        self.split.addWidget(self.detail)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([320, 140])
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.said)
        column.addWidget(self.split, 1)
        inner = QWidget()
        self._stack = QStackedLayout(inner)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 0, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(self.controls)
        whole.addWidget(inner, 1)

    def _connect(self) -> None:
        self.table.pointed.connect(self._pointed)
        self.table.opened.connect(self.open)
        self.table.sorted_by.connect(self._sorted_by)
        self.detail.open_wanted.connect(self.open_current)
        self.filters.step_chosen.connect(self._step_chosen)
        self.filters.changed.connect(self._filter)
        shortcut = QShortcut(QKeySequence.StandardKey.Find, self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.search_texts)

    # Pictures and numbers ----------------------------------------------------------------------------------------

    def _drawing(self) -> Drawing:
        name = "" if self.run is None else self.run.name
        title = tr("Examples of run {name}", name=name)
        return figure(widget_drawing(self.table), title, caption=self.said.text)

    def _table(self) -> Table:
        if self._list is None:
            return (), []
        return full_table(self._list.rows.task, self.listed, known=self._known)

    def _metadata(self) -> Mapping[str, str]:
        run, found = self.run, self._list
        if run is None or found is None:
            return {}
        return {
            "Software": "Attention Explorer",
            "Title": tr("Examples of run {name}", name=run.name),
            "Run": run.name,
            "Step": "" if found.rows.step is None else str(found.rows.step),
            "Statistics": self.said.text,
            "Formula": FORMULA,
            "Recipe": json.dumps(dict(run.details), ensure_ascii=False, default=str),
        }
