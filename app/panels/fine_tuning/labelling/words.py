"""What the page for labelling says in words."""

from __future__ import annotations

from collections.abc import Sequence

from app.panels.fine_tuning.labelling.given import GivenLabels
from app.panels.fine_tuning.labelling.listing import Listing, text_of
from app.run_values import Run
from app.translation import tr
from app.values import shortened
from app.views.bars import percent
from app.views.sentence_ranks import SentenceRow
from app.views.worked_numbers import figure
from bert_core.info import ModelInfo
from bert_core.queries_task import UncertainText

CLASS_TASKS = ("single-sentence", "sentence-pair")
"""The tasks whose examples can be labelled here."""

MOST_LETTERS = 24
"""So many are shown of a name."""


def has_classes(model: ModelInfo | None) -> bool:
    """Whether the model sorts texts into classes."""
    return model is not None and model.task is not None and model.task.task in CLASS_TASKS


def model_of(run: Run) -> str | None:
    """Where the model of a run is, if there is one yet."""
    return run.model or run.checkpoint


def words_without_classes(run: Run | None) -> tuple[str, str]:
    """Why nothing can be labelled while a model is open that has no classes, and what can be done about it."""
    if run is not None and run.kind == "finetune" and run.task not in CLASS_TASKS:
        return (
            tr(
                "Labelling is for classes of sentences and pairs; this run is of another task. Choose a run that "
                "sorts texts into classes."
            ),
            "",
        )
    if run is None or run.kind != "finetune":
        return tr("Choose a fine-tuning run of a task with classes: its model says what it is unsure of."), ""
    if model_of(run) is None:
        return tr("This run has no model yet. Wait for its first checkpoint."), ""
    words = tr(
        "The model that is open has no classes. Open the one of this run: it ranks what is to be labelled."
    )
    return words, tr("Open the model of {name}", name=shortened(run.name, MOST_LETTERS))


def words_without_texts(source: str | None, failure: str, *, ranked: bool) -> tuple[str, str]:
    """Why no text of a file is listed, and what can be done about it."""
    choose = tr("Choose a file…")
    if source is None:
        words = tr(
            "Choose a file of sentences without labels: one on each line, or a table with a column of texts."
        )
        return words, choose
    if failure:
        return failure, choose
    if ranked:
        return tr("There is no text in this file."), choose
    return tr("The model reads the file…"), ""


def rows_of(listing: Listing, given: GivenLabels) -> list[SentenceRow]:
    """A row a text."""
    most = max((one.uncertainty for one in listing.texts), default=1.0) or 1.0
    return [
        SentenceRow(
            place=f"{n + 1:,}",
            figure=figure(one.uncertainty, 2),
            share=one.uncertainty / most,
            sentence=one.text if one.text_b is None else f"{one.text}  /  {one.text_b}",
            mark=given.of(text_of(one)) or "",
            read=n == listing.place,
            detail=tr("text {n} of the file", n=f"{one.line:,}"),
        )
        for n, one in enumerate(listing.texts)
    ]


def guess_words(one: UncertainText) -> str:
    """What the model says of a text."""
    return tr("The model: {label}, {p}", label=one.predicted, p=percent(one.confidence))


def count_words(given: GivenLabels, labels: Sequence[str], *, kept: bool) -> str:
    """12 labelled: 5 negative, 7 positive · kept."""
    counts = given.counts(labels)
    each = ", ".join(f"{n} {label}" for label, n in counts.items() if n)
    if not len(given):
        return tr("Nothing is labelled yet.")
    said = tr("{n} labelled: {each}", n=len(given), each=each) if each else tr("{n} labelled", n=len(given))
    return f"{said} · {tr('kept') if kept else tr('being written…')}"
