"""What the methods say of each piece, and how they agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.panels.saliency.wishes import KINDS, Kind
from bert_core.explanations import Attribution
from bert_core.measures.rank_correlation import spearman

Doubles = NDArray[np.float64]
Found = Mapping[Kind, Attribution | Doubles]
"""By method what is known: attributions, and for rollout a row float64 [S]."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is drawn of S pieces.

    values        by method, as far as it is known: float64 [S]; differences where `difference`
    found         what is known of the text itself
    ranked        bool [S]: the pieces that every method varies, over which they are compared
    correlations  float64 [4, 4], Spearman's, or differences of such; NaN where one is not known
    """

    values: Mapping[Kind, Doubles]
    found: Found
    ranked: NDArray[np.bool_]
    correlations: Doubles
    difference: bool = False

    def attribution(self, kind: Kind) -> Attribution | None:
        """What a method says of the text itself."""
        found = self.found.get(kind)
        return found if isinstance(found, Attribution) else None


def shown(size: int, now: Found, before: Found | None, *, signed: bool) -> Shown:
    """Of a text of `size` pieces; or the difference, now less before.

    signed  rank by the values as they are, else without their signs
    """
    values = {kind: scores(found) for kind, found in now.items()}
    ranked = varied(size, now)
    if before is None:
        return Shown(values, now, ranked, _correlations(values, ranked, signed))
    then = {kind: scores(found) for kind, found in before.items()}
    ranked &= varied(size, before)
    differences = {kind: values[kind] - then[kind] for kind in KINDS if kind in values and kind in then}
    correlations = _correlations(values, ranked, signed) - _correlations(then, ranked, signed)
    return Shown(differences, now, ranked, correlations, difference=True)


def scores(found: Attribution | Doubles) -> Doubles:
    """A number a piece."""
    return found.scores if isinstance(found, Attribution) else found


def varied(size: int, found: Found) -> NDArray[np.bool_]:
    """The pieces that each of the methods varies."""
    ranked = np.ones(size, np.bool_)
    for one in found.values():
        if isinstance(one, Attribution):
            ranked &= one.varied
    return ranked


def _correlations(values: Mapping[Kind, Doubles], ranked: NDArray[np.bool_], signed: bool) -> Doubles:
    rows = np.full((len(KINDS), int(ranked.sum())), np.nan)
    for index, kind in enumerate(KINDS):
        if kind in values:
            rows[index] = values[kind][ranked]
    if rows.shape[1] < 2:
        return np.full((len(KINDS), len(KINDS)), np.nan)
    return spearman(rows if signed else np.abs(rows))
