"""What a search says of itself while it runs."""

from __future__ import annotations

import pytest

from app.panels.attention.search.job import SearchJob, amount
from app.session import Session
from app.values import LoadedModel, ModelChoice
from bert_core.queries import Answer, Progress
from bert_core.queries_measures import Source, TextFile, Texts
from bert_core.queries_search import AttentionExamples, Found
from bert_core.scene import Scene
from tests.app.fakes import fake_model_info, fake_trace

FILE = TextFile("book.txt", 10_000_000, 1)


@pytest.fixture
def session(qapp: object) -> Session:
    made = Session()
    made.begin(Scene("", "the man"))
    made.set_model(LoadedModel(ModelChoice("m"), fake_model_info(model_id="m"), lambda a, b: (), ("cpu",)))
    made.accept_trace(fake_trace(scene=made.scene))
    return made


def started(session: Session, source: Source = FILE) -> SearchJob:
    job = SearchJob(session, session)
    job.start(AttentionExamples(source, 0, 0))
    return job


def tell(session: Session, job: SearchJob, done: int, total: int | None, pieces: int | None = None) -> None:
    value = None if pieces is None else Found((), 1, pieces, 0, 0.0, 0.0, 0, (0,), 0.0)
    session.accept_answer(Answer(job.query, session.scene, progress=Progress(done, total, "", value)))


def test_speed_and_time_left(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    job = started(session)
    assert job.words() == "Waiting for its turn…" and job.share is None
    tell(session, job, 3_000_000, None)
    assert job.words() == "Looking through the file: 3.0 MB" and job.share is None
    monkeypatch.setattr("app.panels.common_job.monotonic", lambda: 100.0)
    tell(session, job, 0, 10_000_000)
    assert job.words() == "0 kB of 10.0 MB"
    tell(session, job, 1_000_000, 10_000_000, 250_000)
    assert job.words(now=110.0) == "1.0 MB of 10.0 MB, 25,000 pieces a second, 1:30 left"
    assert job.share == 0.1
    job.cancel()
    assert job.end_words() == "Cancelled after 10 % of the text"
    assert job.found is not None and job.found.pieces == 250_000


def test_texts_are_counted_as_such(session: Session) -> None:
    job = started(session, Texts((("a", None),) * 20))
    tell(session, job, 5, 20)
    assert job.words() == "5 of 20 texts"


def test_cancelled_before_anything_was_read(session: Session) -> None:
    job = started(session)
    job.cancel()
    assert job.end_words() == "Cancelled" and job.found is None


def test_amounts() -> None:
    assert [amount(n) for n in (0, 15_700, 10_064_640)] == ["0 kB", "16 kB", "10.1 MB"]
