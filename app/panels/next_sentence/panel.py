"""The next-sentence panel: whether the model thinks that B follows A."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels.base import Panel
from app.panels.common_pictures import picture_of
from app.panels.next_sentence.asking import Asking
from app.panels.next_sentence.explanation import FORMULA, pair_explanation
from app.panels.next_sentence.words import why_no_score
from app.session import Session
from app.translation import tr
from app.views.bars import PAD, BarRow, Bars, percent
from app.views.drawing import Drawing, widget_drawing
from app.views.empty import EmptyState
from app.views.figure import figure
from app.views.picture import PictureActions
from app.views.read_out import ReadOut
from app.views.tables import Table
from bert_core.queries_next_sentence import SwappedScore
from bert_core.trace import NspScore, Trace

_UNDECIDED = 0.1  # so near to one half, the sentence takes no side


class NextSentencePanel(Panel):
    """Two bars, the same as a sentence, and the score the other way round.

    why_wanted   a person asks what in the text decided
    more_wanted  a person wants to see which other sentences would come next
    """

    name = "next-sentence"
    why_wanted = Signal()
    more_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Next sentence"), pair_explanation())
        self._swapped = Asking(session, self)
        self.scores = QWidget()
        column = QVBoxLayout(self.scores)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.bars = Bars(name=self.title)
        self.sentence = QLabel()
        self.sentence.setProperty("kind", "secondary")
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        column.addWidget(self.bars)
        self.sentence.setContentsMargins(PAD, 0, PAD, 0)
        column.addWidget(self.sentence)
        column.addLayout(self._build_swapped())
        self.empty = EmptyState()
        self.body.setContentsMargins(12 - PAD, 4, 12 - PAD, 12)  # rows of bars have their own
        self.body.addWidget(self.scores)
        self.links = self._build_links()
        self.body.addWidget(self.links)
        self.body.addWidget(self.empty)
        self.body.addStretch(1)
        self.picture = picture_of(
            session,
            self.scores,
            self.title,
            drawing=self._drawing,
            table=self._table,
            said=self._said,
            name=self._file_name,
        )
        self.figures = self.offer_pictures([self.picture])
        session.loading_changed.connect(self._state_changed)
        session.model_changed.connect(self._state_changed)
        self._swapped.changed.connect(self._show_swapped)
        self.refresh(None)

    @property
    def pictures(self) -> tuple[tuple[str, PictureActions], ...]:
        """What can be copied and saved, with its name."""
        return ((self.title, self.picture),)

    def refresh(self, trace: Trace | None) -> None:
        """Show this trace's score, or why there is none."""
        why = self._why_not(trace)
        score = trace.nsp if trace is not None and not why else None
        self.scores.setVisible(score is not None)
        self.links.setVisible(score is not None)
        self.figures.setVisible(score is not None)
        self.picture.set_enabled(score is not None)
        self.empty.setVisible(score is None)
        if score is None:
            self.empty.set_text(why)
            self._swapped.rest()
            return
        self.bars.set_rows(
            [
                BarRow(tr("B follows A"), score.is_next),
                BarRow(tr("B is random"), score.not_next, role="segment_b"),
            ]
        )
        self.sentence.setText(_sentence(score))
        self.watch_queries()

    def watch_queries(self) -> None:
        """The other way round, while there is a pair to turn."""
        trace = self.session.trace
        if not self.isVisible() or self._why_not(trace):
            self._swapped.rest()
        else:
            self._swapped.ask(SwappedScore())
            self._swapped.watch()
        self._show_swapped()

    def stop_watching(self) -> None:
        """Ask for nothing any more."""
        self._swapped.rest()

    @Slot()
    def swap(self) -> None:
        """Read B first."""
        scene = self.session.scene
        self.session.read_anew(scene.text_b or "", scene.text_a)

    @Slot()
    def _show_swapped(self) -> None:
        """What was known before stays until there is something new."""
        value, failure = self._swapped.value, self._swapped.failure
        self.swapped.set_text(tr("B first:"), percent(value) if isinstance(value, float) else "…")
        trace, said = self.session.trace, [tr("p(is next) with the two sentences swapped: does A follow B?")]
        if trace is not None and (trace.scene.replaced or trace.scene.interventions.positions):
            said.append(tr("As typed: replaced pieces, and changes at single pieces, do not count."))
        self.swapped.setToolTip("\n".join([failure] if failure else said))

    def _build_swapped(self) -> QHBoxLayout:
        self.swapped = ReadOut(name=tr("Score with the sentences swapped"))
        self.swap_button = _link(tr("Swap"), tr("Read B first and A after it; undo swaps back"))
        self.swap_button.clicked.connect(self.swap)
        row = QHBoxLayout()
        row.setContentsMargins(PAD, 0, PAD, 0)
        row.setSpacing(12)
        row.addWidget(self.swapped, 1)
        row.addWidget(self.swap_button)
        return row

    def _build_links(self) -> QWidget:
        self.why_button = _link(tr("Why?"), tr("Which pieces decided it: saliency of p(is next)"))
        self.more_button = _link(
            tr("Other sentences…"),
            tr("Rank other sentences after A, or check a paragraph sentence by sentence"),
        )
        self.why_button.clicked.connect(self.why_wanted)
        self.more_button.clicked.connect(self.more_wanted)
        links = QWidget()
        row = QHBoxLayout(links)
        row.setContentsMargins(PAD, 0, PAD, 0)
        row.setSpacing(12)
        row.addWidget(self.more_button)
        row.addStretch(1)
        row.addWidget(self.why_button)
        return links

    def _why_not(self, trace: Trace | None) -> str:
        if trace is None:
            loading = self.session.loading is not None
            return tr("The model is loading.") if loading else tr("Nothing has been read yet.")
        if trace.nsp is None:
            return why_no_score(self.session) or tr("This model says nothing about next sentences.")
        if trace.scene.second is None:
            return tr("Type a second sentence to see whether the model thinks it follows the first.")
        return ""

    @Slot(object)
    def _state_changed(self, _: object) -> None:
        if self.session.trace is None:
            self.refresh(None)

    def _drawing(self) -> Drawing:
        return figure(widget_drawing(self.scores), self.title)

    def _table(self) -> Table:
        rows: list[tuple[str, float]] = [(row.label, row.probability) for row in self.bars.rows]
        if isinstance(self._swapped.value, float):
            rows.append((tr("A follows B (swapped)"), self._swapped.value))
        return (tr("next sentence"), tr("probability")), rows

    def _said(self) -> Mapping[str, str]:
        return {"Title": self.title, "Formula": FORMULA}

    def _file_name(self) -> str:
        return "next-sentence"


def _sentence(score: NspScore) -> str:
    if abs(score.is_next - 0.5) < _UNDECIDED:
        return tr("The model is unsure about B.")
    if score.is_next > 0.5:
        return tr("The model thinks that B follows A.")
    return tr("The model thinks that B has nothing to do with A.")


def _link(words: str, tip: str) -> QPushButton:
    button = QPushButton(words)
    button.setProperty("kind", "link")
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    return button
