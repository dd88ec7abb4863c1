"""A slider over the recorded steps of a run, the newest at its right end."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSlider, QWidget

from app.translation import tr
from app.views.read_out import ReadOut

_PAGES = 8  # page keys go through all steps in so many
_WORDS = 230  # pixels for what is said of the step


class StepSlider(QWidget):
    """wanted(record) when a person wants another of the recorded steps (its index). It never moves by itself, but
    that it stays at the end while that grows.

    It stands at the newest until it is moved; moved back to the end, it follows again.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[int, ...] = ()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("Recorded step"))
        self.slider.setToolTip(
            tr(
                "Which recorded step is shown (arrow keys, Page Up and Down, Home, End); at its end, the newest"
            )
        )
        self.slider.setMinimumWidth(80)
        self.words = ReadOut(name=tr("The step that is shown"), hint=_WORDS)
        self.words.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.newest = QPushButton(tr("Newest"))
        self.newest.setProperty("kind", "bare")
        self.newest.setToolTip(tr("Show the newest record, and follow the run (End)"))
        self.newest.setAccessibleName(tr("Show the newest record"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.words)
        row.addWidget(self.slider, 1)
        row.addWidget(self.newest)
        self.setFocusProxy(self.slider)
        self.slider.valueChanged.connect(self._moved)
        self.newest.clicked.connect(self.go_newest)
        self.set_steps(())

    @property
    def record(self) -> int:
        """Which of the steps is shown."""
        return self.slider.value()

    @property
    def follows(self) -> bool:
        """Does it stand at the newest?"""
        return self.record >= len(self._steps) - 1

    def set_steps(self, steps: Sequence[int], *, anew: bool = False) -> None:
        """These are recorded; what is shown stays so, but at the newest, or of another run (`anew`), it follows."""
        before = self._steps[self.record] if self._steps else None
        follow = anew or self.follows
        self._steps = tuple(steps)
        last = max(0, len(self._steps) - 1)
        earlier = [n for n, step in enumerate(self._steps) if before is not None and step <= before]
        was = self.slider.blockSignals(True)
        self.slider.setMaximum(last)
        self.slider.setPageStep(max(1, last // _PAGES))
        self.slider.setValue(last if follow else max(earlier, default=0))
        self.slider.blockSignals(was)
        self.slider.setEnabled(last > 0)
        self._tell()

    def set_words(self, text: str, figure: str) -> None:
        """What is said of the step."""
        self.words.set_text(text, figure)

    @Slot(object)
    def go(self, record: int) -> None:
        """Show this one, as if a person had drawn the slider there."""
        self.slider.setValue(record)

    def step_by(self, steps: int) -> None:
        """So many records on, or back."""
        self.go(self.record + steps)

    @Slot()
    def go_newest(self) -> None:
        """Show the newest, and follow the run from now on."""
        self.go(len(self._steps) - 1)

    @Slot(int)
    def _moved(self, record: int) -> None:
        self._tell()
        self.wanted.emit(record)

    def _tell(self) -> None:
        self.newest.setEnabled(not self.follows)

    def sizeHint(self) -> QSize:
        return QSize(400, max(self.slider.sizeHint().height(), self.newest.sizeHint().height()))
