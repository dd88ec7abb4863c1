"""What the page of examples says in words."""

from __future__ import annotations

from collections.abc import Sequence

from app.panels.fine_tuning.examples.filtering import is_wrong
from app.translation import tr
from app.views.amounts import share
from bert_core.finetuning.run_values import ExampleRow, Rows


def step_names(kept: Sequence[int], best: int | None) -> list[tuple[int | str | None, str]]:
    """What can be chosen, and how it is called: the newest step, the best, and each that is kept."""
    newest = kept[-1] if kept else None
    first = tr("Newest") if newest is None else tr("Newest: step {n}", n=f"{newest:,}")
    found: list[tuple[int | str | None, str]] = [(None, first)]
    if best is not None and best in kept:
        found.append(("best", tr("Best: step {n}", n=f"{best:,}")))
    for step in kept:
        name = tr("Step 0: before training") if step == 0 else tr("Step {n}", n=f"{step:,}")
        found.append((step, name))
    return found


def count_words(rows: Rows, listed: Sequence[ExampleRow], *, known: bool) -> str:
    """88 of 1,000 examples · 40 wrong (45.5 %) · step 120."""
    every, shown = len(rows.rows), len(listed)
    said = [
        tr("{n} examples", n=f"{every:,}")
        if shown == every
        else tr("{n} of {all} examples", n=f"{shown:,}", all=f"{every:,}")
    ]
    if known:
        judged = [row for row in listed if row.known]
        wrong = sum(is_wrong(row) for row in judged)
        if judged:
            said.append(tr("{n} wrong ({share})", n=f"{wrong:,}", share=share(wrong / len(judged))))
        said.append(tr("step {n}", n=f"{rows.step:,}") if rows.step else tr("before training"))
    else:
        said.append(tr("no predictions yet"))
    if rows.left_out:
        said.append(tr("{n} more are not listed", n=f"{rows.left_out:,}"))
    return " · ".join(said)
