"""What the actions about the reference do, and which of them are ticked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from app.reference import Showing
from app.session import Session

SHOWING: Mapping[str, Showing] = {
    "show-now": "now",
    "show-reference": "reference",
    "show-difference": "difference",
}
"""Actions, and what each has views show."""


class ReferenceCommands(QObject):
    """Keeping a reference and showing it, by menu, key and finder.

    bind     says what an action does
    actions  the window's, by id
    """

    def __init__(
        self,
        session: Session,
        bind: Callable[[str, Callable[[], object]], None],
        actions: Mapping[str, QAction],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.session, self._actions = session, actions
        bind("keep-reference", session.keep_reference)
        bind("drop-reference", session.let_go_reference)
        bind("next-showing", self.show_next)
        for id_, showing in SHOWING.items():
            bind(id_, partial(self.show, showing))
        session.reference_changed.connect(self._tick)
        self._tick()

    def show(self, showing: Showing) -> None:
        """Have views show this."""
        self.session.show_reference(showing)
        self._tick()  # a click on the one that is on would untick it

    def show_next(self) -> None:
        """From now to the reference, to the difference, and round again."""
        reference = self.session.reference
        if reference is not None:
            order = list(SHOWING.values())
            self.show(order[(order.index(reference.showing) + 1) % len(order)])

    @Slot()
    def _tick(self, _: object = None) -> None:
        reference = self.session.reference
        for id_, showing in SHOWING.items():
            self._actions[id_].setEnabled(reference is not None)
            self._actions[id_].setChecked(reference is not None and reference.showing == showing)
        for id_ in ("drop-reference", "next-showing"):
            self._actions[id_].setEnabled(reference is not None)
