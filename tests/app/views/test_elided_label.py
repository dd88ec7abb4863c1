from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.views.elided_label import ElidedLabel

WORDS = "on screen 24 ms after the key"


def test_all_of_it_where_there_is_room(qtbot):
    label = ElidedLabel(WORDS)
    qtbot.addWidget(label)
    label.resize(label.sizeHint())
    assert label.shown_text() == WORDS and label.toolTip() == ""


def test_the_end_gives_way_and_the_tip_has_it(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setContentsMargins(8, 0, 8, 0)
    label.setText(WORDS)
    label.resize(label.sizeHint().width() // 2, label.sizeHint().height())
    label.show()
    shown = label.shown_text()
    assert shown.endswith("…") and WORDS.startswith(shown[:-1]) and 3 < len(shown) < len(WORDS)
    assert label.fontMetrics().horizontalAdvance(shown) <= label.width() - 16
    assert label.toolTip() == label.text() == WORDS
    label.setText("on")
    assert label.shown_text() == "on" and label.toolTip() == ""


def test_a_layout_may_make_it_narrow(qtbot):
    box = QWidget()
    qtbot.addWidget(box)
    row = QHBoxLayout(box)
    labels = [ElidedLabel(WORDS), ElidedLabel("ready")]
    for label in labels:
        row.addWidget(label)
    box.resize(120, 30)
    box.show()
    assert box.width() == 120 and all(label.width() > 0 for label in labels)
    assert labels[0].shown_text().endswith("…") and labels[0].geometry().right() < labels[1].x()
    assert labels[0].minimumSizeHint().width() < 30
