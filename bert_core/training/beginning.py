"""What runs of all kinds do before they train: heed a window that is gone, and take changed settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from bert_core.errors import RecipeError, TrainingError
from bert_core.recipes import JsonRecipe
from bert_core.training.files import write_json
from bert_core.training.interrupts import Interrupts
from bert_core.training.run_folder import RunFolder

R = TypeVar("R", bound=JsonRecipe)


class CalledOff(Exception):
    """The run is not wanted any more, while it is being prepared."""


def heeding(
    owned: bool, told: Callable[[str, float], None] | None, folder: RunFolder | None = None
) -> Callable[[str, float], None]:
    """Passes progress on to `told`. If a window owns the run, its end, or its wish to stop, raises CalledOff.

    Signals end the preparation at once, by themselves: there is nothing to save yet.
    """
    window = Interrupts(parent=owned)

    def progress(step: str, share: float) -> None:
        if told is not None:
            told(step, share)
        if owned and (window.asked() or (folder is not None and folder.control.wish() == "stop")):
            raise CalledOff

    return progress


def recipe_of(folder: RunFolder, kind: type[R]) -> R:
    """What run.json says. Raises TrainingError."""
    file = folder.path / "run.json"
    if not isinstance(folder.values.get("recipe"), dict):
        raise TrainingError("It holds no recipe.", where=file)
    try:
        return kind.from_dict(folder.values["recipe"])
    except RecipeError as error:
        raise TrainingError(f"Its recipe cannot be read: {error}", where=file) from error


def changed(before: R, settings: Sequence[str], changeable: Sequence[str], where: Path) -> R:
    """The recipe of a resumed run with some settings changed. Raises RecipeError for others than `changeable`."""
    recipe = before.with_settings(settings)
    old, new = before.to_dict(), recipe.to_dict()
    if wrong := [name for name in old if old[name] != new[name] and name not in changeable]:
        raise RecipeError(
            f"A run that has begun cannot change its {', '.join(wrong)}.",
            where=where,
            remedy=f"What can be changed is {', '.join(changeable)}.",
        )
    return recipe


def remember(folder: RunFolder, recipe: JsonRecipe) -> None:
    """Keep a recipe that a resume changed, for the next resume and for whoever looks on."""
    if folder.values["recipe"] == json.loads(json.dumps(recipe.to_dict())):
        return
    folder.values["recipe"] = recipe.to_dict()
    try:
        write_json(folder.path / "run.json", folder.values)
    except OSError as error:
        raise TrainingError(
            f"The changed settings cannot be written: {error.strerror or error}.",
            where=folder.path / "run.json",
        ) from error
