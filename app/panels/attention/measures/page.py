"""Every head in figures: a table, a map of one measure, a map by similarity, and pruning, over this text or many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.panels.attention.measures.columns import Known
from app.panels.attention.measures.explanation import explanation
from app.panels.attention.measures.figures import Figures
from app.panels.attention.measures.grid_pane import GridPane
from app.panels.attention.measures.jobs_bar import JobsBar
from app.panels.attention.measures.places_pane import PlacesPane
from app.panels.attention.measures.prune_pane import PrunePane
from app.panels.attention.measures.prune_part import PrunePart
from app.panels.attention.measures.shown import Places, Shown, assembled
from app.panels.attention.measures.sources import SourceChooser
from app.panels.attention.measures.table_pane import TablePane
from app.panels.attention.measures.text_answers import TextAnswers
from app.panels.attention.measures.words import loss_words, mapped_words, set_words, text_words
from app.panels.attention.page import Page
from app.panels.common_job import Job
from app.panels.common_pictures import pictures_button
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.head_table import Head
from app.views.help_button import HelpButton
from app.views.read_out import ReadOut
from app.views.tab_group import TabGroup
from bert_core.info import ModelInfo
from bert_core.queries import Answer, Query
from bert_core.queries_measures import (
    HeadImportance,
    SetImportance,
    SetMeasured,
    SetMeasures,
    Source,
    Texts,
)
from bert_core.trace import Trace

View = Literal["table", "grid", "places", "prune"]

_SIDE_BY_SIDE = 800  # pixels; narrower, one of the four is seen at a time
_NARROW = 90
_MEASURED: tuple[View, ...] = ("table", "grid", "places")


class MeasuresPage(Page):
    """Over the text on screen, measures are queries like others, and show the reference and the difference, too.

    Over a set of texts they are jobs, which go on while the page is hidden, and whose results the session keeps.
    """

    name = "measures"

    def __init__(self, session: Session, *, twin: bool = False) -> None:
        super().__init__(session, twin=twin)
        self._view: View = "table"
        self._beside: View = "grid"
        self._arranged: tuple[bool, ...] = ()
        self._text = TextAnswers()
        self._shown: Shown | None = None
        self.sources = SourceChooser()
        self.sources.setMinimumWidth(_NARROW)
        self.sources.setVisible(not twin)
        self.table_pane, self.grid_pane, self.places_pane = TablePane(), GridPane(), PlacesPane()
        self.jobs = JobsBar(session)
        self.pruning = PrunePart(session, self.jobs, self.sources, twin=twin, parent=self)
        self.over = ReadOut(name=tr("What is measured"))
        panes = self.table_pane, self.grid_pane, self.places_pane
        self.figures = Figures(self, panes, self.pruning, lambda: self._shown)
        self._build()
        self._connect()
        self.sources.set_model(session.model)
        self._arrange()

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """Which is seen where there is room for one only: the table, one of the two maps, or pruning."""
        return self._view

    @Slot(object)
    def set_view(self, view: View) -> None:
        """Show it; where there is room, the table stays beside it."""
        self._view = view
        if view != "table":
            self._beside = view
        self._arrange()

    @property
    def shown(self) -> Shown | None:
        """What is on screen, or would be."""
        return self._shown

    def is_seen(self, view: View) -> bool:
        """Whether a part is on screen when the page is."""
        return view in (("table", self._beside) if self.width() >= _SIDE_BY_SIDE else (self._view,))

    def refresh(self, trace: Trace) -> None:
        """Another text; its measures follow as answers."""
        self._text.begin(trace, self.against, is_now=trace is self.session.trace)
        self._show()
        self.select(self.selection)

    @Slot()
    def _show(self) -> None:
        trace, source = self.trace, self.sources.source
        if trace is None:
            return
        self._shown = shown = self._of_text(trace) if source is None else self._of_set(source, trace)
        self.over.set_text(shown.over)
        self.over.setToolTip(shown.over)
        self.over.setVisible(bool(shown.over) and any(self.is_seen(view) for view in _MEASURED))
        off = trace.scene.interventions.heads_off if source is None else ()
        self.table_pane.show_columns(shown.columns, shown.shape[1], off)
        self.grid_pane.show_columns(shown.columns, shown.shape)
        self.places_pane.show_places(shown.places, shown.pattern, shown.shape[1])
        weighed = self._weighed()
        shown_jobs: list[Query] = [] if weighed is None else [weighed]
        if source is not None:
            shown_jobs.append(SetMeasures(source))
        if self.is_seen("prune"):
            self.pruning.show()
            shown_jobs += self.pruning.queries
        self.jobs.show_for(shown_jobs)
        self._offer_importance()
        self.figures.refresh()
        self.point(self.session.hover)

    def _of_text(self, trace: Trace) -> Shown:
        before = None if self.against is None else self._text.before
        return assembled(
            self._text.now,
            (trace.attentions.shape[0], trace.attentions.shape[1]),
            self._text.failure or text_words(trace, compared=before is not None),
            Places(self._text.places, self._text.instead_of_places),
            before=before,
            importance=self._importance(),
            model=self.session.model,
        )

    def _of_set(self, source: Source, trace: Trace) -> Shown:
        value, model = self.jobs.value_of(SetMeasures(source)), self.session.model
        found = value if isinstance(value, SetMeasured) else None
        places = Places(
            None if found is None else found.places,
            tr("The map follows once all texts are measured."),
            mapped_words(found),
        )
        layers, heads = trace.attentions.shape[:2]
        if model is not None:
            layers, heads = model.config.num_hidden_layers, model.config.num_attention_heads
        return assembled(
            Known() if found is None else Known(found.measures, found.separator_norms),
            (layers, heads),
            set_words(found, 0 if model is None else model.max_length),
            places,
            importance=self._importance(),
            model=model,
        )

    # Importance --------------------------------------------------------------------------------------------------

    def _weighed(self) -> SetImportance | None:
        """What importance is asked over: the set, or the text on screen as it is typed."""
        trace = self.trace
        if self.sources.source is not None:
            return SetImportance(self.sources.source)
        if trace is None or trace is not self.session.trace or self.against is not None:
            return None
        return SetImportance(Texts(((trace.scene.text_a, trace.scene.second),)))

    def _importance(self) -> HeadImportance | None:
        wanted = self._weighed()
        value = None if wanted is None else self.jobs.value_of(wanted)
        return value if isinstance(value, HeadImportance) and value.used else None

    def _offer_importance(self) -> None:
        button, wanted, weighing = self.table_pane.importance, self._weighed(), self.jobs.weighing
        loss, over = loss_words(self.session.model), self.sources.words()
        running = weighing.state == "running" and weighing.query == wanted
        known = None if wanted is None else self.session.known(wanted)
        done = known is not None and known.value is not None
        button.setEnabled(bool(loss) and wanted is not None and not running and not done)
        if not loss:
            tip = tr("This model has neither of the heads that it was trained by, so it has no loss.")
        elif wanted is None:
            tip = tr("Importance is of what is now.")
        elif done:
            tip = tr("Importance over {texts} is known; it stands in the last column.", texts=over)
        else:
            tip = tr(
                "How much the loss changes with each head, over {texts}. Loss: {loss}", texts=over, loss=loss
            )
        button.setToolTip(tip)

    @Slot()
    def compute_importance(self) -> None:
        """Begin with it; it goes on in the background."""
        wanted = self._weighed()
        if wanted is not None:
            self.jobs.weighing.start(wanted)

    # Queries -----------------------------------------------------------------------------------------------------

    def wanted(self, trace: Trace) -> Mapping[str, Query]:
        """Of the text on screen, what is seen of it."""
        if self.sources.source is not None:
            return {}
        model_id = self.session.scene.model_id
        return self._text.wanted(trace, self.against, model_id, places=self.is_seen("places"))

    def accept(self, name: str, answer: Answer, trace: Trace) -> None:
        """Measures of the text on screen."""
        self._text.take(name, answer)
        self._show()

    @Slot()
    def _job_changed(self) -> None:
        if self.isVisible():
            self._show()

    @Slot(object)
    def _job_again(self, job: Job) -> None:
        before = self.sources.source
        self.sources.look_again()
        if job is self.jobs.measuring or self.sources.source != before:
            self._measure()
        if job is self.jobs.weighing:
            self.compute_importance()
        if job in (self.jobs.pruning, self.jobs.comparing):
            self.pruning.again(job)

    @Slot(object)
    def _source_chosen(self, _: object) -> None:
        self._measure()
        self.ask()
        self._show()

    def _measure(self) -> None:
        source = self.sources.source
        if source is not None and self.isVisible():
            self.jobs.measure(source)

    @Slot(object)
    def _model_changed(self, model: ModelInfo | None) -> None:
        """What was known is about another model; what was wanted is wanted of this one."""
        self.sources.set_model(model)
        self.jobs.forget()
        self._measure()
        if self.isVisible():
            self._show()

    # What the session says, and a person does --------------------------------------------------------------------

    def select(self, selection: Selection) -> None:
        """Mark the selected head in all three."""
        for part in (self.table_pane.table, self.grid_pane.grid, self.places_pane.points):
            part.set_selected(selection.layer, selection.head)
        self.point(self.session.hover)

    def point(self, hover: Hover) -> None:
        """Mark the head that is pointed at in all three, and say its figures, or else those of the selected one."""
        for part in (self.table_pane.table, self.grid_pane.grid, self.places_pane.points):
            part.set_hovered(hover.layer, hover.head)
        layer, head = hover.layer, hover.head
        if layer is None or head is None:
            layer, head = self.selection.layer, self.selection.head
        said = None if layer is None or head is None else (layer, head)
        self.grid_pane.say(said)
        self.places_pane.say(said)

    @Slot(object)
    def _head_hovered(self, head: Head | None) -> None:
        self.session.set_hover(Hover() if head is None else Hover(*head))

    @Slot(object)
    def _head_chosen(self, head: Head) -> None:
        self.session.select_head(*head)

    # Layout ------------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """A set that was chosen is measured for a model that came while the page was hidden."""
        super().showEvent(event)
        if self.sources.source is not None:
            self._measure()
            self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put a map beside the table where there is room for both."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.width() >= _SIDE_BY_SIDE
        panes: dict[View, TablePane | GridPane | PlacesPane | PrunePane] = {
            "table": self.table_pane,
            "grid": self.grid_pane,
            "places": self.places_pane,
            "prune": self.pruning.pane,
        }
        arranged = tuple(self.is_seen(view) for view in panes)
        for view, pane in sorted(panes.items(), key=lambda part: self.is_seen(part[0])):
            pane.setVisible(self.is_seen(view))  # hidden first: together they would ask for more room
        self.tabs["table"].setVisible(not wide)
        self.tabs[self._beside if wide else self._view].setChecked(True)
        if arranged != self._arranged:
            self._arranged = arranged
            self.ask()
            self._show()

    def _build(self) -> None:
        tabs: tuple[tuple[View, str, str], ...] = (
            ("table", tr("Table"), tr("All measures of all heads")),
            ("grid", tr("Heat map"), tr("One measure of all heads, by layer")),
            ("places", tr("Map"), tr("Heads that look alike stand near each other")),
            ("prune", tr("Prune"), tr("Remove heads in order of importance, and see what is lost")),
        )
        group = TabGroup(tabs, self)
        group.chosen.connect(self.set_view)
        self.tabs = group.tabs
        bar = QHBoxLayout()
        bar.setSpacing(2)
        bar.addStretch(1)
        for button in self.tabs.values():
            bar.addWidget(button)
        bar.addSpacing(8)
        bar.addWidget(self.sources)
        bar.addSpacing(4)
        bar.addWidget(HelpButton(explanation()))
        bar.addWidget(pictures_button(self.figures.all))
        panes = QHBoxLayout()
        panes.setSpacing(20)
        panes.addWidget(self.table_pane, 3)
        panes.addWidget(self.grid_pane, 2)
        panes.addWidget(self.places_pane, 2)
        panes.addWidget(self.pruning.pane, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(bar)
        column.addWidget(self.over)
        column.addWidget(self.jobs)
        column.addLayout(panes, 1)

    def _connect(self) -> None:
        self.sources.chosen.connect(self._source_chosen)
        self.jobs.changed.connect(self._job_changed)
        self.jobs.again.connect(self._job_again)
        self.table_pane.importance.clicked.connect(self.compute_importance)
        self.table_pane.table.head_chosen.connect(self._head_chosen)
        self.grid_pane.grid.head_clicked.connect(self._head_chosen)
        self.places_pane.points.head_clicked.connect(self._head_chosen)
        for part in (self.table_pane.table, self.grid_pane.grid, self.places_pane.points):
            part.head_hovered.connect(self._head_hovered)
        self.session.model_changed.connect(self._model_changed)
