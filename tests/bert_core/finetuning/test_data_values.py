from __future__ import annotations

import json

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.data_values import NEEDED, ROLES, TARGET, Layout, RowProblem
from bert_core.finetuning.task_info import TASKS

CHOICE = Layout(
    "tsv",
    "multiple-choice",
    (("context", "prompt"), ("ending", "a"), ("ending", "b"), ("label", "right")),
    delimiter="\t",
    encoding="gb18030",
    header=False,
    quoting=False,
    first_ending=1,
)


def test_a_layout_comes_back_from_json() -> None:
    assert Layout.from_dict(json.loads(json.dumps(CHOICE.to_dict()))) == CHOICE
    assert hash(CHOICE) == hash(Layout.from_dict(CHOICE.to_dict()))


@pytest.mark.parametrize(
    "values",
    [{}, {"format": "xml", "task": "tagging"}, {"format": "csv", "task": "dance"}, {"format": "csv"}, []],
)
def test_what_is_no_layout_is_refused(values) -> None:
    with pytest.raises(TextError):
        Layout.from_dict(values)


def test_columns_are_found_by_their_role() -> None:
    assert CHOICE.column("context") == "prompt"
    assert CHOICE.all_columns("ending") == ("a", "b")
    assert CHOICE.column("start") is None
    assert CHOICE.has_target
    assert not CHOICE.with_columns(CHOICE.columns[:3]).has_target
    assert Layout("squad", "question-answering").has_target


def test_for_another_task_a_label_becomes_a_score_and_back() -> None:
    pair = Layout("csv", "sentence-pair", (("text_a", "a"), ("text_b", "b"), ("label", "c")))
    number = pair.for_task("regression")
    assert number.columns == (("text_a", "a"), ("text_b", "b"), ("score", "c"))
    assert number.for_task("sentence-pair") == pair
    assert pair.for_task("single-sentence").columns == (("text_a", "a"), ("label", "c"))
    assert pair.for_task("question-answering").columns == ()


def test_every_task_knows_its_roles() -> None:
    for task in TASKS:
        assert {*NEEDED[task], TARGET[task]} <= set(ROLES[task])


def test_a_problem_names_file_line_and_path() -> None:
    assert str(RowProblem("a.tsv", 7, "no text")) == "a.tsv, line 7: no text"
    assert str(RowProblem("a.json", 7, "no text", "data[1]")) == "a.json, line 7 (data[1]): no text"
