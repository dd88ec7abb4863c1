"""The columns of the table of heads, from what is known of them by now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.panels.attention.measures.pattern_column import pattern_column
from app.panels.attention.numbers import head_name
from app.translation import tr
from app.views.head_table import HeadColumn
from bert_core.queries_measures import Floats, HeadMeasures

_UNKNOWN = "–"
Shape = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of all heads; None while it is not. Arrays are float64 [L, A].

    separator_norms  [SEP] share by norm
    importance       in nats, as `head_importance` gives it
    """

    measures: HeadMeasures | None = None
    separator_norms: Floats | None = None
    importance: Floats | None = None


@dataclass(frozen=True)
class _Kind:
    """A column of numbers: what stands above it, what it is, how many decimals it has, and where it comes from."""

    name: str
    title: str
    full: str
    about: str
    places: int
    of: Callable[[Known], Floats | None]


def columns_of(known: Known, shape: Shape, before: Known | None = None) -> list[HeadColumn]:
    """The columns for layers x heads; with `before`, the differences from that, as far as both are known.

    Importance has no difference: it is not about one text.
    """
    entropy, distance, inner, separators, norms = (_numbers(kind, known, shape, before) for kind in _kinds())
    now, then = known.measures, None if before is None else before.measures
    if before is not None and then is None:
        now = None
    pattern = pattern_column(
        None if now is None else now.patterns,
        None if then is None else then.patterns,
        shape[0] * shape[1],
    )
    return [
        _names(shape),
        entropy,
        distance,
        inner,
        pattern,
        separators,
        norms,
        _importance(known.importance, shape),
    ]


def per_layer(importance: Floats) -> Floats:
    """Each layer's values divided by their Euclidean length (Michel et al. 2019); zeros stay zeros."""
    lengths = np.linalg.norm(importance, axis=1, keepdims=True)
    return np.divide(importance, lengths, out=np.zeros_like(importance), where=lengths > 0)


def _kinds() -> tuple[_Kind, ...]:
    return (
        _Kind(
            "entropy",
            tr("Entropy"),
            tr("Entropy, nats"),
            tr(
                "How widely it looks: 0 at one piece only, ln S at all S pieces alike; the mean over the rows."
            ),
            2,
            lambda known: None if known.measures is None else known.measures.entropy,
        ),
        _Kind(
            "distance",
            tr("Distance"),
            tr("Distance, pieces"),
            tr("How far it looks, on average by weight."),
            1,
            lambda known: None if known.measures is None else known.measures.distance,
        ),
        _Kind(
            "inner",
            tr("Inner"),
            tr("Distance without special pieces"),
            tr("The same between words only: [CLS] and [SEP] count neither as queries nor as keys."),
            1,
            lambda known: None if known.measures is None else known.measures.inner_distance,
        ),
        _Kind(
            "separators",
            tr("[SEP]"),
            tr("[SEP] share by weight"),
            tr("How much of its weight lies on the [SEP] pieces."),
            2,
            lambda known: None if known.measures is None else known.measures.separators,
        ),
        _Kind(
            "norms",
            tr("[SEP] norm"),
            tr("[SEP] share by norm"),
            tr("How much of what it brings, by the length of the vectors ‖α f(x)‖, comes from [SEP] pieces."),
            2,
            lambda known: known.separator_norms,
        ),
    )


def _numbers(kind: _Kind, known: Known, shape: Shape, before: Known | None) -> HeadColumn:
    values = kind.of(known)
    if before is not None:
        old = kind.of(before)
        values = None if values is None or old is None else values - old
    flat, signed = _flat(values, shape), before is not None
    texts = [_figure(value, kind.places, signed=signed) for value in flat.tolist()]
    return HeadColumn(kind.name, kind.title, kind.full, kind.about, texts, flat, values=flat, signed=signed)


def _names(shape: Shape) -> HeadColumn:
    layers, heads = shape
    texts = [head_name(layer, head) for layer in range(layers) for head in range(heads)]
    about = tr("Layer and head, counted from 1. Struck out: switched off.")
    return HeadColumn("head", tr("Head"), tr("Head"), about, texts, np.arange(len(texts), dtype=np.float64))


def _importance(importance: Floats | None, shape: Shape) -> HeadColumn:
    shown = _flat(None if importance is None else per_layer(importance), shape)
    raw = _flat(importance, shape).tolist()
    return HeadColumn(
        "importance",
        tr("Import."),
        tr("Importance, ℓ2-normalised in each layer"),
        tr("How much the loss changes with it: the mean of |∂L/∂ξ|, where ξ multiplies its output."),
        [_figure(value, 2) for value in shown.tolist()],
        shown,
        [] if importance is None else [tr("{value} nats", value=f"{value:.3g}") for value in raw],
        values=shown,
    )


def _flat(values: Floats | None, shape: Shape) -> Floats:
    return np.full(shape[0] * shape[1], np.nan) if values is None else values.reshape(-1)


def _figure(value: float, places: int, *, signed: bool = False) -> str:
    if np.isnan(value):
        return _UNKNOWN
    if signed and float(f"{value:.{places}f}") == 0:
        return f"{0:.{places}f}"
    return f"{value:{'+' if signed else ''}.{places}f}".replace("-", "−")
