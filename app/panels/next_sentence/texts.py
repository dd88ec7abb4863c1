"""Where the sentences come from that may follow: a person's own, the built-in text, or a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from app.built_in_text import built_in_text
from app.translation import tr
from app.values import shortened
from bert_core.queries_measures import TextFile

_LETTERS = 24  # of a file's name
_FIRST_FILE = 2


class CandidateTexts(QComboBox):
    """Files that were chosen stay in the list. `chosen` is emitted when a person chooses."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: list[str] = []
        self._index = 0
        self.setAccessibleName(tr("Which sentences may come next"))
        self.setToolTip(tr("Rank your own sentences, those of the built-in text, or those of a text file"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.activated.connect(self._activated)
        self._fill()

    @property
    def own(self) -> bool:
        """Whether the person's own sentences are ranked."""
        return self._index == 0

    def source(self) -> TextFile | None:
        """The text that is chosen, as it is now; None: the person's own sentences."""
        if self._index == 0:
            return None
        if self._index == 1:
            return TextFile.at(str(built_in_text()))
        return TextFile.at(self._files[self._index - _FIRST_FILE])

    def choose_own(self) -> None:
        """Choose the person's own."""
        self._choose(0)

    def choose_built_in(self) -> None:
        """Choose the built-in text."""
        self._choose(1)

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
        path, _ = QFileDialog.getOpenFileName(self, tr("Sentences that may come next"), folder, kinds)
        if path:
            self.choose_file(path)

    def _choose(self, index: int) -> None:
        self._index = index
        self.setCurrentIndex(index)
        self.chosen.emit()

    def _fill(self) -> None:
        names = [shortened(Path(path).name, _LETTERS) for path in self._files]
        self.clear()
        self.addItems([tr("Your sentences"), tr("Built-in text"), *names, tr("A text file…")])
        for place, path in enumerate(self._files):
            self.setItemData(_FIRST_FILE + place, path, Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(self._index)

    @Slot(int)
    def _activated(self, index: int) -> None:
        if index >= _FIRST_FILE + len(self._files):
            self.setCurrentIndex(self._index)  # until a file has been chosen
            self.ask_file()
        else:
            self._choose(index)


def text_words(source: TextFile | None) -> str:
    """A source as it stands in a sentence."""
    if source is None:
        return tr("your sentences")
    if Path(source.path) == built_in_text():
        return tr("the built-in text")
    return shortened(Path(source.path).name, _LETTERS)
