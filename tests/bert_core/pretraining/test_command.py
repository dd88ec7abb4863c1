"""From text to a model, by the command; broken off, resumed, and by two processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch
import transformers
from accelerate.state import AcceleratorState

from bert_core import Bert
from bert_core.errors import BertError, CheckpointError, RecipeError, TextError, TrainingError
from bert_core.pretraining import command
from bert_core.pretraining.command import evaluate_model, pretrain, resume
from bert_core.pretraining.console import Console
from bert_core.pretraining.preparation import prepare
from bert_core.pretraining.recipe import Recipe
from bert_core.training.run_folder import RunFolder
from tests.bert_core.pretraining import small_runs
from tests.bert_core.pretraining.small_runs import PIECES, RECIPE, events, figures

ROOT = Path(__file__).resolve().parents[3]
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
# With --cpu, accelerate launches several processes through mpirun only; --multi_gpu is its name for torchrun.
TOGETHER = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2", "--num_machines", "1"]
TOGETHER += ["--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0"]
BREAKABLE = str(ROOT / "tests/bert_core/pretraining/small_runs.py")


@pytest.fixture(autouse=True)
def as_in_a_new_process():
    before = torch.get_num_threads()
    yield
    AcceleratorState._reset_state(True)  # else the precision of one run would be that of the next
    torch.set_num_threads(before)
    torch.set_flush_denormal(False)


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    return small_runs.split(tmp_path_factory.mktemp("texts"))


def recipe(**changes):
    return Recipe.from_dict({**RECIPE, **changes})


def run(texts, out, **changes):
    return pretrain([texts[0]], out, recipe(**changes), heldout=[texts[1]], device="cpu", threads=1)


def go_on(out, *settings):
    return resume(out, settings, device="cpu", threads=1)


@contextmanager
def stopped_at(out, step):
    calls = small_runs.at_step(step, lambda: RunFolder.open(out).control.ask("stop"))
    next(calls)
    try:
        yield
    finally:
        next(calls, None)


@pytest.fixture(scope="module")
def whole(texts, tmp_path_factory):
    """A finished run."""
    out = tmp_path_factory.mktemp("runs") / "whole"
    ending = run(texts, out)
    AcceleratorState._reset_state(True)
    assert (ending.kind, ending.step) == ("finished", 12)
    return out


def test_a_finished_run(whole):
    kinds = [event["event"] for event in events(whole)]
    assert kinds == ["started", *["step"] * 12, "evaluation", "checkpoint", "ended"]
    steps = events(whole, "step")
    assert [event["pieces"] for event in steps] == [PIECES * n for n in range(1, 13)]
    assert {"loss", "mlm_loss", "nsp_accuracy", "learning_rate", "pieces_per_second", "seconds_left"} < steps[
        0
    ].keys()
    assert {"top1", "word_top5", "bits_per_character", "nsp_accuracy"} < events(whole, "evaluation")[0].keys()
    assert {path.name for path in whole.iterdir()} >= {
        "run.json",
        "events.jsonl",
        "checkpoints",
        "data",
        "model",
    }
    about = json.loads((whole / "run.json").read_text(encoding="utf-8"))
    assert about["kind"] == "pretrain" and Recipe.from_dict(about["recipe"]) == recipe()


@pytest.mark.parametrize("folder", ["model", "checkpoints/step-12"])
def test_its_model_opens_in_transformers(whole, folder):
    path = whole / folder
    bert = Bert.load(path, device="cpu")
    trace = bert.trace("the [MASK] was here.", "it is gone.", predict=[2])
    tokenizer = transformers.AutoTokenizer.from_pretrained(path)
    inputs = tokenizer("the [MASK] was here.", "it is gone.", return_tensors="pt")
    assert inputs["input_ids"][0].tolist() == [token.id for token in trace.tokens]
    model = transformers.BertForPreTraining.from_pretrained(path).eval()
    with torch.no_grad():
        theirs = model(**inputs)
    np.testing.assert_allclose(theirs.prediction_logits[0, 2], trace.mlm_logits(2), rtol=1e-4, atol=1e-5)
    is_next = float(theirs.seq_relationship_logits.softmax(-1)[0, 0])
    assert trace.nsp.is_next == pytest.approx(is_next, abs=1e-5)


def test_held_out_figures_can_be_had_again(whole, texts):
    found = evaluate_model(whole / "model", [texts[1]], pairs=24, length=64, device="cpu")
    told = events(whole, "evaluation")[0]
    for name, value in found.items():
        if name in told:
            assert value == pytest.approx(told[name], rel=1e-5), name
    assert found["masked_pieces"] > 50 and found["pairs"] == 24 and 0 < found["top1_standard_error"] < 0.1


def test_stopped_and_resumed_is_as_never_stopped(whole, texts, tmp_path):
    """To the bit, on one thread; with dropout, both lengths, and the optimiser's memory."""
    out = tmp_path / "run"
    with stopped_at(out, 4):
        assert run(texts, out).kind == "stopped"
    AcceleratorState._reset_state(True)
    assert [path.name for path in RunFolder.open(out).checkpoints()] == ["step-5"]
    assert not (out / "model").exists()
    assert go_on(out).kind == "finished"
    assert figures(out) == figures(whole)
    one, other = (events(path, "evaluation")[-1] for path in (out, whole))
    assert {**one, "time": 0} == {**other, "time": 0}
    same = [(path / "model/model.safetensors").read_bytes() for path in (out, whole)]
    assert same[0] == same[1]


