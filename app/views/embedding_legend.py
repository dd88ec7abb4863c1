"""The embedding strips' legend in one line: where their colours end, or the spot under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import diverging, font, theme
from app.translation import tr
from app.views.embedding_values import PERCENTILE, Drawn, EmbeddingHit
from app.views.piece_text import elided, isolated

_SWATCH, _SPACE, _GAP = 44, 6, 14  # pixels, as are all lengths here
LINE = 20


class EmbeddingLegend(QWidget):
    """It takes the width it is given and asks for none; what does not fit is left to the tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawn: Drawn | None = None
        self._read_out = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Legend of the embeddings"))

    def set_drawn(self, drawn: Drawn | None) -> None:
        """Say where the colours of this end; None says nothing."""
        self._drawn = drawn
        self.setToolTip("" if drawn is None else f"<p>{_explained(drawn)}</p>")
        self.update()

    def set_read_out(self, text: str) -> None:
        """Say this instead; "" goes back to the colours."""
        self._read_out = text
        self.setAccessibleDescription(text)
        self.update()

    @property
    def read_out(self) -> str:
        """What is said of the spot under the pointer."""
        return self._read_out

    def sizeHint(self) -> QSize:
        return QSize(300, LINE)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, LINE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._read_out:
            painter.setFont(font("small"))
            painter.setPen(QColor(theme().text))
            text = elided(self._read_out, QFontMetricsF(font("small")), self.width())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)
        elif self._drawn is not None:
            paint_legend(painter, self._drawn, QRectF(self.rect()))


def items(drawn: Drawn) -> list[tuple[str, bool]]:
    """The parts of the legend, and whether each has a colour bar."""
    parts = [
        (tr("±{value} terms and sum", value=f"{drawn.scale:.2g}"), True),
        (tr("±{value} LayerNorm", value=f"{drawn.output_scale:.2g}"), True),
    ]
    if drawn.shared > 1:
        parts.append((tr("a line: the mean of {n} dimensions", n=drawn.shared), False))
    return parts


def paint_legend(painter: QPainter, drawn: Drawn, place: QRectF) -> None:
    """Draw the legend on one line, as many of its parts as fit into the width."""
    table, metrics = diverging(), QFontMetricsF(font("small"))
    painter.setFont(font("small"))
    painter.setPen(QColor(theme().secondary))
    left = place.left()
    for text, bar in items(drawn):
        width = metrics.horizontalAdvance(text) + 1
        swatch = _SWATCH + _SPACE if bar else 0
        if left + swatch + width > place.right():
            return
        for step in range(_SWATCH if bar else 0):
            entry = table[1 + round(step * 254 / (_SWATCH - 1))]
            spot = QRectF(left + step, place.center().y() - 4, 1, 8)
            painter.fillRect(spot, QColor(*map(int, entry)))
        spot = QRectF(left + swatch, place.top(), width, place.height())
        painter.drawText(spot, Qt.AlignmentFlag.AlignVCenter, text)
        left += swatch + width + _GAP


def _explained(drawn: Drawn) -> str:
    return tr(
        "Blue is negative, orange positive. Colours end at ±{scale} in the three terms and their sum, at ±{output} "
        "after LayerNorm: at the {percent}th percentile of what is drawn. A line is the mean of up to {n} "
        "neighbouring dimensions. The numbers above the strips, where there is room, are the vectors' norms.",
        scale=f"{drawn.scale:.2g}",
        output=f"{drawn.output_scale:.2g}",
        percent=f"{PERCENTILE:.0f}",
        n=drawn.shared,
    )


def readout(hit: EmbeddingHit, piece: str) -> str:
    """One line on a spot: term, piece, norm, dimensions, values."""
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
        "value": _signed(hit.value),
    }
    if len(hit.dimensions) == 1:
        return tr("{whole}: norm {norm}, dimension {dimension}: {value}", **facts)
    return tr(
        "{whole}: norm {norm}, dimensions {first}–{last}: mean {mean}, strongest {value} ({dimension})",
        first=hit.dimensions.start,
        last=hit.dimensions.stop - 1,
        mean=_signed(hit.mean),
        **facts,
    )


def _signed(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def norm_text(value: float) -> str:
    """A norm in three digits."""
    return f"{value:.2f}" if value < 9.995 else f"{value:.1f}" if value < 99.95 else f"{value:.0f}"
