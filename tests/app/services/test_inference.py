"""The inference thread: newest first, failures as values, and no thread left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

import numpy as np
import pytest
from PySide6.QtCore import QObject, SignalInstance, Slot
from pytestqt.qtbot import QtBot

from app.services import inference
from app.services.inference import InferenceService
from app.values import LoadedModel, Loading, ModelChoice, Problem
from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.errors import Cancelled, CheckpointError, TextError
from bert_core.queries import Answer, MeanAttention, MosaicLevels, Progress, Query, Similarity
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from bert_core.trace import Trace
from tests.app.fakes import fake_model_info, fake_trace

PATIENCE = 20.0
LAYERS = 4


class FakeBert:
    """Traces when a test lets it: `gates` are waited for before each layer, `reached` says how far it is."""

    def __init__(self, model_id: str = "fake") -> None:
        self.model_id = model_id
        self.layers: dict[str, int] = {}
        self.cancelled: list[str] = []
        self.held: str | None = None
        self.reached = threading.Event()
        self.go = threading.Event()
        self.failure: Exception | None = None
        self.threads: set[str] = set()

    def hold(self, text: str) -> None:
        """Stop in the middle of this text until `go`."""
        self.held = text
        self.reached.clear()
        self.go.clear()

    def trace_scene(
        self, scene: Scene, predict: Any = (), cancelled: Callable[[], bool] = lambda: False
    ) -> Trace:
        self.threads.add(threading.current_thread().name)
        for layer in range(LAYERS):
            if cancelled():
                self.cancelled.append(scene.text_a)
                raise Cancelled
            self.layers[scene.text_a] = layer + 1
            if layer == 1 and self.held == scene.text_a:
                self.reached.set()
                assert self.go.wait(PATIENCE)
            if self.failure is not None and scene.text_a == "bad":
                raise self.failure
        return fake_trace(5, 1, 1, 4, scene=scene)

    def info(self) -> Any:
        return fake_model_info(model_id=self.model_id)

    def pieces(self, text_a: str, text_b: str | None = None) -> tuple[()]:
        return ()


class Loader:
    """Stands for Bert.load: hands out fakes by source, fails, or waits."""

    def __init__(self) -> None:
        self.berts: dict[str, FakeBert] = {"fake": FakeBert()}
        self.failures: dict[str, Exception] = {}
        self.held: str | None = None
        self.reached, self.go = threading.Event(), threading.Event()
        self.asked: list[ModelChoice] = []

    def load(self, source: str, device: str, dtype: str, progress: Callable[[str, float], None]) -> FakeBert:
        self.asked.append(ModelChoice(source, device, dtype))
        progress("weights", 0.5)
        if source == self.held:
            self.reached.set()
            assert self.go.wait(PATIENCE)
            progress("weights", 0.6)
        if source in self.failures:
            raise self.failures[source]
        return self.berts[source]


class Log(QObject):
    """What a signal said, and in which thread it was heard.

    A QObject, as all receivers of other threads' signals must be: what is still under way to a plain Python object,
    pytest-qt's waitSignal among them, reaches freed memory once that is collected (PySide 6.11).
    """

    def __init__(self, signal: SignalInstance, *, pairs: bool = False) -> None:
        super().__init__()
        self.said: list[Any] = []
        self.threads: set[str] = set()
        signal.connect(self.hear_pair if pairs else self.hear)

    @Slot(object)
    def hear(self, value: Any) -> None:
        self.said.append(value)
        self.threads.add(threading.current_thread().name)

    @Slot(object, object)
    def hear_pair(self, one: Any, other: Any) -> None:
        self.hear((one, other))


@contextmanager
def heard(qtbot: QtBot, signal: SignalInstance, *, pairs: bool = False) -> Iterator[Log]:
    """Waits at the end of the block until the signal has come; what it said is in the log."""
    log = Log(signal, pairs=pairs)
    yield log
    qtbot.waitUntil(lambda: bool(log.said))


def answer_similarity(bert: Any, trace: Trace, query: Query, check: Callable[[], None]) -> object:
    assert isinstance(query, Similarity)
    if query.layer == 13:
        raise ValueError("thirteen")
    if query.layer == 14:
        raise TextError("This text is too short.")
    return (bert.model_id, trace.scene.text_a, query.layer)


def answer_mean(bert: Any, trace: Trace, query: Query, check: Callable[[], None]) -> object:
    return "mean"


ANSWERERS = {Similarity: answer_similarity, MeanAttention: answer_mean}


@pytest.fixture
def loader(monkeypatch: pytest.MonkeyPatch) -> Loader:
    made = Loader()
    monkeypatch.setattr("bert_core.bert.Bert.load", made.load)
    return made


@pytest.fixture
def service(loader: Loader) -> Iterator[InferenceService]:
    made = InferenceService(ANSWERERS)
    yield made
    loader.go.set()
    for bert in loader.berts.values():
        bert.go.set()
    made.stop(PATIENCE)
    assert not made._thread.is_alive()


@pytest.fixture
def running(service: InferenceService, qtbot: QtBot) -> InferenceService:
    """With the fake model in force."""
    service.start()
    with heard(qtbot, service.model_loaded):
        service.load(ModelChoice("fake"))
    return service


@pytest.fixture
def bert(loader: Loader) -> FakeBert:
    return loader.berts["fake"]


def scene(text: str, model_id: str = "fake") -> Scene:
    return Scene(model_id, text)


def reach(event: threading.Event) -> None:
    assert event.wait(PATIENCE)


# Loading


def test_a_model_is_loaded_off_the_gui_thread(
    service: InferenceService, loader: Loader, qtbot: QtBot
) -> None:
    progress, loaded = Log(service.load_progressed), Log(service.model_loaded)
    service.start()
    choice = ModelChoice("fake", "cpu", "bfloat16")
    with heard(qtbot, service.model_loaded):
        service.load(choice)
    assert loader.asked == [choice]
    assert progress.said == [Loading(choice, "torch", 0.0), Loading(choice, "weights", 0.5)]
    (model,) = loaded.said
    assert isinstance(model, LoadedModel) and model.choice == choice
    assert model.info.model_id == "fake" and "cpu" in model.devices
    assert loaded.threads == progress.threads == {threading.current_thread().name}


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (
            CheckpointError("The file is damaged.", where="w.bin", remedy="Get it again."),
            "w.bin: The file is damaged. Get it again.",
        ),
        (MemoryError(), "There is not enough memory for this. Shorten the text or choose a smaller model."),
    ],
)
def test_a_failed_load_is_a_problem_and_the_model_in_force_stays(
    running: InferenceService, loader: Loader, qtbot: QtBot, failure: Exception, message: str
) -> None:
    loader.failures["broken"] = failure
    with heard(qtbot, running.load_failed, pairs=True) as failed:
        running.load(ModelChoice("broken"))
    choice, problem = failed.said[0]
    assert choice == ModelChoice("broken")
    assert problem.message == message
    assert "Traceback" in problem.details and type(failure).__name__ in problem.details
    with heard(qtbot, running.traced) as traced:
        running.request(scene("still there"))
    assert traced.said[0].scene == scene("still there")


@pytest.mark.expects_log
def test_an_unexpected_failure_is_told_too_and_logged(
    running: InferenceService, loader: Loader, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    loader.failures["broken"] = ZeroDivisionError("division by zero")
    with heard(qtbot, running.load_failed, pairs=True) as failed:
        running.load(ModelChoice("broken"))
    problem = failed.said[0][1]
    assert "unexpected error" in problem.message and "ZeroDivisionError" in problem.message
    assert "Traceback" not in problem.message
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_load_can_be_called_off(running: InferenceService, loader: Loader, qtbot: QtBot) -> None:
    loader.berts["other"] = FakeBert("other")
    loader.held = "other"
    loaded = Log(running.model_loaded)
    running.load(ModelChoice("other"))
    reach(loader.reached)
    with heard(qtbot, running.load_cancelled) as cancelled:
        running.cancel_load()
        loader.go.set()
    assert cancelled.said == [ModelChoice("other")]
    with heard(qtbot, running.traced):
        running.request(scene("the model in force stays"))
    assert loaded.said == []
    with heard(qtbot, running.model_loaded):  # the next one is not called off
        running.load(ModelChoice("other"))


def test_a_load_that_has_not_begun_can_be_called_off(service: InferenceService, loader: Loader) -> None:
    """The thread is not even started: nobody else would say so."""
    cancelled = Log(service.load_cancelled)
    service.load(ModelChoice("fake"))
    service.cancel_load()
    assert cancelled.said == [ModelChoice("fake")]
    service.cancel_load()
    assert cancelled.said == [ModelChoice("fake")]


def test_calling_off_nothing_harms_no_later_load(service: InferenceService, qtbot: QtBot) -> None:
    service.cancel_load()
    service.start()
    with heard(qtbot, service.model_loaded):
        service.load(ModelChoice("fake"))


def test_a_load_called_off_at_its_very_end_does_not_take_force(
    running: InferenceService, loader: Loader, qtbot: QtBot
) -> None:
    class Late(FakeBert):
        def info(self) -> Any:
            running.cancel_load()
            return super().info()

    loader.berts["late"] = Late("late")
    loaded = Log(running.model_loaded)
    with heard(qtbot, running.load_cancelled):
        running.load(ModelChoice("late"))
    assert loaded.said == []


def test_a_newer_load_overtakes(running: InferenceService, loader: Loader, qtbot: QtBot) -> None:
    loader.berts.update(one=FakeBert("one"), two=FakeBert("two"))
    loader.held = "one"
    cancelled = Log(running.load_cancelled)
    running.load(ModelChoice("one"))
    reach(loader.reached)
    with heard(qtbot, running.model_loaded) as loaded:
        running.load(ModelChoice("two"))
        loader.go.set()
    assert loaded.said[0].info.model_id == "two"
    assert cancelled.said == [ModelChoice("one")]


# Tracing


def test_a_scene_is_traced_off_the_gui_thread(
    running: InferenceService, bert: FakeBert, qtbot: QtBot
) -> None:
    with heard(qtbot, running.traced) as traced:
        running.request(scene("a"))
    assert traced.said[0].scene == scene("a")
    assert bert.threads == {"inference"}


def test_the_newest_scene_wins_and_the_overtaken_is_broken_off_between_layers(
    running: InferenceService, bert: FakeBert, qtbot: QtBot
) -> None:
    traces = Log(running.traced)
    bert.hold("a")
    running.request(scene("a"))
    reach(bert.reached)
    running.request(scene("b"))
    with heard(qtbot, running.traced):
        running.request(scene("c"))
        bert.go.set()
    assert [trace.scene.text_a for trace in traces.said] == ["c"]
    assert bert.cancelled == ["a"]
    assert bert.layers == {"a": 2, "c": LAYERS}  # b was never begun


def test_the_same_scene_is_not_traced_twice(running: InferenceService, bert: FakeBert, qtbot: QtBot) -> None:
    traces = Log(running.traced)
    with heard(qtbot, running.traced):
        running.request(scene("a"))
    running.request(scene("a"))
    with heard(qtbot, running.answered):  # by then the thread has looked at the scene again
        running.watch(frozenset({MeanAttention()}))
    with heard(qtbot, running.traced):
        running.request(scene("b"))
    assert [trace.scene.text_a for trace in traces.said] == ["a", "b"]


def test_a_scene_of_another_model_waits_for_that_model(
    running: InferenceService, loader: Loader, qtbot: QtBot
) -> None:
    loader.berts["other"] = FakeBert("other")
    traces = Log(running.traced)
    running.request(scene("a", "other"))
    with heard(qtbot, running.traced):
        running.load(ModelChoice("other"))
    assert [trace.scene for trace in traces.said] == [scene("a", "other")]


def test_scenes_before_the_model_wait(service: InferenceService, qtbot: QtBot) -> None:
    service.start()
    service.request(scene("early"))
    loaded = Log(service.model_loaded)
    with heard(qtbot, service.traced):
        service.load(ModelChoice("fake"))
    assert len(loaded.said) == 1


@pytest.mark.expects_log
@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (TextError("There is no piece 99."), "There is no piece 99."),
        (MemoryError(), "not enough memory"),
        (RuntimeError("shape mismatch"), "unexpected error. (RuntimeError: shape mismatch)"),
        (RecursionError(), "unexpected error"),
    ],
)
def test_a_failed_trace_is_a_problem_and_the_next_one_goes_well(
    running: InferenceService, bert: FakeBert, qtbot: QtBot, failure: Exception, words: str
) -> None:
    bert.failure = failure
    failures = Log(running.trace_failed, pairs=True)
    with heard(qtbot, running.trace_failed, pairs=True):
        running.request(scene("bad"))
    (failed,) = failures.said
    assert failed[0] == scene("bad")
    problem: Problem = failed[1]
    assert words in problem.message and "Traceback" in problem.details
    with heard(qtbot, running.traced):
        running.request(scene("good"))
    assert len(failures.said) == 1


def test_what_failed_once_is_tried_again_after_something_else(
    running: InferenceService, bert: FakeBert, qtbot: QtBot
) -> None:
    bert.failure = TextError("no")
    with heard(qtbot, running.trace_failed, pairs=True):
        running.request(scene("bad"))
    with heard(qtbot, running.traced):
        running.request(scene("good"))
    bert.failure = None
    with heard(qtbot, running.traced) as traced:
        running.request(scene("bad"))
    assert traced.said[0].scene == scene("bad")


# Queries


def test_watched_queries_are_answered_for_every_trace(running: InferenceService, qtbot: QtBot) -> None:
    answers = Log(running.answered)
    running.watch(frozenset({Similarity(1), Similarity(2)}))
    for text, number in (("a", 2), ("b", 4)):
        running.request(scene(text))
        qtbot.waitUntil(lambda number=number: len(answers.said) == number)  # type: ignore[misc]
    assert [answer.value for answer in answers.said] == [
        ("fake", text, layer) for text in ("a", "b") for layer in (1, 2)
    ]
    assert answers.threads == {threading.current_thread().name}


def test_a_query_is_answered_once_for_a_trace(running: InferenceService, qtbot: QtBot) -> None:
    answers = Log(running.answered)
    with heard(qtbot, running.answered):
        running.watch(frozenset({Similarity(1)}))
        running.request(scene("a"))
    running.watch(frozenset())
    with heard(qtbot, running.answered):
        running.watch(frozenset({Similarity(1), MeanAttention()}))
    assert [answer.query for answer in answers.said] == [Similarity(1), MeanAttention()]


def test_only_the_newest_trace_is_asked_about(
    running: InferenceService, bert: FakeBert, qtbot: QtBot
) -> None:
    answers = Log(running.answered)
    with heard(qtbot, running.traced):
        running.request(scene("a"))
    bert.hold("b")
    running.request(scene("b"))
    reach(bert.reached)
    with heard(qtbot, running.answered):
        running.watch(frozenset({MeanAttention()}))
        bert.go.set()
    assert [answer.scene.text_a for answer in answers.said] == ["b"]


@pytest.mark.expects_log
def test_one_failing_query_stops_neither_the_others_nor_the_thread(
    running: InferenceService, qtbot: QtBot
) -> None:
    answers = Log(running.answered)
    running.watch(frozenset({Similarity(1), Similarity(13), Similarity(14), MosaicLevels(), MeanAttention()}))
    running.request(scene("a"))
    qtbot.waitUntil(lambda: len(answers.said) == 5)
    by_query: dict[Query, Answer] = {answer.query: answer for answer in answers.said}
    assert "ValueError: thirteen" in by_query[Similarity(13)].failure
    assert by_query[Similarity(14)].failure == "This text is too short."
    assert by_query[MosaicLevels()].failure  # nobody answers this kind here
    assert by_query[Similarity(1)].value == ("fake", "a", 1) and not by_query[Similarity(1)].failure
    assert by_query[MeanAttention()].value == "mean"
    with heard(qtbot, running.traced):
        running.request(scene("b"))


def test_a_long_query_makes_way_for_a_key_and_is_asked_again(loader: Loader, qtbot: QtBot) -> None:
    reached, go = threading.Event(), threading.Event()
    begun: list[str] = []

    def slow(bert: Any, trace: Trace, query: Query, check: Callable[[], None]) -> object:
        begun.append(trace.scene.text_a)
        if len(begun) == 1:
            reached.set()
            assert go.wait(PATIENCE)
        check()
        return trace.scene.text_a

    service = InferenceService({MeanAttention: slow})
    answers = Log(service.answered)
    service.start()
    try:
        service.load(ModelChoice("fake"))
        service.watch(frozenset({MeanAttention()}))
        service.request(scene("a"))
        reach(reached)
        with heard(qtbot, service.answered):
            service.request(scene("b"))
            go.set()
        with heard(qtbot, service.answered):
            service.request(scene("a"))
    finally:
        go.set()
        service.stop(PATIENCE)
    assert [(answer.value, answer.failure) for answer in answers.said] == [("b", ""), ("a", "")]
    assert begun == ["a", "b", "a"]


def test_a_new_model_is_asked_anew(running: InferenceService, loader: Loader, qtbot: QtBot) -> None:
    loader.berts["other"] = FakeBert("other")
    answers = Log(running.answered)
    running.watch(frozenset({Similarity(1)}))
    running.request(scene("a"))
    qtbot.waitUntil(lambda: len(answers.said) == 1)
    running.load(ModelChoice("other"))
    running.request(scene("a", "other"))
    qtbot.waitUntil(lambda: len(answers.said) == 2)
    assert [answer.value[0] for answer in answers.said] == ["fake", "other"]


# Long queries


@dataclass(frozen=True)
class OfScene(Query):
    """A long query about the text."""

    name: str = ""


@dataclass(frozen=True)
class OfModel(Query):
    """A long query about the model."""

    about_model: ClassVar[bool] = True
    name: str = ""


class Work:
    """Answers by generators of `steps` steps, each of which waits until a test lets it."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.go = threading.Semaphore(0)
        self.reached = threading.Event()
        self.begun: list[tuple[str, str]] = []
        self.taken: list[Query] = []
        self.closed: list[Query] = []
        self.fails_at: int | None = None
        self.patient = True

    def __call__(
        self, bert: Any, trace: Trace, query: Query, check: Callable[[], None]
    ) -> Generator[Progress | None, None, object]:
        self.begun.append((bert.model_id, trace.scene.text_a))
        try:
            for step in range(self.steps):
                while True:
                    self.reached.set()
                    assert self.go.acquire(timeout=PATIENCE)
                    try:
                        check()
                    except Cancelled:
                        if not self.patient:
                            raise
                        yield None
                    else:
                        break
                if step == self.fails_at:
                    raise TextError("Line 3 is not UTF-8.")
                self.taken.append(query)
                yield Progress(step + 1, self.steps, "steps")
            return "done"
        finally:
            self.closed.append(query)

    def step(self, count: int = 1) -> None:
        self.go.release(count)

    def wait(self) -> None:
        """Until it is in the middle of a step, and with it the thread."""
        reach(self.reached)
        self.reached.clear()


