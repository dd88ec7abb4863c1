"""Bars where an answer begins and ends."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from app.views.answer_places import AnswerPlaces

BEGIN, END = np.array([0.1, 0.6, 0.0, 0.3]), np.array([0.0, 0.1, 0.8, 0.1])


@pytest.fixture
def places(qtbot) -> AnswerPlaces:
    made = AnswerPlaces()
    qtbot.addWidget(made)
    made.resize(300, 120)
    made.set_places(("the", "red", "##dish", "cat"), BEGIN, END, (1, 2))
    made.show()
    qtbot.waitExposed(made)
    return made


def test_bars_are_as_high_as_their_probabilities(places: AnswerPlaces) -> None:
    up = [places.bar_rect(n, end=False).height() for n in range(4)]
    down = [places.bar_rect(n, end=True).height() for n in range(4)]
    np.testing.assert_allclose(np.array(up) / down[2], BEGIN / 0.8, atol=1e-9)
    np.testing.assert_allclose(np.array(down) / down[2], END / 0.8, atol=1e-9)
    middle = places.height() / 2
    assert places.bar_rect(1, end=False).bottom() == middle == places.bar_rect(1, end=True).top()
    assert places.bar_rect(2, end=True).bottom() <= places.height()


def test_differences_go_both_ways(places: AnswerPlaces) -> None:
    places.set_places(("a", "b"), np.array([-0.5, 0.5]), np.array([0.2, -0.2]), None)
    middle = places.height() / 2
    assert places.bar_rect(0, end=False).top() == middle < places.bar_rect(0, end=False).bottom()
    assert places.bar_rect(1, end=True).bottom() == middle > places.bar_rect(1, end=True).top()
    assert "begins here: −50%" in places.readout(0)
    places.grab()


def test_pieces_are_found_pointed_at_and_clicked(qtbot, places: AnswerPlaces) -> None:
    clicked: list[int] = []
    hovered: list[int | None] = []
    places.clicked.connect(clicked.append)
    places.hovered.connect(hovered.append)
    x = round(places.bar_rect(2, end=True).center().x())
    assert (
        places.spot_at(QPointF(x, 60)) == 2
        and places.spot_at(QPointF(2, 60)) is None
        and places.spot_at(QPointF(299, 60)) is None
    )
    qtbot.mouseClick(places, Qt.MouseButton.LeftButton, pos=QPoint(x, 60))
    qtbot.keyClick(places, Qt.Key.Key_Right)
    assert hovered[-1] == 2 and clicked == [2]  # from the best answer's first piece on
    qtbot.keyClick(places, Qt.Key.Key_Home)
    qtbot.keyClick(places, Qt.Key.Key_Return)
    assert clicked == [2, 0] and "the\nbegins here: 10%" in places.accessibleDescription()
    places.set_places((), np.zeros(0), np.zeros(0), None)
    assert hovered[-1] is None and places.spot_at(QPointF(100, 60)) is None
    places.grab()


def test_many_pieces_stay_inside(places: AnswerPlaces) -> None:
    count = 400
    values = np.full(count, 1 / count)
    places.set_places(tuple("w" for _ in range(count)), values, values, (0, count - 1))
    places.set_marks(3, 399)
    assert places.bar_rect(count - 1, end=False).right() <= places.width() + 1
    assert [places.spot_at(places.bar_rect(n, end=False).center()) for n in (0, 399)] == [0, 399]
    places.grab()
    with pytest.raises(ValueError, match="2 pieces, 3 and 3"):
        places.set_places(("a", "b"), np.zeros(3), np.zeros(3), None)
