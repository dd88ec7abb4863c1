"""The one way a visible string reaches the screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

CONTEXT = "attention-explorer"


def tr(text: str, **values: object) -> str:
    """`text` in the interface language, its {named} places filled in."""
    translated = QCoreApplication.translate(CONTEXT, text)
    return translated.format(**values) if values else translated
