"""What the map shows and how: method, layer, sentences, a word; and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.panels.hidden_states.options import MapOptions
from app.theme import font
from app.translation import tr
from app.views.choice import Choice
from app.views.menu_title import add_title
from app.views.piece_marks import PieceLegend
from bert_core.queries_states import Method, Special

_WIDTH = 250  # pixels
_METHODS: tuple[Method, ...] = ("pca", "tsne")


class Controls(QWidget):
    """options_changed(MapOptions), layer_chosen(int), word_changed(str), and sentences_wanted() when a person acts."""

    options_changed = Signal(object)
    layer_chosen = Signal(object)
    word_changed = Signal(object)
    sentences_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options = MapOptions()
        self.method = Choice(tr("How the map is made"), tr("Principal components, or t-SNE (slow)"))
        self.method.set_names([tr("PCA"), tr("t-SNE")])
        self.method.chosen.connect(self._method_chosen)
        self.show_button = _ShowButton(self._change)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 0)
        self.slider.setPageStep(3)
        self.slider.setAccessibleName(tr("Layer of the hidden states"))
        self.slider.setToolTip(tr("After which layer (arrow keys, Home, End); 0: the embeddings"))
        self.slider.valueChanged.connect(self._moved)
        self.layer_label = QLabel()
        self.layer_label.setFont(font("small"))
        self.sentences = QPushButton()
        self.sentences.setToolTip(
            tr("Read other sentences beside the text, to see the senses of a word part")
        )
        self.sentences.clicked.connect(self.sentences_wanted)
        self.word = QLineEdit()
        self.word.setClearButtonEnabled(True)
        self.word.setAccessibleName(tr("Word or piece to look for"))
        self.word.setToolTip(
            tr("A word, or a piece such as ##ing, to ring in all sentences; empty: the pinned piece")
        )
        self.word.setPlaceholderText(tr("Word"))
        self.word.textChanged.connect(self._typed)
        self.said = QLabel()
        self.said.setProperty("kind", "secondary")
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.legend = PieceLegend()
        self._build()
        self.set_sentences(0)
        self.set_options(self._options)

    def minimumSizeHint(self) -> QSize:
        """What is said is cut where there is no room."""
        return QSize(_WIDTH, 100)

    @property
    def layer(self) -> int:
        """0 is the embeddings, l after layer l."""
        return self.slider.value()

    def offer_layers(self, layers: int) -> None:
        """Offer those of a model; where the last was chosen, its last is now."""
        before = self.slider.maximum()
        if layers == before:
            return
        last = before == 0 or self.layer == before
        blocked = self.slider.blockSignals(True)
        self.slider.setMaximum(layers)
        self.slider.setValue(layers if last else min(self.layer, layers))
        self.slider.blockSignals(blocked)
        self._write_layer()

    def set_layer(self, layer: int) -> None:
        """Choose one, as a person would."""
        self.slider.setValue(layer)

    @property
    def options(self) -> MapOptions:
        """What is chosen."""
        return self._options

    def set_options(self, options: MapOptions) -> None:
        """Show what is chosen; says nothing of it."""
        self._options = options
        self.method.setCurrentIndex(_METHODS.index(options.method))
        self.show_button.follow(options)

    def set_sentences(self, count: int) -> None:
        """How many sentences are read beside the text."""
        self.sentences.setText(tr("Sentences: {n} more…", n=count) if count else tr("More sentences…"))

    def say(self, words: str) -> None:
        """What is to be known about the map."""
        self.said.setText(words)
        self.said.setToolTip(words)

    def _change(self, **changes: object) -> None:
        self.set_options(replace(self._options, **changes))  # type: ignore[arg-type]
        self.options_changed.emit(self._options)

    @Slot(str)
    def _typed(self, text: str) -> None:
        self.word_changed.emit(text)

    @Slot(object)
    def _method_chosen(self, index: int) -> None:
        self._change(method=_METHODS[index])

    @Slot(int)
    def _moved(self, layer: int) -> None:
        self._write_layer()
        self.layer_chosen.emit(layer)

    def _write_layer(self) -> None:
        self.layer_label.setText(layer_words(self.layer, self.slider.maximum()))

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.method)
        top.addWidget(self.show_button)
        top.addStretch(1)
        top.addWidget(self.layer_label)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.sentences)
        row.addWidget(self.word, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(self.slider)
        column.addLayout(row)
        column.addWidget(self.legend)
        column.addWidget(self.said)
        column.addStretch(1)
        self.setFixedWidth(_WIDTH)


def layer_words(layer: int, layers: int) -> str:
    """Layer 3 of 12."""
    return tr("Layer {n} of {all}", n=layer, all=layers) if layer else tr("Embeddings")


class _ShowButton(QToolButton):
    """A menu of what can be chosen; ticks follow, and the button is marked where something is not as at first."""

    def __init__(self, change: Callable[..., None]) -> None:
        super().__init__()
        self._change = change
        self.setText(tr("Show ▾"))
        self.setProperty("kind", "tab")
        self.setCheckable(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolTip(tr("Axes, special pieces, trails, scale"))
        self.setAccessibleName(tr("How the map is shown"))
        menu = QMenu(self)
        self._actions: dict[tuple[str, object], QAction] = {}
        self._part(
            menu,
            tr("Axes of the principal components"),
            "own_axes",
            (
                (False, tr("Common to all layers")),
                (True, tr("Each layer's own, turned to fit the one before")),
            ),
        )
        specials: tuple[tuple[Special, str], ...] = (
            ("counted", tr("Count for the axes")),
            ("drawn", tr("Drawn, but do not count for the axes")),
            ("left out", tr("Left out")),
        )
        self._part(menu, tr("Special pieces, such as [CLS], and punctuation"), "special", specials)
        trails = (
            ("none", tr("None")),
            ("pinned", tr("Of pinned pieces, and under the pointer")),
            ("all", tr("Of all pieces")),
        )
        self._part(menu, tr("Trails through the layers"), "trails", trails)
        shapes = ((True, tr("Stretched to fill the plot")), (False, tr("True distances")))
        self._part(menu, tr("Shape"), "stretched", shapes)
        scales = (
            (True, tr("The same in all layers")),
            (False, tr("Each layer as large as there is room for")),
        )
        self._part(menu, tr("Scale"), "one_scale", scales)
        menu.triggered.connect(self._chosen)
        self.setMenu(menu)

    def _part(self, menu: QMenu, title: str, name: str, choices: tuple[tuple[object, str], ...]) -> None:
        add_title(menu, title)
        group = QActionGroup(self)
        for value, text in choices:
            action = menu.addAction(text)
            action.setCheckable(True)
            group.addAction(action)
            self._actions[name, value] = action

    def follow(self, options: MapOptions) -> None:
        """Tick what is chosen."""
        for (name, value), action in self._actions.items():
            action.setChecked(getattr(options, name) == value)
            if name == "own_axes":
                action.setEnabled(options.method == "pca")
        self.setChecked(replace(options, method="pca") != MapOptions())

    def action(self, name: str, value: object) -> QAction:
        """That of a choice."""
        return self._actions[name, value]

    @Slot(object)
    def _chosen(self, action: QAction) -> None:
        for (name, value), other in self._actions.items():
            if other is action:
                self._change(**{name: value})
                return
