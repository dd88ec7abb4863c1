"""Values that session, services and panels hand to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bert_core.info import ModelInfo, short_name
from bert_core.trace import Token

Pieces = Callable[[str, str | None], tuple[Token, ...]]
"""Tokenizes a pair as the model in force does."""


def shortened(name: str, most: int) -> str:
    """At most `most` letters of a name: its begin and its end."""
    end = (most - 1) // 2
    return name if len(name) <= most else f"{name[: most - 1 - end]}…{name[-end:]}"


@dataclass(frozen=True)
class Problem:
    """Something that went wrong: `message` says what, to which file or text, and what to do; `details` may be long."""

    message: str
    details: str = ""


@dataclass(frozen=True)
class ModelChoice:
    """Which model to load, and where it is to run."""

    source: str
    device: str = "auto"
    dtype: str = "float32"

    @property
    def name(self) -> str:
        """A short name (see `short_name`)."""
        return short_name(self.source)


@dataclass(frozen=True)
class Loading:
    """How far a load has come: a word for the step and a share from 0 to 1."""

    choice: ModelChoice
    step: str = ""
    share: float = 0.0


@dataclass(frozen=True)
class LoadedModel:
    """A model that has come into force, and what else is known once it is there."""

    choice: ModelChoice
    info: ModelInfo
    pieces: Pieces
    devices: tuple[str, ...]


@dataclass(frozen=True)
class Catalogue:
    """What there is to choose from: built-in names, recent sources (newest first), devices."""

    builtin: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()
    devices: tuple[str, ...] = ("cpu",)
