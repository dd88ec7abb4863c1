"""Questions that a person answers before something is done to a run, and what its process wrote."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from app.run_values import Run
from app.translation import tr
from app.tuning import TuningEnd


def ask_stop(parent: QWidget, run: Run, do: Callable[[], None]) -> None:
    """Nothing is lost, but whoever started it may count on it."""
    further = tr("It writes a checkpoint and ends. It can be resumed later.")
    _ask(parent, tr("Stop the run"), tr("Stop {name}?", name=run.name), further, tr("Let it train"), do)


def ask_delete(parent: QWidget, run: Run, do: Callable[[], None]) -> None:
    """That cannot be undone."""
    further = tr(
        "Its folder is removed from the disk with its checkpoints and its model:\n{folder}", folder=run.folder
    )
    _ask(parent, tr("Delete the run"), tr("Delete {name}?", name=run.name), further, tr("Keep it"), do)


def show_details(parent: QWidget, run: Run, end: TuningEnd) -> None:
    """What the run's process wrote last on standard error."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(tr("What the run wrote"))
    box.setText(end.ending.message or tr("{name} ended without a word.", name=run.name))
    box.setInformativeText(tr("The last lines on standard error can be unfolded and copied."))
    box.setDetailedText(end.details)
    box.open()


def _ask(parent: QWidget, title: str, question: str, further: str, no: str, do: Callable[[], None]) -> None:
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(title)
    box.setText(question)
    box.setInformativeText(further)
    yes = box.addButton(title, QMessageBox.ButtonRole.AcceptRole)
    box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    yes.clicked.connect(do)
    box.open()
