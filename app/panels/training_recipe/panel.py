"""The panel "How BERT was trained": both tasks on the present text, drawn anew at a click."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QWidget

from app.panels.base import Panel
from app.panels.common_pictures import picture_of
from app.panels.training_recipe.cells import table
from app.panels.training_recipe.controls import Controls, Part
from app.panels.training_recipe.elsewhere import sentence_from_elsewhere
from app.panels.training_recipe.explanation import FORMULA, explanation
from app.panels.training_recipe.masked_pane import MaskedPane
from app.panels.training_recipe.pair_pane import PairPane
from app.panels.training_recipe.rolls import Rolls
from app.panels.training_recipe.sentences import caveat
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.drawing import Drawing, widget_drawing
from app.views.empty import EmptyState
from app.views.figure import figure
from app.views.picture import PictureActions
from app.views.tables import Table
from bert_core.exercise import Exercise, Exercises
from bert_core.queries import Answer, TrainingExample
from bert_core.scene import Scene
from bert_core.trace import Trace

_BOTH_FROM = 1560  # pixels: from this width on, both tasks are shown at once
_LEAST_WIDTH, _LEAST_HEIGHT = 260, 110
_AROUND_CONTROLS = 340  # what else stands in the header


class TrainingRecipePanel(Panel):
    """Asks for a `TrainingExample` of the present roll while it is visible; positions are those of the trace."""

    name = "training-recipe"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("How BERT was trained"), explanation())
        self._rolls = Rolls()
        self._part: Part = "masked"
        self._watched: TrainingExample | None = None
        self._exercises: Exercises | None = None
        self._of: Scene | None = None
        self.controls = Controls()
        self.masked = MaskedPane()
        self.pair = PairPane()
        self.empty = EmptyState()
        self._build()
        self.controls.part_chosen.connect(self.set_part)
        self.controls.rolled.connect(self.roll)
        self.controls.walked.connect(self.walk)
        self.controls.options_changed.connect(self.watch_queries)
        self.controls.put_wanted.connect(self.put_into_text)
        self.masked.pieces.clicked.connect(self._clicked)
        self.masked.pieces.hovered.connect(self._hovered)
        session.selection_changed.connect(self._mark)
        session.hover_changed.connect(self._mark)
        session.answer_changed.connect(self._answered)
        session.loading_changed.connect(self._state_changed)
        self.refresh(None)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def exercises(self) -> Exercises | None:
        """What is shown, of the newest analysis; None until it is there."""
        trace = self.session.trace
        return self._exercises if trace is not None and trace.scene == self._of else None

    @property
    def rolls(self) -> Rolls:
        """Which roll is shown, and how many there were."""
        return self._rolls

    @property
    def pictures(self) -> tuple[tuple[str, PictureActions], ...]:
        """What can be copied and saved, with its name."""
        return ((self.title, self.picture),)

    @property
    def part(self) -> Part:
        """Which task is shown where there is room for one."""
        return self._part

    @Slot(object)
    def set_part(self, part: Part) -> None:
        """Show this task."""
        self._part = part
        self.controls.show_part(part)
        self._arrange()

    @Slot()
    def roll(self) -> None:
        """Choose pieces anew."""
        self._turn_to(self._rolls.again())

    @Slot(object)
    def walk(self, steps: int) -> None:
        """Back or forth among the rolls that were made."""
        self._turn_to(self._rolls.walk(steps))

    def previous_roll(self) -> None:
        """The roll before."""
        self.walk(-1)

    def next_roll(self) -> None:
        """The roll after."""
        self.walk(1)

    def _turn_to(self, rolls: Rolls) -> None:
        self._rolls = rolls
        self.controls.show_rolls(rolls)
        self.watch_queries()

    @Slot()
    def put_into_text(self) -> None:
        """Put what this roll reads in the place of the pieces; undo takes it back."""
        exercises, session = self.exercises, self.session
        if exercises is None or not session.up_to_date:
            session.notice_given.emit(tr("This masking is of the text before; the new one is not read yet"))
            return
        changed = exercises.own.replaced()
        if changed:
            session.set_scene(replace(session.scene, replaced=changed))
        else:
            session.notice_given.emit(tr("This roll changes no piece; roll again"))

    def refresh(self, trace: Trace | None) -> None:
        """Ask for this trace's training example; what it was before stays until it is there."""
        why = self._why_not(trace)
        if why or self._exercises is None:
            self._say(why or tr("Choosing pieces…"))
        if self.isVisible():
            self.watch_queries()
        self._enable()

    def _why_not(self, trace: Trace | None) -> str:
        if trace is None:
            loading = self.session.loading is not None
            return tr("The model is loading.") if loading else tr("Nothing has been read yet.")
        if all(token.special for token in trace.tokens):
            return tr("Type a sentence, and see how BERT would have been trained on it.")
        return ""

    def _say(self, sentence: str) -> None:
        self.empty.set_text(sentence)
        self._stack.setCurrentIndex(0)

    @Slot(object)
    def _state_changed(self, _: object) -> None:
        if self.session.trace is None:
            self.refresh(None)

    # Queries -----------------------------------------------------------------------------------------------------

    @Slot()
    def watch_queries(self) -> None:
        trace = self.session.trace
        if not self.isVisible() or self._why_not(trace) or trace is None:
            self._want(None)
            return
        self._want(
            TrainingExample(
                self._rolls.number,
                self.controls.share,
                self.controls.whole_words,
                sentence_from_elsewhere(self.session.model, trace.scene, self._rolls.number),
            )
        )

    def stop_watching(self) -> None:
        self._want(None)

    def _want(self, query: TrainingExample | None) -> None:
        if query != self._watched:
            self._watched = query
            answer = self.session.watch(self, query)
            if answer is not None:
                self._answered(answer)

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        trace = self.session.trace
        if trace is None or answer.scene != trace.scene or answer.query != self._watched:
            return
        if isinstance(answer.value, Exercises):
            self._exercises, self._of = answer.value, answer.scene
            self._show(answer.value, trace)
        else:
            self._exercises = None
            self._say(answer.failure)
        self._enable()
        self._mark()

    def _show(self, exercises: Exercises, trace: Trace) -> None:
        own = exercises.own
        self.masked.show_exercise(own, len(trace.vocabulary), caveat(own, trace.scene))
        self.pair.show_exercises(exercises)
        self._stack.setCurrentIndex(1)
        self._arrange()

    def _enable(self) -> None:
        shown = self._stack.currentIndex() == 1
        for button in (self.controls.roll, self.controls.put, self.controls.options):
            button.setEnabled(shown)
        self.figures.setVisible(shown)
        self.picture.set_enabled(shown)

    # Selection ---------------------------------------------------------------------------------------------------

    @Slot(object)
    def _mark(self, _changed: Selection | Hover | None = None) -> None:
        selection, hover = self.session.selection, self.session.hover
        self.masked.pieces.set_marks(
            [p for p in (selection.query, selection.key) if p is not None],
            [p for p in (hover.query, hover.key) if p is not None],
        )

    @Slot(object)
    def _clicked(self, position: int) -> None:
        if self.exercises is None:
            return
        if self.session.selection.query == position:
            self.session.unpin()
        else:
            self.session.pin(query=position)

    @Slot(object)
    def _hovered(self, position: int | None) -> None:
        self.session.set_hover(Hover(query=position if self.exercises is not None else None))

    # Layout ------------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """Everything scrolls: in a low panel, too, where one part stands below the other."""
        return super().minimumSizeHint().boundedTo(QSize(_LEAST_WIDTH, _LEAST_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Both tasks side by side where there is room, the controls in the header where there is."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        width = self.width()
        both = width >= _BOTH_FROM
        self.controls.set_tabs_visible(not both)
        in_header = width >= self.controls.needed() + _AROUND_CONTROLS
        if in_header != (self.header_row.indexOf(self.controls) >= 0):
            if in_header:
                self.body.removeWidget(self.controls)
                self.header_row.insertWidget(self.header_row.indexOf(self.subtitle) + 1, self.controls, 1)
            else:
                self.header_row.removeWidget(self.controls)
                self.body.insertWidget(0, self.controls)
        gap = self.header_row.indexOf(self.figures) - 1
        self.header_row.setStretch(gap, 0 if in_header else 1)
        self.controls.set_stacked(not in_header and width < self.controls.needed() + 24)
        self.masked.setVisible(both or self._part == "masked")
        self.pair.setVisible(both or self._part == "pair")
        self.line.setVisible(both)
        share = width // 2 if both else width
        self.masked.arrange(share)
        self.pair.arrange(share)

    def _build(self) -> None:
        self.content = QWidget()
        row = QHBoxLayout(self.content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        self.line = QFrame()
        self.line.setProperty("kind", "line")
        self.line.setFixedWidth(1)
        row.addWidget(self.masked, 1)
        row.addWidget(self.line)
        row.addWidget(self.pair, 1)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.content)
        self.body.setContentsMargins(12, 4, 12, 6)
        self.body.addWidget(self.controls)
        self.body.addLayout(self._stack, 1)
        self.picture = picture_of(
            self.session,
            self.content,
            self.title,
            drawing=self._drawing,
            table=self._table,
            said=self._said,
            name=self._file_name,
        )
        self.figures = self.offer_pictures([self.picture])
        self.controls.show_rolls(self._rolls)

    # Pictures and numbers ----------------------------------------------------------------------------------------

    def _drawing(self) -> Drawing:
        return figure(widget_drawing(self.content), self.title)

    def _table(self) -> Table:
        exercises = self._exercises
        return table(exercises.own if exercises is not None else Exercise((), (), ()))

    def _said(self) -> Mapping[str, str]:
        said = {"Title": self.title, "Formula": FORMULA}
        if self._watched is not None:
            said["Roll"] = str(self._watched.seed)
        return said

    def _file_name(self) -> str:
        return "training-example"
