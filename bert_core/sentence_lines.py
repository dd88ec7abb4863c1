"""Sentences from a text file, one a line, or pairs parted by a tab; read as they are wanted, in bounded memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from bert_core.errors import TextError

LONGEST = 1 << 16
"""Bytes of a line that are read: no model takes in so many. What stands behind them is left out, and that is said."""

_CONVERT = "Convert the file to UTF-8."


class Line(NamedTuple):
    """A sentence, or a pair, and whether the line was too long to be read whole."""

    text_a: str
    text_b: str | None
    cut: bool = False


class Numbered(NamedTuple):
    """A line with its number in the file, from 1, and the bytes of the file up to its end."""

    number: int
    at: int
    line: Line


def read_sentences(path: Path) -> Iterator[Line]:
    """The lines with text in them, without the space around it; what follows a line's first tab is the second text.

    Raises TextError, naming the file, where it cannot be read, and the line, where that is not UTF-8.
    """
    return (numbered.line for numbered in read_numbered(path))


def read_numbered(path: Path) -> Iterator[Numbered]:
    """As `read_sentences`, with the place of each line; those without text are counted too."""
    number = at = 0
    try:
        with path.open("rb") as file:
            for number, part in enumerate(iter(lambda: file.readline(LONGEST), b""), 1):
                decoder = codecs.getincrementaldecoder("utf-8-sig" if number == 1 else "utf-8")()
                text, cut = decoder.decode(part), False
                at += len(part)
                for rest in _rest_of_line(file, part):
                    decoder.decode(rest)
                    at += len(rest)
                    cut = True
                decoder.decode(b"", final=True)
                first, _, second = text.partition("\t")
                first, second = first.strip(), second.strip()
                if first or second:
                    pair = first and second
                    line = Line(first, second, cut) if pair else Line(first or second, None, cut)
                    yield Numbered(number, at, line)
    except UnicodeDecodeError as error:
        raise TextError(
            f"Line {number} is not UTF-8: {error.reason}.", where=path, remedy=_CONVERT
        ) from error
    except OSError as error:
        raise TextError(f"The file cannot be read: {error.strerror or error}.", where=path) from error


def _rest_of_line(file: BinaryIO, part: bytes) -> Iterator[bytes]:
    while len(part) == LONGEST and not part.endswith(b"\n") and (part := file.readline(LONGEST)):
        yield part
