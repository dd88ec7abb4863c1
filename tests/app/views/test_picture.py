from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.views.picture import (
    PictureActions,
    WriteError,
    csv_text,
    suggest_name,
    widget_image,
    write_csv,
    write_png,
)

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
    for write in (lambda p: write_csv(p, HEADER, ROWS), lambda p: write_png(p, picture(), {})):
        for missing in (tmp_path / "nowhere" / "a.file", tmp_path / "file" / "a.file", tmp_path / "folder"):
            with pytest.raises(WriteError) as failure:
                write(missing)
            assert str(missing) in str(failure.value) and "could not be written" in str(failure.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


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


@pytest.fixture
def owner(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def actions(owner, monkeypatch):
    monkeypatch.setattr(PictureActions, "_folder", None)
    made = PictureActions(
        owner,
        image=picture,
        table=lambda: (HEADER, ROWS),
        metadata=lambda: METADATA,
        name=lambda: "L4-H6",
    )
    return made


def test_the_menu_has_the_four(qtbot, actions):
    menu = QMenu()
    qtbot.addWidget(menu)
    actions.add_to(menu)
    names = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert names == ["Copy picture", "Save picture as PNG…", "Copy numbers (CSV)", "Save numbers as CSV…"]
    actions.set_enabled(False)
    assert not any(action.isEnabled() for action in actions.actions)


def test_copying(qtbot, actions):
    actions.copy_picture.trigger()
    assert QGuiApplication.clipboard().image().size() == picture().size()
    actions.copy_numbers.trigger()
    text = QGuiApplication.clipboard().text()
    assert [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:] == [row[0] for row in ROWS]
    assert text == csv_text(HEADER, ROWS)


def test_saving_asks_where_and_adds_the_suffix(qtbot, actions, tmp_path, monkeypatch):
    proposed: list[str] = []

    def choose(parent, title, path, kind):
        proposed.append(path)
        return str(tmp_path / "figure"), kind

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    with qtbot.waitSignal(actions.saved) as saved:
        actions.save_picture.trigger()
    assert saved.args == [tmp_path / "figure.png"]
    assert QImage(str(tmp_path / "figure.png")).text("Model") == "mini-en"
    with qtbot.waitSignal(actions.saved):
        actions.save_numbers.trigger()
    assert (tmp_path / "figure.csv").exists()
    assert Path(proposed[0]).name == "L4-H6.png" and Path(proposed[1]) == tmp_path / "L4-H6.csv"


def test_a_cancelled_dialog_writes_nothing(qtbot, actions, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    with qtbot.assertNotEmitted(actions.saved), qtbot.assertNotEmitted(actions.failed):
        actions.save_picture.trigger()


def test_failure_is_a_signal(qtbot, actions, tmp_path):
    with qtbot.waitSignal(actions.failed) as failed:
        actions.save_numbers_to(tmp_path / "nowhere" / "a.csv")
    assert "could not be written" in failed.args[0]


def test_a_widget_as_a_sharp_picture(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(40, 30)
    image = widget_image(widget, 3)
    assert (image.width(), image.height(), image.devicePixelRatio()) == (120, 90, 3)
