"""What texts heads are measured over: the one on screen, the built-in examples, or the lines of a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from app.examples import examples_for
from app.translation import tr
from app.values import shortened
from bert_core.info import ModelInfo
from bert_core.queries_measures import Source, TextFile, Texts

_LETTERS = 24  # of a file's name


def examples_source(model: ModelInfo | None) -> Texts:
    """The built-in examples in the language of the model."""
    return Texts(tuple((example.a, example.b or None) for example in examples_for(model)))


class SourceChooser(QComboBox):
    """Files that were chosen stay in the list. chosen(Source | None): None is the text on screen."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files: list[str] = []
        self._source: Source | None = None
        self._model: ModelInfo | None = None
        self.setAccessibleName(tr("What heads are measured over"))
        self.setToolTip(
            tr("Measure heads over this text, the built-in examples, or each line of a text file")
        )
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self._activated)
        self._fill()

    @property
    def source(self) -> Source | None:
        """The set that is chosen; None: the text on screen."""
        return self._source

    def set_model(self, model: ModelInfo | None) -> None:
        """The examples are those of its language."""
        self._model = model
        if isinstance(self._source, Texts):
            self._source = examples_source(model)
        self._fill()

    def choose_file(self, path: str) -> None:
        """Choose this file, as it is now."""
        path = str(Path(path))
        self._files = [path, *(other for other in self._files if other != path)]
        self._source = TextFile.at(path)
        self._fill()
        self.chosen.emit(self._source)

    def look_again(self) -> None:
        """At a file that may have been written to."""
        if isinstance(self._source, TextFile):
            self._source = TextFile.at(self._source.path)

    def words(self) -> str:
        """What is chosen, as it stands in a sentence."""
        if self._source is None:
            return tr("this text")
        if isinstance(self._source, Texts):
            return tr("the built-in examples")
        return shortened(Path(self._source.path).name, _LETTERS)

    def _fill(self) -> None:
        examples = len(examples_source(self._model).pairs)
        names = [shortened(Path(path).name, _LETTERS) for path in self._files]
        self.clear()
        self.addItems([tr("This text"), tr("{n} built-in examples", n=examples), *names, tr("A text file…")])
        for place, path in enumerate(self._files):
            self.setItemData(2 + place, path, Qt.ItemDataRole.ToolTipRole)
        self._show_chosen()

    def _show_chosen(self) -> None:
        if self._source is None:
            self.setCurrentIndex(0)
        elif isinstance(self._source, Texts):
            self.setCurrentIndex(1)
        else:
            self.setCurrentIndex(2 + self._files.index(self._source.path))

    @Slot(int)
    def _activated(self, index: int) -> None:
        if index == 0:
            self._source = None
        elif index == 1:
            self._source = examples_source(self._model)
        elif index < 2 + len(self._files):
            self._source = TextFile.at(self._files[index - 2])
        else:
            self._show_chosen()  # until a file has been chosen
            self.ask_file()
            return
        self.chosen.emit(self._source)

    def ask_file(self) -> None:
        """Ask for a file."""
        folder = str(Path(self._files[0]).parent) if self._files else ""
        kinds = ";;".join((tr("Text files (*.txt *.tsv)"), tr("All files (*)")))
        path, _ = QFileDialog.getOpenFileName(self, tr("Sentences, one on each line"), folder, kinds)
        if path:
            self.choose_file(path)
