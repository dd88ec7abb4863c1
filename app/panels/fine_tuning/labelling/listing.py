"""The texts that are listed, and which of them is looked at."""

from __future__ import annotations

from dataclasses import replace

from app.file_questions.labelling import Text
from app.panels.fine_tuning.labelling.given import GivenLabels
from bert_core.queries_task import Uncertain, UncertainText

AT_A_TIME = 100
"""So many texts are listed that have no label yet."""


def text_of(one: UncertainText) -> Text:
    """The text, by which its label is known."""
    return one.text, one.text_b


class Listing:
    """A text that is labelled stays listed until the file is ranked again.

    found  what is listed; None before anything was ranked
    place  of the text that is looked at; None: all have a label, or there is none
    """

    def __init__(self) -> None:
        self.found: Uncertain | None = None
        self.place: int | None = None

    @property
    def texts(self) -> tuple[UncertainText, ...]:
        """What is listed, the least sure first."""
        return () if self.found is None else self.found.texts

    @property
    def current(self) -> UncertainText | None:
        """The text that is looked at."""
        return None if self.place is None else self.texts[self.place]

    def take(self, found: Uncertain, given: GivenLabels) -> None:
        """List what is not labelled yet; the text that is looked at stays where it is still listed."""
        before = self.current
        left = [one for one in found.texts if given.of(text_of(one)) is None]
        self.found = replace(found, texts=tuple(left[:AT_A_TIME]))
        self.place = None if before is None else self.place_of(text_of(before))
        if self.place is None and self.texts:
            self.place = 0

    def clear(self) -> None:
        """Nothing is ranked any more."""
        self.found = self.place = None

    def place_of(self, text: Text) -> int | None:
        """Where a text is listed."""
        return next((n for n, one in enumerate(self.texts) if text_of(one) == text), None)

    def place_without(self, given: GivenLabels) -> int | None:
        """Of the next text that has no label, from the beginning again after the last; None: all have one."""
        at = -1 if self.place is None else self.place
        order = [*range(at + 1, len(self.texts)), *range(at)]
        return next((n for n in order if given.of(text_of(self.texts[n])) is None), None)
