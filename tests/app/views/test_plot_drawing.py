from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFontMetricsF, QPainter

from app.theme import font
from app.views.curve_looks import LOOKS, look_dashes
from app.views.drawing import Drawing
from app.views.plot_drawing import Level, PlotPicture, Ring, Strand, strand_pen
from app.views.vector_files import svg_bytes

SVG = "{http://www.w3.org/2000/svg}"
FRAME = QRectF(50, 10, 200, 100)
SOME = (np.array([0.0, 1.0]), np.array([0.0, 1.0]))


def plot(**changes: object) -> PlotPicture:
    values: dict[str, object] = {
        "x": (0.0, 10.0),
        "y": (-1.0, 1.0),
        "x_ticks": ((0.0, "zero"), (10.0, "ten millions of them")),
        "y_ticks": ((-1.0, "low"), (0.0, "none"), (1.0, "high")),
        "x_label": "pieces",
        "strands": (
            Strand("mean", np.array([0.0, 5.0, 10.0]), np.array([0.0, 4.0, 0.0])),
            Strand("dots", np.array([2.0, 5.0, 30.0]), np.array([0.5, 4.0, 0.0])),
        ),
    }
    return PlotPicture(**(values | changes))  # type: ignore[arg-type]


def drawn(picture: PlotPicture) -> ET.Element:
    def paint(painter: QPainter, ratio: float) -> None:
        picture.draw(painter, FRAME, 260)

    return ET.fromstring(svg_bytes(Drawing(QSizeF(260, 150), paint), {}))


def test_axes_run_along_the_frame():
    found = plot().places((np.array([0.0, 10.0, 5.0]), np.array([-1.0, 1.0, 0.0])), FRAME)
    assert found == [FRAME.bottomLeft(), FRAME.topRight(), QPointF(FRAME.center())]


def test_texts_stay_inside_and_beside_their_ticks(qapp):
    texts = {text.text: text for text in drawn(plot()).iter(f"{SVG}text")}
    assert set(texts) == {"zero", "ten millions of them", "low", "none", "high", "pieces"}
    metrics = QFontMetricsF(font("small"))
    for words, text in texts.items():
        left, width = float(text.attrib["x"]), float(text.attrib["textLength"])
        assert left >= 0 and left + width <= 261, words
    zero = float(texts["zero"].attrib["x"]) + metrics.horizontalAdvance("zero") / 2
    assert zero == pytest.approx(50, abs=1)
    for words, y in (("low", 110), ("none", 60), ("high", 10)):
        text = texts[words]
        assert float(text.attrib["x"]) + float(text.attrib["textLength"]) == pytest.approx(44, abs=1)
        assert abs(float(text.attrib["y"]) - y) < metrics.height() / 2


def test_what_is_not_seen_is_cut_off(qapp):
    root = drawn(plot())
    (line,) = (one for one in root.iter(f"{SVG}polyline") if len(one.attrib["points"].split()) == 3)
    points = [tuple(map(float, pair.split(","))) for pair in line.attrib["points"].split()]
    assert points == [(50, 60), (150, -140), (250, 60)]
    clips = [
        "".join(re.findall(r"[ML][\d.]+,[\d.]+", clip[0].attrib["d"])) for clip in root.iter(f"{SVG}clipPath")
    ]
    assert "M50,10L250,10L250,110L50,110L50,10" in clips
    dots = [one for one in root.iter() if one.tag in (f"{SVG}circle", f"{SVG}ellipse")]
    assert len(dots) == 1, "of three, one lies in the frame"


def test_an_empty_plot_has_axes_only(qapp):
    root = drawn(plot(strands=(), x_ticks=(), y_ticks=()))
    assert [text.text for text in root.iter(f"{SVG}text")] == ["pieces"]


def test_a_level_is_named_and_a_ring_stands_round_its_dot(qapp):
    root = drawn(plot(levels=(Level(0.0, "guessing"),), rings=(Ring(5.0, 0.5, None), Ring(50.0, 0.5, None))))
    text = next(text for text in root.iter(f"{SVG}text") if text.text == "guessing")
    right = float(text.attrib["x"]) + float(text.attrib["textLength"])
    assert right == pytest.approx(FRAME.right() - 4, abs=1.5)
    alone = drawn(plot(levels=(Level(0.0, "guessing"),), strands=()))
    words = next(text for text in alone.iter(f"{SVG}text") if text.text == "guessing")
    assert float(words.attrib["y"]) < 60, "above its line"
    rising = Strand("mean", np.array([0.0, 10.0]), np.array([-1.0, 0.4]))
    moved = drawn(plot(levels=(Level(0.0, "guessing"),), strands=(rising,)))
    text = next(text for text in moved.iter(f"{SVG}text") if text.text == "guessing")
    assert float(text.attrib["x"]) < 100, "where no curve is"
    before = len(list(drawn(plot()).iter(f"{SVG}path"))) + len(list(drawn(plot()).iter(f"{SVG}circle")))
    after = len(list(root.iter(f"{SVG}path"))) + len(list(root.iter(f"{SVG}circle")))
    assert after == before + 1, "the ring that is seen, and not the one that is outside"


def test_looks_differ_in_colour_and_in_dashes(qapp):
    pens = [strand_pen(Strand("mean", *SOME, look=look)) for look in range(2 * LOOKS)]
    assert len({(pen.color().name(), tuple(pen.dashPattern())) for pen in pens}) == 2 * LOOKS
    patterns = {tuple(look_dashes(look)) for look in range(LOOKS)}
    assert len(patterns) == LOOKS, "told apart without colour"
    thin = strand_pen(Strand("one of many", *SOME, look=1))
    assert thin.widthF() < pens[1].widthF() and thin.color().alpha() < 255
