"""The classes of a text, or of a pair, with their probabilities."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout

from app.panels.task.part import Part, Shown, scrolled
from app.session import Session
from app.translation import tr
from app.views.bars import BarRow, Bars, percent
from app.views.piece_text import isolated
from app.views.tables import Table
from app.views.worked_numbers import places
from bert_core.explanations import ClassTarget
from bert_core.queries_task import ClassAnswer

_IN_ORDER = 6
"""So many classes stand in the model's own order, and stay where they are; of more, the likeliest come first."""


class ClassPart(Part):
    """A click on a class asks why."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.bars = Bars(clickable=True, name=tr("Classes"))
        self.bars.row_clicked.connect(self._clicked)
        self._answer: ClassAnswer | None = None
        self._before: ClassAnswer | None = None
        self._order: list[int] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scrolled(self.bars), 1)

    def show_answer(self, shown: Shown) -> None:
        """Show these probabilities."""
        assert isinstance(shown.answer, ClassAnswer)
        answer, before = shown.answer, shown.before
        self._answer = answer
        same = isinstance(before, ClassAnswer) and before.labels == answer.labels
        self._before = before if same and isinstance(before, ClassAnswer) else None
        count = len(answer.labels)
        self._order = list(range(count))
        if count > _IN_ORDER:
            self._order = np.argsort(-answer.probabilities, kind="stable").tolist()
        self.bars.set_rows([self._row(answer, label) for label in self._order])

    def _row(self, answer: ClassAnswer, label: int) -> BarRow:
        p, extra = float(answer.probabilities[label]), ""
        detail = tr("click to see which pieces decided it")
        if self._before is not None:
            then = float(self._before.probabilities[label])
            extra = places(100 * (p - then), 1, sign=True)
            said = tr("{points} points from {then} of the reference", points=extra, then=percent(then))
            detail = f"{said} · {detail}"
        return BarRow(answer.labels[label], p, extra=extra, detail=detail)

    def sentence(self) -> str:
        """The best class."""
        if self._answer is None:
            return ""
        best = int(self._answer.probabilities.argmax())
        p = percent(float(self._answer.probabilities[best]))
        said = tr("{label}, {p}", label=isolated(self._answer.labels[best]), p=p)
        if self._before is not None:
            then = int(self._before.probabilities.argmax())
            if then != best:
                return tr(
                    "{said}; the reference: {label}", said=said, label=isolated(self._answer.labels[then])
                )
        return said

    def table(self) -> Table:
        """A row a class."""
        header = (tr("class"), tr("probability"), tr("probability, reference"))
        if self._answer is None:
            return header, []
        before = self._before
        return header, [
            (
                label,
                float(self._answer.probabilities[n]),
                "" if before is None else float(before.probabilities[n]),
            )
            for n, label in enumerate(self._answer.labels)
        ]

    @Slot(object)
    def _clicked(self, row: int) -> None:
        self.why_wanted.emit(ClassTarget(self._order[row]))
