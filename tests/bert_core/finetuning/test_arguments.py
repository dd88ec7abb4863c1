"""The command line of fine-tuning."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bert_core.__main__ import main
from bert_core.finetuning import command
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.training.ending import Ending

LAYOUT = Layout("csv", "single-sentence", (("text_a", "what"), ("label", "kind")), delimiter=";")


@pytest.fixture
def heard(monkeypatch):
    """What the command was called with."""
    calls = []

    def called(*given, **named):
        calls.append((given, {name: value for name, value in named.items() if name != "console"}))
        return Ending("finished", "", 1)

    monkeypatch.setattr(command, "finetune", called)
    monkeypatch.setattr(command, "resume", called)
    return calls


def test_a_run_with_everything_said(heard, tmp_path):
    recipe, probes, layout = (tmp_path / f"{name}.json" for name in ("recipe", "probes", "layout"))
    recipe.write_text('{"epochs": 2, "batch_size": 8}', encoding="utf-8")
    probes.write_text('[["one .", null], ["two", "three"]]', encoding="utf-8")
    layout.write_text(json.dumps(LAYOUT.to_dict()), encoding="utf-8")
    line = [
        "finetune",
        "--task",
        "single-sentence",
        "--train",
        "a.csv",
        "--dev",
        "b.csv",
        "--model",
        "mini-en",
    ]
    line += ["--out", "run", "--config", str(recipe), "--set", "epochs=4", "clip=null", "--seeds", "3", "1"]
    line += ["--layout", str(layout), "--extra", "c.csv", "d.csv", "--probes", str(probes), "--probe", "four"]
    line += ["--probe", "five", "six", "--device", "cpu", "--threads", "2", "--owned"]
    assert main(line) == 0
    ((given, named),) = heard
    wanted = FineTuneRecipe(task="single-sentence", epochs=4.0, batch_size=8, clip=None, seeds=(3, 1))
    assert given == (Path("a.csv"), Path("b.csv"), "mini-en", Path("run"), wanted)
    assert named == {
        "layout": LAYOUT,
        "extra": [Path("c.csv"), Path("d.csv")],
        "probes": (("one .", None), ("two", "three"), ("four", None), ("five", "six")),
        "device": "cpu",
        "threads": 2,
        "owned": True,
    }


def test_as_little_as_will_do(heard):
    assert main(["finetune", "--train", "a.csv", "--out", "run"]) == 0
    given, named = heard[0]
    assert given == (Path("a.csv"), None, "mini-en", Path("run"), FineTuneRecipe())
    assert (named["layout"], named["probes"], named["owned"], named["threads"]) == (None, (), False, None)


def test_a_layout_may_be_written_out(heard):
    main(["finetune", "--train", "a.csv", "--out", "run", "--layout", json.dumps(LAYOUT.to_dict())])
    assert heard[0][1]["layout"] == LAYOUT


def test_resuming(heard):
    assert main(["finetune", "--out", "run", "--resume", "--set", "epochs=5"]) == 0
    assert heard[0][0] == (Path("run"), ["epochs=5"])


def test_a_bad_ending_is_a_bad_status(heard, monkeypatch):
    monkeypatch.setattr(command, "finetune", lambda *given, **named: Ending("diverged", "", 3))
    assert main(["finetune", "--train", "a.csv", "--out", "run"]) == 1


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["--out", "run"], "There is nothing to learn from. Name a file with --train"),
        (["--out", "run", "--resume", "--train", "a.csv"], "has its data, model and recipe in its folder"),
        (["--out", "run", "--resume", "--probe", "a"], "has its data, model and recipe in its folder"),
        (["--out", "run", "--train", "a", "--set", "epoch=3"], "There is no setting 'epoch'"),
        (["--out", "run", "--train", "a", "--layout", "{"], "not valid JSON"),
        (
            ["--out", "run", "--train", "a", "--layout", "nowhere.json"],
            "nowhere.json: The file cannot be read",
        ),
        (
            ["--out", "run", "--train", "a", "--layout", '{"format": "odt", "task": "tagging"}'],
            "is not known",
        ),
        (["--out", "run", "--train", "a", "--probe", "a", "b", "c"], "A probe is a sentence or two, not 3"),
        (["--out", "run", "--train", "a", "--probes", "PROBES"], "Probes are a JSON list of pairs"),
    ],
)
def test_what_cannot_be_meant_is_said(line, words, heard, tmp_path, capsys):
    probes = tmp_path / "probes.json"
    probes.write_text('["one"]', encoding="utf-8")
    assert main(["finetune", *(str(probes) if word == "PROBES" else word for word in line)]) == 1
    assert words in capsys.readouterr().err and not heard


def test_wishes_are_read_without_torch():
    code = "import sys; from bert_core.__main__ import parser; parser(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
