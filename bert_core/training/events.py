"""The record of a run: one JSON object a line, appended by the one who trains, followed by anyone who looks."""

from __future__ import annotations

import io
import json
import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_TAIL = 256
"""Bytes before the reader's place that it compares, to notice that a log was cut and has grown again since."""


class EventLog:
    """Appends events to a file; one process writes at a time (see RunFolder.lock)."""

    def __init__(self, path: Path) -> None:
        self._path = Path(path)

    def append(self, kind: str, **fields: Any) -> None:
        """Write {"event": kind, "time": unix seconds, ...fields} as a line; numbers that are not finite become null.

        Raises OSError where it cannot be written; then the file is as it was before.
        """
        event = {"event": kind, "time": round(time.time(), 3), **fields}
        line = json.dumps(_finite(event), ensure_ascii=False, allow_nan=False).encode() + b"\n"
        with self._path.open("ab", buffering=0) as file:
            before = file.seek(0, os.SEEK_END)
            try:
                while line:
                    line = line[file.write(line) :]
            except OSError:
                file.truncate(before)
                raise

    def offset(self) -> int:
        """The log's length in bytes."""
        return self._path.stat().st_size if self._path.exists() else 0

    def cut(self, offset: int) -> None:
        """Forget all that stands behind the first `offset` bytes."""
        if self.offset() > offset:
            with self._path.open("rb+") as file:
                file.truncate(offset)


class EventReader:
    """Follows a log that another process writes.

    skip       lines for which it says True are not parsed: of a long record, most may be of no interest
    restarted  whether the last `read` found the log cut or replaced, and so began anew
    malformed  how many lines were no JSON object, and were passed over
    """

    def __init__(self, path: Path, *, skip: Callable[[bytes], bool] | None = None) -> None:
        self._path = Path(path)
        self._skip = skip
        self._offset = 0
        self._tail = b""
        self.restarted = False
        self.malformed = 0

    def read(self) -> list[dict[str, Any]]:
        """What has come since the last call, whole lines only; nothing while there is no file.

        After a cut, everything from the start, and `restarted` is True. Raises OSError if the file is unreadable.
        """
        self.restarted = False
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            return self._read_lines(b"") if not self._offset else self._start_anew(b"")
        with file:
            file.seek(self._offset - len(self._tail))
            data = file.read()
            if not data.startswith(self._tail):
                file.seek(0)
                return self._start_anew(file.read())
        return self._read_lines(data[len(self._tail) :])

    def _start_anew(self, data: bytes) -> list[dict[str, Any]]:
        self._offset, self._tail, self.malformed = 0, b"", 0
        self.restarted = True
        return self._read_lines(data)

    def _read_lines(self, data: bytes) -> list[dict[str, Any]]:
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        self._tail = (self._tail + whole[-_TAIL:])[-_TAIL:]
        events = []
        for line in io.BytesIO(whole):  # one by one: a split of a long log would hold up every other thread
            if self._skip is not None and self._skip(line):
                continue
            try:
                event = json.loads(line)
            except (ValueError, RecursionError):
                event = None
            if isinstance(event, dict):
                events.append(event)
            else:
                self.malformed += 1
        return events


def _finite(value: Any) -> Any:
    """The same with null for NaN and infinity, which JSON does not have."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value
