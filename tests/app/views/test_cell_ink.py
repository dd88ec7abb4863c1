"""Numbers can be read on every colour of the maps."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme import apply_theme, diverging, sequential, theme
from app.views.cell_ink import ink_of
from app.views.colormaps import contrast


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize("signed", [True, False])
def test_contrast_on_every_entry(qtbot: QtBot, name: str, signed: bool) -> None:
    apply_theme(QApplication.instance(), name)
    table = diverging() if signed else sequential()
    for ink, (red, green, blue) in zip(ink_of(theme(), signed), table[:, :3].tolist(), strict=True):
        assert contrast(ink.name(), f"#{red:02x}{green:02x}{blue:02x}") >= 4.0
