"""Search a text: the strongest examples of the chosen head, or the pieces nearest to the pinned one."""

from __future__ import annotations

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.panels.attention.page import Page
from app.panels.attention.search.controls import HeadControls, StateControls
from app.panels.attention.search.explanation import explanation
from app.panels.attention.search.figures import Figures
from app.panels.attention.search.hit_reader import HitReader
from app.panels.attention.search.job import SearchJob
from app.panels.attention.search.texts import SearchedTexts
from app.panels.attention.search.words import (
    Asked,
    By,
    asked_words,
    axis_words,
    instead_words,
    read_words,
    rows_of,
    spread_words,
)
from app.panels.common_pictures import pictures_button
from app.selection import Selection
from app.session import Session
from app.translation import tr
from app.values import shortened
from app.views.empty import EmptyState
from app.views.help_button import HelpButton
from app.views.histogram import Histogram
from app.views.hit_list import HitList
from app.views.job_line import JobLine
from app.views.piece_text import isolated
from app.views.read_out import ReadOut
from app.views.tab_group import TabGroup, tab_button
from bert_core.info import ModelInfo
from bert_core.queries_search import AttentionExamples, Found, NearestPieces
from bert_core.trace import Trace

_SIDE_BY_SIDE = 820  # pixels; narrower, either the examples or the histogram are seen
_NARROW = 440  # from there on names are written in full, and the histogram can be seen instead of the list
_HISTOGRAM, _TWIN = 300, 130
_LETTERS = 14  # of a piece on the button


