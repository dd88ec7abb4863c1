"""The button with all pictures of a panel, and what they carry."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.panels.common_pictures import picture_of, pictures_button
from app.session import Session
from app.views.drawing import Drawing
from app.views.picture import PictureActions
from tests.app.fakes import fake_trace


@pytest.fixture
def pictures(qtbot: QtBot) -> list[PictureActions]:
    session = Session()
    trace = fake_trace()
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    made = []
    for number in range(3):
        widget = QWidget()
        qtbot.addWidget(widget)
        picture = picture_of(
            session,
            widget,
            f"Picture {number}",
            drawing=lambda: Drawing(QSizeF(10, 10), lambda painter, ratio: None),
            table=lambda: (("a",), [(1,)]),
            said=lambda: {"Layer": "4"},
            name=lambda: "name",
        )
        made.append(picture)
    return made


def test_two_stand_under_each_other_more_have_menus_of_their_own(
    qtbot: QtBot, pictures: list[PictureActions]
) -> None:
    few, many = pictures_button(pictures[:2]), pictures_button(pictures)
    for button in (few, many):
        qtbot.addWidget(button)
    assert set(pictures[1].actions) < set(few.menu().actions())
    menus = [menu for action in many.menu().actions() if isinstance(menu := action.menu(), QMenu)]
    assert [menu.title() for menu in menus] == ["Picture 0", "Picture 1", "Picture 2"]
    assert set(pictures[2].actions) < set(menus[2].actions())


def test_it_carries_the_text_and_what_is_said(pictures: list[PictureActions]) -> None:
    said = pictures[0]._metadata()
    assert said["Layer"] == "4" and said["Sentence A"] == fake_trace().scene.text_a and said["Pieces"]
