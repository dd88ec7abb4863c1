"""The labels that a person has given, and how they are taken back."""

from __future__ import annotations

from collections.abc import Iterable

from app.file_questions.labelling import Text


class GivenLabels:
    """One label a text; the last one given can be taken back, and so on to the first of this session."""

    def __init__(self, kept: Iterable[tuple[Text, str]] = ()) -> None:
        self._labels: dict[Text, str] = dict(kept)
        self._steps: list[tuple[Text, str | None]] = []  # what was labelled, and as what it was before

    def __len__(self) -> int:
        return len(self._labels)

    @property
    def all(self) -> tuple[tuple[Text, str], ...]:
        """Texts and labels, in the order in which they were first given."""
        return tuple(self._labels.items())

    def of(self, text: Text) -> str | None:
        """The label of a text."""
        return self._labels.get(text)

    def give(self, text: Text, label: str) -> None:
        """Label a text, or label it otherwise."""
        if self._labels.get(text) != label:
            self._steps.append((text, self._labels.get(text)))
            self._labels[text] = label

    def remove(self, text: Text) -> None:
        """Take the label of a text away."""
        if text in self._labels:
            self._steps.append((text, self._labels.pop(text)))

    def undo(self) -> Text | None:
        """Take back the last step; returns the text that it was about, None where there is none."""
        if not self._steps:
            return None
        text, before = self._steps.pop()
        if before is None:
            self._labels.pop(text, None)
        else:
            self._labels[text] = before
        return text

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._steps)

    def counts(self, labels: Iterable[str]) -> dict[str, int]:
        """How many have each of these labels."""
        given = list(self._labels.values())
        return {label: given.count(label) for label in labels}
