"""Turns what was answered into what the map, the curves and the lists show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.panels.hidden_states.sentences import Sentences
from app.translation import tr
from app.views.flow_curves import LayerCurve
from app.views.piece_marks import Entry, Kind
from app.views.piece_points import MapPiece, PiecePoints
from bert_core.measures.word_senses import occurrences
from bert_core.queries_states import Method, Occurrence, Senses, StatesPlaces
from bert_core.trace import Token, Trace

Piece = tuple[int, int]
"""A sentence, 0 the text and 1 and on the others, and a position in it."""

_SAME, _OTHER, _TEXT = 0, 7, 3  # numbers of colours


@dataclass(frozen=True, eq=False)
class MapShown:
    """The points of the map, and which piece each of them is; `sentences` are the pieces of the text and the others."""

    points: PiecePoints
    pieces: tuple[Piece, ...]
    sentences: tuple[Sequence[Token], ...]

    def of_word(self, word: str) -> frozenset[int]:
        """Which points are of pieces of a word."""
        found, begin = set(), 0
        for tokens in self.sentences:
            found |= {begin + position for places in occurrences(tokens, word) for position in places}
            begin += len(tokens)
        return frozenset(found)

    def number_of(self, piece: Piece) -> int | None:
        """Which point a piece is, if it is there."""
        try:
            return self.pieces.index(piece)
        except ValueError:
            return None


def map_shown(
    value: StatesPlaces, trace: Trace, against: Trace | None, sentences: Sentences, method: Method
) -> MapShown:
    """All pieces."""
    pieces: list[MapPiece] = []
    where: list[Piece] = []
    for number, (tokens, text) in enumerate(_parts(trace, value.others, sentences)):
        for position, token in enumerate(tokens):
            sense = None if number == 0 else sentences.sense_of(number - 1)
            kind = Kind(token.segment, token.special, sense)
            pieces.append(MapPiece(token.text, kind, text[token.segment]))
            where.append((number, position))
    count = len(pieces)
    then = value.places[:, count:] if against is not None else None
    axes = (tr("component 1"), tr("component 2")) if method == "pca" else ("", "")
    after = () if then is None else tuple(range(then.shape[1]))
    points = PiecePoints(value.places[:, :count], tuple(pieces), then, after, axes)
    return MapShown(points, tuple(where), (trace.tokens, *value.others))


def _parts(
    trace: Trace, others: Sequence[Sequence[Token]], sentences: Sentences
) -> list[tuple[Sequence[Token], tuple[str, str]]]:
    """The pieces of each sentence, and what is said of where a piece stands, by its segment."""
    own = (tr("A, in the text"), tr("B, in the text"))
    texts = sentences.all
    return [(trace.tokens, own), *((tokens, (texts[n], texts[n])) for n, tokens in enumerate(others))]


def legend(shown: MapShown, sentences: Sentences) -> list[Entry]:
    """The marks that are on the map."""
    there = ~np.isnan(shown.points.places[-1, :, 0])
    kinds = {piece.kind for piece, drawn in zip(shown.points.pieces, there, strict=True) if drawn}
    found = []
    for segment, name in ((0, tr("A")), (1, tr("B"))):
        if Kind(segment) in kinds:
            found.append(Entry(Kind(segment), name))
    if any(kind.special for kind in kinds):
        found.append(Entry(Kind(special=True), tr("special")))
    for sense in range(len(sentences.senses)):
        if Kind(0, False, sense) in kinds:
            name = tr("sense {n}", n=sense + 1) if len(sentences.senses) > 1 else tr("other sentences")
            found.append(Entry(Kind(sense=sense), name))
    if shown.points.before is not None:
        found.append(Entry(Kind(), tr("reference"), hollow=True))
    return found


@dataclass(frozen=True, eq=False)
class Pairs:
    """Two and two occurrences.

    names   what stands around them
    places  of both, as sentence:position, the text being sentence 0
    values  cosines float64 [K, P]
    curve   which of the curves each belongs to
    """

    names: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    values: NDArray[np.float64]
    curve: tuple[int, ...]


def pairs_of(senses: Senses, sentences: Sentences, tokens: Sequence[Token]) -> Pairs:
    """Every two occurrences, once; `tokens` are the text's."""
    found, names, places, curve = senses.occurrences, [], [], []
    pieces = (tokens, *senses.others)
    around = [_around(one, pieces[one.sentence]) for one in found]
    where = [f"{one.sentence}:{one.positions[0]}" for one in found]
    rows, columns = np.triu_indices(len(found), 1)
    for first, second in zip(rows.tolist(), columns.tolist(), strict=True):
        names.append(f"{around[first]} · {around[second]}")
        places.append((where[first], where[second]))
        curve.append(_curve(found[first], found[second], sentences))
    values = senses.cosines[:, rows, columns].astype(np.float64) if len(found) else np.zeros((0, 0))
    return Pairs(tuple(names), tuple(places), values, tuple(curve))


def _around(found: Occurrence, tokens: Sequence[Token]) -> str:
    """The number of the sentence, and of its pieces the one before and the one after: 4 a…account."""
    begin, end = found.positions[0] - 1, found.positions[-1] + 1
    before = tokens[begin].text if begin >= 0 and not tokens[begin].special else ""
    after = tokens[end].text if end < len(tokens) and not tokens[end].special else ""
    number = str(found.sentence) if found.sentence else tr("text")
    return f"{number} {before}…{after}"


def _curve(first: Occurrence, second: Occurrence, sentences: Sentences) -> int:
    if 0 in (first.sentence, second.sentence):
        return _TEXT
    senses = [sentences.sense_of(found.sentence - 1) for found in (first, second)]
    return _SAME if senses[0] == senses[1] else _OTHER


def curves_of(pairs: Pairs, sentences: Sentences) -> list[LayerCurve]:
    """The means of the pairs of a kind, by layer."""
    several = len(sentences.senses) > 1
    names = {
        _SAME: tr("same sense") if several else tr("other sentences"),
        _OTHER: tr("other sense"),
        _TEXT: tr("with the text"),
    }
    which = np.array(pairs.curve, dtype=np.int64)
    return [
        LayerCurve(names[curve], curve, pairs.values[:, which == curve].mean(axis=1))
        for curve in (_SAME, _OTHER, _TEXT)
        if (which == curve).any()
    ]
