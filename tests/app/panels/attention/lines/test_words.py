"""What is said of lines: how many, whose, and their numbers in a table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.panels.attention.lines.words import how_many, lines_table, of_pair, of_piece
from app.views.picked_lines import Lines, no_lines
from bert_core.trace import Token
from tests.app.fakes import fake_tokens

TOKENS = fake_tokens(17)


@pytest.fixture
def lines() -> Lines:
    """Of "store" (6), by the third head and the fifth; the largest comes last."""
    return Lines(
        head=np.array([0, 1, 1]),
        query=np.array([6, 6, 6]),
        key=np.array([1, 7, 2]),
        weight=np.array([0.125, 0.25, 0.5], dtype=np.float32),
        reached=3,
    )


def test_their_number_is_said_and_what_it_leaves_out(lines: Lines) -> None:
    assert how_many(lines, 0.1, 0, parted=True) == "3 lines from 0.1 up"
    assert how_many(lines, 0.1, 0, parted=False) == "3 lines from 0.1 up · of each pair the strongest head"
    capped = replace(lines, reached=4321)
    assert how_many(capped, 0.0, 0, parted=True) == "the strongest 3 of 4,321 lines from 0 up"
    one = Lines(lines.head[:1], lines.query[:1], lines.key[:1], lines.weight[:1], 1)
    assert how_many(one, 0.1, 0, parted=True) == "one line from 0.1 up"


def test_where_there_is_none_the_largest_is_said() -> None:
    assert how_many(no_lines(), 0.5, 0.1234, parted=True) == "No weight reaches 0.5: the largest is 0.12."
    said = how_many(no_lines(), 0.02, 0.0031, parted=True, signed=True)
    assert said == "No change reaches 0.02: the largest is 0.0031."


def test_a_query_attends_to_its_keys(lines: Lines) -> None:
    listed = of_piece(lines, 6, None, (2, 4), TOKENS)
    assert listed.title == "store attends to:"
    assert listed.rows == (("man H5", 0.5), (". H5", 0.25), ("the H3", 0.125))
    assert listed.text == "store attends to: man H5 0.50, . H5 0.25, the H3 0.12"


def test_a_key_is_attended_to_by_queries(lines: Lines) -> None:
    listed = of_piece(lines, None, 7, (2, 4), TOKENS)
    assert listed.title == ". is attended to by:"
    assert [name for name, _ in listed.rows] == ["store H5", "store H5", "store H3"]


def test_a_single_head_is_not_named(lines: Lines) -> None:
    alone = replace(lines, head=np.array([0, 0, 0]))
    assert [name for name, _ in of_piece(alone, 6, None, (4,), TOKENS).rows] == ["man", ".", "the"]
    assert of_piece(alone, 6, None, (None,), TOKENS).text == "store attends to: man 0.50, . 0.25, the 0.12"
    assert of_piece(alone, None, None, (4,), TOKENS).title == ""


def test_changes_have_a_sign(lines: Lines) -> None:
    changed = replace(lines, weight=np.array([0.1, -0.25, 0.5], dtype=np.float32))
    listed = of_piece(changed, 6, None, (2, 4), TOKENS, signed=True)
    assert listed.text == "what “store” attends to changed by: man H5 +0.50, . H5 −0.25, the H3 +0.10"


def test_of_two_pieces_every_head_is_told_largest_first() -> None:
    listed = of_pair([0.001, 0.4, 0.02], 6, 7, (0, 1, 2), TOKENS)
    assert listed.text == "store → .: H2 0.40, H3 0.02, H1 0.00"
    signed = of_pair([0.1, -0.4], 6, 7, (0, 1), TOKENS, signed=True)
    assert signed.text == "store → .: H2 −0.40, H1 +0.10"


def test_a_piece_with_braces_is_a_piece(lines: Lines) -> None:
    tokens = list(TOKENS)
    tokens[6] = Token("{0}", 1, 0, 0, 0, 6, False)
    assert of_piece(lines, 6, None, (2, 4), tokens).title == "{0} attends to:"


def test_the_table_has_a_row_a_line_that_reads_back_exactly(lines: Lines) -> None:
    third = replace(lines, weight=np.array([0.1, 1 / 3, 0.5], dtype=np.float32))
    header, rows = lines_table(third, 3, (2, 4), TOKENS)
    assert header == ["layer", "head", "query", "key", "query piece", "key piece", "weight"]
    written = [list(row) for row in rows]
    assert written[0] == ["4", "5", 6, 2, "store", "man", "0.5"]
    assert [np.float32(row[-1]) for row in written] == third.weight[::-1].tolist()
    assert next(iter(lines_table(third, None, (None, None), TOKENS)[1]))[:2] == ("mean", "mean")
