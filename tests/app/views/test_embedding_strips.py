from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from app.theme import diverging
from app.views.colormaps import signed_entries
from app.views.embedding_strips import EmbeddingStrips
from app.views.embedding_values import TERMS, EmbeddingHit
from bert_core.trace import EmbeddingTerms, Token


def terms(pieces: int, dimensions: int = 64) -> EmbeddingTerms:
    random = np.random.default_rng(3)
    token, segment, position = (
        random.normal(size=(pieces, dimensions)).astype(np.float32) * scale for scale in (1.0, 0.2, 0.5)
    )
    whole = token + segment + position
    return EmbeddingTerms(token, segment, position, whole, whole / whole.std())


def tokens(pieces: int) -> list[Token]:
    return [Token(f"piece{p}", p, 0, 0, 1, p, False) for p in range(pieces)]


@pytest.fixture
def strips(qtbot):
    widget = EmbeddingStrips()
    qtbot.addWidget(widget)
    widget.resize(700, 400)
    widget.set_terms(terms(6), tokens(6))
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def spot(strips, term, position) -> QPoint:
    x = strips.column_rect(position).center().x()
    return QPointF(x, strips.strip_rect(term).center().y()).toPoint()


@pytest.mark.parametrize("size", [(260, 200), (500, 320), (900, 600)])
@pytest.mark.parametrize("pieces", [1, 6, 120, 512])
def test_strips_are_aligned_and_inside(strips, size, pieces):
    strips.set_terms(terms(pieces), tokens(pieces))
    strips.resize(*size)
    strips.resize(strips.size().expandedTo(strips.minimumSizeHint()))
    rects = [strips.strip_rect(term) for term in TERMS]
    assert len({(rect.left(), rect.width(), rect.height()) for rect in rects}) == 1
    assert all(above.bottom() < below.top() for above, below in pairwise(rects))
    assert rects[0].top() >= 0 and rects[-1].right() <= strips.width()
    assert rects[-1].bottom() + strips.axis.height <= strips.height()
    assert strips.axis.overhang <= rects[0].left()
    assert not strips.grab().isNull()


@pytest.mark.parametrize("pieces", [6, 512])
def test_what_is_drawn_is_what_the_numbers_say(strips, pieces):
    strips.set_terms(terms(pieces), tokens(pieces))
    strips.resize(500, 320)
    picture = strips.grab().toImage()
    assert picture.devicePixelRatio() == 1
    rect = strips.strip_rect("position")
    for x in (2, 17, 101, 230):
        for y in (1, 9, int(rect.height()) - 2):
            place = QPointF(rect.left() + x + 0.5, rect.top() + y + 0.5)
            hit = strips.spot_at(place)
            entry = signed_entries(np.array([hit.mean], np.float32), strips.drawn.scale)[0]
            colour = picture.pixelColor(int(rect.left()) + x, int(rect.top()) + y)
            expected = diverging()[entry]
            got = np.array([colour.red(), colour.green(), colour.blue()], dtype=int)
            assert np.abs(got - expected[:3]).max() <= 1


def test_hover_tells_term_piece_dimension_and_value(qtbot, strips):
    with qtbot.waitSignal(strips.hovered) as said:
        qtbot.mouseMove(strips, spot(strips, "segment", 4))
    hit = said.args[0]
    assert (hit.term, hit.position) == ("segment", 4)
    assert hit.norm == pytest.approx(float(np.linalg.norm(strips.values.arrays["segment"][4])), rel=1e-5)
    text = strips.readout(hit)
    assert text.startswith(f"segment embedding of ‘piece4’: norm {hit.norm:.2f}, dimension {hit.strongest}:")
    with qtbot.waitSignal(strips.hovered) as said:
        qtbot.mouseMove(strips, QPoint(1, 1))
    assert said.args == [None]


def test_a_line_of_several_dimensions_is_their_mean(strips):
    strips.set_terms(terms(6, dimensions=768), tokens(6))
    hit = strips.spot_at(QPointF(spot(strips, "token", 2)))
    own = strips.values.arrays["token"][2, hit.dimensions.start : hit.dimensions.stop]
    assert len(own) > 1 and hit.mean == pytest.approx(float(own.mean()), abs=1e-6)
    text = strips.readout(hit)
    assert f"mean {hit.mean:.3f}".replace("-", "−") in text and text.endswith(f"({hit.strongest})")


def test_a_picture_has_the_legend_below(strips):
    image = strips.drawing().to_image(2.0)
    assert image.width() == 2 * strips.width() and image.height() > 2 * strips.height()


def test_a_table_that_is_read_later_is_of_what_was_shown(strips):
    strips.set_terms(terms(4), tokens(4))
    _, rows = strips.table()
    rows = iter(rows)
    first = next(rows)
    shown = strips.values
    strips.set_terms(terms(2, dimensions=8), tokens(2))
    rest = list(rows)
    assert len(rest) == 4 * 5 - 1 and {len(row) for row in (first, *rest)} == {6 + shown.dimensions}


def test_a_dimension_with_a_pixel_of_its_own_is_named_alone(strips):
    strips.set_terms(terms(6, dimensions=8), tokens(6))
    hit = strips.spot_at(QPointF(spot(strips, "token", 2)))
    assert len(hit.dimensions) == 1
    assert strips.readout(hit).endswith(f"dimension {hit.strongest}: {hit.value:.3f}".replace("-", "−"))


def test_click_and_keys(qtbot, strips):
    clicked: list[int] = []
    hovered: list[EmbeddingHit] = []
    strips.clicked.connect(clicked.append)
    strips.hovered.connect(hovered.append)
    qtbot.mouseClick(strips, Qt.MouseButton.LeftButton, pos=spot(strips, "sum", 3))
    qtbot.keyClick(strips, Qt.Key.Key_Right)
    qtbot.keyClick(strips, Qt.Key.Key_Down)
    qtbot.keyClick(strips, Qt.Key.Key_Return)
    assert clicked == [3, 4]
    assert [(hit.term, hit.position) for hit in hovered[-2:]] == [("sum", 4), ("output", 4)]
    assert strips.accessibleDescription() == strips.readout(hovered[-1])


def test_norms_show_where_there_is_room(strips):
    assert strips.shows_norms
    strips.set_terms(terms(120), tokens(120))
    assert not strips.shows_norms


def test_images_are_built_once_a_size(strips):
    strips.build_images()
    before = strips._images["token"]
    strips.set_marks({1}, {2, 3})
    strips.build_images()
    assert strips._images["token"] is before
    strips.resize(600, 400)
    strips.build_images()
    assert strips._images["token"] is not before


def test_nothing_and_the_wrong_number(strips):
    strips.set_terms(None, ())
    assert strips.spot_at(QPointF(200, 50)) is None and list(strips.table()[1]) == []
    assert not strips.grab().isNull()
    with pytest.raises(ValueError, match="embeddings of 6"):
        strips.set_terms(terms(6), tokens(5))


def test_table_has_every_number(strips):
    header, rows = strips.table()
    rows = list(rows)
    assert len(rows) == 6 * 5 and all(len(row) == len(header) == 6 + 64 for row in rows)
    assert rows[7][:3] == [1, "piece1", "position"]
    assert rows[7][6:] == strips.values.arrays["position"][1].tolist()


def test_marks_beyond_the_pieces_are_let_be(strips):
    strips.set_marks({99}, {77})
    assert not strips.grab().isNull()
