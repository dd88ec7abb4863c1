"""The model panel: what is loaded, of what parts, and the choice of another model, device or precision."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.panels.base import Panel
from app.session import Session
from app.theme import font
from app.translation import tr
from app.values import Catalogue, Loading, ModelChoice, shortened
from app.views.drawing import Drawing, widget_drawing
from app.views.figure import figure
from app.views.help_button import HelpText
from app.views.picture import PictureActions
from app.views.tables import Table
from bert_core.info import ModelInfo
from bert_core.trace import Trace

DTYPES = ("float32", "bfloat16")
MOST_LETTERS = 20
"""Of a name, beside its label in a narrow panel."""


class ModelPanel(Panel):
    """Facts and choices; it says by signals what only the application can do."""

    name = "model"
    open_folder_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            tr("Model"),
            HelpText(
                title=tr("The model"),
                formula="V·H + 12·L·H²",
                paragraph=tr(
                    "A BERT is a stack of L layers with A attention heads each, over vectors of H numbers, and a "
                    "vocabulary of V pieces. Nearly all its weights are the token embeddings (V·H) and, in each "
                    "layer, four H×H attention matrices and two of H×4H: 12·H². The table sets the exact numbers "
                    "beside that rule of thumb. bfloat16 keeps the matrices in half the memory and is faster "
                    "where the processor multiplies it natively; everything else stays float32."
                ),
                reference="Devlin et al. 2018, BERT: Pre-training of Deep Bidirectional Transformers, section 3",
                link="https://arxiv.org/abs/1810.04805",
            ),
        )
        self.source = QComboBox()
        self.source.setAccessibleName(tr("Model"))
        self.source.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.source.setMinimumContentsLength(8)
        self.open = QPushButton(tr("Open…"))
        self.open.setToolTip(tr("Open a folder with config.json, a vocabulary and weights"))
        self.device = QComboBox()
        self.device.setAccessibleName(tr("Device"))
        self.dtype = QComboBox()
        self.dtype.setAccessibleName(tr("Precision"))
        self.dtype.addItems(DTYPES)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.source, 1)
        first.addWidget(self.open)
        second = QHBoxLayout()
        second.setSpacing(8)
        second.addWidget(self.device, 1)
        second.addWidget(self.dtype, 1)
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress_words = QLabel()
        self.progress_words.setProperty("kind", "secondary")
        self.progress_words.setTextFormat(Qt.TextFormat.PlainText)
        self.progress_words.setWordWrap(True)
        self.progress_words.setMinimumWidth(1)
        self.cancel = QPushButton(tr("Cancel"))
        self.progress_row = QWidget()
        row = QHBoxLayout(self.progress_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.progress, 1)
        row.addWidget(self.cancel)
        self.facts = QWidget()
        self.grid = QGridLayout(self.facts)  # a QFormLayout cuts wrapped lines short
        self.grid.setContentsMargins(0, 4, 0, 0)
        self.grid.setHorizontalSpacing(12)
        self.grid.setVerticalSpacing(3)
        self.grid.setColumnStretch(1, 1)
        self.values: dict[str, QLabel] = {}
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(tr("Facts about the model"))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(6)
        self.body.setContentsMargins(12, 2, 12, 6)
        column.addWidget(self.progress_words)  # on top, where Cancel is seen however low the panel
        column.addWidget(self.progress_row)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.facts)
        column.addStretch(1)
        scroll.setWidget(inner)
        scroll.setMinimumHeight(first.sizeHint().height() + 6 + second.sizeHint().height() + 2)  # the choices
        self.body.addWidget(scroll)
        self.figure = PictureActions(
            self,
            drawing=self._drawing,
            table=self._table,
            metadata=self._metadata,
            name=lambda: tr("model"),
        )
        self.figure.setObjectName(tr("Model"))

        self.source.activated.connect(self._choose)
        self.device.activated.connect(self._choose)
        self.dtype.activated.connect(self._choose)
        self.open.clicked.connect(self.open_folder_wanted)
        self.cancel.clicked.connect(self.cancel_wanted)
        session.model_changed.connect(self._model_changed)
        session.catalogue_changed.connect(self._catalogue_changed)
        session.loading_changed.connect(self._loading_changed)
        self._catalogue_changed(session.catalogue)
        self._loading_changed(session.loading)
        self._model_changed(session.model)

    def refresh(self, trace: Trace | None) -> None:
        """A trace changes nothing here."""

    @Slot()
    def _choose(self, _: int = 0) -> None:
        source = self.source.currentData()
        wanted = ModelChoice(source, self.device.currentData(), self.dtype.currentText())
        if source and wanted != self.session.choice:
            self.session.request_model(wanted)
        elif source and self.session.loading is not None:  # back to the model in force
            self.cancel_wanted.emit()

    @Slot(object)
    def _catalogue_changed(self, catalogue: Catalogue) -> None:
        self.source.clear()
        for source in catalogue.builtin:
            self.source.addItem(tr("{name} (built in)", name=source), source)
        for source in catalogue.recent:
            if source not in catalogue.builtin:
                self.source.addItem(ModelChoice(source).name, source)
                self.source.setItemData(self.source.count() - 1, source, Qt.ItemDataRole.ToolTipRole)
        self.device.clear()
        for device in ("auto", *catalogue.devices):
            self.device.addItem(tr("Device: {name}", name=device), device)
        self._show_choice()

    def _show_choice(self) -> None:
        choice = self.session.choice or (self.session.loading.choice if self.session.loading else None)
        if choice is None:
            return
        self.source.setCurrentIndex(self.source.findData(choice.source))
        self.source.setToolTip(choice.source)
        self.device.setCurrentIndex(max(0, self.device.findData(choice.device)))
        self.dtype.setCurrentText(choice.dtype)

    @Slot(object)
    def _loading_changed(self, loading: Loading | None) -> None:
        self.progress_row.setVisible(loading is not None)
        self.progress_words.setVisible(loading is not None)
        if loading is None:
            self._show_choice()
            return
        self.progress_words.setText(tr("Loading {name}…", name=shortened(loading.choice.name, MOST_LETTERS)))
        self.progress_words.setToolTip(loading.choice.source)
        self.progress.setValue(round(1000 * loading.share))

    @Slot(object)
    def _model_changed(self, info: ModelInfo | None) -> None:
        self._show_choice()
        while (item := self.grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.values.clear()
        self.figure.set_enabled(info is not None)
        if info is None:
            return
        for row, (name, value, tip) in enumerate(facts(info)):
            label, text = QLabel(name), QLabel(value)
            label.setProperty("kind", "secondary")
            text.setFont(font("small"))
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
            text.setMinimumWidth(1)  # a long word must not push the rest out of the panel
            text.setToolTip(tip)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self.grid.addWidget(text, row, 1, Qt.AlignmentFlag.AlignTop)
            self.values[name] = text

    def _drawing(self) -> Drawing:
        info = self.session.model
        return figure(widget_drawing(self.facts), "" if info is None else info.name)

    def _metadata(self) -> dict[str, str]:
        info = self.session.model
        return (
            {}
            if info is None
            else {"Software": "Attention Explorer", "Model": info.name, "Title": self.title}
        )

    def _table(self) -> Table:
        info = self.session.model
        rows = [] if info is None else [(name, value) for name, value, _ in facts(info)]
        return (tr("fact"), tr("value")), rows


def facts(info: ModelInfo) -> list[tuple[str, str, str]]:
    """What there is to say: name, value, and the whole of it where the value is a short form."""
    config, parts = info.config, info.parameters
    shape = tr(
        "{layers} layers × {heads} heads, hidden size {hidden}",
        layers=config.num_hidden_layers,
        heads=config.num_attention_heads,
        hidden=config.hidden_size,
    )
    casing = tr("uncased") if info.lowercase else tr("cased")
    files = _files([shortened(file.name, MOST_LETTERS) for file in info.weights_files])
    heads = [
        word
        for word, there in (
            (tr("pooler"), info.has_pooler),
            (tr("masked words"), info.has_mlm),
            (tr("next sentence"), info.has_nsp),
            (tr("task"), info.task is not None),
        )
        if there
    ]
    emulated = "" if info.native else tr(" (emulated: this processor is faster in float32)")
    share = 100 * parts.rule_of_thumb / parts.total
    rows = [
        (tr("Shape"), shape, ""),
        (
            tr("Vocabulary"),
            tr("{n} pieces, {casing}", n=f"{config.vocab_size:,}", casing=casing),
            tr("Casing from {source}", source=info.casing_source),
        ),
        (tr("Longest text"), tr("{n} pieces", n=info.max_length), ""),
        (tr("Heads on top"), ", ".join(heads) or tr("none"), ""),
        (tr("Runs on"), f"{info.device}, {info.dtype}{emulated}", ""),
        (
            tr("File"),
            tr("{files} ({mb} MB)", files=files, mb=f"{info.weights_bytes / 1e6:.1f}"),
            "\n".join(map(str, info.weights_files)) or str(info.folder or info.source),
        ),
        (tr("Parameters"), f"{parts.total:,}", tr("Weights that are shared are counted once")),
    ]
    for name, count in (
        (tr("· embeddings"), parts.embeddings),
        (tr("· encoder"), parts.encoder),
        (tr("· pooler"), parts.pooler),
        (tr("· masked words"), parts.mlm),
        (tr("· next sentence"), parts.nsp),
        (tr("· task"), parts.task),
    ):
        if count:
            rows.append((name, f"{count:,} ({_percent(count / parts.total)})", ""))
    rows.append(
        (
            tr("Rule of thumb"),
            tr("V·H + 12·L·H² = {n} ({share:.0f}% of it)", n=f"{parts.rule_of_thumb:,}", share=share),
            "",
        )
    )
    return rows


def _files(names: list[str]) -> str:
    if not names:
        return tr("none: random weights")
    more = len(names) - 1
    return tr("{name} and {n} more", name=names[0], n=more) if more else names[0]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%" if share >= 0.01 else "<1%"
