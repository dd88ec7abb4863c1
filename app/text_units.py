"""Characters as Python counts them (code points) and as Qt does (UTF-16 units): the one place that knows both."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BLOCK_ENDS = re.compile("\r\n|[\r\u2029\ufdd0\ufdd1]")


@dataclass(frozen=True, slots=True)
class Edit:
    """At unit `start`, `removed` units go and `inserted` comes; UTF-16 units."""

    start: int
    removed: int
    inserted: str


def utf16_length(text: str) -> int:
    """How many UTF-16 units `text` takes; a lone surrogate is one."""
    return len(text) if text.isascii() else len(_encoded(text)) // 2


def to_utf16(text: str, index: int) -> int:
    """The UTF-16 offset of code point `index`."""
    return index if text.isascii() else utf16_length(text[:index])


def to_code_points(text: str, units: int) -> int:
    """The code point at UTF-16 offset `units`; within a pair, the one behind it."""
    return units if text.isascii() else len(_decoded(_encoded(text)[: 2 * units]))


def as_qt_keeps_it(text: str) -> str:
    """`text` as a QTextDocument gives it back: one kind of line end, and two halves of a pair made one character."""
    one_kind = _BLOCK_ENDS.sub("\n", text)
    return one_kind if one_kind.isascii() else _decoded(_encoded(one_kind))


def splice(text: str, edit: Edit) -> str:
    """`text` after the edit."""
    if text.isascii() and edit.inserted.isascii():
        return text[: edit.start] + edit.inserted + text[edit.start + edit.removed :]
    units = _encoded(text)
    tail = units[2 * (edit.start + edit.removed) :]
    return _decoded(units[: 2 * edit.start] + _encoded(edit.inserted) + tail)


def difference(old: str, new: str) -> Edit:
    """The smallest edit in one place that makes `new` of `old`; it never parts a surrogate pair."""
    head = _common(old, new, min(len(old), len(new)))
    tail = _common(old[head:][::-1], new[head:][::-1], min(len(old), len(new)) - head)
    start, end = to_utf16(old, head), to_utf16(old, len(old) - tail)
    return Edit(start, end - start, new[head : len(new) - tail])


def _common(one: str, other: str, most: int) -> int:
    """The length of the common beginning, at most `most`; by halving, as comparing slices is fast."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def _encoded(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _decoded(units: bytes) -> str:
    return units.decode("utf-16-le", "surrogatepass")
