"""The numbers of the flow view: four measures of one piece in every layer, how far they spread, how they agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bert_core.measures.rank_correlation import correlation, ranks
from bert_core.trace import Floats, Trace

Doubles = NDArray[np.float64]
Flags = NDArray[np.bool_]
Kind = Literal["raw", "weighed", "rollout", "flow"]
Rows = Mapping[Kind, Floats]
"""float32 [L, S] of what is known: from layer to layer, what the piece takes from each; a row not known is NaN."""

KINDS: tuple[Kind, ...] = ("raw", "weighed", "rollout", "flow")


@dataclass(frozen=True, eq=False)
class Shown:
    """Of the piece at `position`; NaN wherever something is not known.

    now, before   rows of what is shown, and of what it is the difference from, if it is one
    values        what is drawn: those, or their difference
    places        of each in `now`, float64 [L, S]: 1 the largest; equal ones share the mean of their places
    spread        float64 [L], see `spread_of`; or how much more than before
    correlations  float64 [L, 4, 4] in the order of KINDS, see `spearman`; or how much more than before
    counted       bool [S], the pieces that are ranked
    """

    position: int
    now: Rows
    before: Rows | None
    values: Rows
    places: Mapping[Kind, Doubles]
    spread: Mapping[Kind, Doubles]
    correlations: Doubles
    counted: Flags

    @property
    def signed(self) -> bool:
        """Whether it is a difference."""
        return self.before is not None


def raw_rows(trace: Trace, position: int) -> Floats:
    """The piece's attention in every layer, its heads averaged: float32 [L, S]."""
    mean: Floats = trace.attentions[:, :, position].mean(axis=1)
    return mean


def shares(lengths: Floats) -> Floats:
    """Each row divided by its sum; one that is 0 throughout, as where all heads are off, stays so."""
    sums = lengths.sum(axis=-1, keepdims=True)
    divided: Floats = np.divide(lengths, sums, out=np.zeros_like(lengths), where=sums > 0)
    return divided


def spread_of(rows: Floats) -> Doubles:
    """Over how many pieces each row is spread: exp of its entropy, S where all are equal, 1 where all is on one.

    float [L, S] -> float64 [L]; NaN of a row that is not known, or is 0 throughout.
    """
    wide = rows.astype(np.float64)
    logs = np.log(wide, out=np.zeros_like(wide), where=wide > 0)
    found = np.exp(-(wide * logs).sum(axis=-1))
    found[~(wide.sum(axis=-1) > 0)] = np.nan
    return np.asarray(found, np.float64)


def ranks_of(rows: Rows, counted: Flags) -> dict[Kind, Doubles]:
    """Each layer's ranks of the counted pieces, 1 the smallest: float64 [L, counted]."""
    return {kind: ranks(found[:, counted]) for kind, found in rows.items()}


def correlations_of(ranked: Mapping[Kind, Doubles], layers: int, count: int) -> Doubles:
    """Between each two of KINDS in every layer, over `count` pieces: float64 [L, 4, 4]."""
    if count < 2:
        return np.full((layers, len(KINDS), len(KINDS)), np.nan)
    unknown = np.full((layers, count), np.nan)
    return correlation(np.stack([ranked.get(kind, unknown) for kind in KINDS], axis=1))


def shown(position: int, now: Rows, before: Rows | None, layers: int, counted: Flags) -> Shown:
    """Put together what is known of now, and with `before` the difference from that where both are known."""
    values, spread = dict(now), {kind: spread_of(rows) for kind, rows in now.items()}
    ranked, count = ranks_of(now, counted), int(counted.sum())
    correlations = correlations_of(ranked, layers, count)
    if before is not None:
        both = [kind for kind in KINDS if kind in now and kind in before]
        values = {kind: now[kind] - before[kind] for kind in both}
        spread = {kind: spread[kind] - spread_of(before[kind]) for kind in both}
        correlations = correlations - correlations_of(ranks_of(before, counted), layers, count)
    return Shown(
        position,
        now,
        before,
        values,
        {kind: _places(found, counted) for kind, found in ranked.items()},
        spread,
        correlations,
        counted,
    )


def _places(ranked: Doubles, counted: Flags) -> Doubles:
    """Counted from the largest."""
    places = np.full((len(ranked), len(counted)), np.nan)
    places[:, counted] = ranked.shape[1] + 1 - ranked
    return places
