"""From a lens to what is drawn of it: cells with words, figures and colours, curves, and rows of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from app.translation import tr
from app.views.bars import percent
from app.views.lens_curves import LensCurve
from app.views.lens_table import LensCells
from app.views.piece_text import isolated
from app.views.tables import Table
from app.views.worked_numbers import places
from bert_core.explanations import Floats, LayerLens
from bert_core.trace import Trace

Colouring = Literal["probability", "rank"]
COLOURINGS: tuple[Colouring, ...] = ("probability", "rank")

Figure = Literal["rank", "probability", "entropy"]
FIGURES: tuple[Figure, ...] = ("rank", "probability", "entropy")


@dataclass(frozen=True, eq=False)
class Shown:
    """What is drawn: a lens on a trace, and with `before` the difference from the reference's.

    before  the reference's lens at the same positions; its `words` hold every final answer of `lens`
    """

    trace: Trace
    lens: LayerLens
    before: LayerLens | None = None

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of the rows."""
        return tuple(f"L{layer}" for layer in range(len(self.lens.ids)))

    def column(self, position: int) -> int | None:
        """Where a piece's column is."""
        places_ = self.lens.positions
        return places_.index(position) if position in places_ else None

    def final(self, column: int) -> int:
        """The id of the final answer there."""
        return int(self.lens.ids[-1, column, 0])

    def reference_of(self, column: int) -> tuple[Floats, Floats] | None:
        """Probabilities and ranks [L+1] that the final answer has in the reference."""
        if self.before is None:
            return None
        word = self.before.words.index(self.final(column))
        ranks = self.before.word_ranks[:, column, word].astype(np.float64)
        return self.before.word_probabilities[:, column, word], ranks

    @property
    def differences(self) -> Floats | None:
        """Probability of the final answer, now less the reference: float64 [L+1, P]."""
        if self.before is None:
            return None
        found = [self.reference_of(column) for column in range(len(self.lens.positions))]
        return self.lens.final_probabilities - np.stack([one[0] for one in found if one is not None], axis=1)


def cells_of(shown: Shown, colouring: Colouring) -> LensCells:
    """The table."""
    lens, trace = shown.lens, shown.trace
    names, differences = trace.vocabulary, shown.differences
    rows, columns = lens.ids.shape[:2]
    if differences is not None:
        shades = differences / end_of(shown)
    elif colouring == "rank":
        shades = 1 - np.log(lens.final_ranks) / math.log(max(2, len(names)))
    else:
        shades = lens.probabilities[..., 0] / end_of(shown)

    def figure(layer: int, column: int) -> str:
        if differences is not None:
            return signed_percent(float(differences[layer, column]))
        if colouring == "rank":
            return f"#{int(lens.final_ranks[layer, column]):,}"
        return percent(float(lens.probabilities[layer, column, 0]))

    every = range(columns)
    return LensCells(
        tokens=tuple(trace.tokens[position] for position in lens.positions),
        positions=lens.positions,
        layers=shown.layers,
        words=[[names[int(lens.ids[layer, c, 0])] for c in every] for layer in range(rows)],
        figures=[[figure(layer, c) for c in every] for layer in range(rows)],
        said=partial(cell_words, shown),
        shades=shades.astype(np.float32),
        signed=differences is not None,
    )


def end_of(shown: Shown) -> float:
    """Where the colours end: the largest probability of the table, or difference, rounded up to two digits."""
    differences = shown.differences
    values = shown.lens.probabilities[..., 0] if differences is None else np.abs(differences)
    largest = float(values.max())
    if not largest > 0:
        return 1.0
    unit = 10.0 ** (math.floor(math.log10(largest)) - 1)
    return min(1.0, math.ceil(largest / unit - 1e-9) * unit)


def cell_words(shown: Shown, layer: int, column: int) -> str:
    """A cell's numbers in words."""
    lens, names = shown.lens, shown.trace.vocabulary
    position = lens.positions[column]
    said = tr(
        "After L{layer}, piece {position} {piece}: {word} {share}; the answer {final} is rank {rank} with {its}; "
        "entropy {entropy} nats",
        layer=layer,
        position=position,
        piece=isolated(shown.trace.tokens[position].text),
        word=isolated(names[int(lens.ids[layer, column, 0])]),
        share=percent(float(lens.probabilities[layer, column, 0])),
        final=isolated(names[shown.final(column)]),
        rank=f"{int(lens.final_ranks[layer, column]):,}",
        its=percent(float(lens.final_probabilities[layer, column])),
        entropy=places(float(lens.entropies[layer, column]), 2),
    )
    before = shown.reference_of(column)
    if before is None:
        return said
    return tr(
        "{said}. In the reference: rank {rank}, {share}",
        said=said,
        rank=f"{int(before[1][layer]):,}",
        share=percent(float(before[0][layer])),
    )


def curves_of(shown: Shown, column: int, figure: Figure, words: LayerLens | None) -> list[LensCurve]:
    """Of the final answer, of the reference where the difference is shown, and of other words looked up there.

    words  a lens at that one position with other words
    """
    lens, names = shown.lens, shown.trace.vocabulary
    if figure == "entropy":
        curves = [
            LensCurve(tr("now") if shown.before is not None else tr("entropy"), 0, lens.entropies[:, column])
        ]
        if shown.before is not None:
            curves.append(LensCurve(tr("reference"), 0, shown.before.entropies[:, column], dashed=True))
        return curves
    ranks = figure == "rank"
    own = lens.final_ranks if ranks else lens.final_probabilities
    curves = [LensCurve(names[shown.final(column)], 0, own[:, column].astype(np.float64))]
    before = shown.reference_of(column)
    if before is not None:
        curves.append(LensCurve(tr("reference"), 0, before[1 if ranks else 0], dashed=True))
    if words is not None and words.positions == (lens.positions[column],):
        looked_up = words.word_ranks if ranks else words.word_probabilities
        for index, token_id in enumerate(words.words):
            curves.append(LensCurve(names[token_id], index + 1, looked_up[:, 0, index].astype(np.float64)))
    return curves


def numbers_of(shown: Shown) -> Table:
    """Every candidate of every cell."""
    header: tuple[str, ...] = (
        tr("layer"), tr("piece"), tr("token"), tr("rank"), tr("candidate"), tr("id"), tr("probability"),
        tr("entropy"), tr("final answer"), tr("its rank"), tr("its probability"),
    )  # fmt: skip
    differences = shown.differences
    if differences is not None:
        header = (*header, tr("its probability less the reference's"))
    return header, _rows(shown, differences)


def _rows(shown: Shown, differences: Floats | None) -> Iterator[Sequence[object]]:
    lens, names = shown.lens, shown.trace.vocabulary
    for layer in range(lens.ids.shape[0]):
        for column, position in enumerate(lens.positions):
            behind = (
                float(lens.entropies[layer, column]),
                names[shown.final(column)],
                int(lens.final_ranks[layer, column]),
                float(lens.final_probabilities[layer, column]),
                *(() if differences is None else (float(differences[layer, column]),)),
            )
            piece = shown.trace.tokens[position].text
            for rank, token_id in enumerate(lens.ids[layer, column].tolist(), 1):
                share = float(lens.probabilities[layer, column, rank - 1])
                yield (layer, position, piece, rank, names[token_id], token_id, share, *behind)


def signed_percent(difference: float) -> str:
    """Percentage points with their sign: +12, −0.3; 0 where there is nothing."""
    points = 100 * difference
    if abs(points) < 0.05:
        return "0"
    return places(points, 1 if abs(points) < 0.95 else 0, sign=True)
