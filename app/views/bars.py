"""Rows of a label, a bar and a figure: candidates for a masked word, next-sentence scores, shares."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import font, theme
from app.translation import tr
from app.views.piece_text import draw_piece, elided, isolated, visible
from app.views.pointed import PointedView

ROW_HEIGHT = 22  # pixels, as are all lengths here
_BAR = 12
_GAP = 10
PAD = 4
_LEAST_LABEL, _LEAST_BAR, _MOST_LABEL, _LONG_LABEL = 40, 40, 220, 600
_LABEL_SHARE, _LONG_SHARE = 0.45, 0.7


@dataclass(frozen=True, slots=True)
class BarRow:
    """One row.

    probability  0..1, the length of the bar (clipped)
    extra        a second figure behind the first, empty for none
    figure       what is written instead of the probability in per cent, empty for that
    detail       what the tooltip says besides
    """

    label: str
    probability: float
    extra: str = ""
    role: Literal["accent", "segment_b"] = "accent"
    figure: str = ""
    detail: str = ""


def percent(probability: float) -> str:
    """Whole per cent; one decimal below 1% and from 99.5%; never a 0% or 100% that is not exactly that."""
    if not math.isfinite(probability):
        return "–"
    share = 100 * probability
    if share in (0.0, 100.0):
        return f"{share:.0f}%"
    if 0 < share < 0.05:
        return "<0.1%"
    if 99.95 <= share < 100:
        return ">99.9%"
    return f"{share:.1f}%" if 0 < share < 0.95 or 99.5 <= share < 100 else f"{share:.0f}%"


class Bars(PointedView[int]):
    """Rows of bars; where `clickable`, a row is chosen by a click, or with Up, Down and Enter.

    long  labels are sentences: they have more room than the bars
    """

    row_clicked = Signal(object)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        clickable: bool = False,
        mono: bool = False,
        name: str = "",
        long: bool = False,
    ) -> None:
        super().__init__(parent)
        self._rows: tuple[BarRow, ...] = ()
        self._clickable = clickable
        self._mono = mono
        self._share, self._most = (_LONG_SHARE, _LONG_LABEL) if long else (_LABEL_SHARE, _MOST_LABEL)
        self._forced_label: int | None = None
        self._pressed: int | None = None
        self._current = 0
        self._name = name
        self._measure()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if clickable else Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._describe()

    @property
    def rows(self) -> tuple[BarRow, ...]:
        return self._rows

    @property
    def current(self) -> int | None:
        """The row that the keyboard is on."""
        return self._current if self._clickable and self._rows else None

    def set_rows(self, rows: Sequence[BarRow]) -> None:
        """Show `rows`, first on top."""
        self._rows = tuple(rows)
        self._current = max(0, min(self._current, len(self._rows) - 1))
        self._pressed = None
        if self.spot is not None and self.spot >= len(self._rows):
            self.point_to(None)
        self._measure()
        self._describe()
        self.updateGeometry()
        self.update()

    def label_width_hint(self) -> int:
        """The width that the longest label asks for, within bounds."""
        return self._label_hint

    def set_label_width(self, width: int | None) -> None:
        """Use this label column, so that two lists align; None for its own longest label."""
        if width != self._forced_label:
            self._forced_label = width
            self.updateGeometry()
            self.update()

    def label_rect(self, index: int) -> QRectF:
        """Where the label of a row is drawn."""
        asked = self._label_hint if self._forced_label is None else self._forced_label
        room = self.width() - self._figures_width() - 2 * PAD - _GAP - _LEAST_BAR
        width = max(_LEAST_LABEL, min(asked, room, max(_LEAST_LABEL, int(self.width() * self._share))))
        return QRectF(PAD, index * ROW_HEIGHT, width, ROW_HEIGHT)

    def track_rect(self, index: int) -> QRectF:
        """Where the track of a row's bar is drawn."""
        left = self.label_rect(index).right() + _GAP
        right = self.width() - PAD - self._figures_width()
        return QRectF(left, index * ROW_HEIGHT + (ROW_HEIGHT - _BAR) / 2, max(0.0, right - left), _BAR)

    def figure_rect(self, index: int) -> QRectF:
        """Where the figure of a row is drawn."""
        right = self.width() - PAD - (self._extra_width + _GAP if self._extra_width else 0)
        return QRectF(right - self._figure_width, index * ROW_HEIGHT, self._figure_width, ROW_HEIGHT)

    def spot_at(self, place: QPointF) -> int | None:
        """The row under a point, or None."""
        row = math.floor(place.y() / ROW_HEIGHT)
        return row if 0 <= row < len(self._rows) and 0 <= place.x() < self.width() else None

    def sizeHint(self) -> QSize:
        asked = self._label_hint if self._forced_label is None else self._forced_label
        return QSize(int(2 * PAD + asked + _GAP + 120 + self._figures_width()), ROW_HEIGHT * len(self._rows))

    def minimumSizeHint(self) -> QSize:
        least = 2 * PAD + _LEAST_LABEL + _GAP + _LEAST_BAR + self._figures_width()
        return QSize(math.ceil(least), ROW_HEIGHT * len(self._rows))

    def _label_font(self) -> QFont:
        return font("mono" if self._mono else "base")

    def _measure(self) -> None:
        labels = QFontMetricsF(self._label_font())
        figures = QFontMetricsF(font("base"))
        widest = max((labels.horizontalAdvance(visible(row.label)) for row in self._rows), default=0.0)
        self._label_hint = max(_LEAST_LABEL, min(self._most, math.ceil(widest) + 1))
        # Room for 100%: figures that change with every key must not make the bars jump.
        texts = ["100%", *(_figure(row) for row in self._rows)]
        self._figure_width = math.ceil(max(figures.horizontalAdvance(text) for text in texts)) + 1
        extras = [row.extra for row in self._rows if row.extra]
        self._extra_width = math.ceil(max(map(figures.horizontalAdvance, extras))) + 1 if extras else 0

    def _figures_width(self) -> int:
        return _GAP + self._figure_width + (_GAP + self._extra_width if self._extra_width else 0)

    def _describe(self) -> None:
        best = self._rows[0] if self._rows else None
        summary = (
            tr("nothing to show")
            if best is None
            else tr(
                "{n} rows, first {label} {figure}",
                n=len(self._rows),
                label=isolated(best.label),
                figure=_figure(best),
            )
        )
        self.setAccessibleName(f"{self._name}: {summary}" if self._name else summary)
        if self.current is not None:
            self.setAccessibleDescription(self.readout(self._current))

    def readout(self, index: int) -> str:
        """A row in one line."""
        row = self._rows[index]
        parts = (f"{isolated(row.label)} {_figure(row)}", row.extra, row.detail)
        return " · ".join(part for part in parts if part)

    def spot_changed(self) -> None:
        pointing = self._clickable and self.spot is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor)
        self.update()

    def _set_current(self, row: int) -> None:
        self._current = max(0, min(row, len(self._rows) - 1))
        self._describe()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._clickable or event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._pressed = self.spot_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed == self.spot_at(event.position()):
            self._set_current(pressed)
            self.row_clicked.emit(pressed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), len(self._rows) - 1
        moves = {
            Qt.Key.Key_Up: self._current - 1,
            Qt.Key.Key_Down: self._current + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if not self._clickable or last < 0:
            super().keyPressEvent(event)
        elif key in moves:
            self._set_current(moves[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.row_clicked.emit(self._current)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._measure()
            self.updateGeometry()
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, row in enumerate(self._rows):
            self._paint_row(painter, index, row)

    def _paint_row(self, painter: QPainter, index: int, row: BarRow) -> None:
        colours = theme()
        whole = QRectF(0, index * ROW_HEIGHT, self.width(), ROW_HEIGHT)
        focused = self.hasFocus() and index == self._current
        if index == self.spot or focused:
            painter.setPen(QPen(QColor(colours.accent), 1.5) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.hover) if index == self.spot else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), 4, 4)

        label = self.label_rect(index)
        painter.setFont(self._label_font())
        painter.setPen(QColor(colours.text))
        shown = elided(visible(row.label), QFontMetricsF(painter.font()), label.width())
        draw_piece(painter, label, Qt.AlignmentFlag.AlignLeft, shown)

        track = self.track_rect(index)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.bar_track))
        painter.drawRoundedRect(track, 3, 3)
        if math.isfinite(row.probability) and row.probability > 0:
            length = max(1.0, track.width() * min(1.0, row.probability))
            painter.setBrush(QColor(colours.segment_b if row.role == "segment_b" else colours.accent))
            radius = min(3.0, length / 2)
            painter.drawRoundedRect(QRectF(track.left(), track.top(), length, _BAR), radius, radius)

        painter.setFont(font("base"))
        painter.setPen(QColor(colours.secondary))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(self.figure_rect(index), right, _figure(row))
        if row.extra:
            place = QRectF(self.width() - PAD - self._extra_width, whole.top(), self._extra_width, ROW_HEIGHT)
            painter.drawText(place, right, row.extra)


def _figure(row: BarRow) -> str:
    return row.figure or percent(row.probability)
