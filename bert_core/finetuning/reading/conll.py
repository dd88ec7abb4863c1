"""CoNLL columns: a word and its tags a line, an empty line between sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.examples import Place, TaggingExample
from bert_core.finetuning.reading.encodings import lines
from bert_core.finetuning.reading.rows import Fault, fault_in, unknown_label

_BLANKS = re.compile(r"[ \t]+")  # not \s: a no-break space may be a word's
_LOOK = 1000
PART = re.compile(r"\d+[-.]\d+")  # of CoNLL-U: a word of several tokens, and one that is not said


def fields(line: str, delimiter: str) -> list[str]:
    """The columns of a line; the delimiter "" is any run of blanks and tabs."""
    if delimiter:
        return [value.strip() for value in line.rstrip().split(delimiter)]
    return _BLANKS.split(line.strip(" \t"))


def blocks(source: Iterator[str]) -> Iterator[list[tuple[int, str]]]:
    """The numbered lines of each sentence, without -DOCSTART- and without the remarks (# ...) that precede it."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate(source, 1):
        if not line or line.isspace():
            if block:
                yield block
            block = []
        elif not line.startswith("-DOCSTART-") and not (not block and is_remark(line)):
            block.append((number, line))
    if block:
        yield block


def is_remark(line: str) -> bool:
    """A remark as CoNLL-U has it, "# text = ...", and not the word "#" with its tag."""
    return line.startswith("# ") and (len(line.split()) > 2 or line.rstrip().endswith(":"))


def conll_columns(path: Path, layout: Layout) -> tuple[str, ...]:
    """ "column 1", "column 2", ...: as many as most lines of the file's beginning have.

    Raises TextError where the file cannot be read or has no words.
    """
    sizes: Counter[int] = Counter()
    for block in blocks(lines(path, layout.encoding)):
        sizes.update(len(fields(line, layout.delimiter)) for _, line in block)
        if sizes.total() > _LOOK:
            break
    if not sizes:
        raise TextError("The file has no words.", where=path)
    return tuple(f"column {number}" for number in range(1, sizes.most_common(1)[0][0] + 1))


def read_conll(
    path: Path, layout: Layout, columns: tuple[str, ...], allowed: frozenset[str] | None = None
) -> Iterator[TaggingExample | Fault]:
    """The sentences, each at the line of its first word; one with a broken line is a fault at that line.

    allowed  the tags that there may be, if not all; another is a fault
    """
    word_column, tag_column = layout.column("words"), layout.column("tags")
    word_at = columns.index(word_column) if word_column in columns else 0
    tag_at = columns.index(tag_column) if tag_column in columns else None
    for block in blocks(lines(path, layout.encoding)):
        yield _sentence(block, layout.delimiter, len(columns), word_at, tag_at, allowed)


def _sentence(
    block: list[tuple[int, str]],
    delimiter: str,
    count: int,
    word_at: int,
    tag_at: int | None,
    allowed: frozenset[str] | None,
) -> TaggingExample | Fault:
    words: list[str] = []
    tags: list[str] = []
    for number, line in block:
        values = fields(line, delimiter)
        if len(values) != count:
            size = "1 column" if len(values) == 1 else f"{len(values)} columns"
            return Fault(number, f"{size} instead of {count}; its sentence is left out")
        if count >= 10 and PART.fullmatch(values[0]):  # CoNLL-U
            continue
        word, tag = values[word_at], "" if tag_at is None else values[tag_at]
        if what := fault_in(word) or fault_in(tag):
            return Fault(number, f"{what}; its sentence is left out")
        if not word or (tag_at is not None and not tag):
            return Fault(number, f"no {'tag' if word else 'word'}; its sentence is left out")
        if allowed is not None and tag_at is not None and tag not in allowed:
            return Fault(number, unknown_label("tag", tag))
        words.append(word)
        tags.append(tag)
    place = Place(block[0][0])
    return TaggingExample(tuple(words), None if tag_at is None else tuple(tags), place)
