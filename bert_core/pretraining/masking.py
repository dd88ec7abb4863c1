"""Which pieces are to be guessed, and what stands in their place (Devlin et al. 2018, section 3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bert_core.pretraining.recipe import MaskingRecipe
from bert_core.tokenization import Tokenizer

DRAWS = 3
"""Random numbers that a piece needs: whether it is chosen, what becomes of it, which piece takes its place."""


@dataclass(frozen=True, eq=False)
class Masking:
    """A rule, and what it has to know of the vocabulary.

    recipe        shares; by default 15 % are to be guessed, of these 80 % become [MASK], 10 % a random piece, 10 % stay
    mask_id       of [MASK]
    ordinary      int64, ids of the pieces that may be guessed or put in: all but the special ones
    is_ordinary   bool [V]
    continues     bool [V], whether a piece goes on with the word of the piece before ("##ing")
    """

    recipe: MaskingRecipe
    mask_id: int
    ordinary: np.ndarray
    is_ordinary: np.ndarray
    continues: np.ndarray

    @classmethod
    def of(cls, tokenizer: Tokenizer, recipe: MaskingRecipe | None = None) -> Masking:
        """The rule for a tokenizer's vocabulary."""
        vocabulary = tokenizer.vocabulary
        is_ordinary = np.ones(len(vocabulary), dtype=np.bool_)
        for special in (
            tokenizer.pad_id,
            tokenizer.unk_id,
            tokenizer.cls_id,
            tokenizer.sep_id,
            tokenizer.mask_id,
        ):
            if special is not None:
                is_ordinary[special] = False
        continues = np.fromiter((piece.startswith("##") for piece in vocabulary), np.bool_, len(vocabulary))
        return cls(
            recipe or MaskingRecipe(),
            tokenizer.mask_id,
            np.flatnonzero(is_ordinary),
            is_ordinary,
            continues & is_ordinary,
        )


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


def mask(ids: np.ndarray, rule: Masking, draws: np.ndarray, share: float | None = None) -> Masked:
    """Mask ids, int64 [B, S], leaving the array itself as it is.

    draws float [B, 3, S] are uniform random numbers from [0, 1), share another one than the recipe's. With whole words
    each word is chosen or not, by its first piece's number; its pieces then go their own ways, as in the paper's code.
    """
    recipe = rule.recipe
    share = recipe.share if share is None else share
    which, fate, instead = draws[:, 0], draws[:, 1], draws[:, 2]
    if recipe.whole_words:
        size = ids.shape[1]
        begins = np.where(rule.continues[ids], 0, np.arange(size))
        which = np.take_along_axis(which, np.maximum.accumulate(begins, axis=1), axis=1)
    chosen = rule.is_ordinary[ids] & (which < share)
    read = ids.copy()
    read[chosen & (fate < recipe.masked)] = rule.mask_id
    replaced = chosen & (fate >= recipe.masked) & (fate < recipe.masked + recipe.random)
    read[replaced] = rule.ordinary[(instead[replaced] * len(rule.ordinary)).astype(np.int64)]
    return Masked(read, np.flatnonzero(chosen), ids[chosen], (fate < recipe.masked)[chosen])
