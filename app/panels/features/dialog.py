"""Asks which hidden states of which texts to save, and saves them while the window stays usable."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.panels.common_job import Job
from app.panels.features import words
from app.panels.features.explanation import explanation
from app.panels.features.target import Target
from app.panels.features.texts import FeatureTexts
from app.panels.features.ticks import FeatureTicks
from app.session import Session
from app.theme import font
from app.translation import tr
from app.values import Problem
from app.views.help_button import HelpButton
from app.views.read_out import ReadOut
from bert_core.info import ModelInfo
from bert_core.queries_features import CountTexts, SavedFeatures, SaveFeatures, TextCount

_FINE = 1000  # steps of the bar
_WIDTH = 640

_WISHES = count(1)


class FeaturesDialog(QDialog):
    """Not modal. Closed while it saves, it goes on, and says in the window how it ended.

    saving    the file on its way
    counting  how much text there is
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.saving, self.counting = Job(session, self), Job(session, self)
        self._replacing: QMessageBox | None = None
        self.setWindowTitle(tr("Save features of a text file"))
        self.setModal(False)
        self._build()
        self.texts.chosen.connect(self._texts_chosen)
        self.ticks.changed.connect(self._show_form)
        self.target.changed.connect(self._show_form)
        self.start_button.clicked.connect(self.start)
        self.cancel_button.clicked.connect(self.cancel)
        self.close_button.clicked.connect(self.close)
        self.folder_button.clicked.connect(self.show_folder)
        self.saving.changed.connect(self._saving_changed)
        self.counting.changed.connect(self._show_form)
        session.model_changed.connect(self._model_changed)
        self._take_model(session.model)
        self.target.suggest(self.texts.path, beside=False)
        self._saving_changed()

    def _build(self) -> None:
        self.texts = FeatureTexts()
        self.count_line = _line("secondary")
        self.ticks = FeatureTicks()
        self.meaning = _line("secondary")
        self.meaning.setText(
            tr(
                "Mean: over the text's own pieces, without the [CLS] and [SEP] that are added; NaN where a text has "
                "none. Mean of all: with them. Sum of all layers: without the embeddings, layer 0."
            )
        )
        self.target = Target()
        self.size_line = _line("secondary")
        self.model_line = _line("secondary")
        self.form = QWidget()
        form = QVBoxLayout(self.form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(8)
        heading = QHBoxLayout()
        heading.addWidget(_heading(tr("Features"), self.ticks.layer_boxes[0]))
        heading.addStretch(1)
        self.help_button = HelpButton(explanation())
        heading.addWidget(self.help_button)
        for part in (
            *(_heading(tr("Texts"), self.texts), self.texts, self.count_line, _rule()),
            *(heading, self.ticks, self.meaning, _rule()),
            *(
                _heading(tr("Save as"), self.target.line),
                self.target,
                self.size_line,
                _rule(),
                self.model_line,
            ),
        ):
            if isinstance(part, QWidget):
                form.addWidget(part)
            else:
                form.addLayout(part)
        self.bar = QProgressBar()
        self.bar.setRange(0, _FINE)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress: {name}", name=self.windowTitle()))
        self.how_far = ReadOut(name=tr("How far it is"))
        self.end = _line("small")
        self.end.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.end.setAccessibleName(tr("What became of it"))
        self.folder_button = QPushButton(tr("Show in folder"))
        self.folder_button.setToolTip(tr("Open the folder with the file"))
        self.cancel_button = QPushButton(tr("Cancel"))
        self.cancel_button.setToolTip(tr("Stop; nothing is left of the file"))
        self.start_button = QPushButton(tr("Start"))
        self.start_button.setProperty("kind", "primary")
        self.start_button.setDefault(True)
        self.close_button = QPushButton(tr("Close"))
        for button in (self.folder_button, self.cancel_button, self.close_button):
            button.setAutoDefault(False)
        self.target.browse.setAutoDefault(False)
        self.ticks.more.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.folder_button)
        buttons.addStretch(1)
        for button in (self.close_button, self.cancel_button, self.start_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.form)
        for widget in (self.bar, self.how_far, self.end):
            column.addWidget(widget)
        column.addStretch(1)
        column.addLayout(buttons)
        self.setMinimumWidth(_WIDTH)

    # What a person does ------------------------------------------------------------------------------------------

    @Slot()
    def bring(self) -> None:
        """Show it, in front of the window."""
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot()
    def start(self) -> None:
        """Begin, unless there is a file of that name: then a person is asked first."""
        if not self.start_button.isEnabled():
            return
        path = self.target.path
        if path.exists():
            self._ask_replacing(path)
        else:
            self._begin()

    @Slot()
    def cancel(self) -> None:
        """Stop; nothing is left."""
        self.saving.cancel()

    @Slot()
    def show_folder(self) -> None:
        """Where the file is."""
        saved = self.saving.value
        if isinstance(saved, SavedFeatures):
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(saved.written.path.parent)))

    @property
    def replacing(self) -> QMessageBox | None:
        """The question whether a file is to be replaced, while it is open."""
        return self._replacing

    def _ask_replacing(self, path: Path) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.windowTitle())
        box.setIcon(QMessageBox.Icon.Question)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(tr("{name} is there already, in {folder}.", name=path.name, folder=path.parent))
        box.setInformativeText(tr("It is replaced once the new file is whole."))
        replace = box.addButton(tr("Replace it"), QMessageBox.ButtonRole.AcceptRole)
        keep = box.addButton(tr("Keep it"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        replace.clicked.connect(self._begin)
        box.finished.connect(self._asked)
        self._replacing = box
        box.open()

    @Slot()
    def _asked(self) -> None:
        self._replacing = None

    @Slot()
    def _begin(self) -> None:
        model = self._session.model
        if model is None or self.saving.state == "running":
            return
        self.counting.cancel()
        self.saving.start(
            SaveFeatures(
                self.texts.source(),
                self.ticks.features(),
                str(self.target.path),
                *(model.model_id, model.device, model.dtype),
                next(_WISHES),
            )
        )

    # What comes of it --------------------------------------------------------------------------------------------

    @Slot(object)
    def _model_changed(self, model: ModelInfo | None) -> None:
        query = self.saving.query
        if isinstance(query, SaveFeatures):
            self.saving.fail(words.model_words(Path(query.path)))
        self._take_model(model)

    def _take_model(self, model: ModelInfo | None) -> None:
        if model is not None:
            self.ticks.set_depth(model.config.num_hidden_layers)
        self._count()

    @Slot()
    def _texts_chosen(self) -> None:
        self.target.suggest(self.texts.path, beside=not self.texts.is_built_in)
        self._count()

    def _count(self) -> None:
        """Count the texts anew, unless nobody looks."""
        if self.isVisible() and self._session.model is not None and self.saving.state != "running":
            self.counting.forget()
            self.counting.start(CountTexts(self.texts.source()))
        else:
            self.counting.cancel()
            self._show_form()

    @Slot()
    def _saving_changed(self) -> None:
        saving = self.saving
        running = saving.state == "running"
        self.form.setEnabled(not running)
        self.bar.setVisible(running)
        self.how_far.setVisible(running)
        self.cancel_button.setVisible(running)
        self.start_button.setVisible(not running)
        if running:
            share = words.share_of(saving.progress)
            self.bar.setRange(0, 0 if share is None else _FINE)
            self.bar.setValue(0 if share is None else round(_FINE * share))
            self.how_far.set_text(words.progress_words(saving.progress))
        self._show_end()
        self._show_form()
        if not running and saving.state != "idle":
            self._count_again()
            if not self.isVisible():
                self._tell()

    def _show_end(self) -> None:
        saving, model = self.saving, self._session.model
        query = saving.query
        said, kind = "", "small"
        if saving.state == "done" and isinstance(saving.value, SavedFeatures):
            longest = model.max_length if model is not None else 0
            said = f"{saving.value.written.path}\n{words.saved_words(saving.value, longest)}"
        elif saving.state == "failed":
            said, kind = saving.failure, "error"
        elif saving.state == "cancelled" and isinstance(query, SaveFeatures):
            said = words.cancelled_words(Path(query.path))
        self.end.setText(_drawable(said))
        _dress(self.end, kind)
        self.end.setVisible(bool(said))
        self.folder_button.setVisible(saving.state == "done")

    def _count_again(self) -> None:
        """Where the beginning of the work cut the counting off."""
        if self.counting.state == "cancelled":
            self._count()

    def _tell(self) -> None:
        """In the window, for the dialog is closed."""
        saving = self.saving
        if isinstance(saving.value, SavedFeatures):
            self._session.notice_given.emit(words.notice_words(saving.value))
        elif saving.state == "failed":
            self._session.set_problem(Problem(saving.failure), lasting=True)

    @Slot()
    def _show_form(self) -> None:
        """Say how much text there is, how large the file will be, and what is still missing."""
        model, counted = self._session.model, self.counting
        count = counted.value if counted.state == "done" and isinstance(counted.value, TextCount) else None
        self._show_model(model)
        if counted.state == "failed":
            _say(self.count_line, counted.failure, "error")
        elif model is None or counted.state in ("idle", "cancelled"):
            _say(self.count_line, "", "secondary")
        elif count is not None:
            _say(self.count_line, words.count_words(count, model.max_length), "secondary")
        else:
            _say(self.count_line, words.counting_words(counted.progress), "secondary")
        problem = self.target.problem()
        if not problem and not self.ticks.features():
            problem = tr("Tick at least one feature.")
        if problem:
            _say(self.size_line, problem, "warning")
        elif model is not None and count is not None:
            self._show_size(model, count)
        elif counted.state == "running":
            _say(self.size_line, tr("How large it will be is said once the texts are counted."), "secondary")
        else:
            _say(self.size_line, "", "secondary")
        good = not problem and model is not None and counted.state != "failed"
        self.start_button.setEnabled(good and self.saving.state != "running")
        self._fit()

    def _fit(self) -> None:
        """High enough for all that is said; Qt does not count the lines of text that is wrapped."""
        layout = self.layout()
        needed = layout.totalHeightForWidth(self.width()) if layout is not None else 0
        if needed > self.height():
            self.resize(self.width(), needed)

    def _show_size(self, model: ModelInfo, counted: TextCount) -> None:
        features = self.ticks.features()
        said = words.size_words(features, model, counted)
        free = _free(self.target.path.parent)
        if free is not None and words.size_of(features, model, counted) > free:
            said = tr("{said}. Only {free} are free there.", said=said, free=words.amount(free))
            _say(self.size_line, said, "warning")
        else:
            _say(self.size_line, said, "secondary")

    def _show_model(self, model: ModelInfo | None) -> None:
        if model is None:
            _say(self.model_line, tr("No model is loaded yet."), "warning")
            return
        said = tr(
            "By {model} as it is: {layers} layers, {hidden} numbers a vector, {device}, {dtype}. What you changed in "
            "its reading, such as heads that are off, hidden pieces or replaced ones, does not count here.",
            model=model.name,
            layers=model.config.num_hidden_layers,
            hidden=model.config.hidden_size,
            device=model.device.upper() if model.device == "cpu" else model.device,
            dtype=model.dtype,
        )
        _say(self.model_line, said, "secondary")

    # Being seen --------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """The file may have been written to since."""
        super().showEvent(event)
        self._count()

    def hideEvent(self, event: QHideEvent) -> None:
        """Counting costs nothing while nobody looks; what is being saved goes on."""
        super().hideEvent(event)
        self.counting.cancel()
        if self.saving.state == "running":
            self._session.notice_given.emit(
                tr("Features are still being saved; File, Save features of a text file… shows how far")
            )


def _heading(text: str, buddy: QWidget) -> QLabel:
    made = QLabel(text)
    made.setFont(font("bold"))
    made.setBuddy(buddy)
    return made


def _line(kind: str) -> QLabel:
    made = QLabel()
    made.setProperty("kind", kind)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    return made


def _rule() -> QFrame:
    made = QFrame()
    made.setProperty("kind", "line")
    made.setFixedHeight(1)
    return made


def _say(label: QLabel, text: str, kind: str) -> None:
    label.setText(_drawable(text))
    _dress(label, kind)


def _dress(label: QLabel, kind: str) -> None:
    if label.property("kind") != kind:
        label.setProperty("kind", kind)
        label.style().polish(label)


def _drawable(text: str) -> str:
    """Lone surrogates, as in the name of a file that is not UTF-8, would vanish on the way to Qt: written out."""
    return text.encode(errors="backslashreplace").decode()


def _free(folder: Path) -> int | None:
    """Bytes; None where that is not to be had."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None
