from __future__ import annotations

import json
from pathlib import Path

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.reading import columns_of, guess, guess_roles


@pytest.fixture
def guessed(tmp_path: Path):
    def guess_of(text: str, name: str = "a.csv", **options) -> Layout:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        return guess(path, **options)

    return guess_of


def roles(layout: Layout) -> dict[str, str]:
    return dict(layout.columns)


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows)) + "\n"


def test_a_table_with_a_header(guessed) -> None:
    layout = guessed(table("text,label", "good food,1", "bad food,0", "good day,1"))
    assert (layout.format, layout.task, layout.delimiter, layout.header) == (
        "csv",
        "single-sentence",
        ",",
        True,
    )
    assert roles(layout) == {"text_a": "text", "label": "label"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt"])
def test_delimiters_whatever_the_name(guessed, delimiter: str, name: str) -> None:
    rows = [f"so it is, and was {i}{delimiter}{i % 2}" for i in range(9)]
    if delimiter == ",":
        rows = [f'"so it is, and was {i}",{i % 2}' for i in range(9)]
    layout = guessed(table(f"text{delimiter}label", *rows), name)
    assert (layout.delimiter, layout.header) == (delimiter, True)
    assert layout.format == ("tsv" if delimiter == "\t" else "csv")


def test_without_a_header(guessed) -> None:
    layout = guessed(table("I love this film,pos", "I hate this film,neg", "what a waste,neg", "lovely,pos"))
    assert not layout.header
    assert roles(layout) == {"text_a": "column 1", "label": "column 2"}
    layout = guessed(table("1\tI love this film", "0\tI hate this film", "0\twhat a waste"), "a.tsv")
    assert not layout.header
    assert roles(layout) == {"text_a": "column 2", "label": "column 1"}


def test_unusual_names_are_a_header_all_the_same(guessed) -> None:
    layout = guessed(
        table(
            "Satz;Art",
            "das ist ein schöner Tag gewesen;a",
            "so ein schlechter Tag war das;b",
            "ja doch, so ist es;a",
        )
    )
    assert layout.header
    assert roles(layout) == {"text_a": "Satz", "label": "Art"}


def test_quotes_in_a_tsv_count_only_where_a_writer_set_them(guessed) -> None:
    plain = table("text\tlabel", '" what a day\t1', 'it is 5" long\t0', '"all of it"\t1')
    assert not guessed(plain, "a.tsv").quoting
    two_lone_ones = table("text\tlabel", '" what a day\t1', "plain one\t0", 'so it was "\t0', "another\t1")
    assert not guessed(two_lone_ones, "a.tsv").quoting
    quoted = table("text\tlabel", '"he said ""no"" twice"\t1', '"two\nlines"\t0', "plain one\t1")
    assert guessed(quoted, "a.tsv").quoting


def test_texts_alone(guessed) -> None:
    lines = table("This is one, and so on.", "That is another, is it not?", "", "A third.")
    for name in ("a.txt", "a.csv"):
        layout = guessed(lines, name)
        assert (layout.header, layout.delimiter, layout.quoting) == (False, "\t", False)
        assert roles(layout) == {"text_a": "column 1"}
        assert not layout.has_target
    layout = guessed('text\nhello there\n"a, b"\n')
    assert (layout.header, roles(layout)) == (True, {"text_a": "text"})


@pytest.mark.parametrize(
    ("column", "values", "task"),
    [
        ("label", ["0", "1"], "single-sentence"),
        ("label", ["0.0", "1.0", "2.0"], "single-sentence"),
        ("stars", ["1", "2", "3", "4", "5"], "single-sentence"),
        ("rating", [str(n) for n in range(11)], "single-sentence"),
        ("score", ["0", "1"], "single-sentence"),
        ("score", ["0", "1", "2", "3"], "regression"),
        ("score", ["0.5", "1.25", "3", "NA", "4.75"], "regression"),
        ("label", ["0.13", "0.26", "3.1", "4.7"], "regression"),
        ("target", [str(n * 7) for n in range(40)], "regression"),
        ("label", ["1", "2", "unknown"], "single-sentence"),
    ],
)
def test_numbers_as_names_and_numbers_to_be_met(guessed, column: str, values: list[str], task: str) -> None:
    rows = [f"some words about number {i},{values[i % len(values)]}" for i in range(80)]
    layout = guessed(table(f"text,{column}", *rows))
    assert layout.task == task
    assert roles(layout)["score" if task == "regression" else "label"] == column


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("premise,hypothesis,label,id", {"text_a": "premise", "text_b": "hypothesis", "label": "label"}),
        ("idx,Sentence1,Sentence2,Label", {"text_a": "Sentence1", "text_b": "Sentence2", "label": "Label"}),
        (
            "id,question1,question2,is_duplicate",
            {"text_a": "question1", "text_b": "question2", "label": "is_duplicate"},
        ),
    ],
)
def test_pairs(guessed, header: str, expected: dict[str, str]) -> None:
    names = header.split(",")
    rows = []
    for i in range(12):
        values = {"label": "ab"[i % 2], "text_a": f"the first text {i}", "text_b": f"some other text {i}"}
        of = {name: role for role, name in expected.items()}
        rows.append(",".join(values[of[name]] if name in of else str(i) for name in names))
    layout = guessed(table(header, *rows))
    assert layout.task == "sentence-pair"
    assert roles(layout) == expected