@pytest.fixture
def work() -> Work:
    return Work(3)


@pytest.fixture
def working(work: Work, loader: Loader, qtbot: QtBot) -> Iterator[InferenceService]:
    """With the fake model and the text "a"."""
    made = InferenceService({**ANSWERERS, OfScene: work, OfModel: work})
    made.start()
    made.load(ModelChoice("fake"))
    with heard(qtbot, made.traced):
        made.request(scene("a"))
    yield made
    made.stop(0)
    work.step(1000)
    made.stop(PATIENCE)
    assert not made._thread.is_alive()
    assert len(work.closed) == len(work.begun)


def reach_both(work: Work) -> None:
    """Until the one about the model has done a step, and the one about the text is in the middle of its first."""
    work.wait()
    work.step()
    work.wait()
    assert work.taken == [OfModel()]


def progress(answers: Log) -> list[int]:
    return [answer.progress.done for answer in answers.said if answer.progress is not None]


def values(answers: Log) -> list[tuple[object, str]]:
    return [(answer.value, answer.failure) for answer in answers.said if answer.progress is None]


@pytest.mark.parametrize("query", [OfScene(), OfModel()])
def test_a_long_query_tells_how_far_it_is(
    working: InferenceService, work: Work, qtbot: QtBot, query: Query
) -> None:
    answers = Log(working.answered)
    working.watch(frozenset({query}))
    work.step()
    qtbot.waitUntil(lambda: len(answers.said) == 1)
    assert answers.said == [Answer(query, scene("a"), progress=Progress(1, 3, "steps"))]
    work.step(2)
    qtbot.waitUntil(lambda: bool(values(answers)))
    assert progress(answers) == [1, 2, 3] and values(answers) == [("done", "")]
    with heard(qtbot, working.traced):
        working.request(scene("b"))
    assert work.begun == [("fake", "a")] or query == OfScene()


