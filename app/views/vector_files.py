"""A drawing as the bytes of an SVG or PDF file, with where it comes from."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from math import ceil

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPoint, QPointF, QRect, QRectF, QSizeF
from PySide6.QtGui import QFont, QFontMetricsF, QPageSize, QPaintDevice, QPainter, QPdfWriter

from app.theme import plain, plain_fonts
from app.views.drawing import Drawing
from app.views.provenance import described, rdf, xml_text, xmp

DPI = 96
"""Widget units an inch, as CSS has it: so large is a figure on paper."""

FINE = 4.0
"""Pixels a widget unit of what stays pixels: 384 an inch."""

_POINTS = 72 / DPI
_GENERIC = ("sans-serif", "serif", "monospace")
_FAMILY = re.compile(r'font-family="([^"]*)"')
_BLANK = re.compile(rb"(<[0-9A-F]{4}> <[0-9A-F]{4}> (?:\[[<>0-9A-F ]*?)?)<0009>")
_NOTHING = re.compile(r"<g [^<>]*>\s*</g>\s*")
_TEXT = re.compile(
    r'<text ([^<>]*font-family="(?P<family>[^"]*)" font-size="(?P<size>[\d.]+)" font-weight="(?P<weight>\d+)"'
    r' font-style="(?P<style>\w+)")\s*>(?P<text>[^<]*)</text>'
)


def svg_bytes(drawing: Drawing, metadata: Mapping[str, str]) -> bytes:
    """An SVG 1.1 file of the drawing's size; `metadata` as its title, its description, and as RDF.

    Text stays text. It is drawn in the families that were used here, or where there are none of them in what the
    reader has, made as wide, so that nothing runs into its neighbours.
    """
    from PySide6.QtSvg import QSvgGenerator  # a library more, and only for this

    buffer = _open_buffer()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # the other one, Tiny, cannot clip
    generator.setOutputDevice(buffer)
    generator.setResolution(DPI)
    size = drawing.whole_size
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(0, 0), size))
    generator.setTitle(metadata.get("Title", ""))
    generator.setDescription(described(metadata))
    _paint(generator, drawing, QSizeF(size))
    text = xml_text(bytes(buffer.data().data()).decode(errors="replace"))
    while (less := _NOTHING.sub("", text)) != text:
        text = less
    text = _FAMILY.sub(_with_generic, _TEXT.sub(_with_length, text))
    head, defs, rest = text.partition("<defs>")
    return f"{head}<metadata>{rdf(metadata)}</metadata>\n{defs}{rest}".encode()


def pdf_bytes(drawing: Drawing, metadata: Mapping[str, str]) -> bytes:
    """A PDF file of one page of the drawing's size; `metadata` as title and creator, and all of it as XMP.

    Text stays text, its fonts are in the file.
    """
    buffer = _open_buffer()
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setTitle(xml_text(metadata.get("Title", "")))
    writer.setCreator(xml_text(metadata.get("Software", "")))
    writer.setDocumentXmpMetadata(QByteArray(xmp(metadata)))
    whole = QSizeF(drawing.whole_size)  # in points, which a page has a whole number of
    page = QSizeF(ceil(whole.width() * _POINTS), ceil(whole.height() * _POINTS))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setPageSize(QPageSize(page, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    _paint(writer, drawing, page / _POINTS)
    # In some fonts tab and blank are one glyph, and Qt says it is a tab. Of the same length, so that all else stays.
    return _BLANK.sub(rb"\1<0020>", bytes(buffer.data().data()))


def _paint(device: QPaintDevice, drawing: Drawing, size: QSizeF) -> None:
    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)  # or PDF would have JPEG
    with plain_fonts():
        drawing.on_background(painter, FINE, QRectF(QPointF(0, 0), size))
    painter.end()


def _with_length(match: re.Match[str]) -> str:
    """The text element with the width that it has here."""
    made = QFont()
    made.setFamilies(match["family"].split(","))
    made.setPixelSize(max(1, round(float(match["size"]))))
    made.setWeight(QFont.Weight(max(100, min(900, round(int(match["weight"]), -2)))))
    made.setItalic(match["style"] != "normal")
    width = QFontMetricsF(plain(made)).horizontalAdvance(html.unescape(match["text"]))
    if width <= 0:
        return match[0]
    return f'<text {match[1]} textLength="{width:.6g}" lengthAdjust="spacingAndGlyphs">{match["text"]}</text>'


def _with_generic(match: re.Match[str]) -> str:
    """The font's families, and one that every reader has."""
    families = [family.strip() for family in match[1].split(",") if family.strip()]
    if families and families[-1] not in _GENERIC:
        mono = any("mono" in family.casefold() for family in families)
        families.append("monospace" if mono else "sans-serif")
    return f'font-family="{", ".join(families)}"'


def _open_buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer
