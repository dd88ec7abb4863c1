"""The two themes: readable text, even colour tables, and a change that reaches every widget."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontInfo, QFontMetrics, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from app import theme as module
from app.theme import DARK, LIGHT, Theme, apply_theme, diverging, font, sequential, theme
from app.views.colormaps import ZERO, contrast, lightness, rgb
from bert_core.resources import resource_path

BOTH = pytest.mark.parametrize("look", [LIGHT, DARK], ids=lambda look: look.name)


@pytest.fixture(autouse=True)
def put_back(qapp: QApplication):
    yield
    apply_theme(qapp, "light")


@BOTH
def test_text_can_be_read_on_every_background(look: Theme) -> None:
    pairs = [
        (text, ground)
        for text in ("text", "secondary", "accent", "warning", "error", "segment_a", "segment_b", "special")
        for ground in ("background", "surface", "field")
    ] + [
        ("segment_a", "segment_a_soft"),
        ("segment_b", "segment_b_soft"),
        ("special", "special_soft"),
        ("accent", "accent_soft"),
        ("text", "accent_soft"),
        ("text", "hover"),
        ("error", "error_soft"),
        ("on_accent", "accent"),
        ("on_accent", "accent_hover"),
    ]
    low = {pair: contrast(*(getattr(look, name) for name in pair)) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in low.items() if ratio < 4.5} == {}


@BOTH
def test_every_colour_is_a_full_hex_string(look: Theme) -> None:
    for field in fields(look)[1:]:
        assert rgb(getattr(look, field.name)).shape == (3,)
        assert len(getattr(look, field.name)) == 7


@pytest.mark.parametrize(("choice", "look"), [("light", LIGHT), ("dark", DARK)])
def test_choosing_a_theme_makes_it_current(qapp: QApplication, choice, look: Theme) -> None:
    apply_theme(qapp, choice)
    assert theme() is look
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == look.background
    assert look.line in qapp.styleSheet()


@pytest.mark.parametrize(("choice", "rises"), [("light", False), ("dark", True)])
def test_sequential_steps_evenly_away_from_the_background(qapp: QApplication, choice, rises: bool) -> None:
    apply_theme(qapp, choice)
    table = sequential()
    assert table.shape == (256, 4) and table.dtype == np.uint8 and not table.flags.writeable
    assert np.all(table[:, 3] == 255)
    np.testing.assert_array_equal(table[0, :3], np.round(rgb(theme().surface) * 255))
    steps = np.diff(lightness(table)) * (1 if rises else -1)
    # Single steps are rounded to bytes; over 16 entries the lightness must be even.
    assert steps.min() > -0.002
    coarse = np.diff(lightness(table)[::15]) * (1 if rises else -1)
    assert coarse.min() > 0 and coarse.max() / coarse.min() < 1.15


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_diverging_has_the_background_at_zero_and_equal_arms(qapp: QApplication, choice) -> None:
    apply_theme(qapp, choice)
    table = diverging()
    np.testing.assert_array_equal(table[ZERO, :3], np.round(rgb(theme().surface) * 255))
    light = lightness(table)
    direction = 1 if choice == "dark" else -1
    for arm in (light[ZERO::16], light[ZERO::-16]):
        assert np.all(np.diff(arm) * direction > 0)
    assert abs(light[1] - light[255]) < 0.05
    assert table[40, 2] > table[40, 0] and table[216, 0] > table[216, 2]  # blue below, orange above


@BOTH
def test_the_arrow_of_a_choice_is_drawn_in_the_secondary_colour(qapp: QApplication, look: Theme) -> None:
    path = resource_path("icons", f"chevron-{look.name}.svg")
    assert look.secondary in path.read_text(encoding="utf-8")
    assert not QIcon(str(path)).pixmap(10, 10).isNull()
    apply_theme(qapp, look.name)
    assert path.as_posix() in qapp.styleSheet()


def test_a_change_reaches_widgets_once_the_theme_is_current(qapp: QApplication, qtbot) -> None:
    seen: list[str] = []

    class Listener(QWidget):
        def changeEvent(self, event: QEvent) -> None:
            if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
                seen.append(theme().name)
            super().changeEvent(event)

    apply_theme(qapp, "light")
    listener = Listener()
    qtbot.addWidget(listener)
    listener.show()
    seen.clear()
    apply_theme(qapp, "dark")
    assert seen and set(seen) == {"dark"}


def test_the_system_is_followed_only_when_asked(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    apply_theme(qapp, "dark")
    follower = qapp.findChild(module._Follower)
    assert follower is not None
    monkeypatch.setattr(follower, "_wanted", lambda: LIGHT)
    follower._system_changed()
    assert theme() is DARK
    follower._choice = "system"
    follower._system_changed()
    assert theme() is LIGHT
    monkeypatch.undo()
    apply_theme(qapp, "light")


def test_there_are_two_text_sizes_and_even_figures(qapp: QApplication) -> None:
    kinds = ("base", "small", "bold", "mono", "mono-small")
    assert {font(kind).pixelSize() for kind in kinds} == {module.BASE, module.SMALL}
    assert QFontInfo(font("mono")).fixedPitch()
    for kind in kinds:
        metrics = QFontMetrics(font(kind))
        assert len({metrics.horizontalAdvance(digit) for digit in "0123456789"}) == 1


def test_a_font_handed_out_is_the_callers_own(qapp: QApplication) -> None:
    font("base").setPixelSize(99)
    assert font("base").pixelSize() == module.BASE
