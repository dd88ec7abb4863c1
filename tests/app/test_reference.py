"""When there is a difference of two traces, and what is said where there is none."""

from __future__ import annotations

from dataclasses import replace

from app.reference import Reference, compared, drawn, incomparable, why_not_compared
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


def test_what_is_drawn_and_what_it_is_compared_with():
    now, before = fake_trace(size=9), fake_trace(size=9, seed=3)
    difference = Reference(before, "mini-en")
    shown, aside = replace(difference, showing="reference"), replace(difference, showing="now")
    assert drawn(None, now) is now and drawn(difference, now) is now and drawn(shown, now) is before
    assert drawn(aside, now, always=True) is before and drawn(None, replace(now, tokens=())) is None
    assert compared(difference, now) is before and compared(difference, None) is None
    assert compared(shown, now) is None and compared(None, now) is None
    assert compared(difference, now, lambda reference, now: "Not so.") is None


def test_why_is_said_only_where_a_difference_is_wanted():
    now, other = fake_trace(size=9), fake_trace(size=17)
    difference = Reference(other, "mini-en")
    assert compared(difference, now) is None and "17" not in why_not_compared(difference, other)
    assert why_not_compared(difference, now).startswith("No difference")
    assert why_not_compared(replace(difference, showing="now"), now) == "" == why_not_compared(None, now)
