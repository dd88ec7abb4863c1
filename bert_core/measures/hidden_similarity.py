"""How alike the vectors of the pieces are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def cosine_similarity(hidden_states: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cosine of the angle between every two rows: x_i·x_j / (|x_i| |x_j|), within -1..1.

    hidden_states  float [S, H]; a zero vector has similarity 0 with everything, itself included

    Returns float32 [S, S], symmetric. Raises ValueError where the array is not of two dimensions.
    """
    if hidden_states.ndim != 2:
        raise ValueError(f"vectors of shape {hidden_states.shape}, expected [pieces, width]")
    vectors = hidden_states.astype(np.float64)
    # Doubles hold the square of any float32, so neither tiny nor huge vectors lose their length.
    lengths = np.sqrt(np.einsum("sh,sh->s", vectors, vectors))[:, None]
    units = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return np.clip(units @ units.T, -1.0, 1.0).astype(np.float32)
