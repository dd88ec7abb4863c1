"""Runs as they are wished, and the part of the session that holds them."""

from __future__ import annotations

import json
import shlex
import sys

import pytest
from pytestqt.qtbot import QtBot

from app.tuning import Tuning, TuningEnd, TuningState, TuningWish, settings_of
from bert_core.__main__ import parser
from bert_core.errors import RecipeError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.training.ending import Ending

LAYOUT = Layout(
    "csv", "sentence-pair", (("text_a", "a b"), ("text_b", "c"), ("label", "gold")), delimiter=";"
)
WISH = TuningWish(
    folder="/runs/my run",
    train="/data/train.csv",
    model="mini-en",
    recipe=FineTuneRecipe(task="sentence-pair", epochs=2.5, seeds=(0, 4), patience=3),
    dev="/data/dev.csv",
    layout=LAYOUT,
    extra=("/data/more.csv", "/data/most.csv"),
    probes=(("A fine day.", None), ("-ly", 'It\'s "so".')),
)


def test_a_wish_as_json_is_the_same_wish() -> None:
    assert TuningWish.from_dict(json.loads(json.dumps(WISH.to_dict()))) == WISH
    resumed = TuningWish("/runs/one", resume=True, kind="pretrain")
    assert TuningWish.from_dict(json.loads(json.dumps(resumed.to_dict()))) == resumed
    with pytest.raises(RecipeError):
        TuningWish.from_dict({"train": "x"})


def test_the_command_line_understands_it() -> None:
    wishes = parser().parse_args([*WISH.arguments(), "--owned"])
    assert wishes.command == "finetune" and wishes.owned and not wishes.resume
    assert (str(wishes.train), str(wishes.dev), str(wishes.out)) == (WISH.train, WISH.dev, WISH.folder)
    assert tuple(map(str, wishes.extra)) == WISH.extra
    assert (wishes.task, wishes.model) == ("sentence-pair", "mini-en")
    assert Layout.from_dict(json.loads(wishes.layout)) == LAYOUT
    assert FineTuneRecipe(task=wishes.task).with_settings(wishes.set) == WISH.recipe
    assert wishes.probe == [["A fine day."], [" -ly", 'It\'s "so".']]


def test_a_resumed_run_needs_only_its_folder() -> None:
    assert TuningWish("/runs/one", resume=True).arguments() == ("finetune", "--out", "/runs/one", "--resume")
    assert TuningWish("/runs/one", resume=True, kind="pretrain").arguments()[0] == "pretrain"
    changed = TuningWish("/runs/one", resume=True, changes=("learning_rate=1e-5",))
    assert changed.arguments()[-2:] == ("--set", "learning_rate=1e-5")
    assert TuningWish.from_dict(changed.to_dict()) == changed


@pytest.mark.skipif(sys.platform == "win32", reason="quoted as a POSIX shell reads it")
def test_the_command_can_be_typed() -> None:
    assert shlex.split(WISH.command())[3:] == list(WISH.arguments())


def test_only_what_differs_is_said() -> None:
    assert settings_of(FineTuneRecipe(task="tagging")) == ()
    assert settings_of(FineTuneRecipe(epochs=1, bias_correction=False)) == (
        "epochs=1",
        "bias_correction=false",
    )


def test_the_part_of_the_session(qtbot: QtBot) -> None:
    tuning = Tuning()
    queues: list[tuple[TuningWish, ...]] = []
    running: list[TuningWish | None] = []
    tuning.queue_changed.connect(queues.append)
    tuning.running_changed.connect(running.append)
    one, two, three = (TuningWish(f"/runs/{n}") for n in (1, 2, 3))
    tuning.set_state(TuningState(one, (two,), (three,)))
    tuning.set_state(TuningState(one, (two,), (three,)))
    assert queues == [(two, three)] and running == [one]
    assert tuning.busy and tuning.queue == (two, three) and tuning.held == (three,)
    with qtbot.waitSignal(tuning.wished) as wished:
        tuning.wish("pause")
    assert wished.args == ["/runs/1", "pause"]
    end = TuningEnd(one, Ending("finished", "", 3))
    tuning.take_end(end)
    assert tuning.end_of("/runs/1") == end
    tuning.take_start(one)
    assert tuning.end_of("/runs/1") is None
    tuning.set_state(TuningState())
    assert not tuning.busy
    with qtbot.assertNotEmitted(tuning.wished):
        tuning.wish("stop")


def test_what_is_labelled_goes_to_the_next_run(qtbot: QtBot) -> None:
    tuning = Tuning()
    told: list[tuple[str, ...]] = []
    tuning.extra_changed.connect(told.append)
    tuning.add_extra("/data/one.jsonl")
    tuning.add_extra("/data/one.jsonl")
    tuning.add_extra("/data/two.jsonl")
    assert told == [("/data/one.jsonl",), ("/data/one.jsonl", "/data/two.jsonl")]
