"""What a person chooses of the map: the method and its axes, special pieces, trails, the scale."""

from __future__ import annotations

from dataclasses import dataclass

from app.views.piece_map import Trails
from bert_core.queries_states import Method, Special, StatesMap
from bert_core.scene import Scene


@dataclass(frozen=True)
class MapOptions:
    """See `StatesMap`; trails, one_scale and stretched are of the drawing alone."""

    method: Method = "pca"
    own_axes: bool = False
    special: Special = "drawn"
    trails: Trails = "pinned"
    one_scale: bool = True
    stretched: bool = True

    def query(self, sentences: tuple[str, ...], against: Scene | None) -> StatesMap:
        """What is to be asked; two that give the same map are equal."""
        if self.method == "pca":
            return StatesMap("pca", self.own_axes, self.special, sentences, against)
        special: Special = "counted" if self.special == "drawn" else self.special
        return StatesMap("tsne", False, special, sentences, against)
