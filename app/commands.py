"""What the actions do, on the session."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QMessageBox

from app.places import log_file
from app.session import Session
from app.translation import tr
from app.values import ModelChoice, Problem
from app.views.drawing import widget_drawing
from app.views.figure_metadata import figure_metadata
from app.views.picture_files import WriteError, suggest_name, write_png
from app.window import Window
from bert_core import __version__

TRAINING = "fine-tuning"
"""The window's page with the runs."""


class Commands(QObject):
    """Binds every action of the window that is about the session."""

    def __init__(self, session: Session, window: Window) -> None:
        super().__init__(window)
        self.session, self.window = session, window
        for id_, slot in {
            "open-folder": self.open_folder,
            "open-hub": self.open_hub,
            "open-run": self.open_run,
            "explore": self.show_explorer,
            "fine-tune": self.show_training,
            "save-window": self.save_window,
            "undo": session.undo,
            "redo": session.redo,
            "swap": self.swap,
            "clear": self.clear,
            "unmask": self.unmask,
            "next-layer": self.next_layer,
            "previous-layer": self.previous_layer,
            "next-head": self.next_head,
            "previous-head": self.previous_head,
            "layer-average": self.layer_average,
            "all-average": self.all_average,
            "unpin": session.unpin,
            "log": self.open_log,
            "about": self.about,
        }.items():
            window.bind(id_, slot)
        self.recent_runs = QMenu(tr("Recent training runs"), window)
        window.menus["file"].insertMenu(window.actions_["save-window"], self.recent_runs)
        session.runs.recent_changed.connect(self._fill_recent_runs)
        self._fill_recent_runs(session.runs.recent)
        window.page_changed.connect(self._page_changed)
        window.folder_dropped.connect(self.open_dropped)
        self._page_changed(window.page)

    # Model -------------------------------------------------------------------------------------------------------

    def choose_model(self, source: str) -> None:
        """Load another model where the present one runs."""
        now = self.session.choice or ModelChoice("")
        self.session.request_model(ModelChoice(source, now.device, now.dtype))

    def open_folder(self) -> None:
        """Ask for a folder with a checkpoint."""
        folder = QFileDialog.getExistingDirectory(self.window, tr("Open a model folder"))
        if folder:
            self.choose_model(str(Path(folder)))

    def open_hub(self) -> None:
        """Ask for a hub id."""
        name, good = QInputDialog.getText(
            self.window,
            tr("Load a model by its hub name"),
            tr("A name such as bert-base-uncased; what was fetched before works offline:"),
        )
        if good and name.strip():
            self.choose_model(name.strip())

    # Training runs -----------------------------------------------------------------------------------------------

    def open_run(self) -> None:
        """Ask for the folder of a training run."""
        newest = next(iter(self.session.runs.recent), "")
        folder = QFileDialog.getExistingDirectory(
            self.window, tr("Open a training run"), str(Path(newest).parent) if newest else ""
        )
        if folder:
            self.session.runs.request(str(Path(folder)))

    @Slot(object)
    def open_dropped(self, folder: str) -> None:
        """A folder dropped on the window: a training run, or else a model."""
        if (Path(folder) / "run.json").is_file():
            self.session.runs.request(folder)
        else:
            self.choose_model(folder)

    @Slot(object)
    def _fill_recent_runs(self, folders: tuple[str, ...]) -> None:
        self.recent_runs.clear()
        self.recent_runs.setEnabled(bool(folders))
        for folder in folders:
            action = self.recent_runs.addAction(folder.replace("&", "&&"))
            action.setData(folder)
            action.triggered.connect(self._open_recent_run)

    @Slot()
    def _open_recent_run(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.session.runs.request(action.data())

    def show_explorer(self) -> None:
        """The panels that look into the model."""
        self.window.show_page(None)
        self._page_changed(self.window.page)

    def show_training(self) -> None:
        """The runs: set up, followed, looked into."""
        self.window.show_page(TRAINING)
        self._page_changed(self.window.page)

    @Slot(object)
    def _page_changed(self, page: str | None) -> None:
        self.window.actions_["explore"].setChecked(page is None)
        self.window.actions_["fine-tune"].setChecked(page == TRAINING)

    # Text --------------------------------------------------------------------------------------------------------

    def swap(self) -> None:
        """Sentence B first."""
        scene = self.session.scene
        self.session.read_anew(scene.text_b or "", scene.text_a)

    def clear(self) -> None:
        """No text at all; undo brings it back."""
        self.session.read_anew("", "")

    def unmask(self) -> None:
        """Only what was typed."""
        scene = self.session.scene
        self.session.set_scene(replace(scene, replaced={}))

    # Selection ---------------------------------------------------------------------------------------------------

    def _walk(self, layers: int, heads: int) -> None:
        trace, now = self.session.trace, self.session.selection
        if trace is None:
            return
        all_layers, all_heads = trace.attentions.shape[:2]
        layer = 0 if now.layer is None else (now.layer + layers) % all_layers
        head = 0 if now.head is None else (now.head + heads) % all_heads
        self.session.select_head(layer, head)

    def next_layer(self) -> None:
        """One layer down."""
        self._walk(1, 0)

    def previous_layer(self) -> None:
        """One layer up."""
        self._walk(-1, 0)

    def next_head(self) -> None:
        """The head to the right."""
        self._walk(0, 1)

    def previous_head(self) -> None:
        """The head to the left."""
        self._walk(0, -1)

    def layer_average(self) -> None:
        """The mean over this layer's heads."""
        self.session.select_head(self.session.selection.layer or 0, None)

    def all_average(self) -> None:
        """The mean over everything."""
        self.session.select_head(None, None)

    # Window ------------------------------------------------------------------------------------------------------

    def save_window(self) -> None:
        """Ask where, then save the window as it is."""
        name = suggest_name("attention-explorer", self.session.scene.text_a[:40], suffix=".png")
        path, _ = QFileDialog.getSaveFileName(
            self.window, tr("Save a picture of the window"), name, tr("PNG picture (*.png)")
        )
        if not path:
            return
        try:
            write_png(path, widget_drawing(self.window).to_image(), self.metadata())
        except WriteError as error:
            self.session.set_problem(Problem(str(error)))
        else:
            self.session.notice_given.emit(tr("Saved {path}", path=path))

    def metadata(self) -> dict[str, str]:
        """What a picture of the window carries."""
        software = f"Attention Explorer {__version__}"
        trace, model = self.session.trace, self.session.model
        if trace is None or model is None:
            return {"Software": software}
        return figure_metadata(trace, model.name, Software=software)

    def open_log(self) -> None:
        """Show the folder with the log."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_file().parent)))

    def about(self) -> None:
        """What this is."""
        box = QMessageBox(self.window)
        box.setWindowTitle(tr("About Attention Explorer"))
        box.setText(
            tr(
                "Attention Explorer {version}: a microscope for BERT.\n\nApache License 2.0. Log: {log}",
                version=__version__,
                log=log_file(),
            )
        )
        box.open()
