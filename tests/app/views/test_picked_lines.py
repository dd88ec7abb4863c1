"""Which lines are drawn equals what a plain loop finds."""

from __future__ import annotations

import numpy as np
import pytest

from app.views.picked_lines import Floats, Lines, kept_pairs, no_lines, pick_lines


@pytest.fixture
def values() -> Floats:
    return np.random.default_rng(3).random((3, 5, 5), dtype=np.float32)


def found(lines: Lines) -> list[tuple[int, int, int]]:
    return list(zip(lines.head.tolist(), lines.query.tolist(), lines.key.tolist(), strict=True))


def by_loop(values: Floats, threshold: float) -> list[tuple[int, int, int]]:
    """All places, those of small values first."""
    places = [at for at in np.ndindex(values.shape) if abs(values[at]) >= threshold]
    return sorted(places, key=lambda at: abs(values[at]))


def test_the_threshold_counts_and_the_largest_come_last(values: Floats) -> None:
    lines = pick_lines(values, 0.4)
    assert found(lines) == by_loop(values, 0.4)
    assert lines.reached == len(lines) > 0
    np.testing.assert_array_equal(lines.weight, [values[at] for at in found(lines)])


def test_a_weight_at_the_threshold_has_a_line() -> None:
    values = np.array([[[0.25, 0.24], [0.5, 0.0]]], dtype=np.float32)
    assert found(pick_lines(values, 0.25)) == [(0, 0, 0), (0, 1, 0)]


def test_nothing_has_no_line_even_without_a_threshold() -> None:
    values = np.array([[[0.0, 0.3], [np.nan, 0.1]]], dtype=np.float32)
    assert found(pick_lines(values, 0.0)) == [(0, 1, 1), (0, 0, 1)]


def test_heads_and_pairs_are_left_out(values: Floats) -> None:
    heads = np.array([True, False, True])
    pairs = np.random.default_rng(1).random((5, 5)) < 0.5
    lines = pick_lines(values, 0.2, heads=heads, pairs=pairs)
    assert found(lines) == [(h, q, k) for h, q, k in by_loop(values, 0.2) if heads[h] and pairs[q, k]]
    np.testing.assert_array_equal(lines.weight, [values[at] for at in found(lines)])


@pytest.mark.parametrize(("query", "key"), [(2, None), (None, 4), (3, 1)])
def test_only_the_lines_of_a_query_or_a_key(values: Floats, query: int | None, key: int | None) -> None:
    pairs = np.random.default_rng(1).random((5, 5)) < 0.8
    lines = pick_lines(values, 0.1, query=query, key=key, pairs=pairs)
    assert found(lines) == [
        (h, q, k)
        for h, q, k in by_loop(values, 0.1)
        if query in (None, q) and key in (None, k) and pairs[q, k]
    ]


@pytest.mark.parametrize("signed", [False, True])
def test_one_line_a_pair_is_that_of_the_strongest_head(values: Floats, signed: bool) -> None:
    if signed:
        values = values - np.float32(0.5)
    heads = np.array([False, True, True])
    lines = pick_lines(values, 0.3, heads=heads, one_a_pair=True, signed=signed)
    expected = []
    for query, key in np.ndindex(5, 5):
        head = max((1, 2), key=lambda h: abs(values[h, query, key]))
        if abs(values[head, query, key]) >= 0.3:
            expected.append((head, query, key))
    assert sorted(found(lines)) == sorted(expected)
    assert np.all(np.diff(np.abs(lines.weight)) >= 0)
    np.testing.assert_array_equal(lines.weight, [values[at] for at in found(lines)])


def test_signed_weights_count_by_their_size(values: Floats) -> None:
    values = values - np.float32(0.5)
    lines = pick_lines(values, 0.35, signed=True)
    assert found(lines) == by_loop(values, 0.35)
    assert lines.weight.min() < 0 < lines.weight.max()


def test_of_too_many_the_strongest_stay(values: Floats) -> None:
    lines = pick_lines(values, 0.1, most=7)
    assert found(lines) == by_loop(values, 0.1)[-7:]
    assert lines.reached == len(by_loop(values, 0.1))


def test_no_head_no_line(values: Floats) -> None:
    off = np.zeros(3, dtype=bool)
    assert len(pick_lines(values, 0.0, heads=off)) == 0
    assert len(pick_lines(values, 0.0, heads=off, one_a_pair=True)) == 0
    assert len(no_lines()) == no_lines().reached == 0


@pytest.mark.parametrize(
    ("shape", "heads", "pairs"), [((3, 5, 4), 3, 5), ((5, 5), 3, 5), ((3, 5, 5), 2, 5), ((3, 5, 5), 3, 4)]
)
def test_shapes_have_to_fit(shape: tuple[int, ...], heads: int, pairs: int) -> None:
    with pytest.raises(ValueError, match="expected"):
        pick_lines(
            np.zeros(shape, dtype=np.float32),
            0.1,
            heads=np.ones(heads, dtype=bool),
            pairs=np.ones((pairs, pairs), dtype=bool),
        )


SEGMENTS = np.array([0, 0, 0, 1, 1])
SPECIAL = np.array([True, False, True, False, True])


def test_all_pairs_need_no_flags() -> None:
    everywhere = np.ones((2, 2), dtype=bool)
    assert kept_pairs(SEGMENTS, SPECIAL, everywhere, with_special=True) is None
    assert kept_pairs(SEGMENTS, np.zeros(5, dtype=bool), everywhere, with_special=False) is None


@pytest.mark.parametrize("with_special", [True, False])
def test_directions_and_special_pieces_are_left_out(with_special: bool) -> None:
    directions = np.array([[True, False], [True, True]])
    kept = kept_pairs(SEGMENTS, SPECIAL, directions, with_special=with_special)
    assert kept is not None
    for query, key in np.ndindex(5, 5):
        expected = not (SEGMENTS[query] == 0 and SEGMENTS[key] == 1)
        if not with_special:
            expected = expected and not SPECIAL[query] and not SPECIAL[key]
        assert kept[query, key] == expected
