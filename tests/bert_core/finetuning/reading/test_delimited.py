from __future__ import annotations

from pathlib import Path

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.data_values import Layout
from bert_core.finetuning.reading import rows
from bert_core.finetuning.reading.delimited import MOST_LINES, _plain, read_delimited, records
from bert_core.finetuning.reading.rows import Fault, Row

CSV = Layout("csv", "single-sentence", (("text_a", "text"), ("label", "label")), delimiter=",")


pytestmark = pytest.mark.usefixtures("polars_reads_all")


def rows_of(text: str, delimiter: str = ",", quoting: bool = True) -> list[Row | Fault]:
    return list(records(iter(text.split("\n")), delimiter, quoting))


def test_values_in_quotes_hold_delimiters_quotes_and_line_breaks() -> None:
    assert rows_of('a,"b, c"\n"he said ""no""",x\n"one\ntwo\n",y\nz,') == [
        Row(1, ("a", "b, c")),
        Row(2, ('he said "no"', "x")),
        Row(3, ("one\ntwo\n", "y")),
        Row(6, ("z", "")),
    ]


def test_the_line_is_that_on_which_the_row_begins() -> None:
    text = 'a,1\n\n"b\n\nc",2\n   \nd,3\n"e\n",4\nf,5'
    assert [row.line for row in rows_of(text)] == [1, 3, 7, 8, 10]


def test_a_quote_that_is_not_closed_is_a_fault_and_the_next_lines_are_read() -> None:
    found = rows_of('a,1\n"b,2\nc,3\n"d",4')
    assert [row.line for row in found] == [1, 2, 3, 4]
    assert isinstance(found[1], Fault)
    assert "quote" in found[1].what
    assert found[2:] == [Row(3, ("c", "3")), Row(4, ("d", "4"))]


def test_text_behind_a_closing_quote_is_a_fault() -> None:
    found = rows_of('"a" b,1\nc,2')
    assert found == [Fault(1, "a value goes on behind its closing quote"), Row(2, ("c", "2"))]


def test_a_quote_within_a_value_is_a_sign_as_any_other() -> None:
    assert rows_of('it is 5" long,1\nb,2') == [Row(1, ('it is 5" long', "1")), Row(2, ("b", "2"))]


def test_without_quoting_a_lone_quote_swallows_nothing() -> None:
    assert rows_of('"a\t1\nb"\t"2"', "\t", quoting=False) == [Row(1, ('"a', "1")), Row(2, ('b"', '"2"'))]


def test_many_open_quotes_take_linear_time() -> None:
    found = rows_of("\n".join('"open' for _ in range(2 * MOST_LINES)))
    assert len(found) == 2 * MOST_LINES
    assert all(isinstance(row, Fault) for row in found)


def test_a_value_may_be_longer_than_pythons_limit() -> None:
    (row,) = rows_of('"' + "x" * 200_000 + '",y')
    assert len(row.values[0]) == 200_000


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_polars_and_line_by_line_read_the_same(tmp_path: Path, whole: bool, end: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        (end or "\n").join(["text,label", "good,1", ",0", "bad,", "fine 中,2"]).encode() + end.encode()
    )
    table = read_delimited(path, CSV, whole=whole)
    assert table.columns == ("text", "label")
    assert list(table.rows) == [
        Row(2, ("good", "1")),
        Row(3, ("", "0")),
        Row(4, ("bad", "")),
        Row(5, ("fine 中", "2")),
    ]


@pytest.mark.parametrize("whole", [True, False])
def test_rows_of_another_size_are_faults_at_their_line(tmp_path: Path, whole: bool) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,label\ngood,1\nshort\n\ntoo,many,here\ntrailing,1,,\n", encoding="utf-8")
    assert list(read_delimited(path, CSV, whole=whole).rows) == [
        Row(2, ("good", "1")),
        Fault(3, "1 column instead of 2"),
        Fault(5, "3 columns instead of 2"),
        Row(6, ("trailing", "1")),
    ]


def test_short_and_long_rows_do_not_cancel_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\nshort\nl,o,ng\n", encoding="utf-8")
    assert [isinstance(row, Fault) for row in read_delimited(path, CSV).rows] == [False, True, True]


def test_without_a_header_columns_have_numbers_and_the_usual_count(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("odd\na,1\nb,2\n", encoding="utf-8")
    layout = Layout("csv", "single-sentence", delimiter=",", header=False)
    table = read_delimited(path, layout)
    assert table.columns == ("column 1", "column 2")
    assert list(table.rows) == [Fault(1, "1 column instead of 2"), Row(2, ("a", "1")), Row(3, ("b", "2"))]


def test_names_of_columns_are_made_distinct(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,text,,text\n1,2,3,4\n", encoding="utf-8")
    assert read_delimited(path, CSV).columns == ("text", "text (2)", "column 3", "text (3)")


def test_a_broken_header_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('"text,label\na,1\n', encoding="utf-8")
    with pytest.raises(TextError, match="line 1"):
        read_delimited(path, CSV)


@pytest.mark.parametrize(
    ("text", "at_once"),
    [
        ("text,label\na,1\nb,2\n", True),
        ("text,label\r\na,\r\n,2", True),
        ("text,label\na,1\n\nb,2\n", False),  # lines and rows are not one to one
        ('text,label\n"a",1\nb,2\n', False),
        ("text,label\na,1\nb\n", False),
        ("text,label\na\nb,2,3\n", False),
        ("text,label\na\0,1\n", False),
        ("text,label\na\rb,1\n", False),
    ],
)
def test_polars_is_trusted_only_with_rows_beyond_doubt(tmp_path: Path, text: str, at_once: bool) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8", newline="")
    assert (_plain(path, CSV, 2) is not None) == at_once


def test_small_files_are_read_without_polars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,label\na,1\n", encoding="utf-8")
    monkeypatch.setattr(rows, "AT_ONCE_FROM", 100)
    assert _plain(path, CSV, 2) is None
