"""`python -m bert_core predict` and `evaluate` on tuned models."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from bert_core.__main__ import main
from bert_core.finetuning.asking import figure_lines
from bert_core.finetuning.predicting import TunedBert
from bert_core.finetuning.reading import read
from tests.bert_core.finetuning.making import a_bert
from tests.bert_core.finetuning.tuned_models import edit_config, tuned

ROWS = (
    ("the cat sat on a mat", "good"),
    ("he was tired", "bad"),
    ("a fish ate", "fair"),
    ("why did the cat sit", "good"),
    ("no fish on the mat", "bad"),
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    tuned("single-sentence").save(tmp_path / "m")
    return tmp_path / "m"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "dev.tsv"
    path.write_text("\n".join(["sentence\tlabel", *("\t".join(row) for row in ROWS)]) + "\n")
    return path


def run(*arguments: object) -> int:
    return main([*map(str, arguments), "--device", "cpu"])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_predict(model: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("predict", "--model", model, "--data", data, "--out", tmp_path / "p.csv") == 0
    said = capsys.readouterr()
    assert (
        said.out == f"5 examples, task single-sentence, written to {tmp_path / 'p.csv'}\n" and said.err == ""
    )
    found = rows(tmp_path / "p.csv")
    expected = TunedBert.load(model, device="cpu").predict(read(data).examples)
    assert [row["predicted"] for row in found] == [p.label for p in expected]
    assert [float(row["confidence"]) for row in found] == pytest.approx(
        [p.confidence for p in expected], abs=1e-5
    )
    assert [row["line"] for row in found] == ["2", "3", "4", "5", "6"]
    assert [row["label"] for row in found] == [label for _, label in ROWS]


def test_predict_of_plain_sentences(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "texts.txt").write_text("\n".join(text for text, _ in ROWS) + "\n")
    assert (
        run("predict", "--model", model, "--data", tmp_path / "texts.txt", "--out", tmp_path / "p.jsonl") == 0
    )
    lines = [json.loads(line) for line in (tmp_path / "p.jsonl").read_text().splitlines()]
    assert [line["text_a"] for line in lines] == [text for text, _ in ROWS]
    assert all("label" not in line and line["predicted"] for line in lines)
    assert capsys.readouterr().err == ""


def test_predict_with_labels_that_the_model_does_not_know(
    model: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data.write_text(data.read_text().replace("fair", "so-so"))
    assert run("predict", "--model", model, "--data", data, "--out", tmp_path / "p.csv") == 0
    assert f"note: {data}, line 4: The model does not know the label 'so-so'." in capsys.readouterr().err
    assert [row["label"] for row in rows(tmp_path / "p.csv")].count("so-so") == 1


def test_evaluate(model: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("evaluate", "--model", model, "--data", data) == 0
    said = capsys.readouterr().out
    figures = TunedBert.load(model, device="cpu").evaluate(read(data))
    assert said.splitlines() == figure_lines(figures, 5)
    lines = said.splitlines()
    assert lines[0].split() == ["examples", "5"]
    told = {line.split()[0]: line.split()[1] for line in lines[:5]}
    assert float(told["accuracy"]) == pytest.approx(figures.metrics["accuracy"], abs=1e-4)
    assert {"macro_f1", "matthews", "loss"} <= told.keys()
    good = next(line for line in lines if line.startswith("good"))
    assert good.split()[-1] == "2"  # examples of it
    confusion = lines[lines.index(next(line for line in lines if line.startswith("gold / predicted"))) + 1 :]
    assert [sum(map(int, line.split()[1:])) for line in confusion] == [2, 1, 2]


def test_evaluate_several_files(model: Path, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("evaluate", "--model", model, "--data", data, data, "--task", "single-sentence") == 0
    said = capsys.readouterr().out.splitlines()
    assert said.count(f"{data}:") == 2


def test_masked_words_of_a_tuned_model(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "text.txt"
    text.write_text(
        "\n\n".join(["The cat sat on a mat. He was tired.\nA fish ate. Why did he sit?\n" * 6] * 8)
    )
    chosen = ["--task", "pretraining", "--pairs", "8", "--length", "16"]
    assert run("evaluate", "--model", model, "--data", text, *chosen) == 0
    assert "masked_pieces" in capsys.readouterr().out
    a_bert().save(tmp_path / "plain")
    assert run("evaluate", "--model", tmp_path / "plain", "--data", text, *chosen[2:]) == 0
    assert "masked_pieces" in capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert run(*arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def test_what_is_wrong_is_said(
    model: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "p.csv"
    asked = ("predict", "--model", model, "--data", data, "--out")
    assert "must end in .csv" in refused(capsys, *asked, tmp_path / "p.xls")
    assert "tuned for single-sentence, not for tagging" in refused(capsys, *asked, out, "--task", "tagging")
    a_bert().save(tmp_path / "plain")
    plain = tmp_path / "plain"
    assert "not tuned for a task" in refused(
        capsys, "predict", "--model", plain, "--data", data, "--out", out
    )
    assert "not tuned for a task" in refused(
        capsys, "evaluate", "--model", plain, "--data", data, "--task", "tagging"
    )
    missing = tmp_path / "none.tsv"
    assert str(missing) in refused(capsys, "predict", "--model", model, "--data", missing, "--out", out)
    edit_config(model, attention_explorer=None, id2label={"0": "a"})
    assert "wrong shape: classifier.weight is 3×16" in refused(capsys, *asked, out)
    assert not out.exists()


def test_a_malformed_row_is_named_and_can_be_left_out(
    model: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = data.read_text().splitlines()
    data.write_text("\n".join([*lines[:3], "one\ttwo\tthree", *lines[3:]]) + "\n")
    asked = ("--model", model, "--data", data)
    out = tmp_path / "p.csv"
    assert f"{data}, line 4: " in refused(capsys, "predict", *asked, "--out", out)
    assert f"{data}, line 4: " in refused(capsys, "evaluate", *asked)
    assert run("predict", *asked, "--out", out, "--skip-malformed") == 0
    assert "1 row was left out. The first: dev.tsv, line 4: " in capsys.readouterr().err
    assert [row["line"] for row in rows(out)] == ["2", "3", "5", "6", "7"]
    assert run("evaluate", *asked, "--skip-malformed") == 0
    said = capsys.readouterr()
    assert "left out" in said.err and said.out.startswith("examples             5\n")


def test_an_unknown_label_is_named_when_it_is_measured(
    model: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data.write_text(data.read_text().replace("fair", "so-so"))
    assert f"{data}, line 4: The model does not know" in refused(
        capsys, "evaluate", "--model", model, "--data", data
    )
