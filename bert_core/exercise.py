"""A text as BERT is trained on it: which pieces it is asked for, what it reads there, and how well it does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from bert_core.trace import NspScore, Token

Fate = Literal["mask", "random", "kept"]
"""What the model reads at a piece that it is asked for: [MASK], a random piece, or the piece itself."""

FATES: tuple[Fate, ...] = ("mask", "random", "kept")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a model says at one place.

    piece, id    its likeliest piece
    probability  of that piece, 0..1
    right        the probability of the piece that stood there, 0..1
    loss         -ln(right), nats
    """

    piece: str
    id: int
    probability: float
    right: float
    loss: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A piece that the model is asked for; guess None where it has no masked-word head."""

    position: int
    fate: Fate
    guess: Guess | None = None


@dataclass(frozen=True)
class Exercise:
    """One training example, S pieces.

    tokens    the pieces as typed
    read      the pieces as the model reads them; they differ from `tokens` only where it is asked
    asked     in order of position
    is_next   whether the second sentence counts as the one that follows; None where there is none
    nsp       what the model says of that, reading `read`; None where there is no second sentence or no head
    left_out  pieces that did not fit, of A and of B
    """

    tokens: tuple[Token, ...]
    read: tuple[Token, ...]
    asked: tuple[Asked, ...]
    is_next: bool | None = None
    nsp: NspScore | None = None
    left_out: tuple[int, int] = (0, 0)

    @property
    def ordinary(self) -> int:
        """How many pieces are text, not added by the tokenizer."""
        return sum(not token.special for token in self.tokens)

    @property
    def mlm_loss(self) -> float | None:
        """The mean of -ln p over the pieces asked for, nats; None where there is none, or no guess."""
        losses = [asked.guess.loss for asked in self.asked if asked.guess is not None]
        return sum(losses) / len(losses) if losses else None

    @property
    def nsp_probability(self) -> float | None:
        """What the model gives to the right one of IsNext and NotNext."""
        if self.nsp is None or self.is_next is None:
            return None
        return self.nsp.is_next if self.is_next else self.nsp.not_next

    @property
    def nsp_loss(self) -> float | None:
        """-ln of `nsp_probability`, nats."""
        right = self.nsp_probability
        if right is None:
            return None
        return -math.log(right) if right > 0 else math.inf

    @property
    def loss(self) -> float | None:
        """The sum of those of the two that there are (Devlin et al. 2018, appendix A.2); None where there is none."""
        parts = [part for part in (self.mlm_loss, self.nsp_loss) if part is not None]
        return sum(parts) if parts else None

    def counts(self) -> dict[Fate, int]:
        """How many of the pieces asked for met which fate."""
        return {fate: sum(asked.fate == fate for asked in self.asked) for fate in FATES}

    def replaced(self) -> dict[int, int]:
        """Position -> id of what is read there, where that is not what was typed."""
        return {
            position: read.id
            for position, (typed, read) in enumerate(zip(self.tokens, self.read, strict=True))
            if read.id != typed.id
        }


@dataclass(frozen=True)
class Exercises:
    """The text as typed, and its first sentence with one from elsewhere; None where there is no second sentence."""

    own: Exercise
    other: Exercise | None = None
