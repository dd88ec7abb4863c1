"""Runs that are to be trained by this window: what is wished, what waits, what came of it; a part of the session."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.run_values import RunWish
from bert_core.errors import RecipeError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.probe_values import Sentence
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.training.ending import Ending


@dataclass(frozen=True)
class TuningWish:
    """A run that a person asked for.

    folder  where it is to be, absolute; a folder that is there only where it is resumed
    dev     None: a share of the training file is cut off
    model   a built-in name, a folder, or a hub id
    layout  of the training file; None: as it is guessed
    extra   files with more examples to train on
    resume  go on from the newest checkpoint of the run in `folder`, which holds all else
    changes  of its recipe where it is resumed, each "name=value"
    kind    "finetune", or "pretrain" for a run of that kind that is resumed
    """

    folder: str
    train: str = ""
    model: str = ""
    recipe: FineTuneRecipe = field(default_factory=FineTuneRecipe)
    dev: str | None = None
    layout: Layout | None = None
    extra: tuple[str, ...] = ()
    probes: tuple[Sentence, ...] = ()
    resume: bool = False
    kind: str = "finetune"
    changes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The folder's last part."""
        return self.folder.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]

    def arguments(self) -> tuple[str, ...]:
        """What stands behind `python -m bert_core` to get this run."""
        if self.resume:
            changed = ("--set", *self.changes) if self.changes else ()
            return (self.kind, "--out", self.folder, "--resume", *changed)
        found = ["finetune", "--train", self.train]
        if self.dev is not None:
            found += ["--dev", self.dev]
        if self.extra:
            found += ["--extra", *self.extra]
        if self.layout is not None:
            found += ["--layout", json.dumps(self.layout.to_dict(), ensure_ascii=False)]
        found += ["--model", self.model, "--out", self.folder]
        if self.recipe.task is not None:
            found += ["--task", self.recipe.task]
        if settings := settings_of(self.recipe):
            found += ["--set", *settings]
        for sentence in self.probes:
            found += ["--probe", *(_unlike_option(text) for text in sentence if text is not None)]
        return tuple(found)

    def command(self) -> str:
        """To be typed in a terminal."""
        words = ["python", "-m", "bert_core", *self.arguments()]
        return " ".join(_quoted(word) for word in words) if sys.platform == "win32" else shlex.join(words)

    def to_dict(self) -> dict[str, Any]:
        """For JSON; `from_dict` makes the same wish of it."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {
            **values,
            "recipe": self.recipe.to_dict(),
            "layout": None if self.layout is None else self.layout.to_dict(),
            "extra": list(self.extra),
            "changes": list(self.changes),
            "probes": [list(sentence) for sentence in self.probes],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TuningWish:
        """Raises BertError, TypeError or ValueError where it is no wish."""
        folder = values.get("folder")
        if not isinstance(folder, str) or not folder:
            raise RecipeError("A run that waits has no folder.")
        layout, dev = values.get("layout"), values.get("dev")
        return cls(
            folder=folder,
            train=str(values.get("train", "")),
            model=str(values.get("model", "")),
            recipe=FineTuneRecipe.from_dict(values.get("recipe", {})),
            dev=None if dev is None else str(dev),
            layout=None if layout is None else Layout.from_dict(layout),
            extra=tuple(map(str, values.get("extra", ()))),
            probes=tuple((str(a), None if b is None else str(b)) for a, b in values.get("probes", ())),
            resume=bool(values.get("resume", False)),
            kind=str(values.get("kind", "finetune")),
            changes=tuple(map(str, values.get("changes", ()))),
        )


def settings_of(recipe: FineTuneRecipe) -> tuple[str, ...]:
    """What of a recipe is not as it is by default, each "name=value"; the task is said by itself."""
    usual, values = asdict(FineTuneRecipe()), asdict(recipe)
    return tuple(
        f"{name}={json.dumps(value)}"
        for name, value in values.items()
        if name != "task" and value != usual[name]
    )


def _unlike_option(text: str) -> str:
    """A text that begins as an option does is taken for a text where it has a blank; the tokenizer minds none."""
    return f" {text}" if text.startswith("-") else text


def _quoted(word: str) -> str:
    """As cmd and PowerShell read it."""
    plain = word and all(sign.isalnum() or sign in "-_./\\:=," for sign in word)
    return word if plain else '"' + word.replace('"', '\\"') + '"'


@dataclass(frozen=True)
class TuningEnd:
    """How a run that this window trained came to its end.

    details     the end of what it wrote on standard error
    first_step  seconds from Start to its first step; None where it made none
    """

    wish: TuningWish
    ending: Ending
    details: str = ""
    first_step: float | None = None


@dataclass(frozen=True)
class TuningState:
    """What this window trains, and what waits.

    running  the one that is being trained
    queue    what comes after it, by itself, in this order
    held     what waited when the window was closed: it waits on, until a person says so
    """

    running: TuningWish | None = None
    queue: tuple[TuningWish, ...] = ()
    held: tuple[TuningWish, ...] = ()


class Tuning(QObject):
    """Panels wish through it, the service that starts the processes fills it."""

    start_wanted = Signal(object)  # TuningWish: now, or once those before it have ended
    cancel_wanted = Signal(object)  # str: the folder of a run that waits
    first_wanted = Signal(object)  # str: the folder of a run that waits, to be the next
    go_on_wanted = Signal()  # what was held is to be trained
    wished = Signal(object, object)  # str: folder, RunWish
    queue_changed = Signal(object)  # tuple[TuningWish, ...]: all that wait
    running_changed = Signal(object)  # TuningWish | None
    started = Signal(object)  # TuningWish: its process has begun
    ended = Signal(object)  # TuningEnd
    extra_changed = Signal(object)  # tuple[str, ...]
    like_wanted = Signal(object, object)  # Run, dict: set up one like it, with these settings changed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = TuningState()
        self._ends: dict[str, TuningEnd] = {}
        self._extra: tuple[str, ...] = ()

    # What is there -----------------------------------------------------------------------------------------------

    @property
    def running(self) -> TuningWish | None:
        """What this window trains now."""
        return self._state.running

    @property
    def queue(self) -> tuple[TuningWish, ...]:
        """All that waits, the next one first; those that are held come last."""
        return (*self._state.queue, *self._state.held)

    @property
    def held(self) -> tuple[TuningWish, ...]:
        """What waited when the window was last closed, and begins when a person says so."""
        return self._state.held

    @property
    def busy(self) -> bool:
        """Would a run that is started now have to wait?"""
        return self._state.running is not None

    def end_of(self, folder: str) -> TuningEnd | None:
        """How a run came to its end, where this window trained it since it was opened."""
        return self._ends.get(folder)

    @property
    def extra(self) -> tuple[str, ...]:
        """Files with examples labelled here, which the next run is to be trained on besides."""
        return self._extra

    # Asking ------------------------------------------------------------------------------------------------------

    def start(self, wish: TuningWish) -> None:
        """Train this, now or once those before it have ended."""
        self.start_wanted.emit(wish)

    def resume_run(self, folder: str, kind: str = "finetune", changes: tuple[str, ...] = ()) -> None:
        """Let the run in a folder go on from its newest checkpoint, in its turn; `changes` as "learning_rate=1e-5"."""
        self.start_wanted.emit(TuningWish(folder, resume=True, kind=kind, changes=changes))

    def cancel(self, folder: str) -> None:
        """Let go of a run that waits."""
        self.cancel_wanted.emit(folder)

    def put_first(self, folder: str) -> None:
        """Let a run that waits be the next."""
        self.first_wanted.emit(folder)

    def go_on(self) -> None:
        """Train what was held."""
        self.go_on_wanted.emit()

    def wish(self, wish: RunWish) -> None:
        """Ask the run that is being trained to go on, to pause, or to stop with a checkpoint."""
        if self._state.running is not None:
            self.wished.emit(self._state.running.folder, wish)

    def set_extra(self, files: tuple[str, ...]) -> None:
        """Say which files the next run is to be trained on besides."""
        files = tuple(dict.fromkeys(files))
        if files != self._extra:
            self._extra = files
            self.extra_changed.emit(files)

    def add_extra(self, file: str) -> None:
        """One more of them."""
        self.set_extra((*self._extra, file))

    # Being told --------------------------------------------------------------------------------------------------

    def set_state(self, state: TuningState) -> None:
        """What is trained, and what waits, from now on."""
        before, self._state = self._state, state
        if (before.queue, before.held) != (state.queue, state.held):
            self.queue_changed.emit(self.queue)
        if before.running != state.running:
            self.running_changed.emit(state.running)

    def take_start(self, wish: TuningWish) -> None:
        """A run's process has begun."""
        self._ends.pop(wish.folder, None)
        self.started.emit(wish)

    def take_end(self, end: TuningEnd) -> None:
        """A run has come to its end."""
        self._ends[end.wish.folder] = end
        self.ended.emit(end)
