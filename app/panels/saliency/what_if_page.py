"""What would become of a prediction: other words put in, pieces masked, words removed, A and B swapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.panels.saliency.aimed_page import AimedPage
from app.panels.saliency.explanation import WHAT_IF_FORMULA
from app.panels.saliency.what_if_words import columns_of, details_of, idle_words, name_of, table_of
from app.panels.saliency.wishes import COUNTS
from app.selection import Hover, Selection
from app.session import Session
from app.translation import tr
from app.views.change_table import ChangeTable
from app.views.choice import Choice
from app.views.drawing import Drawing, widget_drawing
from app.views.figure import figure
from app.views.piece_text import isolated
from app.views.tables import Table
from bert_core.explanations import CandidateTarget, TagTarget
from bert_core.queries import Answer, Query
from bert_core.queries_saliency import Changes, Outcome, WhatIf, WhatIfTable
from bert_core.trace import Trace

_CHANGES: tuple[Changes, ...] = ("candidates", "masks", "removals")


class WhatIfPage(AimedPage):
    """Words are put in for the pinned piece, else for the first word that the prediction is not about."""

    name = "what-if"

    def __init__(self, session: Session) -> None:
        super().__init__(session, said=tr("What is tried out"), job=tr("What if"))
        self._table: WhatIfTable | None = None
        self._drawn: Trace | None = None
        self._query: WhatIf | None = None  # what is drawn is of
        self._stopped: Query | None = None
        self._failure = ""
        self.table = ChangeTable(tr("What each change does to the prediction"))
        self.changes = Choice(tr("Changes"), tr("What is tried out"), letters=12)
        self.pieces = Choice(tr("Piece"), tr("The piece that other words are put in for"), letters=8)
        self.count = Choice(tr("Candidates"), tr("How many candidates are put in"), letters=4)
        self.figure = self.picture(
            self.table,
            tr("What if"),
            drawing=self._drawing,
            table=self._numbers,
            said=self._said,
            name=lambda: "what-if",
        )
        self._build()
        self._connect()

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def shown(self) -> WhatIfTable | None:
        """What is drawn, as far as it is known."""
        return self._table

    @property
    def position(self) -> int | None:
        """The piece that gives way to others; None where there is none that could."""
        trace, pinned = self.trace, self.selection.query
        if trace is None:
            return None
        own = self._aim.target.position if isinstance(self._aim.target, CandidateTarget) else None
        if pinned is not None and pinned != own and pinned < len(trace.tokens):
            return pinned
        words = (p for p, token in enumerate(trace.tokens) if not token.special and p != own)
        return next(words, None)

    @property
    def query(self) -> WhatIf | None:
        """What is to be asked; None where nothing can be."""
        now, trace, place = self._wishes.now, self.trace, self.position
        if trace is None or self._asked.target is None:
            return None
        if trace.scene.model_id != self.session.scene.model_id:
            return None
        if now.changes != "candidates":
            return WhatIf(self._asked.target, now.changes)
        if place is None or trace.logits is None:
            return None
        return WhatIf(self._asked.target, now.changes, place, now.count)

    def refresh(self, trace: Trace) -> None:
        """Offer what this trace has."""
        self._take_aim(trace)
        names = [f"{position} {isolated(token.text)}" for position, token in enumerate(trace.tokens)]
        self.pieces.set_names([tr("Piece: auto"), *names])
        self._stopped, self._failure = None, ""
        self._show_wishes()

    def select(self, selection: Selection) -> None:
        """Another piece is pinned."""
        self._failure = ""
        self._show_wishes()

    def wanted(self, trace: Trace) -> Mapping[str, Query]:
        """The table, unless it was stopped."""
        query = self.query
        return {} if query is None or query == self._stopped else {"table": query}

    def accept(self, name: str, answer: Answer, trace: Trace) -> None:
        """All of it, or the rows that are known by now."""
        value = answer.value if answer.progress is None else answer.progress.value
        self._failure = answer.failure
        if isinstance(value, WhatIfTable) and value.outcomes:
            self._table, self._drawn, self._query = value, trace, self.query
            if self._aim.open:
                self._aim = self._aim.told(value.before.target, trace)
                self.aimed.emit(trace, self._aim)
            changes = self._wishes.now.changes
            marked = frozenset(row for row, one in enumerate(value.outcomes) if _is_there(one, trace))
            self.table.set_columns(
                columns_of(value, self._aim, trace.tokens, changes),
                details_of(value, self._aim, trace.tokens, changes),
                marked,
            )
        progress = answer.progress
        if progress is not None and progress.total:
            words = tr("{done} of {total} changes", done=progress.done, total=progress.total)
            self.job.show_progress(words, progress.done / progress.total)
        else:
            self.job.clear()
        self._show_state()

    def _show_state(self) -> None:
        query = self.query
        why = self._aim.why_not or self._failure
        if not why and query is None:
            why = self._why_not()
        self.empty.set_text(why)
        self._stack.setCurrentIndex(0 if why else 1)
        running = not self.job.isHidden()
        self._foot.setCurrentIndex(1 if running else 0)
        self.figure.set_enabled(self._table is not None and not why)
        table, trace = self._table, self._drawn
        if table is not None and trace is not None and self._query == query and query is not None:
            piece = trace.tokens[query.position] if query.position < len(trace.tokens) else None
            words = idle_words(table, self._aim, piece, query.position, query.changes)
        else:
            words = tr("Working it out…")
        self.read_out.set_text(words)
        self.read_out.setToolTip(f"<p>{words}</p>")

    def _why_not(self) -> str:
        trace = self.trace
        if trace is not None and trace.scene.model_id != self.session.scene.model_id:
            return tr("Not known: this needs the weights of the model that the reference is of.")
        if trace is not None and trace.logits is None:
            return tr(
                "This model has no masked-word head to propose other words. Mask each piece, or remove words."
            )
        return tr("There is no other piece to put words in for. Type a longer text.")

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def take(self, row: int) -> None:
        """Make this change: one step to undo."""
        table, trace = self._table, self._drawn
        if table is None or trace is None or not 0 <= row < len(table.outcomes):
            return
        if trace is not self.session.trace or not self.session.up_to_date:
            self.session.notice_given.emit(tr("These changes are of another text than the one in the input"))
            return
        outcome = table.outcomes[row]
        if outcome.scene == self.session.scene:
            return
        now = self._wishes.now
        if isinstance(outcome.target, CandidateTarget) and now.position is not None:
            self._wishes.set(replace(now, position=outcome.target.position))
        elif isinstance(outcome.target, TagTarget) and now.tagged is not None:
            texts = outcome.scene.text_a, outcome.scene.second
            self._wishes.set(replace(now, tagged=outcome.target.position, chosen_in=texts))
        self.session.set_scene(outcome.scene)

    @Slot()
    def take_current(self) -> None:
        """Make the change of the current row."""
        if self.table.row is not None:
            self.take(self.table.row)

    @Slot(object)
    def _hovered(self, row: int | None) -> None:
        table = self._table
        at = None if row is None or table is None else table.outcomes[row].position
        self.session.set_hover(Hover(query=at) if self._drawn is self.trace else Hover())

    @Slot()
    def stop(self) -> None:
        """Work it out no further."""
        self._stopped = self.query
        self.ask()
        self.job.show_end(tr("Stopped. What was known by then is shown."))
        self._show_state()

    @Slot()
    def go_on(self) -> None:
        """Work it out after all."""
        self._stopped = None
        self.job.clear()
        self.ask()
        self._show_state()

    @Slot(object)
    def _changes_chosen(self, index: int) -> None:
        self._wishes.set(replace(self._wishes.now, changes=_CHANGES[index]))

    @Slot(object)
    def _count_chosen(self, index: int) -> None:
        self._wishes.set(replace(self._wishes.now, count=COUNTS[index]))

    @Slot(object)
    def _piece_chosen(self, index: int) -> None:
        if index:
            self.session.pin(query=index - 1)
        else:
            self.session.unpin()

    def _show_wishes(self) -> None:
        now, selection = self._wishes.now, self.selection
        candidates = now.changes == "candidates"
        self.changes.setCurrentIndex(_CHANGES.index(now.changes))
        self.count.setCurrentIndex(COUNTS.index(now.count))
        self.pieces.setCurrentIndex(0 if selection.query is None else selection.query + 1)
        self.pieces.setVisible(candidates)
        self.count.setVisible(candidates)
        if self.query != self._query or self._drawn is not self.trace:
            self.job.clear()
        self._show_state()

    # Pictures ----------------------------------------------------------------------------------------------------

    def _title(self) -> str:
        return tr("What if: {words}", words=self._aim.words)

    def _drawing(self) -> Drawing:
        return figure(widget_drawing(self.table), self._title(), caption=self.read_out.text)

    def _numbers(self) -> Table:
        table, trace = self._table, self._drawn
        if table is None or trace is None:
            return [], ()
        return table_of(table, trace.tokens, self._wishes.now.changes)

    def _said(self) -> Mapping[str, str]:
        return {
            "Title": self._title(),
            "Target": self._aim.words,
            "Changes": name_of(self._wishes.now.changes),
            "Formula": WHAT_IF_FORMULA,
        }

    # Layout ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.changes.set_names([name_of(changes) for changes in _CHANGES])
        self.count.set_names([tr("top {n}", n=n) for n in COUNTS])
        self._build_bar((self.changes, self.pieces, self.count), (self.figure,))
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.table, 1)
        column.addWidget(self._build_foot())
        self._build_stack(content)

    def _connect(self) -> None:
        self.table.taken.connect(self.take)
        self.table.hovered.connect(self._hovered)
        self.changes.chosen.connect(self._changes_chosen)
        self.pieces.chosen.connect(self._piece_chosen)
        self.count.chosen.connect(self._count_chosen)


def _is_there(outcome: Outcome, trace: Trace) -> bool:
    """Whether the text is that already."""
    if outcome.kind != "candidate" or outcome.position is None or outcome.position >= len(trace.tokens):
        return outcome.kind == "as it is"
    return trace.tokens[outcome.position].text == outcome.piece
