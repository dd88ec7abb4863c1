"""Gives a map no more room than it fills, so that what stands beside it stays beside it."""

from __future__ import annotations

from math import ceil

from app.views.map_view import MapView

UNLIMITED = (1 << 24) - 1  # QWIDGETSIZE_MAX, which PySide does not name


def snug_height(view: MapView, room: int) -> None:
    """Limit the height of `view` to what its map fills at the width it has, given `room` pixels at most."""
    view.setMaximumHeight(UNLIMITED)
    if view.has_content():
        view.resize(view.width(), max(room, view.minimumHeight()))
        view.setMaximumHeight(max(view.minimumHeight(), ceil(view.extent().height())))


def snug_width(view: MapView, room: int) -> None:
    """Limit the width of `view` to what its map fills at the height it has, given `room` pixels at most."""
    view.setMaximumWidth(UNLIMITED)
    wanted = max(room, view.minimumWidth())
    if view.has_content():
        view.resize(wanted, view.height())
        wanted = max(view.minimumWidth(), min(wanted, ceil(view.extent().width())))
    view.setMaximumWidth(wanted)
