"""Pictures and their numbers in files: PNG, SVG, PDF and CSV, each with where it comes from; whole, or not at all."""

from __future__ import annotations

import os
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from app.translation import tr
from app.views.drawing import Drawing
from app.views.tables import write_rows
from app.views.vector_files import pdf_bytes, svg_bytes

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
    # Through memory, as the others: Qt does not tell when the disk is full, Python does.
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    if not writer.write(carrying):
        raise WriteError(target, writer.errorString())
    write_bytes(target, bytes(buffer.data().data()))


def write_svg(path: Path | str, drawing: Drawing, metadata: Mapping[str, str]) -> None:
    """Write `drawing` as SVG, with `metadata` in it (see `svg_bytes`). Raises WriteError."""
    write_bytes(Path(path), svg_bytes(drawing, metadata))


def write_pdf(path: Path | str, drawing: Drawing, metadata: Mapping[str, str]) -> None:
    """Write `drawing` as PDF, with `metadata` in it (see `pdf_bytes`). Raises WriteError."""
    write_bytes(Path(path), pdf_bytes(drawing, metadata))


def write_picture(path: Path, drawing: Drawing, metadata: Mapping[str, str]) -> None:
    """Write `drawing` as what the suffix says: .png, .svg or .pdf. Raises WriteError; ValueError for another suffix."""
    match path.suffix.casefold():
        case ".png":
            write_png(path, drawing.to_image(), metadata)
        case ".svg":
            write_svg(path, drawing, metadata)
        case ".pdf":
            write_pdf(path, drawing, metadata)
        case other:
            raise ValueError(f"a picture is .png, .svg or .pdf, not {other!r}")


def write_csv(path: Path | str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as UTF-8 CSV; an older file stays whole if that fails. Raises WriteError."""

    def write(part: Path) -> None:
        # A half surrogate pair cannot be UTF-8: it becomes "?" rather than a failure.
        with part.open("w", encoding="utf-8", errors="replace", newline="") as stream:
            write_rows(stream, header, rows)

    _write_then_rename(Path(path), write)


def write_bytes(path: Path, data: bytes) -> None:
    """Write all of it, or leave what was there before. Raises WriteError."""
    _write_then_rename(path, lambda part: _write_whole(part, data))


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


def _write_whole(path: Path, data: bytes) -> None:
    path.write_bytes(data)
