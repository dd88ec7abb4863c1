from __future__ import annotations

import random
from pathlib import Path

import pytest

from bert_core.errors import BertError, TextError
from bert_core.finetuning.data_values import MOST_PROBLEMS, Layout
from bert_core.finetuning.reading import guess, read
from bert_core.finetuning.reading.reader import sorted_labels
from bert_core.resources import resource_path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.csv"


def test_all_that_is_wrong_is_counted_and_placed(path: Path) -> None:
    path.write_text(
        'text,label\n"two\nlines",x\nfoo bar,\n,x\nfoo bar,x\nfoo bar,x\nfoo bar,y\n'
        'foo,bar,baz\nna\0me,x\n"open,x\nlast,y\n',
        encoding="utf-8",
    )
    data = read(path, skip_malformed=True)
    assert [example.text_a for example in data.examples] == [
        "two\nlines",
        "foo bar",
        "foo bar",
        "foo bar",
        "last",
    ]
    assert (data.duplicates, data.contradictory, data.missing, data.malformed) == (1, 1, 2, 3)
    assert [(problem.line, problem.kind) for problem in data.problems] == [
        (4, "missing"),
        (5, "missing"),
        (9, "malformed"),
        (10, "malformed"),
        (11, "malformed"),
    ]
    assert data.examples[-1].place.line == 12
    assert data.labels == ("x", "y")
    assert data.columns == ("text", "label")
    assert data.complete


def test_the_first_malformed_row_is_named_by_file_and_line(path: Path) -> None:
    path.write_text('text,label\n"a\nb",x\n,x\nc,y,z\n', encoding="utf-8")
    with pytest.raises(TextError) as raised:
        read(path)
    assert (
        str(raised.value)
        == f"{path}, line 5: 3 columns instead of 2. Mend the row, or let such rows be skipped."
    )


def test_a_limit_reads_the_beginning(path: Path) -> None:
    path.write_text(
        "text,label\n" + "".join(f"text {i},{i % 2}\n" for i in range(50)) + "bad\n", encoding="utf-8"
    )
    data = read(path, limit=5)
    assert len(data.examples) == 5
    assert not data.complete
    with pytest.raises(TextError, match="line 52"):
        read(path, limit=51)


def test_only_the_first_problems_are_kept_but_all_are_counted(path: Path) -> None:
    count = MOST_PROBLEMS + 10
    path.write_text("text,label\nfine,x\nwell,y\nfine day,x\n" + "a,b,c\n" * count, encoding="utf-8")
    layout = Layout("csv", "single-sentence", (("text_a", "text"), ("label", "label")))
    data = read(path, layout, skip_malformed=True)
    assert (data.malformed, len(data.problems)) == (count, MOST_PROBLEMS)


def test_a_label_unknown_in_training_is_a_problem(path: Path) -> None:
    path.write_text("text,label\na b,x\nc d,z\n", encoding="utf-8")
    with pytest.raises(TextError, match=r'line 3: The label "z" does not occur in the training file'):
        read(path, labels=("x", "y"))
    data = read(path, labels=("x", "y"), skip_malformed=True)
    assert data.labels == ("x", "y")
    assert len(data.examples) == 1


def test_a_file_of_which_nothing_is_left_says_why(path: Path) -> None:
    path.write_text("text,label\na b,\nc d,\n", encoding="utf-8")
    layout = Layout("csv", "single-sentence", (("text_a", "text"), ("label", "label")))
    with pytest.raises(TextError, match=r"0 malformed, 2 without text or label; a.csv, line 2: no label"):
        read(path, layout)


@pytest.mark.parametrize("form", ["squad", "conll"])
def test_a_format_and_a_task_that_do_not_go_together(path: Path, form: str) -> None:
    path.write_text("a b\n", encoding="utf-8")
    with pytest.raises(TextError, match="only"):
        read(path, Layout(form, "single-sentence"))


def test_labels_are_sorted_as_numbers_or_as_words() -> None:
    assert sorted_labels({"10", "9", "-1"}) == ("-1", "9", "10")
    assert sorted_labels({"b", "a", "10"}) == ("10", "a", "b")
    assert sorted_labels({"B-PER", "O", "B-LOC"}) == ("O", "B-LOC", "B-PER")
    assert sorted_labels({"nan", "inf", "1"}) == ("1", "inf", "nan")


def test_long_rows_are_read(path: Path) -> None:
    path.write_text(
        f'text,label\n{"word " * 10_000},x\n"{"a, " * 100_000}",y\nshort one,x\n', encoding="utf-8"
    )
    assert [len(example.text_a) for example in read(path).examples] == [49_999, 299_999, 9]


_SIGNS = (
    b'"',
    b"\n",
    b"\r",
    b"\t",
    b",",
    b"\0",
    b"\xff",
    b"{",
    b"]",
    b"\\ud800",
    b"9" * 5000,
    b"-DOCSTART-",
    b" ",
)


@pytest.mark.parametrize(
    "name", ["sentiment/dev.tsv", "tagging/dev.conll", "questions/dev.json", "choice/dev.csv"]
)
@pytest.mark.usefixtures("polars_reads_all")
def test_a_damaged_file_is_read_or_refused_the_same_in_one_go_and_line_by_line(
    tmp_path: Path, name: str
) -> None:
    whole = resource_path("datasets", *name.split("/")).read_bytes()[:3000]
    generator = random.Random(name)
    path = tmp_path / Path(name).name
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(generator.choice((1, 2, 6))):
            at = generator.randrange(len(data))
            if generator.random() < 0.6:
                data[at:at] = generator.choice(_SIGNS)
            else:
                del data[at : at + 7]
        path.write_bytes(bytes(data))
        try:
            layout = guess(path)
            found = read(path, layout, skip_malformed=True)
        except BertError:
            continue
        by_line = read(path, layout, skip_malformed=True, limit=10**6)
        assert by_line == found
