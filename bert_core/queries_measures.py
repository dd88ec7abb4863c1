"""What is asked about all heads of a model, over one text or many, and the answers: frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from bert_core.pattern import MIXED, THRESHOLDS, Pattern
from bert_core.queries import Query

Floats = NDArray[np.float64]

PATTERNS = (*THRESHOLDS, MIXED)
"""The names of patterns, in the order in which they name a head."""

MOST_MAPPED = 256
"""So many texts of a set make the map of heads: comparing all heads takes longer than all other measures together."""


@dataclass(frozen=True)
class Texts:
    """Texts, or pairs of texts, as they are."""

    pairs: tuple[tuple[str, str | None], ...]

    @property
    def is_changed(self) -> bool:
        """They are what they are."""
        return False


@dataclass(frozen=True)
class TextFile:
    """A text file with a sentence a line, or two parted by a tab; one that was written to since is another."""

    path: str
    size: int
    changed: int

    @classmethod
    def at(cls, path: str) -> TextFile:
        """The file as it is now; one that cannot be looked at is refused when it is read."""
        return cls(path, *(_state(path) or (0, 0)))

    @property
    def is_changed(self) -> bool:
        """Whether it was written to since, or is gone."""
        return _state(self.path) != (self.size, self.changed)


def _state(path: str) -> tuple[int, int] | None:
    try:
        state = Path(path).stat()
    except (OSError, ValueError):
        return None
    return state.st_size, state.st_mtime_ns


Source = Texts | TextFile


@dataclass(frozen=True)
class TextMeasures(Query):
    """Entropy, distance, patterns and [SEP] share by weight of all heads on this text: a `HeadMeasures`."""


@dataclass(frozen=True)
class TextSeparatorNorms(Query):
    """The share of [SEP] in what each head brings, on this text: float64 [L, A], see `separator_norm_share`."""


@dataclass(frozen=True)
class TextHeadPlaces(Query):
    """The heads on a plane, like ones near each other, by this text: a `HeadPlaces`."""


@dataclass(frozen=True)
class SetMeasures(Query):
    """All of these over a set of texts, by the model as it is, nothing switched off: a `SetMeasured`."""

    about_model: ClassVar[bool] = True
    source: Source


@dataclass(frozen=True)
class SetImportance(Query):
    """How much the loss hangs on each head, over a set of texts: a `HeadImportance`."""

    about_model: ClassVar[bool] = True
    source: Source


@dataclass(frozen=True, eq=False)
class HeadMeasures:
    """Of all heads; NaN where there is no answer, or none yet. Arrays are float64 [L, A] and read-only.

    entropy         nats
    distance        pieces
    inner_distance  without the special pieces
    separators      share of the weights that is on [SEP], 0 to 1
    patterns        [L][A]; empty while they are not known
    """

    entropy: Floats
    distance: Floats
    inner_distance: Floats
    separators: Floats
    patterns: tuple[tuple[Pattern, ...], ...]


@dataclass(frozen=True, eq=False)
class HeadPlaces:
    """Where each head stands on a plane: float64 [L*A, 2], in the order l*A + a.

    kept  share of the variance that these two dimensions keep, 0 to 1; NaN where all heads are the same
    """

    places: Floats
    kept: float


@dataclass(frozen=True, eq=False)
class SetMeasured:
    """Means over a set of texts, each counting alike.

    separator_norms  float64 [L, A], see TextSeparatorNorms
    places           None until the end
    texts            how many were read; of these
    mapped           how many made the map, and
    truncated        how many were longer than the model reads
    """

    measures: HeadMeasures
    separator_norms: Floats
    places: HeadPlaces | None
    texts: int
    mapped: int
    truncated: int


@dataclass(frozen=True, eq=False)
class HeadImportance:
    """float64 [L, A], in nats, see `head_importance`; over `used` of `done` texts, the others having no loss."""

    heads: Floats
    done: int
    used: int
