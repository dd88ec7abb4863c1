"""What the flow view says in words: names of the measures, what a spot is, how it is computed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from app.panels.attention.flow.shown import KINDS, Kind, Shown
from app.translation import tr
from app.views.piece_text import isolated
from app.views.tables import Table
from app.views.worked_numbers import figure, places
from bert_core.queries_flow import MOST_PIECES
from bert_core.trace import Token


def short_name(kind: Kind) -> str:
    """A word, for where there is little room."""
    return {"raw": tr("raw"), "weighed": tr("norm"), "rollout": tr("rollout"), "flow": tr("flow")}[kind]


def title_of(kind: Kind, heads: int) -> str:
    """Above its map."""
    return {
        "raw": tr("Raw, mean of {n} heads", n=heads),
        "weighed": tr("Norm-weighted attention"),
        "rollout": tr("Rollout"),
        "flow": tr("Attention flow"),
    }[kind]


def tip_of(kind: Kind) -> str:
    """How it is computed, and in what it differs."""
    return {
        "raw": tr(
            "The weights of the piece as a query in this layer, averaged over its heads; the layers below do not count."
        ),
        "weighed": tr(
            "The length of the vector that each piece brings in this layer, over all heads together; divided by the "
            "row's sum. The output bias b_O is in no term. The layers below do not count."
        ),
        "rollout": tr(
            "From this layer down to the input: heads averaged, half of every step the piece itself (the residual), "
            "and all layers multiplied."
        ),
        "flow": tr(
            "The most that could reach the piece from each input if the weights, with half of every step the piece "
            "itself, were the widths of pipes; divided by the row's sum."
        ),
    }[kind]


def followed(tokens: Sequence[Token], position: int, *, pinned: bool, masked: bool) -> str:
    """Which piece it is, and why."""
    piece = isolated(tokens[position].text)
    if pinned:
        return tr("Followed: ‘{piece}’, which is pinned. Esc lets go.", piece=piece)
    if masked:
        return tr("Nothing is pinned: the first masked piece.")
    return tr("Nothing is pinned: {piece}.", piece=piece)


def spread_words(shown: Shown, kind: Kind, layer: int) -> str:
    """Over how many pieces the row of a layer is spread."""
    if kind not in shown.spread or math.isnan(value := float(shown.spread[kind][layer])):
        return ""
    if shown.signed:
        return tr("spread {n}", n=places(value, 1, sign=True))
    size = len(shown.counted)
    return tr("spread {n} of {size}", n=places(value, 1), size=size)


def pair_words(tokens: Sequence[Token], position: int, layer: int, piece: int | None) -> str:
    """L3: [MASK] ← milk."""
    of = isolated(tokens[position].text)
    if piece is None:
        return tr("L{layer}: {piece}", layer=layer + 1, piece=of)
    return tr("L{layer}: {piece} ← {key}", layer=layer + 1, piece=of, key=isolated(tokens[piece].text))


def numbers_words(shown: Shown, layer: int, piece: int) -> str:
    """All measures of a piece, each with its place: raw 0.121 (3), norm 0.098 (4) …"""
    said = []
    for kind in KINDS:
        if kind not in shown.values or math.isnan(value := float(shown.values[kind][layer, piece])):
            continue
        number = figure(value, 2, sign=shown.signed)
        place = float(shown.places[kind][layer, piece])
        behind = "" if math.isnan(place) or shown.signed else f" ({place:g})"
        said.append(f"{short_name(kind)} {number}{behind}")
    return " · ".join(said)


def largest_words(shown: Shown, layer: int, tokens: Sequence[Token]) -> str:
    """From which piece each measure has most in a layer."""
    said = []
    for kind in KINDS:
        row = shown.values[kind][layer] if kind in shown.values else np.empty(0)
        if len(row) and not np.isnan(row).any():
            piece = int(np.abs(row).argmax())
            value = figure(float(row[piece]), 2, sign=shown.signed)
            said.append(f"{short_name(kind)} {isolated(tokens[piece].text)} {value}")
    return tr("most from: {pieces}", pieces=" · ".join(said)) if said else ""


def over_words(shown: Shown, tokens: Sequence[Token]) -> str:
    """Over which pieces measures are ranked."""
    count, all_ = int(shown.counted.sum()), len(tokens)
    if count < all_:
        return tr("Spearman, over {n} pieces, without [CLS] and [SEP]", n=count)
    return tr("Spearman, over all {n} pieces", n=count)


def spot_words(shown: Shown, layer: int | None, piece: int | None, tokens: Sequence[Token]) -> str:
    """What is under the pointer: a cell, a layer's name, or a piece's."""
    if piece is None:
        return largest_words(shown, layer or 0, tokens)
    if layer is None:
        return tr("Click to follow ‘{piece}’", piece=isolated(tokens[piece].text))
    pair, numbers = pair_words(tokens, shown.position, layer, piece), numbers_words(shown, layer, piece)
    if shown.signed:
        return f"{pair}. {numbers}"
    count = int(shown.counted.sum())
    return tr(
        "{pair}. {numbers}; in brackets the place among {n} pieces", pair=pair, numbers=numbers, n=count
    )


def missing_words(kind: Kind, size: int, *, wanted: bool, stopped: bool) -> str:
    """Why a measure of so many pieces is not there yet, or not at all."""
    if kind == "weighed" and not wanted:
        return tr("Not known: this needs the weights of the model that the reference is of.")
    if kind == "flow" and size > MOST_PIECES:
        return tr(
            "Attention flow is worked out for up to {most} pieces, and this text has {n}: shorten it.",
            most=MOST_PIECES,
            n=size,
        )
    if kind == "flow" and stopped:
        return tr("Stopped.")
    return tr("Working it out…")


def colours_words(*, common: bool, signed: bool) -> str:
    """What colours mean."""
    ends = tr("Colours end at each map's largest.") if common else tr("Colours end at each layer's largest.")
    if signed:
        return f"{ends} {tr('Orange: more than in the reference; blue: less.')}"
    return ends


def maps_table(shown: Shown, layers: int, tokens: Sequence[Token]) -> Table:
    """A row for each layer and piece: what is drawn, and of what is now its place."""
    header = ["layer", "position", "piece", *KINDS, *(f"{kind} place" for kind in KINDS)]
    return header, _rows(shown, layers, tokens)


def _rows(shown: Shown, layers: int, tokens: Sequence[Token]) -> Iterator[Sequence[object]]:
    for layer in range(layers):
        columns = [
            shown.values[kind][layer].astype(str).tolist() if kind in shown.values else [""] * len(tokens)
            for kind in KINDS
        ]
        columns += [
            shown.places[kind][layer].astype(str).tolist() if kind in shown.places else [""] * len(tokens)
            for kind in KINDS
        ]
        for position, numbers in enumerate(zip(*columns, strict=True)):
            known = ["" if number == "nan" else number for number in numbers]
            yield [layer + 1, position, tokens[position].text, *known]


def layers_table(shown: Shown, layers: int) -> Table:
    """A row for each layer: the correlation of each two measures, and how far each is spread."""
    pairs = [(a, b) for b in range(1, len(KINDS)) for a in range(b)]
    header = ["layer", *(f"{KINDS[a]} - {KINDS[b]}" for a, b in pairs), *(f"{k} spread" for k in KINDS)]
    rows = (
        [
            layer + 1,
            *(_known(float(shown.correlations[layer, a, b])) for a, b in pairs),
            *(_known(float(shown.spread[k][layer])) if k in shown.spread else "" for k in KINDS),
        ]
        for layer in range(layers)
    )
    return header, rows


def _known(value: float) -> object:
    return "" if math.isnan(value) else value
