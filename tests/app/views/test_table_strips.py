"""The strips of embedding tables show their numbers where the geometry says, for tables of any shape."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from app.theme import diverging
from app.views.colormaps import signed_entries
from app.views.table_strips import TableStrips
from app.views.table_values import TableHit, TableValues

SIZES = [(330, 96), (380, 130), (900, 230), (1400, 600)]


def tables(segments: int = 2, positions: int = 64, width: int = 32) -> TableValues:
    random = np.random.default_rng(0)
    segment = random.normal(0, 0.1, (segments, width)).astype(np.float32)
    position = random.normal(0, 0.05, (positions, width)).astype(np.float32)
    return TableValues(segment, position, 0.02 * width**0.5)


@pytest.fixture
def strips(qtbot):
    widget = TableStrips()
    qtbot.addWidget(widget)
    widget.resize(900, 230)
    widget.set_tables(tables())
    widget.show()
    qtbot.waitExposed(widget)
    return widget


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("segments", "positions", "width"), [(1, 16, 24), (2, 512, 768), (5, 40, 8), (2, 1, 4)]
)
def test_everything_is_inside_and_apart(strips, size, segments, positions, width):
    strips.set_tables(tables(segments, positions, width))
    strips.set_length(positions // 2)
    strips.resize(*size)
    assert not strips.grab().isNull()
    left, right = strips.segments_rect(), strips.positions_rect()
    assert left.right() < right.left() and right.right() <= strips.width()
    assert left.top() == right.top() and left.height() == right.height() >= 40
    assert right.bottom() < strips.height() and right.width() > 60
    lane = strips.lane_rect()
    assert lane.height() == 0 or (lane.top() >= 0 and lane.bottom() < right.top())
    ticks = strips.ticks()
    assert ticks[0] == 0 and ticks == sorted(set(ticks)) and ticks[-1] < positions


@pytest.mark.parametrize("positions", [20, 512])
def test_what_is_drawn_is_what_the_numbers_say(strips, positions):
    strips.set_tables(tables(2, positions, 96))
    picture = strips.grab().toImage()
    for rect in (strips.segments_rect(), strips.positions_rect()):
        for x in (3, 41, int(rect.width()) - 4):
            for y in (1, 50, int(rect.height()) - 2):
                place = QPointF(rect.left() + x + 0.5, rect.top() + y + 0.5)
                hit = strips.spot_at(place)
                values = strips.values
                if hit.part == "position" and positions > rect.width():
                    continue
                own = values.vector(hit)[hit.dimensions.start : hit.dimensions.stop].mean()
                entry = signed_entries(np.array([own], np.float32), strips.scale)[0]
                colour = picture.pixelColor(int(rect.left()) + x, int(rect.top()) + y)
                got = np.array([colour.red(), colour.green(), colour.blue()], dtype=int)
                assert np.abs(got - diverging()[entry, :3]).max() <= 2, (hit, x, y)


def test_the_columns_are_a_b_and_their_difference(strips):
    values = strips.values
    assert [values.hits[n] for n in (0, 1, 2, 3)] == [
        ("segment", 0), ("segment", 1), ("difference", 0), ("position", 0),
    ]  # fmt: skip
    whole = range(32)
    a, b, less = (values.vector(TableHit(part, row, whole)) for part, row in values.hits[:3])
    np.testing.assert_array_equal(less, a - b)
    assert values.norm(TableHit("difference", 0, whole)) == pytest.approx(
        float(np.linalg.norm(a - b)), rel=1e-6
    )
    assert values.readout(TableHit("difference", 0, whole)).startswith("segment A − B: norm ")
    one = tables(segments=1)
    assert one.hits[1] == ("position", 0) and one.segment_name(0) == "0"


def test_pointing_tells_the_row_and_its_numbers(qtbot, strips):
    place = strips.column_rect(TableHit("position", 17, range(1))).center()
    with qtbot.waitSignal(strips.hovered) as said:
        qtbot.mouseMove(strips, place.toPoint())
    hit = said.args[0]
    assert (hit.part, hit.row) == ("position", 17) and len(hit.dimensions) == 1
    value = float(strips.values.position[17, hit.dimensions.start])
    words = strips.values.readout(hit)
    norm = float(np.linalg.norm(strips.values.position[17]))
    assert words == f"position 17: norm {norm:.2f}, dimension {hit.dimensions.start}: {value:.3f}".replace(
        "-", "−"
    )
    assert strips.accessibleDescription() == words
    with qtbot.waitSignal(strips.clicked) as clicked:
        qtbot.mouseClick(strips, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert clicked.args == [17]
    with qtbot.waitSignal(strips.hovered) as said:
        qtbot.mouseMove(strips, QPoint(1, 1))
    assert said.args == [None]


def test_keys_walk_columns_and_click(qtbot, strips):
    told: list[TableHit | None] = []
    clicked: list[int] = []
    strips.hovered.connect(told.append)
    strips.clicked.connect(clicked.append)
    strips.setFocus()
    for key in (
        Qt.Key.Key_Right,
        Qt.Key.Key_Right,
        Qt.Key.Key_Return,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Return,
    ):
        qtbot.keyClick(strips, key)
    assert [(hit.part, hit.row) for hit in told] == [("segment", 0), ("segment", 1), ("position", 14)]
    assert clicked == [14], "a segment is nothing to pin"
    qtbot.keyClick(strips, Qt.Key.Key_End)
    assert strips.spot.row == 63
    qtbot.keyClick(strips, Qt.Key.Key_Home)
    assert strips.spot.part == "segment"


def test_the_table_has_every_number(strips):
    header, rows = strips.table()
    rows = list(rows)
    assert len(rows) == 3 + 64 and {len(row) for row in rows} == {len(header)} == {3 + 32}
    assert rows[3][:2] == ["position", 0] and rows[3][3:] == strips.values.position[0].tolist()


def test_nothing_is_shown_and_told_without_tables(strips):
    strips.set_tables(None)
    assert strips.spot_at(QPointF(400, 100)) is None and strips.table() == ([], ()) and strips.ticks() == []
    assert not strips.grab().isNull() and not strips.drawing().to_image().isNull()
