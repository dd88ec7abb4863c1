"""How lines look: where their ends are, how wide and how strong they are, and in which colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.views.colormaps import rgb
from app.views.head_colours import head_colour, sign_colours, towards_surface
from app.views.lines_choice import LinesChoice
from app.views.picked_lines import Lines
from app.views.strands import Strands

_SPREAD = 0.66  # of a row, over which the lines of several heads are spread
_STEP, _LEAST_STEP = 2.0, 0.8  # widget units between the lines of two heads; closer ones would be one
_THINNEST, _THICKEST = 0.5, 4.0
_THIN_BELOW = 5.0  # in lower rows than that, lines are thinner than 1, or nothing would be left between them
_FAINTEST = 0.22  # share of its colour that a weight of next to nothing has
_LOOKS = 255  # colours by steps of opacity and width


def step_of(row: float, count: int) -> float:
    """How far apart the lines of two of `count` heads are where rows are `row` high; 0: they are one."""
    step = min(_STEP, _SPREAD * row / max(1, count))
    return step if count > 1 and step >= _LEAST_STEP else 0.0


def strands_of(lines: Lines, choice: LinesChoice, row: float, top: float, height: float) -> Strands:
    """How lines are drawn where rows are `row` high; those that are out of sight are left out.

    top     where the first row begins, from the top of the area on: below 0 where it is out of sight
    height  of the area
    """
    step = step_of(row, choice.count)
    nth = np.maximum(0, np.cumsum(choice.flags()) - 1)[lines.head]
    aside = top + (nth - (choice.count - 1) / 2) * step
    left, right = (lines.query + 0.5) * row + aside, (lines.key + 0.5) * row + aside
    seen = (np.maximum(left, right) > 0) & (np.minimum(left, right) < height)
    colours, which = _colours(lines, choice)
    levels = _LOOKS // len(colours)
    share = np.minimum(1.0, np.abs(lines.weight) / (choice.limit or 1.0))
    level = np.maximum(0, np.ceil(share * levels).astype(np.intp) - 1)
    # All looks there may be, the faintest of all colours first: so the largest weights come to lie on top.
    shares = np.repeat(np.arange(1, levels + 1) / levels, len(colours))
    mixed = towards_surface(np.tile(colours, (levels, 1)), _FAINTEST + (1.0 - _FAINTEST) * shares)
    thinnest = max(_THINNEST, min(1.0, row / _THIN_BELOW))
    thickest = max(thinnest, min(_THICKEST, 2 * step if step else row / _THIN_BELOW))
    return Strands(
        left[seen],
        right[seen],
        (1 + level * len(colours) + which)[seen].astype(np.uint8),
        np.concatenate([[thinnest], thinnest + (thickest - thinnest) * shares]),
        np.concatenate([[np.uint32(0)], mixed]),
    )


def _colours(lines: Lines, choice: LinesChoice) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Colours float64 [C, 3], and which of them each line has."""
    if choice.signed:
        return np.stack([rgb(colour) for colour in sign_colours()]), (lines.weight >= 0).astype(np.intp)
    names = [head_colour(head) for head in choice.heads]
    colours = list(dict.fromkeys(names))
    of_head = np.array([colours.index(name) for name in names], dtype=np.intp)
    return np.stack([rgb(colour) for colour in colours]), of_head[lines.head]
