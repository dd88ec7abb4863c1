from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.views.help_button import HelpButton, HelpText

TEXT = HelpText(
    title="Attention of a head",
    formula="softmax(Q Kᵀ / √d) < 1",
    paragraph="Each row says where a piece looks.",
    reference="Vaswani et al. 2017",
    link="https://arxiv.org/abs/1706.03762",
)


@pytest.fixture
def button(qtbot):
    widget = HelpButton(TEXT)
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_name(button):
    assert button.accessibleName() == "What is this? Attention of a head"
    assert button.focusPolicy() == Qt.FocusPolicy.StrongFocus


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_keyboard_opens_and_escape_closes(qtbot, button, key):
    qtbot.keyClick(button, key)
    popup = button.popup
    assert popup is not None and popup.isVisible()
    shown = popup.label.text()
    assert "softmax(Q Kᵀ / √d) &lt; 1" in shown and "Vaswani et al. 2017" in shown
    with qtbot.waitSignal(popup.destroyed):
        qtbot.keyClick(popup.label, Qt.Key.Key_Escape)
    assert button.popup is None


def test_the_popup_stays_on_the_screen(qtbot, button):
    room = button.screen().availableGeometry()
    button.move(room.bottomRight())
    button.open_help()
    assert room.contains(button.popup.geometry())


def test_only_what_there_is():
    short = HelpText("Title", "Words.").rich()
    assert "href" not in short and short.count("<p>") == 2


def test_other_words(button):
    button.set_help(HelpText("Lens", "..."))
    assert button.accessibleName().endswith("Lens")
