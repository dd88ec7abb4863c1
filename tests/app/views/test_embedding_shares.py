"""Shares are drawn as they are: columns parted by them, and differences in diverging colours."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor

from app.theme import diverging
from app.views.colormaps import signed_entries
from app.views.embedding_legend import items
from app.views.embedding_shares import ShareHit, ShareValues, term_colours
from app.views.embedding_strips import ROWS, EmbeddingStrips
from bert_core.trace import EmbeddingTerms, Token

ALONG = np.array([[1.5, 0.2], [-0.5, 0.3], [0.0, 0.5]])


def shares(pieces: int, signed: bool = False) -> ShareValues:
    random = np.random.default_rng(1)
    parts = random.uniform(0.1, 1.0, (3, pieces))
    parts /= parts.sum(axis=0)
    other = np.roll(parts, 1, axis=0)
    return ShareValues(parts - other if signed else parts, parts, signed)


def shown(qtbot, pieces: int, values: ShareValues, size=(700, 420)) -> EmbeddingStrips:
    strips = EmbeddingStrips()
    qtbot.addWidget(strips)
    arrays = np.random.default_rng(0).normal(size=(3, pieces, 32)).astype(np.float32)
    token, segment, position = arrays
    terms = EmbeddingTerms(token, segment, position, arrays.sum(axis=0), arrays.sum(axis=0))
    strips.resize(*size)
    strips.set_terms(terms, [Token(f"piece{p}", p, 0, 0, 1, p, False) for p in range(pieces)], values)
    strips.show()
    qtbot.waitExposed(strips)
    return strips


def rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


@pytest.mark.parametrize("pieces", [1, 2, 6, 40])
def test_a_column_is_parted_by_its_shares(qtbot, pieces):
    values = shares(pieces)
    strips = shown(qtbot, pieces, values)
    picture = strips.grab().toImage()
    rect = strips.strip_rect("shares")
    for position in range(pieces):
        column = strips.column_rect(position)
        x = int(column.left() + column.width() / 2)
        top = 0.0
        for term, colour in enumerate(term_colours()):
            share = values.by_norm[term, position]
            y = int(rect.top() + (top + share / 2) * rect.height())
            assert rgb(picture.pixelColor(x, y)) == rgb(QColor(colour)), (position, term)
            top += share


def test_differences_are_lines_of_diverging_colours(qtbot):
    values = shares(5, signed=True)
    strips = shown(qtbot, 5, values)
    picture = strips.grab().toImage()
    rect = strips.strip_rect("shares")
    for position in range(5):
        x = int(strips.column_rect(position).center().x())
        for term in range(3):
            y = int(rect.top() + (term + 0.5) * rect.height() / 3)
            entry = signed_entries(
                values.by_norm[term : term + 1, position].astype(np.float32), values.limit
            )[0]
            assert rgb(picture.pixelColor(x, y)) == tuple(diverging()[entry, :3].tolist())


@pytest.mark.parametrize("pieces", [1, 3, 128, 512])
@pytest.mark.parametrize("size", [(300, 140), (520, 150), (1400, 300)])
def test_the_row_is_aligned_with_the_strips_and_inside(qtbot, pieces, size):
    strips = shown(qtbot, pieces, shares(pieces), size)
    strips.resize(strips.size().expandedTo(strips.minimumSizeHint()))
    strips.grab()
    assert strips.rows == ROWS
    row, above = strips.strip_rect("shares"), strips.strip_rect("output")
    assert (row.left(), row.width()) == (above.left(), above.width()) and row.height() >= 8
    assert row.top() > above.bottom() and row.bottom() + strips.axis.height <= strips.height()


def test_hover_tells_both_kinds_of_shares(qtbot):
    values = ShareValues(np.array([[0.75, 0.2], [0.25, 0.3], [0.0, 0.5]]), ALONG)
    strips = shown(qtbot, 2, values)
    place = QPointF(strips.column_rect(0).center().x(), strips.strip_rect("shares").center().y())
    with qtbot.waitSignal(strips.hovered) as said:
        qtbot.mouseMove(strips, place.toPoint())
    assert said.args == [ShareHit(0)]
    assert strips.readout(ShareHit(0)) == (
        "‘piece0’: token 75%, segment 25%, position 0% by norm; along the sum 150% · −50% · 0%"
    )
    assert strips.short_readout(ShareHit(0)) == "‘piece0’: 75% · 25% · 0%"
    with qtbot.waitSignal(strips.clicked) as clicked:
        qtbot.mouseClick(strips, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert clicked.args == [0]
    with qtbot.waitSignal(strips.hovered) as said:
        qtbot.mouseMove(strips, QPoint(1, 1))
    assert said.args == [None]


def test_keys_reach_the_shares(qtbot):
    strips = shown(qtbot, 2, shares(2))
    strips.setFocus()
    for _ in range(8):
        qtbot.keyClick(strips, Qt.Key.Key_Down)
    assert strips.spot == ShareHit(0)
    qtbot.keyClick(strips, Qt.Key.Key_Right)
    assert strips.spot == ShareHit(1) and strips.accessibleDescription().startswith("‘piece1’: token")


def test_a_difference_is_told_in_points():
    values = ShareValues(
        np.array([[0.031], [-0.02], [-0.011]]), np.array([[0.1], [0.0], [-0.1]]), signed=True
    )
    assert values.readout(ShareHit(0), "a") == (
        "‘a’: token +3.1, segment −2.0, position −1.1 points of share by norm; along the sum +10.0 · +0.0 · −10.0"
    )
    assert values.limit == 0.05


def test_columns_that_share_a_pixel_are_means():
    values = shares(6)
    drawn = values.drawn(3)
    np.testing.assert_allclose(drawn, values.by_norm.reshape(3, 3, 2).mean(axis=2))
    np.testing.assert_array_equal(values.drawn(100), values.by_norm)


def test_the_legend_says_the_means(qtbot):
    values = ShareValues(np.array([[0.75, 0.25], [0.25, 0.25], [0.0, 0.5]]), ALONG)
    strips = shown(qtbot, 2, values)
    parts = items(strips.drawn, values)
    assert parts[:4] == [("mean share:", ""), *zip(("50%", "25%", "25%"), term_colours(), strict=True)]
    assert values.means_words() == "token 50%, segment 25%, position 25%"


def test_the_table_has_the_shares(qtbot):
    values = shares(3)
    header, rows = shown(qtbot, 3, values).table()
    rows = list(rows)
    by_norm, along = header.index("share by norm"), header.index("share along the sum")
    assert [row[by_norm] for row in rows[:5]] == [*values.by_norm[:, 0].tolist(), "", ""]
    assert [row[along] for row in rows[5:8]] == values.along[:, 1].tolist()
