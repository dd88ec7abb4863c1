"""Is a text file in CoNLL columns, and which of them holds the tags?"""

from __future__ import annotations

import re
from collections import Counter

from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.reading.conll import PART, blocks, fields

_SUFFIXES = (".conll", ".conllu", ".bio", ".iob", ".iob2", ".bioes", ".bilou", ".ner", ".col")
_TAG = re.compile(r"O|[BIESLUM]-\S+")
_SAME = 0.8  # of the lines have the same number of columns


def guess_conll(head: list[str], encoding: str, suffix: str) -> Layout | None:
    """A layout, where the beginning of the file looks like CoNLL columns; else None.

    A sign of it are empty lines between groups of lines with equally many columns, of which one is made of tags:
    of "O" and "B-...", or of few different ones. A file that is named so needs fewer of these signs.
    """
    sentences = list(blocks(iter(head)))[:500]
    if not sentences:
        return None
    named = suffix in _SUFFIXES
    found = [line for block in sentences for _, line in block]
    for delimiter in ("\t", " ", ""):
        rows = [fields(line, delimiter) for line in found]
        count, often = Counter(map(len, rows)).most_common(1)[0]
        if often < _SAME * len(rows) or (count < 2 and not (named and delimiter == "")):
            continue
        rows = [row for row in rows if len(row) == count and not PART.fullmatch(row[0])]
        if not rows:
            continue
        if count == 1:
            return _layout("", encoding, 0, None)
        parts = len(sentences) > 1 or len(rows) < 200
        words, tags = _word_column(rows, count), _tag_column(rows, count)
        tag_like = _share(rows, tags, _TAG) > 0.95 and len({row[tags] for row in rows}) > 1
        apart = len(sentences) > 1 and len(sentences) < 0.5 * len(rows)
        spaced = sum(" " in row[words] for row in rows)
        bare = apart and spaced < 0.02 * len(rows) and _is_small(rows, tags)
        if (tag_like and parts) or bare or named:
            return _layout(delimiter, encoding, words, tags)
    return None


def _layout(delimiter: str, encoding: str, words: int, tags: int | None) -> Layout:
    columns = [("words", f"column {words + 1}")]
    if tags is not None:
        columns.append(("tags", f"column {tags + 1}"))
    return Layout(
        "conll",
        "tagging",
        tuple(columns),
        delimiter=delimiter,
        encoding=encoding,
        header=False,
        quoting=False,
    )


def _word_column(rows: list[list[str]], count: int) -> int:
    """The first that does not just number the words, as the first of CoNLL-U does."""
    numbered = count > 2 and sum(row[0].isdecimal() for row in rows) > 0.95 * len(rows)
    return 1 if numbered and len({row[1] for row in rows}) > 1 else 0


def _tag_column(rows: list[list[str]], count: int) -> int:
    """The last of "O" and "B-..."; else, in CoNLL-U, the parts of speech; else the last that says anything."""
    for at in range(count - 1, 0, -1):
        if _share(rows, at, _TAG) > 0.95 and len({row[at] for row in rows}) > 1:
            return at
    if count >= 10 and _word_column(rows, count) == 1:
        return 3
    return next((at for at in range(count - 1, 0, -1) if len({row[at] for row in rows}) > 1), count - 1)


def _share(rows: list[list[str]], at: int, pattern: re.Pattern[str]) -> float:
    return sum(pattern.fullmatch(row[at]) is not None for row in rows) / len(rows)


def _is_small(rows: list[list[str]], at: int) -> bool:
    """Are there far fewer tags than words, as of parts of speech, and no numbers among them?"""
    tags = {row[at] for row in rows}
    return (
        1 < len(tags) <= max(5, 0.2 * len(rows)) and len(tags) <= 200 and not all(t.isdecimal() for t in tags)
    )