class SearchPage(Page):
    """What was searched for stays when the selection, the text or the view changes, until something else is.

    A search is about the model, so that a twin has nothing of its own to show.
    """

    name = "search"

    def __init__(self, session: Session, *, twin: bool = False) -> None:
        super().__init__(session, twin=twin)
        self._by: By = "head"
        self._pieces: dict[Asked, str] = {}  # what the pieces were called that others are to be near to
        self.texts = SearchedTexts()
        self.head_controls, self.state_controls = HeadControls(), StateControls()
        self.jobs: dict[By, SearchJob] = {"head": SearchJob(session, self), "state": SearchJob(session, self)}
        self.start_button = QPushButton()
        self.start_button.setProperty("kind", "primary")
        self.over = ReadOut(name=tr("What was searched for"))
        self.line = JobLine(tr("Search"))
        self.hits = HitList()
        self.histogram = Histogram(tr("How often which weight"))
        self.figures = Figures(self)
        if twin:
            self.setMaximumWidth(_TWIN)
            column = QVBoxLayout(self)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(
                EmptyState(tr("A search is about the model, not about one sentence: see the left."))
            )
            return
        self._reader = HitReader(session, self)
        self._build()
        self._connect()
        self._take_model(session.model)
        self.set_by("head")

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def by(self) -> By:
        """Which of the two searches is seen."""
        return self._by

    @Slot(object)
    def set_by(self, by: By) -> None:
        """Show the search by head, or by hidden state."""
        self._by = by
        self.tabs[by].setChecked(True)
        self._controls.setCurrentWidget(self.head_controls if by == "head" else self.state_controls)
        self._show()

    @property
    def job(self) -> SearchJob:
        """The search that is seen."""
        return self.jobs[self._by]

    @property
    def asked(self) -> Asked | None:
        """What it is, or was, for."""
        query = self.job.query
        return query if isinstance(query, AttentionExamples | NearestPieces) else None

    @property
    def asked_words(self) -> str:
        """The same in words."""
        asked = self.asked
        return "" if asked is None else asked_words(asked, self._pieces.get(asked, ""))

    @property
    def found(self) -> Found | None:
        """What it found by now."""
        return self.job.found

    def refresh(self, trace: Trace) -> None:
        """Another text: another piece to search for."""
        self.select(self.selection)

    def select(self, selection: Selection) -> None:
        """Another head or piece to search for; what was found stays."""
        if not self._twin:
            self._show()

    @Slot()
    def _show(self) -> None:
        if not self.isVisible():
            return
        asked, found, job = self.asked, self.found, self.job
        self.state_controls.follow(self.selection.layer)
        self._offer()
        said, figure = "", ""
        if asked is not None:
            said = " · ".join(part for part in (self.asked_words, read_words(found)) if part)
            figure = spread_words(found, asked)
        self.over.set_text(said, figure)
        self.over.setToolTip("\n".join(part for part in (said, figure) if part))
        self.over.setVisible(bool(said))
        self.hits.set_rows([] if found is None or asked is None else rows_of(found, asked))
        self.hits.set_empty_text(instead_words(job.state, found, self._by))
        if found is None or asked is None:
            self.histogram.set_counts((), 0.0, float("nan"))
        else:
            deviation = found.deviation if isinstance(asked, NearestPieces) else float("nan")
            axis = axis_words(asked)
            self.histogram.set_counts(found.histogram, found.low, found.mean, deviation, axis=axis)
        if job.state == "running":
            self.line.show_progress(job.words(), job.share)
        elif end := job.end_words():
            self.line.show_end(end)
        else:
            self.line.clear()
        self.figures.refresh()

    def _offer(self) -> None:
        """What the button would search for now."""
        query, why = self._wanted()
        if query is None:
            words = tr("Search")
        elif isinstance(query, AttentionExamples):
            head = tr("layer {n}", n=query.layer + 1) if query.head is None else self._head_words(query)
            words = tr("Search {what}", what=head)
        else:
            words = tr("Search “{what}”", what=isolated(shortened(self._piece_of(query), _LETTERS)))
        self.start_button.setText(words)
        self.start_button.setEnabled(query is not None)
        tip = why if query is None else asked_words(query, self._piece_of(query))
        self.start_button.setToolTip(tip)
        self.start_button.setAccessibleDescription(tip)

    def _head_words(self, query: AttentionExamples) -> str:
        return f"L{query.layer + 1}-H{(query.head or 0) + 1}"

    def _piece_of(self, query: Asked) -> str:
        if isinstance(query, AttentionExamples):
            return ""
        trace = self.trace
        if trace is not None and trace.scene == query.scene:
            return trace.tokens[query.position].text
        return self._pieces.get(query, "")

    # Searching ---------------------------------------------------------------------------------------------------

    def _wanted(self) -> tuple[Asked | None, str]:
        """What would be searched for now; or None, and why."""
        trace, model = self.trace, self.session.model
        if model is None or trace is None:
            return None, tr("There is no model yet.")
        if trace.scene.model_id != model.model_id:
            return None, tr("The reference is of another model; show what is now.")
        selection = self.selection
        if self._by == "state":
            scene, position = trace.scene, _piece(trace, selection)
            layer = min(self.state_controls.layer, model.config.num_hidden_layers)
            words = self.state_controls.words
            return NearestPieces(self.texts.source(), scene, position, layer, words), ""
        if selection.layer is None:
            return None, tr("Choose a head, or the average of one layer.")
        pattern = self.head_controls.pattern
        return AttentionExamples(self.texts.source(), selection.layer, selection.head, pattern), ""

    @Slot()
    def start(self) -> None:
        """Search for what is chosen now; a search of the same kind that is under way is given up."""
        query, why = self._wanted()
        if query is None:
            self.session.notice_given.emit(why)
            return
        piece = self._piece_of(query)
        self._pieces = {asked: name for asked, name in self._pieces.items() if asked == self.asked}
        self._pieces[query] = piece
        self.job.start(query)

    @Slot()
    def cancel(self) -> None:
        """Stop the search that is seen; what was found stays."""
        self.job.cancel()

    @Slot()
    def _again(self) -> None:
        """The same once more; of a file, as it is now."""
        self.start()

    @Slot(object)
    def _take_model(self, model: ModelInfo | None) -> None:
        """What was found is about another model."""
        for job in self.jobs.values():
            job.forget()
        self._reader.forget()
        self.texts.set_model(model)
        self.state_controls.set_layers(0 if model is None else model.config.num_hidden_layers)
        self._show()

    @Slot(object)
    def load(self, index: int) -> None:
        """Read the sentence of a hit, with its head chosen and its pieces pinned; undo brings back what was there."""
        found = self.found
        if found is not None and 0 <= index < len(found.hits):
            self._reader.read(found.hits[index], self.asked)

    # Layout ------------------------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """A twin leaves the room to the page that it stands beside."""
        return QSize(_TWIN, 0) if self._twin else super().minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The histogram stands beside the examples where there is room for both."""
        super().resizeEvent(event)
        if not self._twin:
            self._arrange()

    @Slot()
    def _arrange(self) -> None:
        wide = self.width() >= _SIDE_BY_SIDE
        narrow = self.width() < _NARROW
        self.tabs["head"].setText(tr("Head") if narrow else tr("By head"))
        self.tabs["state"].setText(tr("State") if narrow else tr("By hidden state"))
        self.histogram_button.setVisible(not wide and not narrow)
        alone = self.histogram_button.isChecked() and not wide and not narrow
        self.hits.setVisible(not alone)
        self.histogram.setVisible(wide or alone)
        self.histogram.setMaximumWidth(_HISTOGRAM if wide else 16777215)

    def _build(self) -> None:
        group = TabGroup(
            (
                ("head", tr("By head"), tr("Where the chosen head has its largest weights of a kind")),
                ("state", tr("By hidden state"), tr("The pieces nearest to the pinned one after a layer")),
            ),
            self,
        )
        group.chosen.connect(self.set_by)
        self.tabs = group.tabs
        self.histogram_button = tab_button(
            tr("Histogram"), tr("How often which weight or cosine, instead of the list")
        )
        bar = QHBoxLayout()
        bar.setSpacing(2)
        bar.addStretch(1)
        for button in self.tabs.values():
            bar.addWidget(button)
        bar.addSpacing(6)
        bar.addWidget(self.histogram_button)
        bar.addSpacing(6)
        bar.addWidget(self.texts)
        bar.addSpacing(4)
        bar.addWidget(HelpButton(explanation()))
        bar.addWidget(pictures_button(self.figures.all))
        self._controls = QStackedWidget()
        self._controls.addWidget(self.head_controls)
        self._controls.addWidget(self.state_controls)
        self._controls.setFixedHeight(
            max(c.sizeHint().height() for c in (self.head_controls, self.state_controls))
        )
        controls = QHBoxLayout()
        controls.setSpacing(8)
        controls.addWidget(self._controls, 1)
        controls.addWidget(self.start_button)
        content = QWidget()
        beside = QHBoxLayout(content)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(16)
        beside.addWidget(self.hits, 3)
        beside.addWidget(self.histogram, 1)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # names get shorter in time
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(bar)
        column.addLayout(controls)
        column.addWidget(self.over)
        column.addWidget(self.line)
        column.addWidget(content, 1)

    def _connect(self) -> None:
        for job in self.jobs.values():
            job.changed.connect(self._show)
        for controls in (self.head_controls, self.state_controls):
            controls.changed.connect(self._show)
            controls.entered.connect(self.start)
        self.texts.chosen.connect(self._show)
        self.start_button.clicked.connect(self.start)
        self.line.cancelled.connect(self.cancel)
        self.line.again.connect(self._again)
        self.hits.row_chosen.connect(self.load)
        self.histogram_button.toggled.connect(self._arrange)
        self.session.model_changed.connect(self._take_model)


def _piece(trace: Trace, selection: Selection) -> int:
    """The pinned piece, or else the first masked one, or else the first of the text."""
    if selection.query is not None and selection.query < len(trace.tokens):
        return selection.query
    if trace.masked:
        return trace.masked[0]
    return next((n for n, token in enumerate(trace.tokens) if not token.special), 0)
