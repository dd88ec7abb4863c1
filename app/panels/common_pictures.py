"""Pictures of panels: named, carrying model and text, and offered behind one small button."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.session import Session
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure_metadata import figure_metadata
from app.views.menu_title import add_title
from app.views.picture import PictureActions
from app.views.tables import Table
from bert_core.trace import Trace

_TOLD = ("Model", "Sentence A", "Sentence B", "Interventions")
_NAMED_BY = 40  # characters of the text in a proposed file name
_BELOW_EACH_OTHER = 2  # pictures; of more, each gets a menu of its own


def picture_of(
    session: Session,
    widget: QWidget,
    title: str,
    *,
    drawing: Callable[[], Drawing],
    table: Callable[[], Table],
    said: Callable[[], Mapping[str, str]],
    name: Callable[[], str],
    trace: Callable[[], Trace | None] | None = None,
    against: Callable[[], Trace | None] | None = None,
) -> PictureActions:
    """The actions of a picture, also as the context menu of `widget`; the window lists them under `title`.

    said     what the picture carries besides model, sentences and changes
    name     how its file is called, before the text
    trace    what is drawn, where that may be the reference; else the newest
    against  what it is the difference from, if it is one
    """

    def drawn() -> Trace | None:
        return session.trace if trace is None else trace()

    def metadata() -> Mapping[str, str]:
        shown, other = drawn(), None if against is None else against()
        if shown is None:
            return {}
        more = dict(said())
        if other is not None:
            compared = figure_metadata(other, _model_of(session, other))
            more["Less"] = "; ".join(f"{key}: {compared[key]}" for key in _TOLD if key in compared)
        return figure_metadata(shown, _model_of(session, shown), **more)

    def file_name() -> str:
        shown = drawn()
        return f"{name()}-{'' if shown is None else shown.scene.text_a[:_NAMED_BY]}"

    picture = PictureActions(widget, drawing=drawing, table=table, metadata=metadata, name=file_name)
    picture.setObjectName(title)
    picture.install()
    return picture


def _model_of(session: Session, trace: Trace) -> str:
    reference, model = session.reference, session.model
    if reference is not None and trace is reference.trace:
        return reference.model
    return trace.scene.model_id if model is None else model.name


def pictures_button(pictures: Iterable[PictureActions]) -> QToolButton:
    """A button with a menu of all that can be copied and saved."""
    button = QToolButton()
    button.setText("⋯")
    button.setProperty("kind", "bare")
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setToolTip(tr("Copy or save pictures and numbers"))
    button.setAccessibleName(tr("Copy or save pictures and numbers"))
    menu = QMenu(button)
    menu.setToolTipsVisible(True)
    offered = tuple(pictures)
    for picture in offered:
        if len(offered) <= _BELOW_EACH_OTHER:
            add_title(menu, picture.objectName())
            picture.add_to(menu)
        else:
            picture.add_to(menu.addMenu(picture.objectName()))
    button.setMenu(menu)
    return button
