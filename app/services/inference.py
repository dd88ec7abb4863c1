"""The one thread that runs the model: newest scene first, then watched queries, then long ones step by step."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Generator, Mapping
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from app.translation import tr
from app.values import LoadedModel, Loading, ModelChoice, Problem
from bert_core.errors import BertError, Cancelled
from bert_core.preload import preload_torch
from bert_core.queries import Answer, Progress, Query
from bert_core.scene import Scene
from bert_core.trace import Trace

if TYPE_CHECKING:
    from bert_core import Bert

log = logging.getLogger(__name__)

Answerer = Callable[["Bert", Trace, Query, Callable[[], None]], object]
"""Of (model, trace, query, check) makes the value; `check` raises Cancelled when something newer is wanted.

What takes long is a generator: it yields a Progress, or None where there is nothing to tell, and returns the value.
Between two yields newer scenes and other queries have their turn. A generator may catch Cancelled, yield, and go on
where it was; uncaught, it is begun again. It is closed when nobody watches its query any more, and when the text
changes, or the model for a query about the model.
"""


DRAWING = 0.06
"""Seconds after a trace that are left to the window, for drawing it: long queries rest."""


class _Job(NamedTuple):
    """A long query under way, and the scene it was asked about."""

    steps: Generator[Progress | None, None, object]
    scene: Scene


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
        self._answered: frozenset[Query] = frozenset()
        self._jobs: dict[Query, _Job] = {}  # the first is the next to have its turn
        self._drawn_by = 0.0
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
        """Answer these for every trace from now on; those about the model once each time they are asked for anew."""
        with self._wake:
            self._answered -= {query for query in queries - self._watched if query.about_model}
            self._watched = queries
            self._wake.notify()

    # Run by the thread -------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._has_work():
                    self._wake.wait(self._rest() if self._jobs else None)
                if self._stopping:
                    break
                choice, self._choice = self._choice, None
                if choice is not None:
                    self._give_up = False  # what was called off was an earlier one
                scene, watched = self._scene, self._watched
            self._drop_jobs(watched)
            if choice is not None:
                self._load(choice)
            elif self._is_new(scene):
                assert scene is not None
                self._trace_scene(scene)
            elif open_queries := self._open_queries(watched):
                self._answer(min(open_queries, key=repr))
            elif self._jobs and self._rest() <= 0:
                self._advance()
        self._drop_jobs(frozenset())

    def _has_work(self) -> bool:
        return (
            self._stopping
            or self._choice is not None
            or self._is_new(self._scene)
            or bool(self._open_queries(self._watched))
            or (bool(self._jobs) and self._rest() <= 0)
        )

    def _rest(self) -> float:
        """Seconds that long queries wait for the window to be drawn."""
        return self._drawn_by - monotonic()

    def _is_new(self, scene: Scene | None) -> bool:
        return (
            scene is not None
            and scene != self._done
            and self._bert is not None
            and scene.model_id == self._bert.model_id
        )

    def _open_queries(self, watched: frozenset[Query]) -> set[Query]:
        """Those not begun yet."""
        if self._trace is None:
            return set()
        of_now = self._trace.scene == self._scene
        waiting = watched - self._answered - self._jobs.keys()
        return {query for query in waiting if of_now or query.about_model}

    def _overtaken(self, scene: Scene) -> bool:
        return self._stopping or self._choice is not None or self._scene != scene

    def _check(self, query: Query, scene: Scene) -> None:
        """Raises Cancelled where something else is to be done before this query about that scene."""
        overtaken = self._stopping or self._choice is not None
        overtaken |= self._is_new(self._scene) if query.about_model else self._scene != scene
        if query in self._jobs:
            overtaken |= query not in self._watched or bool(self._open_queries(self._watched))
        if overtaken:
            raise Cancelled

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
        self._drop_jobs(frozenset())
        self._bert, self._trace, self._done = bert, None, None
        with self._wake:
            self._answered = frozenset()
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
        with self._wake:
            self._answered = frozenset(query for query in self._answered if query.about_model)
        self._drawn_by = monotonic() + DRAWING
        self.traced.emit(trace)

    def _answer(self, query: Query) -> None:
        """Answer it, or begin to where that takes long."""
        assert self._bert is not None and self._trace is not None
        trace = self._trace
        try:
            check = partial(self._check, query, trace.scene)
            value = self._answerers[type(query)](self._bert, trace, query, check)
        except Cancelled:
            return
        except Exception as error:
            self._fail(query, trace.scene, error)
            return
        if isinstance(value, Generator):
            self._jobs[query] = _Job(value, trace.scene)
        else:
            self._end(Answer(query, trace.scene, value))

    def _advance(self) -> None:
        """One step of the job whose turn it is."""
        query = next(iter(self._jobs))
        job = self._jobs[query] = self._jobs.pop(query)  # the next turn is another's
        try:
            step = next(job.steps)
        except StopIteration as end:
            del self._jobs[query]
            self._end(Answer(query, job.scene, end.value))
        except Cancelled:
            del self._jobs[query]
        except Exception as error:
            del self._jobs[query]
            self._fail(query, job.scene, error)
        else:
            if step is not None:
                self.answered.emit(Answer(query, job.scene, progress=step))

    def _drop_jobs(self, watched: frozenset[Query]) -> None:
        """Close those that are not watched, and those about a text that is not looked at any more."""
        for query, job in list(self._jobs.items()):
            if query not in watched or not (query.about_model or job.scene == self._scene):
                del self._jobs[query]
                try:
                    job.steps.close()
                except Exception:  # nobody waits for what it was doing
                    log.exception("%s did not end well", query)

    def _fail(self, query: Query, scene: Scene, error: Exception) -> None:
        problem = _problem(error, tr("This could not be computed: an unexpected error."))
        self._end(Answer(query, scene, failure=problem.message))

    def _end(self, answer: Answer) -> None:
        with self._wake:
            self._answered |= {answer.query}
        self.answered.emit(answer)


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
