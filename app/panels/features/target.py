"""Where features go, and in which format: the two say the same of a file's name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.translation import tr
from app.views.choice import Choice
from app.views.picture_files import suggest_name
from bert_core.queries_features import FORMATS


class Target(QWidget):
    """A line with the path, a button to look for one, and the format. `changed` after every change."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own = False  # a person has named the file
        self.line = QLineEdit()
        self.line.setAccessibleName(tr("File to save the features in"))
        self.line.setToolTip(tr("The whole path; its ending decides the format"))
        self.browse = QPushButton(tr("Choose…"))
        self.browse.setToolTip(tr("Choose a folder and a name"))
        self.browse.setAccessibleName(tr("Choose where to save the features"))
        self.format = Choice(
            tr("Format"),
            tr("Parquet: a table, a row a text. NPZ and safetensors: arrays, and where each text begins"),
        )
        self.format.set_names([tr("Parquet"), tr("NPZ"), tr("safetensors")])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)
        row.addWidget(self.format)
        self.line.textEdited.connect(self._edited)
        self.browse.clicked.connect(self.ask)
        self.format.chosen.connect(self._format_chosen)

    @property
    def path(self) -> Path:
        """What the line says."""
        text = self.line.text().strip()
        try:
            return Path(text).expanduser()
        except RuntimeError:  # of a user who is not known
            return Path(text)

    def problem(self) -> str:
        """What is wrong with the name; empty where nothing is."""
        path = self.path
        if not self.line.text().strip():
            return tr("Say where the features are to go.")
        if path.suffix.lower() not in FORMATS:
            return tr("The name must end in {formats}.", formats=", ".join(FORMATS))
        if not path.is_absolute():
            return tr("Give the whole path, or choose a folder.")
        try:
            if path.is_dir():
                return tr("{path} is a folder. Choose another name.", path=path)
            if not path.parent.is_dir():
                return tr("There is no folder {path}. Choose one that is there.", path=path.parent)
        except OSError as error:
            return tr("{path}: {why}.", path=path.parent, why=error.strerror)
        return ""

    def set_path(self, path: Path) -> None:
        """From now on this one."""
        self._own = True
        self._show(path)

    def suggest(self, texts: Path, *, beside: bool) -> None:
        """Name the file after that with the texts, and put it beside that one, unless a person has named it."""
        if self._own:
            return
        suffix = FORMATS[max(0, self.format.currentIndex())]
        folder = texts.parent if beside else _documents()
        self._show(folder / suggest_name(texts.stem, "features", suffix=suffix))

    @Slot()
    def ask(self) -> None:
        """Ask for folder and name; whether one that is there is to be replaced is asked at the start."""
        names = {
            tr("Parquet table (*.parquet)"): ".parquet",
            tr("NumPy arrays (*.npz)"): ".npz",
            tr("safetensors (*.safetensors)"): ".safetensors",
        }
        first = list(names)[max(0, self.format.currentIndex())]
        chosen, kind = QFileDialog.getSaveFileName(
            self,
            tr("Save features"),
            self.line.text(),
            ";;".join(names),
            first,
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.lower() not in FORMATS:
            path = path.with_name(path.name + names.get(kind, FORMATS[0]))
        self.set_path(path)

    def _show(self, path: Path) -> None:
        self.line.setText(str(path))
        self._follow()

    @Slot(str)
    def _edited(self, _: str) -> None:
        self._own = True
        self._follow()

    def _follow(self) -> None:
        """The format is what the ending says."""
        suffix = self.path.suffix.lower()
        if suffix in FORMATS:
            self.format.setCurrentIndex(FORMATS.index(suffix))
        self.changed.emit()

    @Slot(object)
    def _format_chosen(self, index: int) -> None:
        path = self.path
        if not path.name:
            return
        known = path.suffix.lower() in FORMATS
        name = (path.stem if known else path.name) + FORMATS[index]
        self.line.setText(str(path.with_name(name)))
        self.changed.emit()


def _documents() -> Path:
    """The person's documents, or home."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(folder) if folder and Path(folder).is_dir() else Path.home()
