"""How alike two representations of the same pieces are, whatever basis each is written in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def cka(x: NDArray[np.floating], y: NDArray[np.floating]) -> float:
    """Linear centred kernel alignment: ||Y^T X||_F^2 / (||X^T X||_F ||Y^T Y||_F), columns centred.

    x, y  float [N, H1] and [N, H2]: a vector for each of the same N pieces

    Kornblith et al. 2019, section 3. It does not change when either is rotated, mirrored, moved or scaled as a whole.
    Within 0 and 1; 1 where they are the same up to that. With fewer pieces than dimensions it is biased towards 1, so
    few pieces tell less than many. Where all vectors of one are equal, nothing is left after centring: NaN.

    Raises ValueError where the shapes do not fit.
    """
    if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or not len(x):
        raise ValueError(
            f"vectors of shapes {x.shape} and {y.shape}, expected [pieces, width] of the same pieces"
        )
    return aligned(centred(gram(x)), centred(gram(y)))


def gram(x: NDArray[np.floating]) -> Floats:
    """X X^T: float64 [N, N]. That of some of the rows is a part of it, which spares those who want both."""
    vectors = x.astype(np.float64)
    products: Floats = vectors @ vectors.T
    return products


def centred(products: Floats) -> Floats:
    """The Gram matrix [N, N] that centred columns would have: J K J, with J = I - 1/N."""
    means = products.mean(0)
    inner: Floats = products - means - means[:, None] + means.mean()
    return inner


def aligned(inner_x: Floats, inner_y: Floats) -> float:
    """CKA from two centred Gram matrices [N, N]: ||Y^T X||_F^2 is the sum of the products of their entries."""
    # Not by BLAS: where others are busy, its threads wait for each other.
    both, own_x, own_y = (
        float((a * b).sum()) for a, b in ((inner_x, inner_y), (inner_x, inner_x), (inner_y, inner_y))
    )
    scale = np.sqrt(own_x) * np.sqrt(own_y)
    if not np.isfinite(scale) or scale <= 0.0:
        return float("nan")
    return float(min(1.0, max(0.0, both / scale)))
