"""Queries are equal when they ask the same, so that their answers can be kept."""

from __future__ import annotations

from bert_core.queries import MeanAttention, MosaicLevels, Query, Similarity


def test_equal_when_they_ask_the_same() -> None:
    assert Similarity(1) == Similarity(1) != Similarity(2)
    assert hash(MosaicLevels()) == hash(MosaicLevels(per_head=False))
    assert MosaicLevels(True) != MosaicLevels(False)


def test_different_kinds_are_never_equal() -> None:
    queries: set[Query] = {Query(), MeanAttention(), MosaicLevels(), Similarity(0)}
    assert len(queries) == 4
