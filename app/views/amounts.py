"""Amounts and durations as a person reads them: 49.2 M, 1 h 20 min."""

from __future__ import annotations

import math

from app.translation import tr

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def amount(number: float, digits: int = 3, *, exact: bool = False) -> str:
    """A count to so many figures, with k, M or G from ten thousand on: 9,876 · 49.2 M.

    exact  it is a round number: 20 M, not 20.0 M
    """
    if not math.isfinite(number):
        return "–"
    if abs(number) < 10_000:
        return f"{number:,.0f}" if number == int(number) or abs(number) >= 100 else f"{number:.{digits}g}"
    for unit, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(number) >= unit * (1 - 0.5 * 10**-digits):
            figures = _figures(number / unit, digits)
            return f"{_trimmed(figures) if exact else figures} {sign}"
    return f"{number:,.0f}"


def quantity(number: float, digits: int = 4, *, exact: bool = False) -> str:
    """A measured number to so many figures, or an exact, round one; very small ones as 3.2·10⁻⁵."""
    if not math.isfinite(number):
        return "–"
    if number == 0:
        return "0"
    if 1e-2 <= abs(number) < 1e5:
        figures = _figures(number, digits)
        return _trimmed(figures) if exact else figures
    mantissa, _, exponent = f"{number:.{max(0, digits - 2)}e}".partition("e")
    return f"{_trimmed(mantissa)}·{power_of_ten(int(exponent))}"


def power_of_ten(exponent: int) -> str:
    """10⁻³."""
    return f"10{str(exponent).translate(_SUPERSCRIPT)}"


def share(number: float, places: int = 1) -> str:
    """Of 1, in percent."""
    return f"{100 * number:.{places}f} %" if math.isfinite(number) else "–"


def duration(seconds: float) -> str:
    """The two largest units that matter: 45 s, 12 min, 1 h 20 min, 3 d 4 h."""
    if not math.isfinite(seconds) or seconds < 0:
        return "–"
    if seconds < 60:
        return tr("{n} s", n=int(seconds))
    minutes = int(seconds // 60)
    if minutes < 60:
        return tr("{n} min", n=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return tr("{h} h {m} min", h=hours, m=minutes) if minutes else tr("{h} h", h=hours)
    days, hours = divmod(hours, 24)
    return tr("{d} d {h} h", d=days, h=hours) if hours else tr("{d} d", d=days)


def _trimmed(figures: str) -> str:
    return figures.rstrip("0").rstrip(".") if "." in figures else figures


def _figures(number: float, digits: int) -> str:
    if abs(number) < 1:
        rounded = f"{number:.{digits}g}"
        return rounded if abs(float(rounded)) < 1 else f"{float(rounded):.{digits - 1}f}"
    whole = len(str(int(abs(number))))
    rounded = f"{number:,.{max(0, digits - whole)}f}"
    grown = len(str(int(abs(float(rounded.replace(",", "")))))) > whole  # 9.9996 is 10.00 to four figures
    return f"{number:,.{max(0, digits - whole - 1)}f}" if grown else rounded
