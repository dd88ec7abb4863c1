"""Where the ticks of an axis stand."""

from __future__ import annotations

import math

_TIMES = (
    *(1, 2, 5, 10, 15, 30),
    *(60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10800, 21600, 43200, 86400),
)  # seconds


def nice_step(reach: float, most: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that parts `reach` into at most `most` steps."""
    if reach <= 0 or not math.isfinite(reach):
        return 1.0
    rough = reach / max(1.0, most)
    power = 10.0 ** math.floor(math.log10(rough))
    return next((m * power for m in (1, 2, 5) if m * power >= rough * (1 - 1e-9)), 10 * power)


def nice_time(reach: float, most: float) -> float:
    """The same for seconds, with steps that clocks have."""
    rough = reach / max(1.0, most)
    days = 86400 * nice_step(reach / 86400, most)
    return next((float(step) for step in _TIMES if step >= rough), max(86400.0, days))


def log_ticks(low: float, high: float, most: float) -> list[float]:
    """Values to mark between `low` and `high`, both above 0, on a logarithmic axis."""
    if not 0 < low < high < math.inf:
        return []
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for heads in ((1, 2, 3, 4, 5, 6, 7, 8, 9), (1, 2, 5), (1, 3), (1,)):
        found = [head * 10.0**power for power in range(first, last + 1) for head in heads]
        found = [value for value in found if low <= value <= high]
        if len(found) <= max(2.0, most):
            break
    else:
        every = -(-len(found) // max(2, int(most)))
        found = found[::every]
    if len(found) >= 2:
        return found
    step = nice_step(high - low, most)  # less than a decade: as on a plain axis
    return [n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1) if n > 0]
