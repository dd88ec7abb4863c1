"""A read-out asks for no width, so that what it says moves nothing."""

from __future__ import annotations

from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from app.theme import font
from app.views.read_out import ReadOut


def test_says_what_it_was_given(qtbot: QtBot) -> None:
    read_out = ReadOut(name="Weight")
    qtbot.addWidget(read_out)
    read_out.set_text("store → .", "0.7134")
    assert (read_out.text, read_out.figure) == ("store → .", "0.7134")
    assert read_out.accessibleName() == "Weight"
    assert read_out.accessibleDescription() == "store → . 0.7134"


def test_long_text_changes_no_size(qtbot: QtBot) -> None:
    read_out = ReadOut()
    qtbot.addWidget(read_out)
    before = read_out.sizeHint(), read_out.minimumSizeHint()
    read_out.set_text("a very long sentence " * 20, "0.1234")
    assert (read_out.sizeHint(), read_out.minimumSizeHint()) == before


def test_the_text_gives_way_to_the_figure(qtbot: QtBot) -> None:
    read_out = ReadOut()
    qtbot.addWidget(read_out)
    read_out.set_text("a very long sentence " * 20, "0.1234")
    for right in (False, True):
        text, figure, left = read_out.laid_out(200, right=right)
        assert text.endswith("…")
        assert left >= 0
        assert figure + QFontMetricsF(font("small")).horizontalAdvance("0.1234") <= 200
