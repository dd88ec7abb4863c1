"""Numbers of a worked example: few figures, a true minus sign, aligned where they stand below each other."""

from __future__ import annotations

import math
from collections.abc import Iterable

from app.views.amounts import power_of_ten

MINUS, INFINITY, NONE = "−", "∞", "–"


def figure(value: float, digits: int = 3, *, sign: bool = False) -> str:
    """So many significant figures: 18.2, 0.57, −0.0031, 2.4·10⁸, −∞; with `sign`, a plus before what is above 0."""
    if math.isnan(value):
        return NONE
    mark = MINUS if value < 0 else "+" if sign and value > 0 else ""
    size = abs(value)
    if math.isinf(size):
        return mark + INFINITY
    if size == 0:
        return "0"
    exponent = math.floor(math.log10(size))
    if round(size, digits - 1 - exponent) >= 10 ** (exponent + 1):
        exponent += 1  # 9.996 is 10.0 to three figures
    if -4 <= exponent < 5:
        return f"{mark}{size:.{max(0, digits - 1 - exponent)}f}"
    return f"{mark}{size / 10.0**exponent:.{digits - 1}f}·{power_of_ten(exponent)}"


def decimals_for(limit: float, digits: int = 3) -> int:
    """Places behind the point that give a number as large as `limit` so many figures; at most `digits`."""
    if not (math.isfinite(limit) and limit > 0):
        return 0
    return max(0, min(digits, digits - 1 - math.floor(math.log10(limit))))


def places(value: float, decimals: int, *, sign: bool = False, short: bool = False) -> str:
    """So many places behind the point: −0.40; where `short`, no 0 before it (−.40). Nothing is ever −0."""
    if not math.isfinite(value):
        return NONE if math.isnan(value) else (MINUS if value < 0 else "+" if sign else "") + INFINITY
    text = f"{abs(value):.{decimals}f}"
    zero = not text.strip("0.")
    if short and "." in text:
        text = text.removeprefix("0")
    return ("" if zero else MINUS if value < 0 else "+" if sign else "") + text


def column(values: Iterable[float], digits: int = 3, *, sign: bool = False) -> list[str]:
    """Numbers to stand below each other, right-aligned: all with the places that the largest needs."""
    numbers = list(values)
    finite = [abs(number) for number in numbers if math.isfinite(number)]
    decimals = decimals_for(max(finite, default=0.0), digits)
    return [places(number, decimals, sign=sign) for number in numbers]
