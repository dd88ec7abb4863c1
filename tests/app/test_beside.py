"""A tuned model beside its original: in which order models are asked for, and what is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.beside import Beside
from app.session import Session
from app.values import LoadedModel, Loading, ModelChoice
from bert_core.scene import Scene
from tests.app.fakes import fake_model_info, fake_trace


class Loads:
    """Stands for the service: notes what is asked for, and brings it when told to."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.asked: list[str] = []
        session.load_requested.connect(self._ask)

    def _ask(self, choice: ModelChoice) -> None:
        self.asked.append(choice.source)
        self.session.set_loading(Loading(choice))

    def bring(self, source: str) -> None:
        info = replace(fake_model_info(model_id=f"id of {source}"), source=source)
        trace = fake_trace()
        self.session.set_model(LoadedModel(ModelChoice(source), info, lambda a, b: trace.tokens, ("cpu",)))

    def read(self) -> None:
        self.session.accept_trace(fake_trace(scene=self.session.scene))


@pytest.fixture
def session(qapp: object) -> Session:
    made = Session()
    made.begin(Scene("", "the man", "the store"))
    return made


@pytest.fixture
def loads(session: Session) -> Loads:
    made = Loads(session)
    made.bring("base")
    made.read()
    return made


@pytest.fixture
def beside(session: Session) -> Beside:
    return Beside(session, session)


def test_the_original_that_is_in_force_becomes_the_reference(
    session: Session, loads: Loads, beside: Beside
) -> None:
    beside.open_beside("base", "tuned")
    assert loads.asked == ["tuned"] and session.reference is not None
    assert session.reference.trace.scene.model_id == "id of base"
    loads.bring("tuned")
    loads.read()
    assert loads.asked == ["tuned"]
    assert session.trace is not None and session.trace.scene.model_id == "id of tuned"
    assert session.reference.showing == "difference"


def test_another_model_in_force_gives_way_to_the_original_first(
    session: Session, loads: Loads, beside: Beside
) -> None:
    beside.open_beside("original", "tuned")
    assert loads.asked == ["original"] and session.reference is None
    loads.bring("original")
    assert loads.asked == ["original"]  # it has not read the text yet
    loads.read()
    assert loads.asked == ["original", "tuned"]
    assert session.reference is not None and session.reference.trace.scene.model_id == "id of original"


def test_an_original_that_cannot_be_loaded_is_said_and_nothing_changes(
    session: Session, loads: Loads, beside: Beside
) -> None:
    said: list[object] = []
    session.notice_given.connect(said.append)
    beside.open_beside("gone", "tuned")
    session.set_loading(None)
    assert len(said) == 1 and session.reference is None
    loads.read()
    assert loads.asked == ["gone"]


def test_a_model_asked_for_in_between_wins(session: Session, loads: Loads, beside: Beside) -> None:
    beside.open_beside("original", "tuned")
    session.request_model(ModelChoice("another"))
    loads.bring("another")
    loads.read()
    assert loads.asked == ["original", "another"] and session.reference is None


def test_opening_alone_keeps_nothing(session: Session, loads: Loads, beside: Beside) -> None:
    beside.open_beside("original", "tuned")
    beside.open("tuned")
    loads.bring("tuned")
    loads.read()
    assert loads.asked == ["original", "tuned"] and session.reference is None
