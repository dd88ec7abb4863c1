"""What is kept of a stream."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core.corpus_search.keeping import Best, Spread


def test_the_best_of_each_name_is_kept_whatever_the_order() -> None:
    random = np.random.default_rng(0)
    values, names = random.integers(0, 50, 400) / 50, random.integers(0, 60, 400)
    offers = [(-float(v), n, int(name)) for n, (v, name) in enumerate(zip(values, names, strict=True))]
    best_of: dict[int, tuple[float, int]] = {}
    for value, n, name in sorted(offers, reverse=True):
        best_of[name] = value, n
    expected = sorted(best_of.values())[:10]
    for order in (offers, offers[::-1], sorted(offers), sorted(offers, reverse=True)):
        best: Best[tuple[float, int]] = Best(10)
        for value, n, name in order:
            best.offer(name, (value, n), lambda kept=(value, n): kept)  # type: ignore[misc]
            assert len(best) <= 10
        assert list(best.sorted()) == expected
        assert best.bar == expected[-1][0]


def test_what_is_not_kept_is_not_made() -> None:
    best: Best[str] = Best(1)
    assert best.bar == float("inf")
    best.offer("a", (-0.9,), lambda: "good")

    def make() -> str:
        raise AssertionError

    best.offer("b", (-0.5,), make)
    best.offer("a", (-0.9,), make)
    assert best.sorted() == ("good",)


@pytest.mark.parametrize("low", [0.0, -1.0])
def test_running_statistics_are_those_of_all_numbers(low: float) -> None:
    values = np.random.default_rng(1).uniform(low, 1, 500).astype(np.float32)
    values[:2] = low, 1.0
    spread = Spread(low)
    assert np.isnan(spread.mean) and np.isnan(spread.deviation)
    for part in np.array_split(values, 7):
        spread.add(part)
    spread.add(np.empty(0, np.float32))
    exact = values.astype(np.float64)
    assert spread.count == 500 and spread.over == (exact > 0.5).sum()
    assert spread.mean == pytest.approx(exact.mean()) and spread.deviation == pytest.approx(exact.std())
    assert spread.histogram.tolist() == np.histogram(exact, 20, (low, 1))[0].tolist()
