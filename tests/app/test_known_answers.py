"""What is known: until the next trace, until nobody waits, or for a model as long as the program runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest

from app.known_answers import KnownAnswers
from bert_core.queries import Answer, MeanAttention, Progress, Query
from bert_core.scene import Scene
from tests.app.fakes import fake_model_info

SCENE = Scene("m", "a")
OF_TEXT = MeanAttention()


@dataclass(frozen=True)
class OfModel(Query):
    about_model: ClassVar[bool] = True


OF_MODEL = OfModel()


@pytest.fixture
def known() -> KnownAnswers:
    made = KnownAnswers()
    made.use_model(fake_model_info(model_id="m"))
    return made


@pytest.mark.parametrize("query", [OF_TEXT, OF_MODEL])
def test_progress_settles_nothing_and_a_failure_does(known: KnownAnswers, query: Query) -> None:
    assert known.get(query) is None and not known.is_settled(query)
    known.take(Answer(query, SCENE, progress=Progress(1)))
    assert known.get(query) is not None and not known.is_settled(query)
    known.take(Answer(query, SCENE, failure="no"))
    assert known.is_settled(query) and not known.is_lasting(query)


def test_only_a_value_about_the_model_lasts(known: KnownAnswers) -> None:
    for query in (OF_TEXT, OF_MODEL):
        known.take(Answer(query, SCENE, 1))
    assert known.is_lasting(OF_MODEL) and not known.is_lasting(OF_TEXT)
    known.forget_trace()
    assert known.get(OF_TEXT) is None and known.get(OF_MODEL) == Answer(OF_MODEL, SCENE, 1)


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (Answer(OF_TEXT, SCENE, 1), True),
        (Answer(OF_TEXT, SCENE, failure="no"), True),  # of this text it will not go better
        (Answer(OF_TEXT, SCENE, progress=Progress(1)), False),
        (Answer(OF_MODEL, SCENE, 1), True),
        (Answer(OF_MODEL, SCENE, failure="no"), False),
        (Answer(OF_MODEL, SCENE, progress=Progress(1)), False),
    ],
)
def test_what_is_forgotten_when_nobody_waits(known: KnownAnswers, answer: Answer, kept: bool) -> None:
    known.take(answer)
    known.forget_unfinished([answer.query])
    assert known.get(answer.query) == answer
    known.forget_unfinished([])
    assert (known.get(answer.query) == answer) == kept


def test_each_model_has_its_own(known: KnownAnswers) -> None:
    known.take(Answer(OF_MODEL, SCENE, "first"))
    known.use_model(fake_model_info(model_id="other"))
    assert known.get(OF_MODEL) is None
    known.take(Answer(OF_MODEL, SCENE, progress=Progress(1)))
    known.use_model(fake_model_info(model_id="m"))
    assert known.get(OF_MODEL) == Answer(OF_MODEL, SCENE, "first")
    known.use_model(fake_model_info(model_id="other"))
    assert known.get(OF_MODEL) is None  # unfinished work is not kept
