"""The next-sentence panel: whether the model thinks that B follows A."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.panels.base import Panel
from app.panels.common_pictures import picture_of, pictures_button
from app.session import Session
from app.translation import tr
from app.views.bars import PAD, BarRow, Bars
from app.views.drawing import Drawing, widget_drawing
from app.views.empty import EmptyState
from app.views.figure import figure
from app.views.help_button import HelpText
from app.views.picture import PictureActions
from app.views.tables import Table
from bert_core.trace import NspScore, Trace

_UNDECIDED = 0.1  # so near to one half, the sentence takes no side


class NextSentencePanel(Panel):
    """Two bars, and the same as a sentence."""

    name = "next-sentence"

    def __init__(self, session: Session) -> None:
        super().__init__(session, tr("Next sentence"), _help())
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
        self.empty = EmptyState()
        self.body.setContentsMargins(12 - PAD, 4, 12 - PAD, 12)  # rows of bars have their own
        self.body.addWidget(self.scores)
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
        self.figures = pictures_button([self.picture])
        self.figures.setFixedSize(24, self.help_button.sizeHint().height())  # the header keeps its height
        self.header_row.insertWidget(self.header_row.count() - 1, self.figures)
        session.loading_changed.connect(self._state_changed)
        session.model_changed.connect(self._state_changed)
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
        self.figures.setVisible(score is not None)
        self.picture.set_enabled(score is not None)
        self.empty.setVisible(score is None)
        if score is None:
            self.empty.set_text(why)
            return
        self.bars.set_rows(
            [
                BarRow(tr("B follows A"), score.is_next),
                BarRow(tr("B is random"), score.not_next, role="segment_b"),
            ]
        )
        self.sentence.setText(_sentence(score))

    def _why_not(self, trace: Trace | None) -> str:
        if trace is None:
            loading = self.session.loading is not None
            return tr("The model is loading.") if loading else tr("Nothing has been read yet.")
        if trace.nsp is None and trace.pooled is None:
            return tr(
                "This model has no pooler, which the next-sentence score is made from. "
                "Choose one that has, such as mini-en or bert-base-uncased."
            )
        if trace.nsp is None:
            return tr(
                "This model has no next-sentence head. Choose one that has, such as mini-en or bert-base-uncased."
            )
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
        return (tr("next sentence"), tr("probability")), [
            (row.label, row.probability) for row in self.bars.rows
        ]

    def _said(self) -> Mapping[str, str]:
        return {"Title": self.title, "Formula": _FORMULA}

    def _file_name(self) -> str:
        return "next-sentence"


def _sentence(score: NspScore) -> str:
    if abs(score.is_next - 0.5) < _UNDECIDED:
        return tr("The model cannot tell whether B follows A.")
    if score.is_next > 0.5:
        return tr("The model thinks that B follows A.")
    return tr("The model thinks that B has nothing to do with A.")


_FORMULA = "softmax(W tanh(P h_CLS + p) + b)"


def _help() -> HelpText:
    return HelpText(
        tr("Next sentence"),
        tr(
            "In training, B was half the time the sentence after A and half the time a random one, and the model had "
            "to say which. It judges by the last layer's vector at [CLS], after one more layer with tanh (the pooler). "
            "The score says how well the two texts go together; topic alone is often enough for it, so it does not "
            "prove that the model understood the order."
        ),
        formula="p = " + _FORMULA,
        reference=tr(
            "Devlin et al. 2018, BERT, section 3.1 (Task #2: Next Sentence Prediction) and appendix A.1"
        ),
        link="https://arxiv.org/abs/1810.04805",
    )
