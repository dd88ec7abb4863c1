"""By what, and in which direction, the mosaic's rows, columns or tiles are sorted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.translation import tr
from app.views.mosaic_order import MosaicOrder, order_of_model, reordered

Floats = NDArray[np.float64]
What = Literal["layers", "columns", "heads"]


@dataclass(frozen=True)
class Sorting:
    """What a person asked for.

    measure  the name of a column of measures, or of a pattern's evidence, see `Measured`
    what     "layers": rows, by the mean over their heads; "columns": head numbers, by the mean over the layers;
             "heads": each layer's heads among themselves
    rising   the lowest first
    """

    measure: str
    what: What = "heads"
    rising: bool = True


def order_by(values: Floats, sorting: Sorting, title: str = "") -> MosaicOrder:
    """The order that float64 [L, A] gives; what is unknown, NaN, comes last, and equals keep the model's order.

    Means are over what is known.
    """
    layers, heads = values.shape
    if sorting.what == "layers":
        return reordered(layers, heads, rows=ranked(known_mean(values, 1), rising=sorting.rising))
    if sorting.what == "columns":
        return reordered(layers, heads, columns=ranked(known_mean(values, 0), rising=sorting.rising))
    own = tuple(tuple(ranked(row, rising=sorting.rising)) for row in values)
    return MosaicOrder(order_of_model(layers, heads).layers, own, title)


def ranked(values: Floats, *, rising: bool) -> list[int]:
    """The places of these values, sorted; NaN last either way, equals as they stand."""
    return [int(place) for place in np.argsort(values if rising else -values, kind="stable")]


def known_mean(values: Floats, axis: int) -> Floats:
    """The mean over what is not NaN; NaN where nothing is known."""
    known = ~np.isnan(values)
    total, count = np.where(known, values, 0.0).sum(axis=axis), known.sum(axis=axis)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def axis_words(sorting: Sorting, measure: str) -> str:
    """What stands above columns that are sorted row by row."""
    if sorting.rising:
        return tr("{measure}, low → high", measure=measure)
    return tr("{measure}, high → low", measure=measure)


def sorting_words(sorting: Sorting, measure: str) -> str:
    """In a few words; `measure` is its name inside a sentence."""
    if sorting.what == "layers":
        words = tr("Layers by mean {measure}", measure=measure)
    elif sorting.what == "columns":
        words = tr("Head numbers by mean {measure}", measure=measure)
    else:
        words = tr("Heads of each layer by {measure}", measure=measure)
    if sorting.rising:
        return tr("{sorted}, lowest first", sorted=words)
    return tr("{sorted}, highest first", sorted=words)
