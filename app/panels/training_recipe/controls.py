"""The panel's controls: which task, which roll, how much is chosen."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.panels.training_recipe.rolls import Rolls
from app.theme import font
from app.translation import tr

Part = Literal["masked", "pair"]
SHARES = (0.05, 0.10, 0.15, 0.20, 0.30, 0.40)
_HEIGHT = 24


class Controls(QWidget):
    """In one line in the panel's header, or in three in a narrow panel; it never asks for width of its own."""

    part_chosen = Signal(object)  # Part
    rolled = Signal()
    walked = Signal(object)  # int: back or forth
    options_changed = Signal()
    put_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.masked_button = self._button(
            tr("Masked words"), tr("The first task: say what stood there"), "tab"
        )
        self.pair_button = self._button(tr("Next sentence"), tr("The second task: does B follow A?"), "tab")
        self._group = QButtonGroup(self)
        for button in (self.masked_button, self.pair_button):
            button.setCheckable(True)
            self._group.addButton(button)
        self.masked_button.setChecked(True)
        self._group.buttonClicked.connect(self._part_clicked)
        self.back = self._button("‹", tr("The roll before"), "bare")
        self.forward = self._button("›", tr("The roll after"), "bare")
        self.number = QLabel()
        self.number.setFont(font("small"))
        self.number.setProperty("kind", "secondary")
        self.number.setToolTip(
            tr("The seed of this roll: the same number gives the same masking of the same text")
        )
        self.roll = self._button(tr("Roll again"), tr("Choose pieces anew (Ctrl+R)"))
        self.options = self._button("", tr("How the pieces are chosen"))
        self.put = self._button(
            tr("Put into the text"),
            tr("Replace the pieces of your text as in this roll; Ctrl+Z takes it back"),
        )
        self._build_menu()
        self.back.clicked.connect(self._walk_back)
        self.forward.clicked.connect(self._walk_forward)
        self.roll.clicked.connect(self.rolled)
        self.put.clicked.connect(self.put_wanted)
        self._arrange_parts()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(1)  # or its layout would ask for more

    # State -------------------------------------------------------------------------------------------------------

    @property
    def share(self) -> float:
        """Of the pieces, how many are chosen."""
        checked = self._shares.checkedAction()
        return float(checked.data())

    @property
    def whole_words(self) -> bool:
        """Whether words are chosen, not pieces."""
        return self.whole.isChecked()

    def show_part(self, part: Part) -> None:
        """Mark the task that is shown."""
        (self.masked_button if part == "masked" else self.pair_button).setChecked(True)

    def show_rolls(self, rolls: Rolls) -> None:
        """Say which roll it is, and where one can go."""
        self.number.setText(tr("roll {n}", n=rolls.number))
        self.back.setEnabled(rolls.number > 1)
        self.forward.setEnabled(rolls.number < rolls.newest)

    # Layout ------------------------------------------------------------------------------------------------------

    def set_stacked(self, stacked: bool) -> None:
        """Three lines instead of one."""
        direction = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        self._box.setDirection(direction)

    def needed(self) -> int:
        """The width that one line needs."""
        parts = (self._tabs, self._rolls, self._choices)
        return sum(part.sizeHint().width() + self._box.spacing() for part in parts)

    def set_tabs_visible(self, visible: bool) -> None:
        """Without tabs, where both tasks are shown at once."""
        self._tabs.setVisible(visible)

    def _arrange_parts(self) -> None:
        self._tabs, self._rolls, self._choices = QWidget(), QWidget(), QWidget()
        for widget, buttons in (
            (self._tabs, (self.masked_button, self.pair_button)),
            (self._rolls, (self.back, self.number, self.forward, self.roll)),
            (self._choices, (self.options, self.put)),
        ):
            row = QHBoxLayout(widget)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(4)
        self._box.addWidget(self._tabs)
        self._box.addStretch(1)
        self._box.addWidget(self._rolls)
        self._box.addWidget(self._choices)

    def _button(self, text: str, tip: str, kind: str = "") -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        if len(text) < 2:
            button.setAccessibleName(tip)
        if kind:
            button.setProperty("kind", kind)
        button.setFixedHeight(_HEIGHT)
        button.setStyleSheet("padding: 2px 8px")  # or letters would be cut at this height
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _build_menu(self) -> None:
        self.options.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.options.setAccessibleName(tr("How the pieces are chosen"))
        menu = QMenu(self.options)
        self._shares = QActionGroup(self)
        for share in SHARES:
            action = menu.addAction(
                tr("Choose {share} of the pieces, as BERT did", share=f"{share:.0%}")
                if share == 0.15
                else tr("Choose {share} of the pieces", share=f"{share:.0%}")
            )
            action.setCheckable(True)
            action.setData(share)
            action.setChecked(share == 0.15)
            self._shares.addAction(action)
        menu.addSeparator()
        self.whole = menu.addAction(tr("Choose whole words"))
        self.whole.setCheckable(True)
        self.whole.setToolTip(tr("All pieces of a word together, as in Google's second edition of BERT"))
        menu.setToolTipsVisible(True)
        self.options.setMenu(menu)
        self._shares.triggered.connect(self._option_chosen)
        self.whole.toggled.connect(self._option_chosen)
        self._name_options()

    def _name_options(self) -> None:
        share = f"{self.share:.0%}"
        self.options.setText(tr("{share} of words ▾", share=share) if self.whole_words else f"{share} ▾")

    # What a person does ------------------------------------------------------------------------------------------

    @Slot(object)
    def _option_chosen(self, _: QAction | bool) -> None:
        self._name_options()
        self.options_changed.emit()

    @Slot()
    def _part_clicked(self) -> None:
        self.part_chosen.emit("masked" if self.masked_button.isChecked() else "pair")

    @Slot()
    def _walk_back(self) -> None:
        self.walked.emit(-1)

    @Slot()
    def _walk_forward(self) -> None:
        self.walked.emit(1)
