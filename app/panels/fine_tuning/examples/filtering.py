"""Which examples are listed, and in which order."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bert_core.finetuning.run_values import ExampleRow

Key = Literal["index", "right", "text", "text_b", "gold", "predicted", "confidence", "score", "loss"]


@dataclass(frozen=True)
class Wanted:
    """What a person wants to see.

    wrong            only what the model got wrong
    gold, predicted  only these classes; of tags: where a word has it; None: any
    sought           words that the texts, or what is said of them, hold; upper and lower case alike
    """

    wrong: bool = False
    gold: str | None = None
    predicted: str | None = None
    sought: str = ""

    @property
    def is_all(self) -> bool:
        """Whether everything is wanted."""
        return self == Wanted()


class Listed:
    """Rows made ready to be searched."""

    def __init__(self, rows: Sequence[ExampleRow]) -> None:
        self.rows = tuple(rows)
        self._texts: list[str] | None = None

    def chosen(self, wanted: Wanted) -> list[int]:
        """The places of the rows that are wanted."""
        places = range(len(self.rows))
        rows, found = self.rows, list(places)
        if wanted.wrong:
            found = [n for n in found if is_wrong(rows[n])]
        if wanted.gold is not None:
            found = [n for n in found if has(rows[n].gold, rows[n].gold_tags, wanted.gold)]
        if wanted.predicted is not None:
            found = [n for n in found if has(rows[n].predicted, rows[n].predicted_tags, wanted.predicted)]
        words = wanted.sought.casefold().split()
        if words:
            texts = self._ready()
            found = [n for n in found if all(word in texts[n] for word in words)]
        return found

    def ordered(self, places: Sequence[int], key: Key, *, falling: bool) -> list[int]:
        """By one column, then by number; what has no number there comes last, whichever way."""
        value = _VALUES[key]
        rows = self.rows
        known = [n for n in places if value(rows[n]) == value(rows[n])]
        known.sort(key=lambda n: value(rows[n]), reverse=falling)
        unknown = [n for n in places if value(rows[n]) != value(rows[n])]
        return [*known, *unknown]

    def _ready(self) -> list[str]:
        if self._texts is None:
            self._texts = [
                "\n".join((row.text, row.text_b or "", row.gold, row.predicted)).casefold()
                for row in self.rows
            ]
        return self._texts


def is_wrong(row: ExampleRow) -> bool:
    """Whether something is predicted that is known to be wrong."""
    predicted = bool(row.predicted) or not math.isnan(row.confidence)
    return row.known and predicted and not row.right


def has(label: str, tags: Sequence[str], wanted: str) -> bool:
    """Whether it is of this class, or one of its words has this tag."""
    return wanted in tags if tags else label == wanted


_VALUES: dict[Key, Callable[[ExampleRow], Any]] = {
    "index": lambda row: row.index,
    "right": lambda row: not is_wrong(row),
    "text": lambda row: row.text.casefold(),
    "text_b": lambda row: (row.text_b or "").casefold(),
    "gold": lambda row: _word_or_number(row.gold),
    "predicted": lambda row: _word_or_number(row.predicted),
    "confidence": lambda row: row.confidence,
    "score": lambda row: row.score if row.known else math.nan,
    "loss": lambda row: row.loss,
}


def _word_or_number(words: str) -> tuple[int, float, str]:
    """Numbers by their value, before words."""
    try:
        return 0, float(words), ""
    except ValueError:
        return 1, 0.0, words.casefold()
