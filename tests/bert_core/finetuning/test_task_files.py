"""Data files read for a model whose task is known, labelled or not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.examples import QuestionExample, TaggingExample, TextExample
from bert_core.finetuning.task_files import layout_for, read_for, words_of
from bert_core.finetuning.task_info import TaskName

TEXTS = ("The soup was cold and the bread was old.", "A lovely evening with good friends.", "I left early.")


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A sentence a line."""
    path = tmp_path / "texts.txt"
    path.write_text("\n".join(TEXTS) + "\n")
    return path


@pytest.fixture
def scored(tmp_path: Path) -> Path:
    path = tmp_path / "scored.tsv"
    rows = [f"{a}\t{b}\t{n}" for n, (a, b) in enumerate(zip(TEXTS, TEXTS[::-1], strict=True))]
    path.write_text("\n".join(["sentence1\tsentence2\tlabel", *rows]) + "\n")
    return path


def table(path: Path, labels: tuple[str, ...]) -> Path:
    rows = [f"{text}\t{label}" for text, label in zip(TEXTS, labels, strict=True)]
    path.write_text("\n".join(["sentence\tlabel", *rows]) + "\n")
    return path


def test_sentences_without_labels(lines: Path) -> None:
    data = read_for(lines, "single-sentence", labelled=False)
    assert [e.text_a for e in data.examples if isinstance(e, TextExample)] == list(TEXTS)
    assert all(isinstance(e, TextExample) and e.label is None for e in data.examples)
    with pytest.raises(TextError, match="no column with what is right"):
        read_for(lines, "single-sentence", labelled=True)


def test_sentences_for_a_model_that_tags(lines: Path) -> None:
    data = read_for(lines, "tagging", labelled=False)
    first = data.examples[0]
    assert isinstance(first, TaggingExample) and first.tags is None
    assert first.words == ("The", "soup", "was", "cold", "and", "the", "bread", "was", "old", ".")
    assert data.task == "tagging" and data.labels == ()


def test_words() -> None:
    assert words_of("Don't go, 3 é…") == ("Don", "'", "t", "go", ",", "3", "é", "…")


def test_rows_of_which_some_have_no_label(tmp_path: Path) -> None:
    path = table(tmp_path / "some.tsv", ("good", "", "bad"))
    data = read_for(path, "single-sentence", labelled=False)
    assert len(data.examples) == 3  # the middle one too
    assert len(read_for(path, "single-sentence", labelled=True).examples) == 2
    whole = read_for(table(tmp_path / "all.tsv", ("good", "bad", "bad")), "single-sentence", labelled=False)
    assert [e.label for e in whole.examples if isinstance(e, TextExample)] == ["good", "bad", "bad"]


def test_a_malformed_row_is_named_or_left_out(tmp_path: Path) -> None:
    path = table(tmp_path / "bad.tsv", ("good", "bad", "bad"))
    path.write_text(path.read_text() + "one\ttwo\tthree\n")
    for labelled in (True, False):
        with pytest.raises(TextError) as caught:
            read_for(path, "single-sentence", labelled=labelled)
        assert caught.value.where == f"{path}, line 5"
        data = read_for(path, "single-sentence", labelled=labelled, skip_malformed=True)
        assert len(data.examples) == 3 and data.malformed == 1
        assert str(data.problems[0]).startswith("bad.tsv, line 5: ")


@pytest.mark.parametrize(("task", "role"), [("regression", "score"), ("sentence-pair", "label")])
def test_numbers_are_scores_or_classes_as_the_model_has_them(scored: Path, task: TaskName, role: str) -> None:
    layout = layout_for(scored, task)
    assert layout.task == task and layout.column(role) == "label"
    labels = [e.label for e in read_for(scored, task, labelled=True).examples if isinstance(e, TextExample)]
    assert labels == ([0.0, 1.0, 2.0] if task == "regression" else ["0", "1", "2"])


def test_pairs_for_a_model_of_which_that_is_not_known(scored: Path) -> None:
    data = read_for(scored, "single-sentence", labelled=True)
    assert all(isinstance(e, TextExample) and e.text_b for e in data.examples)


def test_a_column_of_numbers_for_classes_of_one_sentence(tmp_path: Path) -> None:
    path = table(tmp_path / "n.tsv", ("0.5", "1.5", "2.5"))
    assert layout_for(path, "regression").column("score") == "label"
    data = read_for(path, "single-sentence", labelled=True)
    assert [e.label for e in data.examples if isinstance(e, TextExample)] == ["0.5", "1.5", "2.5"]


@pytest.mark.parametrize("task", ["question-answering", "multiple-choice", "sentence-pair"])
def test_a_file_of_another_task(lines: Path, task: TaskName) -> None:
    with pytest.raises(TextError, match=f"tuned for {task}") as caught:
        layout_for(lines, task)
    assert "columns for" in caught.value.remedy


def test_questions_without_answers(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    rows = [
        {"question": "Who left early?", "context": " ".join(TEXTS)},
        {"question": "Why?", "context": TEXTS[0]},
    ]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    data = read_for(path, "question-answering", labelled=False)
    assert [e.question for e in data.examples if isinstance(e, QuestionExample)] == [
        "Who left early?",
        "Why?",
    ]
    assert all(isinstance(e, QuestionExample) and e.answers is None for e in data.examples)
