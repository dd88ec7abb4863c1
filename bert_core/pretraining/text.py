"""Reads text files, plain or packed: one paragraph a line, a blank line between documents."""

from __future__ import annotations

import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import zstandard

from bert_core.errors import TextError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PACKED = (".xz", ".gz", ".zst")
LONGEST_LINE = 1 << 20
"""Bytes of a line that are taken for one paragraph; what is longer makes several, so that memory stays bounded."""
LONGEST_DOCUMENT = 1 << 24
"""Bytes after which a document is ended, for the same reason."""

Progress = Callable[[int], None]
"""Told how many bytes of the file, as it lies on the disk, have been read since it was last told."""


def find_files(paths: Iterable[Path], without: Iterable[Path] = ()) -> list[Path]:
    """The text files meant: files as they are, of folders those ending in .txt, packed or not, by name.

    Folders within folders and hidden files are not looked at. None comes twice, and none of `without` at all.
    Raises TextError where a path is missing or cannot be looked into, or there is no text.
    """
    seen = {path.resolve() for path in without}
    found: list[Path] = []
    for path in paths:
        try:
            inside = _files_at(path)
        except OSError as error:
            raise TextError(f"It cannot be looked into: {error.strerror or error}.", where=path) from error
        for file in inside:
            if (where := file.resolve()) not in seen:
                seen.add(where)
                found.append(file)
    if not found:
        raise TextError("There is no text left to read.", remedy="Name other files than those held out.")
    return found


def _files_at(path: Path) -> list[Path]:
    if path.is_dir():
        if inside := sorted(file for file in path.iterdir() if _is_text(file) and file.is_file()):
            return inside
        raise TextError("There is no .txt file in the folder, plain or packed.", where=path)
    if path.is_file():
        return [path]
    raise TextError("There is no such file or folder.", where=path)


def _is_text(path: Path) -> bool:
    name = path.name.lower()
    for packed in PACKED:
        name = name.removesuffix(packed)
    return name.endswith(".txt") and not name.startswith(".")


def read_documents(path: Path, progress: Progress | None = None) -> Iterator[list[str]]:
    """The documents of a UTF-8 text file, plain, .xz, .gz or .zst: each a list of paragraphs, stripped of space.

    A line of more than LONGEST_LINE bytes makes several paragraphs, a document of more than LONGEST_DOCUMENT several
    documents. Raises TextError naming file and line where the text is not UTF-8 or the archive is broken.
    """
    paragraphs: list[str] = []
    size = number = told = 0
    blank = True  # so far, this line
    try:
        with path.open("rb") as raw, _unpacked(path, raw) as file:
            for number, part, ends in _lines(file):
                text = part.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                if text:
                    paragraphs.append(text)
                    size += len(part)
                    blank = False
                if paragraphs and ((ends and blank) or size >= LONGEST_DOCUMENT):
                    yield paragraphs
                    paragraphs, size = [], 0
                blank = blank or ends
                if progress is not None and (number % 256 == 0 or len(part) > 1 << 16):
                    at = raw.tell()
                    progress(at - told)
                    told = at
        if progress is not None:
            progress(path.stat().st_size - told)
    except UnicodeDecodeError as error:
        raise TextError(
            f"Line {number} is not UTF-8: {error.reason}.", where=path, remedy="Convert the file to UTF-8."
        ) from error
    except (lzma.LZMAError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError, EOFError) as error:
        raise TextError(
            f"The archive is broken after line {number}: {error}.", where=path, remedy="Fetch it anew."
        ) from error
    except OSError as error:
        raise TextError(f"The file cannot be read: {error.strerror or error}.", where=path) from error
    if paragraphs:
        yield paragraphs


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """Lines: their numbers from 1, what is in them, and True; a long one comes in parts, with True for the last.

    It is cut after a sentence or a word, where there is one.
    """
    number, kept = 1, b""
    while read := file.readline(LONGEST_LINE - len(kept)):
        part, kept = kept + read, b""
        ends = part.endswith(b"\n")
        if not ends and len(part) == LONGEST_LINE:
            cut = _place_to_cut(part)
            part, kept = part[:cut], part[cut:]
        yield number, part, ends
        number += ends
    if kept:
        yield number, kept, True


def _place_to_cut(part: bytes) -> int:
    """After the last sentence or word of the second half, or else before its last character; never 0."""
    for mark in (b". ", "。".encode(), b" "):
        if (found := part.rfind(mark, len(part) // 2)) >= 0:
            return found + len(mark)
    # A character of UTF-8 has at most four bytes, and of them the first only is not from 0x80 to 0xBF.
    return len(part) - next((back for back in range(1, 5) if part[-back] & 0xC0 != 0x80), 1)


def _unpacked(path: Path, raw: BinaryIO) -> BinaryIO:
    match path.suffix.lower():
        case ".xz":
            return cast(BinaryIO, lzma.open(raw, "rb"))
        case ".gz":
            return cast(BinaryIO, gzip.open(raw, "rb"))
        case ".zst":
            return cast(BinaryIO, io.BufferedReader(_Zstandard(raw), 1 << 16))
    return raw


class _Zstandard(io.RawIOBase):
    """What is in a .zst file, frame after frame.

    The library's own reader takes a file that was cut off for a whole one (seen with 0.25).
    """

    CHUNK = 1 << 12
    """Bytes read at once: few, as each may stand for thousands."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._packed = self._text = b""
        self._at = 0
        self._begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        while self._at == len(self._text):
            if not self._packed:
                self._packed = self._raw.read(self.CHUNK)
            if not self._packed:
                if self._begun:
                    raise EOFError("it ends in the middle")
                return 0
            self._text, self._at = self._frame.decompress(self._packed), 0
            self._begun = not self._frame.eof
            self._packed = self._frame.unused_data
            if self._frame.eof:
                self._frame = zstandard.ZstdDecompressor().decompressobj()
        view = memoryview(buffer).cast("B")
        found = self._text[self._at : self._at + len(view)]
        view[: len(found)] = found
        self._at += len(found)
        return len(found)


def bytes_on_disk(files: Iterable[Path]) -> int:
    """Of all the files together, packed as they are."""
    return sum(file.stat().st_size for file in files)
