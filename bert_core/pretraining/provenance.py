"""What prepared text was made from, so that it is never taken for what other text would give."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bert_core.pretraining.recipe import VocabularyRecipe

_SAMPLE = 1 << 16


def provenance(
    files: Sequence[Path], heldout: Sequence[Path], pieces: Sequence[str] | None, recipe: VocabularyRecipe
) -> dict[str, Any]:
    """The files, and the pieces of the vocabulary that was given, or the recipe where none was; for JSON.

    Raises OSError where a file cannot be read.
    """
    return {
        "text": {str(path): _fingerprint(path) for path in files},
        "held-out text": {str(path): _fingerprint(path) for path in heldout},
        "tokenizer": None if pieces is None else _digest("\n".join(pieces)),
        "vocabulary": None if pieces is not None else asdict(recipe),
    }


def differences(before: Mapping[str, Any], now: Mapping[str, Any], whole: bool) -> list[str]:
    """Between two provenances, in words. Files count by content and order, wherever they lie.

    What `before` does not say, as an earlier edition of the program did not, is no difference; nor is it, where all is
    made and `whole`, that there are fewer files. Raises TypeError where `before` is none.
    """
    if not isinstance(before, Mapping):
        raise TypeError(f"not {type(before).__name__}")
    found = [_difference(name, before[name], now[name], whole) for name in now if name in before]
    return [difference for difference in found if difference]


def _difference(name: str, before: Any, now: Any, whole: bool) -> str:
    if not (isinstance(before, dict) and isinstance(now, dict)):
        return "" if before == now else name
    if name == "vocabulary":
        return ", ".join(
            f"{name}.{key} was {before.get(key)!r}, not {value!r}"
            for key, value in now.items()
            if before.get(key) != value
        )
    if list(before.values()) == list(now.values()):
        return ""
    gone = [path for path, print_ in before.items() if print_ not in now.values()]
    new = [path for path, print_ in now.items() if print_ not in before.values()]
    if whole and not new:
        return ""
    parts = [f"without {', '.join(new)}"] if new else []
    parts += [f"with {', '.join(gone)}"] if gone else []
    return f"{name} {' and '.join(parts) or 'in another order'}"


def _digest(text: str) -> str:
    return hashlib.sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _fingerprint(path: Path) -> str:
    """Size, and a digest of both ends; the time of change would not survive a copy."""
    size = path.stat().st_size
    with path.open("rb") as file:
        digest = hashlib.sha1(file.read(_SAMPLE), usedforsecurity=False)
        file.seek(max(0, size - _SAMPLE))
        digest.update(file.read(_SAMPLE))
    return f"{size} {digest.hexdigest()}"
