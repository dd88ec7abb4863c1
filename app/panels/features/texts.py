"""Which texts features are taken of: the built-in ones, or the lines of a file."""

from __future__ import annotations

from pathlib import Path

from app.built_in_text import built_in_text
from app.panels.common_texts import TextChooser
from app.translation import tr
from app.values import shortened
from bert_core.queries_measures import TextFile

_LETTERS = 60  # of a file's path


class FeatureTexts(TextChooser):
    """The built-in text at first; of a file the whole path is told, since there is room for it."""

    def __init__(self) -> None:
        super().__init__(
            tr("Texts"),
            tr("Take features of the built-in text, or of each line of a text file"),
            tr("Texts, one on each line"),
            (tr("Built-in text: short scenes"),),
        )

    @property
    def path(self) -> Path:
        """Of the file."""
        return Path(self.source().path)

    @property
    def is_built_in(self) -> bool:
        """Whether it is the text that comes with the program."""
        return self.index == 0

    def source(self) -> TextFile:
        """The file as it is now; one that cannot be looked at is refused when it is read."""
        return self.file or TextFile.at(str(built_in_text()))

    def choose_file(self, path: str) -> None:
        """Choose this file."""
        super().choose_file(str(Path(path).absolute()))

    def named(self, path: str) -> str:
        """Its path."""
        return shortened(path, _LETTERS)
