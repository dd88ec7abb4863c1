"""The pictures of the layer lens, what they carry with them, and their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from app.panels.common_pictures import picture_of
from app.panels.layer_lens.explanation import FORMULA
from app.panels.layer_lens.shown import numbers_of
from app.session import Session
from app.translation import tr
from app.views.drawing import Drawing
from app.views.figure import figure
from app.views.lens_curves import LensCurves
from app.views.picture import PictureActions
from app.views.tables import Table

if TYPE_CHECKING:
    from app.panels.layer_lens.panel import LayerLensPanel

_PICTURE = (420, 200)


class LensFigures:
    """The table, and the curves of the chosen piece."""

    def __init__(self, session: Session, panel: LayerLensPanel) -> None:
        self._panel = panel
        self.table = picture_of(
            session,
            panel.content.table,
            tr("Layer lens"),
            drawing=self._table_drawing,
            table=self._table_numbers,
            said=self._table_said,
            name=lambda: "layer-lens",
            trace=lambda: panel.trace,
            against=lambda: panel.against,
        )
        self.curves = picture_of(
            session,
            panel.content.curves.curves,
            tr("Layer lens: curves"),
            drawing=self._curves_drawing,
            table=self._curves_numbers,
            said=self._curves_said,
            name=lambda: "layer-lens-curves",
            trace=lambda: panel.trace,
            against=lambda: panel.against,
        )

    @property
    def all(self) -> tuple[PictureActions, ...]:
        """Both."""
        return self.table, self.curves

    def refresh(self) -> None:
        """Offer them where there is something to copy."""
        for picture in self.all:
            picture.set_enabled(self._panel.shown is not None)

    def _title(self) -> str:
        shown = self._panel.shown
        if shown is not None and shown.before is not None:
            return tr("Layer lens: the best word after each layer, now less the reference")
        return tr("Layer lens: the best word after each layer")

    def _table_drawing(self) -> Drawing:
        panel = self._panel
        below = None if panel.content.controls.bar.isHidden() else panel.content.controls.bar.drawing()
        return figure(
            panel.content.table.drawing(), self._title(), below, _folded(panel.content.controls.note.text())
        )

    def _table_numbers(self) -> Table:
        shown = self._panel.shown
        return ([], ()) if shown is None else numbers_of(shown)

    def _table_said(self) -> Mapping[str, str]:
        shown = self._panel.shown
        positions = () if shown is None else shown.lens.positions
        return {
            "Title": self._title(),
            "Layer": "all",
            "Positions": " ".join(map(str, positions)),
            "Formula": FORMULA,
            "Colours": "difference" if shown is not None and shown.before is not None else self._colours(),
        }

    def _colours(self) -> str:
        return self._panel.content.controls.colours.currentText()

    def _curves_title(self) -> str:
        shown, cell = self._panel.shown, self._panel.cell
        if shown is None or cell is None:
            return ""
        position = shown.lens.positions[cell[1]]
        return tr(
            "{what} by layer, piece {position} {piece}",
            what=self._panel.content.curves.figure.currentText(),
            position=position,
            piece=shown.trace.tokens[position].text,
        )

    def _curves_drawing(self) -> Drawing:
        """As large in any window."""
        now = self._panel.content.curves.curves
        chart = LensCurves("")
        chart.resize(*_PICTURE)
        chart.set_curves(now.curves, now.rows, now.measure, now.most)
        return figure(chart.drawing(), self._curves_title())

    def _curves_numbers(self) -> Table:
        curves = self._panel.content.curves.curves
        names = [
            tr("{name} (reference)", name=curve.name) if curve.dashed else curve.name
            for curve in curves.curves
        ]

        def rows() -> Iterator[Sequence[object]]:
            for layer in range(len(curves.rows)):
                yield (layer, *(float(curve.values[layer]) for curve in curves.curves))

        return (tr("layer"), *names), rows()

    def _curves_said(self) -> Mapping[str, str]:
        shown, cell = self._panel.shown, self._panel.cell
        position = "" if shown is None or cell is None else str(shown.lens.positions[cell[1]])
        return {
            "Title": self._curves_title(),
            "Layer": "all",
            "Position": position,
            "Formula": f"{FORMULA}; rank 1 the best of V; entropy -sum p ln p",
        }


def _folded(text: str, width: int = 90) -> str:
    """In lines of about so many characters."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])
