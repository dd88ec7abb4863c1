"""The command line of pretraining and of the held-out figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from accelerate.state import AcceleratorState

from bert_core.__main__ import main, parser
from bert_core.pretraining.command import evaluate_model
from tests.bert_core.pretraining.small_runs import PIECES, RECIPE, events, split


@pytest.fixture(autouse=True)
def as_in_a_new_process():
    before = torch.get_num_threads()
    yield
    AcceleratorState._reset_state(True)
    torch.set_num_threads(before)
    torch.set_flush_denormal(False)


@pytest.fixture
def texts(tmp_path: Path) -> tuple[Path, Path]:
    return split(tmp_path)


def pretrain(texts: tuple[Path, Path], tmp_path: Path, *more: str) -> int:
    config = tmp_path / "recipe.json"
    config.write_text(json.dumps(RECIPE), encoding="utf-8")
    given = ["--corpus", str(texts[0]), "--heldout", str(texts[1]), "--config", str(config)]
    return main(
        ["pretrain", *given, "--out", str(tmp_path / "run"), "--device", "cpu", "--threads", "1", *more]
    )


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and "Traceback" not in said.err + said.out, said.err
    return said.err.strip()


def test_pretrain_resume_and_evaluate(
    texts: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    # Settings come after the file's, and add up when said twice.
    assert pretrain(texts, tmp_path, "--set", f"pieces={2 * PIECES}", "--set", "masking.share=0.2") == 0
    said = capsys.readouterr()
    assert said.err == ""
    for words in (
        "vocabulary",
        "started at step 0",
        "step 2, ",
        "held out: ",
        "saved step-2",
        "finished at step 2",
    ):
        assert words in said.out
    recipe = json.loads((out / "run.json").read_text(encoding="utf-8"))["recipe"]
    assert (recipe["pieces"], recipe["masking"]["share"]) == (2 * PIECES, 0.2)

    AcceleratorState._reset_state(True)
    again = ["pretrain", "--out", str(out), "--resume", "--device", "cpu", "--threads", "1"]
    assert main([*again, "--set", f"pieces={3 * PIECES}"]) == 0
    assert "resumed at step 2" in capsys.readouterr().out
    assert [event["step"] for event in events(out, "step")] == [1, 2, 3]

    chosen = ["--pairs", "30", "--length", "64", "--device", "cpu"]
    assert main(["evaluate", "--model", str(out / "model"), "--data", str(texts[1]), *chosen]) == 0
    said = capsys.readouterr()
    found = dict(line.split() for line in said.out.splitlines())
    expected = evaluate_model(out / "model", [texts[1]], pairs=30, length=64, device="cpu")
    assert found.keys() == expected.keys() >= {"top1", "nsp_accuracy", "bits_per_character", "masked_pieces"}
    for name, value in expected.items():
        assert float(found[name]) == pytest.approx(value, abs=1e-4)
    assert said.err == ""


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--set", "maskin.share=0.2"], "There is no setting 'maskin'"),
        (["--set", "masking.share=2"], "masking.share must be from 0 to 1"),
        (["--set", "masking.share"], "is not of the form name=value"),
        (["--corpus", "nowhere"], "nowhere: There is no such file or folder."),
        (["--config", "nowhere.json"], "nowhere.json: The file cannot be read"),
        (["--resume"], "has its corpus and recipe in its folder"),
    ],
)
def test_what_goes_wrong_is_one_line(
    texts: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    more: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert pretrain(texts, tmp_path, *more) == 1
    line = one_line(capsys)
    assert line.startswith("error: ") and words in line
    assert not (tmp_path / "run").exists()


def test_a_wrong_key_in_the_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "recipe.json"
    config.write_text('{"model": {"layers": 4}}', encoding="utf-8")
    assert main(["pretrain", "--corpus", "x", "--config", str(config), "--out", str(tmp_path / "run")]) == 1
    line = one_line(capsys)
    assert str(config) in line and "'model.layers'" in line and "num_hidden_layers" in line


def test_without_a_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pretrain", "--out", str(tmp_path / "run")]) == 1
    assert "There is no corpus to pretrain on." in one_line(capsys)


def test_nothing_to_resume(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pretrain", "--out", str(tmp_path), "--resume"]) == 1
    assert "no run's folder" in one_line(capsys)


def test_several_texts_may_be_named_one_by_one() -> None:
    wishes = parser().parse_args(["pretrain", "--out", "r", "--corpus", "a", "b", "--corpus", "c"])
    assert [str(path) for path in wishes.corpus] == ["a", "b", "c"]
    assert parser().parse_args(["pretrain", "--out", "r"]).set == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["pretrain"],
        ["pretrain", "--out", "r", "--threads", "0"],
        ["pretrain", "--out", "r", "--device", "abacus"],
        ["evaluate"],
        ["evaluate", "--data", "x", "--pairs", "1"],
        ["evaluate", "--data", "x", "--length", "8"],
    ],
)
def test_misuse_is_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m bert_core" in capsys.readouterr().err
