"""What can be done with one head of the mosaic: its context menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from app.panels.attention.numbers import head_name
from app.session import Session
from app.translation import tr
from app.views.map_table import map_table
from app.views.menu_title import add_title
from app.views.mosaic_order import Head
from app.views.picture import PictureActions
from app.views.tables import csv_text
from bert_core.trace import Floats, Token


def head_menu(
    session: Session,
    parent: QWidget,
    head: Head,
    shape: tuple[int, int],
    *,
    weights: Callable[[], Floats],
    tokens: tuple[Token, ...],
    picture: PictureActions,
    open_in: Callable[[str], object] | None,
) -> QMenu:
    """The menu of a head; it deletes itself when closed.

    shape    layers and heads
    weights  what is drawn of it, [S, S] of these tokens
    picture  that of all heads
    open_in  shows the head in a view of this name; None: there is no other view to show it in
    """
    layer, number = head
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    add_title(menu, head_name(*head))
    if open_in is not None:
        for name, words in (
            ("one", tr("Show large")),
            ("lines", tr("Show as lines")),
            ("calculation", tr("Show its arithmetic (Q·K·V)")),
            ("layer", tr("Show what its layer does")),
        ):
            menu.addAction(words, partial(open_in, name))
        menu.addSeparator()
    _add_switch(menu, session, {head}, tr("Switch off this head"))
    of_layer = {(layer, other) for other in range(shape[1])}
    _add_switch(menu, session, of_layer, tr("Switch off all heads of layer {layer}", layer=layer + 1))
    column = {(other, number) for other in range(shape[0])}
    _add_switch(menu, session, column, tr("Switch off head {head} in every layer", head=number + 1))
    menu.addSeparator()
    clipboard = QGuiApplication.clipboard()
    menu.addAction(tr("Copy “{name}”", name=head_name(*head)), partial(clipboard.setText, head_name(*head)))
    menu.addAction(
        tr("Copy its numbers (CSV)"), lambda: clipboard.setText(csv_text(*map_table(weights(), tokens)))
    )
    add_title(menu, picture.objectName())
    picture.add_to(menu)
    return menu


def picture_menu(parent: QWidget, picture: PictureActions) -> QMenu:
    """The menu beside all heads."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    picture.add_to(menu)
    return menu


def _add_switch(menu: QMenu, session: Session, heads: set[Head], words: str) -> None:
    """Ticked where all of them are off."""
    action = menu.addAction(words)
    action.setCheckable(True)
    action.setChecked(heads <= session.scene.interventions.heads_off)
    action.toggled.connect(partial(_switch, session, frozenset(heads)))


def _switch(session: Session, heads: frozenset[Head], off: bool) -> None:
    session.intervene(session.scene.interventions.switching(heads, off=off))
