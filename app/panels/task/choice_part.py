"""Endings of a beginning: which of them the model takes, with a list of others to be edited."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from app.panels.task.part import Part, Shown, scrolled
from app.session import Session
from app.translation import tr
from app.views.bars import BarRow, Bars, percent
from app.views.paragraph_edit import ParagraphEdit
from app.views.piece_text import isolated
from app.views.tables import Table
from app.views.worked_numbers import figure, places
from bert_core.queries_task import ChoiceAnswer

MOST = 19
"""So many other endings are read with every key."""

_BESIDE = 420  # pixels of width from which on the editor stands beside the bars
_SETTLES_AFTER = 250  # milliseconds without another letter
_QUOTED = 90  # characters of an ending


class ChoicePart(Part):
    """changed() follows when other endings are typed. A click on an ending puts it in the place of B."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.bars = Bars(clickable=True, name=tr("Endings"), long=True)
        self.bars.row_clicked.connect(self._clicked)
        self.editor = ParagraphEdit(
            tr("Other endings, one on each line"), tr("Other endings, one on each line")
        )
        self._answer: ChoiceAnswer | None = None
        self._before: ChoiceAnswer | None = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLES_AFTER)
        self._settle.timeout.connect(self.changed)
        self.editor.textChanged.connect(self._settle.start)
        label = QLabel(tr("Other endings"))
        label.setProperty("kind", "secondary")
        label.setBuddy(self.editor)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(label)
        column.addWidget(self.editor, 1)
        self.editor.setMinimumHeight(44)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self._layout.addWidget(scrolled(self.bars), 3)
        self._layout.addWidget(side, 2)

    @property
    def choices(self) -> tuple[str, ...]:
        """The other endings, each once."""
        lines = (line.strip() for line in self.editor.text.split("\n"))
        return tuple(dict.fromkeys(line for line in lines if line))[:MOST]

    def set_choices(self, endings: Sequence[str]) -> None:
        """Read these beside B."""
        self.editor.setPlainText("\n".join(" ".join(ending.split()) for ending in endings))
        self._settle.stop()
        self.changed.emit()

    def show_answer(self, shown: Shown) -> None:
        """Show these."""
        assert isinstance(shown.answer, ChoiceAnswer)
        self._answer = answer = shown.answer
        before = shown.before
        same = isinstance(before, ChoiceAnswer) and len(before.endings) == len(answer.endings)
        self._before = before if same and isinstance(before, ChoiceAnswer) else None
        self.bars.set_rows([self._row(answer, n) for n in range(len(answer.endings))])

    def _row(self, answer: ChoiceAnswer, n: int) -> BarRow:
        p, extra = float(answer.probabilities[n]), ""
        if self._before is not None:
            extra = places(100 * (p - float(self._before.probabilities[n])), 1, sign=True)
        own = tr("sentence B") if n == 0 else tr("click to read it as B")
        detail = tr("score {score} · {own}", score=figure(float(answer.scores[n]), 3), own=own)
        ending = " ".join(answer.endings[n].split())
        label = f"B  {ending}" if n == 0 else ending
        return BarRow(label, p, extra=extra, role="segment_b" if n == 0 else "accent", detail=detail)

    def sentence(self) -> str:
        """The chosen ending."""
        answer = self._answer
        if answer is None:
            return ""
        if len(answer.endings) == 1:
            score = figure(float(answer.scores[0]), 3)
            return tr("B has the score {score}; type other endings to compare it with.", score=score)
        ending = " ".join(answer.endings[answer.best].split())
        ending = ending if len(ending) <= _QUOTED else ending[: _QUOTED - 1] + "…"
        p = percent(float(answer.probabilities[answer.best]))
        return tr("“{ending}”, {p}", ending=isolated(ending), p=p)

    def table(self) -> Table:
        """A row an ending."""
        header = (tr("ending"), tr("probability"), tr("score"), tr("probability, reference"))
        answer, before = self._answer, self._before
        if answer is None:
            return header, []
        return header, [
            (
                ending,
                float(answer.probabilities[n]),
                float(answer.scores[n]),
                "" if before is None else float(before.probabilities[n]),
            )
            for n, ending in enumerate(answer.endings)
        ]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other where there is room for both."""
        super().resizeEvent(event)
        wide = event.size().width() >= _BESIDE
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._layout.direction() != way:
            self._layout.setDirection(way)

    @Slot(object)
    def _clicked(self, row: int) -> None:
        """The ending changes place with B."""
        answer = self._answer
        if answer is None or row == 0:
            return
        chosen, own = answer.endings[row], answer.endings[0]
        others = [ending for n, ending in enumerate(answer.endings) if n not in (0, row)]
        self.editor.setPlainText("\n".join([" ".join(own.split()), *others]))
        self._settle.stop()
        self.session.read_anew(self.session.scene.text_a, chosen)
        self.changed.emit()
