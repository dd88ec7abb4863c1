"""Which texts features are taken of: the built-in ones, or the lines of a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from app.built_in_text import built_in_text
from app.translation import tr
from app.values import shortened
from bert_core.queries_measures import TextFile

_LETTERS = 60  # of a file's path


class TextsChooser(QComboBox):
    """Files that were chosen stay in the list. `chosen` is emitted when a person chooses."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files = [str(built_in_text())]
        self._index = 0
        self.setAccessibleName(tr("Texts"))
        self.setToolTip(tr("Take features of the built-in text, or of each line of a text file"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.activated.connect(self._activated)
        self._fill()

    @property
    def path(self) -> Path:
        """Of the file."""
        return Path(self._files[self._index])

    @property
    def is_built_in(self) -> bool:
        """Whether it is the text that comes with the program."""
        return self._index == 0

    def source(self) -> TextFile:
        """The file as it is now; one that cannot be looked at is refused when it is read."""
        return TextFile.at(str(self.path))

    def choose_file(self, path: str) -> None:
        """Choose this file."""
        path = str(Path(path).absolute())
        built_in, *others = self._files
        self._files = [built_in, path, *(other for other in others if other != path)]
        self._index = 1
        self._fill()
        self.chosen.emit()

    @Slot()
    def ask_file(self) -> None:
        """Ask for a file."""
        folder = str(Path(self._files[1]).parent) if len(self._files) > 1 else ""
        kinds = ";;".join((tr("Text files (*.txt *.tsv)"), tr("All files (*)")))
        path, _ = QFileDialog.getOpenFileName(self, tr("Texts, one on each line"), folder, kinds)
        if path:
            self.choose_file(path)

    def _fill(self) -> None:
        self.clear()
        names = [shortened(path, _LETTERS) for path in self._files[1:]]
        self.addItems([tr("Built-in text: short scenes"), *names, tr("A text file…")])
        for place, path in enumerate(self._files[1:], 1):
            self.setItemData(place, path, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(self._index)

    @Slot(int)
    def _activated(self, index: int) -> None:
        if index >= len(self._files):
            self.setCurrentIndex(self._index)  # until a file has been chosen
            self.ask_file()
        else:
            self._index = index
            self.chosen.emit()
