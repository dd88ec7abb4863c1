"""A text on one line with pieces marked in it; where it is too long, what stands around the marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextOption

from app.text_units import utf16_length
from app.theme import theme
from app.views.piece_text import direction, visible

Role = Literal["query", "key"]

_ISOLATE, _POP = "\u2068", "\u2069"
_GAP = "…"
_BETWEEN = "  /  "  # two sentences
_NARROWEST = 2.0  # pixels, of what stands between two spaces, and of a space
# Space, a character that is written without spaces around it, or what stands between.
_UNITS = re.compile(
    r"\s+|[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+"
)


@dataclass(frozen=True, slots=True)
class Marked:
    """Code points of one of the sentences, and as what they are marked."""

    sentence: int
    start: int
    end: int
    role: Role


@dataclass(frozen=True, slots=True)
class Line:
    """What is written, in logical order, and (start, length, role) of what is marked in it, in UTF-16 units."""

    text: str
    marks: tuple[tuple[int, int, Role], ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    text: str
    sentence: int
    role: Role | None = None


def marked_line(
    sentences: Sequence[str], marks: Sequence[Marked], width: float, advance: Callable[[str], float]
) -> Line:
    """The sentences as far as there is room: the marks first, then what stands nearest to them.

    advance  how wide a text is
    """
    # So far from a mark nothing can be shown, and measuring takes long.
    reach = int(width / _NARROWEST)
    units = [unit for n, text in enumerate(sentences) for unit in _units(text, n, marks, reach)]
    marked = [n for n, unit in enumerate(units) if unit.role is not None] or [0]
    distance = [min(abs(n - m) for m in marked) for n in range(len(units))]
    wide = [advance(unit.text) if unit.text else inf for unit in units]
    between = advance(_BETWEEN) * (len(sentences) - 1)
    shown = [True] * len(units)
    if sum(wide) + between > width:
        left = width - between - advance(_GAP) * (len(set(marked)) + 1)
        shown = _nearest(units, wide, distance, left)
    return _written(units, shown, len(sentences))


def _units(text: str, sentence: int, marks: Sequence[Marked], reach: int) -> list[_Unit]:
    """What is farther than `reach` from the marks is one unit without text."""
    own = [mark for mark in marks if mark.sentence == sentence and mark.start < mark.end]
    edges = sorted({edge for mark in own for edge in (mark.start, mark.end)})
    found, at = [], 0
    for first, last in _near(text, edges or [0], reach):
        if first > at:
            found.append(_Unit("", sentence))
        for match in _UNITS.finditer(text, first, last):
            places = [match.start(), *(e for e in edges if match.start() < e < match.end()), match.end()]
            for start, end in pairwise(places):
                role = next((mark.role for mark in own if mark.start <= start and end <= mark.end), None)
                part = text[start:end]
                found.append(_Unit(" " if part.isspace() else visible(part), sentence, role))
        at = last
    return [*found, _Unit("", sentence)] if at < len(text) else found


def _near(text: str, places: Sequence[int], reach: int) -> list[tuple[int, int]]:
    """The parts of the text that are within reach of places, which are sorted."""
    found: list[tuple[int, int]] = []
    for place in places:
        first, last = max(0, place - reach), min(len(text), place + reach)
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return found


def _nearest(
    units: Sequence[_Unit], wide: Sequence[float], distance: Sequence[int], left: float
) -> list[bool]:
    """Which are shown: the marked ones, and of the others the nearest to them that there is room for."""
    shown = [unit.role is not None for unit in units]
    left -= sum(own for own, is_shown in zip(wide, shown, strict=True) if is_shown)
    for n in sorted(range(len(units)), key=lambda n: (distance[n], n)):
        if shown[n]:
            continue
        left -= wide[n]
        if left < 0:
            break
        shown[n] = True
    return shown


def _written(units: Sequence[_Unit], shown: Sequence[bool], sentences: int) -> Line:
    text, at = "", 0
    marks: list[tuple[int, int, Role]] = []

    def write(part: str, role: Role | None = None) -> None:
        nonlocal text, at
        size = utf16_length(part)
        if role is not None and marks and marks[-1][2] == role and sum(marks[-1][:2]) == at:
            marks[-1] = (marks[-1][0], marks[-1][1] + size, role)
        elif role is not None:
            marks.append((at, size, role))
        text += part
        at += size

    for sentence in range(sentences):
        if sentence:
            write(_BETWEEN)
        own = range(*_span(units, sentence))
        isolate = not all(units[n].text.isascii() for n in own)
        write(_ISOLATE if isolate else "")
        gap = False
        for n in own:
            beside_gap = any(not shown[m] for m in (n - 1, n + 1) if m in own)
            if shown[n] and not (beside_gap and units[n].text == " "):
                write(units[n].text, units[n].role)
                gap = False
            elif not gap:
                write(_GAP)
                gap = True
        write(_POP if isolate else "")
    return Line(text, tuple(marks))


def _span(units: Sequence[_Unit], sentence: int) -> tuple[int, int]:
    own = [n for n, unit in enumerate(units) if unit.sentence == sentence]
    return (own[0], own[-1] + 1) if own else (0, 0)


def draw_line(painter: QPainter, place: QRectF, line: Line, face: QFont, colour: str) -> None:
    """Write it at the left of `place`, whichever way it runs; queries blue, keys orange and underlined."""
    layout = QTextLayout(line.text, face)
    option = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    option.setTextDirection(direction(line.text))
    layout.setTextOption(option)
    layout.setFormats([_format(*mark) for mark in line.marks])
    layout.beginLayout()
    laid = layout.createLine()
    laid.setLineWidth(max(place.width(), QFontMetricsF(face).horizontalAdvance(line.text) + 2))
    layout.endLayout()
    painter.save()
    painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
    painter.setPen(QColor(colour))
    layout.draw(painter, QPointF(place.left(), place.center().y() - laid.height() / 2))
    painter.restore()


def mark_colours(role: Role) -> tuple[str, str]:
    """Text and background of a mark."""
    colours = theme()
    if role == "query":
        return colours.segment_a, colours.segment_a_soft
    return colours.segment_b, colours.segment_b_soft


def _format(start: int, length: int, role: Role) -> QTextLayout.FormatRange:
    text, soft = mark_colours(role)
    made = QTextCharFormat()
    made.setForeground(QColor(text))
    made.setBackground(QColor(soft))
    if role == "key":
        made.setFontUnderline(True)
    part = QTextLayout.FormatRange()
    part.start, part.length, part.format = start, length, made  # type: ignore[assignment]
    return part
