"""Pieces on a plane, layer by layer: the values that a map of them shows, and how they come to lie on a plot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from app.views.piece_marks import Kind

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MapPiece:
    """One piece.

    text   as it is written
    where  a longer word on where it stands, such as its sentence; may be empty
    """

    text: str
    kind: Kind
    where: str = ""


@dataclass(frozen=True, eq=False)
class PiecePoints:
    """Places float [K, N, 2] of N pieces in K layers, NaN for one that is not drawn.

    before  places float [K, M, 2] of the reference's pieces, or None
    after   for each of these the piece that stands in its place now, or None
    axes    what the two axes are called; empty where they mean nothing
    """

    places: NDArray[np.float32]
    pieces: tuple[MapPiece, ...]
    before: NDArray[np.float32] | None = None
    after: tuple[int | None, ...] = ()
    axes: tuple[str, str] = ("", "")

    def __post_init__(self) -> None:
        if self.places.ndim != 3 or self.places.shape[1:] != (len(self.pieces), 2):
            raise ValueError(f"places of shape {self.places.shape} for {len(self.pieces)} pieces")
        if self.before is not None and self.before.shape[1] != len(self.after):
            raise ValueError(f"{len(self.after)} counterparts for places of shape {self.before.shape}")

    @property
    def layers(self) -> int:
        """K."""
        return len(self.places)


@dataclass(frozen=True)
class Fit:
    """How places come to lie on a plot; the second axis points up.

    scale  widget units of a distance of 1, along each axis
    """

    middle: tuple[float, float]
    centre: tuple[float, float]
    scale: tuple[float, float]

    def of(self, places: NDArray[np.float32]) -> Floats:
        """In widget units, [..., 2]."""
        return (places.astype(np.float64) - self.middle) * (self.scale[0], -self.scale[1]) + self.centre


def fit(points: PiecePoints, layer: int | None, area: QRectF, *, stretched: bool = False) -> Fit:
    """Everything into `area`: of all layers, or of one; `stretched` fills it, else distances are true."""
    shown = [points.places, *(() if points.before is None else (points.before,))]
    all_of = np.concatenate([part.reshape(-1, 2) if layer is None else part[layer] for part in shown])
    all_of = all_of[~np.isnan(all_of[:, 0])].astype(np.float64)
    centre = area.center().x(), area.center().y()
    if not len(all_of):
        return Fit((0.0, 0.0), centre, (1.0, 1.0))
    low, high = all_of.min(0), all_of.max(0)
    room, middle = np.maximum([area.width(), area.height()], 1.0), (low + high) / 2
    wide = (high - low) > max(1e-9, 1e-6 * float((high - low).max()))  # else it is rounding
    scale = np.divide(room, high - low, out=np.full(2, np.inf), where=wide)
    if not stretched or not wide.all():
        scale[:] = scale.min() if wide.any() else 1.0
    return Fit((float(middle[0]), float(middle[1])), centre, (float(scale[0]), float(scale[1])))