def test_micro_batches_change_nothing(whole, texts, tmp_path):
    """But for dropout, which is drawn for each: so without."""
    curves = []
    for accumulate in (1, 4):
        out = tmp_path / str(accumulate)
        run(texts, out, model={**RECIPE["model"], "dropout": 0.0}, accumulate=accumulate, pieces=6 * PIECES)
        AcceleratorState._reset_state(True)
        curves.append([event["loss"] for event in events(out, "step")])
    assert curves[0] == pytest.approx(curves[1], abs=1e-5)


def test_resuming_what_is_finished_changes_nothing(whole, texts, tmp_path):
    out = tmp_path / "run"
    run(texts, out, pieces=2 * PIECES)
    AcceleratorState._reset_state(True)
    before, weights = figures(out), (out / "model/model.safetensors").read_bytes()
    (out / "model/model.safetensors").unlink()  # as if killed before it was written
    ending = go_on(out)
    assert (ending.kind, ending.step) == ("finished", 2)
    assert figures(out) == before and (out / "model/model.safetensors").read_bytes() == weights


def test_a_longer_run_is_remembered(texts, tmp_path):
    out = tmp_path / "run"
    run(texts, out, pieces=2 * PIECES)
    AcceleratorState._reset_state(True)
    assert go_on(out, f"pieces={6 * PIECES}", "checkpoint_minutes=30").step == 6
    AcceleratorState._reset_state(True)
    about = RunFolder.open(out).values
    assert Recipe.from_dict(about["recipe"]) == recipe(pieces=6 * PIECES, checkpoint_minutes=30.0)
    assert go_on(out).step == 6, "without saying it again"
    assert [event["total_pieces"] for event in events(out, "resumed")] == [6 * PIECES] * 2


@pytest.mark.parametrize("setting", ["seed=4", "model.hidden_size=64", "masking.share=0.3", "objective=mlm"])
def test_what_a_run_has_begun_with_stays(whole, setting):
    before = (whole / "run.json").read_bytes()
    with pytest.raises(RecipeError, match="cannot change its " + setting.split("=")[0].split(".")[0]):
        go_on(whole, "pieces=999999", setting)
    assert (whole / "run.json").read_bytes() == before


