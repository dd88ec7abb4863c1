"""Attention between words rather than pieces, and without the special pieces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def word_places(words: Sequence[int]) -> NDArray[np.intp]:
    """For each piece, the place of its word among the W distinct ones in order of first appearance: int [S], 0..W-1.

    words  the word of each piece (Token.word); any integers, and a word's pieces need not stand together
    """
    order = {word: place for place, word in enumerate(dict.fromkeys(words))}
    return np.array([order[word] for word in words], dtype=np.intp)


def merge_words(attentions: NDArray[np.floating], words: Sequence[int]) -> NDArray[np.floating]:
    """Attention from word to word: the sum over the pieces looked at, the mean over the pieces that look.

    attentions  float [..., S, S]: all heads [L, A, S, S], or a single map
    words       the word of each of the S pieces, as in `word_places`

    Returns [..., W, W] of the same type, freshly owned. Where rows sum to 1, they still do. Clark et al. 2019, section
    4.1. Raises ValueError where the shapes do not fit.
    """
    _check(attentions, len(words))
    places = word_places(words)
    merged = _summed(_summed(attentions, places, axis=-2), places, axis=-1)
    merged /= np.bincount(places).astype(attentions.dtype)[:, None]
    return merged


def without_special(
    attentions: NDArray[np.floating], special: Sequence[bool] | NDArray[np.bool_], renormalise: bool
) -> NDArray[np.floating]:
    """Attention among the pieces that are not special: their rows and columns only.

    attentions   float [..., S, S]: all heads [L, A, S, S], or a single map
    special      bool [S]
    renormalise  divide each row by what is left of it, so that it sums to 1; a row of which nothing is left stays 0

    Returns [..., K, K] of the same type for the K other pieces, freshly owned. Raises ValueError where the shapes do
    not fit.
    """
    _check(attentions, len(special))
    kept = np.flatnonzero(~np.asarray(special, np.bool_))
    left: NDArray[np.floating] = attentions[..., kept[:, None], kept]
    if renormalise:
        mass = left.sum(-1, keepdims=True)
        np.divide(left, mass, out=left, where=mass > 0)
    return left


def _check(attentions: NDArray[np.floating], size: int) -> None:
    if attentions.shape[-2:] != (size, size) or not size:
        raise ValueError(f"attentions of shape {attentions.shape} for {size} pieces, expected [..., S, S]")


def _summed(values: NDArray[np.floating], places: NDArray[np.intp], axis: int) -> NDArray[np.floating]:
    """S -> W along an axis: each word's first piece, then the second pieces of the words that have one, and so on."""
    counts = np.bincount(places)
    nth = np.empty_like(places)  # of its word's pieces, from 0
    nth[np.argsort(places, kind="stable")] = np.concatenate([np.arange(count) for count in counts])
    summed = np.take(values, np.flatnonzero(nth == 0), axis)  # in order of the words' places
    along = np.moveaxis(summed, axis, 0)  # a view
    for n in range(1, int(counts.max())):
        pieces = np.flatnonzero(nth == n)
        along[places[pieces]] += np.moveaxis(np.take(values, pieces, axis), axis, 0)
    return summed
