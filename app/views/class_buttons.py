"""Classes as buttons that flow over lines, the first nine with the number of their key."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QScrollArea, QSizePolicy, QWidget

from app.translation import tr
from app.views.chip_flow import ChipFlow
from app.views.piece_text import elided, visible

KEYS = 9
"""So many classes have a key of their own."""

_GAP, _MOST = 6, 260  # pixels
_HIGHEST = 3.5  # lines of buttons that are seen at once


class ClassButtons(QWidget):
    """chosen(label) for a click; the class that is given is checked."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: tuple[str, ...] = ()
        self.buttons: tuple[QPushButton, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes."""
        return self._labels

    def set_labels(self, labels: Sequence[str]) -> None:
        """Offer these."""
        if tuple(labels) == self._labels:
            return
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self._labels = tuple(labels)
        self.buttons = tuple(self._button(n, label) for n, label in enumerate(self._labels))
        self._arrange()
        self.updateGeometry()

    def set_given(self, label: str | None) -> None:
        """Which class the text has."""
        for button, own in zip(self.buttons, self._labels, strict=True):
            button.setChecked(own == label)

    def _button(self, n: int, label: str) -> QPushButton:
        key = f"{n + 1}  " if n < KEYS else ""
        button = QPushButton(self)
        shown = elided(visible(label), button.fontMetrics(), _MOST - 60)  # type: ignore[arg-type]
        button.setText((key + shown).replace("&", "&&"))
        button.setCheckable(True)
        tip = tr("{label} (key {n})", label=label, n=n + 1) if n < KEYS else label
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self._clicked)
        button.show()
        return button

    @Slot()
    def _clicked(self) -> None:
        button = self.sender()
        self.chosen.emit(self._labels[self.buttons.index(button)])  # type: ignore[arg-type]

    def _laid_out(self, width: float) -> ChipFlow:
        hints = [button.sizeHint() for button in self.buttons]
        height = max((hint.height() for hint in hints), default=0)
        widths = [float(hint.width()) for hint in hints]
        return ChipFlow.of(widths, width, chip=height, gap=_GAP, leading=_GAP, margin=0)

    def _arrange(self) -> None:
        for button, place in zip(self.buttons, self._laid_out(self.width()).rects, strict=True):
            button.setGeometry(place.toRect())

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return math.ceil(self._laid_out(width).height)

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(320))

    def minimumSizeHint(self) -> QSize:
        height = max((button.sizeHint().height() for button in self.buttons), default=0)
        return QSize(100, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Flow anew."""
        super().resizeEvent(event)
        self._arrange()


class ClassArea(QScrollArea):
    """As high as the buttons need, up to some lines of them; then it scrolls."""

    def __init__(self, buttons: ClassButtons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons = buttons
        self.setWidgetResizable(True)
        self.setWidget(buttons)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        line = self._buttons.minimumSizeHint().height() + _GAP
        return QSize(self.width(), min(self._buttons.heightForWidth(self.width()), round(_HIGHEST * line)))

    def minimumSizeHint(self) -> QSize:
        return self._buttons.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()
