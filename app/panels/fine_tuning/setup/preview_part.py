"""What was read of the files: how, the first rows, what is wrong with them, how balanced and how long they are."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QVBoxLayout, QWidget

from app.file_questions.data import DataReport
from app.panels.fine_tuning.setup.layout_fields import LayoutFields
from app.panels.fine_tuning.setup.making import heading, line, say
from app.panels.fine_tuning.setup.report_words import (
    balance_of,
    count_words,
    length_words,
    note_words,
    problem_lines,
    trouble_words,
)
from app.panels.fine_tuning.setup.roles import with_role
from app.panels.fine_tuning.setup.table import PreviewTable
from app.theme import font
from app.translation import tr
from app.views.bars import Bars
from app.views.length_bars import LengthBars

_PROBLEM_LINES = 4


class PreviewPart(QWidget):
    """layout_wanted(Layout, bool): read the file so; guess the columns anew?

    skip_changed()  whether rows that cannot be read are to be left out
    """

    layout_wanted = Signal(object, object)
    skip_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.report: DataReport | None = None
        self._limit = 128
        self.state = line()
        self.content = QWidget()
        self.fields = LayoutFields()
        self.table = PreviewTable()
        self.counts = line("small")
        self.notes = line()
        self.problem = line("error")
        self.problems = QPlainTextEdit()
        self.problems.setReadOnly(True)
        self.problems.setProperty("kind", "bare")
        self.problems.setFont(font("mono-small"))
        self.problems.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.problems.setAccessibleName(tr("Rows that are left out"))
        self.skip = QCheckBox(tr("Leave out rows that cannot be read"))
        self.balance_title = heading("")
        self.balance = Bars(name=tr("Examples of each class"))
        self.balance_note = line()
        self.scores = LengthBars(tr("The numbers"))
        self.lengths_title = heading(tr("Lengths"))
        self.lengths = LengthBars(tr("Lengths of the examples"))
        self.lengths_note = line()
        self._build()
        self.table.role_chosen.connect(self._role_chosen)
        self.fields.wanted.connect(self.layout_wanted)
        self.skip.toggled.connect(self._skip_toggled)
        self.show_report(None, tr("Choose a data set or a file."))

    def _build(self) -> None:
        inner = QVBoxLayout(self.content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(6)
        for widget in (
            self.fields,
            *(self.table, self.counts, self.problem, self.notes, self.problems, self.skip),
            *(self.balance_title, self.balance, self.scores, self.balance_note),
            *(self.lengths_title, self.lengths, self.lengths_note),
        ):
            inner.addWidget(widget)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(6)
        outer.addWidget(self.state)
        outer.addWidget(self.content)

    # Showing -----------------------------------------------------------------------------------------------------

    @property
    def skipping(self) -> bool:
        """Are rows left out that cannot be read?"""
        return self.skip.isChecked()

    @property
    def trouble(self) -> str:
        """Why no run can be made of what was read; empty where one can."""
        report = self.report
        if report is None:
            return self.state.text()
        return trouble_words(report, skipping=self.skipping)

    def show_waiting(self, words: str) -> None:
        """Something is being read; what is shown stays, as far as there is something."""
        say(self.state, words)

    def show_report(self, report: DataReport | None, words: str = "", kind: str = "secondary") -> None:
        """Show what was read, or where nothing was, why."""
        self.report = report
        say(self.state, words, kind)
        self.content.setVisible(report is not None)
        if report is None:
            return
        self.fields.show_layout(report.layout)
        self.table.show_report(report)
        say(self.counts, count_words(report), "small")
        say(self.notes, note_words(report), "warning" if report.shared else "secondary")
        self._show_problems(report)
        self._show_balance(report)
        self._show_lengths()

    def set_limit(self, limit: int) -> None:
        """How many pieces of an example are read."""
        self._limit = limit
        self._show_lengths()

    def _show_problems(self, report: DataReport) -> None:
        say(self.problem, "" if report.malformed else self.trouble, "error")
        lines = problem_lines(report)
        self.problems.setVisible(bool(lines))
        self.skip.setVisible(bool(report.malformed))
        if not lines:
            return
        text = "\n".join(lines)
        if text != self.problems.toPlainText():
            self.problems.setPlainText(text)
        shown = min(_PROBLEM_LINES, len(lines))
        self.problems.setFixedHeight(round(shown * self.problems.fontMetrics().lineSpacing()) + 22)
        words = (
            tr("Leave out the row that cannot be read")
            if report.malformed == 1
            else tr("Leave out the {n} rows that cannot be read", n=f"{report.malformed:,}")
        )
        self.skip.setText(words)

    def _show_balance(self, report: DataReport) -> None:
        description = report.description
        rows, title, note = balance_of(description, report.layout.task)
        self.balance_title.setText(title)
        self.balance.set_rows(rows)
        scores = None if description is None else description.scores
        if scores is not None:
            self.scores.set_bars(scores.edges, scores.counts, "")
        self.balance_title.setVisible(bool(rows) or scores is not None)
        self.balance.setVisible(bool(rows))
        self.scores.setVisible(scores is not None)
        say(self.balance_note, note)

    def _show_lengths(self) -> None:
        description = None if self.report is None else self.report.description
        lengths = None if description is None else description.lengths
        for widget in (self.lengths_title, self.lengths):
            widget.setVisible(lengths is not None)
        if self.report is None or lengths is None:
            say(self.lengths_note, "")
            return
        pieces = lengths.unit == "pieces"
        self.lengths.set_bars(
            lengths.bars.edges, lengths.bars.counts, tr("pieces") if pieces else tr("words")
        )
        self.lengths.set_limit(self._limit if pieces else None)
        beyond = self.lengths.share_beyond(self._limit)
        say(self.lengths_note, length_words(lengths, self._limit, beyond, self.report.layout.task))

    # Asking ------------------------------------------------------------------------------------------------------

    @Slot(object, object)
    def _role_chosen(self, column: str, role: str) -> None:
        if self.report is not None:
            layout = with_role(self.report.layout, self.report.columns, column, role)
            if layout != self.report.layout:
                self.layout_wanted.emit(layout, False)

    @Slot()
    def _skip_toggled(self, _: object = None) -> None:
        self.skip_changed.emit()
