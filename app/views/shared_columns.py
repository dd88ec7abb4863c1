"""Columns that all rows of a view share, one a piece, and the pieces' labels under them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF

from app.views.piece_axis import PieceAxis
from bert_core.trace import Token

EDGE = 2.0  # pixels at the right of the columns


def shared_columns(
    tokens: Sequence[Token], width: float, height: float, left: float, widest: float, labels: float
) -> tuple[QRectF, PieceAxis]:
    """From where to where the columns reach in a view of that size, over the whole height; and the labels.

    left    where they begin at the earliest: slanted labels may need more
    widest  a column
    labels  the height that labels may take
    """
    count, least = max(1, len(tokens)), left
    for _ in range(
        3
    ):  # narrower columns let slanted labels reach further to the left, which narrows them again
        across = max(1.0, min(width - left - EDGE, widest * count))
        axis = PieceAxis.of(tokens, across, labels)
        columns = QRectF(left, 0, across, height)
        needed = max(least, math.ceil(axis.overhang - across / count / 2) if axis.slanted else 0.0)
        if needed == left:
            break
        left = needed
    return columns, axis
