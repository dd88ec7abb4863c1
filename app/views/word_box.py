"""A box to find or score words in, what it found, and a list of words that are kept, each with a way to drop it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from app.theme import font
from app.translation import tr
from app.views.bars import PAD, ROW_HEIGHT, BarRow, Bars
from app.views.piece_text import isolated
from app.views.read_out import ReadOut

_LABEL, _LEAST = 96, 120  # pixels


class WordEdit(QLineEdit):
    """typed(text) with every letter; kept(text) on Enter; left() when Esc has emptied it, or Down goes on below."""

    typed = Signal(object)
    kept = Signal(object)
    gone_down = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(tr("Find or score a word…"))
        self.setAccessibleName(tr("Find or score a word"))
        self.setToolTip(
            tr("Typing looks for pieces in the whole ranking; Enter keeps the word in a list of your own")
        )
        self.setClearButtonEnabled(True)
        self.textChanged.connect(self._changed)
        self.returnPressed.connect(self._entered)

    @Slot(str)
    def _changed(self, text: str) -> None:
        self.typed.emit(text.strip())

    @Slot()
    def _entered(self) -> None:
        if text := self.text().strip():
            self.clear()
            self.kept.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.gone_down.emit()
        else:
            super().keyPressEvent(event)


class FoundWords(QWidget):
    """What was found while typing: picked(row)."""

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = ReadOut(name=tr("What was found"))
        self.bars = Bars(clickable=True, mono=True, name=tr("Found pieces"))
        self.bars.set_label_width(_LABEL)
        self.bars.setMinimumWidth(_LEAST)  # where there is little room, bars go before figures
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(2)
        column.addWidget(_indented(self.summary))
        column.addWidget(self.bars)
        self.bars.row_clicked.connect(self.picked)
        self.hide()

    def set_rows(self, summary: str, rows: Sequence[BarRow]) -> None:
        """Show these; hidden where there is nothing to say."""
        self.summary.set_text(summary)
        self.summary.setToolTip(summary)
        self.bars.set_rows(rows)
        self.bars.setVisible(bool(rows))
        self.setVisible(bool(summary))


class KeptWords(QWidget):
    """Words of the person's own, and a menu with the ways in which they can be scored.

    picked(row), dropped(row)  a row was clicked, or its cross, or Delete was pressed on it
    way_chosen(number)         of the ways
    """

    picked = Signal(object)
    dropped = Signal(object)
    way_chosen = Signal(object)

    def __init__(self, ways: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        """`ways`: the name of each, and what it does."""
        super().__init__(parent)
        self._ways = tuple(ways)
        self._crosses: list[QToolButton] = []
        self.title = ReadOut(name=tr("Own words"))
        self.way = QToolButton()
        self.way.setProperty("kind", "bare")
        self.way.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.way.setFont(font("small"))
        self.way.setFixedHeight(24)
        menu, group = QMenu(self.way), QActionGroup(self.way)
        menu.setToolTipsVisible(True)
        for number, (name, about) in enumerate(self._ways):
            action = menu.addAction(name)
            action.setToolTip(about)
            action.setCheckable(True)
            action.setData(number)
            group.addAction(action)
        group.triggered.connect(self._way_chosen)
        self.way.setMenu(menu)
        self.bars = Bars(clickable=True, mono=True, name=tr("Own words"))
        self.bars.set_label_width(_LABEL)
        self.bars.setMinimumWidth(_LEAST)  # where there is little room, bars go before figures
        self.bars.installEventFilter(self)
        self.bars.row_clicked.connect(self.picked)
        self.note = QLabel()
        self.note.setProperty("kind", "secondary")
        self.note.setFont(font("small"))
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setContentsMargins(PAD, 0, PAD, 0)
        self._rows = QHBoxLayout()
        self._rows.setSpacing(0)
        self._rows.addWidget(self.bars, 1)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self._rows.addLayout(self._column)
        heading = QHBoxLayout()
        heading.setContentsMargins(PAD, 0, 0, 0)
        heading.addWidget(self.title, 1)
        heading.addWidget(self.way)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(2)
        column.addLayout(heading)
        column.addLayout(self._rows)
        column.addWidget(self.note)
        self.set_way(0)
        self.hide()

    @property
    def crosses(self) -> tuple[QToolButton, ...]:
        """What drops each word that is shown."""
        return tuple(self._crosses[: len(self.bars.rows)])

    def set_way(self, number: int) -> None:
        """This is how they are scored."""
        name, about = self._ways[number]
        self.way.setText(tr("{way} ▾", way=name))
        self.way.setToolTip(about)
        self.way.setAccessibleName(tr("How words of several pieces are scored: {way}", way=name))
        for action in self.way.menu().actions():
            action.setChecked(action.data() == number)

    def set_rows(self, title: str, rows: Sequence[BarRow], note: str = "") -> None:
        """Show these; hidden where there are none."""
        self.title.set_text(title)
        self.bars.set_rows(rows)
        while len(self._crosses) < len(rows):
            self._crosses.append(self._cross())
        for cross, row in zip(self._crosses, rows, strict=False):
            words = tr("Drop “{word}” from the list", word=isolated(row.label))
            cross.setToolTip(words)
            cross.setAccessibleName(words)
        for number, cross in enumerate(self._crosses):
            cross.setVisible(number < len(rows))
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.way.setVisible(bool(note))
        self.setVisible(bool(rows))

    def _cross(self) -> QToolButton:
        cross = QToolButton()
        cross.setProperty("kind", "bare")
        cross.setText("×")
        cross.setFixedSize(20, ROW_HEIGHT)
        cross.clicked.connect(self._crossed)
        self._column.addWidget(cross)
        return cross

    @Slot()
    def _crossed(self) -> None:
        cross = self.sender()
        if isinstance(cross, QToolButton) and cross in self._crosses:
            self.dropped.emit(self._crosses.index(cross))

    @Slot(QAction)
    def _way_chosen(self, action: QAction) -> None:
        self.set_way(action.data())
        self.way_chosen.emit(action.data())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Delete drops the word that the keyboard is on."""
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if pressed and event.key() == Qt.Key.Key_Delete and self.bars.current is not None:  # type: ignore[attr-defined]
            self.dropped.emit(self.bars.current)
            return True
        return super().eventFilter(watched, event)


def _indented(widget: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(PAD, 0, 0, 0)
    row.addWidget(widget)
    return holder
