"""Colours that tell the heads of a layer apart, also without full colour vision, in both themes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from app.theme import diverging, theme
from app.views.colormaps import contrast, rgb

# Found by search: the least OKLab distance of any two is as large as can be for normal vision and for the three kinds
# of dichromacy (Machado et al. 2009), the first 8 and 12 farther apart than the rest, each with a contrast of 3:1 or
# more to the panel, and a head's hue nearly the same in both themes.
_HEADS = {
    "light": (
        *("#003eb3", "#b79002", "#863e66", "#0aa5ad", "#6e0450", "#a30100", "#5c57de", "#ac5f00"),
        *("#7d8f67", "#b178ff", "#637dc4", "#115618", "#422680", "#665a9c", "#8f605a", "#fc5a8e"),
    ),
    "dark": (
        *("#2e6eeb", "#ffe6a5", "#e4b6cc", "#b2faff", "#935279", "#c39188", "#a1a9ff", "#f38a06"),
        *("#a9e43b", "#7b55b0", "#678cff", "#03821c", "#8679bd", "#9e99c3", "#dd3b35", "#a5727e"),
    ),
}
_BELOW, _ABOVE = (
    24,
    232,
)  # entries of the diverging table: strong, short of its ends, which are hard to tell apart
_INKS = ("#000000", "#ffffff")  # one of them has a contrast of 4.5:1 or more to any colour


def head_colour(head: int | None) -> str:
    """The colour of a head (0-based), as #rrggbb; the 17th has that of the first. None: an average of heads."""
    if head is None:
        return theme().accent
    colours = _HEADS[theme().name]
    return colours[head % len(colours)]


def sign_colours() -> tuple[str, str]:
    """The colours of what is below zero and of what is above."""
    table = diverging()
    below, above = (QColor(*table[entry, :3].tolist()).name() for entry in (_BELOW, _ABOVE))
    return below, above


def ink_on(colour: str) -> str:
    """Whichever of a dark and a light text is easier to read on `colour`."""
    return max(_INKS, key=lambda ink: contrast(ink, colour))


def towards_surface(
    colours: NDArray[np.float64], shares: NDArray[np.float32] | NDArray[np.float64]
) -> NDArray[np.uint32]:
    """Colours float64 [N, 3] in 0..1 mixed with the panel's, `shares` [N] of each: opaque 0xffrrggbb, uint32 [N]."""
    surface = rgb(theme().surface)
    mixed = np.rint((surface + (colours - surface) * shares[:, None]) * 255).astype(np.uint32)
    packed = 0xFF000000 | mixed[:, 0] << 16 | mixed[:, 1] << 8 | mixed[:, 2]
    return np.asarray(packed, dtype=np.uint32)
