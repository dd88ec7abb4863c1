"""Which roll is shown: each has a number, its seed, and those that were made can be returned to."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Rolls:
    """Counts from 1; `newest` is the highest that was made."""

    number: int = 1
    newest: int = 1

    def again(self) -> Rolls:
        """A roll that was not made before."""
        return Rolls(self.newest + 1, self.newest + 1)

    def walk(self, steps: int) -> Rolls:
        """Back or forth among those that were made."""
        return replace(self, number=max(1, min(self.number + steps, self.newest)))
