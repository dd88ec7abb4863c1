"""From examples to a tuned model, by the command; stopped, resumed, and where it cannot begin."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch
from accelerate.state import AcceleratorState

from bert_core.errors import BertError, RecipeError, TrainingError
from bert_core.finetuning import classification, command, kinds, one_run
from bert_core.finetuning.command import CHANGEABLE, finetune, resume
from bert_core.finetuning.console import Console
from bert_core.finetuning.objective import FineTuning
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.training import loop as loop_module
from bert_core.training.run_folder import RunFolder
from tests.bert_core.finetuning import small_runs
from tests.bert_core.finetuning.small_runs import RECIPE, SENTENCES, events, figures


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
    """A finished run."""
    out = tmp_path_factory.mktemp("runs") / "whole"
    assert small_runs.begin(home, out) == "finished"
    AcceleratorState._reset_state(True)
    return out


def at_draw(monkeypatch, number, what):
    """Do something when the step of that number (from 0) is drawn."""
    draw = FineTuning.draw

    def watched(self, *arguments):
        if self.step() == number:
            what()
        return draw(self, *arguments)

    monkeypatch.setattr(FineTuning, "draw", watched)


def stopped(home, out, monkeypatch, at=4, **changes):
    """A run that is stopped after a step."""
    with monkeypatch.context() as patch:
        at_draw(patch, at, lambda: RunFolder.open(out).control.ask("stop"))
        assert small_runs.begin(home, out, **changes) == "stopped"
    AcceleratorState._reset_state(True)


def files(out):
    return sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())


def test_a_finished_run(whole, home):
    kinds = [event["event"] for event in events(whole)]
    steps = ["step", "step", "step", "evaluation", "checkpoint"]
    assert kinds[:7] == ["started", "evaluation", *steps] and kinds[-1] == "ended"
    assert kinds.count("step") == 12 and events(whole, "started")[0]["total_steps"] == 12
    assert [e["step"] for e in events(whole, "evaluation")] == [0, 3, 5, 8, 11, 12]
    assert set(events(whole, "evaluation")[0]) == {
        *("event", "time", "step", "pieces", "epoch", "examples", "best"),
        *("accuracy", "macro_f1", "matthews", "dev_loss"),
    }
    assert {"seconds_left", "examples_per_second", "memory_mb", "task_accuracy"} < set(
        events(whole, "step")[0]
    )
    assert events(whole, "ended")[0]["message"].startswith("All epochs are done. The best accuracy was")
    about = json.loads((whole / "run.json").read_text(encoding="utf-8"))
    assert about["kind"] == "finetune" and about["model"] == str(home / "model")
    assert about["probes"] == [["the cat sat .", None]] and "seeds" not in about
    assert about["data"]["counts"] == {"train": 16, "dev": 6} and about["data"]["labels"] == ["bad", "good"]
    assert about["base_metric"]["accuracy"] == pytest.approx(2 / 6), "bad and good are equally common: bad"
    recipe = FineTuneRecipe.from_dict(about["recipe"])
    assert (recipe.task, recipe.precision, recipe.learning_rate) == ("single-sentence", "float32", 3e-3)


def test_what_is_in_its_folder(whole):
    best = events(whole, "ended")[0]["best_step"]
    kept = [f"evaluations/step-{step}.predictions.jsonl" for step in {0, best, 12}]
    assert files(whole) == sorted(
        [
            *("run.json", "events.jsonl", "lock", "data/train.jsonl", "data/dev.jsonl"),
            *(f"evaluations/step-{step}.json" for step in (0, 3, 5, 8, 11, 12)),
            *(f"probes/step-{step}.npz" for step in (0, 3, 5, 8, 11, 12)),
            *kept,
            *(f"model/{name}" for name in MODEL),
            *(f"checkpoints/step-{step}/{name}" for step in {best, 12} for name in (*MODEL, *RESUMING)),
        ]
    )


MODEL = ("config.json", "model.safetensors", "vocab.txt", "tokenizer.json", "tokenizer_config.json")
RESUMING = ("optimizer.safetensors", "state.json")


def test_the_model_is_the_best_one(whole):
    best = events(whole, "ended")[0]["best_step"]
    assert best != 12
    found = (whole / "model/model.safetensors").read_bytes()
    assert found == (whole / f"checkpoints/step-{best}/model.safetensors").read_bytes()
    config = json.loads((whole / "model/config.json").read_text(encoding="utf-8"))
    assert config["architectures"] == ["BertForSequenceClassification"]
    assert config["id2label"] == {"0": "bad", "1": "good"}


def test_an_evaluation_is_written_whole(whole):
    values = json.loads((whole / "evaluations/step-12.json").read_text(encoding="utf-8"))
    told = events(whole, "evaluation")[-1]
    assert values["step"] == 12 and values["epoch"] == 3.0
    assert values["metrics"] == {
        name: told[name] for name in ("accuracy", "macro_f1", "matthews", "dev_loss")
    }
    assert values["confusion"]["labels"] == ["bad", "good"]
    assert sum(map(sum, values["confusion"]["counts"])) == 6
    assert [row["label"] for row in values["per_class"]] == ["bad", "good"]
    lines = (whole / "evaluations/step-12.predictions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    gold = [label for _, label in (*SENTENCES[:3], *SENTENCES[-3:])]
    right = sum(row["label"] == label for row, label in zip(rows, gold, strict=True))
    assert right / 6 == pytest.approx(values["metrics"]["accuracy"])
    assert all(abs(sum(row["probabilities"]) - 1) < 1e-5 and row["loss"] > 0 for row in rows)


@pytest.mark.parametrize("at", [2, 6])
def test_stopped_and_resumed_is_as_never_stopped(whole, home, tmp_path, monkeypatch, at):
    out = tmp_path / "run"
    stopped(home, out, monkeypatch, at)
    assert not (out / "model").exists() and RunFolder.open(out).latest().name == f"step-{at + 1}"
    assert small_runs.go_on(out) == "finished"
    assert figures(out) == figures(whole) and files(out) == files(whole)
    same = [(path / "model/model.safetensors").read_bytes() for path in (out, whole)]
    assert same[0] == same[1]


def test_it_goes_on_though_file_and_model_are_gone(whole, tmp_path, monkeypatch):
    home = tmp_path / "elsewhere"
    home.mkdir()
    small_runs.write_data(home)
    small_runs.write_model(home)
    out = tmp_path / "run"
    stopped(home, out, monkeypatch)
    for path in sorted(home.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    assert small_runs.go_on(out) == "finished"
    assert figures(out) == figures(whole)


def test_what_was_measured_after_the_checkpoint_is_forgotten(whole, home, tmp_path, monkeypatch):
    out = tmp_path / "run"
    stopped(home, out, monkeypatch)
    for name in ("evaluations/step-11.json", "evaluations/step-11.predictions.jsonl", "probes/step-11.npz"):
        (out / name).write_bytes((whole / name.replace(".predictions.jsonl", ".json")).read_bytes())
    at_draw(monkeypatch, 5, lambda: RunFolder.open(out).control.ask("stop"))
    small_runs.go_on(out)
    assert not [name for name in files(out) if "step-11" in name]


def test_resuming_what_is_finished_makes_the_model_again(home, tmp_path):
    out = tmp_path / "run"
    small_runs.begin(home, out, epochs=1.0)
    AcceleratorState._reset_state(True)
    before, weights = figures(out), (out / "model/model.safetensors").read_bytes()
    (out / "model/model.safetensors").unlink()
    assert small_runs.go_on(out) == "finished"
    assert figures(out) == before and (out / "model/model.safetensors").read_bytes() == weights


def test_settings_that_may_change_are_kept(home, tmp_path, monkeypatch):
    out = tmp_path / "run"
    stopped(home, out, monkeypatch)
    assert small_runs.go_on(out, "learning_rate=1e-4", "accumulate=2") == "finished"
    recipe = FineTuneRecipe.from_dict(RunFolder.open(out).values["recipe"])
    assert (recipe.learning_rate, recipe.accumulate) == (1e-4, 2)
    assert max(e["learning_rate"] for e in events(out, "step")[6:]) <= 1e-4


@pytest.mark.parametrize("setting", ["batch_size=8", "seeds=[4]", "max_length=16", "task=tagging"])
def test_what_a_run_has_begun_with_stays(whole, setting):
    with pytest.raises(RecipeError, match="cannot change its " + setting.split("=", maxsplit=1)[0]):
        resume(whole, [setting], device="cpu")
    assert set(CHANGEABLE) < set(FineTuneRecipe().to_dict())


def test_micro_batches_change_nothing(home, tmp_path):
    """But for dropout, which is drawn for each: so without."""
    curves = []
    for accumulate in (1, 2):
        out = tmp_path / str(accumulate)
        small_runs.begin(home, out, accumulate=accumulate, dropout=0.0, epochs=1.0)
        AcceleratorState._reset_state(True)
        curves.append([event["loss"] for event in events(out, "step")])
    assert curves[0] == pytest.approx(curves[1], abs=1e-5)


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "features", "lstm_size": 8},
        {"frozen_layers": 2, "frozen_embeddings": True},
        {"class_weights": True},
        {"bias_correction": False, "learning_rate": 1e-4},
        {"precision": "bfloat16"},
        {"dropout": 0.3},
    ],
)
def test_options_resume_as_well(home, tmp_path, monkeypatch, changes):
    changes = {"epochs": 1.5, **changes}
    whole, out = tmp_path / "whole", tmp_path / "parts"
    assert small_runs.begin(home, whole, **changes) == "finished"
    AcceleratorState._reset_state(True)
    stopped(home, out, monkeypatch, at=2, **changes)
    assert small_runs.go_on(out) == "finished"
    assert figures(out) == figures(whole)


def test_features_leave_bert_as_it_was(home, tmp_path):
    out = tmp_path / "run"
    small_runs.begin(home, out, mode="features", lstm_size=8, epochs=1.0)
    from safetensors.torch import load_file

    before, after = load_file(home / "model/model.safetensors"), load_file(out / "model/model.safetensors")
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert any(name.startswith("features_head.") for name in after)


def test_without_a_dev_file_a_part_is_set_apart(home, tmp_path):
    out = tmp_path / "run"
    recipe = FineTuneRecipe.from_dict({**RECIPE, "epochs": 1.0, "dev_share": 0.25})
    finetune(home / "train.tsv", None, home / "model", out, recipe, device="cpu", threads=1)
    about = RunFolder.open(out).values["data"]
    assert about["dev"] is None and about["counts"] == {"train": 12, "dev": 4}


def test_more_examples_are_learned_from(home, tmp_path):
    more = tmp_path / "more.tsv"
    more.write_text("sentence\tlabel\nthe tired mat .\tbad\nhe was a cat .\tgood\n", encoding="utf-8")
    recipe = FineTuneRecipe.from_dict({**RECIPE, "epochs": 0.5})
    finetune(
        home / "train.tsv",
        home / "dev.tsv",
        home / "model",
        tmp_path / "run",
        recipe,
        extra=[more],
        device="cpu",
    )
    about = RunFolder.open(tmp_path / "run").values["data"]
    assert about["counts"] == {"train": 18, "dev": 6} and about["extra"] == [str(more)]


def test_rows_left_out_are_told(home, tmp_path):
    train = tmp_path / "train.tsv"
    text = (home / "train.tsv").read_text(encoding="utf-8")
    train.write_text(text + "too\tmany\tcolumns\n", encoding="utf-8")
    recipe = FineTuneRecipe.from_dict({**RECIPE, "epochs": 0.5})
    arguments = (train, home / "dev.tsv", home / "model", tmp_path / "run")
    with pytest.raises(BertError, match=r"train\.tsv, line 18"):
        finetune(*arguments, recipe, device="cpu")
    assert not (tmp_path / "run").exists()
    finetune(*arguments, FineTuneRecipe.from_dict({**recipe.to_dict(), "skip_malformed": True}), device="cpu")
    (warning,) = events(tmp_path / "run", "warning")
    assert "1 row was left out. The first: train.tsv, line 18" in warning["message"]
    assert RunFolder.open(tmp_path / "run").values["data"]["skipped"] == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"train": "nowhere.tsv"}, "nowhere.tsv"),
        ({"dev": "nowhere.tsv"}, "nowhere.tsv"),
        ({"model": "nowhere/at/all"}, "nowhere/at/all"),
        ({"frozen_layers": 3}, "The model has 2 layers, so 3 cannot be frozen"),
        ({"task": "question-answering"}, "no columns for question-answering"),
    ],
)
def test_what_is_wrong_from_the_start_leaves_no_folder(home, tmp_path, changes, words):
    train = Path(changes.pop("train", home / "train.tsv"))
    dev = Path(changes.pop("dev", home / "dev.tsv"))
    model = changes.pop("model", home / "model")
    recipe = FineTuneRecipe.from_dict({**RECIPE, **changes})
    with pytest.raises(BertError) as caught:
        finetune(train, dev, model, tmp_path / "run", recipe, device="cpu")
    assert words in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_a_run_is_not_begun_twice(whole, home):
    before = files(whole)
    with pytest.raises(TrainingError, match="a run in this folder already"):
        small_runs.begin(home, whole)
    assert files(whole) == before


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (None, "no run.json"),
        ({"format": 1, "kind": "pretrain"}, "not a fine-tuning run"),
        ({"format": 1, "kind": "finetune"}, "no recipe"),
        ({"format": 1, "kind": "finetune", "recipe": {"sed": 1}}, "There is no setting 'sed'"),
        ({"format": 1, "kind": "finetune", "recipe": {}}, "task and learning rate"),
    ],
)
def test_what_cannot_be_resumed(tmp_path, values, words):
    if values is not None:
        (tmp_path / "run.json").write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(TrainingError, match=words):
        resume(tmp_path, device="cpu")


def test_no_room_for_the_data_is_said(home, tmp_path, monkeypatch):
    def write(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bert_core.finetuning.preparation.write_examples", write)
    with pytest.raises(TrainingError, match=r"No run was begun\. The disk is full"):
        small_runs.begin(home, tmp_path / "run")


@pytest.mark.expects_log
def test_a_full_disk_leaves_the_best_and_says_so(home, tmp_path, monkeypatch):
    save_file, calls = loop_module.checkpoint.save_file, []

    def save(*arguments):
        calls.append(1)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        save_file(*arguments)

    monkeypatch.setattr(loop_module.checkpoint, "save_file", save)
    out = tmp_path / "run"
    assert small_runs.begin(home, out) == "crashed", "the last state is not saved"
    assert [path.name for path in RunFolder.open(out).checkpoints()] == ["step-3"]
    assert all("The disk is full" in e["message"] for e in events(out, "warning"))
    monkeypatch.setattr(loop_module.checkpoint, "save_file", save_file)
    AcceleratorState._reset_state(True)
    assert small_runs.go_on(out) == "finished"


def test_a_model_for_which_there_is_no_room(whole, home, tmp_path, monkeypatch):
    def copy(*arguments):
        raise OSError(28, "No space left on device")

    out = tmp_path / "run"
    with monkeypatch.context() as patch:
        patch.setattr(one_run.shutil, "copyfile", copy)
        assert small_runs.begin(home, out) == "crashed"
    assert "The disk is full" in events(out, "ended")[0]["message"]
    AcceleratorState._reset_state(True)
    assert small_runs.go_on(out) == "finished" and files(out) == files(whole)


def test_bad_ends_say_what_to_do(home, tmp_path, monkeypatch):
    def no_memory():
        raise torch.OutOfMemoryError("CUDA out of memory")

    out = tmp_path / "memory"
    with monkeypatch.context() as patch:
        at_draw(patch, 1, no_memory)
        assert small_runs.begin(home, out) == "out of memory"
    assert "accumulate=2" in events(out, "ended")[0]["message"]
    AcceleratorState._reset_state(True)
    out = tmp_path / "diverged"
    assert small_runs.begin(home, out, learning_rate=1e30, clip=None) == "diverged"
    assert "lower learning rate" in events(out, "ended")[0]["message"]


def test_a_run_that_a_window_owns_leaves_room(home, tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(command, "step_back", lambda: done.append("back"))
    monkeypatch.setattr(command, "threads_beside_window", lambda threads: len(done) if threads is None else 9)
    parent = os.getppid()
    at_draw(monkeypatch, 3, lambda: monkeypatch.setattr(os, "getppid", lambda: parent + 1))
    recipe = FineTuneRecipe.from_dict(RECIPE)
    ending = finetune(
        home / "train.tsv",
        home / "dev.tsv",
        home / "model",
        tmp_path / "run",
        recipe,
        device="cpu",
        owned=True,
    )
    assert done == ["back"] and torch.get_num_threads() == 1
    assert (ending.kind, ending.step) == ("stopped", 4)
    assert RunFolder.open(tmp_path / "run").latest().name == "step-4"


def test_an_owner_that_is_gone_at_once_needs_no_run(home, tmp_path, monkeypatch):
    class Gone(Console):
        def progress(self, step, share):
            monkeypatch.setattr(os, "getppid", lambda: 1)

    recipe, out = FineTuneRecipe.from_dict(RECIPE), tmp_path / "run"
    ending = finetune(
        home / "train.tsv", None, home / "model", out, recipe, device="cpu", owned=True, console=Gone()
    )
    assert ending.kind == "stopped" and not out.exists()


def test_a_wish_is_heard_as_soon_as_there_is_a_run(home, tmp_path, monkeypatch):
    out = tmp_path / "run"
    monkeypatch.setattr(command, "step_back", lambda: RunFolder.open(out).control.ask("stop"))
    recipe = FineTuneRecipe.from_dict(RECIPE)
    files = (home / "train.tsv", home / "dev.tsv", home / "model")
    ending = finetune(*files, out, recipe, device="cpu", threads=1, owned=True)
    assert (ending.kind, ending.step) == ("stopped", 0)
    assert [event["event"] for event in events(out)] == ["ended"], "before anything was encoded"
    AcceleratorState._reset_state(True)
    assert small_runs.go_on(out) == "finished", "a resumed run does not stop for an old wish"


def test_a_wish_is_heard_while_examples_are_encoded(home, whole, tmp_path, monkeypatch):
    monkeypatch.setattr(kinds, "AT_ONCE", 3)
    out, encode = tmp_path / "run", classification.encode
    counts = []

    def encoded(tokenizer, examples, info):
        counts.append(len(examples))
        if len(counts) == 2:
            RunFolder.open(out).control.ask("stop")
        return encode(tokenizer, examples, info)

    monkeypatch.setattr(classification, "encode", encoded)
    recipe = FineTuneRecipe.from_dict(RECIPE)
    files = (home / "train.tsv", home / "dev.tsv", home / "model")
    ending = finetune(*files, out, recipe, device="cpu", threads=1, owned=True)
    assert (ending.kind, ending.step, ending.message) == ("stopped", 0, "Resume it to begin.")
    assert counts == [3, 3]
    assert (events(out)[-1]["event"], events(out)[-1]["ending"]) == ("ended", "stopped")
    AcceleratorState._reset_state(True)
    assert small_runs.go_on(out) == "finished" and figures(out) == figures(whole)


@pytest.mark.parametrize(
    ("total", "per_epoch", "evaluations", "steps"),
    [
        (78, 26, 2.0, (0, 13, 26, 39, 52, 65, 78)),
        (9, 3, 2.0, (0, 2, 3, 4, 6, 8, 9)),
        (3, 3, 50.0, (0, 1, 2, 3)),
        (10, 5, 0.5, (0, 10)),
        (1, 5, 2.0, (0, 1)),
        (7, 2, 0.4, (0, 5, 7)),
    ],
)
def test_when_it_is_measured(total, per_epoch, evaluations, steps):
    assert one_run.evaluation_steps(total, per_epoch, evaluations) == steps
