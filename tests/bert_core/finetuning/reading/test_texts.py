from __future__ import annotations

from pathlib import Path

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.reading import append_labelled, read, read_texts


def test_texts_of_a_plain_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("One, as it is.\n\nTwo.\n", encoding="utf-8")
    assert read_texts(path) == [("One, as it is.", None), ("Two.", None)]


def test_texts_of_a_table_with_and_without_labels(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("premise,hypothesis,label\na b,c d,x\na e,,y\ne f,g h,\ni,j,k,l\n", encoding="utf-8")
    assert read_texts(path) == [("a b", "c d"), ("e f", "g h")]


def test_words_become_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    path.write_text("New B-LOC\nYork I-LOC\n\nHi O\nyou O\n", encoding="utf-8")
    assert read_texts(path) == [("New York", None), ("Hi you", None)]


def test_questions_are_not_to_be_labelled(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"data":[{"paragraphs":[{"context":"c","qas":[{"question":"q"}]}]}]}', encoding="utf-8")
    with pytest.raises(TextError, match="not sentences"):
        read_texts(path)


def test_labelled_sentences_are_added_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "mine.jsonl"
    append_labelled(path, [('He said "no",\n\ttwice 中', None, "bad"), ("b c", None, "0")])
    append_labelled(path, [])
    append_labelled(path, [("d e", None, "bad")])
    data = read(path)
    assert [(e.text_a, e.text_b, e.label) for e in data.examples] == [
        ('He said "no",\n\ttwice 中', None, "bad"),
        ("b c", None, "0"),
        ("d e", None, "bad"),
    ]


def test_labelled_pairs(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    append_labelled(path, [("a b", "c d", "yes"), ("e f", "g h", "no")])
    data = read(path)
    assert data.task == "sentence-pair"
    assert data.examples[1].text_b == "g h"


def test_a_line_that_a_crash_cut_off_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    append_labelled(path, [("a b", None, "x")])
    with path.open("ab") as file:
        file.write(b'{"text_a": "cut o')
    append_labelled(path, [("c d", None, "y")])
    data = read(path, skip_malformed=True)
    assert [example.text_a for example in data.examples] == ["a b", "c d"]
    assert [problem.line for problem in data.problems] == [2]


def test_labels_go_to_json_lines_only(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="JSON Lines"):
        append_labelled(tmp_path / "a.csv", [("a", None, "x")])
    (tmp_path / "file").write_text("")
    with pytest.raises(TextError, match="cannot be written"):
        append_labelled(tmp_path / "file" / "a.jsonl", [("a", None, "x")])
