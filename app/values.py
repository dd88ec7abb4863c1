"""Values that session, services and panels hand to each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bert_core.info import ModelInfo
from bert_core.trace import Token

Pieces = Callable[[str, str | None], tuple[Token, ...]]
"""Tokenizes a pair as the model in force does."""


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
