"""Which colour a number has on a cell of a map."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QColor

from app.theme import Theme, diverging, sequential
from app.views.colormaps import contrast


@lru_cache
def ink_of(look: Theme, signed: bool) -> list[QColor]:
    """For each entry of a theme's table, whichever of a dark and a light text is easier to read on it.

    look  the theme now on screen: its tables are meant
    """
    inks = []
    for red, green, blue in (diverging() if signed else sequential())[:, :3].tolist():
        ground = f"#{red:02x}{green:02x}{blue:02x}"
        inks.append(QColor(max(("#10141c", "#ffffff"), key=lambda ink: contrast(ink, ground))))
    return inks
