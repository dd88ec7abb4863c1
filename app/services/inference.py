"""The one thread that runs the model: newest scene first, then watched queries; anything overtaken is dropped."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.translation import tr
from app.values import LoadedModel, Loading, ModelChoice, Problem
from bert_core.errors import BertError, Cancelled
from bert_core.preload import preload_torch
from bert_core.queries import Answer, Query
from bert_core.scene import Scene
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core import Bert

log = logging.getLogger(__name__)

Answerer = Callable[["Bert", Trace, Query, Callable[[], None]], object]
"""Of (model, trace, query, check) makes the value; `check` raises Cancelled when something newer is wanted."""


class InferenceService(QObject):
    """Loads models and traces scenes off the GUI thread. All signals carry frozen values.

    `answerers` says by which function each kind of query is answered.
    """

    load_progressed = Signal(object)  # Loading
    model_loaded = Signal(object)  # LoadedModel
    load_failed = Signal(object, object)  # ModelChoice, Problem
    load_cancelled = Signal(object)  # ModelChoice
    traced = Signal(object)  # Trace
    trace_failed = Signal(object, object)  # Scene, Problem
    answered = Signal(object)  # Answer

    def __init__(self, answerers: Mapping[type[Query], Answerer], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answerers = dict(answerers)
        self._wake = threading.Condition()
        self._stopping = False
        self._choice: ModelChoice | None = None
        self._give_up = False
        self._scene: Scene | None = None
        self._done: Scene | None = None
        self._watched: frozenset[Query] = frozenset()
        self._answered: set[Query] = set()
        self._bert: Bert | None = None
        self._trace: Trace | None = None
        self._thread = threading.Thread(target=self._run, name="inference", daemon=True)

    # Called on the GUI thread ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Finish what cannot be broken off and end the thread; waits at most `timeout` seconds."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def load(self, choice: ModelChoice) -> None:
        """Load a model; a later call overtakes one that has not begun."""
        with self._wake:
            self._choice = choice
            self._wake.notify()

    def cancel_load(self) -> None:
        """Give up the load under way and one that waits; the model in force stays."""
        with self._wake:
            waiting, self._choice = self._choice, None
            self._give_up = True
        if waiting is not None:  # the thread has not heard of it and will not say so
            self.load_cancelled.emit(waiting)

    def request(self, scene: Scene) -> None:
        """Trace this scene; one under way is broken off between two layers."""
        with self._wake:
            self._scene = scene
            self._wake.notify()

    def watch(self, queries: frozenset[Query]) -> None:
        """Answer these for every trace from now on."""
        with self._wake:
            self._watched = queries
            self._wake.notify()

    # Run by the thread -------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(self._has_work)
                if self._stopping:
                    return
                choice, self._choice = self._choice, None
                if choice is not None:
                    self._give_up = False  # what was called off was an earlier one
                scene, watched = self._scene, self._watched
            if choice is not None:
                self._load(choice)
            elif self._is_new(scene):
                assert scene is not None
                self._trace_scene(scene)
            else:
                query = next(iter(self._open_queries(watched)), None)
                if query is not None:
                    self._answer(query)

    def _has_work(self) -> bool:
        return (
            self._stopping
            or self._choice is not None
            or self._is_new(self._scene)
            or bool(self._open_queries(self._watched))
        )

    def _is_new(self, scene: Scene | None) -> bool:
        return (
            scene is not None
            and scene != self._done
            and self._bert is not None
            and scene.model_id == self._bert.model_id
        )

    def _open_queries(self, watched: frozenset[Query]) -> list[Query]:
        if self._trace is None or self._trace.scene != self._scene:
            return []
        return sorted(watched - self._answered, key=repr)

    def _overtaken(self, scene: Scene) -> bool:
        return self._stopping or self._choice is not None or self._scene != scene

    def _load(self, choice: ModelChoice) -> None:
        def go_on() -> None:
            if self._give_up or self._stopping or self._choice is not None:
                raise Cancelled

        def progress(step: str, share: float) -> None:
            go_on()
            self.load_progressed.emit(Loading(choice, step, share))

        try:
            progress("torch", 0.0)
            preload_torch()
            from bert_core import Bert  # the import of torch takes seconds: it belongs to this thread
            from bert_core.devices import available_devices, set_threads

            bert = Bert.load(choice.source, choice.device, choice.dtype, progress)
            set_threads(bert.info().parameters.encoder)
            loaded = LoadedModel(choice, bert.info(), bert.pieces, available_devices())
            go_on()
        except Cancelled:
            self.load_cancelled.emit(choice)
            return
        except Exception as error:  # whatever happens, the model in force stays and the person is told
            problem = _problem(error, tr("The model could not be loaded: an unexpected error."))
            self.load_failed.emit(choice, problem)
            return
        self._bert, self._trace, self._done = bert, None, None
        self._answered.clear()
        self.model_loaded.emit(loaded)

    def _trace_scene(self, scene: Scene) -> None:
        assert self._bert is not None
        try:
            trace = self._bert.trace_scene(scene, cancelled=lambda: self._overtaken(scene))
        except Cancelled:
            return
        except Exception as error:  # the text and the last picture stay; the person is told
            self._done = scene
            self.trace_failed.emit(
                scene, _problem(error, tr("The text could not be read: an unexpected error."))
            )
            return
        self._done, self._trace = scene, trace
        self._answered.clear()
        self.traced.emit(trace)

    def _answer(self, query: Query) -> None:
        assert self._bert is not None and self._trace is not None
        trace = self._trace
        self._answered.add(query)

        def check() -> None:
            if self._overtaken(trace.scene):
                raise Cancelled

        try:
            value = self._answerers[type(query)](self._bert, trace, query, check)
        except Cancelled:
            self._answered.discard(query)
            return
        except Exception as error:
            problem = _problem(error, tr("This could not be computed: an unexpected error."))
            self.answered.emit(Answer(query, trace.scene, failure=problem.message))
            return
        self.answered.emit(Answer(query, trace.scene, value))


def _problem(error: Exception, unexpected: str) -> Problem:
    """What to show of an error; the log gets all of it."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, BertError):
        log.info("%s\n%s", error, details)
        return Problem(str(error), details)
    if isinstance(error, MemoryError):
        log.info("out of memory\n%s", details)
        return Problem(
            tr("There is not enough memory for this. Shorten the text or choose a smaller model."), details
        )
    log.error("%s\n%s", unexpected, details)
    return Problem(f"{unexpected} ({type(error).__name__}: {error})", details)
