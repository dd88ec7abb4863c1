"""What is asked about a scene beyond its trace, and the answers: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bert_core.scene import Scene


@dataclass(frozen=True)
class Query:
    """Base of all queries; a query is equal to another that asks the same.

    about_model  what comes of it belongs to the model, whatever the scene: it is kept while the model is in force
    """

    about_model: ClassVar[bool] = False


@dataclass(frozen=True)
class Similarity(Query):
    """Cosine similarity between all pieces' hidden states of a layer (0 is the embeddings): float32 [S, S]."""

    layer: int


@dataclass(frozen=True)
class MosaicLevels(Query):
    """All heads as one uint8 image at full and at maximum-pooled resolutions, for drawing.

    per_head  scale every head by its own largest weight instead of 0..1
    against   the scene of a kept reference: what is drawn is the difference, now less that
    """

    per_head: bool = False
    against: Scene | None = None


@dataclass(frozen=True)
class MeanAttention(Query):
    """The average over all heads of all layers: float32 [S, S]. A layer's alone is quick enough to need no query."""


@dataclass(frozen=True)
class TrainingExample(Query):
    """The text as BERT would have been trained on it: an `Exercises`, reproducible from the seed.

    share        of the pieces, 0..1, that the model is asked for
    whole_words  choose words, not pieces
    elsewhere    a sentence of another document, to stand in the place of B; empty: no such pair is made
    """

    seed: int
    share: float = 0.15
    whole_words: bool = False
    elsewhere: str = ""


@dataclass(frozen=True)
class InterventionEffect(Query):
    """What the scene's interventions change in the predictions, against the scene without them: an `Effect`."""


@dataclass(frozen=True)
class OfReference(Query):
    """What comes of `query` for a scene that was kept to compare with, of the same model."""

    query: Query
    scene: Scene


@dataclass(frozen=True)
class MaskEffect:
    """One masked word before and after: KL(before || after) in nats, and the best candidates as (piece, p)."""

    position: int
    kl: float
    before: tuple[tuple[str, float], ...]
    after: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Effect:
    """Of interventions, on each masked word and on p(is next); the latter None without a next-sentence head."""

    masks: tuple[MaskEffect, ...]
    next_before: float | None
    next_after: float | None


@dataclass(frozen=True)
class Progress:
    """How far a long query has come.

    done, total  of what there is to do; total None while that is not known
    words        what is being done, in a word
    value        what is known by now, of the kind of the final value; None: nothing yet
    """

    done: int
    total: int | None = None
    words: str = ""
    value: object = None


@dataclass(frozen=True)
class Answer:
    """What came of a query on a scene: a value, or a failure that can be shown; or, with `progress`, neither yet."""

    query: Query
    scene: Scene
    value: object = None
    failure: str = ""
    progress: Progress | None = None
