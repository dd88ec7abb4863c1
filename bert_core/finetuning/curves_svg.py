"""A run's curves as an SVG picture, drawn without a window system: the losses, and the figures of the dev set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

Points = Sequence[tuple[float, float]]
"""(step, value), in the order of the steps; values that are no finite numbers are left out."""

_WIDTH, _HEIGHT = 880, 360
_LEFT, _TOP, _BELOW, _BETWEEN = 56, 44, 94, 64
_PLOT = (_WIDTH - 2 * _LEFT - _BETWEEN) / 2, _HEIGHT - _TOP - _BELOW
_COLOURS = ("#1f5fbf", "#c2571a", "#2f8f5b", "#8a4fbf", "#b8327a", "#6b6b6b")
_FAINT, _INK, _GRID = "#b9c7dc", "#333333", "#e4e4e4"
_MOST = 400
"""Points of a curve: of more, neighbours are averaged."""
_SMOOTHED = 0.05
"""Share of the curve that a smoothed value is the running mean of, about; and at least so many points:"""
_FEWEST = 5


@dataclass(frozen=True)
class Curve:
    """One line of a plot; faint: in the background, without a place in the legend."""

    name: str
    points: Points
    colour: str
    faint: bool = False
    dots: bool = False


def curves_svg(title: str, training_loss: Points, dev_loss: Points, figures: dict[str, Points]) -> str:
    """Two plots over the steps: the training loss raw and smoothed with the dev loss; and the other dev figures."""
    raw = thinned(training_loss)
    left = [
        Curve("training loss, raw", raw, _FAINT, faint=True),
        Curve("training loss, smoothed (raw: thin)", smoothed(raw), _COLOURS[0]),
        Curve("dev loss", _finite(dev_loss), _COLOURS[1], dots=True),
    ]
    right = [
        Curve(name.replace("_", " "), _finite(points), _COLOURS[n % len(_COLOURS)], dots=True)
        for n, (name, points) in enumerate(figures.items())
    ]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" font-family="sans-serif" font-size="12" fill="{_INK}">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        *_plot("Loss", left, _LEFT, from_zero=True),
        *_plot("Dev set", right, _LEFT + _PLOT[0] + _BETWEEN, from_zero=False),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def thinned(points: Points) -> list[tuple[float, float]]:
    """At most _MOST points, each the mean of as many neighbours."""
    kept = _finite(points)
    size = -(-len(kept) // _MOST) if kept else 1
    found = []
    for first in range(0, len(kept), size):
        group = kept[first : first + size]
        found.append((sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group)))
    return found


def smoothed(points: Points) -> list[tuple[float, float]]:
    """The running mean over what came before, faded out exponentially, and not drawn down by a start at 0."""
    keep = 1 - 1 / max(_FEWEST, _SMOOTHED * len(points))
    total = weight = 0.0
    found = []
    for x, y in points:
        total, weight = keep * total + y, keep * weight + 1
        found.append((x, total / weight))
    return found


def _finite(points: Points) -> list[tuple[float, float]]:
    return [(x, y) for x, y in points if math.isfinite(y)]


def _plot(name: str, curves: Sequence[Curve], left: float, *, from_zero: bool) -> list[str]:
    width, height = _PLOT
    parts = [f'<text x="{left:.0f}" y="24" font-size="14" font-weight="bold">{escape(name)}</text>']
    there = [curve for curve in curves if curve.points]
    if not there:
        return [*parts, f'<text x="{left:.0f}" y="{_TOP + 20}">nothing was recorded</text>']
    last = max(x for curve in there for x, _ in curve.points) or 1.0
    values = [y for curve in there for _, y in curve.points]
    low, high = (0.0 if from_zero else min(values)), max(values)
    ticks = _ticks(low, high if high > low else low + 1)
    low, high = min(low, ticks[0]), max(high, ticks[-1])

    def place(x: float, y: float) -> tuple[float, float]:
        return left + width * x / last, _TOP + height * (1 - (y - low) / ((high - low) or 1.0))

    for tick in ticks:
        _, y = place(0, tick)
        parts.append(f'<path d="M{left:.1f} {y:.1f}h{width:.1f}" stroke="{_GRID}"/>')
        parts.append(f'<text x="{left - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for tick in _ticks(0, last, 4):
        if tick <= last:
            x, _ = place(tick, low)
            parts.append(
                f'<text x="{x:.1f}" y="{_TOP + height + 17:.1f}" text-anchor="middle">{tick:,.6g}</text>'
            )
    middle = left + width / 2
    parts.append(f'<text x="{middle:.1f}" y="{_TOP + height + 34:.1f}" text-anchor="middle">step</text>')
    for curve in there:
        places = [place(x, y) for x, y in curve.points]
        line = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        stroke = 1 if curve.faint else 2
        parts.append(f'<path d="M{line}" fill="none" stroke="{curve.colour}" stroke-width="{stroke}"/>')
        if curve.dots:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{curve.colour}"/>' for x, y in places]
    return parts + _legend([curve for curve in there if not curve.faint], left)


def _legend(curves: Sequence[Curve], left: float) -> list[str]:
    """Names beside their colours, as many in a line as fit."""
    parts = []
    x, y = left, _HEIGHT - 40.0
    for curve in curves:
        width = 36 + 7.0 * len(curve.name)
        if x > left and x + width > left + _PLOT[0] + _BETWEEN / 2:
            x, y = left, y + 20
        parts.append(f'<rect x="{x:.1f}" y="{y - 6:.1f}" width="14" height="4" fill="{curve.colour}"/>')
        parts.append(f'<text x="{x + 18:.1f}" y="{y:.1f}">{escape(curve.name)}</text>')
        x += width
    return parts


def _ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers, about `count` of them, from at most `low` to at least `high`."""
    rough = (high - low) / count
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]
