"""Which rows and columns of a map are pinned, and how Shift and Ctrl change that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

Cell = tuple[int | None, int | None]
"""(query, key); one of them None: a whole row or column."""


@dataclass(frozen=True, slots=True)
class Picked:
    """Rows (queries) and columns (keys). The first of each is where a range begins; the others are in order."""

    queries: tuple[int, ...] = ()
    keys: tuple[int, ...] = ()

    @property
    def cell(self) -> Cell:
        """Where ranges begin."""
        return (self.queries[0] if self.queries else None), (self.keys[0] if self.keys else None)

    @property
    def several(self) -> bool:
        """Whether there are several rows, or several columns."""
        return len(self.queries) > 1 or len(self.keys) > 1

    @property
    def end(self) -> Cell:
        """Where ranges end: as far from where they begin as what is pinned goes without a gap."""
        return _end(self.queries), _end(self.keys)

    def extended(self, query: int | None, key: int | None) -> Picked:
        """From where it begins to there.

        A label (the other is None) extends rows or columns; a cell those of them that are pinned, or where nothing is,
        both.
        """
        label, nothing = query is None or key is None, not (self.queries or self.keys)
        queries, keys = self.queries, self.keys
        if query is not None and (label or nothing or queries):
            queries = _range(queries, query)
        if key is not None and (label or nothing or keys):
            keys = _range(keys, key)
        return Picked(queries, keys)

    def toggled(self, query: int | None, key: int | None) -> Picked:
        """With that row more, or less if it is pinned; or with that column where `query` is None."""
        if query is not None:
            return replace(self, queries=_toggled(self.queries, query))
        return self if key is None else replace(self, keys=_toggled(self.keys, key))


def runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """(first, last) of each stretch of neighbours."""
    found: list[tuple[int, int]] = []
    for place in sorted(places):
        if found and place == found[-1][1] + 1:
            found[-1] = found[-1][0], place
        else:
            found.append((place, place))
    return found


def _range(pinned: tuple[int, ...], to: int) -> tuple[int, ...]:
    if not pinned:
        return (to,)
    begin = pinned[0]
    return begin, *(at for at in range(min(begin, to), max(begin, to) + 1) if at != begin)


def _toggled(pinned: tuple[int, ...], place: int) -> tuple[int, ...]:
    if place in pinned:
        return tuple(other for other in pinned if other != place)
    return (*pinned[:1], *sorted((*pinned[1:], place)))


def _end(pinned: tuple[int, ...]) -> int | None:
    if not pinned:
        return None
    first, last = next(run for run in runs(pinned) if run[0] <= pinned[0] <= run[1])
    return last if pinned[0] == first else first if pinned[0] == last else pinned[0]
