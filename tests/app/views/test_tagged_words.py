"""Words and names as chips: where they stand, what they say, and how they are reached."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt

from app.views.tagged_words import TaggedPart, TaggedWords

PARTS = [
    TaggedPart("New York", "LOC", 0, detail="New: B-LOC 97%"),
    TaggedPart("is"),
    TaggedPart("Ann", "PER", 1, uncertain=True),
    TaggedPart("\u202eevil", "PER", 1, mark="✗"),
    *(TaggedPart(f"word{n}") for n in range(20)),
]


@pytest.fixture
def words(qtbot) -> TaggedWords:
    made = TaggedWords("Tags")
    qtbot.addWidget(made)
    made.resize(240, 300)
    made.set_parts(PARTS)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_chips_flow_over_lines_inside_the_width(words: TaggedWords) -> None:
    rects = [words.chip_rect(n) for n in range(len(PARTS))]
    assert all(rect.left() >= 0 and rect.right() <= words.width() for rect in rects)
    assert all(one.right() <= two.left() or two.top() > one.bottom() for one, two in pairwise(rects))
    assert words.heightForWidth(240) > words.heightForWidth(900) > words.minimumSizeHint().height() - 9
    plain = TaggedWords("Tags")
    plain.set_parts([TaggedPart("New York")])
    assert words._widths[0] > plain._widths[0]  # its tag stands behind it


def test_what_is_said_of_a_part(words: TaggedWords) -> None:
    assert words.readout(0) == "New York: LOC\nNew: B-LOC 97%" and words.readout(1) == "is: no name"
    assert "New York LOC, Ann PER" in words.accessibleName()
    assert "‹U+202E›" in words._labels[3][0] and words._labels[3][0].startswith("✗ ")
    words.set_parts([TaggedPart("is")])
    assert "nothing is tagged" in words.accessibleName()


def test_mouse_and_keys(qtbot, words: TaggedWords) -> None:
    clicked: list[int] = []
    hovered: list[int | None] = []
    words.clicked.connect(clicked.append)
    words.hovered.connect(hovered.append)
    qtbot.mouseClick(words, Qt.MouseButton.LeftButton, pos=words.chip_rect(2).center().toPoint())
    assert clicked == [2]
    qtbot.keyClick(words, Qt.Key.Key_Right)
    qtbot.keyClick(words, Qt.Key.Key_Return)
    assert clicked == [2, 3] and hovered[-1] == 3
    qtbot.keyClick(words, Qt.Key.Key_Home)
    qtbot.keyClick(words, Qt.Key.Key_Down)
    assert words.chip_rect(hovered[-1]).top() > words.chip_rect(0).top()  # type: ignore[arg-type]
    qtbot.keyClick(words, Qt.Key.Key_End)
    assert hovered[-1] == len(PARTS) - 1
    words.set_parts(PARTS[:3])
    assert hovered[-1] is None


def test_a_name_longer_than_a_line_is_cut(words: TaggedWords) -> None:
    words.set_parts([TaggedPart("w" * 400, "T" * 100)])
    assert words.chip_rect(0).right() <= words.width() and words._labels[0][0].endswith("…")
    words.resize(60, 80)
    assert words.chip_rect(0).right() <= 60
    words.grab()
