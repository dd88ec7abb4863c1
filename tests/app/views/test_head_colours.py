"""The heads' colours can be told apart, with and without full colour vision, and be seen on the panel."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from app.theme import apply_theme, theme
from app.views.colormaps import contrast, linear, rgb, to_oklab
from app.views.head_colours import head_colour, ink_on, sign_colours, towards_surface

BOTH = pytest.mark.parametrize("choice", ["light", "dark"])

# Machado, Oliveira and Fernandes 2009, severity 1: what of linear light is seen with a kind of cone missing.
VISIONS = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
JUST_SEEN = 0.02  # in OKLab, for two fields side by side


@pytest.fixture(autouse=True)
def put_back(qapp: QApplication) -> Iterator[None]:
    yield
    apply_theme(qapp, "light")


def distances(colours: list[str], vision: str) -> np.ndarray:
    light = np.clip(linear(np.stack([rgb(colour) for colour in colours])) @ np.array(VISIONS[vision]).T, 0, 1)
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    seen = to_oklab(encoded)
    apart = np.linalg.norm(seen[:, None] - seen, axis=-1)
    return apart[np.triu_indices(len(colours), 1)]


@BOTH
@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize(("heads", "least"), [(16, 3 * JUST_SEEN), (8, 4 * JUST_SEEN)])
def test_any_two_heads_are_told_apart(
    qapp: QApplication, choice: str, vision: str, heads: int, least: float
) -> None:
    apply_theme(qapp, choice)  # type: ignore[arg-type]
    assert distances([head_colour(head) for head in range(heads)], vision).min() >= least


@BOTH
def test_every_colour_is_seen_on_the_panel_and_can_be_written_on(qapp: QApplication, choice: str) -> None:
    apply_theme(qapp, choice)  # type: ignore[arg-type]
    for colour in (*(head_colour(head) for head in range(16)), head_colour(None), *sign_colours()):
        assert contrast(colour, theme().surface) >= 2.95, colour  # 3:1, but for rounding to bytes
        assert contrast(ink_on(colour), colour) >= 4.5, colour


@BOTH
def test_colours_go_round(qapp: QApplication, choice: str) -> None:
    apply_theme(qapp, choice)  # type: ignore[arg-type]
    assert head_colour(16) == head_colour(0) and head_colour(27) == head_colour(11)
    assert head_colour(None) == theme().accent


@BOTH
def test_below_zero_is_blue_and_above_is_orange(qapp: QApplication, choice: str) -> None:
    apply_theme(qapp, choice)  # type: ignore[arg-type]
    below, above = (rgb(colour) for colour in sign_colours())
    assert below[2] > below[0] and above[0] > above[2]
    for vision in VISIONS:
        assert distances(list(sign_colours()), vision).min() > 4 * JUST_SEEN


def test_colours_are_mixed_with_the_panel(qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    mixed = towards_surface(np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 0.2]]), np.array([0.0, 1.0]))
    assert [f"{colour:08x}" for colour in mixed.tolist()] == ["ffffffff", "ff000033"]
    (half,) = towards_surface(np.array([[0.0, 0.0, 0.0]]), np.array([0.5])).tolist()
    assert half == 0xFF808080
