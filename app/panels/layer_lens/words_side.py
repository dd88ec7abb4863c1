"""The best words of the chosen cell."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.panels.layer_lens.shown import Shown
from app.translation import tr
from app.views.bars import ROW_HEIGHT, BarRow, Bars
from app.views.piece_text import isolated
from app.views.read_out import ReadOut

_WIDTH, _LABEL = 200, 84  # pixels


class WordsSide(QWidget):
    """picked(row): a word was clicked, or Enter pressed on it."""

    picked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ReadOut(name=tr("Chosen cell"))
        self.bars = Bars(clickable=True, mono=True, name=tr("Best words of the chosen cell"))
        self.bars.set_label_width(_LABEL)
        self.bars.row_clicked.connect(self.picked)
        self.bars.installEventFilter(self)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.bars)
        inner.addStretch(1)
        self.area.setWidget(holder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.area, 1)
        self.setFixedWidth(_WIDTH)

    def show_cell(self, shown: Shown, layer: int, column: int) -> None:
        """List the words of this cell."""
        lens, trace = shown.lens, shown.trace
        position = lens.positions[column]
        self.title.set_text(
            tr(
                "After {layer}, piece {position} {piece}",
                layer=shown.layers[layer],
                position=position,
                piece=isolated(trace.tokens[position].text),
            )
        )
        ids, shares = lens.ids[layer, column].tolist(), lens.probabilities[layer, column].tolist()
        self.bars.set_rows(
            [
                BarRow(
                    trace.vocabulary[token_id], share, detail=tr("id {id}; click to put it in", id=token_id)
                )
                for token_id, share in zip(ids, shares, strict=True)
            ]
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the word that the keyboard is on in sight."""
        if event.type() == QEvent.Type.KeyRelease and self.bars.current is not None:
            self.area.ensureVisible(0, round((self.bars.current + 0.5) * ROW_HEIGHT), 0, ROW_HEIGHT)
        return super().eventFilter(watched, event)
