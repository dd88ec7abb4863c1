"""What the actions inside the views of attention do, and which of them are ticked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from app.panels.attention import AttentionPanel
from app.panels.attention.flow import FlowPage
from app.panels.attention.measures import MeasuresPage
from app.panels.attention.search import SearchPage
from app.translation import tr

SPECIALS = {
    "specials-shown": "shown",
    "specials-left-out": "left-out",
    "specials-renormalised": "renormalised",
}
"""Actions, and what each does with the special pieces of the large map."""


class AttentionCommands(QObject):
    """Each brings the view that it is about to the front first.

    see      shows a view of the panel
    bind     says what an action does
    actions  the window's, by id
    """

    def __init__(
        self,
        panel: AttentionPanel,
        see: Callable[[str], object],
        bind: Callable[[str, Callable[[], object]], None],
        actions: Mapping[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel, self._see, self._actions = panel, see, actions
        arranging, self._choices = panel.maps.mosaic_pane.arranging, panel.maps.head_pane.choices
        flow, measures, search = (panel.page(name) for name in ("flow", "measures", "search"))
        assert isinstance(flow, FlowPage)
        assert isinstance(measures, MeasuresPage)
        assert isinstance(search, SearchPage)
        self._measures = measures
        for id_, view, slot in (
            ("order-heads", "all", arranging.ask_order),
            ("sort-again", "all", arranging.sort_again),
            ("dim-heads", "all", arranging.ask_filter),
            ("heads-as-model", "all", arranging.undo),
            ("one-head-words", "", self._choices.toggle_words),
            ("specials-shown", "", self._choices.show_special),
            ("specials-left-out", "", self._choices.leave_out_special),
            ("specials-renormalised", "", self._choices.renormalise),
            ("marginal-bars", "", self._choices.toggle_bars),
            ("follow-piece", "flow", self.follow_pinned),
            ("flow-stop", "flow", flow.stop_flow),
            ("flow-start", "flow", flow.start_flow),
            ("measured-file", "measures", measures.sources.ask_file),
            ("compute-importance", "measures", self.compute_importance),
            ("prune", "measures", self.see_pruning),
            ("prune-more", "measures", partial(self.prune, 1)),
            ("prune-less", "measures", partial(self.prune, -1)),
            ("prune-none", "measures", self.prune_none),
            ("search-head", "search", partial(search.set_by, "head")),
            ("search-state", "search", partial(search.set_by, "state")),
            ("search-start", "search", search.start),
            ("search-stop", "search", search.cancel),
            ("search-file", "search", search.texts.ask_file),
        ):
            bind(id_, partial(self._do, view, slot))
        self._choices.changed.connect(self._tick)
        self._tick()

    def _do(self, view: str, slot: Callable[[], object]) -> None:
        if view:
            self._see(view)
        elif self._panel.maps.head_pane.isHidden() or self._panel.view not in ("all", "one"):
            self._see("one")
        slot()
        self._tick()  # a click on the one that is on would untick it

    def follow_pinned(self) -> None:
        """The flow of the pinned piece."""
        session = self._panel.session
        if session.selection.query is None and session.selection.key is None:
            session.notice_given.emit(tr("Pin a piece first: Ctrl+click on it, or Space"))
        elif session.selection.query is None:
            session.pin(query=session.selection.key)

    def compute_importance(self) -> None:
        """By the part of the measures that is seen: pruning follows the text on screen."""
        if self._measures.view == "prune":
            self._measures.pruning.compute()
        else:
            self._measures.compute_importance()

    def see_pruning(self) -> None:
        """The curve and its slider."""
        self._measures.set_view("prune")

    def prune(self, by: int) -> None:
        """So many heads more, in the order of importance."""
        self.see_pruning()
        self._measures.pruning.remove_more(by)

    def prune_none(self) -> None:
        """All heads as they were."""
        self.see_pruning()
        self._measures.pruning.remove(0)

    @Slot()
    def _tick(self) -> None:
        now = self._choices.now
        self._actions["one-head-words"].setChecked(now.words)
        self._actions["marginal-bars"].setChecked(now.bars)
        for id_, special in SPECIALS.items():
            self._actions[id_].setChecked(now.special == special)
