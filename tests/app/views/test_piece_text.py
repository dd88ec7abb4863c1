from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from app.theme import font, theme
from app.views.piece_text import direction, elided, isolated, piece_colours, visible
from bert_core.trace import Token


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("play", "play"),
        ("模型", "模型"),
        ("a\tb", "a‹U+0009›b"),
        ("\u202eabc", "‹U+202E›abc"),
        ("\ud800", "‹U+D800›"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200d", "‹U+200D›"),
        ("\u2028", "‹U+2028›"),
        ("", ""),
    ],
)
def test_nothing_stays_invisible(text, shown):
    assert visible(text) == shown


def test_right_to_left_is_fenced_off():
    assert isolated("abc") == "abc"
    assert isolated("كتاب") == "\u2068كتاب\u2069"


def test_direction_is_that_of_the_first_letter():
    assert direction("##كتاب") == Qt.LayoutDirection.RightToLeft
    assert direction("##ing") == Qt.LayoutDirection.LeftToRight
    assert direction("...") == Qt.LayoutDirection.LeftToRight


def test_elided_is_no_wider_than_asked(qtbot):
    metrics = QFontMetricsF(font("mono"))
    assert elided("short", metrics, 500) == "short"
    cut = elided("pneumonoultramicroscopic", metrics, 60)
    assert cut.endswith("…") and metrics.horizontalAdvance(cut) <= 60


def test_colours_tell_the_sentences_apart():
    first, second, added = (
        Token("a", 1, 0, 0, 1, 0, False),
        Token("a", 1, 1, 0, 1, 0, False),
        Token("[SEP]", 1, 1, 0, 0, 0, True),
    )
    colours = theme()
    assert piece_colours(first, colours) == (colours.segment_a, colours.segment_a_soft)
    assert piece_colours(second, colours) == (colours.segment_b, colours.segment_b_soft)
    assert piece_colours(added, colours) == (colours.special, colours.special_soft)
