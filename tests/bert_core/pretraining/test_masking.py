from __future__ import annotations

import numpy as np
import pytest

from bert_core.pretraining.masking import DRAWS, Masking, mask
from bert_core.pretraining.recipe import MaskingRecipe
from bert_core.tokenization import Tokenizer

# Special pieces stand where they like: the reference vocabulary of 2018 has [PAD] first and the others from 100 on.
PIECES = [
    *("a", "[MASK]", "##a", "b", "[CLS]", "##b", "[UNK]", "c", "[SEP]", "##c", "[PAD]"),
    *(f"w{i}" for i in range(500)),
]
SPECIAL = np.array([1, 4, 6, 8, 10])
ORDINARY = np.setdiff1d(np.arange(len(PIECES)), SPECIAL)


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.from_vocabulary(PIECES, lowercase=True, max_length=64)


@pytest.fixture(scope="module")
def ids():
    random = np.random.default_rng(0)
    values = random.choice(ORDINARY, (400, 64))
    values[:, 0], values[:, 30], values[:, 60:] = 4, 8, 10
    values[:, 17] = 6
    return values


def draws_for(ids, seed=1):
    return np.random.default_rng(seed).random((len(ids), DRAWS, ids.shape[1]))


def within(share, expected, count):
    """Four standard deviations of a binomial share."""
    return abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / count)


@pytest.mark.parametrize("recipe", [MaskingRecipe(), MaskingRecipe(share=0.4, masked=0.5, random=0.3)])
def test_shares_are_as_asked(tokenizer, ids, recipe):
    masked = mask(ids, Masking.of(tokenizer, recipe), draws_for(ids))
    ordinary = np.isin(ids, ORDINARY).sum()
    chosen = len(masked.positions)
    assert within(chosen / ordinary, recipe.share, ordinary)
    now = masked.ids.ravel()[masked.positions]
    assert within((now == tokenizer.mask_id).mean(), recipe.masked, chosen)
    chance = 1 / len(ORDINARY)  # a random piece may be the same
    changed = (now != tokenizer.mask_id) & (now != masked.targets)
    assert within(changed.mean(), recipe.random * (1 - chance), chosen)
    assert np.array_equal(now == tokenizer.mask_id, masked.hidden)


def test_special_pieces_are_neither_chosen_nor_put_in(tokenizer, ids):
    rule = Masking.of(tokenizer, MaskingRecipe(share=1.0, masked=0.0, random=1.0))
    masked = mask(ids, rule, draws_for(ids))
    assert np.array_equal(np.isin(ids, ORDINARY).ravel().nonzero()[0], masked.positions)
    assert not np.isin(masked.targets, SPECIAL).any()
    assert not np.isin(masked.ids.ravel()[masked.positions], SPECIAL).any()
    assert set(np.unique(masked.ids.ravel()[masked.positions])) == set(ORDINARY.tolist())


def test_only_chosen_pieces_change(tokenizer, ids):
    before = ids.copy()
    masked = mask(ids, Masking.of(tokenizer), draws_for(ids))
    assert np.array_equal(ids, before)
    assert np.array_equal(ids.ravel()[masked.positions], masked.targets)
    others = np.ones(ids.size, dtype=bool)
    others[masked.positions] = False
    assert np.array_equal(masked.ids.ravel()[others], ids.ravel()[others])


def test_the_same_numbers_mask_the_same_and_others_otherwise(tokenizer, ids):
    rule = Masking.of(tokenizer)
    one, same, other = (mask(ids, rule, draws_for(ids, seed)).ids for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_a_share_given_goes_before_the_recipes(tokenizer, ids):
    masked = mask(ids, Masking.of(tokenizer), draws_for(ids), share=0.5)
    ordinary = np.isin(ids, ORDINARY).sum()
    assert within(len(masked.positions) / ordinary, 0.5, ordinary)


def test_words_are_chosen_whole(tokenizer):
    word = [PIECES.index(piece) for piece in ("a", "##b", "##c", "w7", "b", "##a", "w8", "[UNK]", "c")]
    row = [4, *word, *word, 8, *word, *word, 8]
    ids = np.tile(np.array(row), (2000, 1))
    rule = Masking.of(tokenizer, MaskingRecipe(whole_words=True))
    masked = mask(ids, rule, draws_for(ids))
    chosen = np.zeros(ids.shape, dtype=bool)
    chosen.ravel()[masked.positions] = True
    continues = rule.continues[ids]
    for column in np.flatnonzero(continues[0]):
        assert np.array_equal(chosen[:, column], chosen[:, column - 1])
    begins = chosen[:, ~continues[0] & np.isin(ids[0], ORDINARY)]
    assert within(begins.mean(), 0.15, begins.size)
    assert chosen[:, np.isin(ids[0], ORDINARY)].mean() == pytest.approx(0.15, abs=0.01)
    # Words beside each other are chosen apart.
    assert not np.array_equal(begins[:, 0], begins[:, 1])


def test_pieces_of_a_chosen_word_have_their_own_fates(tokenizer):
    ids = np.tile(np.array([0, 5, 9]), (500, 1))
    rule = Masking.of(tokenizer, MaskingRecipe(share=1.0, whole_words=True))
    hidden = mask(ids, rule, draws_for(ids)).hidden.reshape(-1, 3)
    assert (hidden.any(1) & ~hidden.all(1)).mean() > 0.1


def test_a_word_that_goes_on_after_a_special_piece_is_a_word_of_its_own(tokenizer):
    """Where a segment was cut within a word, "##b" comes first: [SEP] before it lends it no number."""
    ids = np.tile(np.array([4, 7, 8, 5, 7, 8]), (4000, 1))
    rule = Masking.of(tokenizer, MaskingRecipe(whole_words=True))
    draws = draws_for(ids)
    chosen = np.zeros(ids.shape, dtype=bool)
    chosen.ravel()[mask(ids, rule, draws).positions] = True
    assert within(chosen[:, 3].mean(), 0.15, len(ids))
    assert not chosen[:, [0, 2, 5]].any()


def test_a_vocabulary_without_padding(ids):
    tokenizer = Tokenizer.from_vocabulary(["[MASK]", "[CLS]", "[SEP]", "[UNK]", "a", "b"], lowercase=True)
    rule = Masking.of(tokenizer)
    assert rule.ordinary.tolist() == [4, 5] and rule.mask_id == 0
