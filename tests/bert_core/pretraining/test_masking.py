from __future__ import annotations

import numpy as np
import pytest

from bert_core.pretraining.masking import Masking, mask

RULE = Masking(mask_id=4, vocab_size=1000)


@pytest.fixture
def ids():
    values = np.random.default_rng(0).integers(5, 1000, (200, 64))
    values[:, 0], values[:, 30], values[:, 60:] = 2, 3, 0
    return values


def test_shares_are_the_papers(ids):
    masked = mask(ids, RULE, np.random.default_rng(1))
    chosen = len(masked.positions)
    assert chosen / (ids >= 5).sum() == pytest.approx(0.15, abs=0.01)
    now = masked.ids.ravel()[masked.positions]
    assert (now == 4).mean() == pytest.approx(0.8, abs=0.02)
    assert (now == masked.targets).mean() == pytest.approx(0.1, abs=0.02)
    assert np.array_equal(now == 4, masked.hidden)
    assert (now >= 4).all()


def test_only_chosen_pieces_change_and_never_a_special_one(ids):
    before = ids.copy()
    masked = mask(ids, RULE, np.random.default_rng(1))
    assert np.array_equal(ids, before)
    assert np.array_equal(ids.ravel()[masked.positions], masked.targets)
    assert (masked.targets >= 5).all()
    others = np.ones(ids.size, dtype=bool)
    others[masked.positions] = False
    assert np.array_equal(masked.ids.ravel()[others], ids.ravel()[others])
