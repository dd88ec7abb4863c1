"""The names round the mosaic, and above its tiles where columns have none."""

from __future__ import annotations

from math import ceil

import numpy as np
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from app.theme import font, theme
from app.views.heads_map import PAD
from app.views.mosaic_order import MosaicOrder
from app.views.mosaic_tiles import Tiles
from app.views.piece_text import elided

_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


def draw_labels(painter: QPainter, tiles: Tiles, order: MosaicOrder, seen: QRectF, size: QSizeF) -> None:
    """Names of rows and columns beside what is `seen` of the tiles, in a widget of this size."""
    painter.setFont(font("small"))
    painter.setPen(QColor(theme().secondary))
    for row, area in row_labels(tiles, seen, size.height()):
        painter.drawText(area, _RIGHT, f"L{order.layers[row] + 1}")
    columns = order.columns
    if columns is not None:
        for column, area in column_labels(tiles, seen, size.width()):
            painter.drawText(area, _CENTRE, f"H{columns[column] + 1}")
        return
    metrics = QFontMetricsF(font("small"))
    area = QRectF(seen.left(), 0, seen.width(), metrics.height())
    painter.drawText(area, _LEFT, elided(order.title, metrics, area.width()))
    if tiles.strip:
        painter.save()
        painter.setClipRect(seen)
        for row, heads in enumerate(order.heads):
            for column, head in enumerate(heads):
                painter.drawText(tiles.name_rect(row, column), _LEFT, f"H{head + 1}")
        painter.restore()


def row_labels(tiles: Tiles, seen: QRectF, height: float) -> list[tuple[int, QRectF]]:
    """The rows that get a name, and where: as many as fit, in the middle of what is seen of each."""
    line = QFontMetricsF(font("small")).height()
    starts, strip = tiles.rows / tiles.ratio, tiles.strip / tiles.ratio
    step = max(1, ceil(line / (starts[1] - starts[0])))
    labels = []
    for row in range(0, len(starts) - 1, step):
        top, bottom = max(starts[row] + strip, seen.top()), min(starts[row + 1], seen.bottom())
        if bottom - top >= min(line / 2, starts[1] - starts[0] - strip):
            middle = min(max((top + bottom) / 2, seen.top() + line / 2), height - line / 2)
            labels.append((row, QRectF(0, middle - line / 2, seen.left() - PAD, line)))
    return labels


def column_labels(tiles: Tiles, seen: QRectF, width: float) -> list[tuple[int, QRectF]]:
    """The columns that get a name, and where."""
    metrics = QFontMetricsF(font("small"))
    starts: np.ndarray = tiles.columns / tiles.ratio
    needed = metrics.horizontalAdvance(f"H{len(starts) - 1}")
    step = max(1, ceil((needed + PAD) / (starts[1] - starts[0])))
    labels = []
    for column in range(0, len(starts) - 1, step):
        left, right = max(starts[column], seen.left()), min(starts[column + 1], seen.right())
        if right - left >= min(needed, starts[1] - starts[0]):
            middle = min((left + right) / 2, width - needed / 2)
            labels.append((column, QRectF(middle - needed / 2, 0, needed, metrics.height())))
    return labels
