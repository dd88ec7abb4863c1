"""What is measured, over which texts and by which loss, in words."""

from __future__ import annotations

from app.panels.attention.measures.job import done_words
from app.panels.common_job import Job
from app.translation import tr
from bert_core.info import ModelInfo
from bert_core.queries_measures import HeadImportance, SetMeasured
from bert_core.trace import Trace


def text_words(trace: Trace, *, compared: bool) -> str:
    """Of the text on screen, or of its difference from the reference."""
    if compared:
        return tr("Differences, this text less the reference; map and importance have none")
    if trace.scene.interventions:
        return tr("This text, {n} pieces, read as it is changed", n=len(trace.tokens))
    return tr("This text, {n} pieces", n=len(trace.tokens))


def set_words(found: SetMeasured | None, limit: int) -> str:
    """Of a set of texts, as far as it is read."""
    if found is None:
        return ""
    said = tr("Means over {n} texts, each counting alike; the model as it is", n=f"{found.texts:,}")
    if found.truncated:
        cut = tr("{n} cut to {limit} pieces", n=f"{found.truncated:,}", limit=limit)
        said = f"{said}; {cut}"
    return said


def mapped_words(found: SetMeasured | None) -> str:
    """Where the map is of fewer texts than the rest."""
    if found is None or found.mapped >= found.texts:
        return ""
    return tr("over the first {n} texts", n=found.mapped)


def loss_words(model: ModelInfo | None) -> str:
    """The loss that importance is measured by; empty where the model has none."""
    if model is None or not (model.has_mlm or model.has_nsp):
        return ""
    masked = tr("masked words, 15 % of the pieces")
    following = tr("next sentence, for pairs (taken for true ones)")
    if model.has_mlm and model.has_nsp:
        return f"{masked} + {following}"
    return masked if model.has_mlm else following


def importance_words(found: HeadImportance | None, model: ModelInfo | None) -> str:
    """Over how many texts, and by which loss."""
    if found is None:
        return ""
    return tr("importance over {n} texts, loss: {loss}", n=f"{found.used:,}", loss=loss_words(model))


def job_end(job: Job) -> str:
    """Why it stopped before its end; empty where it did not."""
    if job.state == "failed":
        return job.failure
    if job.state != "cancelled":
        return ""
    progress = job.progress
    if progress is None or progress.total is None:
        return tr("Cancelled")
    return tr("Cancelled after {done}", done=done_words(progress))
