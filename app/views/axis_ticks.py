"""The ticks of an axis with what is written at them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.views.amounts import amount, duration, quantity
from app.views.ticks import log_ticks, nice_step, nice_time
from app.views.worked_numbers import places

_MOST = 7.0  # more steps than that are noise

Ticks = tuple[tuple[float, str], ...]
"""Where each stands, in the units of its axis, and what is written there."""


def even_ticks(low: float, high: float, most: float, *, end: bool = False) -> Ticks:
    """Plain numbers in at most so many steps; `end`: `high` means something, and is one where none is close."""
    step = nice_step(high - low, most)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [n * step for n in range(first, last + 1)]
    if end and (not values or high - values[-1] > 0.6 * step):
        values.append(high)
    return tuple((value, places(value, decimals)) for value in values)


@dataclass(frozen=True)
class TickSpec:
    """How an axis is marked.

    kind      how its numbers are written: amount, seconds, share or quantity
    room      pixels that a tick and its text want
    exponent  quantities are written in 10^exponent, but on a logarithmic axis
    log       the numbers that are drawn are powers of ten
    """

    kind: str = "quantity"
    room: float = 80.0
    exponent: int = 0
    log: bool = False

    def ticks(self, low: float, high: float, size: float) -> Ticks:
        """Between `low` and `high` (logarithms on a logarithmic axis) over so many pixels."""
        if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
            return ()
        most = min(_MOST, max(2.0, size / self.room))
        if self.log:
            if not (-300 < low < high < 300):
                return ()
            marks = log_ticks(10.0**low, 10.0**high, most)
            return tuple((math.log10(value), self.word(value, None)) for value in marks)
        tried = [self._even(low, high, times * most) for times in (1, 2, 3)]
        return next((found for found in tried if len(found) > 1), tried[0])  # one alone tells no scale

    def _even(self, low: float, high: float, most: float) -> Ticks:
        step = nice_time(high - low, most) if self.kind == "seconds" else nice_step(high - low, most)
        if self.kind in ("amount", "seconds"):
            step = max(1.0, step)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        return tuple((n * step, self.word(n * step, step)) for n in range(first, last + 1))

    def word(self, number: float, spacing: float | None) -> str:
        """A number as it is written where the next one is so far away; None: on a logarithmic axis."""
        if self.kind == "amount":
            return amount(round(number), 4 if number >= 1e6 else 3, exact=True)
        if self.kind == "seconds":
            return duration(number + 0.5)
        if self.kind == "share":
            places = 0 if not spacing else max(0, math.ceil(-math.log10(100 * spacing) - 1e-9))
            return f"{100 * number:.{places}f} %"
        if spacing:
            number, spacing = number / 10.0**self.exponent, spacing / 10.0**self.exponent
        if spacing and 1e-3 <= spacing < 1e4:
            return f"{number:,.{max(0, math.ceil(-math.log10(spacing) - 1e-9))}f}"
        return quantity(number, 3, exact=True)
