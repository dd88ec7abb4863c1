"""The units of a feed-forward part: what goes into each, what comes out, and how far that moves the vector."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.translation import tr
from app.views.worked_numbers import figure
from bert_core.trace import Floats

Activation = Literal["gelu", "gelu_new", "relu"]

_erf = np.vectorize(math.erf, otypes=[np.float64])


@dataclass(frozen=True, eq=False)
class UnitValues:
    """float32 [I] each, of I units.

    inner      what goes into the activation
    activated  what comes out
    reach      the length of what a unit adds for an activation of 1
    """

    activation: Activation
    inner: Floats
    activated: Floats
    reach: Floats

    @cached_property
    def added(self) -> Floats:
        """The length of what each unit adds to the vector: |activated| * reach."""
        return np.asarray(np.abs(self.activated) * self.reach, dtype=np.float32)

    @cached_property
    def ranked(self) -> NDArray[np.intp]:
        """The units, that which adds most first."""
        return np.argsort(-self.added, kind="stable")

    @property
    def above(self) -> int:
        """How many units have something above 0 going in."""
        return int((self.inner > 0).sum())

    def words(self, unit: int) -> str:
        """One line on a unit."""
        return tr(
            "unit {unit}: {name}({inner}) = {activated}, adds a vector of length {added}",
            unit=unit,
            name=activation_name(self.activation),
            inner=figure(float(self.inner[unit])),
            activated=figure(float(self.activated[unit])),
            added=figure(float(self.added[unit])),
        )


def activation_name(activation: Activation) -> str:
    """As people write it."""
    return {"gelu": "GELU", "gelu_new": "GELU (tanh)", "relu": "ReLU"}[activation]


def activation_curve(activation: Activation, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The function itself, float64: GELU exact, GELU by tanh (Hendrycks & Gimpel 2016, section 2), or ReLU."""
    if activation == "relu":
        return np.maximum(x, 0.0)
    if activation == "gelu_new":
        return np.asarray(0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))))
    return np.asarray(0.5 * x * (1 + _erf(x / math.sqrt(2))))
