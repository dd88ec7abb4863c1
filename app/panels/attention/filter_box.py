"""Where a person types which heads are to stand out, or chooses from a list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QCompleter, QSizePolicy, QWidget

from app.panels.attention.head_filter import Measure, presets
from app.translation import tr

_LETTERS = 14
_LEAST, _MOST = 110, 320  # pixels


class FilterBox(QComboBox):
    """typed(str) is emitted with each change."""

    typed = Signal(object)

    def __init__(self, measures: Sequence[Measure], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItems(["", *presets(measures)])
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_LETTERS)
        self.setMaximumWidth(_MOST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(self.count())
        self.setAccessibleName(tr("Heads that stand out"))
        self.setToolTip(
            tr(
                "Heads that do not fit are dimmed. A pattern: heads that show it, whether or not it names them. "
                "A measure with a number: entropy under 1, distance > 5, previous token over 0.9. "
                "“switched off”; “not” before any; commas or “and” between several."
            )
        )
        edit = self.lineEdit()
        assert edit is not None
        edit.setPlaceholderText(tr("Dim all but…"))
        edit.setClearButtonEnabled(True)
        completer = self.completer()
        assert completer is not None
        # Words that complete themselves in the line would be taken for a filter while one is still typed.
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.currentTextChanged.connect(self._changed)
        self.activated.connect(self._chosen)

    @Slot(str)
    def _changed(self, text: str) -> None:
        self.typed.emit(text)

    def set_text(self, text: str) -> None:
        """As if a person had typed it."""
        self.setEditText(text)
        self._chosen()

    @Slot()
    def _chosen(self) -> None:
        edit = self.lineEdit()
        assert edit is not None
        edit.setCursorPosition(0)  # what is chosen is read from its beginning

    def minimumSizeHint(self) -> QSize:
        """So little is enough where room is short."""
        return QSize(_LEAST, super().minimumSizeHint().height())
