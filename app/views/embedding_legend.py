"""Under the embedding strips: where their colours end, or one line on the spot under the pointer."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from app.theme import diverging, font, theme
from app.translation import tr
from app.views.chip_flow import ChipFlow
from app.views.embedding_values import EmbeddingHit, StripValues
from app.views.piece_text import isolated

_LINE, _SWATCH, _SPACE, _GAP = 18, 44, 6, 14  # pixels, as are all lengths here
_USUAL_READOUT = 580


@dataclass(frozen=True, slots=True)
class Legend:
    """The parts of the legend, each with the room for its colour bar, flowing over lines.

    height  of all lines; enough for a readout, too, so that nothing moves when the pointer comes
    """

    items: tuple[tuple[str, int], ...]
    flow: ChipFlow
    width: float
    height: float

    @classmethod
    def of(cls, values: StripValues | None, width: float) -> Legend:
        """The legend of these values, in that width."""
        items: tuple[tuple[str, int], ...] = ()
        if values is not None:
            items = (
                (tr("±{value} terms and sum", value=f"{values.scale:.3g}"), _SWATCH + _SPACE),
                (tr("±{value} LayerNorm", value=f"{values.output_scale:.3g}"), _SWATCH + _SPACE),
                (tr("99.5th percentile of |value|"), 0),
            )
        metrics = QFontMetricsF(font("small"))
        widths = [math.ceil(metrics.horizontalAdvance(text)) + 1 + bar for text, bar in items]
        flow = ChipFlow.of(widths, width, chip=_LINE, gap=_GAP, leading=0, margin=0)
        lines = max(len(flow.starts), min(3, math.ceil(_USUAL_READOUT / max(1.0, width))))
        return cls(items, flow, width, lines * _LINE if items else 0)

    def paint(self, painter: QPainter, top: float, readout: str) -> None:
        """Draw the legend, or `readout` in its place unless that is empty."""
        painter.save()
        painter.setFont(font("small"))
        if readout:
            painter.setPen(QColor(theme().text))
            painter.drawText(QRectF(0, top, self.width, self.height), Qt.TextFlag.TextWordWrap, readout)
        else:
            self._paint_items(painter, top)
        painter.restore()

    def _paint_items(self, painter: QPainter, top: float) -> None:
        table = diverging()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QColor(theme().secondary))
        for (text, bar), rect in zip(self.items, self.flow.rects, strict=True):
            place = rect.translated(0, top)
            for step in range(_SWATCH if bar else 0):
                entry = table[1 + round(step * 254 / (_SWATCH - 1))]
                painter.fillRect(QRectF(place.left() + step, place.top() + 5, 1, 8), QColor(*map(int, entry)))
            painter.drawText(place.adjusted(bar, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


def readout(hit: EmbeddingHit, piece: str) -> str:
    """One line on a spot: term, piece, norm, dimension, value."""
    piece = isolated(piece)
    whole = {
        "token": tr("token embedding of ‘{piece}’", piece=piece),
        "segment": tr("segment embedding of ‘{piece}’", piece=piece),
        "position": tr("position embedding of ‘{piece}’", piece=piece),
        "sum": tr("sum for ‘{piece}’", piece=piece),
        "output": tr("LayerNorm output for ‘{piece}’", piece=piece),
    }[hit.term]
    facts = {
        "whole": whole,
        "norm": norm_text(hit.norm),
        "dimension": hit.strongest,
        "value": f"{hit.value:.3f}".replace("-", "−"),
    }
    if len(hit.dimensions) == 1:
        return tr("{whole}: norm {norm}, dimension {dimension}: {value}", **facts)
    return tr(
        "{whole}: norm {norm}, dimension {dimension} (strongest of {first}–{last}): {value}",
        first=hit.dimensions.start,
        last=hit.dimensions.stop - 1,
        **facts,
    )


def norm_text(value: float) -> str:
    """A norm in three digits."""
    return f"{value:.2f}" if value < 9.995 else f"{value:.1f}" if value < 99.95 else f"{value:.0f}"
