"""Where in the context the answer to the question stands: bars over its pieces, and the best answers quoted."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout

from app.panels.task.part import Part, Shown, scrolled
from app.selection import Hover
from app.session import Session
from app.translation import tr
from app.views.answer_places import AnswerPlaces
from app.views.bars import BarRow, Bars, percent
from app.views.piece_text import isolated
from app.views.tables import Table
from app.views.worked_numbers import figure, places
from bert_core.explanations import SpanTarget
from bert_core.queries_task import Span, SpanAnswer

_BESIDE = 460  # pixels of width from which on the answers stand beside the bars
_QUOTED = 80  # characters of an answer


class SpanPart(Part):
    """A click on an answer asks why; one on a piece pins it."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.places = AnswerPlaces()
        self.places.clicked.connect(self._clicked)
        self.places.hovered.connect(self._hovered)
        self.answers = Bars(clickable=True, name=tr("Best answers"), long=True)
        self.answers.row_clicked.connect(self._chosen)
        self._answer: SpanAnswer | None = None
        self._before: SpanAnswer | None = None
        self._threshold = 0.0  # what "no answer" must lead by
        self._context: list[int] = []  # the positions of the context's pieces
        self._rows: list[Span | None] = []  # None: no answer
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self._layout.addWidget(scrolled(self.answers), 2)
        self._layout.addWidget(self.places, 3)

    def show_answer(self, shown: Shown) -> None:
        """Show these."""
        assert isinstance(shown.answer, SpanAnswer)
        answer, trace = shown.answer, shown.trace
        self._answer, self._threshold = answer, shown.task.null_threshold
        self._context = [
            n for n, token in enumerate(trace.tokens) if token.segment == 1 and not token.special
        ]
        begin, end = answer.start[self._context], answer.end[self._context]
        before = shown.before
        if isinstance(before, SpanAnswer) and before.start.shape == answer.start.shape:
            self._before = before
            begin, end = begin - before.start[self._context], end - before.end[self._context]
        else:
            self._before = None
        pieces = tuple(trace.tokens[n].text for n in self._context)
        self.places.set_places(pieces, begin, end, self._best_in_context())
        self._rows = list(answer.spans)
        if shown.task.unanswerable:
            self._rows.append(None)
            self._rows.sort(key=lambda one: -_probability(answer, one))
        self.answers.set_rows([self._row(one) for one in self._rows])
        self.mark()

    def _best_in_context(self) -> tuple[int, int] | None:
        """The best answer's first and last piece, counted in the context."""
        best = None if self._answer is None else self._answer.best
        if best is None or best.first not in self._context or best.last not in self._context:
            return None
        return self._context.index(best.first), self._context.index(best.last)

    def _row(self, span: Span | None) -> BarRow:
        answer = self._answer
        assert answer is not None
        p = _probability(answer, span)
        said = tr("no answer") if span is None else _quoted(span.text)
        extra, detail = "", tr("click to see which pieces decided it")
        if self._before is not None:
            then = _before(self._before, span)
            if then is not None:
                extra = places(100 * (p - then), 1, sign=True)
                change = tr("{points} points from {then} of the reference", points=extra, then=percent(then))
                detail = f"{change} · {detail}"
            else:
                extra = tr("new")
        role: Literal["accent", "segment_b"] = "segment_b" if span is None else "accent"
        return BarRow(said, p, extra=extra, role=role, detail=detail)

    def mark(self) -> None:
        """What is pinned or pointed at anywhere is outlined here."""
        pinned, pointed = (
            self._context.index(place) if place in self._context else None
            for place in (self.session.selection.query, self.session.hover.query)
        )
        self.places.set_marks(pinned, pointed)

    def sentence(self) -> str:
        """The answer, quoted."""
        answer = self._answer
        if answer is None:
            return ""
        best = answer.best
        if best is None:
            return tr("No answer in this text, {p}", p=percent(answer.none_probability))
        return tr("{answer}, {p}", answer=_quoted(best.text), p=percent(best.probability))

    def note(self) -> str:
        """That a threshold decides against what is likelier."""
        answer = self._answer
        best = None if answer is None else answer.best
        if answer is None or best is None or answer.none_probability <= best.probability:
            return ""
        return tr(
            "“No answer” is likelier, but only given where its score leads by more than {n}: fitted to the dev set.",
            n=figure(self._threshold, 2),
        )

    def table(self) -> Table:
        """A row for each of the best answers, and for every piece where it may begin and end."""
        header = (tr("text"), tr("first piece"), tr("last piece"), tr("probability"), tr("begin"), tr("end"))
        answer = self._answer
        if answer is None:
            return header, []
        rows: list[tuple[object, ...]] = [
            ("", 0, 0, answer.none_probability, "", "")
            if one is None
            else (one.text, one.first, one.last, one.probability, "", "")
            for one in self._rows
        ]
        rows += [
            (piece, n, n, "", float(answer.start[n]), float(answer.end[n]))
            for piece, n in zip(self.places.pieces, self._context, strict=True)
        ]
        return header, rows

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other where there is room for both, else the answers above."""
        super().resizeEvent(event)
        wide = event.size().width() >= _BESIDE
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._layout.direction() != way:
            self._layout.setDirection(way)

    @Slot(object)
    def _chosen(self, row: int) -> None:
        span = self._rows[row]
        self.why_wanted.emit(SpanTarget(0, 0) if span is None else SpanTarget(span.first, span.last))

    @Slot(object)
    def _clicked(self, index: int) -> None:
        place = self._context[index]
        if self.session.selection.query == place:
            self.session.unpin()
        else:
            self.session.pin(query=place)

    @Slot(object)
    def _hovered(self, index: int | None) -> None:
        self.session.set_hover(Hover(query=None if index is None else self._context[index]))


def _probability(answer: SpanAnswer, span: Span | None) -> float:
    return answer.none_probability if span is None else span.probability


def _before(answer: SpanAnswer, span: Span | None) -> float | None:
    """The same place's probability in the reference; None where it was not among the best."""
    if span is None:
        return answer.none_probability
    places_ = (span.first, span.last)
    return next((one.probability for one in answer.spans if (one.first, one.last) == places_), None)


def _quoted(text: str) -> str:
    short = " ".join(text.split())
    return f"“{isolated(short if len(short) <= _QUOTED else short[: _QUOTED - 1] + '…')}”"
