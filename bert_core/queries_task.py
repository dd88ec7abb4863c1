"""What is asked of a tuned model about its own task, and the answers: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from bert_core.queries import Query
from bert_core.queries_measures import TextFile

Floats = NDArray[np.float64]

Uncertainty = Literal["entropy", "margin"]
"""entropy: of the probabilities, in nats; margin: 1 - (the best one's - the second's). More is more uncertain, both."""

MOST_UNCERTAIN = 500
"""So many texts of a file are listed at most: those that the model is least sure of."""


@dataclass(frozen=True)
class AskTask(Query):
    """The tuned model's answer for the scene: a `TaskAnswer`. Fails with a message where the model has no task.

    choices  other endings, for multiple choice, beside sentence B, which is the first; each is all of a sentence B
    """

    choices: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ClassAnswer:
    """Probabilities of the classes: float64 [C], read-only; sum 1."""

    labels: tuple[str, ...]
    probabilities: Floats

    @property
    def best(self) -> int:
        """The predicted class."""
        return int(self.probabilities.argmax())


@dataclass(frozen=True)
class ValueAnswer:
    """A number, on the scale of the training data."""

    value: float


@dataclass(frozen=True)
class WordTag:
    """A word of sentence A or B with its tag, predicted at its first piece.

    positions   of its pieces
    start, end  in its own sentence, code points
    segment     0: sentence A, 1: B
    tag         one of the answer's labels, of
    probability
    """

    text: str
    positions: tuple[int, ...]
    start: int
    end: int
    segment: int
    tag: str
    probability: float


@dataclass(frozen=True)
class Entity:
    """Words that belong together by their tags (IOB2, or IO): words[first:last + 1] are of this kind.

    probability  the product of its words' probabilities
    """

    kind: str
    first: int
    last: int
    start: int
    end: int
    segment: int
    text: str
    probability: float


@dataclass(frozen=True, eq=False)
class TagAnswer:
    """Tags of all pieces, and of the words.

    probabilities  float64 [S, T], read-only; rows sum to 1; the model was trained on first pieces only
    words          those that are no special piece; each has its first piece's tag
    """

    labels: tuple[str, ...]
    probabilities: Floats
    words: tuple[WordTag, ...]
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True)
class Span:
    """A stretch of sentence B as an answer.

    first, last  positions of its pieces
    start, end   in sentence B, code points
    score        the sum of the two logits
    probability  among all spans that are allowed, and "no answer" where there may be none; 0 to 1
    """

    text: str
    first: int
    last: int
    start: int
    end: int
    score: float
    probability: float


@dataclass(frozen=True, eq=False)
class SpanAnswer:
    """Where in sentence B the answer to A stands.

    start, end        float64 [S], read-only: of the pieces of B, and of [CLS], which stands for "no answer"; sum 1 each
    spans             the best ones, best first, without those that only overlap a better one
    none_score        what "no answer" has in place of a span's score
    none_probability  as a span's; 0 where the model always answers
    answered          False: "no answer" is what the model says
    """

    start: Floats
    end: Floats
    spans: tuple[Span, ...]
    none_score: float
    none_probability: float
    answered: bool

    @property
    def best(self) -> Span | None:
        """What the model says; None: there is no answer."""
        return self.spans[0] if self.answered and self.spans else None


@dataclass(frozen=True, eq=False)
class ChoiceAnswer:
    """Probabilities of the endings: float64 [C], read-only; sum 1. [0] is sentence B.

    scores  float64 [C]: what the model gives each ending by itself; only differences mean something
    """

    endings: tuple[str, ...]
    probabilities: Floats
    scores: Floats

    @property
    def best(self) -> int:
        """The chosen ending."""
        return int(self.probabilities.argmax())


TaskAnswer = ClassAnswer | ValueAnswer | TagAnswer | SpanAnswer | ChoiceAnswer


@dataclass(frozen=True)
class UncertainTexts(Query):
    """Which texts of an unlabelled file the tuned model is least sure of: an `Uncertain`; it takes long.

    file  unlabelled, read as `bert_core.finetuning.reading.read_texts` does
    most  how many are listed
    """

    about_model: ClassVar[bool] = True
    file: TextFile
    measure: Uncertainty = "entropy"
    most: int = 100


@dataclass(frozen=True)
class UncertainText:
    """A text with what the model makes of it.

    line         where it is in the file, counted by texts, from 1 on
    predicted    in words: class, tags parted by spaces, answer
    uncertainty  in the unit of the measure; of tags the mean over the words
    probabilities  of the classes, in the order of the model's labels; else empty
    tags         of the words, where the model tags
    """

    line: int
    text: str
    text_b: str | None
    predicted: str
    confidence: float
    uncertainty: float
    probabilities: tuple[float, ...] = ()
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Uncertain:
    """The least sure first; `read` of the texts were looked at, `cut` of these were longer than the model reads.

    measure  by which they are ranked
    """

    texts: tuple[UncertainText, ...]
    read: int
    cut: int
    labels: tuple[str, ...]
    measure: Uncertainty = "entropy"
