"""What can be done with one piece: its context menu, and the dialog that puts another in its place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from app.session import Session
from app.translation import tr
from app.views.piece_dialog import PieceDialog
from app.views.piece_text import isolated
from app.views.typed_text import typed_text


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
    clipboard = QGuiApplication.clipboard()
    menu.addAction(tr("Copy piece"), partial(clipboard.setText, token.text))
    menu.addAction(tr("Copy id {id}", id=token.id), partial(clipboard.setText, str(token.id)))
    return menu


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
