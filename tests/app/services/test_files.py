"""The thread that reads files: what it answers, in which order, and what becomes of failures."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytestqt.qtbot import QtBot

from app.files import FileAnswer, FileQuestion
from app.services.files import FileAnswerer, FileService
from bert_core.errors import TextError


@dataclass(frozen=True)
class Twice(FileQuestion):
    number: int


@dataclass(frozen=True)
class Slotted(FileQuestion):
    name: str

    @property
    def slot(self) -> object:
        return self.name


@dataclass(frozen=True)
class Broken(FileQuestion):
    known: bool


@dataclass(frozen=True)
class Wait(FileQuestion):
    """Holds the thread until the gate opens, so that questions gather behind it."""


class Desk:
    """A service, what it said, and the gate."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.gate, self.waiting = threading.Event(), threading.Event()
        self.threads: set[int] = set()
        self.said: list[FileAnswer] = []
        answerers: dict[type[FileQuestion], FileAnswerer] = {
            Twice: self._twice,
            Slotted: lambda question: question,
            Broken: self._break,
            Wait: self._wait,
        }
        self.service = FileService(answerers)
        self.service.answered.connect(self._hear)

    def _hear(self, answer: FileAnswer) -> None:
        self.said.append(answer)

    def _twice(self, question: FileQuestion) -> object:
        assert isinstance(question, Twice)
        self.threads.add(threading.get_ident())
        return 2 * question.number

    def _break(self, question: FileQuestion) -> object:
        assert isinstance(question, Broken)
        raise TextError("It is odd.", where="x.csv, line 7") if question.known else ZeroDivisionError("by 0")

    def _wait(self, question: FileQuestion) -> object:
        self.waiting.set()
        assert self.gate.wait(10)
        return None

    def hold(self) -> None:
        self.service.ask(Wait())
        assert self.waiting.wait(10)

    def heard(self, count: int) -> list[FileAnswer]:
        self.qtbot.waitUntil(lambda: len(self.said) >= count)
        return self.said


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot)
    yield made
    made.gate.set()
    made.service.stop()


def test_answers_come_from_another_thread(desk: Desk) -> None:
    desk.service.ask(Twice(21))
    answer = desk.heard(1)[0]
    assert (answer.question, answer.value, answer.problem) == (Twice(21), 42, None)
    assert desk.threads and threading.get_ident() not in desk.threads


def test_a_newer_question_takes_the_place_of_one_of_its_kind_that_waits(desk: Desk) -> None:
    desk.hold()
    for question in (Twice(1), Slotted("a"), Twice(2), Slotted("b"), Twice(3)):
        desk.service.ask(question)
    desk.gate.set()
    assert [answer.question for answer in desk.heard(4)] == [Wait(), Slotted("a"), Slotted("b"), Twice(3)]


def test_the_same_is_read_again_when_it_is_asked_again(desk: Desk) -> None:
    desk.service.ask(Twice(1))
    desk.heard(1)
    desk.service.ask(Twice(1))
    assert [answer.value for answer in desk.heard(2)] == [2, 2]


def test_what_is_wrong_with_a_file_is_said_and_the_next_is_read(desk: Desk) -> None:
    desk.service.ask(Broken(True))
    desk.service.ask(Twice(4))
    broken, good = desk.heard(2)
    assert broken.value is None and broken.problem is not None and "x.csv, line 7" in broken.problem.message
    assert good.value == 8


@pytest.mark.expects_log
def test_a_mistake_of_ours_is_logged_and_said(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.service.ask(Broken(False))
    (answer,) = desk.heard(1)
    assert answer.problem is not None and "ZeroDivisionError" in answer.problem.message
    assert "ZeroDivisionError" in caplog.text


def test_stopping_ends_the_thread_and_leaves_the_rest_unanswered(desk: Desk) -> None:
    desk.hold()
    desk.service.ask(Twice(1))
    stopping = threading.Thread(target=desk.service.stop)
    stopping.start()
    desk.qtbot.waitUntil(lambda: desk.service._stopping)
    desk.gate.set()
    stopping.join(10)
    assert desk.said == [] and desk.service._thread is not None and not desk.service._thread.is_alive()
