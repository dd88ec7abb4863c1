from __future__ import annotations

import gzip
import lzma
import tracemalloc
from pathlib import Path

import pytest
import zstandard

from bert_core.errors import TextError
from bert_core.pretraining import text
from bert_core.pretraining.text import LONGEST_DOCUMENT, LONGEST_LINE, find_files, read_documents

TEXT = "One line.\nAnother — line.\n\n \t\n\nA second document.\n  It is short.  \n"
DOCUMENTS = [["One line.", "Another — line."], ["A second document.", "It is short."]]
PACK = {
    "": lambda data: data,
    ".xz": lzma.compress,
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
    ".ZST": zstandard.ZstdCompressor().compress,
}


def written(folder, data, name="a.txt"):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize("ending", PACK)
def test_documents_are_parted_by_blank_lines(tmp_path, ending):
    path = written(tmp_path, PACK[ending](TEXT.encode()), f"a.txt{ending}")
    told: list[int] = []
    assert list(read_documents(path, told.append)) == DOCUMENTS
    assert sum(told) == path.stat().st_size


@pytest.mark.parametrize(
    ("data", "documents"),
    [
        ("", []),
        ("\n\n \n", []),
        ("no end", [["no end"]]),
        ("a\nb\n\nc", [["a", "b"], ["c"]]),
        (TEXT.replace("\n", "\r\n"), DOCUMENTS),
        (b"\xef\xbb\xbf" + TEXT.encode(), DOCUMENTS),
        (b"\xef\xbb\xbf", []),
        (
            "a\u2028b\x0cc\x85d\n",
            [["a\u2028b\x0cc\x85d"]],
        ),  # a line ends with a line feed, and with nothing else
        ("\u3000a\u00a0\n", [["a"]]),
    ],
)
def test_odd_files(tmp_path, data, documents):
    assert list(read_documents(written(tmp_path, data))) == documents


def test_frames_one_after_another_are_one_text(tmp_path):
    for ending, pack in PACK.items():
        path = written(tmp_path, pack(TEXT[:30].encode()) + pack(TEXT[30:].encode()), f"a.txt{ending}")
        assert list(read_documents(path)) == DOCUMENTS


def test_an_empty_archive_has_no_text(tmp_path):
    for ending, pack in PACK.items():
        assert list(read_documents(written(tmp_path, pack(b""), f"a.txt{ending}"))) == []


@pytest.mark.parametrize("ending", [".xz", ".gz", ".zst"])
@pytest.mark.parametrize("broken", ["cut off", "no archive", "changed"])
def test_a_broken_archive_is_said(tmp_path, ending, broken):
    lines = "".join(f"Line {number} has {number * number} in it.\n" for number in range(20_000))
    data = bytearray(PACK[ending](lines.encode()))
    if broken == "cut off":
        data = data[: len(data) // 2]
    elif broken == "no archive":
        data = bytearray(b"This is no archive at all.\n" * 10)
    else:
        data[len(data) // 2 : len(data) // 2 + 40] = bytes(40)
    path = written(tmp_path, bytes(data), f"a.txt{ending}")
    with pytest.raises(TextError, match="archive is broken after line") as caught:
        list(read_documents(path))
    assert caught.value.where == str(path)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"fine\n\nfine \xff not\n", 3),
        (b"\xe9t\xe9\n", 1),  # Latin-1
        ("words".encode("utf-16"), 1),
        (b"fine\ncut off \xe2\x82", 2),
        (b"\x80" * (LONGEST_LINE + 9) + b"\n", 1),
        (b"fine\n" + b"a" * (LONGEST_LINE + 9) + b"\xf0\n", 2),
    ],
)
def test_what_is_not_utf8_is_said(tmp_path, data, line):
    path = written(tmp_path, data)
    with pytest.raises(TextError, match=f"Line {line} is not UTF-8") as caught:
        list(read_documents(path))
    assert caught.value.where == str(path)


