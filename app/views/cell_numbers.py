"""The cells of a map that are large enough: lines between them, and their numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QStaticText

from app.theme import font, theme
from app.views.cell_ink import ink_of
from app.views.colormaps import Bytes

Edges = NDArray[np.float64]
"""Where cells begin and the last ends, in widget units: [N + 1]."""

NUMBERS_FROM = 34.0  # widget units a side from which a cell has room for its number
_NOTHING = {".00", "−.00"}


def number(value: float) -> str:
    """Two decimals without the 0 before the point, and none where there is nothing to round: .71, .00, 0, 1."""
    if not np.isfinite(value):
        return "–"
    text = f"{abs(value):.0f}" if value == round(value) else f"{abs(value):.2f}"
    return ("−" if value < 0 else "") + text.removeprefix("0" if "." in text else "")


def draw_lines(painter: QPainter, seen: QRectF, across: Edges, down: Edges) -> None:
    """Lines in the background's colour between the cells that are seen."""
    colour = QColor(theme().surface)
    for x in across[(across > seen.left()) & (across < seen.right())]:
        painter.fillRect(QRectF(x - 1, seen.top(), 1, seen.height()), colour)
    for y in down[(down > seen.top()) & (down < seen.bottom())]:
        painter.fillRect(QRectF(seen.left(), y - 1, seen.width(), 1), colour)


def draw_numbers(
    painter: QPainter,
    seen: QRectF,
    across: Edges,
    down: Edges,
    values: NDArray[np.float32],
    shown: Bytes,
    signed: bool,
) -> None:
    """The number of each cell that is seen; `values` [N, N] have the colours of the table's entries `shown`."""
    painter.setFont(font("small"))
    metrics = QFontMetricsF(font("small"))
    inks, faint = ink_of(theme(), signed), QColor(theme().secondary)
    queries = np.flatnonzero((down[1:] > seen.top()) & (down[:-1] < seen.bottom())).tolist()
    keys = np.flatnonzero((across[1:] > seen.left()) & (across[:-1] < seen.right())).tolist()
    texts: dict[str, tuple[QStaticText, QPointF]] = {}
    for query in queries:
        for key in keys:
            text = number(float(values[query, key]))
            if text not in texts:
                static = QStaticText(text)
                static.setTextFormat(Qt.TextFormat.PlainText)
                texts[text] = static, QPointF(metrics.horizontalAdvance(text), metrics.height()) / 2
            static, half = texts[text]
            middle = QPointF(across[key] + across[key + 1] - 1, down[query] + down[query + 1] - 1) / 2
            painter.setPen(faint if text in _NOTHING else inks[shown[query, key]])
            painter.drawStaticText(middle - half, static)
