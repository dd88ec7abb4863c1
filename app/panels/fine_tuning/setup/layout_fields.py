"""How a file is read: its task, its format, its encoding, what stands between columns."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QWidget

from app.panels.fine_tuning.metric_names import task_title
from app.panels.fine_tuning.setup.making import Unwheeled
from app.panels.fine_tuning.setup.roles import for_format, for_task, format_title
from app.theme import font
from app.translation import tr
from bert_core.finetuning.data_values import FORMATS, Layout
from bert_core.finetuning.task_info import TASKS

_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "gb18030", "shift_jis", "koi8-r", "big5")
_DELIMITERS = (",", "\t", ";", "|", " ", "")


class LayoutFields(QWidget):
    """wanted(Layout, bool): read the file so; guess the columns anew?"""

    wanted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._layout: Layout | None = None
        self._calm = Unwheeled(self)
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
        self._build()
        self.task.activated.connect(self._task_chosen)
        self.format.activated.connect(self._format_chosen)
        self.encoding.activated.connect(self._reading_changed)
        self.delimiter.activated.connect(self._reading_changed)
        self.header.clicked.connect(self._reading_changed)
        self.quoting.clicked.connect(self._reading_changed)

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
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
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

    def show_layout(self, layout: Layout) -> None:
        """As it was read."""
        self._layout = layout
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

    @Slot(int)
    def _task_chosen(self, number: int) -> None:
        if self._layout is not None:
            self._want(for_task(self._layout, TASKS[number]))

    @Slot(int)
    def _format_chosen(self, number: int) -> None:
        if self._layout is not None and FORMATS[number] != self._layout.format:
            self._want(for_format(self._layout, FORMATS[number]), anew=True)

    @Slot()
    def _reading_changed(self, _: object = None) -> None:
        layout = self._layout
        if layout is None:
            return
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
        if layout != self._layout or anew:
            self.wanted.emit(layout, anew)
