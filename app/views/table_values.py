"""The numbers behind the strips of embedding tables: columns of segments and positions, and what a spot stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.translation import tr
from app.views.embedding_legend import norm_text
from app.views.embedding_values import averaged, percentile

Floats = NDArray[np.float32]
Part = Literal["segment", "difference", "position"]


@dataclass(frozen=True)
class TableHit:
    """A column of the strips: a row of a table, and the dimensions averaged into the spot under the pointer.

    row  of the segment table or the position table; 0 for the difference of A and B
    """

    part: Part
    row: int
    dimensions: range


class TableValues:
    """Two tables, float32 [T, H] and [P, H]. Of two segments there is also the difference, A less B."""

    def __init__(self, segment: Floats, position: Floats, initial: float) -> None:
        self.segment, self.position, self.initial = segment, position, initial
        self.parted = len(segment) == 2
        self.columns = np.concatenate([segment, segment[:1] - segment[1:2]]) if self.parted else segment
        self.column_norms = np.linalg.norm(self.columns, axis=1)
        self.position_norms = np.linalg.norm(position, axis=1)
        self._pooled: tuple[tuple[int, int], tuple[Floats, Floats, float]] | None = None

    @property
    def dimensions(self) -> int:
        """H."""
        return self.position.shape[1]

    @property
    def hits(self) -> list[tuple[Part, int]]:
        """All columns from the left to the right."""
        segments: list[tuple[Part, int]] = [("segment", row) for row in range(len(self.segment))]
        parted: list[tuple[Part, int]] = [("difference", 0)] if self.parted else []
        return [*segments, *parted, *(("position", row) for row in range(len(self.position)))]

    def vector(self, hit: TableHit) -> Floats:
        """The whole vector that a column shows."""
        if hit.part == "position":
            return self.position[hit.row]
        return self.columns[-1 if hit.part == "difference" else hit.row]

    def norm(self, hit: TableHit) -> float:
        """Its length."""
        if hit.part == "position":
            return float(self.position_norms[hit.row])
        return float(self.column_norms[-1 if hit.part == "difference" else hit.row])

    def pooled(self, columns: int, rows: int) -> tuple[Floats, Floats, float]:
        """Segments, positions and where colours end, for so many pixels: means of what shares one; the last is kept."""
        if self._pooled is None or self._pooled[0] != (columns, rows):
            segments = averaged(self.columns, len(self.columns), rows)
            positions = averaged(self.position, columns, rows)
            self._pooled = (columns, rows), (segments, positions, percentile([segments, positions]))
        return self._pooled[1]

    def segment_name(self, row: int) -> str:
        """A and B where there are two; else numbers from 0 on."""
        return "AB"[row] if self.parted else str(row)

    def short_readout(self, hit: TableHit) -> str:
        """What it is and its length."""
        norm = norm_text(self.norm(hit))
        if hit.part == "position":
            return tr("position {row}: norm {norm}", row=hit.row, norm=norm)
        if hit.part == "difference":
            return tr("segment A − B: norm {norm}", norm=norm)
        return tr("segment {name}: norm {norm}", name=self.segment_name(hit.row), norm=norm)

    def readout(self, hit: TableHit) -> str:
        """One line: what it is, its length, the values there."""
        vector = self.vector(hit)
        first, last = hit.dimensions.start, hit.dimensions.stop - 1
        part = vector[first : last + 1]
        facts = {
            "whole": self.short_readout(hit),
            "mean": _signed(float(part.mean(dtype=np.float64))),
            "first": first,
            "last": last,
        }
        if first == last:
            return tr("{whole}, dimension {first}: {mean}", **facts)
        strongest = first + int(np.argmax(np.abs(part)))
        return tr(
            "{whole}, dimensions {first}–{last}: mean {mean}, strongest {value} ({dimension})",
            value=_signed(float(vector[strongest])),
            dimension=strongest,
            **facts,
        )


def _signed(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")
