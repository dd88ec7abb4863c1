"""The length of a vector."""

from __future__ import annotations

import numpy as np

from app.views.flow_steps import norm_of


def test_the_norm_does_not_overflow() -> None:
    assert norm_of(np.array([3.0, 4.0], np.float32)) == 5.0
    assert (
        norm_of(np.array([3e30, 4e30], np.float32))
        == float(np.float64(np.float32(3e30)) ** 2 + np.float64(np.float32(4e30)) ** 2) ** 0.5
    )
