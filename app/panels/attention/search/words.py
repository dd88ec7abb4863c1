"""What is searched for and what was found, in words, rows and tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from app.panels.attention.numbers import head_name
from app.panels.common_job import State
from app.panels.common_texts import source_words
from app.translation import tr
from app.views.hit_list import HitRow
from app.views.marked_text import Marked
from app.views.piece_text import isolated
from app.views.tables import Table
from bert_core.queries_search import (
    FAR,
    AttentionExamples,
    Found,
    Hit,
    Kind,
    Mark,
    NearestPieces,
    Pattern,
    Words,
)

Asked = AttentionExamples | NearestPieces

By = Literal["head", "state"]
"""Examples of a head, or pieces near to one."""


def instead_words(state: State, found: Found | None, by: By) -> str:
    """Why there are no examples."""
    if state == "running":
        return tr("Searching…")
    if state == "failed":
        return ""
    if found is not None:
        return tr("There is no such example in this text. Choose another kind, other words or another text.")
    if by == "head":
        return tr(
            "Where in a text does this head look that way most strongly? "
            "Choose a head and a kind, and press Search; Enter or a click on an example reads it here."
        )
    return tr(
        "Which pieces of a text are nearest to this one? "
        "Pin a piece and choose a layer, and press Search; Enter or a click on an example reads it here."
    )


def kind_names() -> dict[Kind, tuple[str, str]]:
    """Of each kind its name and what it means."""
    return {
        "any": (tr("any piece"), tr("Any weight between pieces of the text")),
        "previous": (tr("previous piece"), tr("From a piece to the one before it")),
        "next": (tr("next piece"), tr("From a piece to the one behind it")),
        "itself": (tr("itself"), tr("From a piece to itself: the diagonal")),
        "same word": (tr("same piece elsewhere"), tr("From a piece to another place where the same stands")),
        "far": (tr("far away"), tr("At least {n} pieces away", n=FAR)),
        "[CLS]": ("[CLS]", tr("From any piece to [CLS]")),
        "[SEP]": ("[SEP]", tr("From any piece to a [SEP]")),
        "punctuation": (tr("punctuation"), tr("From any piece to a mark of punctuation")),
        "other sentence": (
            tr("other sentence"),
            tr("From a sentence of a pair to the other; sentences are read two by two"),
        ),
    }


def words_names() -> dict[Words, tuple[str, str]]:
    """Of each choice of words its name and what it means."""
    return {
        "any": (tr("any word"), tr("All pieces of the text")),
        "same": (tr("same word"), tr("Only other places of the same word: do its senses lie apart?")),
        "other": (tr("other words"), tr("Only other words, each in its nearest place")),
    }


def layer_names(layers: int) -> list[str]:
    """0, the embeddings, to the last layer."""
    return [tr("embeddings"), *(tr("after layer {n}", n=n + 1) for n in range(layers))]


def pattern_words(pattern: Pattern) -> str:
    """A kind, and the words that are asked for."""
    said = kind_names()[pattern.kind][0]
    if pattern.queries.strip():
        said = tr("from “{words}” to {kind}", words=isolated(pattern.queries.strip()), kind=said)
    if pattern.keys.strip():
        said = tr("{kind}, keys “{words}”", kind=said, words=isolated(pattern.keys.strip()))
    return said


def asked_words(query: Asked, piece: str) -> str:
    """What a search is for, and where. `piece` is the one that others are to be near to."""
    where = source_words(query.source)
    if isinstance(query, AttentionExamples):
        head = head_name(query.layer, query.head)
        return tr("{head} → {kind} · {where}", head=head, kind=pattern_words(query.pattern), where=where)
    layer = tr("embeddings") if query.layer == 0 else tr("after layer {n}", n=query.layer)
    words = words_names()[query.words][0]
    return tr(
        "“{piece}” {layer}, {words} · {where}", piece=isolated(piece), layer=layer, words=words, where=where
    )


def read_words(found: Found | None) -> str:
    """How much was read, and what is to be said of that."""
    if found is None:
        return ""
    said = [tr("{texts} texts, {n} pieces", texts=f"{found.texts:,}", n=f"{found.pieces:,}")]
    if found.cut:
        said.append(tr("{n} too long to be read whole", n=f"{found.cut:,}"))
    if found.changed:
        said.append(tr("the file was written to meanwhile: lines may have moved"))
    return " · ".join(said)


def spread_words(found: Found | None, query: Asked) -> str:
    """The statistics."""
    if found is None:
        return ""
    if isinstance(query, AttentionExamples):
        if not found.counted:
            return tr("no such query")
        share = f"{100 * found.over / found.counted:.1f}"
        return tr(
            "{n} queries: mean {mean}, {share} % over 0.5",
            n=f"{found.counted:,}",
            mean=f"{found.mean:.3f}",
            share=share,
        )
    if not found.counted:
        return tr("nothing to compare")
    mean = f"{found.mean:.3f}".replace("-", "−")
    return tr("all pieces: cosine {mean} ± {deviation}", mean=mean, deviation=f"{found.deviation:.3f}")


def rows_of(found: Found, query: Asked) -> list[HitRow]:
    """The hits for the list."""
    return [_row(hit, found, query) for hit in found.hits]


def _row(hit: Hit, found: Found, query: Asked) -> HitRow:
    passage = hit.passage
    sentences = (passage.text_a,) if passage.text_b is None else (passage.text_a, passage.text_b)
    marks = [Marked(hit.query.segment, hit.query.start, hit.query.end, "query")]
    value = f"{hit.value:.3f}".replace("-", "−")
    where = tr("line {n}", n=f"{passage.line:,}")
    if hit.key is not None:
        if hit.key.position != hit.query.position:
            marks.append(Marked(hit.key.segment, hit.key.start, hit.key.end, "key"))
        detail = tr("weight {value}, {where}; click to read it here", value=value, where=where)
        return HitRow(value, hit.value, (hit.query.text, hit.key.text), sentences, tuple(marks), detail)
    z = f"{z_of(hit, found):+.1f}".replace("-", "−")
    detail = tr("cosine {value}, z {z}, {where}; click to read it here", value=value, z=z, where=where)
    return HitRow(value, hit.value, (hit.query.text,), sentences, tuple(marks), detail, tr("z {z}", z=z))


def z_of(hit: Hit, found: Found) -> float:
    """How many standard deviations a cosine lies above the mean; 0 where all are the same."""
    return (hit.value - found.mean) / found.deviation if found.deviation > 0 else 0.0


def hits_table(found: Found | None, query: Asked | None) -> Table:
    """Hits in full; positions and lines are counted from 1."""
    if found is None or query is None:
        return [], ()
    if isinstance(query, AttentionExamples):
        header = [
            "weight",
            "query",
            "key",
            "query position",
            "key position",
            "line",
            "sentence A",
            "sentence B",
        ]
    else:
        header = ["cosine", "z", "piece", "position", "line", "sentence A", "sentence B"]
    return header, _cells(found)


def _cells(found: Found) -> Iterator[list[object]]:
    for hit in found.hits:
        own: list[Mark] = [hit.query] if hit.key is None else [hit.query, hit.key]
        pieces, places = [mark.text for mark in own], [mark.position + 1 for mark in own]
        z = [z_of(hit, found)] if hit.key is None else []
        passage = hit.passage
        yield [hit.value, *z, *pieces, *places, passage.line, passage.text_a, passage.text_b or ""]


def histogram_table(found: Found | None) -> Table:
    """How many in each part."""
    if found is None:
        return [], ()
    width = (1 - found.low) / len(found.histogram)
    rows = (
        [round(found.low + n * width, 6), round(found.low + (n + 1) * width, 6), count]
        for n, count in enumerate(found.histogram)
    )
    return ["from", "to", "number"], rows


def axis_words(query: Asked) -> str:
    """What the histogram counts."""
    if isinstance(query, AttentionExamples):
        return tr("queries by their weight on {kind}", kind=kind_names()[query.pattern.kind][0])
    return tr("pieces by cosine")