def test_a_key_is_served_within_one_step(working: InferenceService, work: Work, qtbot: QtBot) -> None:
    answers = Log(working.answered)
    working.watch(frozenset({OfModel()}))
    work.wait()
    work.step()
    work.wait()
    qtbot.waitUntil(lambda: progress(answers) == [1])
    with heard(qtbot, working.traced) as traced:
        working.request(scene("b"))
        work.step()  # the one that is under way
    assert traced.said[0].scene == scene("b")
    assert progress(answers) == [1]  # `check` broke it off, and it waits to be taken again
    work.step(2)
    qtbot.waitUntil(lambda: bool(values(answers)))
    assert work.begun == [("fake", "a")] and progress(answers) == [1, 2, 3]


def test_it_rests_while_the_window_draws_a_trace(working: InferenceService, work: Work, qtbot: QtBot) -> None:
    answers = Log(working.answered)
    working.watch(frozenset({OfModel()}))
    work.wait()
    work.step(2)  # the first is broken off
    begun = monotonic()
    working.request(scene("b"))
    qtbot.waitUntil(lambda: len(progress(answers)) >= 1)
    work.wait()
    work.step(2)
    qtbot.waitUntil(lambda: bool(values(answers)))
    assert monotonic() - begun >= inference.DRAWING


