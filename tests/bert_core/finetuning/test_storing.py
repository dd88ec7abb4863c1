from __future__ import annotations

import json
from pathlib import Path

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Data, Layout, RowProblem
from bert_core.finetuning.examples import (
    Answer,
    ChoiceExample,
    Example,
    Place,
    QuestionExample,
    TaggingExample,
    TextExample,
)
from bert_core.finetuning.storing import read_examples, write_examples
from bert_core.finetuning.task_info import TaskName

EXAMPLES: dict[TaskName, tuple[Example, ...]] = {
    "single-sentence": (TextExample('a\n\u2028"b" 中 😀', None, "x", Place(2)), TextExample("c", None, None)),
    "sentence-pair": (TextExample("a", "b", "1", Place(2)), TextExample("c", "", "0", Place(3))),
    "regression": (TextExample("a", "b", 1.0, Place(2)), TextExample("c", None, 0.1 + 0.2, Place(3))),
    "tagging": (TaggingExample(("a", "b"), ("O", "B-X"), Place(1)), TaggingExample(("c",), None, Place(4))),
    "question-answering": (
        QuestionExample("1", "q", "c d", (Answer("d", 2),), "T", Place(1, "data[0]")),
        QuestionExample("2", "q", "c d", ()),
        QuestionExample("3", "q", "c d", None),
    ),
    "multiple-choice": (
        ChoiceExample("a", "s", ("b", "c"), 1, Place(2)),
        ChoiceExample("a", "", ("b", "c"), None),
    ),
}


def data_of(task: TaskName) -> Data:
    return Data(
        task=task,
        examples=EXAMPLES[task],
        labels=("x", "y"),
        problems=(
            RowProblem("a.csv", 3, "no text", kind="missing"),
            RowProblem("a.csv", 4, "bad", "data[1]"),
        ),
        duplicates=1,
        missing=2,
        layout=Layout("csv", task, (("text_a", "a"),), delimiter=";", first_ending=1),
        columns=("a", "b"),
        path="/somewhere/a.csv",
        contradictory=3,
        malformed=4,
        complete=False,
    )


@pytest.mark.parametrize("task", EXAMPLES)
def test_all_comes_back(tmp_path: Path, task: TaskName) -> None:
    path = tmp_path / "data" / "train.jsonl"
    write_examples(path, data_of(task))
    assert read_examples(path) == data_of(task)
    assert [type(e.label) for e in read_examples(path).examples if isinstance(e, TextExample)] == [
        type(e.label) for e in EXAMPLES[task] if isinstance(e, TextExample)
    ]
    assert [p.name for p in path.parent.iterdir()] == ["train.jsonl"]


def test_a_copy_is_replaced_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "train.jsonl"
    write_examples(path, data_of("tagging"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bert_core.finetuning.storing.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_examples(path, data_of("regression"))
    assert read_examples(path) == data_of("tagging")
    assert [p.name for p in tmp_path.iterdir()] == ["train.jsonl"]


def test_what_is_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    write_examples(path, data_of("single-sentence"))
    lines = path.read_text(encoding="utf-8").split("\n")
    for broken, what in [
        ("\n".join(lines[:2]) + "\n", "cut off"),
        ("\n".join([*lines[:2], lines[2][:9]]), "line 3"),
        ("", "damaged"),
        ("5\n", "damaged"),
        ("\n".join([lines[0], '{"a": 1}', lines[2]]), "line 2"),
        (lines[0].replace('"format": 1', '"format": 99') + "\n", "newer"),
        (json.dumps({**json.loads(lines[0]), "task": "dance"}) + "\n", "damaged"),
    ]:
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(TextError, match=what):
            read_examples(path)
    with pytest.raises(TextError, match="cannot be read"):
        read_examples(tmp_path / "none.jsonl")
