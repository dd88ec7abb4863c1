"""When there is a difference of two traces, and what is said where there is none."""

from __future__ import annotations

from dataclasses import replace

from app.reference import incomparable
from tests.app.fakes import fake_trace


def test_the_same_pieces_or_others_in_their_places_compare():
    trace = fake_trace(size=9)
    tokens = list(trace.tokens)
    tokens[2] = replace(tokens[2], text="dog", id=77)
    assert incomparable(trace, fake_trace(size=9, seed=3)) == ""
    assert incomparable(trace, replace(trace, tokens=tuple(tokens))) == ""


def test_other_lengths_do_not_and_both_are_said():
    assert incomparable(fake_trace(size=9), fake_trace(size=17)) == (
        "No difference: the reference has 9 pieces in A and 0 in B, this text 9 and 8."
    )


def test_as_many_pieces_but_not_in_the_same_sentences_do_not():
    trace = fake_trace(size=17)
    moved = replace(trace, tokens=tuple(replace(token, segment=0) for token in trace.tokens))
    assert "17 pieces in A and 0 in B" in incomparable(moved, trace)


def test_other_shapes_do_not():
    assert incomparable(fake_trace(layers=2, heads=3), fake_trace(layers=4, heads=3)) == (
        "No difference: the reference is of a model with 2 × 3 heads, this one has 4 × 3."
    )