def test_other_queries_are_answered_between_two_steps(
    working: InferenceService, work: Work, qtbot: QtBot
) -> None:
    answers = Log(working.answered)
    working.watch(frozenset({OfModel()}))
    work.wait()
    working.watch(frozenset({OfModel(), MeanAttention(), Similarity(1)}))
    work.step()
    qtbot.waitUntil(lambda: len(values(answers)) == 2)
    assert values(answers) == [("mean", ""), (("fake", "a", 1), "")]
    assert progress(answers) == []
    work.step(3)
    qtbot.waitUntil(lambda: len(values(answers)) == 3)


def test_long_queries_take_turns(working: InferenceService, work: Work, qtbot: QtBot) -> None:
    answers = Log(working.answered)
    one, other = OfModel("one"), OfModel("other")
    working.watch(frozenset({one}))
    work.wait()
    working.watch(frozenset({one, other}))
    work.step(7)
    qtbot.waitUntil(lambda: len(values(answers)) == 2)
    assert work.taken in ([one, other] * 3, [other, one] * 3)


def test_a_long_query_about_the_text_ends_with_it(
    working: InferenceService, work: Work, qtbot: QtBot
) -> None:
    answers = Log(working.answered)
    working.watch(frozenset({OfScene(), OfModel()}))
    reach_both(work)
    working.request(scene("b"))
    work.step(1 + 2 + 3)
    qtbot.waitUntil(lambda: len(values(answers)) == 2)
    assert work.begun == [("fake", "a"), ("fake", "a"), ("fake", "b")]
    finished = {answer.query: answer for answer in answers.said if answer.progress is None}
    assert finished[OfScene()].scene == scene("b")
    assert sorted(work.closed, key=repr) == [OfModel(), OfScene(), OfScene()]


