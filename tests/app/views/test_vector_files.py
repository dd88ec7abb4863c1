"""Figures as SVG and PDF: what is in the files, read by other means than those that wrote them."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.theme import apply_theme, font, theme
from app.views.bars import BarRow, Bars
from app.views.colour_bar import ColourBar
from app.views.drawing import Drawing, widget_drawing
from app.views.figure import figure
from app.views.heat_map import HeatMap
from app.views.provenance import FACTS
from app.views.vector_files import FINE, pdf_bytes, svg_bytes
from tests.app.fakes import fake_trace
from tests.app.views.reading_pdf import Pdf

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
METADATA = {
    "Software": "Attention Explorer",
    "Title": "L4-H6 <of> 模型",
    "Sentence A": "a & b\x00 “كتاب”\n\nsecond: \ud800 x",
    "Layer": "4",
}
# What XML can say of that.
SAID = METADATA | {"Sentence A": "a & b\ufffd “كتاب”\n\nsecond: \ufffd x"}


@pytest.fixture(params=["light", "dark"])
def look(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    apply_theme(qapp, request.param)
    yield request.param
    apply_theme(qapp, "light")


def map_figure(qtbot: QtBot, size: int = 17) -> tuple[Drawing, HeatMap]:
    trace = fake_trace(size=size)
    heat, bar = HeatMap(), ColourBar()
    for widget in (heat, bar):
        qtbot.addWidget(widget)
    heat.resize(420, 420)
    bar.resize(bar.sizeHint())
    heat.set_matrix(trace.attentions[0, 0], trace.tokens)
    heat.set_selection(2, None)
    return figure(heat.drawing(), "The title", bar.drawing(), "A caption: 0 to 12345"), heat


def facts_in(rdf: ET.Element) -> dict[str | None, str | None]:
    names, values = (rdf.iter(f"{{{FACTS}}}{part}") for part in ("name", "value"))
    return {name.text: value.text for name, value in zip(names, values, strict=True)}


def texts(root: ET.Element) -> list[str]:
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


def rendered(data: bytes, width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    painter = QPainter(image)
    renderer = QSvgRenderer(data)
    assert renderer.isValid()
    renderer.render(painter)
    painter.end()
    return image


def test_an_svg_of_a_map(qtbot: QtBot, look: str) -> None:
    drawing, heat = map_figure(qtbot)
    root = ET.fromstring(svg_bytes(drawing, METADATA))
    size = drawing.whole_size
    assert root.attrib["viewBox"] == f"0 0 {size.width()} {size.height()}"
    assert float(root.attrib["width"].removesuffix("mm")) == pytest.approx(size.width() / 96 * 25.4, abs=0.01)
    assert root.findtext(f"{SVG}title") == SAID["Title"]
    description = root.findtext(f"{SVG}desc")
    assert description is not None and "Layer: 4" in description and "second:" in description
    assert facts_in(root) == SAID
    said = texts(root)
    labels = heat.labels()
    assert {"The title", "A caption: 0 to 12345", "0", "1"} <= set(said)
    assert {labels.text(row) for row in range(17)} <= set(said), "every row is labelled, as text"
    assert len(list(root.iter(f"{SVG}rect"))) < 100 and len(list(root.iter(f"{SVG}image"))) == 2
    ground = next(root.iter(f"{SVG}rect"))
    assert (ground.attrib["width"], ground.attrib["height"]) == (str(size.width()), str(size.height()))
    assert rendered(svg_bytes(drawing, {}), 200, 200).pixelColor(2, 2).name() == theme().surface


def test_cells_are_a_fine_lossless_picture_however_many(qtbot: QtBot) -> None:
    drawing, heat = map_figure(qtbot, 300)
    root = ET.fromstring(svg_bytes(drawing, {}))
    assert len(list(root.iter())) < 1500, "90,000 cells are no elements"
    cells = next(root.iter(f"{SVG}image"))
    assert cells.attrib["image-rendering"] == "optimizeSpeed", "not smoothed by who enlarges it"
    picture = QImage.fromData(base64.b64decode(cells.attrib[XLINK].partition(",")[2]))
    width = float(cells.attrib["width"])
    assert picture.width() == pytest.approx(FINE * width, abs=1) and width == pytest.approx(
        heat.content().width(), abs=1
    )


def test_a_pdf_of_a_map(qtbot: QtBot, look: str) -> None:
    drawing, heat = map_figure(qtbot)
    data = pdf_bytes(drawing, METADATA)
    assert data.startswith(b"%PDF-1.") and data.rstrip().endswith(b"%%EOF")
    pdf = Pdf(data)
    size = drawing.whole_size
    for points, units in zip(pdf.page_size, (size.width(), size.height()), strict=True):
        assert 0 <= points - units * 0.75 < 1
    packet = pdf.xmp.decode()
    root = ET.fromstring(packet[packet.index("<x:") : packet.index("<?xpacket end")])
    assert facts_in(root) == SAID
    alternatives = {text.text for text in root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li")}
    assert SAID["Title"] in alternatives
    assert "Title" in data.decode("latin-1") and b"DCTDecode" not in data, "nothing of it is lossy"
    said = pdf.text()
    for text in ("The title", "A caption", "0 to 12345", *(heat.labels().text(row) for row in range(17))):
        assert text in said, text


def test_a_text_takes_the_same_room_in_every_reader(qtbot: QtBot) -> None:
    def paint(painter: QPainter, ratio: float) -> None:
        painter.setFont(font("bold"))
        painter.drawText(QRectF(10, 0, 180, 20), Qt.AlignmentFlag.AlignLeft, "Layer & head")
        painter.setFont(font("mono-small"))
        painter.drawText(QRectF(10, 20, 180, 20), Qt.AlignmentFlag.AlignRight, "##ing")

    root = ET.fromstring(svg_bytes(Drawing(QSizeF(200, 40), paint), {}))
    first, second = root.iter(f"{SVG}text")
    assert first.text == "Layer & head"
    assert first.attrib["font-family"].endswith(", sans-serif") and second.attrib["font-family"].endswith(
        "monospace"
    )
    for element in (first, second):
        assert element.attrib["lengthAdjust"] == "spacingAndGlyphs"
    end = float(second.attrib["x"]) + float(second.attrib["textLength"])
    assert end == pytest.approx(190, abs=0.5), "aligned right, it ends there whatever the font"


def inner_widgets(qtbot: QtBot) -> QWidget:
    """Bars and labels, each with a clip of its own."""
    outer = QWidget()
    qtbot.addWidget(outer)
    column = QVBoxLayout(outer)
    bars, button, label = Bars(), QPushButton("[MASK], piece 61"), QLabel("A label below (44%) → L4-H6 ±1")
    button.setProperty("kind", "link")
    bars.set_rows([BarRow("模型", 0.5), BarRow("milk", 0.25)])
    column.addWidget(bars)
    column.addWidget(button)
    column.addWidget(label)
    outer.resize(280, 180)
    outer.show()
    return outer


def test_widgets_are_vectors_in_their_place(qtbot: QtBot, look: str) -> None:
    outer = inner_widgets(qtbot)
    drawing = figure(widget_drawing(outer), "Above")
    data = svg_bytes(drawing, {})
    root = ET.fromstring(data)
    assert not list(root.iter(f"{SVG}image"))
    below = outer.findChildren(QLabel)[-1].text()
    assert {"Above", "模型", "milk", "50%", "[MASK], piece 61"} <= set(texts(root))
    assert below in " ".join(texts(root)).replace("  ", " ")
    said = Pdf(pdf_bytes(drawing, {})).text()
    for text in ("50%", "[MASK], piece 61", "A label below (44%)", "L4-H6 ±1"):
        assert text in said, "every character is found again, whichever glyph it has on screen"
    # Clips of inner widgets are where those are, not at the corner of the whole: the label is seen.
    size = drawing.whole_size
    drawn, pixels = rendered(data, size.width(), size.height()), drawing.to_image(1)
    label = outer.findChildren(QLabel)[-1].geometry()
    for image in (drawn, pixels):
        area = image.copy(label.translated(12, size.height() - outer.height() - 12))
        shades = {
            area.pixelColor(x, y).lightness() for x in range(area.width()) for y in range(area.height())
        }
        assert max(shades) - min(shades) > 60


def test_widgets_keep_their_fonts(qtbot: QtBot) -> None:
    outer = inner_widgets(qtbot)
    outer.findChild(QLabel).setFont(font("bold"))
    inner = [outer, *outer.findChildren(QWidget)]

    def fonts() -> list[tuple[object, ...]]:
        own = Qt.WidgetAttribute.WA_SetFont
        return [(w.font(), w.font().featureTags(), w.testAttribute(own), w.geometry()) for w in inner]

    before = fonts()
    pdf_bytes(widget_drawing(outer), {})
    assert fonts() == before


def test_a_part_of_a_widget(qtbot: QtBot) -> None:
    outer = inner_widgets(qtbot)
    drawing = widget_drawing(outer, outer.findChild(Bars).geometry())
    assert drawing.whole_size == outer.findChild(Bars).size()


def test_metadata_and_text_cannot_break_the_file(qtbot: QtBot) -> None:
    def paint(painter: QPainter, ratio: float) -> None:
        painter.drawText(10, 20, "a<b>&\"'\x01]]>")

    root = ET.fromstring(
        svg_bytes(Drawing(QSizeF(100, 40), paint), {"Title": "</title>\x02", "x": "</desc>"})
    )
    assert root.findtext(f"{SVG}title") == "</title>\ufffd"
    assert facts_in(root) == {"Title": "</title>\ufffd", "x": "</desc>"}
    (text,) = texts(root)
    assert text.startswith("a<b>&\"'")


def test_curves_that_run_out_are_clipped_where_the_figure_stands(qtbot: QtBot) -> None:
    def paint(painter: QPainter, ratio: float) -> None:
        painter.setClipRect(QRectF(10, 10, 50, 30))
        painter.fillRect(QRectF(0, 0, 100, 100), QColor("#ff0000"))

    drawing = figure(Drawing(QSizeF(100, 60), paint))
    data = svg_bytes(drawing, {})
    found = re.search(r'<clipPath.*?d="M([\d.]+),([\d.]+) L([\d.]+)', data.decode(), re.DOTALL)
    assert found is not None and [float(part) for part in found.groups()] == [22, 22, 72]
    image = drawing.to_image(1)
    assert image.pixelColor(40, 30) == QColor("#ff0000") and image.pixelColor(80, 30) != QColor("#ff0000")
    assert image.pixelColor(5, 5).name() == theme().surface
