"""Writes small files so that a reader sees the old or the new one, never half of one."""

from __future__ import annotations

import errno
import json
import os
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Replace `path` by these values, as JSON, synced to the disk. Raises OSError; the old file is then unharmed."""
    staged = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        with staged.open("w", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(values, indent=2, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(staged, path)
    finally:
        staged.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Let the disk know the folder's names; where the system cannot do so (Windows), it need not."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_full_disk(error: BaseException) -> bool:
    """Does a failure to write (safetensors gives the number in its words only) mean that there is no room?"""
    number = error.errno if isinstance(error, OSError) else None
    if number is None and (match := re.search(r"os error (\d+)", str(error))):
        number = int(match[1])
    return number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
