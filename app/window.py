"""The window: panels in docks, menus made from the table of actions, and where everything was last time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QVBoxLayout, QWidget

from app.actions import ACTIONS, MENUS
from app.docks import Docks, Place
from app.finder import ActionFinder
from app.panels.base import Panel
from app.session import Session
from app.status import StatusLine
from app.toolbar import TopBar
from app.translation import tr
from app.values import Problem
from app.views.banner import Banner
from app.views.current_stack import CurrentStack
from app.views.picture import PictureActions

LAYOUT_VERSION = 2


class Window(QMainWindow):
    """One central panel, the others in docks around it; a page takes the room of them all.

    pages  panels of which each has a workspace to itself, called as the panel is (see `show_page`)
    """

    closing = Signal()
    layout_changed = Signal()
    folder_dropped = Signal(object)  # str
    page_changed = Signal(object)  # str: the page's name; None: the explorer

    def __init__(
        self, session: Session, centre: Panel, places: Iterable[Place], pages: Iterable[Panel] = ()
    ) -> None:
        super().__init__()
        self.setWindowTitle("Attention Explorer")
        self.setMinimumSize(900, 600)
        self.resize(1440, 900)
        self.setDockNestingEnabled(True)
        self.session = session
        self.actions_: dict[str, QAction] = {}
        self.menus: dict[str, QMenu] = {}
        self._pages = {panel.name: panel for panel in pages}
        self.page: str | None = None
        self._explorer = b""  # how the docks stood when a page took their room
        self.setAcceptDrops(True)
        self._build_menus()
        self.top_bar = TopBar(session, self.actions_)
        self.addToolBar(self.top_bar)
        self.status = StatusLine(session)
        self.setStatusBar(self.status)
        self.banner = Banner()
        self.centre = centre
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        self._stack = CurrentStack()
        for panel in (centre, *self._pages.values()):
            self._stack.addWidget(_headed(panel))
        column.addWidget(self._stack, 1)
        self.setCentralWidget(middle)
        for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
            self.setCorner(corner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.docks = Docks(self, places)
        self.docks.settled.connect(self.layout_changed)
        self.docks.wanted.connect(self.bring_forward)
        self.menus["view"].addActions(list(self.docks.toggles.values()))
        self._collect_figures([centre, *self.docks.panels, *self._pages.values()])
        session.problem_changed.connect(self._problem_changed)
        session.history_changed.connect(self._history_changed)
        self.banner.dismissed.connect(self._dismiss)
        self._history_changed()
        self._order_tabs()

    def _order_tabs(self) -> None:
        """Tab goes where the eye goes: the top bar, then the panels from what is typed to what comes of it."""
        panels = {panel.name: panel for panel in (self.centre, *self.docks.panels)}
        order = (
            *(
                "input",
                "attention",
                "predictions",
                "next-sentence",
                "embeddings",
                "hidden-states",
                "layer-lens",
            ),
            *("saliency", "training-recipe", "continuity", "model"),
        )
        stops = [_focusable(self.top_bar)]
        for name in order:
            if name in panels:
                stops += [_focusable(panels[name].header), _focusable(panels[name])]
        chain = [widget for group in stops for widget in group]
        for before, after in pairwise(chain):
            self.setTabOrder(before, after)

    # Actions -----------------------------------------------------------------------------------------------------

    def _build_menus(self) -> None:
        for id_, title in MENUS.items():
            self.menus[id_] = self.menuBar().addMenu(tr(title))
        for spec in ACTIONS:
            action = QAction(tr(spec.text), self)
            action.setObjectName(spec.id)
            action.setShortcuts([QKeySequence(keys) for keys in spec.keys])
            action.setCheckable(spec.checkable)
            self.actions_[spec.id] = action
            self.menus[spec.menu].addAction(action)
        self.bind("find-action", self.find_action)
        self.bind("reset-layout", self.reset_layout)
        self.bind("quit", self.close)

    def bind(self, id_: str, slot: Callable[[], object]) -> None:
        """Say what an action does. Raises KeyError for an action that is not in the table."""
        self.actions_[id_].triggered.connect(slot)

    def all_actions(self) -> list[QAction]:
        """Every action in every menu, for the finder."""
        found: list[QAction] = []

        def walk(menu: QMenu) -> None:
            for action in menu.actions():
                inner = action.menu()
                if isinstance(inner, QMenu):
                    walk(inner)
                elif not action.isSeparator() and action not in found:
                    found.append(action)

        for menu in self.menus.values():
            walk(menu)
        return found

    def find_action(self) -> None:
        """Open the action finder over the window."""
        finder = ActionFinder(self.all_actions(), self)
        corner = self.mapToGlobal(self.rect().topLeft())
        finder.move(corner.x() + (self.width() - finder.width()) // 2, corner.y() + 70)
        finder.open()

    def _collect_figures(self, panels: list[Panel]) -> None:
        """Copying and saving of every picture, in the menu and so in the finder."""
        for panel in panels:
            for figure in panel.findChildren(PictureActions):
                title = figure.objectName() or panel.title
                menu = self.menus["figures"].addMenu(title)
                for action in figure.actions:
                    menu.addAction(_named_after(title, action, menu))
                figure.saved.connect(self._saved)
                figure.failed.connect(self._failed)

    def _saved(self, path: object) -> None:
        self.session.notice_given.emit(tr("Saved {path}", path=path))

    def _failed(self, message: object) -> None:
        self.session.set_problem(Problem(str(message)))

    # Layout ------------------------------------------------------------------------------------------------------

    def reset_layout(self) -> None:
        """The explorer, with every panel where it stands at first."""
        self.show_page(None)
        self.docks.arrange()

    def show_page(self, name: str | None) -> None:
        """Give a page the room of the explorer's panels; None gives it back. Floating panels stay in either case."""
        if name == self.page or (name is not None and name not in self._pages):
            return
        if self.page is None:
            self._explorer = bytes(self.saveState(LAYOUT_VERSION).data())
            self.docks.hide_docked()
        self.page = name
        self._stack.setCurrentIndex(0 if name is None else 1 + list(self._pages).index(name))
        if name is None:
            self.restoreState(QByteArray(self._explorer), LAYOUT_VERSION)
        self.page_changed.emit(name)

    def save_layout(self) -> tuple[bytes, bytes]:
        """Geometry and dock state, as Qt writes them."""
        state = bytes(self.saveState(LAYOUT_VERSION).data()) if self.page is None else self._explorer
        return bytes(self.saveGeometry().data()), state

    def restore_layout(self, geometry: bytes, state: bytes) -> None:
        """Back to a saved layout; one that does not fit is ignored."""
        if geometry:
            self.restoreGeometry(QByteArray(geometry))
        if not state or not self.restoreState(QByteArray(state), LAYOUT_VERSION):
            self.docks.arrange()

    def fit_layout(self) -> None:
        """Share the room anew, after the window was given a size."""
        self.docks.arrange()

    def createPopupMenu(self) -> QMenu:
        """The same choice, where the bar or a panel's title is clicked with the right button."""
        menu = QMenu(self)
        menu.addActions(list(self.docks.toggles.values()))
        return menu

    @Slot(object)
    def bring_forward(self, name: str) -> None:
        """Show a panel, on top of those that it shares its place with."""
        self.show_page(None)
        self.docks.bring_forward(name)

    # Dropping a folder -------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a folder."""
        if _dropped_folder(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say which folder it is."""
        folder = _dropped_folder(event)
        if folder is not None:
            event.acceptProposedAction()
            self.folder_dropped.emit(folder)

    # Session -----------------------------------------------------------------------------------------------------

    def _problem_changed(self, problem: Problem | None) -> None:
        if problem is None:
            self.banner.show_message("")
        else:
            self.banner.show_message(_drawable(problem.message), _drawable(problem.details))

    def _dismiss(self) -> None:
        self.session.set_problem(None)

    def _history_changed(self) -> None:
        self.actions_["undo"].setEnabled(self.session.can_undo)
        self.actions_["redo"].setEnabled(self.session.can_redo)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Say so first, so that everything can be kept."""
        self.closing.emit()
        super().closeEvent(event)


def _focusable(root: QWidget) -> list[QWidget]:
    """What inside it Tab stops at, in the order in which it goes there now."""
    found: list[QWidget] = []
    inside = set(root.findChildren(QWidget))
    widget = root.nextInFocusChain()
    while widget is not root and widget is not None:
        if widget in inside and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def _headed(panel: Panel) -> QWidget:
    """A panel under its header, as it stands in the middle."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(panel.header)
    column.addWidget(panel, 1)
    return made


def _dropped_folder(event: QDropEvent) -> str | None:
    """The one folder that is being dragged, if it is one."""
    urls = event.mimeData().urls()
    path = urls[0].toLocalFile() if len(urls) == 1 else ""
    return path if path and Path(path).is_dir() else None


def _named_after(title: str, action: QAction, parent: QObject) -> QAction:
    """An action that does the same and says of which picture, since in menu and finder it stands far from it."""
    named = QAction(f"{title}: {action.text()}", parent)
    named.triggered.connect(action.trigger)

    def follow() -> None:
        named.setEnabled(action.isEnabled())
        named.setToolTip(action.toolTip())

    action.changed.connect(follow)
    follow()
    return named


def _drawable(text: str) -> str:
    """Lone surrogates, as in the name of a file that is not UTF-8, would vanish on the way to Qt: written out."""
    return text.encode(errors="backslashreplace").decode()
