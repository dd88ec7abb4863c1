"""Classes as buttons that flow over lines."""

from __future__ import annotations

import pytest

from app.views.class_buttons import KEYS, ClassArea, ClassButtons


@pytest.fixture
def area(qtbot) -> ClassArea:
    made = ClassArea(ClassButtons())
    qtbot.addWidget(made)
    made.resize(300, 100)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_keys_stand_before_the_first_nine(area: ClassArea) -> None:
    buttons = area.widget()
    assert isinstance(buttons, ClassButtons)
    buttons.set_labels([f"c{n}" for n in range(11)])
    texts = [button.text() for button in buttons.buttons]
    assert texts[:2] == ["1  c0", "2  c1"] and texts[KEYS:] == ["c9", "c10"]
    assert buttons.buttons[0].accessibleName() == "c0 (key 1)"
    buttons.set_given("c3")
    assert [button.isChecked() for button in buttons.buttons].index(True) == 3
    buttons.set_given(None)
    assert not any(button.isChecked() for button in buttons.buttons)
    before = buttons.buttons
    buttons.set_labels([f"c{n}" for n in range(11)])
    assert buttons.buttons is before


def test_a_click_says_which(qtbot, area: ClassArea) -> None:
    buttons = area.widget()
    assert isinstance(buttons, ClassButtons)
    buttons.set_labels(("a & b", "x" * 300))
    assert buttons.buttons[0].text() == "1  a && b" and buttons.buttons[1].sizeHint().width() < 300
    with qtbot.waitSignal(buttons.chosen) as chosen:
        buttons.buttons[1].click()
    assert chosen.args == ["x" * 300]


def test_many_scroll(area: ClassArea) -> None:
    buttons = area.widget()
    assert isinstance(buttons, ClassButtons)
    buttons.set_labels(("a", "b"))
    low = area.sizeHint().height()
    buttons.set_labels([f"class number {n}" for n in range(60)])
    line = buttons.minimumSizeHint().height()
    assert low == line and 3 * line < area.sizeHint().height() < 5 * line < buttons.heightForWidth(300)
