"""Pictures of panels: named, carrying model and text, and offered behind one small button."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.session import Session
from app.translation import tr
from app.views.figure_metadata import figure_metadata
from app.views.menu_title import add_title
from app.views.picture import PictureActions, Table

_NAMED_BY = 40  # characters of the text in a proposed file name


def picture_of(
    session: Session,
    widget: QWidget,
    title: str,
    *,
    image: Callable[[], QImage],
    table: Callable[[], Table],
    said: Callable[[], Mapping[str, str]],
    name: Callable[[], str],
) -> PictureActions:
    """The actions of a picture, also as the context menu of `widget`; the window lists them under `title`.

    said  what the picture carries besides model, sentences and changes
    name  how its file is called, before the text
    """

    def metadata() -> Mapping[str, str]:
        trace, model = session.trace, session.model
        if trace is None:
            return {}
        return figure_metadata(trace, model.name if model is not None else trace.scene.model_id, **said())

    def file_name() -> str:
        return f"{name()}-{'' if session.trace is None else session.trace.scene.text_a[:_NAMED_BY]}"

    picture = PictureActions(widget, image=image, table=table, metadata=metadata, name=file_name)
    picture.setObjectName(title)
    picture.install()
    return picture


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
    for picture in pictures:
        add_title(menu, picture.objectName())
        picture.add_to(menu)
    button.setMenu(menu)
    return button
