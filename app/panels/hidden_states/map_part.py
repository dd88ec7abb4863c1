"""The map with what is known of it: its points, which piece each is, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.panels.hidden_states.options import MapOptions
from app.panels.hidden_states.sentences import Sentences
from app.panels.hidden_states.shown import MapShown, Piece, legend, map_shown
from app.translation import tr
from app.views.job_line import JobLine
from app.views.piece_map import PieceMap
from app.views.piece_marks import Entry
from bert_core.queries import Progress
from bert_core.queries_states import StatesPlaces
from bert_core.trace import Token, Trace


class MapPart(QWidget):
    """piece_hovered(Piece or None) and piece_clicked(Piece), but not while the map is of another text.

    places  what was answered; None: nothing is drawn
    """

    piece_hovered = Signal(object)
    piece_clicked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.places: StatesPlaces | None = None
        self._shown: MapShown | None = None
        self.job = JobLine(tr("t-SNE"))
        self.map = PieceMap()
        self.map.piece_hovered.connect(self._hovered)
        self.map.piece_clicked.connect(self._clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.job)
        column.addWidget(self.map, 1)

    @property
    def others(self) -> Sequence[tuple[Token, ...]]:
        """The pieces of the other sentences."""
        return () if self.places is None else self.places.others

    def set_options(self, options: MapOptions) -> None:
        """How it is drawn from now on."""
        self.map.set_trails(options.trails)
        self.map.set_one_scale(options.one_scale)
        self.map.set_stretched(options.stretched)
        if options.method == "pca":
            self.job.clear()

    def show_progress(self, progress: Progress | None) -> None:
        """How far it is; None: it is there."""
        if progress is None:
            self.job.clear()
        else:
            done = tr("{done} of {all} layers", done=progress.done, all=progress.total or 0)
            self.job.show_progress(done, progress.done / max(1, progress.total or 1))

    def show_places(
        self,
        places: StatesPlaces,
        trace: Trace,
        against: Trace | None,
        sentences: Sentences,
        options: MapOptions,
    ) -> list[Entry]:
        """Draw these; returns the marks that are on the map."""
        self.places = places
        self._shown = map_shown(places, trace, against, sentences, options.method)
        self.map.set_points(self._shown.points)
        return legend(self._shown, sentences)

    def show_nothing(self, why: str) -> None:
        """A sentence instead."""
        self.map.set_empty_text(why)
        self.clear()

    def clear(self) -> None:
        """Draw nothing."""
        self.forget()
        self.map.set_points(None)

    def forget(self) -> None:
        """It is of another model: what is still drawn means nothing."""
        self.places = self._shown = None

    def wait(self) -> None:
        """It is of another text: nothing on it can be pointed at."""
        self._shown = None

    def ring(self, word: str, *, leading: bool) -> None:
        """The pieces of a word, in all sentences."""
        if self._shown is not None:
            self.map.set_word(self._shown.of_word(word), leading=leading)

    def mark(self, chosen: Iterable[Piece], hovered: Iterable[Piece]) -> None:
        """These pieces, where they are on the map."""
        if self._shown is not None:
            self.map.set_pinned(self._numbers(self._shown, chosen))
            self.map.set_hovered(self._numbers(self._shown, hovered))

    @staticmethod
    def _numbers(shown: MapShown, pieces: Iterable[Piece]) -> tuple[int, ...]:
        return tuple(n for n in map(shown.number_of, pieces) if n is not None)

    @Slot(object)
    def _hovered(self, number: int | None) -> None:
        if self._shown is not None:
            self.piece_hovered.emit(None if number is None else self._shown.pieces[number])

    @Slot(object)
    def _clicked(self, number: int) -> None:
        if self._shown is not None:
            self.piece_clicked.emit(self._shown.pieces[number])
