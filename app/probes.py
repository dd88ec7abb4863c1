"""The sentences that are pinned as probes: every run that is set up from now on follows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal

from bert_core.finetuning.probe_values import MOST_SENTENCES, Sentence
from bert_core.trace import Trace

_MASK = "[MASK]"


class Probes(QObject):
    """A part of the session, in the order in which they were pinned; at most MOST_SENTENCES."""

    changed = Signal(object)  # tuple[Sentence, ...]

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pinned: tuple[Sentence, ...] = ()

    @property
    def pinned(self) -> tuple[Sentence, ...]:
        """Sentence A, and B or None, of each."""
        return self._pinned

    def set_pinned(self, sentences: Iterable[Sequence[str | None]]) -> None:
        """Pin these instead; blank ones, and those beyond the most there may be, are left out."""
        wanted = tuple(dict.fromkeys(_sentence(a, b) for a, b in sentences if a and a.strip()))[
            :MOST_SENTENCES
        ]
        if wanted != self._pinned:
            self._pinned = wanted
            self.changed.emit(wanted)

    def pin(self, text_a: str, text_b: str | None = None) -> bool:
        """One more. False where it is blank, pinned already, or there are as many as there may be."""
        before = self._pinned
        self.set_pinned((*before, (text_a, text_b)))
        return len(self._pinned) > len(before)

    def unpin(self, text_a: str, text_b: str | None = None) -> None:
        """Let one go."""
        gone = _sentence(text_a, text_b)
        self.set_pinned(sentence for sentence in self._pinned if sentence != gone)

    @property
    def is_full(self) -> bool:
        """Are there as many as there may be?"""
        return len(self._pinned) >= MOST_SENTENCES


def sentence_of(trace: Trace) -> Sentence:
    """The sentences of a trace with what was put in the place of pieces written out, a masked one as [MASK].

    They are read as the trace was where whole words are masked. A mask within a word parts it: what is left of the word
    becomes words of its own.
    """
    texts = [trace.scene.text_a, trace.scene.second or ""]
    for position in sorted(trace.scene.replaced, reverse=True):
        token = trace.tokens[position]
        text = _MASK if token.id == trace.mask_id else token.text.removeprefix("##")
        before = texts[token.segment]
        texts[token.segment] = before[: token.start] + text + before[token.end :]
    return _sentence(*texts)


def _sentence(text_a: str | None, text_b: str | None) -> Sentence:
    return text_a or "", text_b if text_b and text_b.strip() else None
