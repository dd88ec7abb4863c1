"""The line on a long job: how far it is, how it ended, and its two buttons."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.views.job_line import JobLine


@pytest.fixture
def line(qtbot: QtBot) -> JobLine:
    made = JobLine("Measuring")
    qtbot.addWidget(made)
    made.resize(400, 30)
    return made


def test_nothing_is_said_at_first(line: JobLine) -> None:
    assert line.isHidden()


def test_it_tells_how_far_it_is(line: JobLine, qtbot: QtBot) -> None:
    line.show_progress("412 of 5,000 texts", 412 / 5000)
    assert not line.isHidden() and line.words.text == "412 of 5,000 texts"
    assert line.bar.value() / line.bar.maximum() == pytest.approx(412 / 5000, abs=1e-3)
    assert line.cancel_button.isVisibleTo(line) and not line.again_button.isVisibleTo(line)
    with qtbot.waitSignal(line.cancelled):
        line.cancel_button.click()


def test_what_is_not_known_yet_has_no_share(line: JobLine) -> None:
    line.show_progress("Counting", None)
    assert (line.bar.minimum(), line.bar.maximum()) == (0, 0)


def test_an_end_is_told_in_full_and_can_be_begun_again(line: JobLine, qtbot: QtBot) -> None:
    sentence = "sentences.txt: Line 3 is not UTF-8. Convert the file to UTF-8. " * 3
    line.show_end(sentence)
    assert line.end.text() == sentence and line.end.wordWrap()
    assert not line.bar.isVisibleTo(line) and not line.cancel_button.isVisibleTo(line)
    assert line.minimumSizeHint().width() < 300
    with qtbot.waitSignal(line.again):
        line.again_button.click()
    line.clear()
    assert line.isHidden()
