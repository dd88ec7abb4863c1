"""What went wrong, folded and unfolded."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.theme import apply_theme, theme
from app.views.banner import Banner


@pytest.fixture
def banner(qtbot: QtBot) -> Banner:
    made = Banner()
    qtbot.addWidget(made)
    return made


def test_hidden_until_there_is_something_to_say(banner: Banner) -> None:
    assert not banner.isVisible()
    banner.show_message("no.bin: The file is damaged.", "Traceback …")
    assert (
        banner.isVisible()
        and banner.label.text() == banner.accessibleName() == "no.bin: The file is damaged."
    )
    banner.show_message("")
    assert not banner.isVisible()


def test_details_unfold_and_fold(banner: Banner) -> None:
    banner.show_message("no", "line\n" * 50)
    assert not banner.details.isVisible() and not banner.copy.isVisible()
    folded = banner.sizeHint().height()
    banner.more.click()
    assert banner.details.isVisible() and banner.copy.isVisible()
    assert banner.sizeHint().height() > folded + 100
    banner.more.click()
    assert not banner.details.isVisible() and banner.sizeHint().height() == folded


def test_the_next_message_begins_folded(banner: Banner) -> None:
    banner.show_message("one", "details")
    banner.more.click()
    banner.show_message("two", "others")
    assert not banner.details.isVisible() and not banner.more.isChecked()
    assert banner.details.toPlainText() == "others"


def test_no_details_no_button(banner: Banner) -> None:
    banner.show_message("no")
    assert not banner.more.isVisible()


def test_copying_takes_both(banner: Banner) -> None:
    banner.show_message("no", "because")
    banner.more.click()
    banner.copy.click()
    assert QGuiApplication.clipboard().text() == "no\n\nbecause"


def test_closing_is_said_not_done(banner: Banner, qtbot: QtBot) -> None:
    """The session takes the problem away, and that hides the line."""
    banner.show_message("no")
    (close,) = [b for b in banner.findChildren(QPushButton) if b.accessibleName() == "Dismiss this message"]
    with qtbot.waitSignal(banner.dismissed, timeout=1000):
        close.click()
    assert banner.isVisible()


def test_a_message_is_plain_text(banner: Banner) -> None:
    banner.show_message("<b>file</b>: it is gone")
    assert banner.label.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize("name", ["x" * 500, "/very/long/path" * 40, "我" * 400])
def test_a_long_name_does_not_widen_the_window(banner: Banner, name: str) -> None:
    banner.show_message(f"{name}: The file is damaged.", "details")
    banner.more.click()
    assert banner.minimumSizeHint().width() < 400


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_it_stands_out_in_both_themes(qapp: QApplication, banner: Banner, choice: str) -> None:
    apply_theme(qapp, choice)  # type: ignore[arg-type]
    banner.resize(400, 60)
    banner.show_message("no")
    picture = banner.grab().toImage()
    assert picture.pixelColor(200, picture.height() - 3).name() == theme().error_soft.lower()
