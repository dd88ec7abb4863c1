"""Reads small files of a checkpoint, and says in plain words what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bert_core.errors import CheckpointError


def unreadable(path: Path, error: OSError) -> CheckpointError:
    """The error to raise where opening or reading `path` failed."""
    if isinstance(error, FileNotFoundError):
        return CheckpointError("The file is missing.", where=path, remedy="Get the checkpoint again, whole.")
    if isinstance(error, PermissionError):
        remedy = "Ask for permission to read it, or copy it to where you may."
        return CheckpointError("The file may not be read by you.", where=path, remedy=remedy)
    if isinstance(error, IsADirectoryError):
        return CheckpointError("A file is expected here, but this is a folder.", where=path)
    return CheckpointError(f"The file cannot be read: {error.strerror or error}.", where=path)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file. Raises CheckpointError naming the file."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        if path.is_dir():  # Windows says "permission denied"
            error = IsADirectoryError(*error.args)
        raise unreadable(path, error) from error
    except (ValueError, RecursionError) as error:
        raise CheckpointError(
            f"The file is not valid JSON: {error}", where=path, remedy="It is damaged; get it again."
        ) from error
    if not isinstance(values, dict):
        raise CheckpointError("The file does not hold a JSON object.", where=path)
    return values
