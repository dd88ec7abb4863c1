"""The separators' share, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core.measures.separator_weight import separator_share
from bert_core.trace import Token


def made(texts: str, typed: tuple[int, ...] = ()) -> tuple[Token, ...]:
    return tuple(
        Token(text, 0, 0, 0, 0, place, text in ("[CLS]", "[SEP]") and place not in typed)
        for place, text in enumerate(texts.split())
    )


def test_only_added_separators_count() -> None:
    raw = np.random.default_rng(0).random((2, 3, 6, 6))
    attentions = (raw / raw.sum(-1, keepdims=True)).astype(np.float32)
    tokens = made("[CLS] a [SEP] b [SEP] [SEP]", typed=(2,))
    found = separator_share(attentions, tokens)
    assert found.shape == (2, 3) and found.dtype == np.float64
    for layer in range(2):
        for head in range(3):
            mass = sum(float(attentions[layer, head, i, j]) for i in range(6) for j in (4, 5))
            assert found[layer, head] == pytest.approx(mass / 6, abs=1e-6)


def test_a_head_that_rests_on_them_has_all() -> None:
    attentions = np.zeros((1, 1, 4, 4), np.float32)
    attentions[..., 3] = 1
    assert separator_share(attentions, made("[CLS] a b [SEP]"))[0, 0] == 1


def test_none_there_is_not_a_number() -> None:
    assert np.isnan(separator_share(np.full((2, 2, 2, 2), 0.5), made("a b"))).all()


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="tokens"):
        separator_share(np.full((2, 2, 2, 2), 0.5), made("a b c"))
