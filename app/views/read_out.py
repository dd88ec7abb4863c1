"""One line of passing text: what is under the pointer, in words and figures."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.views.piece_text import elided

_GAP = 8


class ReadOut(QWidget):
    """A sentence, and a figure behind it in the stronger colour that is never cut off.

    It takes the width it is given and asks for none, so that text changing under the pointer moves nothing.
    """

    def __init__(
        self, parent: QWidget | None = None, *, right: bool = False, name: str = "", hint: int = 120
    ) -> None:
        super().__init__(parent)
        self._text = self._figure = ""
        self._right = right
        self._name = name
        self._hint = hint
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    @property
    def text(self) -> str:
        return self._text

    @property
    def figure(self) -> str:
        return self._figure

    def set_right(self, right: bool) -> None:
        """Stand at the right end, or at the left."""
        if right != self._right:
            self._right = right
            self.update()

    def set_text(self, text: str, figure: str = "") -> None:
        """Show this from now on."""
        if (text, figure) != (self._text, self._figure):
            self._text, self._figure = text, figure
            self.setAccessibleDescription(f"{text} {figure}".strip())
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._hint, round(QFontMetricsF(font("small")).height()) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.updateGeometry()
            self.update()
        super().changeEvent(event)

    def laid_out(self, width: float, *, right: bool = False) -> tuple[str, float, float]:
        """In that width: the text as far as there is room, where the figure begins, and where the text does."""
        metrics = QFontMetricsF(font("small"))
        figure = metrics.horizontalAdvance(self._figure) + 1 if self._figure else 0.0
        gap = _GAP if self._figure and self._text else 0
        text = elided(self._text, metrics, max(0.0, width - figure - gap))
        taken = metrics.horizontalAdvance(text) + 1 if text else 0.0
        left = max(0.0, width - figure - gap - taken) if right else 0.0
        return text, left + taken + gap, left

    def paintEvent(self, event: QPaintEvent) -> None:
        text, figure, left = self.laid_out(self.width(), right=self._right)
        painter = QPainter(self)
        painter.setFont(font("small"))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        area = self.rect().toRectF()
        painter.setPen(theme().secondary)
        painter.drawText(area.translated(left, 0), flags, text)
        painter.setPen(theme().text)
        painter.drawText(area.translated(figure, 0), flags, self._figure)
