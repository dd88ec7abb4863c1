"""A heading inside a menu: sections have none once a style sheet draws the separators."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QMenu, QWidgetAction

from app.theme import font


def add_title(menu: QMenu, text: str) -> None:
    """Begin a part of `menu` under a heading that cannot be chosen, parted from what stands above it."""
    if not menu.isEmpty():
        menu.addSeparator()
    label = QLabel(text)
    label.setFont(font("small"))
    label.setProperty("kind", "secondary")
    label.setContentsMargins(10, 5, 10, 3)
    heading = QWidgetAction(menu)
    heading.setText(text)
    heading.setEnabled(False)
    heading.setDefaultWidget(label)
    menu.addAction(heading)
