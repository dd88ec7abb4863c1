"""An editor of several sentences or a whole text, which takes the plain text of what is pasted."""

from __future__ import annotations

import re

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QWidget

from app.text_units import as_qt_keeps_it
from app.views.plain_edit import PlainEdit

MOST_CHARACTERS = 200_000
"""A paste may fill it up to there."""
LONG_LINE = 2_000
"""Characters from which on a line is parted after a sentence: Qt's text layout takes long over one line."""

_AFTER_SENTENCE = re.compile(r"(?<=[.!?…؟۔।])\s+|(?<=[。！？])")


class ParagraphEdit(PlainEdit):
    """`name` is what is read out of it, `hint` what stands in it while it is empty."""

    def __init__(self, name: str, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)

    @property
    def text(self) -> str:
        """What is in it."""
        return as_qt_keeps_it(self.toPlainText())

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take the plain text, as much as fits, in lines that can be laid out."""
        text = as_qt_keeps_it(source.text())
        room = max(0, MOST_CHARACTERS - self.document().characterCount() + 1)
        self.textCursor().insertText("\n".join(parted(line) for line in text[:room].split("\n")))
        self.ensureCursorVisible()
        if len(text) > room:
            self.left_out.emit(len(text) - room)


def parted(line: str) -> str:
    """The line, or where it is long, lines of some LONG_LINE characters that end after a sentence, if there is one."""
    if len(line) <= LONG_LINE:
        return line
    parts, begin = [], 0
    for match in _AFTER_SENTENCE.finditer(line):
        if match.end() - begin >= LONG_LINE:
            parts.append(line[begin : match.start()])
            begin = match.end()
    parts.append(line[begin:])
    return "\n".join(part for part in parts if part)
