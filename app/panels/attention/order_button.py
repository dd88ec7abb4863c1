"""The button that says in which order the mosaic draws heads, and the menu that it opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.panels.attention.head_filter import Measure
from app.panels.attention.measured import EVIDENCE
from app.panels.attention.sorting import Sorting, What
from app.translation import tr
from app.views.menu_title import add_title


class OrderButton(QToolButton):
    """Filled anew each time it is opened.

    chosen(Sorting | None)  None: as in the model
    again                   what is sorted by an earlier text, or before a change, is to be sorted by what is now

    measures  by what heads can be sorted
    why_not   why they cannot be sorted by one just now; empty where they can
    is_old    whether there is something to sort again
    """

    chosen = Signal(object)
    again = Signal()

    def __init__(
        self,
        measures: Callable[[], Sequence[Measure]],
        why_not: Callable[[str], str],
        is_old: Callable[[], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._measures, self._why_not, self._is_old = measures, why_not, is_old
        self._sorting: Sorting | None = None
        self._last = Sorting("entropy")
        self._evidence: QMenu | None = None
        self.setAccessibleName(tr("Order of heads"))
        self.setToolTip(
            tr(
                "In which order heads are drawn. A second after the text was last changed, they are sorted anew; "
                "after a change to how the model reads, only when you ask."
            )
        )
        self.setProperty("kind", "bare")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self.fill)
        self.setMenu(self._menu)
        self._say()

    @property
    def sorting(self) -> Sorting | None:
        """What is chosen."""
        return self._sorting

    def set_sorting(self, sorting: Sorting | None) -> None:
        """Show that this is chosen; `chosen` is not emitted."""
        self._sorting = sorting
        self._last = sorting or self._last
        self._say()

    @Slot()
    def fill(self) -> None:
        """By what, which of them, and which way; other than the first, they are of use once something is chosen."""
        menu, now = self._menu, self._sorting
        menu.clear()
        if self._evidence is not None:
            self._evidence.deleteLater()
        self._evidence = evidence = QMenu(tr("evidence of a pattern"), menu)
        evidence.setToolTipsVisible(True)
        by, what, way = QActionGroup(evidence), QActionGroup(evidence), QActionGroup(evidence)
        self._add(menu, by, tr("As in the model"), None, now is None)
        add_title(menu, tr("Sort by"))
        for measure in self._measures():
            of_pattern = measure.name.startswith(EVIDENCE)
            action = self._add(
                evidence if of_pattern else menu,
                by,
                measure.words[0],
                replace(self._last, measure=measure.name),
                now is not None and now.measure == measure.name,
            )
            why_not = self._why_not(measure.name)
            action.setEnabled(not why_not)
            action.setToolTip(why_not or measure.words[0])
        menu.addMenu(evidence)
        add_title(menu, tr("What is sorted"))
        kinds: tuple[tuple[What, str], ...] = (
            ("heads", tr("Heads within each layer")),
            ("layers", tr("Layers, by the mean over their heads")),
            ("columns", tr("Head numbers, by the mean over layers")),
        )
        for kind, words in kinds:
            self._add(menu, what, words, replace(self._last, what=kind), self._last.what == kind)
        menu.addSeparator()
        for rising, words in ((True, tr("Lowest first")), (False, tr("Highest first"))):
            self._add(menu, way, words, replace(self._last, rising=rising), self._last.rising == rising)
        menu.addSeparator()
        menu.addAction(tr("Sort again"), self.again.emit).setEnabled(self._is_old())

    def _add(
        self, menu: QMenu, group: QActionGroup, words: str, sorting: Sorting | None, checked: bool
    ) -> QAction:
        action = menu.addAction(words, partial(self._choose, sorting))
        action.setCheckable(True)
        action.setChecked(checked)
        group.addAction(action)
        return action

    def _choose(self, sorting: Sorting | None) -> None:
        self.set_sorting(sorting)
        self.chosen.emit(sorting)

    def _say(self) -> None:
        if self._sorting is None:
            self.setText(tr("Order ▾"))
        else:
            self.setText(tr("Order {arrow} ▾", arrow="↑" if self._sorting.rising else "↓"))
