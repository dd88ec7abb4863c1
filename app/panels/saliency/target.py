"""Which prediction of a text is meant, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass

from app.panels.saliency.wishes import Wish
from app.translation import tr
from app.views.piece_text import isolated
from bert_core.explanations import CandidateTarget, NextTarget, Scale, Target
from bert_core.trace import Trace

BEST = 10
"""So many candidates are offered."""


@dataclass(frozen=True)
class Aim:
    """What is explained: `target`, in words `piece`; or why nothing is."""

    target: Target | None = None
    piece: str = ""
    why_not: str = ""

    @property
    def position(self) -> int:
        """The piece whose hidden state it is read from: [CLS] for the next sentence."""
        return self.target.position if isinstance(self.target, CandidateTarget) else 0

    @property
    def words(self) -> str:
        """As in: mat at [MASK] 6."""
        if isinstance(self.target, CandidateTarget):
            return tr("‘{word}’ at piece {n}", word=isolated(self.piece), n=self.target.position)
        return tr("that B follows A")

    @property
    def quantity(self) -> str:
        """What F is."""
        return "" if self.target is None else quantity(self.target)


def has_words(trace: Trace) -> bool:
    """Whether there is a masked word to be explained."""
    return trace.logits is not None and bool(trace.masked)


def has_next(trace: Trace) -> bool:
    """Whether there is a next sentence to be explained."""
    return trace.nsp is not None and trace.scene.second is not None


def aim_of(trace: Trace, wish: Wish) -> Aim:
    """What is meant in this text; where what is wished for is not there, what is."""
    words, sentence = has_words(trace), has_next(trace)
    if sentence and (wish.next or not words):
        return Aim(NextTarget(wish.next_scale))
    if words:
        position = wish.position if wish.position in trace.masked else None
        kept = position == wish.position or len(trace.masked) == 1  # a single mask may have moved
        chosen = wish.token_id if kept else None
        position = trace.masked[0] if position is None else position
        if chosen is None or not 0 <= chosen < len(trace.vocabulary):
            chosen = trace.candidates(position, 1).candidates[0][1]
        return Aim(CandidateTarget(position, chosen, wish.word_scale), trace.vocabulary[chosen])
    return Aim(why_not=_why_not(trace))


def _why_not(trace: Trace) -> str:
    if trace.logits is None and trace.nsp is None:
        return tr(
            "This model has neither a masked-word head nor a next-sentence head, so it predicts nothing that could "
            "be explained. Load a checkpoint that kept its pretraining heads."
        )
    if trace.logits is None:
        return tr("Type a second sentence: of this model, only the next-sentence score can be explained.")
    if trace.nsp is None:
        return tr("Nothing is masked. Click a piece in the input to have its prediction explained.")
    return tr("Nothing is predicted yet. Click a piece in the input to mask it, or type a second sentence.")


def id_of(trace: Trace, typed: str) -> int | None:
    """The id of a piece that a person typed; in small letters where it is there only so."""
    for words in (typed.strip(), typed.strip().lower()):
        if words:
            try:
                return trace.vocabulary.index(words)
            except ValueError:
                continue
    return None


def quantity(target: Target) -> str:
    """What the target is, as a formula would call it."""
    named: dict[Scale, str]
    if isinstance(target, CandidateTarget):
        named = {"logit": tr("logit"), "log-probability": "ln p", "probability": "p"}
    else:
        named = {
            "logit": tr("log-odds of is next"),
            "log-probability": tr("ln p(is next)"),
            "probability": tr("p(is next)"),
        }
    return named[target.scale]
