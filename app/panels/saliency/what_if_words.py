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
    what = aim.piece if aim.piece else tr("is next")
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
            tr("p({what})", what=isolated(what)),
            tr("The probability that is explained, after the change"),
            tuple(share(row.probability, 2) for row in rows),
            tuple(row.probability for row in rows),
        ),
        ChangeColumn(
            tr("change of p"),
            tr("After the change less before, in percentage points: orange to the right grew, blue shrank"),
            tuple(
                "" if row is before else places(100 * (row.probability - before.probability), 2, sign=True)
                for row in rows
            ),
            tuple(nan if row is before else row.probability - before.probability for row in rows),
            bars=True,
        ),
        ChangeColumn(
            tr("KL"),
            tr("KL(as it is || changed) in nats, of the whole prediction: how much changed in all"),
            tuple("" if row is before else figure(row.divergence, 3) for row in rows),
            tuple(nan if row is before else row.divergence for row in rows),
        ),
    ]
    if before.best is not None:
        found.append(
            ChangeColumn(
                tr("best there now"),
                tr("The best candidate after the change, and its probability"),
                tuple(
                    "" if row.best is None else f"{isolated(row.best[0])}  {share(row.best[1])}"
                    for row in rows
                ),
            )
        )
    return found


def details_of(table: WhatIfTable, tokens: tuple[Token, ...], changes: Changes) -> list[str]:
    """What a tool tip says of each row."""
    before = table.before.probability
    return [
        tr(
            "{change}: from {before} to {after}",
            change=change_words(row, tokens, changes),
            before=share(before, 2),
            after=share(row.probability, 2),
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
    said = tr(
        "Explained: {words}, p = {before} as it is.",
        words=aim.words,
        before=share(table.before.probability, 2),
    )
    if changes == "candidates" and piece is not None:
        said = tr(
            "{said} Put in for ‘{word}’, piece {n}: candidates of its own mask.",
            said=said,
            word=isolated(piece.text),
            n=position,
        )
    if rows:
        most = max(rows, key=lambda row: abs(row.probability - table.before.probability))
        said = tr(
            "{said} Most is done by “{change}”: {points} points.",
            said=said,
            change=change_words(most, (), changes),
            points=places(100 * (most.probability - table.before.probability), 2, sign=True),
        )
    return said