def test_masked_words_alone(texts, tmp_path):
    out = tmp_path / "run"
    run(texts, out, objective="mlm", pieces=2 * PIECES, stored="float16")
    assert "nsp_loss" not in events(out, "step")[0] and "nsp_accuracy" not in events(out, "evaluation")[0]
    bert = Bert.load(out / "model", device="cpu")
    trace = bert.trace("the [MASK] was here.", predict=[2])
    assert trace.nsp is None and trace.pooled is None
    model = transformers.BertForMaskedLM.from_pretrained(out / "model", dtype=torch.float32).eval()
    with torch.no_grad():
        logits = model(torch.tensor([[token.id for token in trace.tokens]])).logits[0, 2]
    np.testing.assert_allclose(logits, trace.mlm_logits(2), rtol=1e-4, atol=1e-4)
    config = json.loads((out / "model/config.json").read_text(encoding="utf-8"))
    assert config["architectures"] == ["BertForMaskedLM"] and config["dtype"] == "float16"


def test_left_to_right(texts, tmp_path):
    """It says that it is a decoder, so that it is not taken for a BERT that reads both ways."""
    whole, out = tmp_path / "whole", tmp_path / "parts"
    run(texts, whole, objective="causal", pieces=4 * PIECES)
    AcceleratorState._reset_state(True)
    with stopped_at(out, 1):
        run(texts, out, objective="causal", pieces=4 * PIECES)
    AcceleratorState._reset_state(True)
    assert go_on(out).kind == "finished"
    assert figures(out) == figures(whole) and len(figures(out)) == 4
    assert set(events(out, "evaluation")[0]) > {"lm_loss", "bits_per_character"}
    assert not {"word_top1", "mlm_loss"} & set(events(out, "evaluation")[0])

    config = json.loads((out / "model/config.json").read_text(encoding="utf-8"))
    assert config["is_decoder"] is True and config["architectures"] == ["BertLMHeadModel"]
    with pytest.raises(CheckpointError, match="decoder"):
        Bert.load(out / "model", device="cpu")
    model = transformers.AutoModelForCausalLM.from_pretrained(out / "model").eval()
    assert type(model) is transformers.BertLMHeadModel
    tokenizer = transformers.AutoTokenizer.from_pretrained(out / "model")
    ids = tokenizer("the cat was here. it is gone.", return_tensors="pt")["input_ids"]
    changed = ids.clone()
    changed[0, 5:] = tokenizer.mask_token_id
    with torch.no_grad():
        one, other = model(ids).logits, model(changed).logits
    torch.testing.assert_close(one[0, :5], other[0, :5])
    assert not torch.allclose(one[0, 5:], other[0, 5:])


def test_too_little_text_is_said(texts, tmp_path):
    scrap = tmp_path / "scrap.txt"
    scrap.write_text("A short one. And another.\n", encoding="utf-8")
    for name, corpus, heldout in (("a", scrap, texts[1]), ("b", texts[0], scrap)):
        with pytest.raises(BertError, match="too little"):
            pretrain([corpus], tmp_path / name, recipe(), heldout=[heldout], device="cpu")
        AcceleratorState._reset_state(True)
        assert not RunFolder.open(tmp_path / name).is_running()


