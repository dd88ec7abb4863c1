"""What explains a prediction: which prediction is meant, and what the measures say of it; frozen values, no torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, fsum, nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bert_core.scene import Scene

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]

Scale = Literal["logit", "log-probability", "probability"]
Method = Literal["integrated gradients", "gradient x input", "leave-one-out"]
Baseline = Literal["[MASK]", "[PAD]"]
WordMethod = Literal["left-to-right", "together", "pseudo-log-likelihood"]
FillOrder = Literal["certain", "left-to-right", "together"]

GAP = 0.01
"""What the completeness gap of integrated gradients is to be below."""


@dataclass(frozen=True)
class CandidateTarget:
    """A vocabulary piece as the prediction at a position, masked or not.

    scale  its logit; or after a softmax over the vocabulary its probability, or the natural logarithm of that
    """

    position: int
    token_id: int
    scale: Scale = "logit"


@dataclass(frozen=True)
class NextTarget:
    """That B follows A.

    scale  p(is next), its natural logarithm, or with "logit" the log-odds ln(p / (1 - p)), which do not saturate
    """

    scale: Scale = "probability"


@dataclass(frozen=True)
class ClassTarget:
    """A class of the whole text, as a tuned model has it.

    label  its index; None: the one that is predicted for the text as it is
    scale  its logit; or after a softmax over the classes its probability, or the natural logarithm of that
    """

    label: int | None = None
    scale: Scale = "logit"


@dataclass(frozen=True)
class ScoreTarget:
    """The one number that a tuned model gives a text: its value, or in multiple choice the score of the ending in B."""

    scale: Literal["logit"] = "logit"


@dataclass(frozen=True)
class TagTarget:
    """A tag of the piece at a position, as a tuned model has it; `label` and `scale` as in `ClassTarget`.

    position  None: the first word's first piece that is predicted another tag than "O", else the first word's
    """

    position: int | None = None
    label: int | None = None
    scale: Scale = "logit"


@dataclass(frozen=True)
class SpanTarget:
    """That the answer begins with the piece at `start` and ends with the one at `end`; 0, 0: there is none.

    start, end  None, both: the best answer in the text as it is
    scale       the sum of the two logits; or the product of the two probabilities, or its natural logarithm
    """

    start: int | None = None
    end: int | None = None
    scale: Scale = "logit"


TaskTarget = ClassTarget | ScoreTarget | TagTarget | SpanTarget
Target = CandidateTarget | NextTarget | TaskTarget


@dataclass(frozen=True, eq=False)
class Attribution:
    """How much each of S pieces did for a target; above 0 speaks for it, below against it.

    scores    float64 [S], read-only, in the unit of the target
    varied    bool [S], read-only: false where the method leaves the piece as it is, so that its score must be 0
    value     the target of the text, F(x)
    baseline  of integrated gradients: the target of the baseline, F(x')
    gap       of integrated gradients: |sum of scores - (F(x) - F(x'))| / max(|F(x) - F(x')|, 1e-3)
    steps     how many gradients were taken; 0 where none is
    """

    method: Method
    target: Target
    scores: Floats
    varied: NDArray[np.bool_]
    value: float
    baseline: float | None = None
    gap: float | None = None
    steps: int = 0

    @property
    def complete(self) -> bool:
        """Whether the gap is as small as it should be; true where the method promises no sum."""
        return self.gap is None or self.gap < GAP


@dataclass(frozen=True, eq=False)
class LayerLens:
    """What the masked-word head makes of the hidden states at P positions after each of L layers; [0] the embeddings.

    ids            int64 [L+1, P, K], most probable first; of equals, the lower id
    probabilities  float64 [L+1, P, K]
    entropies      float64 [L+1, P], nats
    final_ranks    int64 [L+1, P], 1 the best, of the piece that is first after the last layer, ids[-1, :, 0];
    final_probabilities  float64 [L+1, P] are that piece's
    words          ids of W pieces that were asked for
    word_ranks     int64 [L+1, P, W]
    word_probabilities  float64 [L+1, P, W]

    Arrays are read-only. The last layer is the model's own prediction.
    """

    positions: tuple[int, ...]
    ids: Ids
    probabilities: Floats
    entropies: Floats
    final_ranks: Ids
    final_probabilities: Floats
    words: tuple[int, ...]
    word_ranks: Ids
    word_probabilities: Floats


@dataclass(frozen=True)
class WordScore:
    """How probable a word is in a gap that is as many pieces long as it is.

    pieces, ids        of the word, n of each
    log_probabilities  of each piece, nats; what it was given depends on the method
    rank               in the vocabulary, 1 the best, of a word of one piece; else None
    problem            why it has no probability: "empty"; "unknown", a piece of it is [UNK]; "too long" for the model
    """

    word: str
    pieces: tuple[str, ...] = ()
    ids: tuple[int, ...] = ()
    log_probabilities: tuple[float, ...] = ()
    rank: int | None = None
    problem: Literal["", "empty", "unknown", "too long"] = ""

    @property
    def log_probability(self) -> float:
        """The sum over the pieces, nats; NaN where there is a problem."""
        return nan if self.problem else fsum(self.log_probabilities)

    @property
    def probability(self) -> float:
        """The product over the pieces; the more pieces, the less: compare it among words of as many pieces."""
        return exp(self.log_probability)

    @property
    def per_piece(self) -> float:
        """The geometric mean over the pieces, by which words of unlike length may be compared."""
        return nan if self.problem else exp(self.log_probability / len(self.ids))


@dataclass(frozen=True)
class FilledMask:
    """A masked piece filled in: with what, how probable that was when it was done, and the best before any was filled.

    first_id, first_piece, first_probability  the best candidate while all masks were still masks
    """

    position: int
    id: int
    piece: str
    probability: float
    first_id: int
    first_piece: str
    first_probability: float


@dataclass(frozen=True)
class MaskFilling:
    """All masks of a scene filled, in the order in which it was done; `scene` is the one with the pieces in place."""

    order: FillOrder
    filled: tuple[FilledMask, ...]
    scene: Scene

    @property
    def log_probability(self) -> float:
        """Of all together: the sum of the logarithms of their probabilities, nats."""
        return fsum(float(np.log(one.probability)) for one in self.filled)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A piece's place in a ranking, 1 the best."""

    rank: int
    id: int
    piece: str
    probability: float


@dataclass(frozen=True, eq=False)
class Ranking:
    """The whole vocabulary as candidates for one position, best first; of equals, the lower id comes first.

    order          int64 [V], ids by rank
    ranks          int64 [V], by id, 1 the best
    probabilities  float64 [V], by id
    """

    position: int
    order: Ids = field(repr=False)
    ranks: Ids = field(repr=False)
    probabilities: Floats = field(repr=False)
    vocabulary: tuple[str, ...] = field(repr=False)

    def of(self, token_id: int) -> Ranked:
        """Where a piece stands. Raises IndexError for an id that is not there."""
        if not 0 <= token_id < len(self.vocabulary):
            raise IndexError(f"id {token_id} of {len(self.vocabulary)}")
        piece, share = self.vocabulary[token_id], float(self.probabilities[token_id])
        return Ranked(int(self.ranks[token_id]), token_id, piece, share)

    def best(self, count: int, after: int = 0) -> list[Ranked]:
        """The next `count` after the first `after`."""
        return [self.of(token_id) for token_id in self.order[after : after + count].tolist()]

    def search(self, text: str, limit: int = 100) -> list[Ranked]:
        """The best pieces that hold `text`, upper and lower case alike; the piece that is just that comes first."""
        sought = text.strip().casefold()
        found = [i for i in self.order.tolist() if sought in self.vocabulary[i].casefold()] if sought else []
        found.sort(key=lambda i: self.vocabulary[i].casefold() != sought)  # stable: else by rank
        return [self.of(token_id) for token_id in found[:limit]]
