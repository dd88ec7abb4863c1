"""What can be done with one piece: its context menu, and the dialog that puts another in its place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from app.changes import term_name
from app.session import Session
from app.translation import tr
from app.views.piece_dialog import PieceDialog
from app.views.piece_text import isolated
from app.views.typed_text import typed_text
from bert_core.interventions import Term


def piece_menu(
    session: Session,
    parent: QWidget,
    position: int,
    toggle_pin: Callable[[int], object],
    ask: Callable[[int], object],
) -> QMenu | None:
    """The menu of a piece; it deletes itself when closed. None where there is no such piece."""
    trace = session.trace
    if trace is None or position >= len(trace.tokens):
        return None
    token = trace.tokens[position]
    replaced, masked = position in trace.scene.replaced, token.id == trace.mask_id
    free = not token.special and session.up_to_date
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if not (replaced and masked):
        mask = menu.addAction(tr("Mask"), partial(session.replace_piece, position, trace.mask_id))
        mask.setEnabled(free and not masked)
    if replaced:
        typed = isolated(typed_text(trace.scene, token))
        words = (
            tr("Unmask (put back “{piece}”)", piece=typed)
            if masked
            else tr("Put back “{piece}”", piece=typed)
        )
        menu.addAction(words, partial(session.replace_piece, position, None)).setEnabled(free)
    menu.addAction(tr("Replace by…"), partial(ask, position)).setEnabled(free)
    menu.addSeparator()
    pinned = position in (session.selection.query, session.selection.key)
    menu.addAction(tr("Unpin") if pinned else tr("Pin"), partial(toggle_pin, position))
    menu.addSeparator()
    _add_changes(menu, session, position)
    menu.addSeparator()
    clipboard = QGuiApplication.clipboard()
    menu.addAction(tr("Copy piece"), partial(clipboard.setText, token.text))
    menu.addAction(tr("Copy id {id}", id=token.id), partial(clipboard.setText, str(token.id)))
    return menu


def _add_changes(menu: QMenu, session: Session, position: int) -> None:
    """What can be changed about how this piece is read."""
    now = session.scene.interventions

    def hide(on: bool) -> None:
        session.intervene(session.scene.interventions.hiding(position, hide=on))

    hidden = menu.addAction(tr("Hide from attention"))
    hidden.setCheckable(True)
    hidden.setChecked(position in now.hidden)
    hidden.toggled.connect(hide)
    terms: tuple[Term, ...] = ("token", "segment", "position")
    for term in terms:
        where = now.dropped.get(term, frozenset())
        action = menu.addAction(tr("Leave out its {term} embedding", term=term_name(term)))
        action.setCheckable(True)
        action.setChecked(where == "all" or position in where)
        action.setEnabled(session.up_to_date and where != "all")
        action.toggled.connect(partial(_drop, session, term, position))
    hidden.setEnabled(session.up_to_date)


def _drop(session: Session, term: Term, position: int, on: bool) -> None:
    session.intervene(session.scene.interventions.dropping(term, position, drop=on))


def ask_replacement(session: Session, window: QWidget, position: int) -> PieceDialog | None:
    """Open the dialog that puts another piece at a position; None where there is no such piece."""
    trace, model = session.trace, session.model
    if trace is None or position >= len(trace.tokens):
        return None
    lowercase = model is not None and model.lowercase
    dialog = PieceDialog(trace.tokens[position].text, trace.vocabulary, lowercase=lowercase, parent=window)
    dialog.chosen.connect(partial(session.replace_piece, position))
    dialog.open()
    return dialog
