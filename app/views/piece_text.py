"""How a piece is written and coloured: nothing invisible, nothing that reorders what stands around it."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from app.theme import Theme
from bert_core.trace import Token

MASK = "[MASK]"
UNKNOWN = "[UNK]"

_JOINERS = "\u200c\u200d"  # They shape Arabic and Indic words and emoji: left alone inside a word.
_FLAGS = {
    side: side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | Qt.TextFlag.TextSingleLine
    for side in (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
}
_ISOLATE, _POP = "\u2068", "\u2069"


def visible(text: str) -> str:
    """`text` with control and formatting characters written out (a tab as ‹U+0009›)."""
    if text.isascii() and text.isprintable():
        return text
    alone = all(character in _JOINERS for character in text)
    return "".join(_shown(character, alone) for character in text)


def _shown(character: str, alone: bool) -> str:
    if character in _JOINERS and not alone:
        return character
    if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return f"‹U+{ord(character):04X}›"
    return character


def isolated(text: str) -> str:
    """`visible(text)`, fenced off so that right-to-left letters do not reorder the sentence around it."""
    shown = visible(text)
    return shown if shown.isascii() else f"{_ISOLATE}{shown}{_POP}"


def unfenced(text: str) -> str:
    """What was `isolated`, to stand alone."""
    return text.removeprefix(_ISOLATE).removesuffix(_POP)


def direction(text: str) -> Qt.LayoutDirection:
    """Which way a piece runs, by its first letter: the ## of an Arabic piece stands at its right end."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"L", "R", "AL"}:
            return Qt.LayoutDirection.LeftToRight if kind == "L" else Qt.LayoutDirection.RightToLeft
    return Qt.LayoutDirection.LeftToRight


def draw_piece(painter: QPainter, place: QRectF, side: Qt.AlignmentFlag, text: str) -> None:
    """Write a piece (made visible, and as short as it has to be) on one line at the middle of `place`'s height.

    `side` is where across `place`: left is left, whichever way the piece runs.
    """
    painter.setLayoutDirection(direction(text))
    painter.drawText(place, _FLAGS[side], text)
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def elided(text: str, metrics: QFontMetricsF, width: float) -> str:
    """`text`, or its beginning and an ellipsis, no wider than `width`."""
    if metrics.horizontalAdvance(text) <= width:
        return text
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def piece_colours(token: Token, colours: Theme) -> tuple[str, str]:
    """Text and soft background of a piece: blue for A, orange for B, grey for the specials that were added."""
    if token.special:
        return colours.special, colours.special_soft
    if token.segment:
        return colours.segment_b, colours.segment_b_soft
    return colours.segment_a, colours.segment_a_soft
