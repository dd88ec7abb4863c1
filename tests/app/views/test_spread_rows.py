"""Dots of seeds on one axis."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from pytestqt.qtbot import QtBot

from app.views.spread_rows import SpreadRow, SpreadRows
from app.views.vector_files import svg_bytes


@pytest.fixture
def spread(qtbot: QtBot) -> SpreadRows:
    made = SpreadRows()
    qtbot.addWidget(made)
    made.resize(500, 120)
    made.set_rows(
        (SpreadRow("one", (0.8,), 0), SpreadRow("five seeds", (0.7, 0.75, 0.9), 1)), lambda v: f"{v:.2f}"
    )
    made.show()
    return made


def test_rows_share_an_axis(spread: SpreadRows) -> None:
    (alone,), several = spread.places(0), spread.places(1)
    assert several[0].x() < several[1].x() < alone.x() < several[2].x()
    share = (alone.x() - several[0].x()) / (several[2].x() - several[0].x())
    assert share == pytest.approx(0.5)
    assert alone.y() < several[0].y() and several[2].x() < spread.width()


def test_as_picture_and_numbers(spread: SpreadRows) -> None:
    root = ET.fromstring(svg_bytes(spread.drawing(), {}))
    texts = {"".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"one", "five seeds", "0.80"} <= texts
    assert list(spread.table()[1]) == [
        ("one", 0.8),
        ("five seeds", 0.7),
        ("five seeds", 0.75),
        ("five seeds", 0.9),
    ]


def test_nothing_and_equal_values_are_drawn(spread: SpreadRows) -> None:
    for rows in ((), (SpreadRow("none", ()),), (SpreadRow("same", (0.5, 0.5)),)):
        spread.set_rows(rows, str)
        assert not spread.grab().isNull()
    first, second = spread.places(0)
    assert first.x() == second.x() and abs(first.y() - second.y()) >= 8, "both are seen"


def test_a_heap_of_equal_seeds_stays_in_its_row(spread: SpreadRows) -> None:
    spread.set_rows((SpreadRow("heap", (0.5,) * 5 + (0.6,)),), str)
    places = spread.places(0)
    assert len({place.y() for place in places[:5]}) == 3 and places[5].y() == places[0].y()
    assert all(4 <= place.y() <= 22 for place in places)
