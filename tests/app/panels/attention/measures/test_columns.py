"""The columns of the table of heads: what they say, of what is known and of differences."""

from __future__ import annotations

import numpy as np
import pytest

from app.panels.attention.measures.columns import Known, columns_of, per_layer
from app.panels.attention.measures.pattern_column import counts_of, legend_of
from app.views.head_table import HeadColumn
from bert_core.pattern import Pattern
from bert_core.queries_measures import HeadMeasures

SHAPE = (2, 2)
NEXT = Pattern("next token", 0.96, 0.5, (Pattern("diagonal", 0.97, 0.5),))
DIAGONAL = Pattern("diagonal", 0.7, 0.5)
STRONGER = Pattern("diagonal", 0.9, 0.5)
MIXED = Pattern("mixed", 0.61, 0.78, nearest="broad")


def measured(plus: float = 0.0, *, first: Pattern = NEXT) -> HeadMeasures:
    grid = np.array([[0.5, 1.0], [1.5, np.nan]]) + plus
    return HeadMeasures(grid, grid * 10, grid * 5, grid / 10, ((first, DIAGONAL), (MIXED, STRONGER)))


def named(columns: list[HeadColumn], name: str) -> HeadColumn:
    return next(column for column in columns if column.name == name)


def test_all_columns_are_there_from_the_beginning() -> None:
    columns = columns_of(Known(), SHAPE)
    names = ["head", "entropy", "distance", "inner", "pattern", "separators", "norms", "importance"]
    assert [column.name for column in columns] == names
    assert all(list(column.texts) == ["–"] * 4 and len(column.keys) == 4 for column in columns[1:])
    assert columns[0].texts == ["L1-H1", "L1-H2", "L2-H1", "L2-H2"]


def test_numbers_are_rounded_and_what_is_unknown_is_a_dash() -> None:
    columns = columns_of(Known(measured()), SHAPE)
    assert named(columns, "entropy").texts == ["0.50", "1.00", "1.50", "–"]
    assert named(columns, "distance").texts == ["5.0", "10.0", "15.0", "–"]
    assert named(columns, "inner").texts == ["2.5", "5.0", "7.5", "–"]
    assert named(columns, "separators").texts == ["0.05", "0.10", "0.15", "–"]
    np.testing.assert_array_equal(named(columns, "entropy").values, [0.5, 1, 1.5, np.nan])
    assert named(columns, "norms").texts == ["–"] * 4


def test_a_pattern_stands_with_its_evidence_and_the_others_in_the_tool_tip() -> None:
    column = named(columns_of(Known(measured()), SHAPE), "pattern")
    assert column.texts == ["next token 0.96 > 0.5", "diagonal 0.70 > 0.5", "mixed", "diagonal 0.90 > 0.5"]
    assert column.details[0] == "next token 0.96 > 0.5\nalso diagonal 0.97 > 0.5"
    assert column.details[2] == "mixed: passes no test; nearest is broad, 0.61 of 0.78"
    assert column.patterns[0] == ("next token", "diagonal")
    assert counts_of(column) == {"diagonal": 3, "next token": 1, "mixed": 1}
    assert legend_of(column) == [
        ("next token", "next token 1"),
        ("diagonal", "diagonal 2"),
        ("mixed", "mixed 1"),
    ]
    assert np.argsort(column.keys).tolist() == [0, 3, 1, 2]  # the stronger diagonal before the weaker


def test_differences_are_signed() -> None:
    now = Known(measured(0.25, first=DIAGONAL), np.full(SHAPE, 0.5))
    columns = columns_of(now, SHAPE, Known(measured(), np.array([[0.75, 0.5], [0.5, 0.5001]])))
    entropy, norms = named(columns, "entropy"), named(columns, "norms")
    assert entropy.texts == ["+0.25", "+0.25", "+0.25", "–"] and entropy.signed
    assert norms.texts == ["−0.25", "0.00", "0.00", "0.00"]
    assert named(columns, "pattern").texts[:2] == ["next token → diagonal", "diagonal"]


@pytest.mark.parametrize("before", [Known(), Known(measured())])
def test_what_one_of_both_lacks_has_no_difference(before: Known) -> None:
    columns = columns_of(Known(None, np.ones(SHAPE), np.ones(SHAPE)), SHAPE, before)
    for name in ("entropy", "pattern", "norms"):
        assert named(columns, name).texts == ["–"] * 4


def test_importance_is_normalised_in_each_layer() -> None:
    raw = np.array([[3.0, 4.0], [0.0, 0.0]]) * 1e-4
    np.testing.assert_allclose(per_layer(raw), [[0.6, 0.8], [0.0, 0.0]])
    column = named(columns_of(Known(importance=raw), SHAPE), "importance")
    assert column.texts == ["0.60", "0.80", "0.00", "0.00"]
    assert column.details[0] == "0.0003 nats"
