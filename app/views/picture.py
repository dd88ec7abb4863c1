"""What every picture can do: be copied or saved as PNG, its numbers as CSV."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QObject,
    QPoint,
    QStandardPaths,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QGuiApplication, QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.translation import tr

Table = tuple[Sequence[str], Iterable[Sequence[object]]]
"""A header, and rows as long as the header."""

_FORBIDDEN = '<>:"/\\|?*'
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
_NAME_BYTES = 120


class WriteError(Exception):
    """A file could not be written; the message says which, why, and what to do, fit to be shown."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            tr(
                "{path} could not be written: {reason}. Choose another folder or name.",
                path=path,
                reason=reason.rstrip("."),
            )
        )
        self.path = path


def write_png(path: Path | str, image: QImage, metadata: Mapping[str, str]) -> None:
    """Write `image` as PNG with `metadata` as its text chunks; an older file stays whole if that fails.

    Keys are Latin-1, at most 79 characters (the PNG format); values are any text. Raises WriteError.
    """
    target = Path(path)
    if image.isNull():
        raise WriteError(target, tr("there is no picture"))
    carrying = image.copy()
    for key, value in metadata.items():
        carrying.setText(key, value)

    # Through memory: Qt does not tell when the disk is full, Python does.
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    if not writer.write(carrying):
        raise WriteError(target, writer.errorString())
    data = bytes(buffer.data().data())
    _write_then_rename(target, lambda part: _write_bytes(part, data))


def write_csv(path: Path | str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as UTF-8 CSV; an older file stays whole if that fails. Raises WriteError."""
    target = Path(path)

    def write(part: Path) -> None:
        # A half surrogate pair cannot be UTF-8: it becomes "?" rather than a failure.
        with part.open("w", encoding="utf-8", errors="replace", newline="") as stream:
            _write_rows(stream, header, rows)

    _write_then_rename(target, write)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as CSV text."""
    stream = io.StringIO(newline="")
    _write_rows(stream, header, rows)
    return stream.getvalue()


def suggest_name(*parts: str, suffix: str) -> str:
    """A file name made of `parts` that every system accepts, ending in `suffix` (".png")."""
    text = unicodedata.normalize("NFC", "-".join(part for part in parts if part))
    kept = "".join(
        "-" if c.isspace() or c in _FORBIDDEN or unicodedata.category(c).startswith("C") else c for c in text
    )
    stem = "-".join(piece for piece in kept.split("-") if piece)
    stem = stem.encode()[:_NAME_BYTES].decode(errors="ignore").strip(" .-")
    if not stem:
        stem = "attention-explorer"
    if stem.split(".")[0].casefold() in _RESERVED:
        stem = f"{stem.split('.')[0]}-{stem.partition('.')[2]}".rstrip("-") + "-1"
    return stem + suffix


def widget_image(widget: QWidget, scale: float = 2.0) -> QImage:
    """`widget` as it is drawn, `scale` pixels for each of its units, on its own background."""
    image = QImage(widget.size() * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(widget.palette().color(widget.backgroundRole()))
    widget.render(image, QPoint(0, 0))
    return image


class PictureActions(QObject):
    """The four actions of one picture, for a menu, a button or the command list.

    `image`, `table` and `metadata` are asked only when an action runs; `name` is what the file is called
    after (without suffix). `saved` carries the path written, `failed` a sentence fit to be shown.
    """

    saved = Signal(object)
    failed = Signal(object)

    _folder: Path | None = None  # where the last file went, shared by all pictures

    def __init__(
        self,
        parent: QWidget,
        *,
        image: Callable[[], QImage],
        table: Callable[[], Table],
        metadata: Callable[[], Mapping[str, str]] = dict,
        name: Callable[[], str] = str,
    ) -> None:
        super().__init__(parent)
        self._widget = parent
        self._image, self._table, self._metadata, self._name = image, table, metadata, name
        self.copy_picture = self._action(tr("Copy picture"), self.to_clipboard)
        self.save_picture = self._action(tr("Save picture as PNG…"), self.ask_picture)
        self.copy_numbers = self._action(tr("Copy numbers (CSV)"), self.numbers_to_clipboard)
        self.save_numbers = self._action(tr("Save numbers as CSV…"), self.ask_numbers)

    @property
    def actions(self) -> tuple[QAction, ...]:
        return (self.copy_picture, self.save_picture, self.copy_numbers, self.save_numbers)

    def set_enabled(self, enabled: bool) -> None:
        """Off while there is nothing to copy."""
        for action in self.actions:
            action.setEnabled(enabled)

    def add_to(self, menu: QMenu) -> None:
        """Append the four, pictures and numbers parted."""
        menu.addActions([self.copy_picture, self.save_picture])
        menu.addSeparator()
        menu.addActions([self.copy_numbers, self.save_numbers])

    def install(self) -> None:
        """Make them the context menu of the widget."""
        self._widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._widget.customContextMenuRequested.connect(self._show_menu)

    def to_clipboard(self) -> None:
        """Copy the picture."""
        QGuiApplication.clipboard().setImage(self._image())

    def numbers_to_clipboard(self) -> None:
        """Copy the numbers as text."""
        # Not as QMimeData of our own: what Qt drops after Python has ended must not belong to Python.
        QGuiApplication.clipboard().setText(csv_text(*self._table()))

    def save_picture_to(self, path: Path) -> None:
        """Write the picture there; `saved` or `failed` follows."""
        self._save(path, lambda: write_png(path, self._image(), self._metadata()))

    def save_numbers_to(self, path: Path) -> None:
        """Write the numbers there; `saved` or `failed` follows."""
        self._save(path, lambda: write_csv(path, *self._table()))

    def ask_picture(self) -> None:
        """Ask where, then write the picture."""
        if (path := self._ask(tr("Save picture"), tr("PNG picture (*.png)"), ".png")) is not None:
            self.save_picture_to(path)

    def ask_numbers(self) -> None:
        """Ask where, then write the numbers."""
        if (path := self._ask(tr("Save numbers"), tr("CSV table (*.csv)"), ".csv")) is not None:
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

    def _ask(self, title: str, kind: str, suffix: str) -> Path | None:
        folder = PictureActions._folder or Path(
            QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation) or Path.home()
        )
        proposed = folder / suggest_name(self._name(), suffix=suffix)
        chosen, _ = QFileDialog.getSaveFileName(self._widget, title, str(proposed), kind)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix.casefold() == suffix else path.with_name(path.name + suffix)

    def _save(self, path: Path, write: Callable[[], None]) -> None:
        try:
            write()
        except WriteError as error:
            self.failed.emit(str(error))
        else:
            PictureActions._folder = path.parent
            self.saved.emit(path)


def _write_rows(stream: io.TextIOBase, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows(rows)


def _write_then_rename(target: Path, write: Callable[[Path], None]) -> None:
    # Its own short name beside the target: the target's name may already be as long as the system allows.
    part = target.parent / f".{uuid.uuid4().hex}.part"
    try:
        write(part)
        os.replace(part, target)
    except OSError as error:
        raise WriteError(target, error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            part.unlink()


def _write_bytes(path: Path, data: bytes) -> None:
    path.write_bytes(data)
