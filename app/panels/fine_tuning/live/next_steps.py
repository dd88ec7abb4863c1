"""What a run's state asks for: a sentence, and the buttons that do it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from app.run_values import Run
from app.translation import tr

StepName = Literal["explore", "beside", "save", "export", "resume", "again", "details"]
_GAP, _APART = 8, 6  # pixels


@dataclass(frozen=True)
class Step:
    """One button. changes: "again" only, the settings that the next run begins with."""

    name: StepName
    text: str
    tip: str = ""
    changes: dict[str, Any] = field(default_factory=dict)


def next_words(run: Run) -> str:
    """What may be done now, in a sentence or two; empty where there is nothing to say."""
    if run.trouble:
        return ""
    tuned = run.kind == "finetune"
    if run.state == "finished" and not run.model:
        return ""
    words = {
        "finished": tr(
            "The model is ready. Opened beside the original, every view shows what changed; the page Examples has its "
            "mistakes."
        )
        if tuned
        else tr("The model is ready to be opened."),
        "stopped": tr("It can go on from its newest checkpoint at any time, to the same end."),
        "not running": tr("It can be resumed from its newest checkpoint; no step before that is lost."),
        "diverged": tr("A lower learning rate, a longer warm-up or bias correction help as a rule."),
        "out of memory": tr(
            "Smaller batches with more of them a step, or a shorter maximum length, need less."
        ),
        "crashed": tr("Nothing before its newest checkpoint is lost. If it comes again, the log says more."),
    }
    early = f"{run.early} " if run.state == "finished" and run.early else ""
    return early + words.get(run.state, "")


def next_steps(run: Run, *, told: bool = False) -> tuple[Step, ...]:
    """The buttons of a run that is at an end, the likeliest first.

    told  its process has left words on standard error
    """
    return (*_steps(run), *((_details(),) if told and run.state in ("crashed", "not running") else ()))


def _details() -> Step:
    return Step("details", tr("What it wrote…"), tr("The last lines of the process on standard error"))


def _steps(run: Run) -> tuple[Step, ...]:
    if run.trouble:
        return ()
    resume = Step("resume", tr("Resume"), tr("Go on from the newest checkpoint, in a process of its own"))
    if run.kind != "finetune":
        return (resume,) if run.state in ("stopped", "not running", "crashed", "out of memory") else ()
    if run.state == "finished" and run.model:
        return (
            Step("beside", tr("Open beside the original"), tr("Load it, with the original as the reference")),
            Step("save", tr("Save model…"), tr("A folder that transformers opens, with a model card")),
            Step("export", tr("Export predictions…"), tr("Of the dev set, as CSV, Parquet or JSON Lines")),
        )
    if run.state in ("stopped", "not running", "crashed"):
        return (resume,)
    recipe = run.recipe
    if run.state == "diverged" and isinstance(recipe.get("learning_rate"), int | float):
        rate = float(recipe["learning_rate"]) / 3
        words = tr("Set up anew with a third of the rate…")
        return (
            Step(
                "again",
                words,
                tr("A new run like this one, at {rate}", rate=f"{rate:.2g}"),
                {"learning_rate": rate},
            ),
        )
    if run.state == "out of memory" and isinstance(recipe.get("batch_size"), int):
        times = recipe.get("accumulate")
        more = 2 * times if isinstance(times, int) and times > 0 else 2
        words = tr("Set up anew with half a batch at a time…")
        tip = tr("A new run like this one: as many examples a step, in {n} parts", n=more)
        return Step("again", words, tip, {"accumulate": more}), resume
    return ()


class NextSteps(QWidget):
    """The sentence with its buttons beside it, or below where there is no room. wanted(Step) is emitted for a click."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel(self)
        self.words.setProperty("kind", "secondary")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.steps: tuple[Step, ...] = ()
        self.buttons: list[QPushButton] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_run(self, run: Run, *, told: bool = False) -> None:
        """What comes next for this run; told: see `next_steps`."""
        words, steps = next_words(run), next_steps(run, told=told)
        self.setVisible(bool(words or steps))
        if words == self.words.text() and steps == self.steps:
            return
        self.words.setText(words)
        self.steps = steps
        for button in self.buttons:
            button.deleteLater()
        self.buttons = []
        for number, step in enumerate(steps):
            button = QPushButton(step.text, self)
            button.setToolTip(step.tip)
            if number == 0:
                button.setProperty("kind", "primary")
            button.clicked.connect(self._clicked)
            button.show()
            self.buttons.append(button)
        self.updateGeometry()
        self._arrange(self.width())

    @Slot()
    def _clicked(self) -> None:
        button = self.sender()
        for own, step in zip(self.buttons, self.steps, strict=True):
            if own is button:
                self.wanted.emit(step)
                return

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(width, place=False)

    def sizeHint(self) -> QSize:
        return QSize(420, self._arrange(max(420, self.width()), place=False))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 20)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._arrange(self.width()) != self.height():
            self.updateGeometry()  # what was asked before the buttons had their style

    def _arrange(self, width: int, *, place: bool = True) -> int:
        """Put everything in its place; returns the height that is needed."""
        hints = [button.sizeHint() for button in self.buttons]
        row = sum(hint.width() + _GAP for hint in hints)
        high = max((hint.height() for hint in hints), default=0)
        beside = width - row >= 260
        room = width - row if beside else width
        text = self.words.heightForWidth(room) if self.words.text() else 0
        if place:
            top = max(0, (high - text) // 2) if beside else 0
            self.words.setGeometry(QRect(0, top, room, text))
            at = QPoint(room + _GAP if beside else 0, 0 if beside else text + _APART)
            for button, hint in zip(self.buttons, hints, strict=True):
                if not beside and at.x() and at.x() + hint.width() > width:
                    at = QPoint(0, at.y() + high + _APART)
                button.setGeometry(QRect(at, hint))
                at.setX(at.x() + hint.width() + _GAP)
        if beside:
            return max(text, high)
        lines, at_x = (1 if hints else 0), 0
        for hint in hints:
            if at_x and at_x + hint.width() > width:
                lines, at_x = lines + 1, 0
            at_x += hint.width() + _GAP
        return text + lines * (high + _APART)