def test_with_too_little_text_to_set_apart_nothing_is_measured(tmp_path, capsys):
    few = tmp_path / "few.txt"
    few.write_text(
        "\n\n".join(small_runs.TEXT.read_text(encoding="utf-8").split("\n\n")[:3]), encoding="utf-8"
    )
    wanted = recipe(pieces=2 * PIECES)
    ending = pretrain([few], tmp_path / "run", wanted, device="cpu", threads=1, console=Console())
    assert ending.kind == "finished"
    assert not any("mlm_loss" in event for event in events(tmp_path / "run", "evaluation"))
    assert capsys.readouterr().out.count("nothing is measured") == 1
    kinds = [event["event"] for event in events(tmp_path / "run")]
    assert kinds[:2] == ["started", "warning"], "whoever looks on is told, too"
    assert "nothing is measured" in events(tmp_path / "run", "warning")[0]["message"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"corpus": []}, "There is no corpus"),
        ({"corpus": [Path("nowhere.txt")]}, "nowhere.txt: There is no such file"),
        ({"heldout": [Path("nowhere.txt")]}, "nowhere.txt: There is no such file"),
        ({"tokenizer": Path("nowhere")}, "nowhere: The folder does not exist"),
        ({"model": {"hidden_size": 30, "num_attention_heads": 4}}, "does not divide into 4 heads"),
        ({"model": {"hidden_act": "sine"}}, "hidden_act 'sine'"),
    ],
)
def test_what_is_wrong_from_the_start_leaves_no_folder(texts, tmp_path, monkeypatch, changes, words):
    monkeypatch.chdir(tmp_path)
    given = {"corpus": [texts[0]], "heldout": [texts[1]], "tokenizer": None} | changes
    wanted = recipe(**{name: given.pop(name) for name in list(given) if name in RECIPE})
    with pytest.raises(BertError) as caught:
        pretrain(given.pop("corpus"), tmp_path / "run", wanted, device="cpu", **given)
    assert words in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_a_run_is_not_begun_twice(whole, texts):
    before = (whole / "events.jsonl").read_bytes()
    with pytest.raises(TrainingError, match="a run in this folder already"):
        run(texts, whole)
    assert (whole / "events.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (None, "no run.json"),
        ({"format": 1, "kind": "finetune"}, "not a pretraining run"),
        ({"format": 1, "kind": "pretrain"}, "no recipe"),
        ({"format": 1, "kind": "pretrain", "recipe": {"sed": 1}}, "There is no setting 'sed'"),
        ({"format": 1, "kind": "pretrain", "recipe": {}}, "what text"),
        ({"format": 1, "kind": "pretrain", "recipe": {}, "data": {"corpus": None}}, "what text"),
    ],
)
def test_what_cannot_be_resumed(tmp_path, values, words):
    if values is not None:
        (tmp_path / "run.json").write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(TrainingError, match=words):
        go_on(tmp_path)
    assert not RunFolder(tmp_path, {}).is_running()


def test_nobody_else_prepares_the_same_run(texts, tmp_path, monkeypatch):
    seen = []

    def watched(*arguments):
        seen.append(RunFolder.open(tmp_path / "run").is_running())
        return prepare(*arguments)

    monkeypatch.setattr(command, "prepare", watched)
    run(texts, tmp_path / "run", pieces=PIECES)
    assert seen == [True] and not RunFolder.open(tmp_path / "run").is_running()


@pytest.mark.parametrize("why", ["wish", "parent"])
def test_a_window_that_is_gone_needs_no_preparation(texts, tmp_path, monkeypatch, why):
    """A run that a window owns ends while it prepares; later it goes on from there."""
    out = tmp_path / "run"

    class Gone(Console):
        def progress(self, step, share):
            if why == "wish":
                RunFolder.open(out).control.ask("stop")
            else:
                monkeypatch.setattr(os, "getppid", lambda: 1)

    wanted = recipe(pieces=PIECES)
    ending = pretrain([texts[0]], out, wanted, heldout=[texts[1]], device="cpu", owned=True, console=Gone())
    assert ending.kind == "stopped" and "not prepared yet" in ending.message
    assert not (out / "data/counts.npy").exists() and not RunFolder.open(out).is_running()
    AcceleratorState._reset_state(True)
    assert go_on(out).kind == "finished"


def test_a_wish_to_stop_while_preparing_is_not_lost(texts, tmp_path):
    out = tmp_path / "run"

    class Hasty(Console):
        def progress(self, step, share):
            RunFolder.open(out).control.ask("stop")

        def event(self, kind, fields):
            pass

    ending = pretrain([texts[0]], out, recipe(), heldout=[texts[1]], device="cpu", console=Hasty())
    assert (ending.kind, ending.step) == ("stopped", 1)


