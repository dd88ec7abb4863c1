"""The mosaic: where heads lie, what is under the pointer, and what a person can do to it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from app.theme import apply_theme, sequential, theme
from app.views.mosaic import Mosaic, MosaicHit
from app.views.mosaic_image import MosaicImage, build_mosaic
from app.views.mosaic_labels import column_labels, row_labels
from app.views.mosaic_order import MosaicOrder, reordered


def heads(layers: int, count: int, size: int) -> MosaicImage:
    values = np.random.default_rng(1).random((layers, count, size, size), dtype=np.float32)
    return build_mosaic(values / values.sum(-1, keepdims=True))


@pytest.fixture
def mosaic(qtbot) -> Mosaic:
    made = Mosaic()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.set_image(heads(6, 8, 17))
    made.show()
    return made


def middle(mosaic: Mosaic, layer: int, head: int) -> QPoint:
    return mosaic.head_rect(layer, head).center().toPoint()


def wheel(mosaic: Mosaic, at: QPointF, notches: float) -> QWheelEvent:
    event = QWheelEvent(
        at,
        at,
        QPoint(),
        QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(mosaic, event)
    return event


@pytest.mark.parametrize("size", [(640, 480), (300, 250), (1200, 300), (200, 700)])
@pytest.mark.parametrize("grid", [(6, 8), (12, 12), (2, 2), (1, 16)])
def test_all_heads_fit_are_nearly_square_and_do_not_touch(qtbot, size, grid) -> None:
    mosaic = Mosaic()
    qtbot.addWidget(mosaic)
    mosaic.resize(*size)
    mosaic.set_image(heads(grid[0], grid[1], 5))
    plot = mosaic.plot()
    assert QRectF(mosaic.rect()).contains(plot)
    for layer in range(grid[0]):
        for head in range(grid[1]):
            area = mosaic.head_rect(layer, head)
            assert plot.adjusted(-1, -1, 1, 1).contains(area)
            if head:
                assert area.left() >= mosaic.head_rect(layer, head - 1).right() + 1
            if layer:
                assert area.top() >= mosaic.head_rect(layer - 1, head).bottom() + 1
    content = mosaic.content()
    assert 1 / 1.51 < content.width() * grid[0] / (content.height() * grid[1]) < 1.51


def test_every_cell_can_be_pointed_at(mosaic: Mosaic) -> None:
    mosaic.zoom_by(4, QPointF(mosaic.head_rect(2, 3).center()))
    area = mosaic.head_rect(2, 3)
    for query, key in [(0, 0), (16, 16), (3, 12), (9, 1)]:
        place = QPointF(
            area.left() + (key + 0.5) * area.width() / 17, area.top() + (query + 0.5) * area.height() / 17
        )
        if mosaic.plot().contains(place):
            assert mosaic.hit(place) == MosaicHit(2, 3, query, key)
    assert mosaic.hit(QPointF(1, 1)) is None
    assert mosaic.hit(QPointF(mosaic.rect().bottomRight())) is None


def test_pointing_says_which_head_and_leaving_says_none(qtbot, mosaic: Mosaic) -> None:
    seen: list[MosaicHit | None] = []
    mosaic.head_hovered.connect(seen.append)
    place = QPointF(middle(mosaic, 1, 2))
    mosaic.point_at(place)
    mosaic.point_at(place)
    mosaic.point_at(None)
    assert [hit and (hit.layer, hit.head) for hit in seen] == [(1, 2), None]


def test_a_click_says_which_head_and_a_drag_does_not(qtbot, mosaic: Mosaic) -> None:
    seen: list[MosaicHit] = []
    mosaic.head_clicked.connect(seen.append)
    qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=middle(mosaic, 5, 7))
    assert [(hit.layer, hit.head) for hit in seen] == [(5, 7)]
    mosaic.zoom_by(3)
    before = mosaic.content().topLeft()
    start = mosaic.plot().center().toPoint()
    qtbot.mousePress(mosaic, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(mosaic, start + QPoint(-30, -20))
    qtbot.mouseRelease(mosaic, Qt.MouseButton.LeftButton, pos=start + QPoint(-30, -20))
    moved = mosaic.content().topLeft() - before
    assert (moved.x(), moved.y()) == pytest.approx((-30, -20))
    assert len(seen) == 1


def test_the_wheel_zooms_about_the_pointer_and_passes_on_what_it_cannot_use(mosaic: Mosaic) -> None:
    at = QPointF(middle(mosaic, 3, 4))
    assert not wheel(mosaic, at, -1).isAccepted()
    assert wheel(mosaic, at, 4).isAccepted()
    assert mosaic.zoom == pytest.approx(1.2**4)
    hit = mosaic.hit(at)
    assert hit is not None and (hit.layer, hit.head) == (3, 4)


@pytest.mark.parametrize("how", ["key", "double click"])
def test_back_to_the_whole_mosaic(qtbot, mosaic: Mosaic, how: str) -> None:
    mosaic.zoom_by(5)
    with qtbot.waitSignal(mosaic.view_changed):
        if how == "key":
            qtbot.keyClick(mosaic, Qt.Key.Key_0)
        else:
            qtbot.mouseDClick(mosaic, Qt.MouseButton.LeftButton, pos=mosaic.plot().center().toPoint())
    assert mosaic.zoom == 1


def test_a_double_click_on_the_whole_mosaic_opens_the_head(qtbot, mosaic: Mosaic) -> None:
    with qtbot.waitSignal(mosaic.head_activated) as opened:
        qtbot.mouseDClick(mosaic, Qt.MouseButton.LeftButton, pos=middle(mosaic, 2, 2))
    assert (opened.args[0].layer, opened.args[0].head) == (2, 2)


def test_plus_and_minus_zoom_within_bounds(qtbot, mosaic: Mosaic) -> None:
    qtbot.keyClick(mosaic, Qt.Key.Key_Plus)
    assert mosaic.zoom == pytest.approx(1.5)
    for _ in range(30):
        qtbot.keyClick(mosaic, Qt.Key.Key_Plus)
    assert mosaic.zoom == pytest.approx(mosaic.highest_zoom())
    for _ in range(40):
        qtbot.keyClick(mosaic, Qt.Key.Key_Minus)
    assert mosaic.zoom == 1


def test_arrows_walk_the_heads_and_stop_at_the_border(qtbot, mosaic: Mosaic) -> None:
    walked: list[tuple[int, int]] = []

    def follow(hit: MosaicHit) -> None:
        assert hit.query is None and hit.key is None
        walked.append((hit.layer, hit.head))
        mosaic.set_selected(hit.layer, hit.head)

    mosaic.head_clicked.connect(follow)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(mosaic, key)
    assert walked == [(0, 0), (1, 0), (1, 1), (1, 0)]
    with qtbot.waitSignal(mosaic.head_activated) as opened:
        qtbot.keyClick(mosaic, Qt.Key.Key_Return)
    assert opened.args == [MosaicHit(1, 0)]


def test_walking_out_of_sight_brings_the_head_into_sight(qtbot, mosaic: Mosaic) -> None:
    mosaic.set_selected(0, 0)
    mosaic.zoom_by(6, QPointF(mosaic.head_rect(5, 7).center()))
    assert not mosaic.plot().intersects(mosaic.head_rect(1, 0))
    qtbot.keyClick(mosaic, Qt.Key.Key_Down)
    assert mosaic.plot().intersects(mosaic.head_rect(1, 0))


def test_the_view_stays_while_typing_and_falls_back_for_another_model(mosaic: Mosaic) -> None:
    mosaic.zoom_by(3)
    mosaic.set_image(heads(6, 8, 18))
    assert mosaic.zoom == 3
    mosaic.set_image(heads(12, 12, 18))
    assert mosaic.zoom == 1


def test_labels_are_thinned_out_rather_than_overlapping(qtbot) -> None:
    mosaic = Mosaic()
    qtbot.addWidget(mosaic)
    mosaic.resize(300, 250)
    mosaic.set_image(heads(24, 16, 4))
    for zoom in (1, 3, 10):
        mosaic.fit()
        mosaic.zoom_by(zoom)
        tiles = mosaic._tiles(1.0)
        seen = mosaic.plot().intersected(mosaic.content())
        rows, columns = row_labels(tiles, seen, mosaic.height()), column_labels(tiles, seen, mosaic.width())
        for labels in (rows, columns):
            assert labels
            areas = [area for _, area in labels]
            for first, second in pairwise(areas):
                assert not first.adjusted(0.5, 0.5, -0.5, -0.5).intersects(second)
            assert all(QRectF(mosaic.rect()).contains(area) for area in areas)


def test_cells_are_drawn_in_their_colours_and_gaps_in_the_background(mosaic: Mosaic) -> None:
    values = np.zeros((2, 2, 3, 3), dtype=np.float32)
    values[1, 0, 2, 1] = 1
    mosaic.set_image(build_mosaic(values))
    image = mosaic.to_image(1)
    area = mosaic.head_rect(1, 0)
    strong = image.pixelColor(round(area.center().x()), round(area.bottom() - area.height() / 6))
    weak = image.pixelColor(round(area.center().x()), round(area.center().y()))
    assert (strong.red(), strong.green(), strong.blue()) == tuple(sequential()[255, :3].tolist())
    assert weak.name() == theme().surface


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_the_saved_picture_has_the_whole_mosaic_whatever_is_on_screen(mosaic: Mosaic, scale: float) -> None:
    mosaic.zoom_by(4)
    zoomed = mosaic.content()
    image = mosaic.to_image(scale)
    extent = mosaic.extent()
    assert image.width() == pytest.approx(extent.width() * scale, abs=1)
    assert image.height() == pytest.approx(extent.height() * scale, abs=1)
    assert mosaic.content() == zoomed


def test_without_an_image_it_says_so_and_bears_anything(qtbot, mosaic: Mosaic) -> None:
    mosaic.set_selected(1, 1)
    mosaic.set_image(None)
    mosaic.set_empty_text("No model yet")
    mosaic.grab()
    assert not mosaic.has_content()
    qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.keyClick(mosaic, Qt.Key.Key_Plus)
    qtbot.keyClick(mosaic, Qt.Key.Key_Down)
    assert mosaic.hit(QPointF(100, 100)) is None
    assert mosaic.to_image(1).width() == mosaic.width()


def test_heads_that_are_off_are_crossed_out_and_no_others(mosaic: Mosaic) -> None:
    def middles() -> dict[tuple[int, int], QColor]:
        image = mosaic.grab().toImage()
        ratio = image.devicePixelRatio()
        return {
            (layer, head): image.pixelColor(middle(mosaic, layer, head) * ratio)
            for layer in range(mosaic.image().layers)
            for head in range(mosaic.image().heads)
        }

    before = middles()
    mosaic.set_off({(1, 2), (40, 0)})
    after = middles()
    assert {where for where in before if before[where] != after[where]} == {(1, 2)}
    orange = after[1, 2]
    assert orange.red() > orange.blue() + 40
    mosaic.set_off(())
    assert middles() == before


def test_selection_and_hover_do_not_redraw_the_map(mosaic: Mosaic) -> None:
    mosaic.grab()
    kept = mosaic._kept
    assert kept is not None
    mosaic.set_selected(3, 3)
    mosaic.set_hovered(2, None)
    mosaic.grab()
    assert mosaic._kept is kept


def test_a_new_theme_redraws_the_map(qapp: QApplication, mosaic: Mosaic) -> None:
    apply_theme(qapp, "light")
    mosaic.grab()
    kept = mosaic._kept
    apply_theme(qapp, "dark")
    mosaic.grab()
    assert mosaic._kept is not kept
    apply_theme(qapp, "light")


def test_what_is_selected_is_said(mosaic: Mosaic) -> None:
    assert mosaic.accessibleName()
    mosaic.set_selected(3, 5)
    assert "4" in mosaic.accessibleDescription() and "6" in mosaic.accessibleDescription()
    mosaic.set_selected(None, None)
    assert mosaic.accessibleDescription() == ""


# Another order


SHUFFLED = MosaicOrder(
    (5, 0, 1, 2, 3, 4),
    tuple(tuple((head * 3 + row) % 8 for head in range(8)) for row in range(6)),
    "entropy, low → high",
)


@pytest.mark.parametrize(
    "order", [SHUFFLED, reordered(6, 8, rows=[5, 4, 3, 2, 1, 0]), reordered(6, 8, columns=[7, *range(7)])]
)
@pytest.mark.parametrize("zoom", [1, 4])
def test_pointing_and_clicking_mean_the_models_own_heads(
    qtbot, mosaic: Mosaic, order: MosaicOrder, zoom: float
) -> None:
    mosaic.set_order(order)
    mosaic.zoom_by(zoom)
    seen: list[MosaicHit] = []
    mosaic.head_clicked.connect(seen.append)
    shown = 0
    for row in range(6):
        for column in range(8):
            head = order.head_at(row, column)
            at = middle(mosaic, *head)
            if mosaic.plot().contains(QPointF(at)):
                qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=at)
                assert (seen[-1].layer, seen[-1].head) == head
                shown += 1
    assert shown >= (48 if zoom == 1 else 2)
    if zoom == 1:
        lefts = [mosaic.head_rect(order.layers[0], head).left() for head in order.heads[0]]
        tops = [mosaic.head_rect(layer, 0).top() for layer in order.layers]
        assert lefts == sorted(lefts) and tops == sorted(tops)


def test_heads_are_drawn_where_the_order_puts_them(mosaic: Mosaic) -> None:
    values = np.zeros((6, 8, 4, 4), dtype=np.float32)
    values[2, 5] = 1
    mosaic.set_image(build_mosaic(values))
    mosaic.set_order(SHUFFLED)
    image = mosaic.to_image(1)
    strong = tuple(sequential()[255, :3].tolist())
    for layer in range(6):
        for head in range(8):
            colour = image.pixelColor(middle(mosaic, layer, head))
            assert ((colour.red(), colour.green(), colour.blue()) == strong) == ((layer, head) == (2, 5))


def test_arrows_walk_as_it_is_drawn(qtbot, mosaic: Mosaic) -> None:
    mosaic.set_order(SHUFFLED)
    walked: list[tuple[int, int]] = []

    def follow(hit: MosaicHit) -> None:
        walked.append((hit.layer, hit.head))
        mosaic.set_selected(hit.layer, hit.head)

    mosaic.head_clicked.connect(follow)
    mosaic.set_selected(None, None)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(mosaic, key)
    assert walked == [SHUFFLED.head_at(*place) for place in ((0, 0), (0, 1), (1, 1), (1, 0))]
    assert walked[0] == (5, 0) and walked[2][0] == 0
    mosaic.set_selected(3, None)
    qtbot.keyClick(mosaic, Qt.Key.Key_Up)
    assert walked[-1] == SHUFFLED.head_at(4, 0)


def test_marks_follow_the_order(mosaic: Mosaic) -> None:
    before = mosaic.head_rect(2, 3)
    mosaic.set_selected(2, 3)
    mosaic.set_order(SHUFFLED)
    after = mosaic.head_rect(2, 3)
    assert before != after
    assert mosaic.marked((2, 3)) == after
    row = mosaic.marked((2, None))
    assert row is not None
    assert all(row.contains(mosaic.head_rect(2, head)) for head in range(8))
    assert not row.intersects(mosaic.head_rect(1, 0))


def test_the_selected_head_stays_in_sight_when_heads_move(mosaic: Mosaic) -> None:
    mosaic.set_selected(5, 0)
    mosaic.zoom_by(6, QPointF(mosaic.head_rect(5, 0).center()))
    mosaic.set_order(SHUFFLED)
    assert mosaic.plot().intersects(mosaic.head_rect(5, 0))


def test_tiles_have_names_where_columns_have_none_and_there_is_room(mosaic: Mosaic) -> None:
    assert not mosaic._tiles(1.0).strip
    mosaic.set_order(SHUFFLED)
    assert mosaic._tiles(1.0).strip
    mosaic.resize(200, 160)
    assert not mosaic._tiles(1.0).strip
    mosaic.zoom_by(4)
    assert mosaic._tiles(1.0).strip
    mosaic.resize(640, 480)
    mosaic.set_order(reordered(6, 8, columns=[1, 0, *range(2, 8)]))
    assert not mosaic._tiles(1.0).strip


def test_a_saved_picture_is_so_large_that_all_heads_have_names(mosaic: Mosaic) -> None:
    mosaic.resize(200, 160)
    small = mosaic.drawing().size
    mosaic.set_order(SHUFFLED)
    mosaic.set_dimmed({(1, 2)})
    assert not mosaic._tiles(1.0).strip
    large = mosaic.drawing()
    assert large.size.width() > 8 * 40 and large.size.height() > 6 * 40 > small.height()
    assert mosaic.to_image(1).width() == round(large.size.width())
    assert mosaic.size().width() == 200
    mosaic.resize(900, 700)
    assert mosaic.drawing().size == mosaic.extent()


def test_an_order_of_another_shape_is_not_used(mosaic: Mosaic) -> None:
    mosaic.set_order(SHUFFLED)
    mosaic.set_image(heads(2, 8, 5))
    assert mosaic.order().all_heads()[:2] == [(0, 0), (0, 1)]
    mosaic.set_image(heads(6, 8, 5))
    assert mosaic.order() == SHUFFLED
    mosaic.set_order(None)
    assert mosaic.order().columns == tuple(range(8))


def test_dimmed_heads_are_drawn_faintly_but_drawn(mosaic: Mosaic) -> None:
    values = np.ones((6, 8, 2, 2), dtype=np.float32)
    mosaic.set_image(build_mosaic(values))
    mosaic.set_order(SHUFFLED)
    mosaic.set_dimmed({(1, 2), (40, 1)})
    image = mosaic.to_image(1)
    plain, dimmed = (image.pixelColor(middle(mosaic, 1, head)) for head in (3, 2))
    assert plain.lightness() + 40 < dimmed.lightness() < QColor(theme().surface).lightness() - 5
    mosaic.set_dimmed(())
    assert mosaic.to_image(1).pixelColor(middle(mosaic, 1, 2)) == plain


# A menu


@pytest.mark.parametrize("how", ["mouse", "menu key", "Shift+F10"])
def test_a_menu_is_asked_for_where_a_head_is(qtbot, mosaic: Mosaic, how: str) -> None:
    mosaic.set_order(SHUFFLED)
    mosaic.set_selected(2, 3)
    at = middle(mosaic, 2, 3)
    with qtbot.waitSignal(mosaic.menu_wanted) as asked:
        if how == "Shift+F10":
            qtbot.keyClick(mosaic, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        else:
            reason = QContextMenuEvent.Reason
            by = reason.Mouse if how == "mouse" else reason.Keyboard
            place = at if how == "mouse" else QPoint(1, 1)
            QApplication.sendEvent(mosaic, QContextMenuEvent(by, place, mosaic.mapToGlobal(place)))
    hit, place = asked.args
    assert (hit.layer, hit.head) == (2, 3)
    assert mosaic.head_rect(2, 3).contains(QPointF(mosaic.mapFromGlobal(place)))


def test_beside_the_heads_a_menu_is_of_none_of_them(qtbot, mosaic: Mosaic) -> None:
    with qtbot.waitSignal(mosaic.menu_wanted) as asked:
        place = QPoint(1, 1)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, mosaic.mapToGlobal(place))
        QApplication.sendEvent(mosaic, event)
    assert asked.args[0] is None
    mosaic.set_selected(None, None)
    with qtbot.waitSignal(mosaic.menu_wanted) as asked:
        qtbot.keyClick(mosaic, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert asked.args[0] is None


def test_the_menu_key_brings_the_head_into_sight(qtbot, mosaic: Mosaic) -> None:
    mosaic.set_selected(0, 0)
    mosaic.zoom_by(6, QPointF(mosaic.head_rect(5, 7).center()))
    with qtbot.waitSignal(mosaic.menu_wanted) as asked:
        qtbot.keyClick(mosaic, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert mosaic.plot().contains(QPointF(mosaic.mapFromGlobal(asked.args[1])))
