"""What is looked at: everything that determines a trace, as one frozen, hashable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bert_core.frozen import FrozenMap
from bert_core.interventions import NONE, Interventions


@dataclass(frozen=True)
class Scene:
    """A text pair as a given model is to read it.

    model_id       which loaded model (source, device and precision)
    text_a/text_b  as typed; text_b None, empty or blank means there is no second sentence
    replaced       position -> vocabulary id that stands there instead of the piece that was typed
    interventions  changes to the forward pass
    """

    model_id: str
    text_a: str
    text_b: str | None = None
    replaced: Mapping[int, int] = field(default_factory=FrozenMap)
    interventions: Interventions = NONE

    def __post_init__(self) -> None:
        if not isinstance(self.replaced, FrozenMap):
            object.__setattr__(self, "replaced", FrozenMap(self.replaced))

    @property
    def second(self) -> str | None:
        """The second sentence, or None where there is none to speak of."""
        return self.text_b if self.text_b and self.text_b.strip() else None

    def replacing(self, position: int, token_id: int | None) -> Scene:
        """This scene with `token_id` at `position`; None puts back what was typed there."""
        replaced = {p: i for p, i in self.replaced.items() if p != position}
        if token_id is not None:
            replaced[position] = token_id
        return replace(self, replaced=FrozenMap(replaced))
