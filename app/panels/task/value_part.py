"""The number that a text, or a pair, is given."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from app.panels.task.part import Part, Shown
from app.session import Session
from app.translation import tr
from app.views.tables import Table
from app.views.value_scale import ValueScale, easy_reach
from app.views.worked_numbers import figure
from bert_core.queries_task import ValueAnswer


class ValuePart(Part):
    """On a scale that never shrinks while the same model is asked, so that the mark moves and not the scale."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.scale = ValueScale(tr("Number"))
        self._answer: ValueAnswer | None = None
        self._before: ValueAnswer | None = None
        self._reach: tuple[float, float] | None = None
        self._model = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.scale)
        column.addStretch(1)

    def show_answer(self, shown: Shown) -> None:
        """Show this number."""
        assert isinstance(shown.answer, ValueAnswer)
        self._answer = shown.answer
        self._before = shown.before if isinstance(shown.before, ValueAnswer) else None
        low, high = easy_reach(shown.answer.value)
        if self._model != shown.trace.scene.model_id or self._reach is None:
            self._model, self._reach = shown.trace.scene.model_id, (low, high)
        self._reach = min(low, self._reach[0]), max(high, self._reach[1])
        self.scale.set_values(
            shown.answer.value, None if self._before is None else self._before.value, self._reach
        )

    def sentence(self) -> str:
        """The number, and how far it is from the reference's."""
        if self._answer is None:
            return ""
        said = figure(self._answer.value, 3)
        if self._before is None:
            return said
        change = figure(self._answer.value - self._before.value, 2, sign=True)
        return tr("{value}, {change} from the reference", value=said, change=change)

    def table(self) -> Table:
        """One row."""
        header = (tr("number"), tr("number, reference"))
        if self._answer is None:
            return header, []
        return header, [(self._answer.value, "" if self._before is None else self._before.value)]
