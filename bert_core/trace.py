"""What one forward pass showed: frozen values, numpy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bert_core.scene import Scene

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Token:
    """One WordPiece as the model reads it.

    start, end  character offsets (code points) in its own sentence; 0, 0 for an added special
    word        index of the word it belongs to, unique over the pair; each special is its own word
    special     true for the [CLS], [SEP], [PAD] that were added, not for a typed [MASK] or an [UNK]
    """

    text: str
    id: int
    segment: int
    start: int
    end: int
    word: int
    special: bool


@dataclass(frozen=True, slots=True)
class MaskPrediction:
    """The candidates for one masked position, most probable first, as (token, id, probability)."""

    position: int
    candidates: list[tuple[str, int, float]]


@dataclass(frozen=True, slots=True)
class NspScore:
    """Next-sentence probabilities; they sum to 1."""

    is_next: float
    not_next: float


@dataclass(frozen=True, eq=False)
class EmbeddingTerms:
    """The three embeddings, their sum, and output = LayerNorm(sum): float32 [S, H] each."""

    token: Floats
    segment: Floats
    position: Floats
    sum: Floats
    output: Floats


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds spent on tokenization and on the forward pass, recording included."""

    tokenize: float = 0.0
    forward: float = 0.0


@dataclass(frozen=True, eq=False)
class Trace:
    """Everything one forward pass showed; all arrays are freshly owned and read-only.

    S pieces, H hidden size, L layers, A heads, V vocabulary:
    embeddings      EmbeddingTerms of float32 [S, H]
    attentions      float32 [L, A, S, S]; rows (queries) sum to 1
    hidden_states   float32 [L+1, S, H]; [0] is embeddings.output
    pooled          float32 [H], or None where the checkpoint has no pooler
    nsp             NspScore, or None without an NSP head
    left_out        pieces truncated from A and from B
    """

    scene: Scene
    tokens: tuple[Token, ...]
    embeddings: EmbeddingTerms
    attentions: Floats
    hidden_states: Floats
    pooled: Floats | None
    nsp: NspScore | None
    left_out: tuple[int, int] = (0, 0)
    mask_id: int = -1
    timing: Timing = Timing()
    logits: Mapping[int, Floats] | None = field(default=None, repr=False)
    vocabulary: Sequence[str] = field(default=(), repr=False)

    @property
    def masked(self) -> tuple[int, ...]:
        """Positions where the model reads [MASK], typed or put there."""
        return tuple(p for p, token in enumerate(self.tokens) if token.id == self.mask_id)

    def mlm_logits(self, position: int) -> Floats:
        """Logits float32 [V] at a masked position, or one asked for with `predict`.

        Raises KeyError where no prediction was asked for, or the model has no MLM head.
        """
        if self.logits is None:
            raise KeyError(f"position {position}: this model has no masked-word head")
        try:
            return self.logits[position]
        except KeyError:
            raise KeyError(
                f"position {position}: not masked; ask for it with bert.trace(..., predict=[{position}])"
            ) from None

    def candidates(self, position: int, top_k: int = 10) -> MaskPrediction:
        """The `top_k` most probable pieces at a predicted position (softmax over the vocabulary)."""
        logits = self.mlm_logits(position).astype(np.float64)
        weights = np.exp(logits - logits.max())
        total = weights.sum()
        top_k = max(0, min(top_k, len(logits)))
        # Everything down to the last that counts, ties included; of equals, the lower id comes first.
        best = np.flatnonzero(logits >= np.partition(logits, -top_k)[-top_k])
        best = best[np.lexsort((best, -logits[best]))][:top_k]
        return MaskPrediction(
            position, [(self.vocabulary[i], i, float(weights[i] / total)) for i in best.tolist()]
        )

    def mlm(self, top_k: int = 10) -> list[MaskPrediction] | None:
        """Predictions for each [MASK], in order; None without an MLM head."""
        if self.logits is None:
            return None
        return [self.candidates(position, top_k) for position in self.masked]
