from __future__ import annotations

from pathlib import Path

import pytest

from bert_core.errors import TextError
from bert_core.finetuning.reading.encodings import guess_encoding, lines
from bert_core.finetuning.reading.rows import fault_in

GERMAN = "Das Café ist „schön“ – für €5\nNaïve façade\n"
CHINESE = "酒店环境不错，服务很好\n房间太小，隔音差\n"


@pytest.mark.parametrize(
    ("text", "written", "guessed"),
    [
        ("plain\n", "ascii", "utf-8"),
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "utf-8-sig", "utf-8-sig"),
        (GERMAN, "utf-16", "utf-16"),
        (GERMAN, "utf-16-le", "utf-16-le"),
        (GERMAN, "utf-16-be", "utf-16-be"),
        (GERMAN, "utf-32", "utf-32"),
        (GERMAN, "cp1252", "cp1252"),
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        ("\U00020000" + CHINESE, "utf-16-be", "utf-16-be"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
    ],
)
def test_encodings_are_told_apart(tmp_path: Path, text: str, written: str, guessed: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(written))
    assert guess_encoding(path) == guessed
    assert list(lines(path, guessed)) == text.splitlines()


def test_a_letter_far_behind_decides(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"plain text\n" * 200_000 + "café\n".encode("cp1252"))
    assert guess_encoding(path) == "cp1252"


def test_a_letter_across_two_blocks_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * (2**20 - 1) + "中中\n".encode())
    assert guess_encoding(path) == "utf-8"


def test_a_broken_row_does_not_make_another_encoding_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("schön\n".encode() * 20 + b"bro\xe4ken\n")
    assert guess_encoding(path) == "utf-8"
    *good, bad = lines(path, "utf-8")
    assert set(good) == {"schön"}
    assert fault_in(bad)
    assert not fault_in(good[0])


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b" \n\n\t\n", "empty"),
        (b"PK\x03\x04rest", "Excel"),
        (b"\x1f\x8b\x08rest", "gzip"),
        (bytes(1000), "not a text"),
        (bytes(range(256)) * 10, "not a text"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(TextError, match=what) as raised:
        guess_encoding(path)
    assert "a.csv" in raised.value.where


def test_what_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="no such file"):
        guess_encoding(tmp_path / "none.csv")
    with pytest.raises(TextError, match="folder"):
        guess_encoding(tmp_path)
    (tmp_path / "a").write_text("a")
    with pytest.raises(TextError, match="cannot be read as klingon"):
        list(lines(tmp_path / "a", "klingon"))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(f"one{end}two\u2028still two\x85{end}{end}three".encode())
    assert list(lines(path, "utf-8")) == ["one", "two\u2028still two\x85", "", "three"]


def test_faults_in_texts() -> None:
    assert "NUL" in fault_in("a\0b")
    assert fault_in("a\ud800b")
    assert not fault_in("👩‍👩‍👧 \u202eabc")
