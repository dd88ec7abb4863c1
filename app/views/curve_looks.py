"""How curves of several runs are told apart: by colour and by dashes, so that either alone will do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from app.theme import theme

# Apart in lightness as well, and none of them red beside green (after Okabe and Ito 2008).
_COLOURS = {
    "light": ("#2862cf", "#b45a08", "#00806a", "#8b3fa8", "#7a6a00", "#4a5260"),
    "dark": ("#7aa7ff", "#f0a35e", "#3fc9a8", "#d79bf0", "#d8cc5c", "#b9c0cc"),
}
_DASHES: tuple[tuple[float, ...], ...] = (
    (),
    (5.0, 2.5),
    (1.2, 2.0),
    (6.0, 2.0, 1.2, 2.0),
    (9.0, 3.0),
    (3.0, 2.0, 1.2, 2.0, 1.2, 2.0),
)  # in widths of the line
LOOKS = len(_COLOURS["light"])
"""So many curves have colours of their own; those that follow take the same ones with other dashes."""


def look_colour(look: int) -> QColor:
    """The colour of a run's curves, in the theme on screen."""
    return QColor(_COLOURS[theme().name][look % LOOKS])


def look_dashes(look: int) -> tuple[float, ...]:
    """The pattern of a run's curves: lengths of lines and gaps in turn; empty: unbroken."""
    return _DASHES[(look + look // LOOKS) % len(_DASHES)]


def look_pen(look: int, width: float) -> QPen:
    """Colour and dashes together."""
    pen = QPen(look_colour(look), width)
    dashes = look_dashes(look)
    if dashes:
        pen.setDashPattern(list(dashes))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