def test_the_coarser_of_two_unnamed_classes_is_the_label(guessed) -> None:
    rows = [f"what is the thing {i}\t{'AB'[i % 2]}\t{'AB'[i % 2]}:{i % 4}" for i in range(40)]
    assert roles(guessed(table("question\tcoarse\tfine", *rows), "a.tsv"))["label"] == "coarse"


def test_swag_and_its_like(guessed) -> None:
    header = ",video-id,fold-ind,startphrase,sent1,sent2,gold-source,ending0,ending1,ending2,ending3,label"
    layout = guessed(
        table(
            header, *(f"{i},v,1,He sits. He,He sits.,He,gold,runs,eats,sings,flies,{i % 4}" for i in range(8))
        )
    )
    assert (layout.format, layout.task) == ("swag", "multiple-choice")
    assert roles(layout)["context"] == "sent1"
    assert roles(layout)["start"] == "sent2"
    assert layout.all_columns("ending") == ("ending0", "ending1", "ending2", "ending3")
    layout = guessed(
        table("prompt\tchoice_a\tchoice_b\tanswer", "What?\tthis\tthat\tA", "Who?\tshe\the\tB"), "a.tsv"
    )
    assert (layout.format, layout.task, layout.column("label")) == ("tsv", "multiple-choice", "answer")
    layout = guessed(table("context,ending1,ending2,label", "I go,home,away,1", "I sit,down,up,2"))
    assert layout.first_ending == 1


def test_json_lines_of_every_task(guessed) -> None:
    def lines(*values: object) -> str:
        return "".join(json.dumps(value) + "\n" for value in values)

    layout = guessed(
        lines({"tokens": ["a", "b"], "ner_tags": [0, 1]}, {"tokens": ["c"], "ner_tags": [0]}), "a.jsonl"
    )
    assert (layout.task, roles(layout)) == ("tagging", {"words": "tokens", "tags": "ner_tags"})
    answers = {"text": ["b"], "answer_start": [2]}
    layout = guessed(lines({"id": "1", "question": "q?", "context": "a b", "answers": answers}), "a.jsonl")
    assert (layout.task, layout.column("answers")) == ("question-answering", "answers")
    yes_no = [
        {"question": f"is {i} it", "passage": f"a text on {i}", "answer": i % 2 == 0} for i in range(20)
    ]
    layout = guessed(lines(*yes_no), "a.jsonl")
    assert (layout.task, layout.column("label")) == ("sentence-pair", "answer")
    layout = guessed(json.dumps([{"text": "a b", "label": "x"}, {"text": "c d", "label": "y"}]), "a.json")
    assert (layout.format, layout.task) == ("jsonl", "single-sentence")


def test_parquet(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    path = tmp_path / "a.data"
    polars.DataFrame(
        {"sentence1": ["a b"] * 4, "sentence2": ["c d"] * 4, "score": [1.5, 2.5, 0.0, 3.0]}
    ).write_parquet(path)
    layout = guess(path)
    assert (layout.format, layout.task) == ("parquet", "regression")
    assert columns_of(path, layout) == ("sentence1", "sentence2", "score")


def test_the_task_can_be_given(guessed, tmp_path: Path) -> None:
    text = table("sentence1,sentence2,score", *(f"a text {i},b text {i},{i / 3:.2f}" for i in range(20)))
    assert guessed(text).task == "regression"
    assert roles(guessed(text, task="sentence-pair")) == {
        "text_a": "sentence1",
        "text_b": "sentence2",
        "label": "score",
    }
    single = guessed(text, task="single-sentence")
    assert roles(single) == {"text_a": "sentence1", "label": "score"}
    assert guess_roles(tmp_path / "a.csv", single) == guessed(text)


def test_a_dev_file_is_taken_as_the_training_file(guessed) -> None:
    train = guessed(
        table("question,coarse,fine", *(f"what is it {i},{'AB'[i % 2]},{i % 5}" for i in range(40)))
    )
    chosen = train.with_columns((("text_a", "question"), ("label", "fine")))
    dev = guessed(
        table("fine\tquestion\tcoarse", "1\twho is it\tA", "2\twho was it\tA"), "dev.tsv", like=chosen
    )
    assert (dev.format, dev.delimiter, dev.columns) == ("tsv", "\t", chosen.columns)
    other = guessed(table("text,label", "a b,A", "c d,B"), "dev.csv", like=chosen)
    assert roles(other) == {"text_a": "text", "label": "label"}


@pytest.mark.parametrize("text", ["a,b\n1,2\n3,4\n", "text,label\n", "id\n1\n2\n"])
def test_a_table_without_texts_is_refused(guessed, text: str) -> None:
    with pytest.raises(TextError):
        guessed(text)
