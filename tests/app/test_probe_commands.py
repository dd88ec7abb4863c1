"""Pinning what is shown, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.probe_commands import pin_shown
from app.session import Session
from bert_core.finetuning.probe_values import MOST_SENTENCES
from bert_core.interventions import Interventions
from tests.app.fakes import fake_trace
from tests.app.reading_session import IDS, small_bert


@pytest.fixture
def session(qapp: object) -> Session:
    return Session()


@pytest.fixture
def notices(session: Session) -> list[str]:
    told: list[str] = []
    session.notice_given.connect(told.append)
    return told


def show(session: Session, **scene: object) -> None:
    trace = fake_trace(scene=session.scene)
    session.set_scene(replace(trace.scene, text_a="the man went", **scene))
    session.accept_trace(replace(trace, scene=session.scene))


def test_what_is_shown_is_pinned_once(session: Session, notices: list[str]) -> None:
    assert not pin_shown(session)
    show(session)
    assert pin_shown(session)
    assert session.probes.pinned == (("the man went", None),)
    assert not pin_shown(session)
    assert [words.split(":")[0] for words in notices] == [
        "There is nothing to pin yet",
        "Pinned",
        "These sentences are pinned already",
    ]


def test_a_text_that_is_not_read_yet_is_pinned_as_it_is_typed(session: Session) -> None:
    session.set_texts("the dog sat", "he went")
    assert pin_shown(session)
    assert session.probes.pinned == (("the dog sat", "he went"),)


def test_no_more_than_there_may_be(session: Session, notices: list[str]) -> None:
    session.probes.set_pinned((f"sentence {n}", None) for n in range(MOST_SENTENCES))
    show(session)
    assert not pin_shown(session)
    assert "no more" in notices[-1]


def test_what_a_probe_does_not_hold_is_said(session: Session, notices: list[str]) -> None:
    show(session, interventions=Interventions(direction="left-to-right"))
    assert pin_shown(session)
    assert "not part of it" in notices[-1]


def test_a_mask_within_a_word_is_said(session: Session, notices: list[str]) -> None:
    trace = small_bert().trace("the gallons", replaced={2: IDS["[MASK]"]})
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    assert pin_shown(session)
    assert session.probes.pinned == (("the [MASK]ons", None),)
    assert "parts it" in notices[-1]


def test_a_long_text_is_said_to_be_cut(session: Session, notices: list[str]) -> None:
    trace = small_bert().trace("the man " * 40)
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    assert pin_shown(session)
    assert "cut at 64" in notices[-1]
