"""One head's attention at the start, at the step that is shown, and what lies between."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.file_questions.probes import Floats
from app.theme import font
from app.translation import tr
from app.views.colour_bar import ColourBar
from app.views.drawing import Drawing
from app.views.elided_label import ElidedLabel
from app.views.figure import figure
from app.views.heat_map import HeatMap
from app.views.picked_cells import Cell
from app.views.piece_text import isolated
from app.views.read_out import ReadOut
from app.views.snug import snug_height
from app.views.tables import Table
from app.views.worked_numbers import places
from bert_core.trace import Token

_SPACING, _BESIDE = 4, 16  # pixels, as are all lengths here
_LEAST_MAP = 120, 100
_LEAST = 1e-6  # of the colours' ends


class ReplayPane(QWidget):
    """Three maps that share pointer and pin. Colours end at the head's largest weight, and at its largest change, in
    the whole run: they mean the same at every step.

    stepped(n)  a person wants to see so many records later (earlier)
    """

    stepped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._maps: Floats | None = None  # [N, S, S]
        self._tokens: tuple[Token, ...] = ()
        self._record = 0
        self._pin: Cell = (None, None)
        self._hover: Cell = (None, None)
        self._largest = self._change = 1.0
        self.name = QLabel()
        self.name.setFont(font("bold"))
        self.facts = ReadOut(name=tr("Drift of this head"))
        self.maps = HeatMap(), HeatMap(), HeatMap()
        self.captions = ElidedLabel(), ElidedLabel(), ElidedLabel()
        self.bars = ColourBar(), ColourBar()
        self.read_out = ReadOut(right=True, name=tr("Weights under the pointer"))
        self._build()
        for view in self.maps:
            view.cell_hovered.connect(self._hovered)
            view.cell_clicked.connect(self._clicked)

    # What is shown -----------------------------------------------------------------------------------------------

    @property
    def shown(self) -> tuple[Floats, Floats, Floats] | None:
        """Start, now, and now less start: float32 [S, S] each; None while it is read."""
        if self._maps is None:
            return None
        start, now = self._maps[0], self._maps[self._record]
        return start, now, now - start

    @property
    def pin(self) -> Cell:
        """What is pinned: a query, a key, both or neither."""
        return self._pin

    def set_head(self, name: str, figures: str, drift: str) -> None:
        """Which head it is, and what is said of it."""
        self.name.setText(name)
        self.facts.set_text(figures, drift)

    def set_replay(self, maps: Floats | None, tokens: tuple[Token, ...], instead: str = "") -> None:
        """The head's maps at every recorded step, float32 [N, S, S]; None shows the sentence `instead`."""
        if tokens != self._tokens:
            self._pin = self._hover = (None, None)
        self._maps, self._tokens = maps, tokens
        if maps is None:
            for view in self.maps:
                view.set_empty_text(instead)
                view.set_matrix(None)
            self._say()
            return
        known = np.nan_to_num(maps, nan=0.0)
        self._largest = max(_LEAST, float(known.max(initial=0.0)))
        self._change = max(_LEAST, float(np.abs(known - known[0]).max(initial=0.0)))
        self._record = min(self._record, len(maps) - 1)
        self.bars[0].set_range(0.0, self._largest)
        self.bars[1].set_range(0.0, self._change, diverging=True)
        self.maps[0].set_matrix(maps[0], tokens, self._largest)
        self._show()
        self._snug()

    def set_record(self, record: int, caption: str, start: str) -> None:
        """Show the maps at this one of the recorded steps; both are named."""
        self._record = record
        names = start, caption, tr("difference")
        for label, text, view in zip(self.captions, names, self.maps, strict=True):
            label.setText(text)
            view.setAccessibleName(tr("Attention, {when}", when=text))
        if self._maps is not None and record < len(self._maps):
            self._show()

    def _show(self) -> None:
        shown = self.shown
        if shown is None:
            return
        _, now, change = shown
        self.maps[1].set_matrix(now, self._tokens, self._largest)
        self.maps[2].set_matrix(change, self._tokens, self._change, diverging=True)
        self._mark()

    def _mark(self) -> None:
        for view in self.maps:
            view.set_selection(*self._pin)
            view.set_hover(*self._hover)
        self._say()

    def _say(self) -> None:
        shown, cell = self.shown, self._hover if self._hover != (None, None) else self._pin
        query, key = cell
        if shown is None or query is None or key is None:
            self.read_out.set_text("" if shown is None else self._piece_words(cell))
            for bar in self.bars:
                bar.set_marker(None)
            return
        start, now, change = (float(values[query, key]) for values in shown)
        names = isolated(self._tokens[query].text), isolated(self._tokens[key].text)
        self.read_out.set_text(
            tr(
                "{query} → {key}: {start} → {now}",
                query=names[0],
                key=names[1],
                start=places(start, 3),
                now=places(now, 3),
            ),
            places(change, 3, sign=True),
        )
        self.bars[0].set_marker(now)
        self.bars[1].set_marker(change)

    def _piece_words(self, cell: Cell) -> str:
        query, key = cell
        if query is not None:
            return tr("{piece} looks at …", piece=isolated(self._tokens[query].text))
        return "" if key is None else tr("… look at {piece}", piece=isolated(self._tokens[key].text))

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def _hovered(self, cell: Cell | None) -> None:
        self._hover = cell or (None, None)
        self._mark()

    @Slot(object)
    def _clicked(self, cell: Cell) -> None:
        self._pin = (None, None) if cell == self._pin else cell
        self._mark()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape lets go of what is pinned; comma and full stop step through the run."""
        steps = {Qt.Key.Key_Comma: -1, Qt.Key.Key_Period: 1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape and self._pin != (None, None):
            self._pin = (None, None)
            self._mark()
        elif steps is not None:
            self.stepped.emit(steps)
        else:
            super().keyPressEvent(event)

    # Pictures and numbers ----------------------------------------------------------------------------------------

    def drawing(self, title: str) -> Drawing:
        """The three maps beside each other under their captions, over both scales."""
        parts = [
            figure(view.drawing(), label.text(), bar.drawing())
            for view, label, bar in zip(self.maps, self.captions, (self.bars[0], *self.bars), strict=True)
        ]
        width = sum(part.size.width() for part in parts)
        height = max(part.size.height() for part in parts)

        def paint(painter: QPainter, ratio: float) -> None:
            left = 0.0
            for part in parts:
                painter.save()
                painter.translate(QPointF(left, 0))
                part.paint(painter, ratio)
                painter.restore()
                left += part.size.width()

        return figure(Drawing(QSizeF(width, height), paint), title)

    def table(self) -> Table:
        """Query, key, and the weight at the start, now, and the difference."""
        header = (tr("query"), tr("key"), *(label.text() for label in self.captions))
        shown = self.shown
        if shown is None:
            return header, []
        texts = [f"{place + 1} {token.text}" for place, token in enumerate(self._tokens)]
        return header, (
            (texts[query], texts[key], *(str(values[query, key]) for values in shown))
            for query in range(len(texts))
            for key in range(len(texts))
        )

    # Layout ------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.name)
        top.addWidget(self.facts, 1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(_BESIDE)
        grid.setVerticalSpacing(_SPACING)
        for column, (view, label) in enumerate(zip(self.maps, self.captions, strict=True)):
            label.setProperty("kind", "secondary")
            label.setFont(font("small"))
            view.setMinimumSize(*_LEAST_MAP)
            grid.addWidget(label, 0, column)
            grid.addWidget(view, 1, column)
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(1, 1)
        grid.addWidget(self.bars[0], 2, 0)
        grid.addWidget(self.read_out, 2, 1)
        grid.addWidget(self.bars[1], 2, 2)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(_SPACING)
        column_.addLayout(top)
        column_.addLayout(grid, 1000)
        column_.addStretch(1)

    def height_for(self, width: int) -> int:
        """How high it is when its maps are as large as this width lets them be."""
        side = (width - 2 * _BESIDE) // 3
        return side + self._around()

    def _around(self) -> int:
        """The height of what stands above and under the maps."""
        lines = self.name, self.captions[0], self.bars[0]
        return sum(line.sizeHint().height() + _SPACING for line in lines)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what stands under the maps close to them."""
        super().resizeEvent(event)
        self._snug()

    def _snug(self) -> None:
        for view in self.maps:
            snug_height(view, self.height() - self._around())

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 190)
