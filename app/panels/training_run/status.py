"""How a run stands, and the buttons that ask something of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.panels.training_run.words import (
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

_FINE = 1000  # steps of the bar


class RunStatus(QWidget):
    """State, progress, what to do next. The buttons only tell; the panel acts."""

    pause_wanted = Signal()
    resume_wanted = Signal()
    stop_wanted = Signal()
    model_wanted = Signal()
    folder_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self.state = QLabel()
        self.state.setFont(font("bold"))
        self.words = QLabel()
        self.words.setProperty("kind", "secondary")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setMinimumWidth(1)
        self.pause = QPushButton(tr("Pause"))
        self.stop = QPushButton(tr("Stop…"))
        self.model = QPushButton(tr("Open checkpoint"))
        self.folder = QPushButton(tr("Show folder"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.state)
        row.addWidget(self.words, 1)
        for button in (self.pause, self.stop, self.model, self.folder):
            row.addWidget(button)
        self.bar = QProgressBar()
        self.bar.setRange(0, _FINE)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress of the run"))
        self.line = QLabel()
        self.line.setTextFormat(Qt.TextFormat.PlainText)
        self.line.setMinimumWidth(1)
        self.remarks = QLabel()
        self.remarks.setProperty("kind", "warning")
        self.remarks.setTextFormat(Qt.TextFormat.PlainText)
        self.remarks.setWordWrap(True)
        self.remarks.setMinimumWidth(1)
        self.remarks.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.resume = QWidget()
        resume = QHBoxLayout(self.resume)
        resume.setContentsMargins(0, 0, 0, 0)
        resume.setSpacing(8)
        self.command = QLineEdit()
        self.command.setReadOnly(True)
        self.command.setFont(font("mono-small"))
        self.command.setAccessibleName(tr("The command that resumes the run"))
        copy = QPushButton(tr("Copy"))
        copy.clicked.connect(self._copy)
        copy.setAccessibleName(tr("Copy the command that resumes the run"))
        resume.addWidget(QLabel(tr("Resume with")))
        resume.addWidget(self.command, 1)
        resume.addWidget(copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.bar)
        column.addWidget(self.line)
        column.addWidget(self.remarks)
        column.addWidget(self.resume)
        self.pause.clicked.connect(self._pause_or_resume)
        self.stop.clicked.connect(self.stop_wanted)
        self.model.clicked.connect(self.model_wanted)
        self.folder.clicked.connect(self.folder_wanted)

    def show_run(self, run: Run) -> None:
        """Show how this run stands now."""
        self._run = run
        self.tell_time()
        self.bar.setVisible(run.progress is not None)
        self.bar.setValue(round(_FINE * (run.progress or 0.0)))
        self.line.setText(progress_line(run))
        self.line.setVisible(bool(self.line.text()))
        self.remarks.setText(remarks(run))
        self.remarks.setVisible(bool(self.remarks.text()))
        self.resume.setVisible(can_be_resumed(run) and bool(run.command))
        if self.command.text() != run.command:
            self.command.setText(run.command)
            self.command.setCursorPosition(0)
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
        self.state.setStyleSheet(f"color: {colour}")
        self.words.setText("  ·  ".join(part for part in (last_word(run), explanation(run)) if part))
        self.words.setToolTip(explanation(run))

    def _show_buttons(self, run: Run) -> None:
        waiting = run.wish == "pause" or run.state == "paused"
        self.pause.setText(tr("Resume") if waiting else tr("Pause"))
        nobody = tr("Nobody trains this run at present.")
        listens = run.alive and run.wish != "stop"
        self.pause.setEnabled(listens)
        self.pause.setToolTip(
            nobody
            if not run.alive
            else tr("Go on from here.")
            if waiting
            else tr("Wait after the present step.")
        )
        self.stop.setEnabled(listens)
        self.stop.setToolTip(tr("End the run after a checkpoint.") if run.alive else nobody)
        path = run.model or run.checkpoint
        self.model.setEnabled(path is not None and not run.trouble)
        self.model.setText(tr("Open model") if run.model else tr("Open checkpoint"))
        self.model.setToolTip(
            tr("There is no complete checkpoint yet.")
            if path is None
            else tr("Explore the model in {folder}", folder=path)
        )

    def _pause_or_resume(self) -> None:
        run = self._run
        if run is not None and (run.wish == "pause" or run.state == "paused"):
            self.resume_wanted.emit()
        else:
            self.pause_wanted.emit()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command.text())
