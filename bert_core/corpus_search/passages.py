"""A text file as passages of bounded length: sentences, or the pairs of lines that a tab parts."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from bert_core.errors import TextError
from bert_core.pretraining.sentences import LONGEST, split_sentences
from bert_core.queries_search import Passage

PART = 1 << 16
"""Bytes of a line that are in memory at once."""

_CONVERT = "Convert the file to UTF-8."


class _Part(NamedTuple):
    """Of a line: its number from 1, some of its text, whether the line ends there, and the bytes up to there."""

    line: int
    text: str
    ends: bool
    at: int


def read_passages(path: Path, *, paired: bool = False) -> Iterator[Passage]:
    """The passages of a UTF-8 text file, in order; memory does not grow with the file, nor with its lines.

    A line with a tab is a pair, of which LONGEST characters each are read. What stands on other lines is cut into
    sentences by the rule that pretraining uses. A sentence does not go on on the next line.

    paired  sentences come two by two, within lines and across them, but not across an empty line; one that is left
            over comes alone

    Raises TextError, naming the file, where it cannot be read, and the line, where that is no UTF-8 text.
    """
    return _numbered(_paired(_texts(path)) if paired else (text for text in _texts(path) if text is not None))


def passages_of(texts: Iterable[tuple[str, str | None]], *, paired: bool = False) -> Iterator[Passage]:
    """The same of texts and pairs; each is taken for a line, and may have lines itself."""

    def found() -> Iterator[_Text | None]:
        for line, (first, second) in enumerate(texts, 1):
            if second is not None and second.strip():
                yield _pair(first, second, line, line)
            else:
                yield from (_Text(sentence, None, line, line) for sentence in _sentences(first))

    return _numbered(_paired(found()) if paired else (text for text in found() if text is not None))


def check_text(path: Path) -> Iterator[int]:
    """Read the whole file for nothing but its mistakes; yields the bytes read now and then.

    Raises TextError as read_passages does, and where there is no text in it.
    """
    empty = True
    for part in _parts(path):
        empty = empty and not part.text.strip()
        yield part.at
    if empty:
        raise TextError(
            "There is no text in it.", where=path, remedy="Choose a text file with sentences in it."
        )


class _Text(NamedTuple):
    """What a passage is made of."""

    text_a: str
    text_b: str | None
    line: int
    at: int
    cut: bool = False


def _numbered(texts: Iterable[_Text]) -> Iterator[Passage]:
    for number, text in enumerate(texts):
        yield Passage(text.text_a, text.text_b, text.line, number, text.at, text.cut)


def _paired(texts: Iterable[_Text | None]) -> Iterator[_Text]:
    """Two by two; None parts what does not belong together."""
    first: _Text | None = None
    for text in texts:
        if first is None:
            first = text
            if text is not None and text.text_b is not None:
                yield text
                first = None
        elif text is None or text.text_b is not None:
            yield first
            if text is not None:
                yield text
            first = None
        else:
            yield _Text(first.text_a, text.text_a, first.line, text.at)
            first = None
    if first is not None:
        yield first


def _texts(path: Path) -> Iterator[_Text | None]:
    """Sentences and pairs; None for each empty line."""
    begins, blank, kept = True, True, ""
    whole = False  # the rest of the line is left out
    for part in _parts(path):
        blank = blank and not part.text.strip()
        if whole:
            pass
        elif begins and "\t" in part.text.strip():
            first, _, second = part.text.partition("\t")
            yield _pair(first, second, part.line, part.at, cut=not part.ends)
            whole = True
        else:
            sentences = _sentences(kept + part.text)
            kept = ""
            if not part.ends and sentences:
                kept = sentences.pop() + (" " if part.text[-1:].isspace() else "")
            for sentence in sentences:
                yield _Text(sentence, None, part.line, part.at)
        if part.ends and blank:
            yield None
        begins, blank, whole = part.ends, blank or part.ends, whole and not part.ends
    if kept:
        yield _Text(kept.strip(), None, part.line, part.at)


def _sentences(text: str) -> list[str]:
    return [sentence for line in text.splitlines() for sentence in split_sentences(line)]


def _pair(first: str, second: str, line: int, at: int, *, cut: bool = False) -> _Text:
    first, second = first.strip(), second.strip()
    cut = cut or max(len(first), len(second)) > LONGEST
    first, second = first[:LONGEST], second[:LONGEST]
    return (
        _Text(first, second, line, at, cut)
        if first and second
        else _Text(first or second, None, line, at, cut)
    )


def _parts(path: Path) -> Iterator[_Part]:
    line, at = 1, 0
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        with path.open("rb") as file:
            while part := file.readline(PART):
                at += len(part)
                if b"\0" in part:
                    raise TextError(
                        f"Line {line} has a zero byte in it: this is no text.",
                        where=path,
                        remedy="Choose a text file.",
                    )
                ends = part.endswith(b"\n")
                yield _Part(line, decoder.decode(part), ends, at)
                line += ends
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise TextError(f"Line {line} is not UTF-8: {error.reason}.", where=path, remedy=_CONVERT) from error
    except OSError as error:
        raise TextError(f"The file cannot be read: {error.strerror or error}.", where=path) from error
