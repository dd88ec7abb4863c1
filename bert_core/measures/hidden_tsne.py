"""Pieces on a plane by t-SNE of their hidden states, each layer beginning where the one before ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from bert_core.errors import TextError
from bert_core.measures.hidden_pca import pca_places, turned

Floats = NDArray[np.float32]

LEAST = 4
"""So many pieces it takes."""

ITERATIONS = 500
_PERPLEXITY = 30.0  # at most; it counts neighbours, and there must be three times as many others
_BEGIN = 1e-4  # how far places spread at first, as scikit-learn has it


def tsne_steps(states: Floats, seed: int = 0) -> Iterator[Callable[[], Floats]]:
    """One step for each layer; called in turn, each gives float32 [N, 2]. The same for the same states and seed.

    states  float32 [K, N, H]
    Distances between groups mean little in t-SNE, and a layer's scale means nothing: each is centred, brought to a mean
    square distance of 1 from there, and turned to fit the layer before. van der Maaten and Hinton 2008; scikit-learn's.

    Raises TextError for fewer than `LEAST` pieces.
    """
    count = states.shape[1]
    if count < LEAST:
        raise TextError(
            f"t-SNE takes {LEAST} pieces or more, here are {count}.",
            remedy="Write more, or choose principal components.",
        )
    before: list[NDArray[np.float64]] = []

    def step(layer: Floats) -> Floats:
        begin = before[-1] if before else pca_places(layer[None])[0][0].astype(np.float64)
        found = _placed(layer, begin, seed)
        before.append(turned(found, before[-1]) if before else found)
        return before[-1].astype(np.float32)

    for layer in states:
        yield partial(step, layer)


def perplexity(count: int) -> float:
    """How many neighbours of a piece count, among so many pieces."""
    return min(_PERPLEXITY, (count - 1) / 3)


def _placed(layer: Floats, begin: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    from sklearn.manifold import TSNE

    spread = float(begin[:, 0].std())
    if spread == 0.0:
        return np.zeros((len(layer), 2))  # all the same
    tsne = TSNE(
        perplexity=perplexity(len(layer)),
        init=(begin / spread * _BEGIN).astype(np.float32),
        max_iter=ITERATIONS,
        random_state=seed,
        n_jobs=1,
    )
    found = tsne.fit_transform(layer).astype(np.float64)
    found -= found.mean(axis=0)
    return np.asarray(found / np.sqrt(np.square(found).sum(axis=1).mean()))
