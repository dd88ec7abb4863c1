"""What is read of data files before a run."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.file_answerers import data_reports
from app.file_answerers.data import ANSWERERS
from app.file_questions.data import BaseFacts, BaseOf, BuiltInSets, DataOf, DataReport, DataSet
from bert_core.errors import TextError
from bert_core.finetuning.data_values import Data, Layout
from bert_core.resources import resource_path

ROWS = [f"sentence number {n},{'good' if n % 3 else 'bad'}" for n in range(30)]


def write(path: Path, rows: list[str], header: str = "text,label") -> str:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return str(path)


def report(question: DataOf) -> DataReport:
    value = ANSWERERS[DataOf](question)
    assert isinstance(value, DataReport)
    return value


def test_the_sets_that_come_with_the_program() -> None:
    sets = ANSWERERS[BuiltInSets](BuiltInSets())
    assert isinstance(sets, tuple) and len(sets) == 6
    for each in sets:
        assert isinstance(each, DataSet)
        found = report(DataOf(each.train, dev=each.dev, model="mini-en"))
        assert found.layout.task == each.task
        assert not found.trouble and not found.unsaid and not found.malformed and not found.shared
        assert found.counts[0] >= 200 and found.counts[1] >= 60
        assert found.in_pieces and found.description.lengths.unit == "pieces"
        assert found.rows and all(len(row) == len(found.columns) for row in found.rows)


def test_a_part_is_cut_off_by_share_and_seed(tmp_path: Path) -> None:
    train = write(tmp_path / "train.csv", ROWS)
    assert report(DataOf(train)).counts == (27, 3)
    assert report(DataOf(train, share=0.5)).counts == (15, 15)
    found = report(DataOf(train))
    assert found.labels == ("bad", "good") and found.columns == ("text", "label")
    assert found.rows[0] == ("sentence number 0", "bad") and len(found.rows) == data_reports.ROWS
    assert not found.in_pieces and found.description.lengths.unit == "words"


def test_what_is_wrong_with_rows_is_told_and_nothing_raised(tmp_path: Path) -> None:
    rows = [*ROWS, "too,many,columns", ",good", ROWS[0], f"{ROWS[1].partition(',')[0]},bad"]
    found = report(DataOf(write(tmp_path / "train.csv", rows)))
    train = found.train
    assert (train.malformed, train.missing, train.duplicates, train.contradictory) == (1, 1, 1, 1)
    assert [(problem.file, problem.line) for problem in train.problems] == [
        ("train.csv", 32),
        ("train.csv", 33),
    ]
    assert found.malformed == 1 and found.counts[0] + found.counts[1] == 32


def test_a_dev_file_and_more_to_train_on(tmp_path: Path) -> None:
    train = write(tmp_path / "train.csv", ROWS)
    dev = write(tmp_path / "dev.csv", ["another one,good", "and one more,unheard", ROWS[3]])
    extra = write(tmp_path / "extra.csv", ["labelled just now,bad"])
    found = report(DataOf(train, dev=dev, extra=(extra,)))
    assert found.counts == (31, 2) and found.shared == 1
    assert found.dev.malformed == 1 and "unheard" in str(found.dev.problems[0])
    assert [file.path for file in found.files] == [train, dev, extra]


def test_files_for_another_task_are_not_read(tmp_path: Path) -> None:
    train = write(tmp_path / "train.csv", ROWS)
    other = str(resource_path("datasets", "tagging", "dev.conll"))
    found = report(DataOf(train, extra=(other,)))
    assert found.extra[0].task == "tagging" and found.extra[0].examples == 0
    gone = report(DataOf(train, dev=str(tmp_path / "gone.csv")))
    assert "no such file" in gone.dev.trouble and gone.trouble == gone.dev.trouble and gone.counts == (30, 0)


def test_a_role_that_is_not_said(tmp_path: Path) -> None:
    train = write(tmp_path / "train.csv", ROWS)
    layout = report(DataOf(train)).layout
    without = report(DataOf(train, layout=layout.with_columns((("text_a", "text"),))))
    assert without.unsaid == "label" and without.rows, "the preview is there to say it in"
    pair = replace(layout, task="sentence-pair")
    assert report(DataOf(train, layout=pair)).unsaid == "text_b"


def test_columns_are_guessed_anew_for_another_delimiter(tmp_path: Path) -> None:
    train = write(tmp_path / "train.csv", [row.replace(",", ";") for row in ROWS], "text;label")
    wrong = Layout("csv", "single-sentence", (("text_a", "text;label"),), delimiter=",")
    found = report(DataOf(train, layout=replace(wrong, delimiter=";", columns=()), anew=True))
    assert found.layout.columns == (("text_a", "text"), ("label", "label")) and not found.unsaid


def test_what_cannot_be_read_at_all(tmp_path: Path) -> None:
    with pytest.raises(TextError):
        report(DataOf(str(tmp_path / "nothing.csv")))
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(TextError):
        report(DataOf(str(tmp_path / "empty.csv")))


def test_a_file_is_read_again_only_where_it_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = write(tmp_path / "train.csv", ROWS)
    read: list[object] = []
    real = data_reports.read

    def counted(*given: Any, **more: Any) -> Data:
        read.append(given)
        return real(*given, **more)

    monkeypatch.setattr(data_reports, "read", counted)
    report(DataOf(train))
    report(DataOf(train, share=0.3, model="mini-en"))
    assert len(read) == 1
    write(tmp_path / "train.csv", ROWS[:20])
    os.utime(train, ns=(1, 1))
    assert sum(report(DataOf(train)).counts) == 20 and len(read) == 2


def test_what_a_model_is(tmp_path: Path) -> None:
    facts = ANSWERERS[BaseOf](BaseOf("mini-en"))
    assert isinstance(facts, BaseFacts)
    assert (facts.layers, facts.heads, facts.hidden, facts.max_length) == (4, 8, 256, 256)
    assert ANSWERERS[BaseOf](BaseOf("somebody/some-model")) is None
    assert ANSWERERS[BaseOf](BaseOf("no name !")) is None


def test_the_count_of_weights_is_right() -> None:
    from bert_core import Bert

    facts = ANSWERERS[BaseOf](BaseOf("mini-en"))
    assert isinstance(facts, BaseFacts)
    assert facts.parameters == pytest.approx(Bert.load("mini-en").info().parameters.total, rel=0.01)
