"""What moves over the run: drift and CKA by layer, masked words, the next sentence."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.file_questions.probes import Floats, ProbeHistory, WordHistory
from app.panels.fine_tuning.probes.words import start_words
from app.theme import theme
from app.translation import tr
from app.views.choice import Choice
from app.views.head_colours import head_colour
from app.views.step_chart import StepChart
from app.views.step_plot import StepCurve, layer_colour

_WIDE, _LEAST, _HIGH = (
    210,
    150,
    116,
)  # pixels: a chart that stands beside others, is as narrow, as low as can be
_ACROSS, _DOWN = 20, 10
_AIR = 1.05
_WORDS = 6  # that are drawn
_LETTERS = 13
_LEVEL = 1e-6  # below, there is only the rounding of half precision


class ChartsPane(QWidget):
    """Four charts over one row of steps, in as many columns as there is room for.

    chosen(record)      a person wants another step
    mask_wanted(index)  and another of the sentence's masked places
    """

    chosen = Signal(object)
    mask_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drift = StepChart(tr("Drift by layer"), tr("mean over heads"))
        self.cka = StepChart(tr("CKA by layer"))
        self.words = StepChart(tr("Masked word"))
        self.nsp = StepChart(tr("Next sentence"), tr("p(B follows A)"))
        self.all = self.drift, self.cka, self.words, self.nsp
        self.place = Choice(tr("Masked place"), tr("Which masked place is followed"), letters=_LETTERS)
        self.place.chosen.connect(self.mask_wanted)
        self.words.top.insertWidget(1, self.place)
        self._columns = 0
        self._apart = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(_ACROSS)
        self._grid.setVerticalSpacing(_DOWN)
        for chart in self.all:
            chart.setMinimumSize(_LEAST, _HIGH)
            chart.chosen.connect(self._chosen)
        self._arrange()

    # What is shown -----------------------------------------------------------------------------------------------

    def show_history(self, history: ProbeHistory, sentence: int, *, every: bool, layer: int | None) -> None:
        """Drift and CKA of all sentences (`every`), or of one; that layer's curve is the strong one."""
        drift = history.drift.mean(1) if every else history.drift[:, sentence]
        by_layer = drift.mean(-1)  # [N, L]
        layers = by_layer.shape[1]
        curves = [StepCurve(f"L{n + 1}", layer_colour(n, layers), by_layer[:, n]) for n in range(layers)]
        self.drift.set_curves(curves, history.steps, 0.0, _top(by_layer), strong=layer)
        cka = history.cka[:, -1 if every else sentence]  # [N, L+1]
        curves = [StepCurve(f"L{n}", layer_colour(n, layers + 1), cka[:, n]) for n in range(layers + 1)]
        self.cka.set_unit(tr("with {start}", start=start_words(history)))
        self.cka.set_curves(
            curves, history.steps, _bottom(cka), 1.0, strong=None if layer is None else layer + 1
        )
        self._show_nsp(history, sentence)

    def set_layer(self, layer: int | None) -> None:
        """That layer's curves are the strong ones."""
        self.drift.set_strong(layer)
        self.cka.set_strong(None if layer is None else layer + 1)

    def _show_nsp(self, history: ProbeHistory, sentence: int) -> None:
        pairs = [n for n, text in enumerate(history.sentences) if text.text_b is not None]
        known = [n for n in pairs if not np.isnan(history.nsp[:, n]).all()]
        colours = {n: theme().accent if n == sentence else theme().secondary for n in known}
        curves = [StepCurve(str(n + 1), colours[n], history.nsp[:, n]) for n in known]
        empty = (
            tr("No probe is a pair of sentences.")
            if not pairs
            else tr("This model has no next-sentence head.")
        )
        strong = known.index(sentence) if sentence in known else None
        self.nsp.set_curves(curves, history.steps, 0.0, 1.0, strong=strong, empty=empty)

    def show_masks(self, names: list[str], chosen: int) -> None:
        """Offer these masked places, where there are several."""
        self.place.set_names(names)
        several = len(names) > 1
        self.place.setVisible(several)
        self.words.title.setVisible(not several)  # then the list says it
        for chart in self.all:  # so that the frames of all begin at one height
            chart.title.setMinimumHeight(self.place.sizeHint().height() if several else 0)
        if names:
            self.place.setCurrentIndex(chosen)

    def show_words(self, words: WordHistory | None, steps: tuple[int, ...], instead: str) -> None:
        """The likeliest words of the chosen place; None shows the sentence `instead`."""
        if words is None:
            self.words.set_curves((), (), 0.0, 1.0, empty=instead)
            return
        curves = [
            StepCurve(word, head_colour(n), words.probabilities[n])
            for n, word in enumerate(words.words[:_WORDS])
        ]
        shown = words.probabilities[:_WORDS]
        self.words.set_curves(curves, steps, 0.0, min(1.0, _top(shown)))

    def set_record(self, record: int) -> None:
        """Mark a step in every chart."""
        for chart in self.all:
            chart.set_record(record)

    @Slot(object)
    def _chosen(self, record: int) -> None:
        self.chosen.emit(record)

    # Layout ------------------------------------------------------------------------------------------------------

    def set_apart(self, *, apart: bool) -> None:
        """Whether the first chart stands elsewhere: whoever says so puts it there."""
        if apart != self._apart:
            self._apart = apart
            self._columns = 0
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """All beside each other where there is room, else in two columns."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        own = self.all[1:] if self._apart else self.all
        columns = len(own) if self.width() >= len(own) * _WIDE + (len(own) - 1) * _ACROSS else 2
        if columns == self._columns:
            return
        self._columns = columns
        for chart in own:
            self._grid.removeWidget(chart)
        for number, chart in enumerate(own):
            self._grid.addWidget(chart, number // columns, number % columns)
        for number in range(len(self.all)):
            self._grid.setColumnStretch(number, int(number < columns))
            self._grid.setRowStretch(number, int(number * columns < len(own)))
        self.updateGeometry()

    @property
    def columns(self) -> int:
        """How many charts stand beside each other."""
        return self._columns

    def minimumSizeHint(self) -> QSize:
        rows = math.ceil((len(self.all) - self._apart) / max(1, self._columns))
        return QSize(2 * _LEAST + _ACROSS, rows * _HIGH + (rows - 1) * _DOWN)


def _top(values: Floats) -> float:
    """Where an axis from 0 ends."""
    known = values[np.isfinite(values)]
    largest = float(known.max(initial=0.0))
    return _AIR * largest if largest > _LEVEL else 1.0


def _bottom(values: Floats) -> float:
    """Where an axis up to 1 begins: a tenth, hundredth ... below the least."""
    known = values[np.isfinite(values)]
    gap = 1.0 - float(known.min(initial=1.0))
    if gap <= _LEVEL:
        return 0.0
    step = 10.0 ** math.floor(math.log10(gap))
    return max(0.0, 1.0 - step * math.ceil(gap / step))
