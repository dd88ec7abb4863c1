"""Finds the folder of a model: one that comes with the program, one on disk, or one on the Hugging Face hub."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from bert_core.errors import CheckpointError
from bert_core.resources import resource_path

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[A-Za-z0-9][\w.-]{0,95})?", re.ASCII)


def builtin_models() -> tuple[str, ...]:
    """The names of the models that come with the program."""
    try:
        folder = resource_path("models")
    except FileNotFoundError:
        return ()
    return tuple(sorted(entry.name for entry in folder.iterdir() if (entry / "config.json").is_file()))


def locate(source: str | Path, progress: Callable[[str, float], None] | None = None) -> Path:
    """The folder that `source` means: a built-in name, an existing folder, or else a hub id.

    A hub model that is in the local cache is taken from there and nothing is asked of the network; another is
    downloaded, and `progress(what, fraction)` told. A built-in name wins over a folder of that name: write ./name.
    Raises CheckpointError, saying what was looked for and what to do.
    """
    if isinstance(source, str) and source in builtin_models():
        return resource_path("models", source)
    if not str(source).strip():
        raise CheckpointError("No model is named.", remedy=f"Choose a folder, or one of: {known_models()}.")
    path = Path(source).expanduser()
    try:
        if path.is_dir():
            return path
        if path.exists():
            raise CheckpointError(
                "A model is a folder, but this is a file.",
                where=path,
                remedy="Choose the folder in which it lies.",
            )
    except (OSError, ValueError) as error:
        raise CheckpointError(
            f"The folder cannot be opened: {getattr(error, 'strerror', None) or error}.", where=source
        ) from error
    if isinstance(source, str) and _HUB_ID.fullmatch(source) and ".." not in source and "--" not in source:
        from bert_core.checkpoints.hub import snapshot  # slow to import, and seldom needed

        return snapshot(source, progress)
    raise CheckpointError(
        "There is no such folder.",
        where=path,
        remedy=f"Choose an existing one, or a model that comes with the program: {known_models()}.",
    )


def known_models() -> str:
    """The built-in names, for a message."""
    return ", ".join(builtin_models()) or "none in this installation"


def local(source: str | Path) -> Path | None:
    """As `locate`, but nothing is asked of a network: None where it is not on this machine, or is no model's name.

    Raises CheckpointError where a folder cannot be opened.
    """
    if isinstance(source, Path) or source in builtin_models() or Path(source).expanduser().is_dir():
        return locate(source)
    if not _HUB_ID.fullmatch(source) or ".." in source or "--" in source:
        return None
    from bert_core.checkpoints.hub import cached

    return cached(source)
