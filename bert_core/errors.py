"""What can go wrong, as a person should read it: what happened, to which file or text, what to do."""

from __future__ import annotations


class BertError(Exception):
    """A failure with a message fit to be shown.

    `what` is one sentence on what happened, `where` the file or text concerned, `remedy` what to do next.
    """

    def __init__(self, what: str, *, where: object = None, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = "" if where is None else str(where)
        self.remedy = remedy

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.what}" if self.where else self.what, self.remedy]
        return " ".join(part for part in parts if part)


class CheckpointError(BertError):
    """A checkpoint cannot be read, is broken, or is not a BERT."""


class VocabularyError(BertError):
    """A vocabulary or tokenizer file is missing or unusable."""


class TextError(BertError):
    """A text cannot be analysed as asked."""


class DeviceError(BertError):
    """The device or precision asked for is not to be had."""


class MemoryShortage(BertError):
    """There is not enough memory for what was asked."""


class RecipeError(BertError):
    """A setting of a training run is unknown or cannot be meant."""


class TrainingError(BertError):
    """A training run cannot start or go on: its folder, its data, or its numbers."""


class Cancelled(Exception):
    """The work was called off between two layers because something newer is wanted."""
