"""What a person says a search is to be for: a kind of attention and words, or a layer and words."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from app.panels.attention.search.words import kind_names, layer_names, words_names
from app.translation import tr
from app.views.choice import Choice
from bert_core.queries_search import KINDS, Pattern, Words

_WIDEST = 260  # pixels

_WORDS: tuple[Words, ...] = ("any", "same", "other")


class HeadControls(QWidget):
    """changed after every change, entered when Enter is pressed in a field."""

    changed = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.queries = _field(
            tr("any word"),
            tr("Queries"),
            tr("Only from these pieces or words, parted by commas; empty: from any"),
        )
        self.kind = Choice(tr("Kind of attention"), tr("Where the key stands, or what it is"), letters=16)
        names = kind_names()
        self.kind.set_names([names[kind][0] for kind in KINDS])
        for place, kind in enumerate(KINDS):
            self.kind.setItemData(place, names[kind][1], Qt.ItemDataRole.ToolTipRole)
        self.kind.setMaximumWidth(_WIDEST)
        self.keys = _field(
            tr("any word"),
            tr("Keys"),
            tr("Only to these pieces or words, parted by commas; empty: to any"),
        )
        row = _row(self)
        row.addStretch()
        row.addWidget(self.queries, 1)
        row.addWidget(QLabel("→"))
        row.addWidget(self.kind)
        row.addWidget(self.keys, 1)
        self.kind.chosen.connect(self.changed)
        for field in (self.queries, self.keys):
            field.textChanged.connect(self.changed)
            field.returnPressed.connect(self.entered)

    @property
    def pattern(self) -> Pattern:
        """What is wanted."""
        kind = KINDS[max(0, self.kind.currentIndex())]
        return Pattern(kind, _tidy(self.queries.text()), _tidy(self.keys.text()))

    def set_pattern(self, pattern: Pattern) -> None:
        """Want this."""
        self.kind.setCurrentIndex(KINDS.index(pattern.kind))
        self.queries.setText(pattern.queries)
        self.keys.setText(pattern.keys)
        self.changed.emit()


class StateControls(QWidget):
    """The layer is that of the chosen head until a person chooses another."""

    changed = Signal()
    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own: int | None = None
        self._followed = 0
        self.layers = Choice(
            tr("Layer"), tr("After which layer pieces are compared; it follows the chosen head"), letters=12
        )
        self.choice = Choice(tr("Words"), tr("Which words are listed"), letters=10)
        names = words_names()
        self.choice.set_names([names[words][0] for words in _WORDS])
        for place, words in enumerate(_WORDS):
            self.choice.setItemData(place, names[words][1], Qt.ItemDataRole.ToolTipRole)
        row = _row(self)
        row.addStretch()
        row.addWidget(self.layers)
        row.addWidget(self.choice)
        self.layers.chosen.connect(self._layer_chosen)
        self.choice.chosen.connect(self.changed)
        self.set_layers(0)

    @property
    def layer(self) -> int:
        """0 is the embeddings."""
        return max(0, self.layers.currentIndex())

    @property
    def words(self) -> Words:
        """Which are listed."""
        return _WORDS[max(0, self.choice.currentIndex())]

    def set_words(self, words: Words) -> None:
        """List these."""
        self.choice.setCurrentIndex(_WORDS.index(words))
        self.changed.emit()

    def set_layer(self, layer: int) -> None:
        """Compare after this layer from now on, whatever head is chosen."""
        self._own = layer
        self._set()
        self.changed.emit()

    def set_layers(self, layers: int) -> None:
        """So many layers there are."""
        self._own = None
        self.layers.set_names(layer_names(layers))
        self._set()

    def follow(self, layer: int | None) -> None:
        """The layer of the chosen head; None: of no one layer."""
        if layer is not None:
            self._followed = layer + 1
        self._set()

    def _set(self) -> None:
        layer = self._followed if self._own is None else self._own
        self.layers.setCurrentIndex(min(layer, self.layers.count() - 1))

    @Slot(object)
    def _layer_chosen(self, index: int) -> None:
        self.set_layer(index)


def _field(shown: str, name: str, tip: str) -> QLineEdit:
    field = QLineEdit()
    field.setPlaceholderText(shown)
    field.setAccessibleName(name)
    field.setToolTip(tip)
    field.setClearButtonEnabled(True)
    field.setMinimumWidth(60)
    field.setMaximumWidth(_WIDEST)
    return field


def _row(parent: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(parent)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    return row


def _tidy(words: str) -> str:
    return (
        words.strip()
        if words.strip() == ","
        else ", ".join(word for part in words.split(",") if (word := part.strip()))
    )
