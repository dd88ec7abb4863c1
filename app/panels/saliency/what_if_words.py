"""What the table of changes says."""

from __future__ import annotations

from math import nan

from app.panels.saliency.target import Aim
from app.translation import tr
from app.views.amounts import share
from app.views.change_table import ChangeColumn
from app.views.piece_text import isolated
from app.views.tables import Table
from app.views.worked_numbers import figure, places
from bert_core.explanations import ScoreTarget
from bert_core.queries_saliency import Changes, Outcome, WhatIfTable
from bert_core.trace import Token


def name_of(changes: Changes) -> str:
    """What is tried out."""
    return {
        "candidates": tr("other words"),
        "masks": tr("each piece masked"),
        "removals": tr("each word removed"),
    }[changes]


def change_words(outcome: Outcome, tokens: tuple[Token, ...], changes: Changes) -> str:
    """What was changed, in a few words."""
    piece = isolated(outcome.piece)
    if outcome.kind == "as it is":
        return tr("as it is")
    if outcome.kind == "swapped":
        return tr("A and B swapped")
    if outcome.kind == "removed":
        return tr("{piece} removed", piece=piece)
    if outcome.kind == "masked":
        return "[MASK]" if changes == "candidates" else tr("{piece} masked", piece=piece)
    here = outcome.position is not None and outcome.position < len(tokens)
    if here and tokens[outcome.position or 0].text == outcome.piece:
        return tr("{piece} (as it is)", piece=piece)
    return piece


def columns_of(
    table: WhatIfTable, aim: Aim, tokens: tuple[Token, ...], changes: Changes
) -> list[ChangeColumn]:
    """Of what is there: chances only of candidates, the best candidate only of words."""
    rows, before = table.outcomes, table.before
    number = isinstance(aim.target, ScoreTarget)
    found = [
        ChangeColumn(
            tr("change"),
            tr("What is put in, masked, taken out or swapped. Double click or Enter makes it so."),
            tuple(change_words(row, tokens, changes) for row in rows),
        )
    ]
    if changes == "candidates":
        found.append(
            ChangeColumn(
                tr("its p"),
                tr("How probable the candidate itself is while its place is masked"),
                tuple("" if row.chance is None else share(row.chance) for row in rows),
                tuple(nan if row.chance is None else row.chance for row in rows),
            )
        )
    elif changes == "masks":
        found.append(
            ChangeColumn(
                tr("piece"),
                tr("Where in the text"),
                tuple("" if row.position is None else str(row.position) for row in rows),
                tuple(nan if row.position is None else float(row.position) for row in rows),
            )
        )
    found += [
        ChangeColumn(
            tr("number") if number else tr("p({what})", what=isolated(aim.about)),
            tr("What is explained, after the change"),
            tuple(amount_of(row.probability, aim) for row in rows),
            tuple(row.probability for row in rows),
        ),
        ChangeColumn(
            tr("change") if number else tr("change of p"),
            tr("After the change less before: orange to the right grew, blue shrank")
            if number
            else tr(
                "After the change less before, in percentage points: orange to the right grew, blue shrank"
            ),
            tuple("" if row is before else _change(row, before, aim) for row in rows),
            tuple(nan if row is before else row.probability - before.probability for row in rows),
            bars=True,
        ),
    ]
    if not number:
        found.append(_divergences(table))
    if before.best is not None:
        found.append(
            ChangeColumn(
                tr("best there now"),
                tr("What is best after the change, and its probability"),
                tuple(
                    "" if row.best is None else f"{isolated(row.best[0]) or '–'}  {share(row.best[1])}"
                    for row in rows
                ),
            )
        )
    return found


def amount_of(value: float, aim: Aim) -> str:
    """A probability, or a number, as it is written."""
    return figure(value, 3) if isinstance(aim.target, ScoreTarget) else share(value, 2)


def _change(row: Outcome, before: Outcome, aim: Aim) -> str:
    change = row.probability - before.probability
    number = isinstance(aim.target, ScoreTarget)
    return figure(change, 2, sign=True) if number else places(100 * change, 2, sign=True)


def _divergences(table: WhatIfTable) -> ChangeColumn:
    rows, before = table.outcomes, table.before
    return ChangeColumn(
        tr("KL"),
        tr("KL(as it is || changed) in nats, of the whole prediction: how much changed in all"),
        tuple("" if row is before else figure(row.divergence, 3) for row in rows),
        tuple(nan if row is before else row.divergence for row in rows),
    )


def details_of(table: WhatIfTable, aim: Aim, tokens: tuple[Token, ...], changes: Changes) -> list[str]:
    """What a tool tip says of each row."""
    before = table.before.probability
    return [
        tr(
            "{change}: from {before} to {after}",
            change=change_words(row, tokens, changes),
            before=amount_of(before, aim),
            after=amount_of(row.probability, aim),
        )
        for row in table.outcomes
    ]


def table_of(table: WhatIfTable, tokens: tuple[Token, ...], changes: Changes) -> Table:
    """All numbers in full."""
    before = table.before
    header = [
        "change",
        "piece",
        "position",
        "chance",
        "p before",
        "p after",
        "p change",
        "KL",
        "best",
        "p best",
    ]
    rows = (
        [
            row.kind,
            row.piece,
            "" if row.position is None else row.position,
            "" if row.chance is None else row.chance,
            before.probability,
            row.probability,
            row.probability - before.probability,
            row.divergence,
            *(("", "") if row.best is None else row.best),
        ]
        for row in table.outcomes
    )
    return header, rows


def idle_words(table: WhatIfTable, aim: Aim, piece: Token | None, position: int, changes: Changes) -> str:
    """What is tried out, and what moved the prediction most."""
    rows = [row for row in table.outcomes if row.kind != "as it is"]
    before = table.before
    said = tr(
        "Explained: {words}, {quantity}{before} as it is.",
        words=aim.words,
        quantity="" if isinstance(aim.target, ScoreTarget) else "p = ",
        before=amount_of(before.probability, aim),
    )
    if changes == "candidates" and piece is not None:
        said = tr(
            "{said} Put in for ‘{word}’, piece {n}: candidates of its own mask.",
            said=said,
            word=isolated(piece.text),
            n=position,
        )
    if rows:
        most = max(rows, key=lambda row: abs(row.probability - before.probability))
        points = _change(most, before, aim)
        said = tr(
            "{said} Most is done by “{change}”: {points}.",
            said=said,
            change=change_words(most, (), changes),
            points=points if isinstance(aim.target, ScoreTarget) else tr("{n} points", n=points),
        )
    return said
