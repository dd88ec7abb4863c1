"""Queries under names: what is known is taken at once, the rest when it comes, and wishes may change meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from app.panels.common_watching import Watching
from app.session import Session
from bert_core.queries import Answer, OfReference, Query
from tests.app.answering import show_trace
from tests.app.fakes import fake_trace


@dataclass(frozen=True)
class Asked(Query):
    name: str


ONE, TWO, THREE = Asked("one"), Asked("two"), Asked("three")


@pytest.fixture
def session(qapp: object) -> Session:
    made = Session()
    show_trace(made, fake_trace())
    return made


@pytest.fixture
def taken() -> list[tuple[str, object]]:
    return []


@pytest.fixture
def watching(session: Session, taken: list[tuple[str, object]]) -> Watching:
    return Watching(session, lambda name, answer: taken.append((name, answer.value)), session)


def answer(session: Session, query: Query, value: object) -> None:
    session.accept_answer(Answer(query, session.scene, value))


def test_what_is_wanted_is_watched_and_nothing_else(
    watching: Watching, session: Session, taken: list[tuple[str, object]]
) -> None:
    watching.want({"a": ONE, "b": TWO})
    assert session.watched == {ONE, TWO}
    answer(session, TWO, 2)
    assert taken == [("b", 2)]
    watching.want({"b": THREE})
    assert session.watched == {THREE}
    answer(session, ONE, 1)
    assert taken == [("b", 2)]


def test_what_is_known_is_taken_when_it_is_new_or_wanted_anew(
    watching: Watching, session: Session, taken: list[tuple[str, object]]
) -> None:
    watching.want({"a": ONE})
    answer(session, ONE, 1)
    watching.want({"a": ONE, "again": ONE})
    assert taken == [("a", 1), ("again", 1)]
    watching.want({"a": ONE}, anew=True)
    assert taken[2:] == [("a", 1)]


def test_of_the_reference_it_is_asked_about_that(
    watching: Watching, session: Session, taken: list[tuple[str, object]]
) -> None:
    other = fake_trace(5)
    watching.want({"a": ONE}, other)
    assert session.watched == {OfReference(ONE, other.scene)}
    watching.want({"a": ONE}, session.trace)
    assert session.watched == {ONE}


def test_an_answer_about_another_text_is_not_taken(
    watching: Watching, session: Session, taken: list[tuple[str, object]]
) -> None:
    watching.want({"a": ONE})
    session.answer_changed.emit(Answer(ONE, replace(session.scene, text_a="another"), 1))
    assert taken == []


def test_taking_one_may_change_what_is_wanted(session: Session) -> None:
    taken: list[str] = []

    def take(name: str, _: Answer) -> None:
        taken.append(name)
        made.want({"a": ONE, "c": THREE})

    other = Watching(session, lambda name, answer: None, session)
    other.want({"a": ONE, "b": TWO})
    answer(session, ONE, 1)
    answer(session, TWO, 2)
    made = Watching(session, take, session)
    made.want({"a": ONE, "b": TWO})
    assert taken == ["a"] and made.queries == {"a": ONE, "c": THREE}
    assert session.watched == {ONE, TWO, THREE}
