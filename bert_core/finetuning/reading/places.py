"""On which line a place in a text lies."""

from __future__ import annotations


class LineCounter:
    """Counts lines from the last place asked for on: quick where places are asked for in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1

    def line(self, at: int) -> int:
        """The line, from 1 on, of the code point at this index."""
        if at < self._at:
            self._at, self._line = 0, 1
        self._line += self._text.count("\n", self._at, at)
        self._at = at
        return self._line
