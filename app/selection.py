"""What is pointed at: one layer and head, and pieces as queries and as keys, shared by all panels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Selection:
    """0-based. Layer None means the average over all layers and heads, head None the average over a layer's heads.

    query and key are the pinned pieces; None where nothing is pinned. `more` are queries pinned besides `query`, and
    `more_keys` keys besides `key`: there are none without it, and they are kept in ascending order.
    """

    layer: int | None = 0
    head: int | None = 0
    query: int | None = None
    key: int | None = None
    more: tuple[int, ...] = ()
    more_keys: tuple[int, ...] = ()

    @property
    def queries(self) -> tuple[int, ...]:
        """All pinned queries, `query` first."""
        return () if self.query is None else (self.query, *self.more)

    @property
    def keys(self) -> tuple[int, ...]:
        """All pinned keys, `key` first."""
        return () if self.key is None else (self.key, *self.more_keys)

    def pinning(
        self, query: int | None, key: int | None, more: Iterable[int] = (), more_keys: Iterable[int] = ()
    ) -> Selection:
        """The same head with these pins; where there is no `query` or `key`, the first of the others is it."""
        query, more = _pins(query, more)
        key, more_keys = _pins(key, more_keys)
        return replace(self, query=query, key=key, more=more, more_keys=more_keys)

    def moved(self, where: Callable[[int], int | None]) -> Selection:
        """With each pin at the place that `where` says; let go where that is None."""

        def all_moved(positions: tuple[int, ...]) -> list[int | None]:
            return [where(position) for position in positions] or [None]

        query, *more = all_moved(self.queries)
        key, *more_keys = all_moved(self.keys)
        return self.pinning(
            query, key, [p for p in more if p is not None], [p for p in more_keys if p is not None]
        )

    def within(self, layers: int, heads: int, size: int) -> Selection:
        """This selection, brought inside a model of that shape and a text of that many pieces."""
        return replace(
            self.moved(lambda position: position if position < size else None),
            layer=None if self.layer is None else min(self.layer, layers - 1),
            head=None if self.head is None else min(self.head, heads - 1),
        )


def _pins(first: int | None, others: Iterable[int]) -> tuple[int | None, tuple[int, ...]]:
    rest = sorted(set(others) - {first})
    if first is None and rest:
        return rest[0], tuple(rest[1:])
    return first, tuple(rest)


@dataclass(frozen=True)
class Hover:
    """What the pointer passes over just now; None where it says nothing of that."""

    layer: int | None = None
    head: int | None = None
    query: int | None = None
    key: int | None = None
