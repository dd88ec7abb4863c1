"""What is said of the lines that are drawn: how many, of which pieces, and their largest weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.translation import tr
from app.views.picked_lines import Lines
from app.views.piece_text import isolated
from app.views.tables import Table
from bert_core.trace import Token

NAMED = 6
"""Weights that are listed in a line of text."""


@dataclass(frozen=True)
class Listed:
    """A sentence, and what follows it with its weight, or with its change (`signed`), largest first."""

    title: str
    rows: tuple[tuple[str, float], ...] = ()
    signed: bool = False

    @property
    def text(self) -> str:
        """As one line, the largest few of them."""
        form = "{:+.2f}" if self.signed else "{:.2f}"
        few = (
            f"{name} {form.format(weight)}".strip().replace("-", "−") for name, weight in self.rows[:NAMED]
        )
        return f"{self.title} {', '.join(few)}".strip()


def how_many(lines: Lines, threshold: float, largest: float, *, parted: bool, signed: bool = False) -> str:
    """How many lines there are, and what is left out."""
    least = f"{threshold:g}"
    if not len(lines):
        said = f"{largest:.2g}"
        if signed:
            return tr("No change reaches {least}: the largest is {largest}.", least=least, largest=said)
        return tr("No weight reaches {least}: the largest is {largest}.", least=least, largest=said)
    if len(lines) < lines.reached:
        count = f"{len(lines):,}"
        text = tr(
            "the strongest {n} of {all} lines from {least} up",
            n=count,
            all=f"{lines.reached:,}",
            least=least,
        )
    elif len(lines) == 1:
        text = tr("one line from {least} up", least=least)
    else:
        text = tr("{n} lines from {least} up", n=f"{len(lines):,}", least=least)
    return text if parted else f"{text} · {tr('of each pair the strongest head')}"


def of_piece(
    lines: Lines,
    query: int | None,
    key: int | None,
    heads: Sequence[int | None],
    tokens: Sequence[Token],
    *,
    signed: bool = False,
) -> Listed:
    """What a query attends to, or what attends to a key: every line of the one that is given."""
    if query is not None:
        others, piece = lines.key, _piece(tokens, query)
        title = (
            tr("what “{piece}” attends to changed by:", piece=piece)
            if signed
            else tr("{piece} attends to:", piece=piece)
        )
    elif key is not None:
        others, piece = lines.query, _piece(tokens, key)
        title = (
            tr("what attends to “{piece}” changed by:", piece=piece)
            if signed
            else tr("{piece} is attended to by:", piece=piece)
        )
    else:
        return Listed("")
    named = zip(others.tolist(), lines.head.tolist(), lines.weight.tolist(), strict=True)
    rows = ((f"{_piece(tokens, at)} {_head(heads, head)}".strip(), weight) for at, head, weight in named)
    return Listed(title, tuple(rows)[::-1], signed)


def of_pair(
    weights: Sequence[float],
    query: int,
    key: int,
    heads: Sequence[int | None],
    tokens: Sequence[Token],
    *,
    signed: bool = False,
) -> Listed:
    """What each head has between two pieces, those below the threshold too."""
    order = sorted(range(len(weights)), key=lambda at: -abs(weights[at]))
    rows = tuple((_head(heads, at), weights[at]) for at in order)
    return Listed(f"{_piece(tokens, query)} → {_piece(tokens, key)}:", rows, signed)


def lines_table(
    lines: Lines, layer: int | None, heads: Sequence[int | None], tokens: Sequence[Token]
) -> Table:
    """A row each, largest first; layers and heads count from 1, positions, as everywhere, from 0."""
    header = ["layer", "head", "query", "key", "query piece", "key piece", "weight"]
    return header, _rows(lines, "mean" if layer is None else str(layer + 1), heads, tokens)


def _rows(
    lines: Lines, layer: str, heads: Sequence[int | None], tokens: Sequence[Token]
) -> Iterator[Sequence[object]]:
    names = ["mean" if head is None else str(head + 1) for head in heads]
    for line in range(len(lines) - 1, -1, -1):
        query, key = int(lines.query[line]), int(lines.key[line])
        weight = str(lines.weight[line])
        yield layer, names[lines.head[line]], query, key, tokens[query].text, tokens[key].text, weight


def _piece(tokens: Sequence[Token], position: int) -> str:
    return isolated(tokens[position].text)


def _head(heads: Sequence[int | None], at: int) -> str:
    """H3; nothing where there is only one."""
    head = heads[at]
    return "" if head is None or len(heads) == 1 else f"H{head + 1}"
