"""Which model is tuned: one that comes with the program, one that was open lately, or a folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.file_questions.data import BaseFacts
from app.panels.fine_tuning.setup.making import Unwheeled, line, say
from app.translation import tr
from app.values import Catalogue, ModelChoice
from app.views.amounts import amount


class ModelPart(QWidget):
    """changed() is emitted when another model is chosen."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = Catalogue()
        self._current = ""
        self._chosen = ""  # by a person; empty: the one that is open
        self.facts: BaseFacts | None = None
        self._calm = Unwheeled(self)
        self.combo = QComboBox()
        self.combo.setAccessibleName(tr("Base model"))
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(10)
        self._calm.calm(self.combo)
        self.folder = QPushButton(tr("Folder…"))
        self.folder.setToolTip(tr("A folder with config.json, a vocabulary and weights"))
        self.note = line()
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.combo, 1)
        row.addWidget(self.folder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.note)
        self.combo.activated.connect(self._activated)
        self.folder.clicked.connect(self.ask_folder)

    @property
    def source(self) -> str:
        """What is chosen: a built-in name, an absolute folder, a hub id; empty where nothing is."""
        return self._chosen or self._current

    @property
    def name(self) -> str:
        """In a few letters."""
        return ModelChoice(self.source).name

    def set_catalogue(self, catalogue: Catalogue) -> None:
        """Offer these."""
        self._catalogue = catalogue
        self._fill()

    def set_current(self, source: str) -> None:
        """The model that is open: it is taken where a person has chosen none."""
        before = self.source
        self._current = _absolute(source)
        self._fill()
        if self.source != before:
            self.changed.emit()

    def choose(self, source: str) -> None:
        """Take this model."""
        source = _absolute(source)
        if source and source != self.source:
            self._chosen = source
            self._fill()
            self.changed.emit()

    def show_facts(self, facts: BaseFacts | None, problem: str = "") -> None:
        """Say what the chosen model is; None: it is not on this machine."""
        self.facts = facts
        if problem:
            say(self.note, problem, "error")
        elif facts is None:
            say(self.note, tr("Not on this machine yet: it is fetched when the run begins."), "warning")
        else:
            words = tr(
                "{layers} layers × {heads} heads, hidden size {hidden}, about {n} weights.",
                layers=facts.layers,
                heads=facts.heads,
                hidden=facts.hidden,
                n=amount(facts.parameters, 2),
            )
            if facts.parameters > 5e7:
                words += " " + tr("Without a GPU a run takes long, and some gigabytes of memory.")
            say(self.note, words)

    @Slot()
    def ask_folder(self) -> None:
        """Ask for a model's folder."""
        near = self.source if Path(self.source).is_dir() else ""
        if path := QFileDialog.getExistingDirectory(self, tr("A model’s folder"), near):
            self.choose(path)

    def _fill(self) -> None:
        known = self._catalogue
        sources = [self._current, *known.builtin, *known.recent, self._chosen]
        self.combo.clear()
        for source in dict.fromkeys(_absolute(each) for each in sources if each):
            name = ModelChoice(source).name
            if source == self._current:
                name = tr("{name} (open)", name=name)
            elif source in known.builtin:
                name = tr("{name} (built in)", name=name)
            self.combo.addItem(name, source)
            self.combo.setItemData(self.combo.count() - 1, source, Qt.ItemDataRole.ToolTipRole)
        self.combo.setCurrentIndex(self.combo.findData(self.source))
        self.combo.setToolTip(self.source)

    @Slot(int)
    def _activated(self, _: int) -> None:
        self.choose(self.combo.currentData())


def _absolute(source: str) -> str:
    """A folder wherever the program is; anything else as it is."""
    looks_like_path = any(sign in source for sign in "/\\.") and Path(source).expanduser().is_dir()
    return str(Path(source).expanduser().absolute()) if looks_like_path else source
