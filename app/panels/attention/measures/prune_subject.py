"""Over what heads are removed: the chosen texts, or what is read now; and why they cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.panels.attention.measures.sources import SourceChooser
from app.translation import tr
from bert_core.head_order import Heads
from bert_core.info import ModelInfo
from bert_core.queries_measures import SetImportance, Source, Texts
from bert_core.queries_pruning import SetPruning, TextPruning
from bert_core.trace import Trace


@dataclass(frozen=True, eq=False)
class Subject:
    """The texts that importance is of, and the query by which an order is tried."""

    weighed: SetImportance
    curve: Callable[[Heads], SetPruning | TextPruning]
    over: str
    count: int | None


def impossible(trace: Trace | None, model: ModelInfo | None, source: Source | None) -> str:
    """Why heads cannot be removed one after the other here; empty where they can."""
    if trace is None or model is None or trace.scene.model_id != model.model_id:
        return tr("Heads can be removed once a model has read the text.")
    if not (model.has_mlm or model.has_nsp):
        return tr(
            "This model has neither the masked-word head nor the next-sentence head that it was trained by, so "
            "nothing says what is lost with a head. Load a checkpoint that kept them."
        )
    if not model.has_mlm and source is None and trace.scene.second is None:
        return tr(
            "This model has no masked-word head. Add a second sentence to see what removing heads does to the "
            "next-sentence score."
        )
    return ""


def subject_of(trace: Trace, model: ModelInfo | None, sources: SourceChooser) -> Subject:
    """What is chosen; of the text that is read, its masked pieces, or where there are none all of them."""
    source, mode, over = sources.source, trace.scene.interventions.head_off, sources.words()
    if source is not None:
        chosen: Source = source
        count = len(source.pairs) if isinstance(source, Texts) else None
        return Subject(
            SetImportance(source),
            lambda order: SetPruning(chosen, order, mode),
            over,
            count,
        )
    text = Texts(((trace.scene.text_a, trace.scene.second),))
    if model is not None and model.has_mlm and not trace.masked:
        return Subject(SetImportance(text), lambda order: SetPruning(text, order, mode), over, 1)
    scene = replace(trace.scene, interventions=replace(trace.scene.interventions, heads_off=frozenset()))
    return Subject(SetImportance(text), lambda order: TextPruning(scene, order), over, 1)
