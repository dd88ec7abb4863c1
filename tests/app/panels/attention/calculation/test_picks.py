"""Which query and key are worked out, and how that is said."""

from __future__ import annotations

import numpy as np
import pytest

from app.panels.attention.calculation.picks import picks
from app.selection import Hover, Selection
from tests.app.fakes import fake_tokens

TOKENS = fake_tokens(7)  # [CLS] the man went to [MASK] store
MASKED = (5,)
WEIGHTS = np.eye(7, k=1, dtype=np.float32) + np.float32(0.01)  # each attends to the next, the last to [CLS]


@pytest.mark.parametrize(
    ("selection", "hover", "query", "key", "rest"),
    [
        (Selection(), Hover(), 5, 6, 6),
        (Selection(query=2), Hover(), 2, 3, 3),
        (Selection(key=1), Hover(), 5, 1, 1),
        (Selection(query=2, key=1), Hover(), 2, 1, 1),
        (Selection(query=2, key=1), Hover(query=4), 4, 1, 1),
        (Selection(query=2), Hover(query=4), 4, 5, 5),
        (Selection(), Hover(key=0), 5, 0, 6),
        (Selection(query=2, key=1), Hover(query=2, key=6), 2, 6, 1),
        (Selection(query=99, key=99), Hover(query=99, key=99), 5, 6, 6),
    ],
)
def test_pointed_at_then_pinned_then_sensible(
    selection: Selection, hover: Hover, query: int, key: int, rest: int
) -> None:
    found = picks(WEIGHTS, TOKENS, MASKED, selection, hover)
    assert (found.query, found.key, found.rest_key) == (query, key, rest)


def test_without_a_mask_the_first_piece_looks() -> None:
    assert picks(WEIGHTS, TOKENS, (), Selection(), Hover()).query == 0


@pytest.mark.parametrize(
    ("selection", "masked", "words"),
    [
        (Selection(), MASKED, "Nothing is pinned: the first masked piece, with the key it attends to most."),
        (Selection(), (), "Nothing is pinned: [CLS], with the key it attends to most."),
        (Selection(query=2), MASKED, "Pinned: ‘man’, with the key it attends to most."),
        (Selection(key=3), MASKED, "Pinned as key: ‘went’; the query is the first masked piece."),
        (Selection(query=2, key=3), MASKED, "Pinned: ‘man’ → ‘went’. Esc lets go."),
    ],
)
def test_it_is_said_how_they_came_about(selection: Selection, masked: tuple[int, ...], words: str) -> None:
    assert picks(WEIGHTS, TOKENS, masked, selection, Hover()).words == words
