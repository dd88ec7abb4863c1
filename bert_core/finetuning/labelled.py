"""Sentences and pairs that a person labelled, in a JSON Lines file which `reading.read` reads as training data."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bert_core.errors import TextError

Row = tuple[str, str | None, str]
"""Sentence A, B or None, and the class."""


def write_labelled(path: Path | str, rows: Iterable[Row]) -> None:
    """Replace the file by these rows, or leave it as it is: whole, or not at all. Without a row there is no file.

    Raises TextError where it cannot be written.
    """
    target = Path(path)
    staged = target.parent / f".{uuid.uuid4().hex}.part"
    lines = [_line(row) for row in rows]
    try:
        if not lines:
            target.unlink(missing_ok=True)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with staged.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        os.replace(staged, target)
    except OSError as error:
        why = (error.strerror or str(error)).rstrip(".")
        raise TextError(
            f"The labels could not be written: {why}.",
            where=target,
            remedy="Make room, or free the file: they are kept here and are written with the next one.",
        ) from error
    finally:
        with suppress(OSError):
            staged.unlink()


def read_labelled(path: Path | str) -> list[Row]:
    """What was written, in order; lines that are damaged are passed over. Raises TextError where it cannot be read."""
    found: list[Row] = []
    try:
        with Path(path).open(encoding="utf-8", errors="surrogatepass", newline="\n") as file:
            for line in file:
                row = _row(line)
                if row is not None:
                    found.append(row)
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise TextError(f"The labels cannot be read: {error}.", where=path) from error
    return found


def _line(row: Row) -> str:
    text_a, text_b, label = row
    pair = {} if text_b is None else {"text_b": text_b}
    return json.dumps({"text_a": text_a, **pair, "label": label}, ensure_ascii=False) + "\n"


def _row(line: str) -> Row | None:
    try:
        values = json.loads(line)
        text_a, text_b, label = values["text_a"], values.get("text_b"), values["label"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(text_a, str) or not isinstance(label, str) or not isinstance(text_b, str | None):
        return None
    return text_a, text_b, label
