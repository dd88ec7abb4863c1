"""Heads removed in order of importance: which curve is asked for, what is shown of it, and what the slider does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from app.panels.attention.measures.jobs_bar import JobsBar
from app.panels.attention.measures.prune_pane import PrunePane
from app.panels.attention.measures.prune_subject import Subject, impossible, subject_of
from app.panels.attention.measures.prune_words import (
    SHARES,
    heads_listed,
    line_name,
    line_title,
    needs_words,
    not_first_words,
    one_over_words,
    set_over_words,
    short_title,
    text_over_words,
    value_words,
)
from app.panels.attention.measures.sources import SourceChooser
from app.panels.attention.numbers import head_name
from app.panels.common_job import Job
from app.session import Session
from app.translation import tr
from app.views.prune_drawing import PruneLine, PrunePlot
from app.views.tables import Table
from bert_core.head_order import Heads, random_order, removal_order
from bert_core.interventions import Interventions
from bert_core.queries import Query
from bert_core.queries_measures import Floats, HeadImportance
from bert_core.queries_pruning import PruneCurve, TextPruning
from bert_core.trace import Trace

SEED = 0
"""Of the random order."""

_PAUSE = 400  # milliseconds without a key, after which importance of the new text is computed


class PrunePart(QObject):
    """Of what is now, whatever reference is shown. Jobs go on while it is hidden; curves are kept for the session."""

    def __init__(
        self, session: Session, jobs: JobsBar, sources: SourceChooser, *, twin: bool, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.session, self.jobs, self.sources = session, jobs, sources
        self.pane = PrunePane()
        self.order: Heads = ()
        self._weights: tuple[bytes, bool] | None = None  # what the order was made of
        self._other: Heads = ()
        self._subject: Subject | None = None
        self._twin = twin
        self._follows = False  # the text as it is typed
        self._curve: PruneCurve | None = None
        self._kind: object = None  # of the query whose lines are offered
        self._beside: PruneCurve | None = None
        self._name = ""
        self._names: tuple[str, ...] = ()
        self._titles: dict[str, str] = {}
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._weigh)
        pane = self.pane
        pane.button.clicked.connect(self.compute)
        for choice in (pane.order, pane.compare):
            choice.chosen.connect(self.show)
        pane.measure.chosen.connect(self._measure_chosen)
        pane.slider.wanted.connect(self.remove)
        pane.chart.grabbed.connect(pane.slider.begin_gesture)
        pane.chart.wanted.connect(pane.slider.draw_to)
        pane.chart.pointed.connect(self._say)
        session.scene_changed.connect(self._scene_changed)

    # What a person does ------------------------------------------------------------------------------------------

    @Slot()
    def compute(self) -> None:
        """Importance, and then the curve; of the text on screen, from now on also of what is typed next."""
        self._follows = self._follows or self.sources.source is None
        self._weigh()

    @Slot()
    def _weigh(self) -> None:
        if self._subject is not None:
            self.jobs.weighing.start(self._subject.weighed)

    @Slot(object)
    def remove(self, count: int) -> None:
        """Switch off exactly the first `count` heads of the order."""
        if self.order:
            now = self.session.scene.interventions
            off = frozenset(self.order[:count])
            self.session.intervene(replace(now, heads_off=off), gesture=self.pane.slider.gesture)
        self._place()

    def remove_more(self, by: int = 1) -> None:
        """One head more, or with a negative number fewer, as by the arrow keys; says so where there is no order yet."""
        if self.order:
            self.pane.slider.step_by(by)
        else:
            self.session.notice_given.emit(
                tr("The order of removal is not known yet: compute importance first")
            )

    def again(self, job: Job) -> None:
        """Go on with a curve that was stopped."""
        if job.query is not None:
            job.start(job.query)

    @Slot(object)
    def _measure_chosen(self, index: int) -> None:
        self._name = self._names[index]
        self._draw()

    @Slot(object)
    def _scene_changed(self, _: object) -> None:
        if self.pane.isVisible():
            self._place()

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def queries(self) -> list[Query]:
        """The curves that are shown, or would be."""
        subject = self._subject
        if subject is None or not self.order:
            return []
        return [subject.curve(order) for order in (self.order, self._other) if order]

    @Slot()
    def show(self, _: object = None) -> None:
        """Follow the session: what is known of what is chosen."""
        trace = self.session.trace
        if self._twin:
            why = tr("Heads are removed from what is now, not from the reference.")
        else:
            why = impossible(trace, self.session.model, self.sources.source)
        if trace is None or why:
            self._subject, self.order = None, ()
            self.pane.show_message(why)
            return
        self._subject = subject = subject_of(trace, self.session.model, self.sources)
        importance = self._importance(subject)
        if importance is None:
            if self._goes_on(subject) and self.order:
                self._place()  # with the order of the text before, until its own is known
                return
            self.order = ()
            self._ask_for_importance(subject)
            return
        self._sort(importance)
        self._begin(subject)
        self._curve = self._known(subject.curve(self.order))
        self._beside = self._known(subject.curve(self._other)) if self._other else None
        self._offer_lines(trace, subject)
        self.pane.show_chart()
        self._say_over(trace, subject)
        self._place()

    def _importance(self, subject: Subject) -> Floats | None:
        value = self.jobs.settled(subject.weighed)
        return value.heads if isinstance(value, HeadImportance) and value.used else None

    def _goes_on(self, subject: Subject) -> bool:
        """Whether importance of this text comes without being asked for again."""
        weighing = self.jobs.weighing
        if weighing.query == subject.weighed:
            return weighing.state == "running"
        if self._follows and self.sources.source is None:
            self._pause.start()
            return True
        return False

    def _ask_for_importance(self, subject: Subject) -> None:
        weighing = self.jobs.weighing
        if weighing.query == subject.weighed and weighing.state == "running":
            self.pane.show_message(
                tr("Importance is being computed; it says in which order heads are removed.")
            )
        else:
            self.pane.show_message(needs_words(subject.over, subject.count), can_compute=True)

    def _sort(self, importance: Floats) -> None:
        normalised = self.pane.order.currentIndex() == 0
        made_of = importance.tobytes(), normalised
        if made_of != self._weights or not self.order:
            self._weights = made_of
            self.order = removal_order(importance, normalised=normalised)
            self.pane.slider.set_total(len(self.order))
        compared = self.pane.compare.currentIndex()
        self._other = ()
        if compared == 1:
            self._other = random_order(importance.shape[0], importance.shape[1], SEED)
        elif compared == 2:
            self._other = removal_order(importance, normalised=normalised, most_first=True)

    def _begin(self, subject: Subject) -> None:
        if self.pane.isVisible():
            self.jobs.prune(subject.curve(self.order), subject.curve(self._other) if self._other else None)

    def _known(self, query: Query) -> PruneCurve | None:
        value = self.jobs.value_of(query)
        return value if isinstance(value, PruneCurve) else None

    def _offer_lines(self, trace: Trace, subject: Subject) -> None:
        """Those of the curve; while there is none, those of the one before, if that was of the same kind."""
        kind = type(subject.curve(self.order))
        if self._curve is not None:
            self._names = tuple(self._curve.lines)
        elif kind is not self._kind:
            self._names = ()
        self._kind = kind
        if self._names and self._name not in self._names:
            self._name = self._names[0]
        self._titles = {name: line_title(name, trace.tokens, len(trace.masked)) for name in self._names}
        self.pane.measure.set_names([line_name(name) for name in self._names])
        self.pane.measure.setEnabled(len(self._names) > 1)
        if self._name in self._names:
            self.pane.measure.setCurrentIndex(self._names.index(self._name))

    def _say_over(self, trace: Trace, subject: Subject) -> None:
        changes, model = trace.scene.interventions, self.session.model
        query = subject.curve(self.order)
        if isinstance(query, TextPruning):
            others = replace(changes, heads_off=frozenset())
            masked = len(trace.masked) if trace.logits is not None else 0
            words = text_over_words(
                masked, changes.head_off, changed=bool(others) or bool(trace.scene.replaced)
            )
        elif self.sources.source is None:
            words = one_over_words(model, changes.head_off)
        else:
            texts = 0 if self._curve is None else self._curve.texts
            words = set_over_words(texts, model, changes.head_off) if texts else ""
        self.pane.said.set_text(words)
        self.pane.said.setToolTip(words)

    # Where the slider stands -------------------------------------------------------------------------------------

    @property
    def removed(self) -> int | None:
        """How many heads of the order are off, if these are its first ones and no other; else None."""
        off = self._off()
        return len(off) if off == set(self.order[: len(off)]) else None

    def _off(self) -> set[tuple[int, int]]:
        return set(self.session.scene.interventions.heads_off) & set(self.order)

    def _place(self) -> None:
        """Put the slider where the scene says, and draw."""
        if not self.order:
            return
        off = self._off()
        first = next((n for n, head in enumerate(self.order) if head not in off), len(self.order))
        self.pane.slider.set_value(first)
        self._draw()

    def _draw(self) -> None:
        usable = bool(self.order)
        plot = PrunePlot(
            self._title(),
            self._name in SHARES,
            max(1, len(self.order)),
            self._line(self._curve, tr("least important first")),
            self._line(self._beside, self._other_name()),
            self.removed if usable else None,
        )
        self.pane.chart.set_plot(plot, usable=usable)
        self._say()

    def _title(self) -> str:
        return self._titles.get(self._name, "")

    def _other_name(self) -> str:
        return self.pane.compare.currentText().lower()

    def _line(self, curve: PruneCurve | None, name: str) -> PruneLine | None:
        if curve is None or self._name not in curve.lines:
            return None
        return PruneLine(name, curve.counts, curve.lines[self._name])

    @Slot(object)
    def _say(self, _: object = None) -> None:
        """The values where the pointer is, or else where the slider stands."""
        plot, words = self.pane.chart.plot, self.pane.slider.words
        at = plot.pointed if plot.pointed is not None else plot.removed
        if at is None:
            off = self._off()
            words.set_text(not_first_words(off))
            words.setToolTip(not_first_words(off) + "\n" + heads_listed(sorted(off)))
            return
        figures = []
        if plot.line is not None:
            value, exact = plot.line.at(at)
            figures.append(value_words(self._name, value, plot.line.at(0)[0], exact=exact))
        if plot.other is not None:
            value, exact = plot.other.at(at)
            if other := value_words(self._name, value, np.nan, exact=exact):
                figures.append(f"{plot.other.name} {other.removeprefix(short_title(self._name)).strip()}")
        where = ""
        if plot.pointed is not None:
            where = tr("{n} removed", n=at)
            if at:
                where = tr("{n} removed, last {head}", n=at, head=head_name(*self.order[at - 1]))
        words.set_text(where, " · ".join(figure for figure in figures if figure))
        words.setToolTip(tr("Off: {heads}", heads=heads_listed(self.order[:at])) if at else "")

    # As numbers --------------------------------------------------------------------------------------------------

    @property
    def has_curve(self) -> bool:
        """Whether there is anything to copy."""
        return self._curve is not None and self.pane.has_chart

    def rows(self) -> Table:
        """Every point of both curves."""
        main, other = self._curve, self._beside
        if main is None:
            return [], ()
        titles = [self._titles[name] for name in self._names]
        header = [tr("heads removed"), tr("removed last"), *titles]
        if other is not None:
            header += [f"{title}, {self._other_name()}" for title in titles]

        def cells() -> list[list[object]]:
            rows: list[list[object]] = []
            for point, count in enumerate(main.counts):
                values = [
                    curve.lines[name][point] if name in curve.lines else np.nan
                    for curve in (main, other)
                    if curve is not None
                    for name in self._names
                ]
                last = head_name(*self.order[count - 1]) if count else ""
                rows.append([count, last, *("" if value != value else float(value) for value in values)])
            return rows

        return header, cells()

    def said(self) -> dict[str, str]:
        """What a picture carries."""
        mode: Interventions = self.session.scene.interventions
        order = (
            tr("importance ℓ2-normalised in each layer")
            if self.pane.order.currentIndex() == 0
            else tr("importance")
        )
        return {
            "Layer": "all",
            "Head": "all",
            "Formula": f"{self._title()}; heads removed by {order}, least first; {mode.head_off}",
            "Measured over": self.pane.said.text,
            "Order": " ".join(head_name(*head) for head in self.order),
        }
