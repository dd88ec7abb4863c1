"""The interventions of a scene in words, one by one, each with what is left when it is taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.translation import tr
from app.views.piece_text import isolated
from bert_core.interventions import Interventions, Term
from bert_core.trace import Token

MOST_HEADS = 6
"""More heads, layers or columns than these are one change, not one each."""


@dataclass(frozen=True)
class Change:
    """One change to the forward pass.

    words    short enough for a chip
    meaning  a sentence for whoever points at it
    without  the interventions that are left when it is taken back
    """

    words: str
    meaning: str
    without: Interventions


def changes_in(
    interventions: Interventions, tokens: Sequence[Token], layers: int, heads: int
) -> list[Change]:
    """All changes in force, in the order in which the model meets them.

    tokens         the pieces that the positions are of; a position beyond them is called by its number
    layers, heads  of the model: a whole layer, or the same head in all layers, is one change
    """
    return [
        *_terms(interventions, tokens),
        *_hidden(interventions, tokens),
        *_direction(interventions),
        *_heads(interventions, layers, heads),
    ]


def term_name(term: Term) -> str:
    """What an embedding is called in a sentence."""
    return {"token": tr("token"), "segment": tr("segment"), "position": tr("position")}[term]


def left_out_words(interventions: Interventions, position: int) -> str:
    """Which embeddings are left out at this piece alone; empty for none."""
    terms = [
        term_name(term)
        for term, where in interventions.dropped.items()
        if where != "all" and position in where
    ]
    return tr("left out of its sum: {terms}", terms=", ".join(terms)) if terms else ""


def _piece(tokens: Sequence[Token], position: int) -> str:
    if position < len(tokens):
        return tr("“{piece}”", piece=isolated(tokens[position].text))
    return tr("piece {n}", n=position)


def _terms(now: Interventions, tokens: Sequence[Token]) -> list[Change]:
    found = []
    for term in ("token", "segment", "position"):
        where = now.dropped.get(term)
        if where == "all":
            found.append(
                Change(
                    tr("no {term} embedding", term=term_name(term)),
                    tr("The {term} embedding is left out of every piece's sum.", term=term_name(term)),
                    now.dropping(term, "all", drop=False),
                )
            )
        elif where:
            found += [
                Change(
                    tr("{piece}: no {term}", piece=_piece(tokens, position), term=term_name(term)),
                    tr("The {term} embedding is left out of this piece's sum.", term=term_name(term)),
                    now.dropping(term, position, drop=False),
                )
                for position in sorted(where)
            ]
    return found


def _hidden(now: Interventions, tokens: Sequence[Token]) -> list[Change]:
    return [
        Change(
            tr("{piece} hidden", piece=_piece(tokens, position)),
            tr("No piece may attend to this one; a piece that is left with none attends to itself."),
            now.hiding(position, hide=False),
        )
        for position in sorted(now.hidden)
    ]


def _direction(now: Interventions) -> list[Change]:
    if now.direction == "both":
        return []
    words, meaning = {
        "left-to-right": (
            tr("reads left to right"),
            tr(
                "A piece attends to itself and to what stands before it, as GPT reads. BERT was not trained to read "
                "so (the paper's ablation was). [CLS] sees only itself, so the next-sentence score is constant."
            ),
        ),
        "right-to-left": (
            tr("reads right to left"),
            tr("A piece attends to itself and to what stands behind it. BERT was not trained to read so."),
        ),
    }[now.direction]
    return [Change(words, meaning, replace(now, direction="both"))]


def _heads(now: Interventions, layers: int, heads: int) -> list[Change]:
    off = {(layer, head) for layer, head in now.heads_off if layer < layers and head < heads}
    every = set(off)
    zero = now.head_off == "zero"
    meaning = (
        tr("Off: the output of the head is zero (Michel et al. 2019).")
        if zero
        else tr("Even: every piece attends alike to all it may attend to (Kovaleva et al. 2019).")
    )

    def change(name: str, which: set[tuple[int, int]], listed: str = "") -> Change:
        words = tr("{heads} off", heads=name) if zero else tr("{heads} even", heads=name)
        return Change(words, f"{meaning}\n{listed}" if listed else meaning, now.switching(which, off=False))

    found = []
    by_layer: dict[int, set[int]] = defaultdict(set)
    for layer, head in off:
        by_layer[layer].add(head)
    if len(off) == layers * heads and layers > 1:
        return [change(tr("all heads"), off)]
    for layer in sorted(by_layer):
        if len(by_layer[layer]) == heads and heads > 1:
            row = {(layer, head) for head in range(heads)}
            found.append(change(tr("layer {n}", n=layer + 1), row))
            off -= row
    for head in range(heads):
        column = {(layer, head) for layer in range(layers)}
        if layers > 1 and column <= off:
            found.append(change(tr("head {n} of every layer", n=head + 1), column))
            off -= column
    if len(found) + len(off) > MOST_HEADS:
        return [change(tr("{n} heads", n=len(every)), every, _listed(every, heads))]
    return [*found, *(change(f"L{layer + 1}-H{head + 1}", {(layer, head)}) for layer, head in sorted(off))]


def _listed(off: set[tuple[int, int]], heads: int) -> str:
    """Layer by layer, which: L2: 1, 4 · L3: all."""
    parts = []
    for layer in sorted({layer for layer, _ in off}):
        which = sorted(head + 1 for where, head in off if where == layer)
        said = tr("all") if len(which) == heads and heads > 1 else ", ".join(str(head) for head in which)
        parts.append(f"L{layer + 1}: {said}")
    return "\n".join(parts)
