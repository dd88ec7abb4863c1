"""What is said of a head's map: what is on it, what its rows keep, what the pinned ones amount to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.panels.attention.head_view import HeadView
from app.panels.attention.numbers import strongest
from app.translation import tr
from app.views.map_table import map_table
from app.views.marginal_bars import Margin
from app.views.piece_text import isolated
from app.views.tables import Table
from bert_core.trace import Token

_NAMED = 3  # pieces that are named; of more, their number
_MOST_BARS = 40
_ROUNDED = 0.005


@dataclass(frozen=True)
class Ranked:
    """What is strongest, under a title; `whole` is what a full bar stands for."""

    title: str
    rows: tuple[tuple[str, float], ...] = ()
    whole: float = 1.0


def named(view: HeadView, rows: Sequence[int]) -> str:
    """A few rows by name, many by number."""
    if len(rows) > _NAMED:
        return tr("{n} words", n=len(rows)) if view.options.words else tr("{n} pieces", n=len(rows))
    return ", ".join(isolated(view.tokens[row].text) for row in rows)


def state_text(view: HeadView | None, tokens: Sequence[Token], *, regrouped: bool = False) -> str:
    """What is not as the model has it: words, what is left out, and with how much of the weight; often nothing.

    regrouped  the reference has other words, and its pieces are merged like those of now
    """
    if view is None:
        return ""
    parts = []
    if view.options.words:
        parts.append(
            tr("words; the reference is merged like now, its own words are others")
            if regrouped
            else tr("words")
        )
    left_out = dict.fromkeys(token.text for token in tokens if token.special)
    if view.options.special != "shown" and left_out:
        pieces, share = ", ".join(left_out), _share(1 - float(view.kept.mean()))
        parts.append(
            tr("{pieces} left out with {share} of the weight, rows renormalised", pieces=pieces, share=share)
            if view.options.special == "renormalised"
            else tr(
                "{pieces} left out with {share} of the weight: rows no longer sum to 1",
                pieces=pieces, share=share,
            )
        )  # fmt: skip
    return " · ".join(parts)


def bars_text(view: HeadView | None, rows: Sequence[int]) -> str:
    """What the bars under the map are; empty where there are none."""
    if view is None or not view.options.bars:
        return ""
    if len(rows) > 1:
        return tr("Bars: {pieces}, summed", pieces=named(view, rows))
    if view.signed:
        return tr("Bars: change of the mean weight that each column receives")
    return tr("Bars: mean weight that each column receives; line: an even share")


def margin_of(view: HeadView, rows: Sequence[int]) -> Margin | None:
    """The bars: what each column receives on average, or where several rows are pinned, their sum."""
    if not view.options.bars:
        return None
    several = len(rows) > 1
    even = None if view.signed else view.even * np.float32(len(rows) if several else 1)
    return Margin(
        summed(view, rows) if several else view.received,
        tr("sum") if several else tr("mean"),
        even,
        signed=view.signed,
        strong=several,
    )


def summed(view: HeadView, rows: Sequence[int]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """The sum of these rows: float32 [N]."""
    total: np.ndarray[tuple[int, ...], np.dtype[np.float32]] = view.values[list(rows)].sum(axis=0)
    return total


def info_text(view: HeadView, entropies: Sequence[float], rows: Sequence[int]) -> tuple[str, str]:
    """The entropy of all rows, and the mean of these; of rows that are no shares of a whole, what they keep."""
    if view.signed:
        largest = float(np.abs(view.values).max(initial=0.0))
        return tr("difference, largest change"), f"{largest:.3f}"
    if view.whole:
        text = tr("mean entropy {mean} nats", mean=f"{sum(entropies) / len(entropies):.2f}")
        own = f"{sum(entropies[row] for row in rows) / len(rows):.2f}" if rows else ""
    else:
        text = tr("rows keep {share} of their weight", share=_share(float(view.kept.mean())))
        own = _share(float(view.kept[list(rows)].mean())) if rows else ""
    return (f"{text} · {named(view, rows)}", own) if rows else (text, "")


def _share(value: float) -> str:
    """In per cent; what rounds to nothing or all but is not, is said so."""
    if 0 < value < _ROUNDED:
        return tr("under 1%")
    return tr("over 99%") if 1 - _ROUNDED < value < 1 else f"{value:.0%}"


def read_out(
    view: HeadView, over: tuple[int | None, int | None], queries: Sequence[int], keys: Sequence[int]
) -> tuple[str, float | None, bool]:
    """What is pointed at, or pinned: in words, its weight, and whether that is a cell of the map."""
    query, key = over
    if query is None and key is None:
        if queries and keys:
            rows, columns = list(queries), list(keys)
        elif len(keys) == 1:
            rows, columns = [], list(keys)
        else:
            return "", None, False
    elif key is None:
        return "", None, False
    else:
        columns = [key]
        rows = [query] if query is not None else list(queries) if len(queries) > 1 else []
    if not rows:
        text = tr("{piece} receives on average", piece=named(view, columns))
        return text, float(view.received[columns[0]]), False
    text = f"{named(view, rows)} → {named(view, columns)}"
    if len(rows) == len(columns) == 1:
        return text, float(view.values[rows[0], columns[0]]), True
    return tr("{pieces}, sum", pieces=text), float(view.values[np.ix_(rows, columns)].sum()), False


def ranked(view: HeadView, queries: Sequence[int], keys: Sequence[int]) -> Ranked:
    """What the pinned rows attend to, or what attends to the pinned columns; several are summed."""
    if queries:
        weights, several, pieces = summed(view, queries), len(queries), named(view, queries)
        if several > 1:
            more = tr("{pieces} attend more to, summed:", pieces=pieces)
            title = more if view.signed else tr("{pieces} attend to, summed:", pieces=pieces)
        else:
            more = tr("{piece} attends more to:", piece=pieces)
            title = more if view.signed else tr("{piece} attends to:", piece=pieces)
    elif keys:
        weights, several, pieces = view.values[:, list(keys)].sum(axis=1), len(keys), named(view, keys)
        if several > 1:
            more = tr("{pieces} are attended to more by, summed:", pieces=pieces)
            title = more if view.signed else tr("{pieces} are attended to by, summed:", pieces=pieces)
        else:
            more = tr("{piece} is attended to more by:", piece=pieces)
            title = more if view.signed else tr("{piece} is attended to by:", piece=pieces)
    else:
        return Ranked(tr("Click a cell or a label to pin it, Shift or Ctrl for several; Esc lets go."))
    best = strongest(weights, _MOST_BARS)
    rows = tuple((isolated(view.tokens[place].text), weight) for place, weight in best)
    # Rows share a whole of 1; what a column receives has no such bound.
    whole = max(1.0, float(several) if queries else float(weights.max(initial=0.0)))
    return Ranked(title, rows, whole)


def head_table(view: HeadView, queries: Sequence[int], keys: Sequence[int]) -> Table:
    """The map as a table; below it the mean of its rows where there are bars, and the sum of several pinned ones.

    Several pinned columns are summed in a last column.
    """
    header, rows = map_table(view.values, view.tokens)
    lines = [list(row) for row in rows]
    if view.options.bars:
        lines.append([tr("(mean of all rows)"), *view.received.astype(str)])
    if len(queries) > 1:
        title = tr("(sum of {pieces})", pieces=", ".join(view.tokens[row].text for row in queries))
        lines.append([title, *summed(view, queries).astype(str)])
    if len(keys) > 1:
        title = tr("(sum of {pieces})", pieces=", ".join(view.tokens[key].text for key in keys))
        header = [*header, title]
        totals = view.values[:, list(keys)].sum(axis=1).astype(str)
        for at, line in enumerate(lines):
            line.append(totals[at] if at < len(totals) else "")
    return header, lines


def shown_facts(
    view: HeadView, tokens: Sequence[Token], queries: Sequence[int], keys: Sequence[int]
) -> dict[str, str]:
    """What a saved picture says of how the head is shown."""
    facts = {"Rows and columns": "words" if view.options.words else "pieces"}
    special = ", ".join(dict.fromkeys(token.text for token in tokens if token.special))
    if view.options.special != "shown" and special:
        renormalised = view.options.special == "renormalised"
        facts["Left out"] = f"{special}; rows " + (
            "divided by what is left of them" if renormalised else "as they are"
        )
    if bars := bars_text(view, queries):
        facts["Bars"] = bars
    for name, pinned in (("Pinned queries", queries), ("Pinned keys", keys)):
        if pinned:
            facts[name] = ", ".join(view.tokens[place].text for place in pinned)
    return facts


def formula_of(view: HeadView) -> str:
    """What is done to the weights a_ij after the softmax; empty where nothing is."""
    parts = []
    if view.options.words:
        parts.append("words: sum over the pieces of the key, mean over those of the query")
    if view.options.special == "renormalised":
        parts.append("a_ij / sum_k a_ik over the pieces that are not special")
    return "; ".join(parts)