def test_a_text_that_cannot_be_read_ends_what_is_about_the_one_before(
    working: InferenceService, work: Work, bert: FakeBert, qtbot: QtBot
) -> None:
    bert.failure = TextError("no")
    answers = Log(working.answered)
    working.watch(frozenset({OfScene(), OfModel()}))
    reach_both(work)
    with heard(qtbot, working.trace_failed, pairs=True):
        working.request(scene("bad"))
        work.step(1)
    work.step(2)
    qtbot.waitUntil(lambda: bool(values(answers)))
    assert [answer.query for answer in answers.said if answer.progress is None] == [OfModel()]
    assert OfScene() in work.closed


@pytest.mark.parametrize("query", [OfScene(), OfModel()])
def test_one_that_nobody_watches_any_more_is_closed(
    working: InferenceService, work: Work, qtbot: QtBot, query: Query
) -> None:
    answers = Log(working.answered)
    working.watch(frozenset({query}))
    work.wait()
    work.step()
    work.wait()
    qtbot.waitUntil(lambda: progress(answers) == [1])
    working.watch(frozenset())
    work.step()
    qtbot.waitUntil(lambda: work.closed == [query])
    with heard(qtbot, working.traced):
        working.request(scene("b"))
    assert len(answers.said) == 1
    working.watch(frozenset({query}))  # from the beginning
    work.step(3)
    qtbot.waitUntil(lambda: bool(values(answers)))
    assert progress(answers) == [1, 1, 2, 3]


