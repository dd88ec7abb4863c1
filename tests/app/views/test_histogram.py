"""The histogram: parts, their edges, what it says, and that it can be drawn of anything."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, QSizeF, Qt
from PySide6.QtGui import QMouseEvent
from pytestqt.qtbot import QtBot

from app.theme import theme
from app.views.histogram import Histogram

COUNTS = (5, 0, 1000, 20)


@pytest.fixture
def view(qtbot: QtBot) -> Histogram:
    made = Histogram("How often")
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.set_counts(COUNTS, -1.0, 0.25, 0.1, axis="pieces")
    made.show()
    qtbot.waitExposed(made)
    return made


def test_parts_lie_between_their_edges(view: Histogram) -> None:
    assert [view.edges(n) for n in (0, 3)] == [(-1.0, -0.5), (0.5, 1.0)]
    found = [view.part_at(x) for x in range(300)]
    assert found[0] is None and found[-1] is None
    inner = [part for part in found if part is not None]
    assert inner == sorted(inner) and set(inner) == {0, 1, 2, 3}


def test_it_says_what_it_shows(view: Histogram) -> None:
    assert view.accessibleDescription() == "pieces. mean 0.250 ± 0.100"
    x = next(x for x in range(300) if view.part_at(x) == 2)
    for at, tip in ((x + 5, "1,000 between 0.00 and 0.50"), (0, "")):
        place, none = QPointF(at, 100), Qt.MouseButton.NoButton
        event = QMouseEvent(QEvent.Type.MouseMove, place, place, none, none, Qt.KeyboardModifier.NoModifier)
        view.mouseMoveEvent(event)
        assert view.toolTip() == tip


@pytest.mark.parametrize("size", [(20, 10), (140, 90), (420, 260)])
@pytest.mark.parametrize("counts", [(), (0, 0), (1,), (10**9, 3), COUNTS])
def test_anything_can_be_drawn(view: Histogram, size: tuple[int, int], counts: tuple[int, ...]) -> None:
    view.set_counts(counts, 0.0, float("nan") if not counts else 1.0)
    assert not view.drawing(QSizeF(*size)).to_image().isNull()


def test_the_tallest_bar_is_of_the_largest_number(view: Histogram) -> None:
    image = view.drawing(QSizeF(300, 200)).to_image(1.0)

    def height(part: int) -> int:
        x = next(x for x in range(300) if view.part_at(x) == part) + 8
        return sum(image.pixelColor(x, y).name() == theme().accent for y in range(200))

    heights = [height(part) for part in range(4)]
    assert heights[2] > heights[3] > heights[0] > heights[1] == 0