# One to four bytes a character; with sentences, with words, and with neither.
@pytest.mark.parametrize("unit", ["a", "é", "好", "😀", "好。", "It is so. ", "ab ", "aé好😀", "é "])
@pytest.mark.parametrize("before", ["", "x"])
def test_a_long_line_is_cut_between_characters(tmp_path, unit, before):
    line = before + unit * (3 * LONGEST_LINE // len(unit.encode())) + "end"
    parts = [part for document in read_documents(written(tmp_path, f"{line}\nnext\n\n")) for part in document]
    assert parts.pop() == "next"
    assert "".join(parts).replace(" ", "") == line.replace(" ", "")
    assert 3 <= len(parts) <= 6 and max(len(part.encode()) for part in parts) <= LONGEST_LINE
    if unit.endswith((". ", "。", "b ")):
        assert all(part.endswith(unit.strip()) for part in parts[:-1])


@pytest.mark.parametrize("extra", range(-6, 7))
@pytest.mark.parametrize("end", ["\n", "\r\n", " \n", "  \n", "\n\n"])
def test_a_line_of_about_the_longest_length(tmp_path, extra, end):
    """What is left of a line after a cut may be blank; it ends no document, as a blank line does."""
    line = ("é" * (LONGEST_LINE // 2))[: (LONGEST_LINE + extra) // 2] + "a" * (extra % 2)
    documents = list(read_documents(written(tmp_path, f"before\n{line}{end}after\n")))
    assert len(documents) == (2 if end == "\n\n" else 1)
    paragraphs = [paragraph for document in documents for paragraph in document]
    assert (paragraphs[0], paragraphs[-1], "".join(paragraphs[1:-1])) == ("before", "after", line)


def test_a_long_blank_line_is_one_end(tmp_path):
    blank = " " * (2 * LONGEST_LINE + 5)
    for inside, documents in ((blank, [["a"], ["b"]]), (f"{blank}c{blank}", [["a", "c", "b"]])):
        assert list(read_documents(written(tmp_path, f"a\n{inside}\nb\n"))) == documents


@pytest.mark.parametrize("unit", ["x", "a word ", "好"])
def test_memory_is_bounded_in_a_file_of_one_line(tmp_path, unit):
    """Of 50 MB; held are a document of 16 MB by whoever reads, the next one, and a part of the line."""
    path = tmp_path / "a.txt.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(50):
            file.write(unit.encode() * ((1 << 20) // len(unit.encode())))
    tracemalloc.start()
    try:
        size = sum(len(part.encode()) for document in read_documents(path) for part in document)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 49 << 20
    assert peak < 2 * LONGEST_DOCUMENT + 8 * LONGEST_LINE


def test_a_document_without_end_makes_several(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "LONGEST_DOCUMENT", 100)
    documents = list(read_documents(written(tmp_path, "ten letter\n" * 100)))
    assert [len(document) for document in documents] == [10] * 10


def test_a_file_that_cannot_be_read_is_said(tmp_path):
    with pytest.raises(TextError, match="cannot be read") as caught:
        list(read_documents(tmp_path / "gone.txt"))
    assert str(tmp_path / "gone.txt") in str(caught.value)
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(TextError, match="cannot be read"):
        list(read_documents(tmp_path / "folder.txt"))


def test_files_of_folders(tmp_path):
    names = [
        "b.txt",
        "a.txt.xz",
        "c.TXT",
        "d.txt.gz",
        "e.txt.zst",
        ".f.txt",
        "g.md",
        "h.tsv.xz",
        "i.xz",
        "txt",
    ]
    for name in names:
        written(tmp_path, "x", name)
    (tmp_path / "folder.txt").mkdir()
    written(tmp_path / "folder.txt", "x", "inside.txt")
    found = find_files([tmp_path])
    assert [path.name for path in found] == ["a.txt.xz", "b.txt", "c.TXT", "d.txt.gz", "e.txt.zst"]
    assert [path.name for path in find_files([tmp_path / "g.md"])] == ["g.md"], (
        "a file that is named is meant"
    )


def test_no_file_comes_twice_and_none_held_out(tmp_path, monkeypatch):
    for name in ("a.txt", "b.txt", "c.txt"):
        written(tmp_path, "x", name)
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    twice = [tmp_path / "b.txt", tmp_path, Path("../b.txt")]
    assert [path.name for path in find_files(twice)] == ["b.txt", "a.txt", "c.txt"]
    assert [path.name for path in find_files([tmp_path], without=[Path("../b.txt")])] == ["a.txt", "c.txt"]
    with pytest.raises(TextError, match="no text left"):
        find_files([tmp_path / "a.txt"], without=[tmp_path / "a.txt"])


def test_what_is_not_there_is_said(tmp_path):
    for path, words in ((tmp_path / "none", "no such file or folder"), (tmp_path, "no .txt file")):
        with pytest.raises(TextError, match=words) as caught:
            find_files([path])
        assert caught.value.where == str(path)


def test_a_folder_that_may_not_be_read_is_said(tmp_path, monkeypatch):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(TextError, match="cannot be looked into: Permission denied"):
        find_files([tmp_path])