def test_another_model_ends_them_and_is_asked_itself(
    working: InferenceService, work: Work, loader: Loader, qtbot: QtBot
) -> None:
    loader.berts["other"] = FakeBert("other")
    answers = Log(working.answered)
    working.watch(frozenset({OfModel()}))
    work.wait()
    with heard(qtbot, working.model_loaded):
        working.load(ModelChoice("other"))
        work.step()
    assert work.closed == [OfModel()]
    working.request(scene("a", "other"))
    work.step(3)
    qtbot.waitUntil(lambda: bool(values(answers)))
    assert work.begun == [("fake", "a"), ("other", "a")]
    assert answers.said[-1].scene.model_id == "other"


def test_a_load_that_fails_ends_nothing(
    working: InferenceService, work: Work, loader: Loader, qtbot: QtBot
) -> None:
    loader.failures["broken"] = CheckpointError("The file is damaged.")
    loader.berts["broken"] = FakeBert("broken")
    answers = Log(working.answered)
    working.watch(frozenset({OfModel()}))
    work.wait()
    work.step()
    work.wait()
    qtbot.waitUntil(lambda: progress(answers) == [1])
    with heard(qtbot, working.load_failed, pairs=True):
        working.load(ModelChoice("broken"))
        work.step()
    work.step(2)
    qtbot.waitUntil(lambda: bool(values(answers)))
    assert len(work.begun) == 1 and progress(answers) == [1, 2, 3]


