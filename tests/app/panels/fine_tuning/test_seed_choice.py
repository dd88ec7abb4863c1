"""Which seed is shown at first, and that all pages show the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.panels.fine_tuning.seed_choice import SeedChoice, place_of_best_seed
from app.run_values import Points, Run
from app.session import Session

DETAILS = {"kind": "finetune", "recipe": {"task": "single-sentence"}, "seeds": [0, 7, 9]}


def run(name: str, accuracy: float = 0.0, state: str = "finished") -> Run:
    evaluations = Points({"step": np.array([0.0, 5]), "accuracy": np.array([0.1, accuracy])})
    return Run(f"/runs/{name}", details=DETAILS, state=state, evaluations=evaluations)  # type: ignore[arg-type]


def several(*accuracies: float, state: str = "finished") -> Run:
    seeds = tuple(run(f"many/seeds/{n}", a) for n, a in zip((0, 7, 9), accuracies, strict=False))
    return replace(run("many", state=state), seeds=seeds)


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def choice(qtbot: QtBot, session: Session) -> SeedChoice:
    made = SeedChoice(session.runs)
    qtbot.addWidget(made)
    return made


def test_the_best_is_shown_at_first(choice: SeedChoice) -> None:
    many = several(0.5, 0.9, 0.7)
    assert choice.shown(many) is many.seeds[1] and place_of_best_seed(many) == 1
    assert [choice.itemText(n) for n in range(choice.count())] == ["seed 0", "seed 7", "seed 9"]
    assert choice.currentText() == "seed 7"


def test_in_training_the_newest(choice: SeedChoice) -> None:
    begun = several(0.9, 0.5, state="running")
    assert choice.shown(begun) is begun.seeds[1]
    more = several(0.9, 0.5, 0.1, state="running")
    assert choice.shown(more) is more.seeds[2]


def test_an_ordinary_run_is_shown_itself(choice: SeedChoice) -> None:
    one = run("one")
    assert choice.shown(one) is one and choice.isHidden()
    choice.shown(several(0.1, 0.2))
    assert not choice.isHidden()


def test_what_is_chosen_on_one_page_is_shown_on_all(
    qtbot: QtBot, choice: SeedChoice, session: Session
) -> None:
    other = SeedChoice(session.runs)
    qtbot.addWidget(other)
    many = several(0.5, 0.9, 0.7)
    session.runs.show(many)
    told: list[Run] = []
    session.runs.seed_changed.connect(told.append)
    choice.shown(many)
    choice.chosen.emit(2)
    assert told == [many]
    assert choice.shown(many) is other.shown(many) is many.seeds[2]
    more = replace(many, state="running")
    assert other.shown(more) is more.seeds[2], "also when more is known of it"
    session.runs.show(run("one"))
    session.runs.show(many)
    assert other.shown(many) is many.seeds[2], "also when another run was seen meanwhile"


def test_no_other_runs_seed_is_chosen(session: Session) -> None:
    session.runs.show(several(0.5, 0.9))
    session.runs.choose_seed("/runs/elsewhere/seeds/0")
    assert session.runs.seed_of("/runs/many") == ""
