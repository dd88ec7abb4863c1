"""The panels around the centre: where they stand at first, which are open, and which lie behind another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from app.panels.base import Panel
from app.translation import tr
from app.views.dock_tabs import DockTabs

Area = Qt.DockWidgetArea

_SETTLES_AFTER = 500  # milliseconds without another move
_WIDE = 1200  # pixels, from which a window has room for broader panels


@dataclass(frozen=True)
class Place:
    """Where a panel stands at first: an area, and its share of it in pixels of a 1440 x 900 window.

    behind  as a tab behind the first panel of the area
    """

    panel: Panel
    area: Area
    size: int
    behind: bool = False


class Docks(QObject):
    """A dock for each place in a window, which must have its menus by now.

    toggles  by the panel's name: checked where it is seen
    settled  is emitted when panels have been moved or resized, once that is over
    wanted   (name) when a person asks for a panel that lies behind another or is closed
    """

    settled = Signal()
    wanted = Signal(object)

    def __init__(self, window: QMainWindow, places: Iterable[Place]) -> None:
        super().__init__(window)
        self._window = window
        self._places = tuple(places)
        self._docks: dict[str, QDockWidget] = {}
        self.tabs: dict[str, DockTabs] = {}
        self.toggles: dict[str, QAction] = {}
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLES_AFTER)
        self._settle.timeout.connect(self.settled)
        for place in self._places:
            self._docks[place.panel.name] = self._dock(place)
        self.arrange()

    @property
    def panels(self) -> list[Panel]:
        """All of them."""
        return [place.panel for place in self._places]

    def _dock(self, place: Place) -> QDockWidget:
        panel = place.panel
        dock = QDockWidget(panel.title, self._window)
        dock.setObjectName(f"dock-{panel.name}")
        dock.setTitleBarWidget(panel.header)
        dock.setWidget(_Holder(panel))
        dock.topLevelChanged.connect(self._touched)
        dock.visibilityChanged.connect(self._touched)
        dock.visibilityChanged.connect(self._tabs_touched)
        dock.installEventFilter(self)
        tabs = DockTabs(panel.name)
        tabs.chosen.connect(self.wanted)
        panel.header_row.insertWidget(0, tabs)
        self.tabs[panel.name] = tabs
        toggle = QAction(tr("Panel: {title}", title=panel.title), self)
        toggle.setCheckable(True)
        toggle.setData(panel.name)
        toggle.triggered.connect(self._toggle_panel)
        self.toggles[panel.name] = toggle
        return dock

    def arrange(self) -> None:
        """Where each stands at first."""
        window = self._window
        for dock in self._docks.values():
            dock.setFloating(False)
            window.removeDockWidget(dock)
        by_area: dict[Area, list[tuple[QDockWidget, int]]] = {}
        for place in self._places:
            dock = self._docks[place.panel.name]
            window.addDockWidget(place.area, dock)
            dock.show()
            if place.behind and place.area in by_area:
                front = by_area[place.area][0][0]
                window.tabifyDockWidget(front, dock)
                front.raise_()
            else:
                by_area.setdefault(place.area, []).append((dock, place.size))
        layout = window.layout()
        if (
            layout is not None
        ):  # or the sizes would be of 640 x 480 pixels, and scaled when the window is shown
            layout.activate()
        for area, docks in by_area.items():
            sideways = area == Area.BottomDockWidgetArea
            along = Qt.Orientation.Horizontal if sideways else Qt.Orientation.Vertical
            widgets, sizes = [dock for dock, _ in docks], [size for _, size in docks]
            if len(docks) > 1:
                window.resizeDocks(widgets, sizes, along)
        left = [dock for dock, _ in by_area.get(Area.LeftDockWidgetArea, [])][:1]
        right = [dock for dock, _ in by_area.get(Area.RightDockWidgetArea, [])][:1]
        bottom = [dock for dock, _ in by_area.get(Area.BottomDockWidgetArea, [])][:1]
        wide = window.width() >= _WIDE
        window.resizeDocks([*left, *right], [300 if wide else 250] * len(left) + [290 if wide else 240] * len(right),
                         Qt.Orientation.Horizontal)  # fmt: skip
        window.resizeDocks(
            bottom, [max(236, round(window.height() * 0.3))] * len(bottom), Qt.Orientation.Vertical
        )

    def hide_docked(self) -> None:
        """Give their room to something else; those that float stay."""
        for dock in self._docks.values():
            if not dock.isFloating():
                dock.hide()

    def bring_forward(self, name: str) -> None:
        """Show a panel, on top of those that it shares its place with. Raises KeyError for one that there is not."""
        self._docks[name].show()
        self._docks[name].raise_()

    def _touched(self, _: object = None) -> None:
        self._settle.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that a dock was resized or moved."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._touched()
            self._tabs_touched()
        return super().eventFilter(watched, event)

    @Slot()
    def _tabs_touched(self, _: object = None) -> None:
        """Name in each header who shares its place, and hide the panels behind.

        Qt only moves those out of sight, and they would go on working.
        """
        for place in self._places:
            panel, dock = place.panel, self._docks.get(place.panel.name)
            if dock is None:
                continue
            in_front = dock.isFloating() or dock.geometry().right() >= 0
            if in_front == panel.isHidden():
                panel.setVisible(in_front)
            self.toggles[panel.name].setChecked(self._is_seen(panel.name))
            together = {
                dock,
                *(other for other in self._window.tabifiedDockWidgets(dock) if not other.isHidden()),
            }
            names = [name for name, other in self._docks.items() if other in together]
            self.tabs[panel.name].set_tabs([(name, self._docks[name].windowTitle()) for name in names])
            panel.title_label.setVisible(len(names) < 2)

    def _is_seen(self, name: str) -> bool:
        """Open, and not behind another panel's tab."""
        dock = self._docks[name]
        return not dock.isHidden() and (dock.isFloating() or dock.geometry().right() >= 0)

    @Slot()
    def _toggle_panel(self) -> None:
        """Show a panel that is closed or behind another, and close one that is seen."""
        action = self.sender()
        if not isinstance(action, QAction):
            return
        name = action.data()
        if self._is_seen(name):
            self._docks[name].close()
        else:
            self.wanted.emit(name)


class _Holder(QWidget):
    """Keeps the place of a panel while it is hidden: a dock with nothing in it would shrink to its title."""

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._panel = panel
        panel.setParent(self)

    def sizeHint(self) -> QSize:
        return self._panel.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._panel.minimumSizeHint().expandedTo(self._panel.minimumSize())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """All of the room is the panel's."""
        self._panel.setGeometry(self.rect())

    def event(self, event: QEvent) -> bool:
        """The panel needs another size now."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)