def test_one_that_fails_in_the_middle_is_tried_again_when_it_is_asked_anew(
    working: InferenceService, work: Work, qtbot: QtBot
) -> None:
    work.fails_at = 1
    answers = Log(working.answered)
    working.watch(frozenset({OfModel()}))
    work.step(2)
    qtbot.waitUntil(lambda: bool(values(answers)))
    assert values(answers) == [(None, "Line 3 is not UTF-8.")]
    with heard(qtbot, working.traced):
        working.request(scene("b"))
    assert len(work.begun) == 1
    work.fails_at = None
    working.watch(frozenset())
    working.watch(frozenset({OfModel()}))
    work.step(3)
    qtbot.waitUntil(lambda: len(values(answers)) == 2)
    assert values(answers)[1] == ("done", "")


def test_an_impatient_one_is_begun_again(working: InferenceService, work: Work, qtbot: QtBot) -> None:
    work.patient = False
    answers = Log(working.answered)
    working.watch(frozenset({OfModel()}))
    work.wait()
    work.step()
    work.wait()
    qtbot.waitUntil(lambda: progress(answers) == [1])
    with heard(qtbot, working.traced):
        working.request(scene("b"))
        work.step()
    work.step(3)
    qtbot.waitUntil(lambda: bool(values(answers)))
    assert work.begun == [("fake", "a"), ("fake", "b")] and progress(answers) == [1, 1, 2, 3]


