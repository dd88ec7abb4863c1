from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter

from app.views import picture_files
from app.views.drawing import Drawing
from app.views.picture_files import WriteError, suggest_name, write_csv, write_picture, write_png

METADATA = {
    "Model": "mini-en",
    "Sentence A": "模型 reads: “كتاب”\n\nSecond paragraph: x",
    "Layer": "4",
    "Formula": "softmax(QKᵀ/√d)",
}
HEADER = ["piece", "weight"]
ROWS = [["a,b", 0.1], ['say "hi"', np.float32(0.25)], ["模\n型", np.float64(1e-30)], ["", 3]]


def picture() -> QImage:
    image = QImage(8, 6, QImage.Format.Format_ARGB32)
    image.fill(QColor("#2862cf"))
    return image


def drawing() -> Drawing:
    def paint(painter: QPainter, ratio: float) -> None:
        painter.fillRect(QRectF(0, 0, 8, 6), QColor("#2862cf"))

    return Drawing(QSizeF(8, 6), paint)


def test_png_text_round_trips(tmp_path):
    path = tmp_path / "a.png"
    original = picture()
    write_png(path, original, METADATA)
    read = QImage(str(path))
    assert read.size() == original.size() and read.pixelColor(3, 3) == QColor("#2862cf")
    assert {key: read.text(key) for key in METADATA} == METADATA
    assert original.textKeys() == []  # the caller's picture is left as it was


def test_csv_reads_back_equal(tmp_path):
    path = tmp_path / "a.csv"
    write_csv(path, HEADER, ROWS)
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    assert header == HEADER
    assert [row[0] for row in rows] == [row[0] for row in ROWS]
    assert [float(row[1]) for row in rows] == [float(row[1]) for row in ROWS]


def test_half_a_surrogate_pair_does_not_stop_the_rest(tmp_path):
    write_csv(tmp_path / "a.csv", ["piece"], [["\ud800"], ["b"]])
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").split() == ["piece", "?", "b"]


def test_a_failure_is_readable_and_leaves_no_trace(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for suffix in (".png", ".svg", ".pdf", ".csv"):
        (tmp_path / f"folder{suffix}").mkdir()
        for missing in (tmp_path / "nowhere" / "a", tmp_path / "file" / "a", tmp_path / "folder"):
            target = missing.with_suffix(suffix)
            with pytest.raises(WriteError) as failure:
                write(target)
            assert str(target) in str(failure.value) and "could not be written" in str(failure.value)
        (tmp_path / f"folder{suffix}").rmdir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def write(path: Path) -> None:
    if path.suffix == ".csv":
        write_csv(path, HEADER, ROWS)
    else:
        write_picture(path, drawing(), METADATA)


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
@pytest.mark.parametrize("failure", [(28, "No space left on device"), (13, "Permission denied")])
def test_a_failure_leaves_the_older_picture(tmp_path, monkeypatch, suffix, failure):
    path = tmp_path / f"a{suffix}"
    path.write_text("old")

    def fill(part: Path, data: bytes) -> None:
        with part.open("wb") as stream:
            stream.write(data[:10])
        raise OSError(*failure)

    monkeypatch.setattr(picture_files, "_write_whole", fill)
    with pytest.raises(WriteError, match=failure[1]):
        write(path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_the_suffix_says_what_is_written(tmp_path):
    for suffix, begin in ((".PNG", b"\x89PNG"), (".svg", b"<?xml"), (".pdf", b"%PDF-1.")):
        path = tmp_path / f"a{suffix}"
        write_picture(path, drawing(), METADATA)
        assert path.read_bytes().startswith(begin)
    image = QImage(str(tmp_path / "a.PNG"))
    assert image.text("Model") == "mini-en" and (image.width(), image.height()) == (16, 12)
    with pytest.raises(ValueError, match="jpg"):
        write_picture(tmp_path / "a.jpg", drawing(), METADATA)


def test_an_older_file_survives_a_failure(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("old")

    def rows():
        yield ["a", 1]
        raise OSError(28, "No space left on device")

    with pytest.raises(WriteError, match="No space left on device"):
        write_csv(path, HEADER, rows())
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_no_picture_is_said(tmp_path):
    with pytest.raises(WriteError, match="no picture"):
        write_png(tmp_path / "a.png", QImage(), {})


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("L4-H6", "the man"), "L4-H6-the-man.png"),
        (('a/b\\c:d*e?"<>|',), "a-b-c-d-e.png"),
        (("..", ""), "attention-explorer.png"),
        ((), "attention-explorer.png"),
        (("con",), "con-1.png"),
        (("NUL.tar",), "NUL-tar-1.png"),
        (("模型",), "模型.png"),
        (("a\u202eb\x00",), "a-b.png"),
    ],
)
def test_names_are_safe_everywhere(parts, name):
    assert suggest_name(*parts, suffix=".png") == name


def test_long_names_are_cut_between_characters():
    name = suggest_name("模" * 300, suffix=".csv")
    assert name == "模" * 40 + ".csv"
