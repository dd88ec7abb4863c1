"""Marks of patterns: each has its own look, all are legible in both themes, and the legend names them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme import apply_theme, theme
from app.views.colormaps import contrast
from app.views.pattern_marks import PatternLegend, colour_of, draw_mark, mark_pixmap
from bert_core.queries_measures import PATTERNS


@pytest.fixture(autouse=True, params=["light", "dark"])
def look(request: pytest.FixtureRequest, qapp: QApplication) -> None:
    apply_theme(qapp, request.param)


def drawn(pattern: str, side: int = 40) -> QImage:
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(theme().surface)
    painter = QPainter(image)
    draw_mark(painter, pattern, QPointF(side / 2, side / 2), side / 4)
    painter.end()
    return image


def grey(image: QImage) -> bytes:
    """What is left of it without colour."""
    return bytes(image.convertToFormat(QImage.Format.Format_Mono).constBits())


def test_every_pattern_has_a_shape_of_its_own() -> None:
    shapes = {grey(drawn(name)) for name in PATTERNS}
    assert len(shapes) == len(PATTERNS)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_marks_stand_out_from_the_surface(pattern: str) -> None:
    assert contrast(colour_of(pattern).name(), theme().surface) >= 3


def test_a_mark_stays_within_its_place() -> None:
    for pattern in PATTERNS:
        image, ground = drawn(pattern), drawn("")
        for at in range(40):
            for x, y in ((at, 0), (0, at), (at, 39), (39, at)):
                assert image.pixel(x, y) == ground.pixel(0, 0)


def test_a_pixmap_is_as_fine_as_the_screen() -> None:
    assert mark_pixmap("broad", 2.0).width() == 2 * mark_pixmap("broad", 1.0).width()
    assert mark_pixmap("broad", 2.0).deviceIndependentSize() == mark_pixmap("broad", 1.0).size()


def test_the_legend_takes_as_many_lines_as_it_needs(qtbot: QtBot) -> None:
    legend = PatternLegend()
    qtbot.addWidget(legend)
    assert legend.heightForWidth(300) == 0
    legend.set_entries([(name, f"{name} 3") for name in PATTERNS])
    assert legend.heightForWidth(2000) < legend.heightForWidth(300) < legend.heightForWidth(120)
    assert "previous token 3" in legend.accessibleName()
    legend.fit(300)
    size = legend.drawing().size
    assert (size.width(), size.height()) == (300, legend.heightForWidth(300))
    legend.show()
    legend.resize(120, 20)
    assert legend.height() == legend.heightForWidth(120)
    assert not legend.grab().isNull()
