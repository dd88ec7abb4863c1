"""Most of a view is painted once; what stands over it each time; and Tab frames it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.theme import apply_theme, theme
from app.views.kept_view import KeptView


class Ground(KeptView[int]):
    """Half of it is red, which is kept; a blue pixel goes over it."""

    def __init__(self) -> None:
        super().__init__()
        self.arranged: list[QSize] = []
        self.kept, self.over = 0, 0

    def arrange(self) -> None:
        self.arranged.append(self.size())

    def draw_kept(self, painter: QPainter, ratio: float) -> None:
        self.kept += 1
        painter.fillRect(QRectF(0, 0, self.width() / 2, self.height()), QColor("#ff0000"))

    def draw_over(self, painter: QPainter) -> None:
        self.over += 1
        painter.fillRect(QRectF(4, 4, 1, 1), QColor("#0000ff"))

    def spot_at(self, place: QPointF) -> int | None:
        return None


@pytest.fixture
def ground(qtbot: QtBot, qapp) -> Ground:
    apply_theme(qapp, "light")
    made = Ground()
    qtbot.addWidget(made)
    made.resize(40, 20)
    made.show()
    qtbot.waitExposed(made)
    return made


def picture(view: Ground) -> QImage:
    return view.grab().toImage()


def test_what_is_kept_is_painted_once(ground: Ground) -> None:
    before = picture(ground)
    kept, over = ground.kept, ground.over
    ground.update()
    assert picture(ground) == before
    assert ground.kept == kept and ground.over > over
    ground.refresh()
    assert picture(ground) == before and ground.kept == kept + 1


def test_what_is_over_it_is_seen_on_the_ground_of_the_panel(ground: Ground) -> None:
    seen = picture(ground)
    assert [seen.pixelColor(x, 4).name() for x in (4, 10, 30)] == ["#0000ff", "#ff0000", theme().surface]


def test_another_size_or_theme_is_arranged_and_painted_anew(ground: Ground, qapp) -> None:
    picture(ground)
    kept, arranged = ground.kept, len(ground.arranged)
    ground.resize(60, 30)
    assert picture(ground).width() == 60
    assert ground.kept == kept + 1 and ground.arranged[arranged:] == [QSize(60, 30)]
    apply_theme(qapp, "dark")
    assert picture(ground).pixelColor(50, 20).name() == theme().surface
    apply_theme(qapp, "light")


@pytest.mark.parametrize(
    ("reason", "framed"),
    [(Qt.FocusReason.TabFocusReason, True), (Qt.FocusReason.MouseFocusReason, False)],
)
def test_the_keyboard_s_focus_is_framed(ground: Ground, reason: Qt.FocusReason, framed: bool) -> None:
    ground.activateWindow()
    ground.clearFocus()
    ground.setFocus(reason)
    assert ground.hasFocus()
    assert (picture(ground).pixelColor(20, 0).name() == theme().accent) is framed
