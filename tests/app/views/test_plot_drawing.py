from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QFontMetricsF, QPainter

from app.theme import font
from app.views.drawing import Drawing
from app.views.plot_drawing import PlotPicture
from app.views.vector_files import svg_bytes

SVG = "{http://www.w3.org/2000/svg}"
FRAME = QRectF(50, 10, 200, 100)
NONE = (np.empty(0), np.empty(0))


def plot(**changes: object) -> PlotPicture:
    values: dict[str, object] = {
        "x": (0.0, 10.0),
        "y": (-1.0, 1.0),
        "x_ticks": ((0.0, "zero"), (10.0, "ten millions of them")),
        "y_ticks": ((-1.0, "low"), (0.0, "none"), (1.0, "high")),
        "x_label": "pieces",
        "every": NONE,
        "mean": (np.array([0.0, 5.0, 10.0]), np.array([0.0, 4.0, 0.0])),
        "dots": (np.array([2.0, 5.0, 30.0]), np.array([0.5, 4.0, 0.0])),
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
    root = drawn(plot(mean=NONE, dots=NONE, x_ticks=(), y_ticks=()))
    assert [text.text for text in root.iter(f"{SVG}text")] == ["pieces"]
