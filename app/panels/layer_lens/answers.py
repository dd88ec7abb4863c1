"""What is asked of the layers of a trace, and what has been answered."""

from __future__ import annotations

from app.panels.layer_lens.shown import Shown
from bert_core.explanations import LayerLens
from bert_core.queries import OfReference, Query
from bert_core.queries_predictions import Lens
from bert_core.trace import Trace


class LensAnswers:
    """The lens on what is drawn, and the reference's where the difference is shown.

    words  a lens at the chosen piece alone, with other words than the final answer
    """

    def __init__(self) -> None:
        self.words: LayerLens | None = None
        self._lens: tuple[Trace, LayerLens] | None = None
        self._before: tuple[Trace, LayerLens] | None = None

    def clear(self) -> None:
        """Nothing is known."""
        self.words = self._lens = self._before = None

    def lens_on(self, drawn: Trace) -> LayerLens | None:
        """As much as is known of this trace."""
        return self._lens[1] if self._lens is not None and self._lens[0] is drawn else None

    def wanted(self, drawn: Trace, against: Trace | None, wish: Lens) -> dict[str, Query]:
        """The lens; the reference's, once the final answers are known."""
        wanted: dict[str, Query] = {"lens": wish}
        lens = self.lens_on(drawn)
        if against is not None and lens is not None:
            finals = tuple(sorted(set(lens.ids[-1, :, 0].tolist())))
            wanted["before"] = OfReference(Lens(lens.positions, words=finals), against.scene)
        return wanted

    def take(self, name: str, drawn: Trace, lens: LayerLens) -> None:
        """What was wanted under this name, or a part of it."""
        if name == "words":
            self.words = lens
        elif name == "before":
            self._before = drawn, lens
        else:
            self._lens = drawn, lens

    def shown(self, drawn: Trace, against: Trace | None) -> Shown | None:
        """What is to be drawn; None while a part of it is not known."""
        lens = self.lens_on(drawn)
        if lens is None or against is None:
            return None if lens is None else Shown(drawn, lens)
        if self._before is None or self._before[0] is not drawn:
            return None
        before = self._before[1]
        if before.positions != lens.positions or not {*lens.ids[-1, :, 0].tolist()} <= {*before.words}:
            return None
        return Shown(drawn, lens, before)


def other_words(shown: Shown, cell: tuple[int, int], typed: int | None) -> Lens | None:
    """What is to be asked to follow the best word of a cell, and a typed one, if either is not the final answer."""
    layer, column = cell
    words = [int(shown.lens.ids[layer, column, 0]), *(() if typed is None else (typed,))]
    words = [word for word in dict.fromkeys(words) if word != shown.final(column)]
    return Lens((shown.lens.positions[column],), words=tuple(words)) if words else None
