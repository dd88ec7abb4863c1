"""What every picture can do: be copied, or saved as PNG, SVG or PDF; its numbers copied, saved as CSV, or read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, QStandardPaths, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from app.translation import tr
from app.views.drawing import Drawing
from app.views.picture_files import WriteError, suggest_name, write_csv, write_picture
from app.views.table_dialog import TableDialog
from app.views.tables import Table, csv_text


class PictureActions(QObject):
    """The actions of one picture, for a menu, a button or the command list.

    `drawing`, `table` and `metadata` are asked only when an action runs; `name` is what the file is called
    after (without suffix). `saved` carries the path written, `failed` a sentence fit to be shown.
    """

    saved = Signal(object)
    failed = Signal(object)

    _folder: Path | None = None  # where the last file went, shared by all pictures
    _suffix = ".png"  # what the last picture was saved as

    def __init__(
        self,
        parent: QWidget,
        *,
        drawing: Callable[[], Drawing],
        table: Callable[[], Table],
        metadata: Callable[[], Mapping[str, str]] = dict,
        name: Callable[[], str] = str,
    ) -> None:
        super().__init__(parent)
        self._widget = parent
        self._drawing, self._table, self._metadata, self._name = drawing, table, metadata, name
        self._hidden: list[QAction] | None = None  # what could be done before the picture was hidden
        self.copy_picture = self._action(tr("Copy picture"), self.to_clipboard)
        self.save_picture = self._action(tr("Save picture as PNG, SVG or PDF…"), self.ask_picture)
        self.copy_numbers = self._action(tr("Copy numbers (CSV)"), self.numbers_to_clipboard)
        self.save_numbers = self._action(tr("Save numbers as CSV…"), self.ask_numbers)
        self.show_numbers = self._action(tr("Show numbers as table"), self.show_table)

    @property
    def actions(self) -> tuple[QAction, ...]:
        return (
            self.copy_picture,
            self.save_picture,
            self.copy_numbers,
            self.save_numbers,
            self.show_numbers,
        )

    def set_enabled(self, enabled: bool) -> None:
        """Off while there is nothing to copy."""
        for action in self.actions:
            action.setEnabled(enabled)

    def set_seen(self, seen: bool) -> None:
        """Off while the picture is hidden, since it may be of something older; then as before."""
        if not seen and self._hidden is None:
            self._hidden = [action for action in self.actions if action.isEnabled()]
            self.set_enabled(False)
        elif seen and self._hidden is not None:
            for action in self._hidden:
                action.setEnabled(True)
            self._hidden = None

    def add_to(self, menu: QMenu) -> None:
        """Append them, pictures and numbers parted."""
        menu.addActions([self.copy_picture, self.save_picture])
        menu.addSeparator()
        menu.addActions([self.copy_numbers, self.save_numbers, self.show_numbers])

    def install(self) -> None:
        """Make them the context menu of the widget."""
        self._widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._widget.customContextMenuRequested.connect(self._show_menu)

    def to_clipboard(self) -> None:
        """Copy the picture."""
        QGuiApplication.clipboard().setImage(self._drawing().to_image())

    def numbers_to_clipboard(self) -> None:
        """Copy the numbers as text."""
        # Not as QMimeData of our own: what Qt drops after Python has ended must not belong to Python.
        QGuiApplication.clipboard().setText(csv_text(*self._table()))

    def show_table(self) -> None:
        """Show the numbers in a window of their own; they stay as they are now."""
        TableDialog(
            self._metadata().get("Title") or self.objectName(), self._table(), self._widget
        ).open_beside()

    def save_picture_to(self, path: Path) -> None:
        """Write the picture there, as its suffix says; `saved` or `failed` follows."""
        self._save(path, lambda: write_picture(path, self._drawing(), self._metadata()))

    def save_numbers_to(self, path: Path) -> None:
        """Write the numbers there; `saved` or `failed` follows."""
        self._save(path, lambda: write_csv(path, *self._table()))

    def ask_picture(self) -> None:
        """Ask where and as what, then write the picture."""
        kinds = {
            ".png": tr("PNG picture (*.png)"),
            ".svg": tr("SVG drawing (*.svg)"),
            ".pdf": tr("PDF document (*.pdf)"),
        }
        path = self._ask(tr("Save picture"), kinds, PictureActions._suffix)
        if path is not None:
            PictureActions._suffix = path.suffix.casefold()
            self.save_picture_to(path)

    def ask_numbers(self) -> None:
        """Ask where, then write the numbers."""
        if (path := self._ask(tr("Save numbers"), {".csv": tr("CSV table (*.csv)")}, ".csv")) is not None:
            self.save_numbers_to(path)

    def _action(self, text: str, slot: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(slot)
        return action

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self._widget)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.add_to(menu)
        menu.popup(self._widget.mapToGlobal(place))

    def _ask(self, title: str, kinds: Mapping[str, str], suffix: str) -> Path | None:
        """A path with a suffix of `kinds` (which says what each is called); None: called off."""
        folder = PictureActions._folder or Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation) or Path.home()
        )
        proposed = folder / suggest_name(self._name(), suffix=suffix)
        chosen, kind = QFileDialog.getSaveFileName(
            self._widget, title, str(proposed), ";;".join(kinds.values()), kinds[suffix]
        )
        if not chosen:
            return None
        by_kind = next((own for own, words in kinds.items() if words == kind), suffix)
        path = Path(chosen)
        written = path.suffix.casefold()
        if written not in kinds:
            path = path.with_name(path.name + by_kind)
        elif (
            by_kind != suffix and written == suffix
        ):  # another kind was chosen, the proposed name left as it was
            path = path.with_suffix(by_kind)
        if path != Path(chosen) and path.exists() and not self._may_replace(path):
            return None
        return path

    def _may_replace(self, path: Path) -> bool:
        """The dialog asked about the name as it was typed, not about this one."""
        question = tr("{name} is there already. Replace it?", name=path.name)
        return (
            QMessageBox.question(self._widget, tr("Save picture"), question) == QMessageBox.StandardButton.Yes
        )

    def _save(self, path: Path, write: Callable[[], None]) -> None:
        try:
            write()
        except WriteError as error:
            self.failed.emit(str(error))
        else:
            PictureActions._folder = path.parent
            self.saved.emit(path)
