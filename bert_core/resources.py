"""Finds the files that come with the program, in the source tree and in an installed wheel alike."""

from __future__ import annotations

import errno
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource_path(*parts: str) -> Path:
    """The path of a resource, such as `resource_path("models", "mini-en")`; without parts, the folder that holds all.

    A wheel carries the resources inside the package (`bert_core/_resources`), the source tree beside it (`resources/`).
    Raises FileNotFoundError, naming the path, where there is no such file or folder.
    """
    packaged = _PACKAGE / "_resources"
    root = packaged if packaged.is_dir() else _PACKAGE.parent / "resources"
    path = root.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, "No such resource", str(path))
    return path
