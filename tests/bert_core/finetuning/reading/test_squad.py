from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.examples import Answer
from bert_core.finetuning.reading import read
from bert_core.finetuning.reading.squad import answers_of

CONTEXT = "John lives in Paris. Paris is big."


def question(id_: Any, **more: Any) -> dict[str, Any]:
    return {"id": id_, "question": f"Question {id_}?", **more}


def squad(*questions: Any) -> dict[str, Any]:
    return {
        "version": "2.0",
        "data": [{"title": "T", "paragraphs": [{"context": CONTEXT, "qas": list(questions)}]}],
    }


def written(tmp_path: Path, value: Any, **options: Any) -> Path:
    path = tmp_path / "a.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value, **options), encoding="utf-8")
    return path


GOOD = squad(
    question("1", answers=[{"text": "Paris", "answer_start": 14}, {"text": "Paris", "answer_start": 14}]),
    question("2", is_impossible=True, answers=[], plausible_answers=[{"text": "John", "answer_start": 0}]),
    question("3"),
    question(4, answers=[]),
)


@pytest.mark.parametrize("indent", [None, 1])
def test_questions_with_and_without_answers(tmp_path: Path, indent: int | None) -> None:
    data = read(written(tmp_path, GOOD, indent=indent))
    assert (data.task, data.layout.format) == ("question-answering", "squad")
    assert [example.answers for example in data.examples] == [(Answer("Paris", 14),), (), None, ()]
    assert [example.id for example in data.examples] == ["1", "2", "3", "4"]
    assert data.examples[0].context == CONTEXT
    assert data.examples[0].title == "T"
    assert data.examples[2].place.path == "data[0].paragraphs[0].qas[2]"


def test_lines_are_those_on_which_the_question_begins(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, indent=1)
    text = path.read_text(encoding="utf-8").split("\n")
    for example in read(path).examples:
        opening = text[example.place.line - 1]
        assert opening.strip() == "{"
        assert (
            f'"id": {json.dumps(int(example.id) if example.id == "4" else example.id)}'
            in text[example.place.line]
        )


def test_what_is_wrong_is_named_by_line_and_path(tmp_path: Path) -> None:
    value = squad(
        question("1", answers=[{"text": "Rome", "answer_start": 0}]), {"id": "2"}, 7, question("ok")
    )
    value["data"] += [{"title": "none"}, {"paragraphs": [{"qas": []}, {"context": "c", "qas": None}]}, 3]
    path = written(tmp_path, value)
    with pytest.raises(TextError, match=r'line 1 \(data\[0\].paragraphs\[0\].qas\[0\]\).*"Rome"'):
        read(path)
    data = read(path, skip_malformed=True)
    assert [problem.path for problem in data.problems] == [
        "data[0].paragraphs[0].qas[0]",
        "data[0].paragraphs[0].qas[1]",
        "data[0].paragraphs[0].qas[2]",
        "data[1]",
        "data[2].paragraphs[0]",
        "data[2].paragraphs[1]",
        "data[3]",
    ]
    assert [example.id for example in data.examples] == ["ok"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"data": [\n{"paragraphs": [\n{"context": "c", "qas": [{"id": 1,}]}]}]}', 3),
        ('{"data": [\n{"paragraphs": [{"context": "c"\n"qas": []}]}]}', 3),
        ('{"data": [{"paragraphs": []}]}\n more', 2),
        ('{"data": [{"paragraphs": [', 1),
    ],
)
def test_broken_json_is_named_by_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(TextError, match=f"line {line}"):
        read(written(tmp_path, text))


def test_json_that_is_too_deep_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="too deep"):
        read(written(tmp_path, '{"data": [{"paragraphs": [{"qas": ' + "[" * 100_000))


@pytest.mark.parametrize(
    ("given", "starts"),
    [
        ([{"text": "Paris", "answer_start": 21}], [21]),
        ([{"text": "Paris", "answer_start": 20}], [21]),
        ([{"text": "Paris", "answer_start": 0}], [14]),
        ([{"text": "Paris", "answer_start": 900}], [21]),
        ([{"text": "Paris"}], [14]),
        ([{"text": " John ", "answer_start": 0}], [0]),
        ({"text": ["Paris", "John"], "answer_start": [21, 0]}, [21, 0]),
        ({"text": [], "answer_start": []}, []),
        ("big", [30]),
        (["big"], [30]),
        ("", []),
    ],
)
def test_an_answer_stands_where_it_is_said_or_nearest(given: Any, starts: list[int]) -> None:
    answers = answers_of(given, CONTEXT)
    assert [answer.start for answer in answers] == starts
    for answer in answers:
        assert CONTEXT[answer.start : answer.start + len(answer.text)] == answer.text


@pytest.mark.parametrize(
    "given", ["Rome", [{"text": ""}], [{}], 7, {"text": ["a"], "answer_start": []}, [{"text": 5}]]
)
def test_answers_that_are_none(given: Any) -> None:
    assert isinstance(answers_of(given, CONTEXT), str)
