from __future__ import annotations

from PySide6.QtWidgets import QMenu

from app.views.menu_title import add_title


def test_a_heading_is_seen_and_cannot_be_chosen(qtbot):
    menu = QMenu()
    qtbot.addWidget(menu)
    add_title(menu, "Built in")
    menu.addAction("mini-en")
    add_title(menu, "Recent")
    menu.addAction("other")
    texts = [(action.text(), action.isSeparator(), action.isEnabled()) for action in menu.actions()]
    assert texts[0] == ("Built in", False, False)
    assert texts[2][1] and texts[3] == ("Recent", False, False)
    assert menu.actionGeometry(menu.actions()[0]).height() > 12
