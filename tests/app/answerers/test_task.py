"""Answers about a tuned model's own task, of the present text and of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.answerers import measures, task
from app.answerers.task import ANSWERERS
from app.answers import ANSWERERS as ALL
from bert_core import Bert
from bert_core.errors import Cancelled, TextError
from bert_core.queries import Progress, Query
from bert_core.queries_measures import TextFile
from bert_core.queries_task import AskTask, ChoiceAnswer, ClassAnswer, Uncertain, UncertainTexts
from tests.bert_core.finetuning.making import a_bert
from tests.bert_core.finetuning.tuned_models import tuned

LINES = tuple(f"the cat{'s' * (n % 2)} sat on {'a mat ' * (n % 5)}" for n in range(30))


def nothing() -> None:
    """Nothing newer is wanted."""


@pytest.fixture
def bert() -> Bert:
    return tuned("single-sentence")


@pytest.fixture
def file(tmp_path: Path) -> TextFile:
    path = tmp_path / "texts.txt"
    path.write_text("\n".join(LINES) + "\n")
    return TextFile.at(str(path))


def drive(bert: Bert, query: Query, check: Callable[[], None] = nothing) -> tuple[Any, list[Progress | None]]:
    steps: Any = ANSWERERS[type(query)](bert, bert.trace("the cat"), query, check)
    said = []
    while True:
        try:
            said.append(next(steps))
        except StopIteration as end:
            return end.value, said


def test_both_are_known_to_the_window() -> None:
    assert ALL[AskTask] is task.ask_task and ALL[UncertainTexts] is task.uncertain_texts


def test_of_the_present_text(bert: Bert) -> None:
    found = ANSWERERS[AskTask](bert, bert.trace("the cat sat"), AskTask(), nothing)
    assert isinstance(found, ClassAnswer) and found.labels == ("bad", "fair", "good")


def test_other_endings_make_way_for_a_key() -> None:
    bert = tuned("multiple-choice")
    trace = bert.trace("the cat", "sat")
    found = ANSWERERS[AskTask](bert, trace, AskTask(("a mat", "he ate")), nothing)
    assert isinstance(found, ChoiceAnswer) and found.endings == ("sat", "a mat", "he ate")

    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        ANSWERERS[AskTask](bert, trace, AskTask(("a mat",)), check)


def test_the_least_sure_of_a_file(bert: Bert, file: TextFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "TELL_AFTER", 0.0)
    found, said = drive(bert, UncertainTexts(file, "margin", 7))
    assert isinstance(found, Uncertain)
    assert found.read == len(LINES) and len(found.texts) == 7 and found.measure == "margin"
    assert all(entry.text == LINES[entry.line - 1].strip() for entry in found.texts)
    words = [(word.words, word.total) for word in said if word is not None]
    assert words[0] == ("reading", None) and words[-1] == ("predicting", len(LINES))
    done = [word.done for word in said if word is not None]
    assert done == sorted(done)
    values = [word.value for word in said if word is not None and word.value is not None]
    assert values and all(isinstance(value, Uncertain) for value in values)


def test_what_a_key_broke_off_is_read_again(bert: Bert, file: TextFile) -> None:
    calls = iter(range(1000))

    def check() -> None:
        if next(calls) % 2:
            raise Cancelled

    found, said = drive(bert, UncertainTexts(file), check)
    assert None in said
    whole = drive(bert, UncertainTexts(file))[0]
    assert {entry.line: entry.predicted for entry in found.texts} == {
        entry.line: entry.predicted for entry in whole.texts
    }
    assert sorted(entry.line for entry in found.texts) == list(range(1, len(LINES) + 1))


@pytest.mark.parametrize("query", [AskTask(), UncertainTexts(TextFile("x", 0, 0))])
def test_without_a_task(query: Query) -> None:
    bert = a_bert()
    with pytest.raises(TextError, match="not tuned"):
        found: Any = ANSWERERS[type(query)](bert, bert.trace("the cat"), query, nothing)
        next(found)


def test_a_file_that_is_gone(bert: Bert, tmp_path: Path) -> None:
    with pytest.raises(TextError, match=r"none\.txt"):
        drive(bert, UncertainTexts(TextFile.at(str(tmp_path / "none.txt"))))
