"""The text that comes with the program, to be searched."""

from __future__ import annotations

from pathlib import Path

from bert_core.resources import resource_path


def built_in_text() -> Path:
    """Short scenes in plain English, a sentence on each line."""
    return resource_path("texts", "short-scenes.txt")
