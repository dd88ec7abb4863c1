"""What may be changed before a forward pass: heads off, reading direction, tokens hidden, embedding terms dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Literal

from bert_core.frozen import FrozenMap

HeadOff = Literal["zero", "uniform"]
Direction = Literal["both", "left-to-right", "right-to-left"]
Term = Literal["token", "segment", "position"]
Positions = frozenset[int] | Literal["all"]


@dataclass(frozen=True)
class Interventions:
    """Changes to a forward pass. Layers, heads and positions are 0-based.

    heads_off   (layer, head) pairs; with head_off "zero" the head's output is zero (Michel et al. 2019), with
                "uniform" its attention is even over the keys it may attend to (Kovaleva et al. 2019)
    hidden      positions whose keys nobody may attend to; a query left with no key keeps itself
    dropped     "token" | "segment" | "position" -> "all" or a set of positions where that embedding is left out
    direction   "left-to-right" lets a query see itself and what stands before it; "right-to-left" the reverse

    Raises ValueError for an unknown word or a negative index.
    """

    heads_off: Set[tuple[int, int]] = frozenset()
    head_off: HeadOff = "zero"
    hidden: Set[int] = frozenset()
    dropped: Mapping[Term, Set[int] | Literal["all"]] = field(default_factory=FrozenMap)
    direction: Direction = "both"

    def __post_init__(self) -> None:
        heads = frozenset((int(layer), int(head)) for layer, head in self.heads_off)
        hidden = frozenset(int(position) for position in self.hidden)
        dropped: dict[Term, Positions] = {}
        for term, where in self.dropped.items():
            if term not in ("token", "segment", "position"):
                raise ValueError(f"dropped: unknown embedding term {term!r}")
            if isinstance(where, str):
                if where != "all":
                    raise ValueError(f'dropped[{term!r}] must be "all" or a set of positions, not {where!r}')
                dropped[term] = "all"
            elif where:
                dropped[term] = frozenset(int(position) for position in where)
        if self.head_off not in ("zero", "uniform"):
            raise ValueError(f'head_off must be "zero" or "uniform", not {self.head_off!r}')
        if self.direction not in ("both", "left-to-right", "right-to-left"):
            raise ValueError(f"direction: unknown {self.direction!r}")
        positions = [*hidden, *(p for where in dropped.values() if where != "all" for p in where)]
        if any(index < 0 for pair in heads for index in pair) or any(p < 0 for p in positions):
            raise ValueError("layers, heads and positions count from 0 and cannot be negative")
        object.__setattr__(self, "heads_off", heads)
        object.__setattr__(self, "hidden", hidden)
        object.__setattr__(self, "dropped", FrozenMap(dropped))

    def __bool__(self) -> bool:
        """Whether anything is changed at all."""
        return bool(self.heads_off or self.hidden or self.dropped or self.direction != "both")

    def switching(self, heads: Iterable[tuple[int, int]], *, off: bool) -> Interventions:
        """These heads off, or on again; the others as they are."""
        return replace(self, heads_off=self.heads_off | set(heads) if off else self.heads_off - set(heads))

    def hiding(self, position: int, *, hide: bool) -> Interventions:
        """The piece at this position hidden from attention, or seen again."""
        return replace(self, hidden=self.hidden | {position} if hide else self.hidden - {position})

    def dropping(self, term: Term, where: int | Literal["all"], *, drop: bool) -> Interventions:
        """An embedding term left out at a position or everywhere, or back again.

        Bringing back one position of a term that is left out everywhere changes nothing.
        """
        now = self.dropped.get(term, frozenset())
        if where == "all":
            then: Positions = "all" if drop else frozenset()
        elif now == "all":
            return self
        else:
            then = frozenset(now) | {where} if drop else frozenset(now) - {where}
        return replace(self, dropped={**self.dropped, term: then})

    def moved(self, places: Mapping[int, int]) -> Interventions:
        """With its pieces at the places to which they went; those that have no place any more are let go."""
        dropped = {
            term: where if where == "all" else {places[p] for p in where if p in places}
            for term, where in self.dropped.items()
        }
        hidden = {places[p] for p in self.hidden if p in places}
        return replace(self, hidden=hidden, dropped=dropped)

    def within(self, layers: int, heads: int) -> Interventions:
        """Without the heads that a model of that shape does not have."""
        kept = {(layer, head) for layer, head in self.heads_off if layer < layers and head < heads}
        return self if kept == self.heads_off else replace(self, heads_off=kept)

    @property
    def positions(self) -> frozenset[int]:
        """The pieces that are hidden, or that a term is left out at."""
        return frozenset(self.hidden).union(*(w for w in self.dropped.values() if w != "all"))


NONE = Interventions()
