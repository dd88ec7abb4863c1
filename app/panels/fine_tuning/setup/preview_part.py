"""What was read of the files: how, the first rows, what is wrong with them, how balanced and how long they are."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.file_questions.data import DataReport, FileReport
from app.panels.fine_tuning.metric_names import task_title
from app.panels.fine_tuning.setup.making import Unwheeled, heading, line, say
from app.panels.fine_tuning.setup.roles import for_format, for_task, format_title, role_title, with_role
from app.panels.fine_tuning.setup.table import PreviewTable
from app.theme import font
from app.translation import tr
from app.views.bars import BarRow, Bars
from app.views.length_bars import LengthBars
from bert_core.finetuning.data_values import FORMATS, Layout
from bert_core.finetuning.description_values import Description
from bert_core.finetuning.task_info import TASKS, TaskName

_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "gb18030", "shift_jis", "koi8-r", "big5")
_MOST_BARS = 12
_PROBLEM_LINES = 4
_DELIMITERS = (",", "\t", ";", "|", " ", "")


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
        self._calm = Unwheeled(self)
        self.state = line()
        self.content = QWidget()
        self.task = self._combo(tr("Task"), [task_title(task) for task in TASKS])
        self.format = self._combo(tr("Format"), [format_title(name) for name in FORMATS])
        self.encoding = self._combo(tr("Encoding"), [])
        self.delimiter = self._combo(
            tr("Between columns"),
            [tr("Comma"), tr("Tab"), tr("Semicolon"), tr("Bar"), tr("Blank"), tr("Any white space")],
        )
        self.header = QCheckBox(tr("Names in first row"))
        self.header.setToolTip(tr("The first row holds the names of the columns"))
        self.quoting = QCheckBox(tr("Values in quotes"))
        self.quoting.setToolTip(
            tr("A value may stand in double quotes, then with delimiters and line breaks in it")
        )
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
        self.task.activated.connect(self._task_chosen)
        self.format.activated.connect(self._format_chosen)
        self.encoding.activated.connect(self._reading_changed)
        self.delimiter.activated.connect(self._reading_changed)
        self.header.clicked.connect(self._reading_changed)
        self.quoting.clicked.connect(self._reading_changed)
        self.skip.toggled.connect(self._skip_toggled)
        self.show_report(None, tr("Choose a data set or a file."))

    def _combo(self, name: str, titles: list[str]) -> QComboBox:
        made = QComboBox()
        made.addItems(titles)
        made.setAccessibleName(name)
        made.setToolTip(tr("Guessed from the file; choose another where that is wrong"))
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(6)
        self._calm.calm(made)
        return made

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for number, field in enumerate((self.task, self.format, self.encoding, self.delimiter)):
            label = QLabel(field.accessibleName())
            label.setBuddy(field)
            label.setFont(font("small"))
            label.setProperty("kind", "secondary")
            row, column = divmod(number, 2)
            grid.addWidget(label, 2 * row, column)
            grid.addWidget(field, 2 * row + 1, column)
        for number, tick in enumerate((self.header, self.quoting)):
            tick.setFont(font("small"))
            grid.addWidget(tick, 4, number)
        inner = QVBoxLayout(self.content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(6)
        inner.addLayout(grid)
        for widget in (
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
        if report.unsaid:
            return tr("Say above which column is “{role}”.", role=role_title(report.unsaid))
        for file in report.files:
            if file.task and file.task != report.layout.task:
                return tr(
                    "{name} looks like a file for another task: {task}.",
                    name=_name(file),
                    task=task_title(file.task),
                )
        if report.trouble:
            return report.trouble
        if report.layout.task in ("single-sentence", "sentence-pair") and len(report.labels) < 2:
            return tr("All examples have the same label: there is nothing to tell apart.")
        if report.malformed and not self.skipping:
            if report.malformed == 1:
                return tr("A row cannot be read. Mend it, or let it be left out.")
            return tr("{n} rows cannot be read. Mend them, or let them be left out.", n=report.malformed)
        return ""

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
        self._show_layout(report)
        self.table.show_report(report)
        self._show_counts(report)
        self._show_problems(report)
        self._show_balance(report)
        self._show_lengths()

    def set_limit(self, limit: int) -> None:
        """How many pieces of an example are read."""
        self._limit = limit
        self._show_lengths()

    def _show_layout(self, report: DataReport) -> None:
        layout = report.layout
        self.task.setCurrentIndex(TASKS.index(layout.task))
        self.format.setCurrentIndex(FORMATS.index(layout.format))
        names = list(dict.fromkeys((layout.encoding, *_ENCODINGS)))
        self.encoding.clear()
        self.encoding.addItems(names)
        if layout.delimiter in _DELIMITERS:
            self.delimiter.setCurrentIndex(_DELIMITERS.index(layout.delimiter))
        else:
            self.delimiter.setCurrentIndex(-1)
            self.delimiter.setPlaceholderText(layout.delimiter)
        self.header.setChecked(layout.header)
        self.quoting.setChecked(layout.quoting)
        table = layout.format in ("csv", "tsv", "swag")
        self.task.setEnabled(layout.format not in ("squad", "conll"))
        self.delimiter.setEnabled(table or layout.format == "conll")
        if not self.delimiter.isEnabled():
            self.delimiter.setCurrentIndex(-1)
            self.delimiter.setPlaceholderText("–")
        self.header.setEnabled(table)
        self.quoting.setEnabled(table)
        self.encoding.setEnabled(layout.format != "parquet")

    def _show_counts(self, report: DataReport) -> None:
        train, dev = report.counts
        words = ""
        if train:
            words = tr(
                "{train} examples to train on, {dev} to measure on.", train=f"{train:,}", dev=f"{dev:,}"
            )
        say(self.counts, words, "small")
        notes = []
        for file in report.files:
            if file.duplicates:
                notes.append(
                    tr("{name}: {n} repeated (they are kept).", n=f"{file.duplicates:,}", name=_name(file))
                )
            if file.contradictory:
                notes.append(
                    tr(
                        "{name}: {n} with the text of another row and a different label.",
                        n=f"{file.contradictory:,}",
                        name=_name(file),
                    )
                )
        if report.shared:
            notes.append(
                tr(
                    "{n} examples of the dev file are in the training file, too: their figures say less.",
                    n=f"{report.shared:,}",
                )
            )
        if train and 0 < dev < 30:
            notes.append(tr("With so few to measure on, figures jump from one evaluation to the next."))
        say(self.notes, " ".join(notes), "warning" if report.shared else "secondary")

    def _show_problems(self, report: DataReport) -> None:
        say(self.problem, "" if report.malformed else self.trouble, "error")
        problems = [problem for file in report.files for problem in file.problems]
        self.problems.setVisible(bool(problems))
        self.skip.setVisible(bool(report.malformed))
        if not problems:
            return
        total = sum(file.malformed + file.missing for file in report.files)
        lines = [str(problem) for problem in problems]
        if total > len(lines):
            lines.append(tr("… and {n} more", n=f"{total - len(lines):,}"))
        text = "\n".join(lines)
        if text != self.problems.toPlainText():
            self.problems.setPlainText(text)
        shown = min(_PROBLEM_LINES, len(lines))
        self.problems.setFixedHeight(round(shown * self.problems.fontMetrics().lineSpacing()) + 22)
        missing = total - report.malformed
        words = (
            tr("Leave out the row that cannot be read")
            if report.malformed == 1
            else tr("Leave out the {n} rows that cannot be read", n=f"{report.malformed:,}")
        )
        self.skip.setText(words)
        if missing:
            more = tr("Without a text or a label, so left out in any case: {n}.", n=f"{missing:,}")
            say(self.notes, f"{self.notes.text()} {more}".strip(), self.notes.property("kind"))

    def _show_balance(self, report: DataReport) -> None:
        description = report.description
        rows, title, note = _balance(description, report.layout.task)
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
        words = tr(
            "{mean} {unit} on average, the longest {longest}.",
            mean=f"{lengths.mean:.0f}",
            unit=tr("pieces") if pieces else tr("words"),
            longest=f"{lengths.longest:,}",
        )
        if not pieces:
            words += " " + tr("In pieces once the model is on this machine.")
        elif lengths.longest <= self._limit:
            words += " " + tr("None is cut off at {limit}.", limit=self._limit)
        else:
            exact = lengths.over.get(self._limit)
            share = self.lengths.share_beyond(self._limit) if exact is None else exact
            if self.report.layout.task == "question-answering":
                more = tr(
                    "At {limit}, {share} are read in overlapping windows.",
                    limit=self._limit,
                    share=_share(share),
                )
            else:
                more = tr("At {limit}, {share} lose their end.", limit=self._limit, share=_share(share))
            words += " " + more
        say(self.lengths_note, words)

    # Asking ------------------------------------------------------------------------------------------------------

    @Slot(object, object)
    def _role_chosen(self, column: str, role: str) -> None:
        if self.report is not None:
            self._want(with_role(self.report.layout, self.report.columns, column, role))

    @Slot(int)
    def _task_chosen(self, number: int) -> None:
        if self.report is not None:
            self._want(for_task(self.report.layout, TASKS[number]))

    @Slot(int)
    def _format_chosen(self, number: int) -> None:
        if self.report is not None and FORMATS[number] != self.report.layout.format:
            self._want(for_format(self.report.layout, FORMATS[number]), anew=True)

    @Slot()
    def _reading_changed(self, _: object = None) -> None:
        if self.report is None:
            return
        layout = self.report.layout
        number = self.delimiter.currentIndex()
        wanted = replace(
            layout,
            encoding=self.encoding.currentText(),
            delimiter=_DELIMITERS[number] if number >= 0 else layout.delimiter,
            header=self.header.isChecked(),
            quoting=self.quoting.isChecked(),
        )
        anew = (wanted.delimiter, wanted.header, wanted.encoding) != (
            layout.delimiter,
            layout.header,
            layout.encoding,
        )
        self._want(wanted, anew=anew and layout.format != "conll")

    def _want(self, layout: Layout, *, anew: bool = False) -> None:
        if self.report is not None and (layout != self.report.layout or anew):
            self.layout_wanted.emit(layout, anew)

    @Slot()
    def _skip_toggled(self, _: object = None) -> None:
        self.skip_changed.emit()


def _name(file: FileReport) -> str:
    return file.path.replace("\\", "/").rsplit("/", 1)[-1]


def _share(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


def _balance(description: Description | None, task: TaskName) -> tuple[list[BarRow], str, str]:
    """Bars for the classes, what is written above them, and a sentence below."""
    if description is None:
        return [], "", ""
    if task == "regression":
        return [], tr("Numbers"), ""
    pairs = description.entities if task == "tagging" else description.labels
    titles: dict[TaskName, str] = {
        "tagging": tr("Entities"),
        "question-answering": tr("Questions"),
        "multiple-choice": tr("The right ending"),
    }
    total = sum(count for _, count in pairs)
    if not total:
        return [], "", ""
    ranked = sorted(pairs, key=lambda pair: -pair[1]) if len(pairs) > _MOST_BARS else list(pairs)
    most = max(count for _, count in pairs)
    rows = [
        BarRow(_answer_title(label, task), count / total, extra=f"{count:,}")
        for label, count in ranked[:_MOST_BARS]
    ]
    note = ""
    if len(pairs) > _MOST_BARS:
        note = tr("{n} classes in all; these are the most frequent.", n=f"{len(pairs):,}")
    elif task in ("single-sentence", "sentence-pair"):
        note = tr(
            "One who always says the most frequent class is right in {share}.", share=_share(most / total)
        )
        if most > 10 * min(count for _, count in pairs):
            note += " " + tr("They are far out of balance: look at macro F1, or weigh rare classes more.")
    return rows, titles.get(task, tr("Classes")), note


def _answer_title(label: str, task: TaskName) -> str:
    if task != "question-answering":
        return label
    return {"answer": tr("with an answer"), "no answer": tr("without"), "unknown": tr("not known")}.get(
        label, label
    )
