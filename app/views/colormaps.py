"""Colour tables for maps, perceptually even by OKLab, and the steps from values to their entries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

ENTRIES = 256
ZERO = 128  # the entry of a diverging table that stands for 0; the arms are 1..127 and 129..255

# B. Ottosson, "A perceptual color space for image processing" (2020): linear sRGB -> cone responses -> OKLab.
_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def rgb(colour: str) -> Doubles:
    """`#rrggbb` as float64 [3] in 0..1 (sRGB, gamma-encoded)."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0


def linear(values: Doubles) -> Doubles:
    """Gamma-encoded sRGB [..., 3] in 0..1 to linear light (IEC 61966-2-1)."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _encoded(values: Doubles) -> Doubles:
    values = np.clip(values, 0.0, 1.0)
    return np.where(values <= 0.0031308, values * 12.92, 1.055 * values ** (1 / 2.4) - 0.055)


def to_oklab(values: Doubles) -> Doubles:
    """OKLab (L, a, b) of sRGB [..., 3] in 0..1."""
    return np.asarray(np.cbrt(linear(values) @ _TO_CONES.T) @ _TO_LAB.T, dtype=np.float64)


def from_oklab(lab: Doubles) -> Doubles:
    """The sRGB [..., 3] in 0..1 of OKLab colours; what lies outside the gamut is clipped."""
    cones = (lab @ np.linalg.inv(_TO_LAB).T) ** 3
    return _encoded(cones @ np.linalg.inv(_TO_CONES).T)


def lightness(table: Bytes) -> Doubles:
    """OKLab lightness, 0 (black) to 1 (white), of each entry of a colour table [N, 3 or 4]."""
    return np.asarray(to_oklab(table[:, :3] / 255.0)[:, 0], dtype=np.float64)


def contrast(first: str, second: str) -> float:
    """WCAG 2.2 contrast ratio of two `#rrggbb` colours, 1 to 21."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted(float(linear(rgb(colour)) @ weights) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def ramp(colours: Sequence[str], entries: int = ENTRIES) -> Bytes:
    """RGBA uint8 [entries, 4] through `colours`, equal steps in lightness from the first to the last.

    Raises ValueError where the lightness of `colours` does not keep rising or keep falling.
    """
    points = to_oklab(np.stack([rgb(colour) for colour in colours]))
    levels = points[:, 0]
    steps = np.diff(levels)
    if not (np.all(steps > 0) or np.all(steps < 0)):
        raise ValueError(f"the lightness of {list(colours)} turns round")
    wanted = np.linspace(levels[0], levels[-1], entries)
    order = np.argsort(levels)
    lab = np.stack(
        [wanted] + [np.interp(wanted, levels[order], points[order, axis]) for axis in (1, 2)], axis=1
    )
    table = np.full((entries, 4), 255, dtype=np.uint8)
    table[:, :3] = np.round(from_oklab(lab) * 255)
    return table


def two_arms(negative: Sequence[str], positive: Sequence[str]) -> Bytes:
    """RGBA uint8 [256, 4] for signed values; both arms start at the same colour, which is entry ZERO."""
    table = np.empty((ENTRIES, 4), dtype=np.uint8)
    table[ZERO:] = ramp(positive, ENTRIES - ZERO)
    table[1 : ZERO + 1] = ramp(negative, ZERO)[::-1]
    table[0] = table[1]
    return table


def entries(values: Floats, minimum: float, maximum: float) -> Bytes:
    """The table entry of each value, `minimum` at 0 and `maximum` at 255; NaN counts as `minimum`."""
    scale = 255.0 / (maximum - minimum) if maximum > minimum else 0.0
    steps = (values - np.float32(minimum)) * np.float32(scale)
    return _rounded(np.nan_to_num(steps, nan=0.0, posinf=255.0, neginf=0.0))


def signed_entries(values: Floats, maximum: float) -> Bytes:
    """The entry of each value in a diverging table: 0 at ZERO, maximum at 255; NaN counts as 0."""
    scale = 127.0 / maximum if maximum > 0 else 0.0
    steps = values * np.float32(scale)
    return _rounded(np.clip(np.nan_to_num(steps, nan=0.0), -127.0, 127.0) + np.float32(ZERO))


def _rounded(steps: Floats) -> Bytes:
    np.clip(steps, 0.0, 255.0, out=steps)
    return np.rint(steps).astype(np.uint8)
