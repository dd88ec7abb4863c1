"""What each piece did for a prediction, by four methods, and how these agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panels.saliency.agreement_side import AgreementSide
from app.panels.saliency.aimed_page import AimedPage
from app.panels.saliency.answers import BEFORE, NOW, MethodAnswers
from app.panels.saliency.asked import found_in, query_of
from app.panels.saliency.figures import SaliencyFigures
from app.panels.saliency.shown import Shown, shown
from app.panels.saliency.target import token_at
from app.panels.saliency.wishes import KINDS, Kind
from app.panels.saliency.words import (
    aside_of,
    idle_words,
    numbers_words,
    piece_words,
    short_of,
    tip_of,
    title_of,
    warning_words,
)
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.choice import Choice
from app.views.saliency_lanes import Lane, SaliencyLanes
from bert_core.explanations import Attribution, Baseline
from bert_core.queries import Answer, OfReference, Query
from bert_core.trace import Trace

_LATE = 250  # milliseconds after which what is known is shown without waiting for the rest
_BASELINES: tuple[Baseline, ...] = ("[MASK]", "[PAD]")


class SaliencyPage(AimedPage):
    """What is drawn stays until all methods have said what they say of the next text, or are late.

    followed(piece) is emitted when a person wants to see what else could stand there.
    """

    name = "saliency"
    followed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session, said=tr("What is explained, or pointed at"), job=tr("Saliency"))
        self._answers = MethodAnswers()
        self._shown: Shown | None = None
        self._drawn: Trace | None = None
        self._stopped = False
        self.lanes = SaliencyLanes(tr("What each piece did for the prediction, by four methods"))
        self.side = AgreementSide()
        self.warning = QLabel()
        self.baseline = Choice(
            tr("Baseline"), tr("What stands for nothing where integrated gradients set out"), letters=9
        )
        self.ranking = Choice(
            tr("Ranked by"),
            tr(
                "Rank pieces by how much they matter either way, or from what speaks for it to what speaks against it"
            ),
            letters=8,
        )
        self.colours = Choice(
            tr("Colour the input"), tr("Colour the pieces of the input panel by a method"), letters=9
        )
        self.figures = SaliencyFigures(self, self.lanes, self.side.ranks, lambda: (self._shown, self._aim))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LATE)
        self._timer.timeout.connect(self._show)
        self._told = QTimer(
            self
        )  # what is asked hangs on it: asked anew when the present round of answers is over
        self._told.setSingleShot(True)
        self._told.setInterval(0)
        self._told.timeout.connect(self._aim_told)
        self._build()
        self._connect()

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def shown(self) -> Shown | None:
        """What is drawn."""
        return self._shown

    @property
    def up_to_date(self) -> bool:
        """Whether what is drawn is of what is to be drawn, so that positions in it mean something elsewhere."""
        return self._drawn is not None and self._drawn is self.trace

    def refresh(self, trace: Trace) -> None:
        """Explain this one."""
        asked = self._take_aim(trace)
        if self._answers.begin((trace, self.against, asked, self._wishes.now.baseline)):
            self._stopped = False
            self._timer.start()
        self._stack.setCurrentIndex(0 if self._aim.target is None else 1)
        self.empty.set_text(self._aim.why_not)
        if self._aim.target is None:
            self._timer.stop()
            self._shown, self._drawn = None, None
            self.figures.refresh()
            self._show_progress()
        self._mark()

    def select(self, selection: Selection) -> None:
        """Another piece is pinned."""
        self._mark()

    def point(self, hover: Hover) -> None:
        """Mark it, and say its numbers."""
        self._mark()

    def wanted(self, trace: Trace) -> Mapping[str, Query]:
        """All methods, about now and the reference; what needs weights only of the model in force."""
        if self._aim.target is None:
            return {}
        wanted: dict[str, Query] = {}
        for about, prefix in ((trace, NOW), (self.against, BEFORE)):
            if about is None:
                continue
            target = self._asked.target
            if about is not trace and self._aim.open:
                continue  # the reference is asked about what is predicted now, as soon as that is known
            if about is not trace:
                target = self._aim.known
            for kind in self._kinds(about):
                query = query_of(kind, self._aim, self._wishes.now.baseline, target)
                if query is not None:
                    wanted[prefix + kind] = query if about is trace else OfReference(query, about.scene)
        return wanted

    def _kinds(self, trace: Trace) -> tuple[Kind, ...]:
        """The methods that can be asked for; those that take long only until they are stopped."""
        if trace.scene.model_id != self.session.scene.model_id:
            return ("rollout",)
        return ("gradient", "rollout") if self._stopped else KINDS

    def accept(self, name: str, answer: Answer, trace: Trace) -> None:
        """One of them, or a part of it; the first time all are drawn together."""
        self._answers.take(name, answer)
        found = found_in(answer)
        if name.startswith(NOW) and isinstance(found, Attribution) and self._aim.open:
            self._aim = self._aim.told(found.target, trace)
            self._told.start()
        if not self._timer.isActive() or self._answers.hold(self.wanted(trace)):
            self._show()
        else:
            self._show_progress()

    @Slot()
    def _aim_told(self) -> None:
        """The model has said what the aim left open."""
        trace = self.trace
        if trace is not None and self._told_of is trace:
            self.aimed.emit(trace, self._aim)
            self.ask()
            if not self._timer.isActive():
                self._show()

    @Slot()
    def _show(self) -> None:
        trace = self.trace
        if trace is None or self._aim.target is None:
            return
        self._timer.stop()
        self._drawn = trace
        before = None if self.against is None else self._answers.found(BEFORE)
        signed = self._wishes.now.signed
        self._shown = found = shown(len(trace.tokens), self._answers.found(NOW), before, signed=signed)
        self.lanes.set_lanes(
            [self._lane(kind, found, trace) for kind in KINDS], trace.tokens, self._aim.position
        )
        self.side.show_found(found, signed=signed)
        self._arrange()
        self._show_wishes()
        self._show_progress()
        self.warning.setText(warning_words(found))
        self.warning.setVisible(bool(self.warning.text()))
        self.figures.caption = "\n".join(
            part for part in (self._idle(found, trace), self.warning.text()) if part
        )
        self.figures.refresh()
        self._mark()

    def _lane(self, kind: Kind, found: Shown, trace: Trace) -> Lane:
        attribution = found.attribution(kind)
        return Lane(
            title_of(kind),
            found.values.get(kind),
            kind != "rollout" or found.difference,
            self._note(kind, trace),
            aside_of(kind, attribution, token_at(trace, self._aim)),
            attribution is not None and not attribution.complete,
            tip_of(kind, self._wishes.now.baseline),
        )

    def _note(self, kind: Kind, trace: Trace) -> str:
        """What is said where a method says nothing."""
        if failure := self._answers.failure(kind):
            return failure
        for about in (trace, self.against):
            if (
                about is not None
                and about.scene.model_id != self.session.scene.model_id
                and kind != "rollout"
            ):
                return tr("Not known: this needs the weights of the model that the reference is of.")
        return tr("Stopped.") if self._stopped else tr("Working it out…")

    # What is said ------------------------------------------------------------------------------------------------

    def _mark(self) -> None:
        """The pinned piece, and what is pointed at."""
        found, trace = self._shown, self._drawn
        if found is None or trace is None or not self.up_to_date:
            return
        hover, pinned = self.session.hover, self.selection.query
        over = hover.query if hover.query is not None else hover.key
        size = len(trace.tokens)
        over = over if over is not None and over < size else None
        self.lanes.set_marks(pinned, over)
        piece = over if over is not None else pinned
        if piece is not None and piece < size:
            self.read_out.set_text(piece_words(trace.tokens, piece), numbers_words(found, piece))
        else:
            self.read_out.set_text(self._idle(found, trace))
        said = f"{self.read_out.text} {self.read_out.figure}".strip()
        self.read_out.setToolTip(f"<p>{said}</p>")

    def _idle(self, found: Shown, trace: Trace) -> str:
        return idle_words(self._aim, found, self._wishes.now.baseline, trace.scene.interventions)

    def _read(self, piece: int) -> str:
        found, trace = self._shown, self._drawn
        if found is None or trace is None:
            return ""
        lines = [piece_words(trace.tokens, piece), *numbers_words(found, piece).split("   ")]
        return "\n".join(lines)

    def _show_progress(self) -> None:
        """How far what takes long has come; in the place of the read-out, so that nothing moves."""
        progress = self._answers.progress()
        if self._stopped:
            self.job.show_end(tr("Stopped. What was known by then is shown."))
        elif progress is not None:
            self.job.show_progress(*progress)
        else:
            self.job.clear()
        self._foot.setCurrentIndex(0 if progress is None and not self._stopped else 1)

    # What a person does ------------------------------------------------------------------------------------------

    @Slot()
    def stop(self) -> None:
        """Work it out no further for this prediction."""
        self._stopped = True
        self.ask()
        self._show()

    @Slot()
    def go_on(self) -> None:
        """Work it out after all."""
        self._stopped = False
        self._answers.drop_parts()
        self.ask()
        self._show()

    @Slot(object)
    def _hovered(self, piece: int | None) -> None:
        if self.up_to_date:
            self.session.set_hover(Hover(query=piece))

    @Slot(object)
    def _clicked(self, piece: int) -> None:
        if self.up_to_date:
            selection = self.session.selection
            if (selection.query, selection.key) == (piece, None):
                self.session.unpin()
            else:
                self.session.pin(query=piece)

    @Slot(object)
    def _followed(self, piece: int) -> None:
        if self.up_to_date:
            self.session.pin(query=piece)
            self.followed.emit(piece)

    @Slot(object)
    def _baseline_chosen(self, index: int) -> None:
        self._wishes.set(replace(self._wishes.now, baseline=_BASELINES[index]))

    @Slot(object)
    def _ranking_chosen(self, index: int) -> None:
        self._wishes.set(replace(self._wishes.now, signed=index == 1))

    @Slot(object)
    def _colours_chosen(self, index: int) -> None:
        self._wishes.set(replace(self._wishes.now, colours=None if index == 0 else KINDS[index - 1]))

    @Slot()
    def _wishes_changed(self) -> None:
        self._show_wishes()
        super()._wishes_changed()
        if self.isVisible() and not self._timer.isActive():
            self._show()

    def _show_wishes(self) -> None:
        now = self._wishes.now
        self.baseline.setCurrentIndex(_BASELINES.index(now.baseline))
        self.ranking.setCurrentIndex(int(now.signed))
        self.colours.setCurrentIndex(0 if now.colours is None else KINDS.index(now.colours) + 1)

    # Layout ------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The correlations stand beside the lanes where there is room for both."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self.side.fit(self.width(), self.height())

    def _build(self) -> None:
        self.baseline.set_names([tr("from {piece}", piece=piece) for piece in _BASELINES])
        self.ranking.set_names([tr("rank by size"), tr("rank by score")])
        self.colours.set_names(
            [tr("input plain"), *(tr("input: {method}", method=short_of(kind)) for kind in KINDS)]
        )
        self._build_bar((self.baseline, self.ranking, self.colours), self.figures.all)
        self.warning.setProperty("kind", "warning")
        self.warning.setWordWrap(True)
        self.warning.hide()
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.lanes, 1)
        column.addWidget(self.warning)
        column.addWidget(self._build_foot())
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(column, 1)
        row.addWidget(self.side)
        self._build_stack(content)
        self._show_wishes()

    def _connect(self) -> None:
        self.lanes.set_read(self._read)
        self.lanes.hovered.connect(self._hovered)
        self.lanes.clicked.connect(self._clicked)
        self.lanes.followed.connect(self._followed)
        self.baseline.chosen.connect(self._baseline_chosen)
        self.ranking.chosen.connect(self._ranking_chosen)
        self.colours.chosen.connect(self._colours_chosen)
