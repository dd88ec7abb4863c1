"""Units by what they add, and the activation functions, against torch's."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from app.views.unit_values import Activation, UnitValues, activation_curve, activation_name

VALUES = UnitValues(
    "gelu",
    np.array([2.0, -1.0, 0.5, 3.0], np.float32),
    np.array([1.9, -0.2, 0.3, 2.9], np.float32),
    np.array([1.0, 20.0, 2.0, 1.0], np.float32),
)


def test_the_units_that_add_most_come_first() -> None:
    np.testing.assert_allclose(VALUES.added, [1.9, 4.0, 0.6, 2.9], rtol=1e-6)
    assert VALUES.ranked.tolist() == [1, 3, 0, 2]
    assert VALUES.above == 3
    assert VALUES.words(1) == "unit 1: GELU(−1.00) = −0.200, adds a vector of length 4.00"


@pytest.mark.parametrize("activation", ["gelu", "gelu_new", "relu"])
def test_the_curves_are_those_of_the_model(activation: Activation) -> None:
    x = np.linspace(-6, 6, 97)
    functional = torch.nn.functional
    expected = {
        "gelu": functional.gelu,
        "gelu_new": lambda t: functional.gelu(t, approximate="tanh"),
        "relu": functional.relu,
    }[activation](torch.from_numpy(x)).numpy()
    np.testing.assert_allclose(activation_curve(activation, x), expected, atol=1e-12)
    assert activation_name(activation)[0] in "GR"
