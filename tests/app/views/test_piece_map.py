"""The map of pieces: places as they are or stretched, every piece can be reached, names do not overlap, trails."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.piece_map import PieceMap
from app.views.piece_marks import Entry, Kind, PieceLegend
from app.views.piece_points import MapPiece, PiecePoints, fit

CROSS = np.array([[0, 0], [1, 0], [2, 0], [0, 1], [0, -1], [-1, 0]], np.float32)
PLACES = np.stack([CROSS / 2, CROSS, CROSS * 2])
NAMES = ("[CLS]", "the", "##ing", "汉", "שלום", "word" * 12)


def points_of(places: np.ndarray = PLACES, **more: object) -> PiecePoints:
    pieces = [MapPiece(NAMES[n % 6], Kind(special=n % 6 == 0)) for n in range(places.shape[1])]
    return PiecePoints(places, tuple(pieces), **more)


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[PieceMap]:
    made = PieceMap()
    qtbot.addWidget(made)
    made.resize(500, 260)
    made.set_stretched(False)
    made.set_points(points_of())
    made.set_layer(1)
    made.show()
    qtbot.waitExposed(made)
    yield made


def picture(view: PieceMap) -> QImage:
    return view.grab().toImage()


def test_places_and_pieces_are_as_many() -> None:
    with pytest.raises(ValueError, match="3, 6, 2"):
        PiecePoints(PLACES, (MapPiece("a", Kind()),))
    with pytest.raises(ValueError, match="counterparts"):
        points_of(before=PLACES, after=(0,))


@pytest.mark.parametrize("size", [(500, 260), (160, 90), (900, 150), (200, 600)])
@pytest.mark.parametrize("layer", [0, 1, 2])
def test_distances_are_true_and_of_one_scale_in_all_layers(
    view: PieceMap, size: tuple[int, int], layer: int
) -> None:
    view.resize(*size)
    view.set_layer(2)
    scale = (view.points()[1] - view.points()[0])[0] / 2
    view.set_layer(layer)
    shown = view.points()
    np.testing.assert_allclose(
        shown - shown[0], (PLACES[layer] - PLACES[layer][0]) * (scale, -scale), atol=1e-6
    )
    assert all(view.plot().contains(QPointF(*place)) for place in shown.tolist())


def test_a_layer_alone_or_stretched_is_larger(view: PieceMap) -> None:
    def extent() -> np.ndarray:
        return np.ptp(view.points(), axis=0)

    common = extent()
    view.set_one_scale(False)
    alone = extent()
    assert alone == pytest.approx(2 * common)
    view.set_stretched(True)
    assert extent()[0] > alone[0] and extent()[1] == pytest.approx(alone[1])


@pytest.mark.parametrize(
    "places", [np.zeros((2, 6, 2)), PLACES * (1, 0), np.full((2, 6, 2), np.nan), PLACES[:, :1]]
)
@pytest.mark.parametrize("stretched", [False, True])
def test_pieces_in_one_place_on_a_line_or_nowhere_are_drawn(
    view: PieceMap, places: np.ndarray, stretched: bool
) -> None:
    view.set_stretched(stretched)
    view.set_trails("all")
    view.set_points(points_of(places.astype(np.float32)))
    view.set_pinned((0,))
    assert not picture(view).isNull()
    shown = view.points()
    assert all(view.plot().contains(QPointF(*place)) for place in shown[~np.isnan(shown[:, 0])].tolist())


def test_the_nearest_piece_is_meant_if_it_is_near(view: PieceMap) -> None:
    assert view.nearest(view.place_of(4) + QPointF(4, -4)) == 4
    assert view.nearest((view.place_of(1) + view.place_of(2)) / 2) is None
    hidden = PLACES.copy()
    hidden[:, 4] = np.nan
    place = view.place_of(4)
    view.set_points(points_of(hidden))
    assert view.nearest(place) is None


def test_a_click_and_the_pointer_tell_the_piece(view: PieceMap, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.piece_clicked) as clicked:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.place_of(3).toPoint())
    assert clicked.args == [3]
    with qtbot.waitSignal(view.piece_hovered) as hovered:
        QTest.mouseMove(view, view.place_of(2).toPoint())
    assert hovered.args == [2] and view.toolTip() == "##ing"
    with qtbot.waitSignal(view.piece_hovered) as hovered:
        QTest.mouseMove(view, QPoint(2, 2))
    assert hovered.args == [None]


def test_arrows_and_page_keys_walk(view: PieceMap) -> None:
    walked: list[int] = []
    view.piece_clicked.connect(walked.append)
    view.piece_clicked.connect(lambda piece: view.set_pinned((piece,)))
    keys = Qt.Key
    for key in (
        keys.Key_Right,
        keys.Key_Right,
        keys.Key_Right,
        keys.Key_Right,
        keys.Key_PageDown,
        keys.Key_PageUp,
    ):
        QTest.keyClick(view, key)
    assert walked == [0, 1, 2, 3, 2]
    hidden = PLACES.copy()
    hidden[:, 3] = np.nan
    view.set_points(points_of(hidden))
    QTest.keyClick(view, keys.Key_PageDown)
    assert walked[-1] == 4


@pytest.mark.parametrize("count", [17, 512])
def test_names_touch_neither_each_other_nor_points(view: PieceMap, count: int) -> None:
    places = np.random.default_rng(0).normal(size=(2, count, 2)).astype(np.float32)
    view.set_points(points_of(places))
    view.set_word(frozenset({2}), leading=True)
    shown, labels = view.points(), view.labels()
    assert count > 17 or 2 in labels  # of the word that is looked for
    areas = list(labels.values())
    for n, (index, area) in enumerate(labels.items()):
        assert view.plot().contains(area)
        assert not any(area.intersects(other) for other in areas[:n])
        inner = area.adjusted(0.5, 0.5, -0.5, -0.5)
        assert not any(
            inner.contains(QPointF(*shown[other].tolist())) for other in range(count) if other != index
        )


def test_trails_end_at_the_layer(view: PieceMap) -> None:
    plain = picture(view)
    view.set_trails("all")
    every = picture(view)
    assert every != plain
    view.set_trails("none")
    view.set_pinned((2,))
    ringed = picture(view)
    view.set_trails("pinned")
    assert picture(view) != ringed
    view.set_layer(0)
    first = picture(view)
    view.set_trails("none")
    assert picture(view) == first  # there is no way yet


def test_the_reference_stands_hollow_with_a_line(view: PieceMap) -> None:
    plain = picture(view)
    before = PLACES + np.float32(0.2)
    view.set_points(points_of(before=before, after=(0, 1, 2, 3, 4, None)))
    assert picture(view) != plain
    area = QRectF(0, 0, 100, 100)
    how = fit(points_of(before=before * 5, after=(None,) * 6), None, area)
    assert area.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(QPointF(*how.of(before[2] * 5)[2].tolist()))


def test_the_pinned_and_the_hovered_are_marked_and_named(view: PieceMap) -> None:
    plain = picture(view)
    view.set_pinned((2,))
    assert view.accessibleDescription() == "##ing"
    pinned = picture(view)
    view.set_hovered((1,))
    assert plain != pinned != picture(view)
    view.set_word(frozenset({3, 99}))
    assert picture(view) != pinned
    view.set_word(frozenset())
    view.set_pinned((99,))  # of a text before
    view.set_hovered(())
    assert picture(view) == plain


def test_the_layer_stays_within_those_known(view: PieceMap) -> None:
    view.set_layer(7)
    assert view.layer == 2
    view.set_points(points_of(PLACES[:1]))
    assert view.layer == 0
    view.set_points(None)
    assert view.nearest(QPointF(1, 1)) is None and not picture(view).isNull()


def test_a_copy_shows_the_same(view: PieceMap, qtbot: QtBot) -> None:
    view.set_pinned((1,))
    other = PieceMap()
    qtbot.addWidget(other)
    other.resize(view.size())
    view.copy_to(other)
    assert other.to_image() == view.to_image()


def test_the_legend_takes_the_rows_it_needs(qtbot: QtBot) -> None:
    legend = PieceLegend()
    qtbot.addWidget(legend)
    legend.set_entries(
        [Entry(Kind(), "A"), Entry(Kind(1), "B"), Entry(Kind(sense=0), "sense 1"), Entry(Kind(), "now", True)]
    )
    assert legend.heightForWidth(60) > legend.heightForWidth(600) > 0
    for width in (60, 120, 600):
        places = legend.places(width)
        assert all(place.right() <= width for place in places)
        assert not any(a.intersects(b) for n, a in enumerate(places) for b in places[:n])
    assert legend.accessibleName() == "A, B, sense 1, now"
    assert not legend.grab().isNull()
