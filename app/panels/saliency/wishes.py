"""Which prediction is to be explained, and how: kept while the application runs, shared by all pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, Signal

from bert_core.explanations import Baseline, Scale
from bert_core.queries_saliency import Changes

Kind = Literal["integrated", "gradient", "omission", "rollout"]
KINDS: tuple[Kind, ...] = ("integrated", "gradient", "omission", "rollout")

COUNTS = (10, 20, 50, 100)
"""How many candidates may be put in."""


@dataclass(frozen=True)
class Wish:
    """Everything a person may choose.

    next        the next sentence (True) or a word (False); None: what the model is tuned for, else a masked word, else
                the next sentence
    label       of a tuned model: which class or tag; None: the predicted one
    tagged      which piece's tag; None: the first that is predicted one
    span        which answer, by its first and last piece; None: the best
    chosen_in   the texts in which these two were chosen: in others they mean nothing
    position    which mask, and
    token_id    which candidate there; None: the first mask, the best candidate
    word_scale, next_scale, task_scale  in which unit each of them is explained
    baseline    from what integrated gradients set out
    signed      rank by what speaks for it and against it; else by how much it matters either way
    colours     by which method the pieces of the input are coloured
    changes, count  what is tried out
    """

    next: bool | None = None
    position: int | None = None
    token_id: int | None = None
    word_scale: Scale = "logit"
    next_scale: Scale = "probability"
    task_scale: Scale = "logit"
    label: int | None = None
    tagged: int | None = None
    span: tuple[int, int] | None = None
    chosen_in: tuple[str, str | None] | None = None
    baseline: Baseline = "[MASK]"
    signed: bool = False
    colours: Kind | None = None
    changes: Changes = "candidates"
    count: int = 20


class Wishes(QObject):
    """One for all pages of a session: it lives as its child. changed() follows every change."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = Wish()

    @classmethod
    def of(cls, session: QObject) -> Wishes:
        """The one of this session."""
        found = session.findChild(cls)
        return found if isinstance(found, cls) else cls(session)

    @property
    def now(self) -> Wish:
        """What is wanted now."""
        return self._now

    def set(self, wish: Wish) -> None:
        """Want this from now on."""
        if wish != self._now:
            self._now = wish
            self.changed.emit()

    def forget_pieces(self) -> None:
        """Another model has another vocabulary, and other classes."""
        self.set(replace(self._now, token_id=None, label=None, tagged=None, span=None))
