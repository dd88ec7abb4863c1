"""Which text is searched: the built-in one, the built-in examples, or a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from app.built_in_text import built_in_text
from app.panels.attention.measures.sources import examples_source
from app.translation import tr
from app.values import shortened
from bert_core.info import ModelInfo
from bert_core.queries_measures import Source, TextFile, Texts

_LETTERS = 24  # of a file's name
_FIRST_FILE = 2


class TextChooser(QComboBox):
    """Files that were chosen stay in the list. `chosen` is emitted when a person chooses."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: list[str] = []
        self._index = 0
        self._model: ModelInfo | None = None
        self.setAccessibleName(tr("Text to search"))
        self.setToolTip(tr("Search the built-in text, the built-in examples, or a text file"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.activated.connect(self._activated)
        self._fill()

    def source(self) -> Source:
        """What is chosen; a file as it is now."""
        if self._index == 0:
            return TextFile.at(str(built_in_text()))
        if self._index == 1:
            return examples_source(self._model)
        return TextFile.at(self._files[self._index - _FIRST_FILE])

    def set_model(self, model: ModelInfo | None) -> None:
        """The examples are those of its language."""
        self._model = model
        self._fill()

    def choose_file(self, path: str) -> None:
        """Choose this file."""
        path = str(Path(path))
        self._files = [path, *(other for other in self._files if other != path)]
        self._index = _FIRST_FILE
        self._fill()
        self.chosen.emit()

    @Slot()
    def ask_file(self) -> None:
        """Ask for a file."""
        folder = str(Path(self._files[0]).parent) if self._files else ""
        kinds = ";;".join((tr("Text files (*.txt *.tsv *.md)"), tr("All files (*)")))
        path, _ = QFileDialog.getOpenFileName(self, tr("Text to search"), folder, kinds)
        if path:
            self.choose_file(path)

    def _fill(self) -> None:
        examples = len(examples_source(self._model).pairs)
        names = [shortened(Path(path).name, _LETTERS) for path in self._files]
        self.clear()
        self.addItems(
            [tr("Built-in text"), tr("{n} built-in examples", n=examples), *names, tr("A text file…")]
        )
        for place, path in enumerate(self._files):
            self.setItemData(_FIRST_FILE + place, path, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(self._index)

    @Slot(int)
    def _activated(self, index: int) -> None:
        if index >= _FIRST_FILE + len(self._files):
            self.setCurrentIndex(self._index)  # until a file has been chosen
            self.ask_file()
        else:
            self._index = index
            self.chosen.emit()


def text_words(source: Source) -> str:
    """A text as it stands in a sentence."""
    if isinstance(source, Texts):
        return tr("the built-in examples")
    if Path(source.path) == built_in_text():
        return tr("the built-in text")
    return shortened(Path(source.path).name, _LETTERS)
