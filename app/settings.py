"""What comes back at the next start: typed, versioned, tolerant of anything in the file."""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

VERSION = 1
MOST_BYTES = 16_000_000
"""A larger file is not ours: it is left alone."""
MOST_CHARACTERS = 500_000
"""Of each sentence; a longer one is not kept, as it would hold up the start."""
MOST_RECENT = 50


@dataclass(frozen=True)
class Settings:
    """All that is remembered.

    geometry, state  Qt's own bytes, in base64
    replaced         (position, id) pairs
    recent, runs     models, and folders of training runs, newest first
    probes           sentence A, and B or None, of what is pinned for the next runs
    """

    version: int = VERSION
    theme: str = "system"
    text_a: str | None = None
    text_b: str | None = None
    replaced: tuple[tuple[int, int], ...] = ()
    model: str = ""
    device: str = "auto"
    dtype: str = "float32"
    recent: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    probes: tuple[tuple[str, str | None], ...] = ()
    geometry: str = ""
    state: str = ""


def read_settings(path: Path) -> Settings:
    """What the file says; defaults for what is missing or makes no sense. Never raises, never blocks for long."""
    try:
        if not path.exists():
            return Settings()
        if not path.is_file() or path.stat().st_size > MOST_BYTES:  # reading from a pipe would wait for ever
            log.info("settings in %s cannot be used: not a file, or too large", path)
            return Settings()
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        log.info("settings in %s cannot be used: %s", path, error)
        return Settings()
    if not isinstance(raw, dict) or raw.get("version") != VERSION:
        log.info("settings in %s are of another version", path)
        return Settings()
    settings = Settings()
    for field in fields(Settings):
        if field.name in raw:
            value = _checked(field.name, raw[field.name])
            if value is not None:
                settings = replace(settings, **{field.name: value})
    return _consistent(settings)


def _consistent(settings: Settings) -> Settings:
    """Both sentences and what is replaced in them, or nothing of them."""
    texts = (settings.text_a, settings.text_b or "")
    if texts[0] is None or any(len(text or "") > MOST_CHARACTERS for text in texts):
        return replace(settings, text_a=None, text_b=None, replaced=())
    return settings


def _checked(name: str, value: Any) -> Any:
    """The value if it is of the right kind, else None."""
    if name == "replaced":
        good = isinstance(value, list) and all(
            isinstance(pair, list) and len(pair) == 2 and all(type(n) is int and n >= 0 for n in pair)
            for pair in value
        )
        return tuple((pair[0], pair[1]) for pair in value) if good else None
    if name in ("recent", "runs"):
        good = isinstance(value, list) and all(isinstance(source, str) for source in value)
        return tuple(value[:MOST_RECENT]) if good else None
    if name == "probes":
        good = isinstance(value, list) and all(
            isinstance(pair, list)
            and len(pair) == 2
            and isinstance(pair[0], str)
            and isinstance(pair[1], str | None)
            and max(len(text or "") for text in pair) <= MOST_CHARACTERS
            for pair in value
        )
        return tuple((pair[0], pair[1]) for pair in value[:MOST_RECENT]) if good else None
    if name == "version":
        return value if type(value) is int else None
    if name == "theme":
        return value if value in ("system", "light", "dark") else None
    return value if isinstance(value, str) else None


def write_settings(path: Path, settings: Settings) -> None:
    """Write the file, whole or not at all; without sentences that are too long. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        text = json.dumps(asdict(_consistent(settings)), indent=1)  # escapes lone surrogates
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
