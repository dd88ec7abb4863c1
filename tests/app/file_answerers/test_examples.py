"""The dev set of a run as it lies on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.file_answerers.examples import ANSWERERS, models_of, rows_of
from app.file_questions.examples import ExampleList, RowsOf
from bert_core.errors import BertError
from bert_core.finetuning.data_values import Data, Layout
from bert_core.finetuning.examples import TextExample
from bert_core.finetuning.storing import write_examples
from bert_core.training.run_folder import RunFolder


@pytest.fixture
def run(tmp_path: Path) -> Path:
    examples = tuple(TextExample(f"text {n}", None, "good" if n % 2 else "bad") for n in range(3))
    layout = Layout("csv", "single-sentence")
    data = Data("single-sentence", examples, ("bad", "good"), (), 0, 0, layout, (), "dev.csv")
    (tmp_path / "data").mkdir()
    write_examples(tmp_path / "data" / "dev.jsonl", data)
    RunFolder.create(tmp_path, {"kind": "finetune", "data": {"labels": ["bad", "good"]}})
    evaluations = tmp_path / "evaluations"
    evaluations.mkdir()
    for step in (0, 40):
        label = "good" if step else "bad"
        line = json.dumps({"label": label, "confidence": 0.7, "probabilities": [0.3, 0.7], "loss": 0.4})
        (evaluations / f"step-{step}.predictions.jsonl").write_text(f"{line}\n" * 3)
    return tmp_path


def test_rows_and_the_models_that_made_them(run: Path) -> None:
    found = ANSWERERS[RowsOf](RowsOf(str(run)))
    assert isinstance(found, ExampleList) and found.rows.step == 40 and found.rows.steps == (0, 40)
    assert [(row.gold, row.predicted, row.right) for row in found.rows.rows] == [
        *(("bad", "good", False), ("good", "good", True), ("bad", "good", False)),
    ]
    assert found.models == {}
    assert rows_of(RowsOf(str(run), 0)).rows.rows[0].right


def test_checkpoints_are_models(run: Path) -> None:
    checkpoints = run / "checkpoints"
    for step in (40, 80, 120):
        (checkpoints / f"step-{step}").mkdir(parents=True)
        if step < 120:  # the last one is still being written
            (checkpoints / f"step-{step}" / "state.json").write_text("{}")
    assert models_of(run) == {step: str(checkpoints / f"step-{step}") for step in (40, 80)}
    assert models_of(run / "nothing") == {}


def test_what_is_not_there_is_said(run: Path) -> None:
    with pytest.raises(BertError):
        rows_of(RowsOf(str(run / "nothing")))
