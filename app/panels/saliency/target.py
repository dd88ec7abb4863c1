"""Which prediction of a text is meant, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.panels.saliency.wishes import Wish
from app.translation import tr
from app.views.piece_text import isolated
from bert_core.explanations import (
    CandidateTarget,
    ClassTarget,
    NextTarget,
    Scale,
    ScoreTarget,
    SpanTarget,
    TagTarget,
    Target,
)
from bert_core.finetuning.task_info import TaskInfo
from bert_core.trace import Token, Trace

BEST = 10
"""So many candidates are offered."""

_LETTERS = 40  # of an answer in a sentence


@dataclass(frozen=True)
class Aim:
    """What is explained: `target`, in words `piece`; or why nothing is.

    named  the target with what it left open, once the model has said it
    task   what the model is tuned for
    """

    target: Target | None = None
    piece: str = ""
    why_not: str = ""
    named: Target | None = None
    task: TaskInfo | None = None

    @property
    def known(self) -> Target | None:
        """The target as far as it is known."""
        return self.named or self.target

    @property
    def open(self) -> bool:
        """Whether the model has yet to say what it is."""
        target = self.known
        if isinstance(target, ClassTarget):
            return target.label is None
        if isinstance(target, TagTarget):
            return target.position is None or target.label is None
        return isinstance(target, SpanTarget) and (target.start is None or target.end is None)

    @property
    def position(self) -> int | None:
        """The piece whose hidden state it is read from: [CLS] for the whole text; None: not yet known."""
        target = self.known
        if isinstance(target, CandidateTarget | TagTarget):
            return target.position
        return target.start if isinstance(target, SpanTarget) else 0

    @property
    def about(self) -> str:
        """What p is of, in a word or two."""
        target = self.known
        if isinstance(target, ClassTarget | TagTarget):
            return self.label or tr("what is predicted")
        if isinstance(target, SpanTarget):
            return tr("the answer")
        return self.piece or tr("is next")

    @property
    def label(self) -> str:
        """The class or tag, where it is known."""
        label = self.known.label if isinstance(self.known, ClassTarget | TagTarget) else None
        labels = () if self.task is None else self.task.labels
        return labels[label] if label is not None and label < len(labels) else ""

    @property
    def words(self) -> str:
        """As in: mat at [MASK] 6."""
        target = self.known
        if isinstance(target, CandidateTarget):
            return tr("‘{word}’ at piece {n}", word=isolated(self.piece), n=target.position)
        if isinstance(target, ClassTarget):
            label = self.label
            return tr("the class ‘{label}’", label=isolated(label)) if label else tr("the predicted class")
        if isinstance(target, TagTarget):
            if target.position is None or not self.label:
                return tr("the predicted tag")
            label, word = isolated(self.label), isolated(self.piece)
            return tr("the tag {label} of ‘{word}’, piece {n}", label=label, word=word, n=target.position)
        if isinstance(target, SpanTarget):
            if target.start is None:
                return tr("the answer")
            return (
                tr("the answer ‘{words}’", words=self.piece)
                if target.start
                else tr("that there is no answer")
            )
        if isinstance(target, ScoreTarget):
            chosen = self.task is not None and self.task.task == "multiple-choice"
            return tr("the score of the ending in B") if chosen else tr("the number that the model gives")
        return tr("that B follows A")

    @property
    def quantity(self) -> str:
        """What F is."""
        return "" if self.target is None else quantity(self.target)

    def told(self, named: Target, trace: Trace) -> Aim:
        """The same, once the model has said what it is in this text."""
        if not isinstance(named, TagTarget | SpanTarget):
            return replace(self, named=named)
        return replace(self, named=named, piece=_piece(named, trace))


def has_words(trace: Trace) -> bool:
    """Whether there is a masked word to be explained."""
    return trace.logits is not None and bool(trace.masked)


def has_next(trace: Trace) -> bool:
    """Whether there is a next sentence to be explained."""
    return trace.nsp is not None and trace.scene.second is not None


def has_task(trace: Trace, task: TaskInfo | None) -> bool:
    """Whether there is something to be explained that the model is tuned for."""
    if task is None:
        return False
    return trace.scene.second is not None or task.task not in ("question-answering", "multiple-choice")


def aim_of(trace: Trace, wish: Wish, task: TaskInfo | None = None) -> Aim:
    """What is meant in this text; where what is wished for is not there, what is.

    task  that of the model which read it: what comes first, unless another prediction is wished for
    """
    words, sentence = has_words(trace), has_next(trace)
    other = (wish.next and sentence) or (wish.next is False and words)
    if task is not None and has_task(trace, task) and not other:
        return _task_aim(trace, wish, task)
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


def _task_aim(trace: Trace, wish: Wish, task: TaskInfo) -> Aim:
    label = wish.label if wish.label is not None and wish.label < len(task.labels) else None
    same = wish.chosen_in == texts_of(trace)
    target: Target
    if task.task == "tagging":
        target = TagTarget(wish.tagged if same else None, label, wish.task_scale)
    elif task.task == "question-answering":
        start, end = (wish.span if same else None) or (None, None)
        target = SpanTarget(start, end, wish.task_scale)
    elif task.task in ("regression", "multiple-choice"):
        target = ScoreTarget()
    else:
        target = ClassTarget(label, wish.task_scale)
    return Aim(target, _piece(target, trace), task=task)


def texts_of(trace: Trace) -> tuple[str, str | None]:
    """What was read: places in it mean nothing in other texts."""
    return trace.scene.text_a, trace.scene.second


def _piece(target: Target, trace: Trace) -> str:
    """The piece that is tagged, or the answer's own characters."""
    if isinstance(target, TagTarget) and target.position is not None:
        return trace.tokens[target.position].text
    if isinstance(target, SpanTarget) and target.start and target.end:
        text = trace.scene.text_b or ""
        first, last = trace.tokens[target.start], trace.tokens[target.end]
        return _shortened(text[first.start : last.end])
    return ""


def _shortened(words: str) -> str:
    return isolated(words if len(words) <= _LETTERS else words[: _LETTERS - 1] + "…")


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


def token_at(trace: Trace, aim: Aim) -> Token | None:
    """The piece that it is read from."""
    position = aim.position
    return trace.tokens[position] if position is not None and position < len(trace.tokens) else None


def quantity(target: Target) -> str:
    """What the target is, as a formula would call it."""
    named: dict[Scale, str]
    if isinstance(target, ScoreTarget):
        return tr("value")
    if isinstance(target, SpanTarget):
        named = {
            "logit": tr("logit of its begin + logit of its end"),
            "log-probability": tr("ln p of its begin + ln p of its end"),
            "probability": tr("p of its begin × p of its end"),
        }
    elif not isinstance(target, NextTarget):
        named = {"logit": tr("logit"), "log-probability": "ln p", "probability": "p"}
    else:
        named = {
            "logit": tr("log-odds of is next"),
            "log-probability": tr("ln p(is next)"),
            "probability": tr("p(is next)"),
        }
    return named[target.scale]