@pytest.mark.parametrize(
    ("text", "model", "words"),
    [("short.", "model", "at least two documents"), (None, "pooled", "no masked-word head")],
)
def test_what_cannot_be_measured(whole, texts, tmp_path, text, model, words):
    file = tmp_path / "text.txt"
    file.write_text(text or "x", encoding="utf-8")
    if model == "pooled":
        transformers.BertModel.from_pretrained(whole / "model").save_pretrained(tmp_path / "pooled")
        transformers.AutoTokenizer.from_pretrained(whole / "model").save_pretrained(tmp_path / "pooled")
    path = whole / "model" if model == "model" else tmp_path / "pooled"
    with pytest.raises((TextError, CheckpointError), match=words):
        evaluate_model(path, [file], length=64, device="cpu")


def test_longer_than_the_model_reads(whole, texts):
    with pytest.raises(TextError, match="at most 64 pieces, not 65"):
        evaluate_model(whole / "model", [texts[1]], length=65, device="cpu")


# Processes of their own


def arguments(texts, out, tmp_path, **changes):
    config = tmp_path / "recipe.json"
    config.write_text(json.dumps({**RECIPE, **changes}), encoding="utf-8")
    given = ["pretrain", "--corpus", str(texts[0]), "--heldout", str(texts[1])]
    return [*given, "--config", str(config), "--out", str(out), "--device", "cpu", "--threads", "1"]


def launched(*line):
    return subprocess.run(
        [sys.executable, *line],
        check=False,
        env=ENVIRONMENT,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kills by a signal")
def test_killed_and_resumed_is_as_never_killed(whole, texts, tmp_path):
    out = tmp_path / "run"
    special = json.dumps({"kill_at": 7})
    done = launched(BREAKABLE, special, *arguments(texts, out, tmp_path, checkpoint_minutes=1e-6))
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert [path.name for path in RunFolder.open(out).checkpoints()] == ["step-6", "step-7"]
    assert [event["event"] for event in events(out)][-1] == "checkpoint", "no word of farewell"
    assert go_on(out, "checkpoint_minutes=60").kind == "finished"
    assert figures(out) == figures(whole)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="kills by a signal")
@pytest.mark.parametrize(("number", "where"), [("SIGTERM", "vocabulary"), ("SIGKILL", "held-out text")])
def test_killed_while_preparing(whole, texts, tmp_path, number, where):
    out = tmp_path / "run"
    special = json.dumps({"kill_preparing": where, "signal": number})
    done = launched(BREAKABLE, special, *arguments(texts, out, tmp_path))
    assert done.returncode == -getattr(signal, number), done.stderr
    assert not (out / "data/counts.npy").exists() and not RunFolder.open(out).is_running()
    assert go_on(out).kind == "finished"
    assert figures(out) == figures(whole)


@pytest.mark.slow
def test_two_processes_give_the_curve_of_one(texts, tmp_path):
    """Within 1e-5, where losses are about 6: sums are added up in another order, and twelve steps carry that on."""
    plain = {"model": {**RECIPE["model"], "dropout": 0.0}, "masking": {"whole_words": True}}
    one, two = tmp_path / "one", tmp_path / "two"
    run(texts, one, **plain)
    done = launched(*TOGETHER, "-m", "bert_core", *arguments(texts, two, tmp_path, **plain))
    assert done.returncode == 0, done.stderr
    assert events(two, "started")[0]["processes"] == 2 and len(events(two, "ended")) == 1
    curves = [
        [[e["loss"], e["mlm_loss"], e["nsp_loss"]] for e in events(path, "step")] for path in (one, two)
    ]
    np.testing.assert_allclose(curves[1], curves[0], atol=1e-5, rtol=0)
    assert [e["mlm_accuracy"] for e in events(two, "step")] == pytest.approx(
        [e["mlm_accuracy"] for e in events(one, "step")], abs=0.01
    )
    first, second = (events(path, "evaluation")[-1]["mlm_loss"] for path in (one, two))
    assert second == pytest.approx(first, abs=1e-5)
    trace = Bert.load(two / "model", device="cpu").trace("it was [MASK].")
    assert len(trace.mlm(1)) == 1
    assert done.stdout.count("finished at step 12") == 1, "one of them speaks"
