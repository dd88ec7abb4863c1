"""Code points and UTF-16 units: offsets, splices and the difference of two texts."""

from __future__ import annotations

import random

import pytest

from app.text_units import Edit, as_qt_keeps_it, difference, splice, to_code_points, to_utf16, utf16_length

FACE, HIGH, LOW = "\U0001f600", "\ud83d", "\ude00"


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("abc", 3), ("汉字", 2), (FACE, 2), (f"a{FACE}b", 4), (HIGH, 1), (f"{LOW}{FACE}", 3)],
)
def test_length_in_units(text: str, length: int) -> None:
    assert utf16_length(text) == length


def test_offsets_go_there_and_back() -> None:
    text = f"a{FACE}é{HIGH}x{FACE}"
    assert [to_utf16(text, index) for index in range(len(text) + 1)] == [0, 1, 3, 4, 5, 6, 8]
    assert [to_code_points(text, to_utf16(text, i)) for i in range(len(text) + 1)] == list(
        range(len(text) + 1)
    )
    assert to_code_points(text, 2) == 2  # between the halves of the face


def test_line_ends_become_one_kind_and_halves_one_character() -> None:
    assert as_qt_keeps_it("a\r\nb\rc\nd\u2029e\ufdd0f\ufdd1g") == "a\nb\nc\nd\ne\nf\ng"
    assert as_qt_keeps_it(HIGH + LOW) == FACE
    assert as_qt_keeps_it(f"{LOW}{HIGH}\xa0\u2028") == f"{LOW}{HIGH}\xa0\u2028"


def test_splice_counts_units() -> None:
    assert splice(f"{FACE}{FACE}b", Edit(2, 2, "汉")) == f"{FACE}汉b"
    assert splice("abc", Edit(3, 0, FACE)) == f"abc{FACE}"
    assert splice(f"{HIGH}b", Edit(1, 1, LOW)) == FACE


def test_difference_is_one_small_edit() -> None:
    assert difference("the cat sat", "the dog sat") == Edit(4, 3, "dog")
    assert difference(f"{FACE} a b", f"{FACE} a c b") == Edit(5, 0, "c ")
    assert difference("same", "same") == Edit(4, 0, "")
    assert difference("aaa", "aa") == Edit(2, 1, "")


def test_difference_and_splice_agree_on_any_text() -> None:
    chance = random.Random(0)
    letters = ["a", "b", "\n", "汉", FACE, HIGH, LOW]
    for _ in range(500):
        old, new = (as_qt_keeps_it("".join(chance.choices(letters, k=chance.randrange(9)))) for _ in range(2))
        assert splice(old, difference(old, new)) == new
