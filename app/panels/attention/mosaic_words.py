"""What a picture and a table of the mosaic carry of its order and filter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from app.panels.attention.arranging import Arranging
from app.panels.attention.numbers import all_heads_table
from app.theme import font, theme
from app.views.drawing import Drawing
from app.views.tables import Table
from bert_core.trace import Floats, Token


def arranged_drawing(arranging: Arranging) -> Drawing | None:
    """Order and filter, a line each; None where there is nothing to say."""
    lines = [line for line in (arranging.order_words(), arranging.filter_words()) if line]
    if not lines:
        return None
    metrics = QFontMetricsF(font("small"))
    step, ascent = metrics.height(), metrics.ascent()

    def paint(painter: QPainter, _ratio: float) -> None:
        painter.setFont(font("small"))
        painter.setPen(QColor(theme().secondary))
        for number, line in enumerate(lines):
            painter.drawText(QPointF(0, number * step + ascent), line)

    width = max(metrics.horizontalAdvance(line) for line in lines)
    return Drawing(QSizeF(width, step * len(lines)), paint)


def arranged_facts(arranging: Arranging) -> Mapping[str, str]:
    """What stands in a saved picture beside what it is of."""
    facts = {"Order": arranging.order_words(), "Filter": arranging.filter_words()}
    return {name: words for name, words in facts.items() if words}


def arranged_table(weights: Floats, tokens: Sequence[Token], arranging: Arranging) -> Table:
    """As `all_heads_table`, heads in the order in which they are drawn; with a filter, whether each one fits.

    weights  float32 [L, A, S, S]
    """
    order, filtered = arranging.order(), bool(arranging.filter.conditions)
    header, rows = all_heads_table(weights, tokens)
    if order.shape != weights.shape[:2] or (arranging.sorting is None and not filtered):
        return header, rows

    def arranged() -> Iterator[Sequence[object]]:
        for layer, head in order.all_heads():
            more = [int(arranging.fits((layer, head)))] if filtered else []
            _, own = all_heads_table(weights[layer : layer + 1, head : head + 1], tokens)
            for row in own:
                yield layer + 1, head + 1, *row[2:], *more

    return [*header, "fits"] if filtered else header, arranged()
