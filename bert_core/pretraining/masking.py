"""Which pieces are to be guessed, and what stands in their place (Devlin et al. 2018, section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


@dataclass(frozen=True)
class Masking:
    """15 % of the ordinary pieces are to be guessed: 80 % of these become [MASK], 10 % a random piece, 10 % stay."""

    mask_id: int
    vocab_size: int
    first_ordinary: int = 5
    """Ids below this are special: never to be guessed, never put in at random."""
    share: float = 0.15
    masked: float = 0.8
    random: float = 0.1


class Masked(NamedTuple):
    """What the model reads and what it is to say.

    ids        int64, shaped as given
    positions  int64 [P], indices into the flattened ids of the pieces to be guessed
    targets    int64 [P], the pieces that stood there
    hidden     bool [P], whether the piece became [MASK]
    """

    ids: np.ndarray
    positions: np.ndarray
    targets: np.ndarray
    hidden: np.ndarray


def mask(ids: np.ndarray, rule: Masking, generator: np.random.Generator) -> Masked:
    """Mask a batch of ids, int64 of any shape, leaving the array itself as it is."""
    chosen = (ids >= rule.first_ordinary) & (generator.random(ids.shape) < rule.share)
    fate = generator.random(ids.shape)
    read = ids.copy()
    read[chosen & (fate < rule.masked)] = rule.mask_id
    replaced = chosen & (fate >= rule.masked) & (fate < rule.masked + rule.random)
    read[replaced] = generator.integers(rule.first_ordinary, rule.vocab_size, int(replaced.sum()))
    return Masked(read, np.flatnonzero(chosen), ids[chosen], (fate < rule.masked)[chosen])
