"""What is asked of the files in which a person's labels are kept."""

from __future__ import annotations

from dataclasses import dataclass

from app.files import FileQuestion

Text = tuple[str, str | None]
"""Sentence A, and B or None."""


@dataclass(frozen=True)
class LabelsIn(FileQuestion):
    """The labels that are kept in a file: tuple[(Text, label)], in the order in which they were given."""

    path: str


@dataclass(frozen=True)
class KeepLabels(FileQuestion):
    """Write these, and nothing else, into the file: how many there are. What waits to be written gives way to more."""

    path: str
    labels: tuple[tuple[Text, str], ...]

    @property
    def slot(self) -> object:
        """Other files wait for themselves."""
        return KeepLabels, self.path
