"""All heads at once, in an order that can be chosen, with a read-out of the weight under the pointer."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.panels.attention.arranging import Arranging
from app.panels.attention.numbers import head_name
from app.selection import Hover
from app.session import Session
from app.translation import tr
from app.views.elided_label import ElidedLabel
from app.views.mosaic import Mosaic
from app.views.mosaic_image import MosaicImage
from app.views.piece_text import isolated
from app.views.read_out import ReadOut
from app.views.snug import snug_height
from bert_core.trace import Trace

_SPACING = 6
_FAINT = 0.3  # if no weight reaches this, the picture is next to empty


class MosaicPane(QWidget):
    """The mosaic, and under it how it is scaled, or what is pointed at; and how it is arranged.

    arranging  its `controls` stand where the page puts them
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trace: Trace | None = None
        self._against: Trace | None = None
        self._image_of: Trace | None = None
        self._hover = Hover()
        self.mosaic = Mosaic()
        self.mosaic.set_empty_text(tr("All heads are being drawn…"))
        self.arranging = Arranging(session, self.mosaic, self)
        self.arranging.said.connect(self._say_arranged)
        self.read_out = ReadOut(name=tr("Weight under the pointer"))
        self.arranged = ElidedLabel()
        self.arranged.setAccessibleName(tr("Order and filter"))
        self.arranged.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_SPACING)
        column.addWidget(self.mosaic, 1)
        column.addWidget(self.read_out)
        column.addWidget(self.arranged)
        column.addStretch(0)

    @property
    def up_to_date(self) -> bool:
        """Whether the picture is of the newest trace: while it is not, what it is pointed at means nothing."""
        return self._trace is not None and self._image_of is self._trace

    def set_trace(self, trace: Trace | None, against: Trace | None = None) -> None:
        """Weights are read from this one, less those of `against`; the picture stays until `set_image`."""
        self._trace, self._against = trace, against
        if trace is not None:
            self.arranging.begin(trace, against)
        self.set_hover(Hover())

    def set_image(self, image: MosaicImage) -> None:
        """The picture of the trace."""
        before, self._image_of = self.mosaic.image(), self._trace
        self.mosaic.set_image(image)
        if before is None or (before.layers, before.heads) != (image.layers, image.heads):
            self._snug()
        self.set_hover(self._hover)

    def set_failure(self, sentence: str) -> None:
        """Say why there is no picture."""
        self._image_of = None
        self.mosaic.set_empty_text(sentence)
        self.mosaic.set_image(None)
        self.set_hover(Hover())

    def set_hover(self, hover: Hover) -> None:
        """Mark the head that is pointed at, here or elsewhere, and read out the weight."""
        self._hover = hover
        self.mosaic.set_hovered(hover.layer, hover.head)
        if (
            self._trace is None
            or hover.layer is None
            or hover.head is None
            or hover.query is None
            or hover.key is None
        ):
            self.read_out.set_text(self.scale_text())
            return
        tokens = self._trace.tokens
        where = hover.layer, hover.head, hover.query, hover.key
        if any(at >= size for at, size in zip(where, self._trace.attentions.shape, strict=True)):
            self.read_out.set_text(self.scale_text())  # pointed at in another view, which draws another text
            return
        weight = self._trace.attentions[where]
        if self._against is not None:
            weight -= self._against.attentions[where]
        pieces = f"{isolated(tokens[hover.query].text)} → {isolated(tokens[hover.key].text)}"
        note = self.arranging.note((hover.layer, hover.head))
        self.read_out.set_text(
            " · ".join(part for part in (head_name(hover.layer, hover.head), note, pieces) if part),
            f"{weight:+.4f}" if self._against else f"{weight:.4f}",
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the read-out close to the mosaic."""
        super().resizeEvent(event)
        self._snug()

    @Slot()
    def _say_arranged(self) -> None:
        words, failed = self.arranging.words(), self.arranging.failed
        self.arranged.setProperty("kind", "error" if failed else "secondary")
        self.arranged.style().polish(self.arranged)
        self.arranged.setText(words)
        if self.arranged.isHidden() == bool(words):
            self.arranged.setVisible(bool(words))
            self._snug()
        self.set_hover(self._hover)

    def _snug(self) -> None:
        under = self.read_out.sizeHint().height() + _SPACING
        if not self.arranged.isHidden():
            under += self.arranged.sizeHint().height() + _SPACING
        snug_height(self.mosaic, self.height() - under)

    def scale_text(self) -> str:
        """What the colours of the mosaic mean."""
        image = self.mosaic.image()
        if image is None:
            return ""
        if image.signed:
            if image.per_head:
                return tr("Now less the reference: each head's colours from −1 to 1 times its largest change")
            largest = float(image.maxima.max(initial=0.0))
            return tr("Now less the reference: colours from −{w} to {w}", w=f"{largest:.2f}")
        if image.per_head:
            return tr("Each head: colours from 0 to its own largest weight")
        # The coarsest level keeps the largest weight of each head.
        largest = float(image.levels[-1].max(initial=0)) / 255
        if largest < _FAINT:
            return tr(
                "Colours 0 to 1, no weight over {w}: “per head” shows more",
                w=f"{max(0.01, ceil(100 * largest) / 100):.2f}",
            )
        return tr("All heads: colours from 0 to 1")
