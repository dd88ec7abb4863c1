"""What is asked of the evaluations of a run, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from app.files import FileQuestion


@dataclass(frozen=True)
class EvaluationsOf(FileQuestion):
    """Every measurement on the dev set that is kept in a run's folder: tuple[Evaluation, ...], by step.

    steps  those that are there: asked again when there is one more
    """

    folder: str
    steps: tuple[int, ...]
