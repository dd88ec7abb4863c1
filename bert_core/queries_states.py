"""What is asked about hidden states as vectors: where they stand, what is near them; and the answers: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bert_core.queries import Query
from bert_core.scene import Scene
from bert_core.trace import Floats, Token

Method = Literal["pca", "tsne"]
Special = Literal["counted", "drawn", "left out"]

MOST_POINTS = 400
"""So many pieces t-SNE places: its time grows faster than they do."""

MOST_SENTENCES = 24
"""So many sentences are read beside the text."""


@dataclass(frozen=True)
class StatesMap(Query):
    """The pieces of the text, and of other sentences, on a plane, by their hidden states: a `StatesPlaces`.

    method     principal components, or t-SNE, layer by layer
    own_axes   principal components of each layer, turned to fit the layer before, instead of common ones of all
    special    whether [CLS], [SEP] and punctuation count for the axes, are only drawn, or are left out; t-SNE has no
               axes: there, what is drawn counts
    sentences  read by the same model, with those changes of the scene that are at no piece
    against    the scene of a kept reference, of the same model: its pieces stand on the same plane
    """

    method: Method = "pca"
    own_axes: bool = False
    special: Special = "drawn"
    sentences: tuple[str, ...] = ()
    against: Scene | None = None


@dataclass(frozen=True)
class WordSenses(Query):
    """How alike the occurrences of a word, or of a piece, are, in the text and in other sentences: a `Senses`."""

    word: str
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class NearestPieces(Query):
    """The pieces of the vocabulary nearest to one of the text, or of another sentence: a `Nearest`.

    layer     of the hidden state: 0 the embeddings, l after layer l
    sentence  whose piece it is; None: the text's
    """

    position: int
    layer: int
    sentence: str | None = None
    top_k: int = 10


@dataclass(frozen=True, eq=False)
class StatesPlaces:
    """Places float32 [K, N, 2] of N pieces in the first K layers, 0 the embeddings; K = L+1 once it is done.

    The pieces are those of the text, of the other sentences in their order, and of the reference; where special ones
    and punctuation are left out, those among them have NaN for places.

    kept       float64 [K], share of each layer's variance that the two dimensions keep; NaN where that means nothing
    others     the pieces of the other sentences
    truncated  how many pieces of theirs the model could not read
    all_count  special pieces and punctuation count after all, since the others are too few to make axes
    """

    places: Floats
    kept: NDArray[np.float64]
    others: tuple[tuple[Token, ...], ...] = ()
    truncated: int = 0
    all_count: bool = False


@dataclass(frozen=True)
class Occurrence:
    """Where a word stands: in the text (0) or another sentence (1 and on), at which pieces."""

    sentence: int
    positions: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Senses:
    """Cosines float32 [L+1, n, n] between the hidden states of n occurrences, each the mean of its pieces' ones.

    others  the pieces of the other sentences
    """

    occurrences: tuple[Occurrence, ...]
    cosines: Floats
    others: tuple[tuple[Token, ...], ...] = ()


Ranked = tuple[tuple[str, int, float], ...]
"""Pieces as (text, id, cosine), the nearest first."""


@dataclass(frozen=True)
class Nearest:
    """By the piece's token embedding, itself left out, and by its hidden state."""

    by_token: Ranked
    by_state: Ranked