def test_what_is_known_of_the_model_is_not_asked_for_every_text(
    running: InferenceService, qtbot: QtBot
) -> None:
    asked: list[str] = []

    def plain(bert: Any, trace: Trace, query: Query, check: Callable[[], None]) -> object:
        asked.append(trace.scene.text_a)
        return "of the model"

    running._answerers[OfModel] = plain
    running.watch(frozenset({OfModel()}))
    with heard(qtbot, running.answered):
        running.request(scene("a"))
    for text in ("b", "c"):
        with heard(qtbot, running.traced):
            running.request(scene(text))
    assert asked == ["a"]


def test_stopping_ends_a_long_query(working: InferenceService, work: Work) -> None:
    working.watch(frozenset({OfModel(), OfScene()}))
    reach_both(work)
    working.stop(0)
    work.step()
    working.stop(PATIENCE)
    assert alive() == []
    assert work.closed == [OfScene(), OfModel()] or work.closed == [OfModel(), OfScene()]
    assert work.taken == [OfModel()]


@pytest.mark.expects_log
def test_one_that_ends_badly_stops_nothing(
    running: InferenceService, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    closed = threading.Event()

    def stubborn(
        bert: Any, trace: Trace, query: Query, check: Callable[[], None]
    ) -> Generator[Progress | None, None, object]:
        try:
            for done in range(10**9):
                yield Progress(done)
        finally:
            closed.set()
            raise RuntimeError("not like that")

    running._answerers[OfModel] = stubborn
    running.request(scene("a"))
    with heard(qtbot, running.answered):
        running.watch(frozenset({OfModel()}))
    running.watch(frozenset())
    reach(closed)
    with heard(qtbot, running.traced):
        running.request(scene("b"))
    assert [record.levelname for record in caplog.records] == ["ERROR"]


# The end


def alive() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "inference"]


def test_no_thread_is_left_after_stopping(running: InferenceService, qtbot: QtBot) -> None:
    assert alive() == ["inference"]
    running.stop(PATIENCE)
    assert alive() == []
    running.stop(PATIENCE)


def test_stopping_breaks_off_a_trace(running: InferenceService, bert: FakeBert) -> None:
    bert.hold("a")
    running.request(scene("a"))
    reach(bert.reached)
    running.stop(0)  # asks, and does not wait
    bert.go.set()
    running.stop(PATIENCE)
    assert alive() == []
    assert bert.layers == {"a": 2} and bert.cancelled == ["a"]


def test_stopping_breaks_off_a_load(running: InferenceService, loader: Loader) -> None:
    loader.berts["other"] = FakeBert("other")
    loader.held = "other"
    running.load(ModelChoice("other"))
    reach(loader.reached)
    running.stop(0)
    loader.go.set()
    running.stop(PATIENCE)
    assert alive() == []


def test_one_that_was_never_started_stops_at_once(loader: Loader) -> None:
    InferenceService({}).stop()
    assert alive() == []


# With a real model


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "man", "went"]
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
    )
    place = tmp_path_factory.mktemp("models") / "small"
    Bert.random(config, Tokenizer.from_vocabulary(words, lowercase=True)).save(place)
    return place


def test_from_the_folder_to_the_answer(folder: Path, qtbot: QtBot) -> None:
    service = InferenceService({MeanAttention: lambda _, trace, query, check: trace.attentions.mean((0, 1))})
    traces, answers = Log(service.traced), Log(service.answered)
    service.start()
    try:
        with heard(qtbot, service.model_loaded) as loaded:
            service.load(ModelChoice(str(folder), "cpu"))
        model: LoadedModel = loaded.said[0]
        service.watch(frozenset({MeanAttention()}))
        wanted = Scene(model.info.model_id, "the \ud83d man [MASK]", "went", {2: 7})
        with heard(qtbot, service.answered):
            service.request(wanted)
        (trace,), (answer,) = traces.said, answers.said
        assert trace.scene == wanted
        assert " ".join(token.text for token in trace.tokens) == "[CLS] the went [MASK] [SEP] went [SEP]"
        np.testing.assert_allclose(answer.value.sum(-1), 1, atol=1e-5)
        assert model.pieces("the", None)[:2] == trace.tokens[:2]
    finally:
        service.stop(PATIENCE)
    assert alive() == []
