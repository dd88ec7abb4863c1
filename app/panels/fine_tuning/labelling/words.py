"""What the page for labelling says in words, and where labels are kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from app.panels.fine_tuning.labelling.given import GivenLabels
from app.places import runs_folder
from app.translation import tr
from app.views.bars import percent
from app.views.sentence_ranks import SentenceRow
from app.views.worked_numbers import figure
from bert_core.info import ModelInfo
from bert_core.queries_task import Uncertain, UncertainText

CLASS_TASKS = ("single-sentence", "sentence-pair")
"""The tasks whose examples can be labelled here."""


def has_classes(model: ModelInfo | None) -> bool:
    """Whether the model sorts texts into classes."""
    return model is not None and model.task is not None and model.task.task in CLASS_TASKS


def labels_file(source: str, labels: Sequence[str]) -> Path:
    """Where what is labelled in a file is kept: one file for each that is labelled, and each set of classes."""
    told = "\n".join((str(Path(source).absolute()), *labels))
    mark = hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:6]
    return runs_folder() / "labelled" / f"{Path(source).stem[:60]}-{mark}.jsonl"


def text_of(one: UncertainText) -> tuple[str, str | None]:
    """The text, by which its label is known."""
    return one.text, one.text_b


def rows_of(found: Uncertain, given: GivenLabels, current: int | None) -> list[SentenceRow]:
    """A row a text."""
    most = max((one.uncertainty for one in found.texts), default=1.0) or 1.0
    return [
        SentenceRow(
            place=f"{n + 1:,}",
            figure=figure(one.uncertainty, 2),
            share=one.uncertainty / most,
            sentence=one.text if one.text_b is None else f"{one.text}  /  {one.text_b}",
            mark=given.of(text_of(one)) or "",
            read=n == current,
            detail=tr("text {n} of the file", n=f"{one.line:,}"),
        )
        for n, one in enumerate(found.texts)
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
