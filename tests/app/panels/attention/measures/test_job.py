"""How far a job over texts is, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest
from PySide6.QtCore import QObject

from app.panels.attention.measures.job import TextsJob
from app.session import Session
from bert_core.queries import Answer, Progress, Query
from tests.app.answering import show_trace
from tests.app.fakes import fake_trace


@dataclass(frozen=True)
class Long(Query):
    about_model: ClassVar[bool] = True


def come(session: Session, query: Query, progress: Progress) -> None:
    session.accept_answer(Answer(query, session.scene, progress=progress))


def test_words_tell_speed_and_time_left(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    now, session, parent = 100.0, Session(), QObject()
    show_trace(session, fake_trace())
    job = TextsJob(session, parent)
    monkeypatch.setattr("app.panels.common_job.monotonic", lambda: now)
    job.start(Long())
    assert job.words() == "Waiting for its turn…"
    come(session, Long(), Progress(2048))
    assert job.words() == "Counting texts: 2,048"
    come(session, Long(), Progress(0, 5000))
    assert job.words() == "0 of 5,000 texts"
    come(session, Long(), Progress(412, 5000))
    assert job.words(now + 4) == "412 of 5,000 texts, 103 a second, 0:45 left"
    come(session, Long(), Progress(2, 5000))
    assert job.words(now + 4) == "2 of 5,000 texts, 0.5 a second, 2:46:36 left"
