"""Word vectors from counts of which pieces stand near each other, to begin the word embeddings with.

Positive pointwise mutual information, factored: what word2vec finds by stochastic descent (Levy and Goldberg 2014,
"Neural word embedding as implicit matrix factorization"; smoothing and square-root weighting as in Levy, Goldberg and
Dagan 2015), but in about a minute for tens of millions of pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

DISTANCES = (1.0, 1.0, 0.8, 0.6)
"""What a neighbour one, two, three ... pieces away counts."""
SMOOTHING = 0.75
"""Power to which a context's frequency is raised, so that rare pieces do not dominate."""
BUDGET = 1 << 31
"""Bytes, 1 GB for each of two tables of piece by piece: enough for 16,383 pieces. Beyond, the rarest are left out."""
_BLOCK = 1 << 22
_ROWS = 256


def count_pieces(
    pieces: np.ndarray, vocab_size: int, progress: Callable[[float], None] | None = None
) -> np.ndarray:
    """How often each piece occurs, int64 [V]; `pieces` may be larger than memory."""
    counts = np.zeros(vocab_size, dtype=np.int64)
    for begin in range(0, len(pieces), _BLOCK):
        counts += np.bincount(pieces[begin : begin + _BLOCK], minlength=vocab_size)
        if progress is not None:
            progress(begin / len(pieces))
    return counts


def vectors_of_pieces(
    pieces: np.ndarray,
    counts: np.ndarray,
    size: int,
    seed: int = 0,
    budget: int = BUDGET,
    progress: Callable[[float], None] | None = None,
) -> Tensor:
    """Vectors float32 [V, size] of the pieces of a vocabulary, from the company that they keep in `pieces`.

    counts  int [V], how often each occurs: of the most frequent, as many as fit into `budget` bytes have vectors from
            their company; the others' are random, of the same spread
    """
    vocab_size = len(counts)
    most = int((budget / 8) ** 0.5) - 1
    if vocab_size <= most:
        return word_vectors(count_neighbours(pieces, vocab_size, progress=progress), size, seed)
    known = np.sort(np.argsort(-counts, kind="stable")[:most])
    index = np.full(vocab_size, most, dtype=np.int32)  # all the rest are one, and it is left out in the end
    index[known] = np.arange(most, dtype=np.int32)
    near = count_neighbours(pieces, most + 1, progress=progress, index=index)
    found = word_vectors(near[:most, :most], size, seed)
    generator = torch.Generator().manual_seed(seed)
    vectors = torch.randn(vocab_size, found.shape[1], generator=generator) * found.std(0)
    vectors[torch.from_numpy(known)] = found
    return vectors


def count_neighbours(
    pieces: np.ndarray,
    vocab_size: int,
    distances: Sequence[float] = DISTANCES,
    block: int = _BLOCK,
    progress: Callable[[float], None] | None = None,
    index: np.ndarray | None = None,
) -> np.ndarray:
    """Weighted counts of piece j near piece i, symmetric, float32 [V, V] (400 MB for 10,000, and as much meanwhile).

    index  by piece, the row and column that it counts for, if not its own
    """
    total = np.zeros(vocab_size * vocab_size, dtype=np.float32)
    here = np.zeros(vocab_size * vocab_size, dtype=np.uint32)  # whole numbers: a float stops growing at 2^24
    one = np.uint32(1)
    for number, (distance, weight) in enumerate(zip(range(1, len(distances) + 1), distances, strict=True)):
        here[:] = 0
        for begin in range(0, len(pieces) - distance, block):
            # Copied, for in a mapped file each of the steps below would read the disk again.
            stretch = np.array(pieces[begin : begin + block + distance])
            places = (stretch if index is None else index[stretch]).astype(np.int64)
            np.add.at(here, places[:-distance] * vocab_size + places[distance:], one)
            if progress is not None:
                progress((number + begin / len(pieces)) / len(distances))
        for begin in range(0, total.size, block):
            part = slice(begin, begin + block)
            total[part] += np.float32(weight) * here[part].astype(np.float32)
    del here
    square = total.reshape(vocab_size, vocab_size)
    for row in range(0, vocab_size, _ROWS):  # some rows with the columns that mirror them: no copy of all
        end = row + _ROWS
        both = square[row:end, row:] + square[row:, row:end].T
        square[row:end, row:] = both
        square[row:, row:end] = both.T
    return square


def word_vectors(counts: np.ndarray, size: int, seed: int = 0, rounds: int = 6) -> Tensor:
    """Vectors float32 [V, at most size] whose products approach the positive mutual information of the pieces.

    counts float32 [V, V] as from `count_neighbours`. Randomised subspace iteration (Halko et al. 2011); the strongest
    direction, which says little but that pieces are frequent, is left out, and the mean of the rest taken off.
    """
    near = torch.from_numpy(counts)
    information = _information(near)
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


def _information(near: Tensor) -> Tensor:
    """Positive mutual information float32 [V, V] of symmetric counts, the mean of both ways, some rows at a time."""
    total = near.sum(1) + 1
    smoothed = total**SMOOTHING
    context = smoothed / smoothed.sum()
    information = torch.empty_like(near)
    for row in range(0, len(near), _ROWS):
        part = slice(row, row + _ROWS)
        seen = near[part] + 1e-9
        one = torch.log(seen / (total[part, None] * context)).clamp_(min=0)
        other = torch.log(seen / (total * context[part, None])).clamp_(min=0)
        information[part] = (one + other) / 2
    return information
