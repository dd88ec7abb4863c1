"""What is said of a map: how much it keeps, and what it leaves out."""

from __future__ import annotations

import math

from app.panels.hidden_states.options import MapOptions
from app.reference import incomparable
from app.translation import tr
from bert_core.queries_states import StatesPlaces
from bert_core.trace import Trace


def said_of(
    value: StatesPlaces, layer: int, options: MapOptions, *, changed: bool = False, why: str = ""
) -> str:
    """How true the map is at a layer, and what to know of it.

    changed  whether the other sentences are read with changes of the model that are at no piece
    why      why there is no difference, where one was asked for
    """
    said = []
    if options.method == "tsne":
        said.append(tr("t-SNE: neighbours are true, distances and sizes are not."))
    elif layer < len(value.kept) and not math.isnan(value.kept[layer]):
        said.append(tr("Keeps {share} % of this layer's variance.", share=f"{100 * value.kept[layer]:.0f}"))
    else:
        said.append(tr("All pieces are the same here."))
    if options.method == "pca" and options.special == "drawn" and not value.all_count:
        said.append(tr("Special pieces and punctuation do not count."))
    if options.special == "left out":
        said.append(tr("Special pieces and punctuation are left out."))
    if why:
        said.append(why)
    if value.truncated:
        said.append(tr("{n} pieces of the other sentences were too many for the model.", n=value.truncated))
    if changed:
        said.append(tr("The other sentences are read with the same heads off and reading direction."))
    return " ".join(said)


def incomparable_states(reference: Trace, now: Trace) -> str:
    """Why hidden states cannot be drawn on one plane, as a sentence; empty where they can."""
    if reference.scene.model_id != now.scene.model_id:
        return tr("No difference: the reference is of another model, whose hidden states have other axes.")
    return incomparable(reference, now)
