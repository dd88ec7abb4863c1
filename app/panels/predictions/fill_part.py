"""Several masks filled, one after another or all together: what, in which order, and put in by one click."""

from __future__ import annotations

from math import exp

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.session import Session
from app.translation import tr
from app.views.bars import PAD, BarRow, Bars, percent
from app.views.choice import Choice
from app.views.piece_text import isolated
from app.views.tables import Table
from bert_core.explanations import FillOrder, MaskFilling
from bert_core.queries import Answer
from bert_core.queries_predictions import FillMasks
from bert_core.trace import Trace

ORDERS: tuple[FillOrder, ...] = ("certain", "left-to-right", "together")
MOST_ROWS = 20
"""So many masks are listed; all of them are filled."""


class FillPart(QWidget):
    """Folded, it is one line; it asks only while it is unfolded and seen.

    folded()  it was folded or unfolded
    """

    folded = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._open = False
        self._query: FillMasks | None = None
        self._filling: MaskFilling | None = None
        self.opener = QPushButton()
        self.opener.setProperty("kind", "link")
        self.opener.clicked.connect(self.toggle)
        self.order = Choice(tr("Order of filling"), tr("In which order the masks are filled"))
        self.order.set_names([tr("Most certain first"), tr("Left to right"), tr("All together")])
        self.order.chosen.connect(self._order_chosen)
        self.put_in = QPushButton(tr("Put in"))
        self.put_in.setToolTip(tr("Put these pieces in, as one step to undo"))
        self.put_in.clicked.connect(self.put_all_in)
        self.bars = Bars(mono=True, name=tr("Masks in the order of filling"))
        self.note = QLabel()
        self.note.setProperty("kind", "secondary")
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setContentsMargins(PAD, 0, PAD, 0)
        self._inner = QWidget()
        row = QHBoxLayout()
        row.setContentsMargins(PAD, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.order, 1)
        row.addWidget(self.put_in)
        inner = QVBoxLayout(self._inner)
        inner.setContentsMargins(0, 0, 0, 8)
        inner.setSpacing(4)
        inner.addLayout(row)
        inner.addWidget(self.bars)
        inner.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 2)
        column.setSpacing(2)
        heading = QHBoxLayout()
        heading.setContentsMargins(PAD, 0, 0, 0)
        heading.addWidget(self.opener)
        heading.addStretch(1)
        column.addLayout(heading)
        column.addWidget(self._inner)
        session.answer_changed.connect(self._answered)
        self._inner.hide()
        self.hide()

    @property
    def filling(self) -> MaskFilling | None:
        """What is shown."""
        return self._filling

    @property
    def unfolded(self) -> bool:
        """Whether it shows more than one line."""
        return self._open

    def look_at(self, trace: Trace | None, masks: int) -> None:
        """Of a trace with so many masked pieces; one alone is filled by a click on its candidate."""
        shown = masks > 1
        if not shown:
            self._filling = None
        self._say(masks)
        self.setVisible(shown)

    def ask(self, seen: bool) -> None:
        """Watch what is needed."""
        wanted = (
            FillMasks(ORDERS[self.order.currentIndex()])
            if seen and self._open and not self.isHidden()
            else None
        )
        if wanted != self._query:
            self._query = wanted
            answer = self.session.watch(self, wanted)
            if answer is not None:
                self._answered(answer)

    @Slot()
    def toggle(self) -> None:
        """Fold or unfold."""
        self._open = not self._open
        self._inner.setVisible(self._open)
        trace = self.session.trace
        self._say(0 if trace is None else len(trace.masked))
        self.ask(True)
        self.folded.emit()

    def unfold(self) -> None:
        """Show the part, unless it is shown."""
        if not self.unfolded:
            self.toggle()

    def set_order(self, order: FillOrder) -> None:
        """Fill in this order."""
        self.order.setCurrentIndex(ORDERS.index(order))
        self.ask(True)

    @Slot(object)
    def _order_chosen(self, _: int) -> None:
        self.ask(True)

    def _say(self, masks: int) -> None:
        sign = "▾" if self._open else "▸"
        self.opener.setText(tr("{sign} Fill all {n} masks", sign=sign, n=masks))
        self.opener.setToolTip(tr("Fill one after another, most certain first, or all together"))

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        now = self.session.trace
        if answer.query != self._query or now is None or answer.scene != now.scene:
            return
        self._filling = answer.value if isinstance(answer.value, MaskFilling) else None
        self.put_in.setEnabled(self._filling is not None)
        self._show(answer.failure)

    def _show(self, failure: str) -> None:
        filling = self._filling
        if filling is None:
            self.bars.set_rows([])
            self.note.setText(failure)
            return
        rows = []
        for number, one in enumerate(filling.filled[:MOST_ROWS], 1):
            alone = tr(
                "before any was filled, the best was {piece} {share}",
                piece=isolated(one.first_piece),
                share=percent(one.first_probability),
            )
            about = tr("{n}. piece {position}; {alone}", n=number, position=one.position, alone=alone)
            rows.append(
                BarRow(f"{number} {one.piece}", one.probability, extra=f"p{one.position}", detail=about)
            )
        self.bars.set_rows(rows)
        changed = sum(one.id != one.first_id for one in filling.filled)
        words = [tr("Product {p}.", p=_product(filling))]
        if changed:
            words.append(tr("{n} differ from the best before any was filled.", n=changed))
        if len(filling.filled) > MOST_ROWS:
            words.append(tr("{n} more are filled.", n=len(filling.filled) - MOST_ROWS))
        if filling.order == "together":
            words.append(tr("One reading: each as if the others stayed masks."))
        self.note.setText(" ".join(words))

    @Slot()
    def put_all_in(self) -> None:
        """All at once, one step to undo."""
        if self._filling is not None and self.session.up_to_date:
            self.session.set_scene(self._filling.scene)

    def table(self) -> Table:
        """The filling with all its numbers."""
        header = (
            tr("step"), tr("piece"), tr("filled with"), tr("id"), tr("probability"), tr("best before"),
            tr("its probability"), tr("order"),
        )  # fmt: skip
        filling = self._filling
        if filling is None:
            return header, ()
        return header, [
            (
                number, one.position, one.piece, one.id, one.probability, one.first_piece, one.first_probability,
                filling.order,
            )
            for number, one in enumerate(filling.filled, 1)
        ]  # fmt: skip


def _product(filling: MaskFilling) -> str:
    share = exp(filling.log_probability)
    return percent(share) if share >= 0.0005 else tr("e^{log:.1f}", log=filling.log_probability)
