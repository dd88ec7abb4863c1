"""Several seeds as one run: in turn, stopped and resumed, and how far apart they come out."""

from __future__ import annotations

import json

import pytest
import torch
from accelerate.state import AcceleratorState

from bert_core.errors import RecipeError
from bert_core.finetuning import one_run, seeds
from bert_core.finetuning.objective import FineTuning
from bert_core.finetuning.seeds import Outcome, best_seed, spread
from bert_core.training.run_folder import RunFolder
from tests.bert_core.finetuning import small_runs
from tests.bert_core.finetuning.small_runs import events, figures

SHORT = {"epochs": 1.0, "evaluations_per_epoch": 1.0}


@pytest.fixture(autouse=True)
def as_in_a_new_process():
    before = torch.get_num_threads()
    yield
    AcceleratorState._reset_state(True)
    torch.set_num_threads(before)
    torch.set_flush_denormal(False)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    small_runs.write_data(folder)
    small_runs.write_model(folder)
    return folder


@pytest.fixture(scope="module")
def whole(home, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "whole"
    assert small_runs.begin(home, out, seeds=[4, 2], **SHORT) == "finished"
    AcceleratorState._reset_state(True)
    return out


def at_draw(monkeypatch, seed, step, what):
    draw = FineTuning.draw

    def watched(self, *arguments):
        if (self.recipe.seeds, self.step()) == ((seed,), step):
            what()
        return draw(self, *arguments)

    monkeypatch.setattr(FineTuning, "draw", watched)


def test_each_is_a_run_of_its_own(whole, home, tmp_path):
    about = RunFolder.open(whole).values
    assert about["seeds"] == [4, 2] and about["recipe"]["seeds"] == [4, 2]
    for seed in (4, 2):
        inside = RunFolder.open(whole / f"seeds/{seed}")
        assert inside.values["recipe"]["seeds"] == [seed] and "seeds" not in inside.values
        assert (inside.path / "model/config.json").exists() and (inside.path / "data/dev.jsonl").exists()
        assert events(inside.path, "ended")[0]["ending"] == "finished"
    alone = tmp_path / "alone"
    small_runs.begin(home, alone, seeds=[2], **SHORT)
    assert figures(alone) == figures(whole / "seeds/2") != figures(whole / "seeds/4")


def test_the_whole_tells_of_each_and_of_the_spread(whole):
    told = [(e["event"], e.get("state"), e.get("seed"), e.get("number")) for e in events(whole)]
    assert told == [
        ("started", None, None, None),
        *(("seed", "begin", 4, 1), ("seed", "end", 4, 1), ("seed", "begin", 2, 2), ("seed", "end", 2, 2)),
        ("ended", None, None, None),
    ]
    each = [event["metrics"]["dev_loss"] for event in events(whole, "seed") if event["state"] == "end"]
    ended = events(whole, "ended")[0]
    assert ended["spread"]["dev_loss"]["each"] == each and ended["step"] == 8
    assert ended["spread"]["dev_loss"]["mean"] == pytest.approx(sum(each) / 2)
    stored = json.loads((whole / "evaluations/seeds.json").read_text(encoding="utf-8"))
    assert stored["spread"] == ended["spread"] and stored["best_seed"] == ended["best_seed"]
    assert [one["seed"] for one in stored["each"]] == stored["seeds"] == [4, 2]
    best = (whole / f"seeds/{ended['best_seed']}/model/model.safetensors").read_bytes()
    assert (whole / "model/model.safetensors").read_bytes() == best


@pytest.mark.parametrize(("seed", "step", "begun"), [(4, 1, ["4"]), (2, 2, ["2", "4"])])
def test_stopped_and_resumed(whole, home, tmp_path, monkeypatch, seed, step, begun):
    out = tmp_path / "run"
    with monkeypatch.context() as patch:
        at_draw(patch, seed, step, lambda: RunFolder.open(out).control.ask("stop"))
        assert small_runs.begin(home, out, seeds=[4, 2], **SHORT) == "stopped"
    assert sorted(path.name for path in (out / "seeds").iterdir()) == begun and not (out / "model").exists()
    assert events(out)[-1]["ending"] == "stopped" and not RunFolder.open(out).is_running()
    AcceleratorState._reset_state(True)
    assert small_runs.go_on(out) == "finished"
    for number in (4, 2):
        assert figures(out / f"seeds/{number}") == figures(whole / f"seeds/{number}")
    assert events(out, "ended")[-1]["spread"] == events(whole, "ended")[-1]["spread"]
    assert len(events(out, "ended")) == 1


def test_a_wish_to_stop_between_two_is_heard(home, tmp_path, monkeypatch):
    out, finish = tmp_path / "run", one_run.write_model

    def finished(run):
        finish(run)
        RunFolder.open(out).control.ask("stop")

    monkeypatch.setattr(one_run, "write_model", finished)
    assert small_runs.begin(home, out, seeds=[4, 2], **SHORT) == "stopped"
    assert [path.name for path in (out / "seeds").iterdir()] == ["4"]
    assert "seeds that are left" in events(out, "ended")[0]["message"]


def test_the_others_go_on_where_one_diverges(home, tmp_path, monkeypatch):
    forward = FineTuning.forward

    def poisoned(self, *arguments):
        outcome = forward(self, *arguments)
        if self.recipe.seeds == (4,):
            return type(outcome)({"task": outcome.sums["task"] * float("nan")}, outcome.right)
        return outcome

    monkeypatch.setattr(FineTuning, "forward", poisoned)
    out = tmp_path / "run"
    assert small_runs.begin(home, out, seeds=[4, 2], **SHORT) == "finished"
    ended = events(out, "ended")[0]
    assert "no finite number any more with seed 4" in ended["message"] and ended["best_seed"] == 2
    assert len(ended["spread"]["accuracy"]["each"]) == 1
    assert [e["ending"] for e in events(out, "seed") if e["state"] == "end"] == ["diverged", "finished"]


def test_what_ends_one_badly_ends_all(home, tmp_path, monkeypatch):
    def no_memory():
        raise torch.OutOfMemoryError("CUDA out of memory")

    out = tmp_path / "run"
    at_draw(monkeypatch, 4, 1, no_memory)
    assert small_runs.begin(home, out, seeds=[4, 2], **SHORT) == "out of memory"
    assert "accumulate" in events(out, "ended")[0]["message"] and not (out / "seeds/2").exists()


def test_a_changed_setting_reaches_those_that_are_left(home, tmp_path, monkeypatch):
    out = tmp_path / "run"
    with monkeypatch.context() as patch:
        at_draw(patch, 4, 2, lambda: RunFolder.open(out).control.ask("stop"))
        small_runs.begin(home, out, seeds=[4, 2], **SHORT)
    AcceleratorState._reset_state(True)
    assert small_runs.go_on(out, "epochs=1.5") == "finished"
    assert [len(events(out / f"seeds/{seed}", "step")) for seed in (4, 2)] == [6, 6]


def test_no_room_for_the_model_is_a_bad_end(whole, home, tmp_path, monkeypatch):
    def copy(*arguments):
        raise OSError(28, "No space left on device")

    out = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(seeds, "copy_model", copy)
        assert small_runs.begin(home, out, seeds=[4, 2], **SHORT) == "crashed"
    assert "The disk is full" in events(out, "ended")[0]["message"]
    AcceleratorState._reset_state(True)
    assert small_runs.go_on(out) == "finished" and (out / "model/config.json").exists()


def test_many_processes_take_one_seed(home, tmp_path, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "1")
    monkeypatch.setattr("bert_core.finetuning.command.processes", lambda: 2)
    with pytest.raises(RecipeError, match="by one process"):
        small_runs.begin(home, tmp_path / "run", seeds=[4, 2])


def test_spread():
    outcomes = [
        Outcome(0, "finished", 9, 3, {"f1": 0.5, "loss": 1.0}),
        Outcome(1, "diverged", 2),
        Outcome(2, "finished", 9, 6, {"f1": 0.7, "loss": 2.0}),
        Outcome(3, "finished", 9, 6, {"f1": 0.9}),
    ]
    found = spread(outcomes)
    assert set(found) == {"f1"} and found["f1"]["each"] == [0.5, 0.7, 0.9]
    assert (found["f1"]["mean"], found["f1"]["sd"]) == (pytest.approx(0.7), pytest.approx(0.2))
    assert spread(outcomes[:1])["loss"] == {"mean": 1.0, "sd": 0.0, "each": [1.0]}
    assert spread(outcomes[1:2]) == spread([]) == {}
    assert best_seed(outcomes, "f1", True) == 3 and best_seed(outcomes, "loss", False) == 0
    assert best_seed(outcomes[1:2], "f1", True) is None
