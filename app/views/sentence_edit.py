"""The editor of one sentence: plain text that grows with its lines, and whose undo is somebody else's."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QEvent, QMimeData, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QSizePolicy, QTextEdit, QWidget

from app.text_units import Edit, as_qt_keeps_it, difference, splice, to_utf16, utf16_length
from app.theme import theme
from app.views.plain_edit import PlainEdit

MOST_PASTED = 10_000
"""Characters that a paste may fill a sentence up to: more of them in one line hold Qt's text layout up noticeably."""

LEAST_LINES, MOST_LINES = 2, 5
_ROUNDS = 3  # of finding the height: with a scroll bar, without, and as a last word
_BYTE_ORDER_MARKS = ("\ufeff", "\ufffe")
_REDO = {QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")}


class SentenceEdit(PlainEdit):
    """Edits a text of code points; anything Python can hold survives, lone surrogates included.

    edited       str: the text after a person changed it
    undo_wanted  and redo_wanted: the keys, or the menu
    """

    edited = Signal(object)
    undo_wanted = Signal()
    redo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None, *, segment: int = 0) -> None:
        super().__init__(parent)
        self._segment = segment
        self._text = ""
        self._units = 0
        self._least_lines, self._most_lines = LEAST_LINES, MOST_LINES
        self._writing = False
        self._fitting = False
        self._spans: tuple[tuple[int, int], ...] = ()
        self._can_undo = self._can_redo = False
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().contentsChange.connect(self._spliced)
        self.textChanged.connect(self._text_changed)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)

    # The text

    @property
    def text(self) -> str:
        """What is in the editor."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show `text`, changing only what differs, so that the cursor stays with its neighbours."""
        text = as_qt_keeps_it(text)
        if text != self._text:
            self._write(difference(self._text, text), text)

    def set_steps(self, can_undo: bool, can_redo: bool) -> None:
        """Whether the menu offers undo and redo."""
        self._can_undo, self._can_redo = can_undo, can_redo

    def _write(self, edit: Edit, text: str) -> None:
        self._writing = True
        cursor = QTextCursor(self.document())
        cursor.setPosition(edit.start)
        cursor.setPosition(edit.start + edit.removed, QTextCursor.MoveMode.KeepAnchor)
        _insert(cursor, edit.inserted)
        self._writing = False
        self._text, self._units = text, utf16_length(text)
        self._align()
        self.set_marks(())

    @Slot(int, int, int)
    def _spliced(self, start: int, _removed: int, added: int) -> None:
        # Only what came is read: PySide loses lone surrogates on the way from Qt, and the rest may hold some.
        # Qt counts the document's last block end in when all is replaced, so what went is reckoned, not believed.
        if self._writing:
            return
        now = self.document().characterCount() - 1
        added = min(added, now - start)
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(start + added, QTextCursor.MoveMode.KeepAnchor)
        came = as_qt_keeps_it(cursor.selectedText())
        self._text = splice(self._text, Edit(start, self._units + added - now, came))
        self._units = now

    @Slot()
    def _text_changed(self) -> None:
        if self._writing:
            return
        if utf16_length(self._text) != self._units:
            self._write(Edit(0, self._units, self._text), self._text)
        self._spans = ()
        self.setExtraSelections([])
        self._align()
        self.edited.emit(self._text)

    def _align(self) -> None:
        """Let text in a script that runs from right to left begin on the right, which QPlainTextEdit does not."""
        leftward = self.document().firstBlock().textDirection() == Qt.LayoutDirection.RightToLeft
        wanted = Qt.AlignmentFlag.AlignRight if leftward else Qt.AlignmentFlag.AlignLeft
        option = self.document().defaultTextOption()
        if option.alignment() != wanted:
            option.setAlignment(wanted)
            self.document().setDefaultTextOption(option)

    # What is marked

    def set_marks(self, spans: Iterable[tuple[int, int]]) -> None:
        """Tint these characters (code points, end excluded) until the text changes."""
        wanted = tuple(spans)
        if wanted != self._spans:
            self._spans = wanted
            self._paint_marks()

    @property
    def marks(self) -> tuple[tuple[int, int], ...]:
        """The spans now tinted."""
        return self._spans

    def _paint_marks(self) -> None:
        colours = theme()
        tint = QTextCharFormat()
        tint.setBackground(QColor(colours.segment_b_soft if self._segment else colours.segment_a_soft))
        tint.setForeground(QColor(colours.segment_b if self._segment else colours.segment_a))
        selections = []
        for start, end in self._spans:
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(min(self._units, to_utf16(self._text, start)))
            cursor.setPosition(min(self._units, to_utf16(self._text, end)), QTextCursor.MoveMode.KeepAnchor)
            selection.cursor, selection.format = cursor, tint  # type: ignore[attr-defined]
            selections.append(selection)
        self.setExtraSelections(selections)

    # Paste and keys

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take the plain text, as much as fits."""
        cursor = self.textCursor()
        text = as_qt_keeps_it(source.text())
        room = max(0, MOST_PASTED - len(self._text) + len(as_qt_keeps_it(cursor.selectedText())))
        if text:
            _insert(cursor, text[:room])
            self.setTextCursor(cursor)
            self.ensureCursorVisible()
        if len(text) > room:
            self.left_out.emit(len(text) - room)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if QKeySequence(event.keyCombination()) in _REDO or event.matches(QKeySequence.StandardKey.Redo):
            self.redo_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in menu.actions():
            if action.objectName() == "edit-undo":
                action.setEnabled(self._can_undo)
                action.triggered.connect(self.undo_wanted)
            elif action.objectName() == "edit-redo":
                action.setEnabled(self._can_redo)
                action.triggered.connect(self.redo_wanted)
        menu.popup(event.globalPos())

    # Height

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            self._fit()
            self._paint_marks()

    def set_lines(self, least: int, most: int) -> None:
        """Be so many lines high at least, and grow to so many at most, two or more."""
        if (least, most) != (self._least_lines, self._most_lines):
            self._least_lines, self._most_lines = least, most
            self._fit()

    @Slot(QSizeF)
    def _fit(self, _: QSizeF | None = None) -> None:
        # A new height brings or takes the scroll bar, and so asks for another one while it is being set.
        if self._fitting:
            return
        self._fitting = True
        for _round in range(_ROUNDS):
            wanted = self._wanted_height()
            if wanted == self.minimumHeight() == self.maximumHeight():
                break
            self.setFixedHeight(wanted)
        self._fitting = False

    def _wanted_height(self) -> int:
        # Below the last line the layout keeps a margin and a pixel free, or it shows a scroll bar.
        scrolls = self.document().size().height() > self._most_lines
        margin = self.document().documentMargin()
        around = 2 * self.frameWidth() + margin + (0 if scrolls else margin + 1)
        return math.ceil(sum(self._line_heights()) + around)

    def _line_heights(self) -> list[float]:
        """Of as many lines as are to be seen; another script's letters may be higher than the font's own."""
        heights: list[float] = []
        block = self.document().firstBlock()
        while block.isValid() and len(heights) < self._most_lines:
            layout = block.layout()
            lines = min(layout.lineCount(), self._most_lines - len(heights))
            heights += [layout.lineAt(line).height() for line in range(lines)]
            block = block.next()
        usual = QFontMetricsF(self.font()).lineSpacing()
        return heights + [usual] * (self._least_lines - len(heights))


def _insert(cursor: QTextCursor, text: str) -> None:
    """Replace the cursor's selection; PySide would take a leading byte order mark for one, so it does not lead."""
    if not text.startswith(_BYTE_ORDER_MARKS):
        cursor.insertText(text)
        return
    cursor.beginEditBlock()
    start = cursor.selectionStart()
    cursor.insertText("x" + text)
    end = cursor.position()
    cursor.setPosition(start)
    cursor.deleteChar()
    cursor.setPosition(end - 1)
    cursor.endEditBlock()
