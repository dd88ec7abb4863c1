"""The folder of a run: what it was asked to do, its events, its checkpoints, and the lock of the one who trains."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from bert_core.errors import TrainingError
from bert_core.training.control import Control
from bert_core.training.files import write_json

FORMAT = 1
UNFINISHED = "."
"""What the names of checkpoints begin with that are being written or removed."""
_STEP = re.compile(r"step-(\d+)")
_PATIENCE = 2.0
"""Seconds that the lock is waited for, since `is_running` of another process holds it for a moment."""


class RunFolder:
    """run.json, events.jsonl, control.json, checkpoints/step-N/.

    values   what run.json holds: "format", "kind", "created", "versions", and what the kind of run adds
    control  the wishes of whoever looks on; of a run inside another one, those told to the other
    """

    def __init__(self, path: Path, values: Mapping[str, Any], control: Control | None = None) -> None:
        self.path = Path(path)
        self.values = dict(values)
        self.control = Control(self.path) if control is None else control
        self._own_control = control is None
        self._lock = FileLock(self.path / "lock", thread_local=False)

    @classmethod
    def create(cls, path: Path, values: Mapping[str, Any], control: Control | None = None) -> RunFolder:
        """A new run. "format", "created" and "versions" are filled in.

        Raises TrainingError if there is a run already, or the folder cannot be written.
        """
        path = Path(path)
        cls.refuse_old(path)
        created = datetime.now(UTC).isoformat(timespec="seconds")
        values = {"format": FORMAT, "created": created, "versions": _versions(), **values}
        try:
            (path / "checkpoints").mkdir(parents=True, exist_ok=True)
            write_json(path / "run.json", values)
        except OSError as error:
            raise TrainingError(
                f"The run's folder cannot be made: {error.strerror or error}.",
                where=path,
                remedy="Choose another folder.",
            ) from error
        return cls(path, values, control)

    @staticmethod
    def refuse_old(path: Path) -> None:
        """Raises TrainingError if there is a run already."""
        if (path / "run.json").exists():
            raise TrainingError(
                "There is a run in this folder already.",
                where=path,
                remedy="Resume it, or choose another folder.",
            )

    @classmethod
    def open(cls, path: Path, control: Control | None = None) -> RunFolder:
        """A run that is there. Raises TrainingError if it is none, or is of a later edition."""
        file = Path(path) / "run.json"
        try:
            values = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise TrainingError(
                "This is no run's folder: it has no run.json.",
                where=path,
                remedy="Choose the folder that holds it.",
            ) from None
        except OSError as error:
            raise TrainingError(f"The file cannot be read: {error.strerror or error}.", where=file) from error
        except (ValueError, RecursionError) as error:
            raise TrainingError(f"The file is not valid JSON: {error}", where=file) from error
        if not isinstance(values, dict) or not isinstance(values.get("format"), int):
            raise TrainingError("The file does not describe a run.", where=file)
        if values["format"] > FORMAT:
            raise TrainingError(
                f"The run is of format {values['format']}; known is {FORMAT}.",
                where=file,
                remedy="Open it with a newer edition of this program.",
            )
        return cls(Path(path), values, control)

    @property
    def events_path(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def checkpoints_path(self) -> Path:
        return self.path / "checkpoints"

    def checkpoints(self) -> list[Path]:
        """The complete ones, oldest first: state.json is written last."""
        found = self.checkpoints_path.glob("step-*/state.json")
        return sorted((f.parent for f in found if _STEP.fullmatch(f.parent.name)), key=_step_of)

    def latest(self) -> Path | None:
        """The newest complete checkpoint."""
        return max(self.checkpoints(), key=_step_of, default=None)

    def best(self) -> Path | None:
        """The checkpoint of the best evaluation, where the run looks for one and has found it."""
        latest = self.latest()
        if latest is None:
            return None
        try:
            step = json.loads((latest / "state.json").read_bytes())["best"]["step"]
        except (OSError, ValueError, RecursionError, KeyError, TypeError):
            return None
        return next((folder for folder in self.checkpoints() if _step_of(folder) == step), None)

    def remove_old(self, keep: int, best: int | None = None) -> None:
        """Leave the newest `keep` checkpoints, and that of the step `best`. One that is open elsewhere stays."""
        for folder in self.checkpoints()[: -max(keep, 1)]:
            if _step_of(folder) == best:
                continue
            leaving = folder.with_name(
                f"{UNFINISHED}{folder.name}.leaving"
            )  # else half of one might look whole
            try:
                os.replace(folder, leaving)
            except OSError:
                continue
            shutil.rmtree(leaving, ignore_errors=True)

    def remove_unfinished(self) -> None:
        """Clear away what a killed process left half-written; for the holder of the lock only."""
        if self.checkpoints_path.is_dir():
            for folder in self.checkpoints_path.iterdir():
                if folder.name.startswith(UNFINISHED):
                    shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def lock(self, *, keep_wishes: bool = False) -> Iterator[None]:
        """Be the one who trains; may be taken again inside by the same RunFolder.

        Wishes left over from an earlier process are forgotten; in a new run there are none of that kind (keep_wishes).
        Raises TrainingError if another process trains.
        """
        try:
            self._lock.acquire(timeout=_PATIENCE)
        except Timeout:
            raise TrainingError(
                "The run is being trained by another process.",
                where=self.path,
                remedy="Stop that one first, or choose another folder.",
            ) from None
        except (OSError, NotImplementedError) as error:
            raise TrainingError(f"The folder cannot be locked: {error}.", where=self.path) from error
        try:
            if self._lock.lock_counter == 1 and self._own_control and not keep_wishes:
                self.control.forget()
            yield
        finally:
            self._lock.release()

    def is_running(self) -> bool:
        """Is somebody training it, in this process or another? False where that cannot be told."""
        if self._lock.is_locked:
            return True
        if not (self.path / "lock").exists():
            return False
        try:
            with FileLock(self.path / "lock", timeout=0, thread_local=False):
                return False
        except Timeout:
            return True
        except (OSError, NotImplementedError):
            return False


def _step_of(checkpoint: Path) -> int:
    return int(checkpoint.name.removeprefix("step-"))


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ("attention-explorer", "torch", "accelerate", "tokenizers"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
