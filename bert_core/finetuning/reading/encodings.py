"""In which encoding a text file is written, and its lines."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

from bert_core.errors import TextError
from bert_core.finetuning.reading.rows import unreadable

_BLOCK = 2**20
_BROKEN = "attention-explorer-broken"
_MARKS = (  # the longer ones first: a mark of UTF-32 begins as one of UTF-16 does
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = [bytes([code]) for code in range(32) if code not in b"\t\n\v\f\r\x1b"]
_NOT_TEXT = (
    (b"PK\x03\x04", "a ZIP archive or an Excel or Word file", "Save it as CSV."),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "Save it as CSV."),
    (b"\x1f\x8b", "compressed (gzip)", "Unpack it first."),
    (b"\x28\xb5\x2f\xfd", "compressed (zstandard)", "Unpack it first."),
    (b"BZh", "compressed (bzip2)", "Unpack it first."),
    (b"\xfd7zXZ\x00", "compressed (xz)", "Unpack it first."),
    (b"\x89PNG", "a picture", ""),
    (b"\xff\xd8\xff", "a picture", ""),
    (b"%PDF", "a PDF", "Save its text as a file."),
    (b"ARROW1", "an Arrow file", "Save it as Parquet."),
    (b"SQLite format 3\0", "a database", "Export the table as CSV."),
)


def guess_encoding(path: Path) -> str:
    """The encoding of a text file, as Python names it; the whole file is looked at, a block at a time.

    A byte order mark decides; then NUL bytes at every second place, which UTF-16 has; then whether it is UTF-8, but
    for a few broken rows. What is left is GB18030 where that makes common Chinese of it, else Windows-1252.
    Raises TextError where the file cannot be read, is empty, or is known not to be text.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_BLOCK)
            if not head.strip():
                raise TextError("The file is empty.", where=path)
            for start, what, remedy in _NOT_TEXT:
                if head.startswith(start):
                    raise TextError(f"This is not a text file: it is {what}.", where=path, remedy=remedy)
            for mark, name in _MARKS:
                if head.startswith(mark):
                    return name
            if name := _wide(head):
                return name
            if sum(map(head.count, _CONTROLS)) > 0.02 * len(head):
                raise TextError("This is not a text file.", where=path)
            file.seek(0)
            return _narrow(file)
    except OSError as error:
        raise unreadable(path, error) from error


def lines(path: Path, encoding: str) -> Iterator[str]:
    r"""The lines of a file without their ends (\n, \r\n, or \r where there is no \n in the file's beginning).

    What is no text in the encoding becomes lone surrogates, by which `rows.fault_in` knows it.
    Raises TextError where the file cannot be read or the encoding is unknown.
    """
    try:
        codecs.lookup_error(_BROKEN)
    except LookupError:
        codecs.register_error(_BROKEN, _surrogates)
    try:
        with path.open(encoding=encoding, errors=_BROKEN, newline="\n") as file:
            first = file.read(_BLOCK)
            old_mac = "\r" in first and "\n" not in first
        with path.open(encoding=encoding, errors=_BROKEN, newline="\r" if old_mac else "\n") as file:
            for number, line in enumerate(file):
                if not number:
                    line = line.removeprefix("\ufeff")
                yield line.rstrip("\r\n")
    except OSError as error:
        raise unreadable(path, error) from error
    except (LookupError, UnicodeError) as error:
        raise TextError(f"The file cannot be read as {encoding}: {error}.", where=path) from error


def decoded(path: Path, encoding: str) -> str:
    """The whole text of a file that is no table. Raises TextError naming the line of a byte that is no text."""
    try:
        data = path.read_bytes()
        return data.decode(encoding).removeprefix("\ufeff")
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TextError(
            f"There is a byte that is no text in {encoding}.", where=f"{path}, line {line}"
        ) from error
    except LookupError as error:
        raise TextError(f"The encoding {encoding} is not known.", where=path) from error


def _surrogates(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff" * (error.end - error.start), error.end


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: there are NUL bytes, and it is a text when decoded, with line ends and blanks in it."""
    if head.count(0) < 0.01 * len(head):
        return ""
    plain = {name: _ascii_signs(head, name) for name in ("utf-16-le", "utf-16-be")}
    name = max(plain, key=plain.__getitem__)
    return name if plain[name] else ""


def _ascii_signs(head: bytes, encoding: str) -> int:
    """How many there are of them; 0 where the bytes are no text in the encoding, or one with control characters."""
    try:
        text = head[: len(head) // 2 * 2].decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(head) - 8:  # a pair of surrogates may be cut at the end
            return 0
        text = head[: error.start].decode(encoding)
    if any(sign < " " and sign not in "\t\n\v\f\r\x1b" for sign in text):
        return 0
    return sum(sign < "\x7f" for sign in text)


def _narrow(file: io.BufferedReader) -> str:
    good = bad = 0
    rest = b""
    sample = b""
    while block := file.read(_BLOCK):
        if block.isascii() and not rest:
            continue
        text, rest = _utf8(rest + block)
        broken = sum("\udc80" <= sign <= "\udcff" for sign in text) if not _is_text(text) else 0
        good += sum(sign > "\x7f" for sign in text) - broken if broken else len(block) - len(text)
        bad += broken
        if broken and len(sample) < _BLOCK:
            sample += block
    if rest:
        bad += 1
        sample = sample or rest
    if not bad or good > 2 * bad:
        return "utf-8"
    return "gb18030" if _looks_chinese(sample) else "cp1252"


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _utf8(data: bytes) -> tuple[str, bytes]:
    """Decoded, each broken byte as a surrogate; and the bytes at the end that may be the beginning of a character."""
    for keep in range(1, min(4, len(data)) + 1):
        first = data[-keep]
        if first >= 0xC0:
            if keep < (2 if first < 0xE0 else 3 if first < 0xF0 else 4):
                return data[:-keep].decode("utf-8", "surrogateescape"), data[-keep:]
            break
        if first < 0x80:
            break
    return data.decode("utf-8", "surrogateescape"), b""


def _looks_chinese(sample: bytes) -> bool:
    """Are the characters above ASCII, as GB18030, mostly the 3755 common ones, which have a block of their own?"""
    text = sample.decode("gb18030", "replace")
    above = [sign for sign in text if sign > "\x7f"]
    common = 0
    for sign in above:
        code = sign.encode("gb18030", "replace")
        common += len(code) == 2 and (0xB0 <= code[0] <= 0xD7 or 0xA1 <= code[0] <= 0xA3) and code[1] >= 0xA1
    return common > 0.9 * len(above) and not _looks_western(sample)


def _looks_western(sample: bytes) -> bool:
    """Is most of what is above ASCII a single byte among plain letters, as an accented letter is?"""
    alone = pairs = 0
    at, size = 0, len(sample)
    while at < size:
        end = at
        while end < size and sample[end] >= 0x80:
            end += 1
        if end > at:
            if (end - at) % 2:
                alone += 1
            else:
                pairs += 1
        at = end + 1
    return alone > pairs
