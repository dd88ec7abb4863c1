"""How a run stands, and the buttons that ask something of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.panels.fine_tuning.live.next_steps import NextSteps
from app.panels.fine_tuning.live.words import (
    can_be_resumed,
    explanation,
    last_word,
    progress_line,
    remarks,
    state_word,
)
from app.run_values import Run
from app.theme import font, theme
from app.translation import tr
from app.views.elided_label import ElidedLabel

_FINE = 1000  # steps of the bar


class RunStatus(QWidget):
    """State, progress, what to do next. The buttons only tell; the page acts."""

    pause_wanted = Signal()
    go_on_wanted = Signal()
    stop_wanted = Signal()
    step_wanted = Signal(object)  # Step: of `next`
    asked = Signal(
        object
    )  # str: what the menu has: explore, beside, save, export, again, folder, delete, forget

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self.state = QLabel()
        self.state.setFont(font("bold"))
        self.words = ElidedLabel()
        self.words.setProperty("kind", "secondary")
        self.pause = QPushButton(tr("Pause"))
        self.stop = QPushButton(tr("Stop…"))
        self.model = QPushButton(tr("Open checkpoint"))
        self.more = QToolButton()
        self.more.setText(tr("More") + "  ▾")
        self.more.setToolTip(tr("What else can be done with this run"))
        self.more.setAccessibleName(tr("What else can be done with this run"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.more)
        self.menu.setToolTipsVisible(True)
        self.actions_ = {
            name: self._action(name, text)
            for name, text in (
                ("beside", tr("Open beside the original")),
                ("save", tr("Save model…")),
                ("export", tr("Export predictions…")),
                ("again", tr("Set up another like it…")),
                ("command", tr("Copy the command that resumes it")),
                ("folder", tr("Show folder")),
                ("forget", tr("Take out of the list")),
                ("delete", tr("Delete run…")),
            )
        }
        self.menu.insertSeparator(self.actions_["again"])
        self.menu.insertSeparator(self.actions_["folder"])
        self.more.setMenu(self.menu)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.state)
        row.addWidget(self.words, 1)
        for button in (self.pause, self.stop, self.model, self.more):
            row.addWidget(button)
        self.bar = QProgressBar()
        self.bar.setRange(0, _FINE)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress of the run"))
        self.line = ElidedLabel()
        self.remarks = QLabel()
        self.remarks.setProperty("kind", "warning")
        self.remarks.setTextFormat(Qt.TextFormat.PlainText)
        self.remarks.setWordWrap(True)
        self.remarks.setMinimumWidth(1)
        self.remarks.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.next = NextSteps()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        for widget in (self.bar, self.line, self.remarks, self.next):
            column.addWidget(widget)
        self.pause.clicked.connect(self._pause_or_go_on)
        self.stop.clicked.connect(self.stop_wanted)
        self.model.clicked.connect(self._explore)
        self.next.wanted.connect(self.step_wanted)

    def _action(self, name: str, text: str) -> QAction:
        action = self.menu.addAction(text)
        action.setData(name)
        action.triggered.connect(self._chosen)
        return action

    @Slot()
    def _chosen(self) -> None:
        action = self.sender()
        if not isinstance(action, QAction):
            return
        if action.data() == "command":
            self.copy_command()
        else:
            self.asked.emit(action.data())

    def show_run(self, run: Run, *, told: bool = False) -> None:
        """Show how this run stands now; told: its process has left words on standard error."""
        self._run = run
        self.tell_time()
        over = run.state in ("finished", "stopped", "diverged", "out of memory", "crashed")
        self.bar.setVisible(run.progress is not None and not over)
        self.bar.setValue(round(_FINE * (run.progress or 0.0)))
        self.line.setText(progress_line(run))
        self.line.setVisible(bool(self.line.text()))
        self.remarks.setText(remarks(run))
        self.remarks.setVisible(bool(self.remarks.text()))
        self.next.show_run(run, told=told)
        self._show_buttons(run)

    def tell_time(self) -> None:
        """Say anew how long ago it was heard of."""
        run = self._run
        if run is None:
            return
        word, look = state_word(run)
        colours = theme()
        colour = {
            "good": colours.accent,
            "plain": colours.text,
            "warning": colours.warning,
            "error": colours.error,
        }[look]
        self.state.setText(word)
        if (
            self.state.property("colour") != colour
        ):  # a style sheet is costly, and this is called every second
            self.state.setProperty("colour", colour)
            self.state.setStyleSheet(f"color: {colour}")
        self.words.setText("  ·  ".join(part for part in (last_word(run), explanation(run)) if part))

    def _show_buttons(self, run: Run) -> None:
        waiting = run.wish == "pause" or run.state == "paused"
        self.pause.setText(tr("Go on") if waiting else tr("Pause"))
        listens = run.alive and run.wish != "stop"
        for button in (self.pause, self.stop):
            button.setVisible(run.alive)
            button.setEnabled(listens)
        self.pause.setToolTip(tr("Go on from here.") if waiting else tr("Wait after the present step."))
        self.stop.setToolTip(tr("End the run after a checkpoint; it can be resumed later."))
        path = run.model or run.checkpoint
        there = path is not None and not run.trouble
        self.model.setEnabled(there)
        self.model.setText(tr("Open model") if run.model else tr("Open checkpoint"))
        self.model.setToolTip(
            tr("There is no complete checkpoint yet.")
            if path is None
            else tr("Explore the model in {folder}", folder=path)
        )
        tuned = run.kind == "finetune"
        for name, shown in (("beside", tuned), ("save", tuned), ("export", tuned), ("again", tuned)):
            self.actions_[name].setVisible(shown)
        for name in ("beside", "save"):
            self.actions_[name].setEnabled(there)
        self.actions_["export"].setEnabled(bool(run.evaluated or run.seeds) and not run.trouble)
        self.actions_["command"].setEnabled(can_be_resumed(run) and bool(run.command))
        self.actions_["command"].setToolTip(run.command)
        self.actions_["folder"].setEnabled(not run.trouble)
        self.actions_["delete"].setEnabled(not run.alive and not run.trouble)

    @Slot()
    def _pause_or_go_on(self) -> None:
        run = self._run
        if run is not None and (run.wish == "pause" or run.state == "paused"):
            self.go_on_wanted.emit()
        else:
            self.pause_wanted.emit()

    @Slot()
    def _explore(self) -> None:
        self.asked.emit("explore")

    @Slot()
    def copy_command(self) -> None:
        """What is to be typed in a terminal so that the run goes on."""
        if self._run is not None:
            QGuiApplication.clipboard().setText(self._run.command)
