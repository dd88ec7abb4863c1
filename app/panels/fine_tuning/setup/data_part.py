"""Which examples: a data set that comes with the program, or files of one's own."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDoubleSpinBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.file_questions.data import DataSet
from app.panels.fine_tuning.metric_names import task_title
from app.panels.fine_tuning.setup.making import Unwheeled, line, say
from app.theme import font
from app.translation import tr
from app.views.elided_label import ElidedLabel

_OWN = -2
_SPIN, _HEIGHT = 68, 26  # pixels


def set_title(data_set: DataSet) -> str:
    """A built-in set's name in words."""
    titles = {
        "sentiment": tr("Sentiment of sentences"),
        "pairs": tr("Paraphrase or not"),
        "similarity": tr("Similarity of two sentences"),
        "tagging": tr("Names and dates"),
        "questions": tr("Questions about short texts"),
        "choice": tr("The right ending"),
    }
    return titles.get(data_set.name, data_set.title)


class DataPart(QWidget):
    """changed() is emitted when other files, or another share for the dev set, are chosen.

    extra_changed(tuple[str, ...])  files to train on besides: to be told to the session, which tells all
    """

    changed = Signal()
    extra_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sets: tuple[DataSet, ...] = ()
        self._own = self._own_dev = ""
        self._extra: tuple[str, ...] = ()
        self._extra_boxes: list[QWidget] = []
        self._calm = Unwheeled(self)
        self.group, self.dev_group = QButtonGroup(self), QButtonGroup(self)
        self.own = QRadioButton(tr("A file of your own"))
        self.own.setToolTip(tr("CSV, TSV, JSON Lines, Parquet, CoNLL columns, SQuAD JSON, SWAG CSV"))
        self.group.addButton(self.own, _OWN)
        self.own_name = ElidedLabel()
        self.own_name.setFont(font("small"))
        self.own_name.setProperty("kind", "secondary")
        self.choose = QPushButton(tr("Choose…"))
        self.choose.setAccessibleName(tr("Choose a training file"))
        self.choose.setToolTip(tr("Or drop the file anywhere on this page"))
        self.cut = QRadioButton(tr("Cut off"))
        self.cut.setToolTip(
            tr(
                "A part of the examples is set apart to measure on: by seed and label, equal texts in one part"
            )
        )
        self.share = QDoubleSpinBox()
        self.share.setDecimals(0)
        self.share.setRange(1, 90)
        self.share.setSuffix(tr(" %"))
        self.share.setValue(10)
        self.share.setAccessibleName(tr("Share for the dev set"))
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setAccessibleName(tr("Seed of the cut"))
        self.seed.setToolTip(tr("The same seed cuts the same examples off"))
        self.dev_file = QRadioButton(tr("A file"))
        self.dev_name = ElidedLabel()
        self.dev_name.setFont(font("small"))
        self.dev_name.setProperty("kind", "secondary")
        self.choose_dev = QPushButton(tr("Choose…"))
        self.choose_dev.setAccessibleName(tr("Choose a dev file"))
        self.add_extra = QPushButton(tr("Add examples to train on besides…"))
        self.add_extra.setProperty("kind", "link")
        self.add_extra.setToolTip(
            tr(
                "A file of the same task, such as one that was labelled on the page Label; the dev set stays as it is"
            )
        )
        self._build()
        self.group.idToggled.connect(self._toggled)
        self.dev_group.idToggled.connect(self._toggled)
        self.choose.clicked.connect(self.ask_file)
        self.choose_dev.clicked.connect(self.ask_dev)
        self.add_extra.clicked.connect(self.ask_extra)
        self.share.valueChanged.connect(self._changed)
        self.seed.valueChanged.connect(self._changed)
        self.cut.setChecked(True)
        self._show()

    def _build(self) -> None:
        for spin in (self.share, self.seed):
            self._calm.calm(spin)
            spin.setFixedSize(_SPIN, _HEIGHT)
        self.dev_group.addButton(self.cut, 0)
        self.dev_group.addButton(self.dev_file, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(0, 1)
        column.addLayout(self._grid)
        own_row = QHBoxLayout()
        own_row.setSpacing(8)
        own_row.addWidget(self.own)
        own_row.addWidget(self.own_name, 1)
        own_row.addWidget(self.choose)
        column.addLayout(own_row)
        self.dev_box = QWidget()
        dev = QVBoxLayout(self.dev_box)
        dev.setContentsMargins(22, 4, 0, 4)
        dev.setSpacing(4)
        title = QLabel(tr("To measure on (dev set)"))
        title.setFont(font("small"))
        title.setProperty("kind", "secondary")
        dev.addWidget(title)
        seed_label = QLabel(tr("with seed"))
        seed_label.setBuddy(self.seed)
        for widgets, room in (
            ((self.cut, self.share, seed_label, self.seed), None),
            ((self.dev_file, self.dev_name, self.choose_dev), self.dev_name),
        ):
            row = QHBoxLayout()
            row.setSpacing(8)
            for widget in widgets:
                row.addWidget(widget, int(widget is room))
            if room is None:
                row.addStretch(1)
            dev.addLayout(row)
        column.addWidget(self.dev_box)
        self.extra_box = QWidget()
        self._extra_column = QVBoxLayout(self.extra_box)
        self._extra_column.setContentsMargins(0, 0, 0, 0)
        self._extra_column.setSpacing(2)
        column.addWidget(self.extra_box)
        column.addWidget(self.add_extra)
        self.note = line()
        column.addWidget(self.note)

    # What is chosen ----------------------------------------------------------------------------------------------

    @property
    def data_set(self) -> DataSet | None:
        """The built-in one that is chosen."""
        number = self.group.checkedId()
        return self._sets[number] if 0 <= number < len(self._sets) else None

    @property
    def train(self) -> str:
        """The training file; empty where none is chosen."""
        return self.data_set.train if self.data_set is not None else self._own if self.own.isChecked() else ""

    @property
    def dev(self) -> str | None:
        """The dev file; None where a part is cut off."""
        if self.data_set is not None:
            return self.data_set.dev
        return self._own_dev if self.dev_file.isChecked() and self._own_dev else None

    @property
    def dev_share(self) -> float:
        """What is cut off, of 1."""
        return round(self.share.value() / 100, 4)

    @property
    def split_seed(self) -> int:
        """By which it is cut off."""
        return self.seed.value()

    @property
    def extra(self) -> tuple[str, ...]:
        """Files to train on besides."""
        return self._extra

    @property
    def missing(self) -> str:
        """What is still to be chosen; empty where all is."""
        if not self.train:
            return tr("Choose a data set or a file.")
        if self.data_set is None and self.dev_file.isChecked() and not self._own_dev:
            return tr("Choose the dev file, or let a part be cut off.")
        return ""

    def set_sets(self, sets: tuple[DataSet, ...]) -> None:
        """Offer these; the first is chosen where nothing is yet."""
        if sets == self._sets:
            return
        self._sets = sets
        for number, data_set in enumerate(sets):
            button = QRadioButton(set_title(data_set))
            self.group.addButton(button, number)
            task = QLabel(task_title(data_set.task))
            task.setFont(font("small"))
            task.setProperty("kind", "secondary")
            self._grid.addWidget(button, number, 0)
            self._grid.addWidget(task, number, 1, Qt.AlignmentFlag.AlignRight)
        if self.group.checkedId() == -1 and sets:
            self.group.button(0).setChecked(True)

    def choose_set(self, name: str) -> bool:
        """Choose a built-in set. False where there is none of that name."""
        for number, data_set in enumerate(self._sets):
            if data_set.name == name:
                self.group.button(number).setChecked(True)
                return True
        return False

    def choose_file(self, path: str, dev: str | None = None) -> None:
        """Train on this file."""
        known = next((each for each in self._sets if Path(each.train) == Path(path)), None)
        if known is not None and dev is not None and Path(known.dev) == Path(dev):
            self.choose_set(known.name)
            return
        self._own = str(Path(path).absolute())
        self._own_dev = "" if dev is None else str(Path(dev).absolute())
        for group in (self.group, self.dev_group):
            group.blockSignals(True)
        self.own.setChecked(True)
        (self.dev_file if dev is not None else self.cut).setChecked(True)
        for group in (self.group, self.dev_group):
            group.blockSignals(False)
        self._changed()

    def choose_dev_file(self, path: str) -> None:
        """Measure on this file."""
        self._own_dev = str(Path(path).absolute())
        self.dev_group.blockSignals(True)
        self.dev_file.setChecked(True)
        self.dev_group.blockSignals(False)
        self._changed()

    def set_cut(self, share: float, seed: int) -> None:
        """Cut off such a part."""
        self.share.setValue(100 * share)
        self.seed.setValue(seed)

    def set_extra(self, files: tuple[str, ...]) -> None:
        """Train on these besides."""
        if files == self._extra:
            return
        self._extra = files
        for box in self._extra_boxes:
            self._extra_column.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._extra_boxes = [self._extra_row(path) for path in files]
        for box in self._extra_boxes:
            self._extra_column.addWidget(box)
        self._changed()

    def _extra_row(self, path: str) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        name = ElidedLabel(tr("and {name}", name=Path(path).name))
        name.setToolTip(path)
        name.setFont(font("small"))
        away = QToolButton()
        away.setText("×")
        away.setProperty("kind", "bare")
        away.setAccessibleName(tr("Do not train on {name}", name=Path(path).name))
        away.setToolTip(away.accessibleName())
        away.setProperty("path", path)
        away.clicked.connect(self._extra_removed)
        row.addWidget(name, 1)
        row.addWidget(away)
        return box

    # Asking ------------------------------------------------------------------------------------------------------

    @Slot()
    def ask_file(self) -> None:
        """Ask for a training file."""
        if path := self._ask(tr("Examples to train on"), self._own):
            self.choose_file(path)

    @Slot()
    def ask_dev(self) -> None:
        """Ask for a dev file."""
        if path := self._ask(tr("Examples to measure on"), self._own_dev or self._own):
            self.choose_dev_file(path)

    @Slot()
    def ask_extra(self) -> None:
        """Ask for one more file to train on."""
        if path := self._ask(tr("More examples to train on"), self._own):
            self.extra_changed.emit(tuple(dict.fromkeys((*self._extra, path))))

    def _ask(self, title: str, near: str) -> str:
        kinds = ";;".join(
            (
                tr(
                    "Data (*.csv *.tsv *.tab *.txt *.jsonl *.json *.ndjson *.parquet *.conll *.bio *.iob *.conllu)"
                ),
                tr("All files (*)"),
            )
        )
        path, _ = QFileDialog.getOpenFileName(self, title, str(Path(near).parent) if near else "", kinds)
        return path

    @Slot()
    def _extra_removed(self) -> None:
        button = self.sender()
        if button is not None:
            path = button.property("path")
            self.extra_changed.emit(tuple(other for other in self._extra if other != path))

    @Slot(int, bool)
    def _toggled(self, number: int, checked: bool) -> None:
        if checked:
            if self.sender() is self.group and number == _OWN and not self._own:
                self._show()
                self.ask_file()
            self._changed()

    @Slot()
    def _changed(self, _: object = None) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        own = self.own.isChecked()
        self.own_name.setText(Path(self._own).name if self._own else tr("or drop one"))
        self.own_name.setToolTip(self._own)
        self.dev_box.setVisible(own)
        self.dev_name.setText(Path(self._own_dev).name if self._own_dev else "")
        self.dev_name.setToolTip(self._own_dev)
        cut = self.cut.isChecked()
        self.share.setEnabled(cut)
        self.seed.setEnabled(cut)
        self.choose_dev.setEnabled(not cut)
        self.extra_box.setVisible(bool(self._extra))
        say(
            self.note,
            tr("Written for this program. It has a dev set of its own, which is measured on.")
            if not own
            else "",
        )
