"""The mosaic's order and filter: what a person asks for, what has to be known for it, and what is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.panels.attention.filter_box import FilterBox
from app.panels.attention.head_filter import FilterError, HeadFilter, fits, read_filter
from app.panels.attention.measured import Measured
from app.panels.attention.order_button import OrderButton
from app.panels.attention.sorting import Sorting, axis_words, order_by, sorting_words
from app.session import Session
from app.translation import tr
from app.views.mosaic import Mosaic
from app.views.mosaic_order import Head, MosaicOrder
from bert_core.queries import Answer, OfReference, Query
from bert_core.scene import Scene
from bert_core.trace import Trace

SETTLED = 1000
"""Milliseconds after the last change to the text until heads are sorted anew: they do not move while one types."""


@dataclass(frozen=True)
class _Sorted:
    """By what heads were sorted: what was asked, and the scenes whose values these were, one the reference or not."""

    sorting: Sorting
    scene: Scene
    against: Scene | None
    is_now: bool

    def is_kept_for(self, other: _Sorted) -> bool:
        """Whether heads stay where they are: not where they are to be sorted otherwise, or another model's.

        By a difference they are sorted otherwise; between now and the reference they stay, to be compared.
        """
        return (
            self.sorting == other.sorting
            and self.scene.model_id == other.scene.model_id
            and self.against == other.against
        )

    def has_text_of(self, other: _Sorted) -> bool:
        """Whether at most the way of reading parts them."""
        return _text(self.scene) == _text(other.scene)

    def words_for(self, wanted: _Sorted) -> str:
        """What it is of, where something else is drawn."""
        if self == wanted:
            return ""
        if self.is_now != wanted.is_now:
            return tr("of what was shown before")
        return tr("before the last change") if self.has_text_of(wanted) else tr("of the text before")


class Arranging(QObject):
    """Belongs to one mosaic, and to the page that asks queries for it.

    changed  something is to be asked that was not, or nothing any more
    said     words, what is drawn, or why it is not, differ
    """

    changed = Signal()
    said = Signal()

    def __init__(self, session: Session, mosaic: Mosaic, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.measured = Measured(session)
        self._mosaic = mosaic
        self._trace: Trace | None = None
        self._against: Trace | None = None
        self._sorting: Sorting | None = None
        self._sorted: _Sorted | None = None
        self._sort_now = False  # whatever has changed since
        self._filter = HeadFilter("")
        self._unread = ""
        self._fitting: int | None = None
        measures = self.measured.measures()
        self.button = OrderButton(self.measured.measures, self._why_not, lambda: self.is_old)
        self.box = FilterBox(measures)
        self.controls = QWidget()
        row = QHBoxLayout(self.controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.button)
        row.addWidget(self.box, 100)
        row.addStretch(1)
        self.controls.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.settle = QTimer(self)
        self.settle.setSingleShot(True)
        self.settle.setInterval(SETTLED)
        self.settle.timeout.connect(self.sort_again)
        self.button.chosen.connect(self.set_sorting)
        self.button.again.connect(self.sort_again)
        self.box.typed.connect(self.set_filter)
        session.answer_changed.connect(self._saw)

    # What is asked for -------------------------------------------------------------------------------------------

    @property
    def sorting(self) -> Sorting | None:
        """By what heads are sorted, or are about to be; None: they stand as in the model."""
        return self._sorting

    @Slot(object)
    def set_sorting(self, sorting: Sorting | None) -> None:
        """Sort by this, as soon as it is known of all heads; None: as in the model."""
        self._sorting = sorting
        self.button.set_sorting(sorting)
        self.settle.stop()
        self._sort_now = False
        self.changed.emit()
        self._arrange()

    @Slot()
    def sort_again(self) -> None:
        """By what is drawn now, although it has changed since."""
        self._sort_now = True
        self._arrange()

    @property
    def is_old(self) -> bool:
        """Whether heads stand in an order of before the last change."""
        return self._sorted is not None and self._sorted != self._wanted()

    @property
    def filter(self) -> HeadFilter:
        """Which heads are to stand out; without conditions, all."""
        return self._filter

    @Slot(object)
    def set_filter(self, text: str) -> None:
        """Dim the heads that these words do not mean; where they cannot be read, say so, and dim none."""
        if self.box.currentText() != text:
            self.box.set_text(text)  # and this is called again
            return
        try:
            self._filter, self._unread = read_filter(text, self.measured.measures()), ""
        except FilterError as error:
            self._filter, self._unread = HeadFilter(text), str(error)
        self.changed.emit()
        self._arrange()

    @Slot()
    def ask_order(self) -> None:
        """Open the menu of orders."""
        self.button.menu().popup(self.button.mapToGlobal(self.button.rect().bottomLeft()))

    @Slot()
    def ask_filter(self) -> None:
        """Let a person type a filter."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        edit = self.box.lineEdit()
        assert edit is not None
        edit.selectAll()

    @Slot()
    def undo(self) -> None:
        """As in the model, nothing dimmed."""
        self.set_sorting(None)
        self.set_filter("")

    # What is known -----------------------------------------------------------------------------------------------

    def begin(self, trace: Trace, against: Trace | None) -> None:
        """Another text, or another way of reading or showing it."""
        self._trace, self._against = trace, against
        self.measured.begin(trace, against)
        for name, query in self.wanted().items():
            self._take_known(name, query, trace)
        before, wanted = self._sorted, self._wanted()
        self._sort_now = False
        self.settle.stop()
        if (
            before is not None
            and wanted is not None
            and before.is_now == wanted.is_now
            and not before.has_text_of(wanted)
        ):
            self.settle.start()
        self._arrange()

    def wanted(self) -> Mapping[str, Query]:
        """What has to be asked for order and filter, under names that `take` knows."""
        measures = self._filter.measures | (frozenset() if self._sorting is None else {self._sorting.measure})
        return self.measured.wanted(measures)

    def take(self, name: str, answer: Answer) -> bool:
        """An answer; whether it was wanted here."""
        if name not in self.wanted():
            return False
        self.measured.take(name, answer)
        self._arrange()
        return True

    def _take_known(self, name: str, query: Query, trace: Trace) -> None:
        """Nobody tells again what was answered before the reference was shown, or let go."""
        now = self._session.trace
        answer = self._session.known(query if trace is now else OfReference(query, trace.scene))
        if answer is not None and now is not None and answer.scene == now.scene:
            self.measured.take(name, answer)

    @Slot(object)
    def _saw(self, answer: Answer) -> None:
        if self.measured.saw(answer) and self._trace is not None:
            self._arrange()

    # What is drawn -----------------------------------------------------------------------------------------------

    def words(self) -> str:
        """How many heads stand out, and their order; or else why not. Empty where there is nothing to say."""
        if self._unread:
            return self._unread
        counted = self.filter_words() if self._fitting is None else self._count()
        return " · ".join(part for part in (counted, self.order_words()) if part)

    @property
    def failed(self) -> bool:
        """Whether the words say what is wrong."""
        return bool(self._unread)

    def order_words(self) -> str:
        """In which order heads are drawn; empty: as in the model."""
        sorting, trace = self._sorting, self._trace
        if sorting is None or trace is None:
            return ""
        why_not = self._why_not(sorting.measure)
        done = self._sorted
        if done is None:
            return why_not or tr("Sorting…")
        words = sorting_words(done.sorting, self.measured.words(done.sorting.measure))
        wanted = self._wanted()
        of = "" if wanted is None else done.words_for(wanted)
        return tr("{sorted} ({of_what})", sorted=words, of_what=why_not or of) if of else words

    def filter_words(self) -> str:
        """Which heads stand out, and how many; empty: all."""
        if self._unread or not self._filter.conditions:
            return self._unread
        typed = " ".join(self._filter.text.split())
        if self._fitting is None:
            why_not = next(filter(None, map(self._why_not, self._filter.measures)), "")
            return why_not or tr("{filter}: counting…", filter=typed)
        if self._against is not None and any(one.compare for one in self._filter.conditions):
            typed = tr("{filter}, by how much it changed", filter=typed)
        return tr("{filter}: {count}", filter=typed, count=self._count())

    def _count(self) -> str:
        layers, heads = (0, 0) if self._trace is None else self._trace.attentions.shape[:2]
        return tr("{n} of {all} heads", n=self._fitting, all=layers * heads)

    def order(self) -> MosaicOrder:
        """In which order heads are drawn."""
        return self._mosaic.order()

    def fits(self, head: Head) -> bool:
        """Whether a head stands out; every one does where nothing is filtered."""
        return head not in self._mosaic.dimmed

    def note(self, head: Head) -> str:
        """What is sorted by, of one head: entropy 0.53."""
        if self._sorting is None or self._trace is None:
            return ""
        text = self.measured.text(self._sorting.measure, head)
        return f"{self.measured.words(self._sorting.measure)} {text}" if text else ""

    def _arrange(self) -> None:
        if self._trace is not None:
            self._sort()
            self._dim(self._trace)
        self.said.emit()

    def _sort(self) -> None:
        wanted, before = self._wanted(), self._sorted
        if wanted is None:
            self._sorted = None
            self._mosaic.set_order(None)
            return
        known = self.measured.state(wanted.sorting.measure)[0] == "known"
        kept = before is not None and before.is_kept_for(wanted)
        if known and (not kept or self._sort_now or before == wanted):
            self._sort_now = False
            self._sorted = wanted
            sorting = wanted.sorting
            words = axis_words(sorting, self.measured.words(sorting.measure))
            self._mosaic.set_order(order_by(self.measured.values(sorting.measure), sorting, words))
        elif not kept:
            self._sorted = None
            self._mosaic.set_order(None)

    def _dim(self, trace: Trace) -> None:
        self._fitting = None
        dimmed: set[Head] = set()
        if self._filter.conditions:
            off = trace.scene.interventions.heads_off
            found = fits(self._filter, lambda condition: self.measured.compared(condition, off))
            if all(self.measured.state(measure)[0] == "known" for measure in self._filter.measures):
                self._fitting = int(found.sum())
            if self._fitting is None and not found.any():  # nothing is known yet
                found[...] = True
            layers, heads = found.shape
            dimmed = {(layer, head) for layer in range(layers) for head in range(heads)} - {
                (int(layer), int(head)) for layer, head in zip(*found.nonzero(), strict=True)
            }
        self._mosaic.set_dimmed(dimmed)

    def _wanted(self) -> _Sorted | None:
        if self._sorting is None or self._trace is None:
            return None
        against = None if self._against is None else self._against.scene
        return _Sorted(self._sorting, self._trace.scene, against, self._trace is self._session.trace)

    def _why_not(self, measure: str) -> str:
        return self.measured.state(measure)[1]


def _text(scene: Scene) -> tuple[object, ...]:
    return scene.text_a, scene.second, scene.replaced
