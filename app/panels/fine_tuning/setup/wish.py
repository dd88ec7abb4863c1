"""What Start would begin, of what is filled in; or what is still missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.translation import tr
from app.tuning import TuningWish

if TYPE_CHECKING:
    from app.panels.fine_tuning.setup.form import SetUpForm


def stem_of(form: SetUpForm) -> str:
    """What a run is called, of which a person says nothing."""
    data_set = form.data.data_set
    data = data_set.name if data_set is not None else Path(form.data.train or "run").stem
    return f"{data}-{form.model.name}" if form.model.source else data


def wish_of(form: SetUpForm) -> tuple[TuningWish | None, str, str]:
    """The wish, or None; what is said about it, and how."""
    reading, data, model, options = form.reading, form.data, form.model, form.options
    report, question, name = reading.report, reading.question, form.start_part.name.text().strip()
    if words := data.missing:
        return None, words, "secondary"
    if report is None or question is None or not reading.settled:
        if report is None and form.preview.state.property("kind") == "error":
            return None, tr("The file cannot be read."), "error"
        return None, tr("Reading…"), "secondary"
    if words := form.preview.trouble or options.problem:
        return None, words, "error"
    if not model.source:
        return None, tr("Choose a base model."), "secondary"
    if words := form.names.problem(name):
        return None, words, "error"
    recipe = options.recipe
    assert recipe is not None
    wish = TuningWish(
        folder=form.names.folder(name),
        train=question.train,
        model=model.source,
        recipe=replace(
            recipe,
            dev_share=data.dev_share,
            split_seed=data.split_seed,
            skip_malformed=form.preview.skipping and report.malformed > 0,
        ),
        dev=question.dev,
        layout=reading.layout,
        extra=question.extra,
        probes=form.probes.sentences,
    )
    return wish, form.said_of_the_queue, "secondary"
