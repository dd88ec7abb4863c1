"""The embedding strips' legend in one line: where their colours end, or the spot under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.translation import tr
from app.views.embedding_shares import ShareValues, term_colours
from app.views.embedding_values import PERCENTILE, Drawn, EmbeddingHit
from app.views.legend_line import LINE, LegendLine, Part, paint_parts
from app.views.piece_text import isolated

__all__ = ["LINE", "EmbeddingLegend", "items", "norm_text", "paint_legend", "readout", "short_readout"]


class EmbeddingLegend(LegendLine):
    """It takes the width it is given and asks for none; what does not fit is left to the tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Legend of the embeddings"), parent)

    def set_drawn(self, drawn: Drawn | None, shares: ShareValues | None = None, note: str = "") -> None:
        """Say where the colours of this end, and the mean shares; None says nothing.

        note  comes before: what is compared, say
        """
        if drawn is None:
            self.set_parts(())
        else:
            parts = items(drawn, shares)
            self.set_parts(
                [(note, "note"), *parts] if note else parts, (note, _explained(drawn), _means(shares))
            )


def items(drawn: Drawn, shares: ShareValues | None = None) -> list[Part]:
    """The parts of the legend, what matters most first."""
    parts: list[Part] = []
    if shares is not None and not shares.signed:
        parts.append((tr("mean share:"), ""))
        parts += zip(shares.figures(), term_colours(), strict=True)
    parts.append((tr("±{value} terms and sum", value=f"{drawn.scale:.2g}"), "scale"))
    if shares is not None and shares.signed:
        parts.append((tr("±{points} points of share", points=f"{100 * shares.limit:g}"), "scale"))
    parts.append((tr("±{value} LayerNorm", value=f"{drawn.output_scale:.2g}"), "scale"))
    if drawn.shared > 1:
        parts.append((tr("a line: the mean of {n} dimensions", n=drawn.shared), ""))
    return parts


def paint_legend(painter: QPainter, drawn: Drawn, place: QRectF, shares: ShareValues | None = None) -> None:
    """Draw the legend on one line, as many of its parts as fit into the width."""
    paint_parts(painter, items(drawn, shares), place)


def _means(shares: ShareValues | None) -> str:
    if shares is None:
        return ""
    facts = {"means": shares.means_words()}
    if shares.signed:
        return tr("Shares by norm, mean change over the pieces in points: {means}.", **facts)
    return tr("Shares by norm, mean over the pieces: {means}.", **facts)


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


def short_readout(hit: EmbeddingHit, piece: str) -> str:
    """The same where there is little room: length and colour."""
    facts = {"piece": isolated(piece), "norm": norm_text(hit.norm), "mean": _signed(hit.mean)}
    return tr("‘{piece}’: norm {norm}, here {mean}", **facts)


def _signed(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def norm_text(value: float) -> str:
    """A norm in three digits."""
    return f"{value:.2f}" if value < 9.995 else f"{value:.1f}" if value < 99.95 else f"{value:.0f}"
