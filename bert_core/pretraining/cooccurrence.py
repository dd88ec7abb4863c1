"""Word vectors from counts of which pieces stand near each other, to begin the word embeddings with.

Positive pointwise mutual information, factored: what word2vec finds by stochastic descent (Levy and Goldberg 2014,
"Neural word embedding as implicit matrix factorization"; smoothing and square-root weighting as in Levy, Goldberg and
Dagan 2015), but in half a minute for tens of millions of pieces.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

DISTANCES = (1.0, 1.0, 0.8, 0.6)
"""What a neighbour one, two, three ... pieces away counts."""
SMOOTHING = 0.75
"""Power to which a context's frequency is raised, so that rare pieces do not dominate."""


def count_pieces(pieces: np.ndarray, vocab_size: int) -> np.ndarray:
    """How often each piece occurs, int64 [V]."""
    return np.bincount(pieces, minlength=vocab_size)


def count_neighbours(
    pieces: np.ndarray, vocab_size: int, distances: Sequence[float] = DISTANCES, block: int = 1 << 24
) -> np.ndarray:
    """Weighted counts of piece j near piece i, symmetric, float32 [V, V] (400 MB for 10,000 pieces)."""
    counts = np.zeros(vocab_size * vocab_size, dtype=np.float32)
    for distance, weight in enumerate(distances, start=1):
        for begin in range(0, len(pieces) - distance, block):
            left = pieces[begin : begin + block].astype(np.int64)
            right = pieces[begin + distance : begin + distance + block]
            together = left[: len(right)] * vocab_size + right
            counts += np.float32(weight) * np.bincount(together, minlength=counts.size).astype(np.float32)
    square = counts.reshape(vocab_size, vocab_size)
    return square + square.T


def word_vectors(counts: np.ndarray, size: int, seed: int = 0, rounds: int = 6) -> Tensor:
    """Vectors float32 [V, size] whose products approach the positive mutual information of the pieces.

    counts float32 [V, V] as from `count_neighbours`. Randomised subspace iteration (Halko et al. 2011); the strongest
    direction, which says little but that pieces are frequent, is left out, and the mean of the rest taken off.
    """
    near = torch.from_numpy(counts)
    total = near.sum(1) + 1
    context = total**SMOOTHING
    information = torch.log((near + 1e-9) / (total[:, None] * (context / context.sum()))).clamp_(min=0)
    information = (information + information.T) / 2
    generator = torch.Generator().manual_seed(seed)
    kept = min(size + 1, len(near))
    guess = torch.randn(len(near), min(kept + 64, len(near)), generator=generator)
    basis = torch.linalg.qr(guess)[0]
    for _ in range(rounds):
        basis = torch.linalg.qr(information @ basis)[0]
    inner = basis.T @ information @ basis
    values, directions = torch.linalg.eigh((inner + inner.T) / 2)
    strongest = values.abs().argsort(descending=True)[1:kept]
    vectors = (basis @ directions[:, strongest]) * values[strongest].abs().sqrt()
    return vectors - vectors.mean(0)
