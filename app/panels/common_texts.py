"""Which text is read: one of those that are always there, or a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog

from app.built_in_text import built_in_text
from app.translation import tr
from app.values import shortened
from bert_core.queries_measures import Source, TextFile, Texts

_LETTERS = 24  # of a file's name


class TextChooser(QComboBox):
    """Files that were chosen stay in the list. `chosen` is emitted when a person chooses.

    name    what is chosen
    about   what the tool tip says
    title   of the dialog that asks for a file
    always  the names of those that are always there
    """

    chosen = Signal(object)

    def __init__(self, name: str, about: str, title: str, always: Sequence[str]) -> None:
        super().__init__()
        self._title, self._always = title, tuple(always)
        self._files: list[str] = []
        self._index = 0
        self.setAccessibleName(name)
        self.setToolTip(about)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.activated.connect(self._activated)
        self._fill()

    @property
    def index(self) -> int:
        """Which stands chosen: that of a text that is always there, or else a file's."""
        return self._index

    @property
    def file(self) -> TextFile | None:
        """The file that is chosen, as it is now; None for a text that is always there."""
        place = self._index - len(self._always)
        return TextFile.at(self._files[place]) if place >= 0 else None

    def set_always(self, names: Sequence[str]) -> None:
        """Call those that are always there so from now on."""
        self._always = tuple(names)
        self._fill()

    def choose(self, index: int) -> None:
        """Choose what stands there."""
        self._index = index
        self.setCurrentIndex(index)
        self._tell()

    def choose_file(self, path: str) -> None:
        """Choose this file."""
        path = str(Path(path))
        self._files = [path, *(other for other in self._files if other != path)]
        self._index = len(self._always)
        self._fill()
        self._tell()

    @Slot()
    def ask_file(self) -> None:
        """Ask for a file."""
        folder = str(Path(self._files[0]).parent) if self._files else ""
        kinds = ";;".join((tr("Text files (*.txt *.tsv *.md)"), tr("All files (*)")))
        path, _ = QFileDialog.getOpenFileName(self, self._title, folder, kinds)
        if path:
            self.choose_file(path)

    def named(self, path: str) -> str:
        """A file as it stands in the list."""
        return file_words(path)

    def _tell(self) -> None:
        self.chosen.emit(self.file)

    def _fill(self) -> None:
        self.clear()
        self.addItems([*self._always, *map(self.named, self._files), tr("A text file…")])
        for place, path in enumerate(self._files, len(self._always)):
            self.setItemData(place, path, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(self._index)

    @Slot(int)
    def _activated(self, index: int) -> None:
        if index >= len(self._always) + len(self._files):
            self.setCurrentIndex(self._index)  # until a file has been chosen
            self.ask_file()
        else:
            self.choose(index)


def source_words(source: Source) -> str:
    """A text as it stands in a sentence."""
    if isinstance(source, Texts):
        return tr("the built-in examples")
    if Path(source.path) == built_in_text():
        return tr("the built-in text")
    return file_words(source.path)


def file_words(path: str) -> str:
    """The name of a file, not too long."""
    return shortened(Path(path).name, _LETTERS)
