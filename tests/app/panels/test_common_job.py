"""A long query, as a page follows it: progress, an honest time, an end, Cancel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject

from app.panels.common_job import Job, clock, speed_words
from app.session import Session
from bert_core.queries import Answer, Progress, Query
from tests.app.answering import show_trace
from tests.app.fakes import fake_trace


@dataclass(frozen=True)
class Long(Query):
    about_model: ClassVar[bool] = True
    name: str = ""


@pytest.fixture
def session(qapp: object) -> Session:
    made = Session()
    show_trace(made, fake_trace())
    return made


@pytest.fixture
def parent() -> QObject:
    return QObject()


@pytest.fixture
def job(session: Session, parent: QObject) -> Job:
    return Job(session, parent)


def come(session: Session, query: Query, progress: Progress) -> None:
    session.accept_answer(Answer(query, session.scene, progress=progress))


def end(session: Session, query: Query, value: object = None, failure: str = "") -> None:
    session.accept_answer(Answer(query, session.scene, value, failure))


def test_it_is_watched_until_its_end(job: Job, session: Session) -> None:
    job.start(Long())
    assert session.watched == {Long()} and job.state == "running"
    come(session, Long(), Progress(1, 5, "", "so far"))
    assert (job.state, job.value) == ("running", "so far")
    end(session, Long(), "all")
    assert (job.state, job.value) == ("done", "all") and session.watched == frozenset()


def test_a_known_one_is_done_at_once(job: Job, session: Session) -> None:
    job.start(Long())
    end(session, Long(), "all")
    job.start(Long("other"))
    assert session.watched == {Long("other")}
    job.start(Long())
    assert (job.state, job.value) == ("done", "all") and session.watched == frozenset()


def test_starting_the_same_again_changes_nothing(job: Job, session: Session) -> None:
    job.start(Long())
    come(session, Long(), Progress(1, 5))
    job.start(Long())
    assert job.progress == Progress(1, 5)


def test_cancel_keeps_what_is_known_and_hears_no_more(job: Job, session: Session) -> None:
    job.start(Long())
    come(session, Long(), Progress(2, 5, "", "so far"))
    job.cancel()
    assert session.watched == frozenset()
    come(session, Long(), Progress(3, 5, "", "late"))
    assert (job.state, job.value) == ("cancelled", "so far")
    job.start(Long())
    assert (job.state, job.value, job.progress) == ("running", None, None)


def test_what_had_ended_before_it_heard_of_the_cancel_is_taken(job: Job, session: Session) -> None:
    job.start(Long())
    job.cancel()
    end(session, Long(), "all")
    assert (job.state, job.value) == ("done", "all")


def test_it_can_be_stopped_by_what_makes_it_impossible(job: Job, session: Session) -> None:
    job.fail("not begun")
    assert (job.state, job.failure) == ("idle", "")
    job.start(Long())
    job.fail("Another model came.")
    assert (job.state, job.failure) == ("failed", "Another model came.") and session.watched == frozenset()


def test_a_failure_is_kept_and_it_can_be_tried_again(job: Job, session: Session) -> None:
    job.start(Long())
    end(session, Long(), failure="Line 3 is not UTF-8.")
    assert (job.state, job.failure) == ("failed", "Line 3 is not UTF-8.")
    job.start(Long())
    assert (job.state, job.failure) == ("running", "") and session.watched == {Long()}


def test_other_answers_are_not_its_own(job: Job, session: Session) -> None:
    job.start(Long())
    session.watch("someone", Long("other"))
    end(session, Long("other"), "not mine")
    assert job.value is None and job.state == "running"


def test_forgetting_leaves_nothing(job: Job, session: Session) -> None:
    job.start(Long())
    come(session, Long(), Progress(2, 5, "", "so far"))
    job.forget()
    assert (job.state, job.query, job.value, job.progress) == ("idle", None, None, None)
    assert session.watched == frozenset()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "0:01"), (47.5, "0:48"), (60, "1:00"), (725, "12:05"), (3723, "1:02:03")]
)
def test_what_is_left_as_a_clock_says_it(seconds: float, words: str) -> None:
    assert clock(seconds) == words


def test_speed_is_said_as_finely_as_it_is_slow() -> None:
    assert [speed_words(speed) for speed in (1234.5, 96, 9.96, 0.512)] == ["1,234", "96", "10", "0.51"]


def test_pace_is_known_once_something_was_done(
    job: Job, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.panels.common_job.monotonic", lambda: 100.0)
    job.start(Long())
    assert (job.share, job.pace(101.0)) == (None, None)
    first = Progress(10, 50, "", "so far")
    come(session, Long(), first)
    assert (job.share, job.pace(101.0)) == (0.2, None)
    come(session, Long(), Progress(30, 50))
    pace = job.pace(104.0)
    assert (
        pace is not None and (pace.seconds, pace.done, pace.left) == (4.0, 20, "0:04") and pace.first is first
    )
