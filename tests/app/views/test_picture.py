from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QColor, QGuiApplication, QPainter
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from app.views.drawing import Drawing
from app.views.picture import PictureActions
from app.views.table_dialog import TableDialog
from app.views.tables import csv_text

METADATA = {"Title": "L4-H6", "Model": "mini-en"}
HEADER = ["piece", "weight"]
ROWS = [["a,b", 0.1], ['say "hi"', np.float32(0.25)], ["模\n型", np.float64(1e-30)], ["", 3]]


def drawing() -> Drawing:
    def paint(painter: QPainter, ratio: float) -> None:
        painter.fillRect(QRectF(0, 0, 8, 6), QColor("#2862cf"))

    return Drawing(QSizeF(8, 6), paint)


@pytest.fixture
def owner(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def actions(owner, monkeypatch):
    monkeypatch.setattr(PictureActions, "_folder", None)
    monkeypatch.setattr(PictureActions, "_suffix", ".png")
    made = PictureActions(
        owner,
        drawing=drawing,
        table=lambda: (HEADER, ROWS),
        metadata=lambda: METADATA,
        name=lambda: "L4-H6",
    )
    return made


def test_the_menu_names_all_there_is(qtbot, actions):
    menu = QMenu()
    qtbot.addWidget(menu)
    actions.add_to(menu)
    names = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert names == [
        "Copy picture",
        "Save picture as PNG, SVG or PDF…",
        "Copy numbers (CSV)",
        "Save numbers as CSV…",
        "Show numbers as table",
    ]
    assert [action.text() for action in actions.actions] == names
    actions.set_enabled(False)
    assert not any(action.isEnabled() for action in actions.actions)


def test_copying(qtbot, actions):
    actions.copy_picture.trigger()
    assert QGuiApplication.clipboard().image().size().toTuple() == (16, 12)
    actions.copy_numbers.trigger()
    text = QGuiApplication.clipboard().text()
    assert [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:] == [row[0] for row in ROWS]
    assert text == csv_text(HEADER, ROWS)


PNG, SVG, PDF = "PNG picture (*.png)", "SVG drawing (*.svg)", "PDF document (*.pdf)"


class Chooser:
    """Stands in for the system's dialog: what it was asked, and what it answers."""

    def __init__(self, monkeypatch) -> None:
        self.answer = ("", "")
        self.proposed: list[tuple[str, list[str], str]] = []
        monkeypatch.setattr(QFileDialog, "getSaveFileName", self)

    def __call__(self, parent, title, path, kinds, chosen):
        self.proposed.append((Path(path).name, kinds.split(";;"), chosen))
        return self.answer


@pytest.mark.parametrize(
    ("typed", "kind", "written"),
    [
        ("figure", PNG, "figure.png"),
        ("figure", SVG, "figure.svg"),
        ("figure.pdf", PNG, "figure.pdf"),  # what is typed wins
        ("figure.SVG", PNG, "figure.SVG"),
        ("L4-H6.png", PDF, "L4-H6.pdf"),  # the proposed name, and another kind chosen
        ("v1.2", SVG, "v1.2.svg"),
    ],
)
def test_a_picture_is_saved_as_its_name_or_the_dialog_says(
    qtbot, actions, tmp_path, monkeypatch, typed, kind, written
):
    chooser = Chooser(monkeypatch)
    chooser.answer = (str(tmp_path / typed), kind)
    with qtbot.waitSignal(actions.saved) as saved:
        actions.save_picture.trigger()
    assert saved.args == [tmp_path / written]
    begin = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[written[-3:].lower()]
    assert (tmp_path / written).read_bytes().startswith(begin)
    assert [path.name for path in tmp_path.iterdir()] == [written]
    assert chooser.proposed == [("L4-H6.png", [PNG, SVG, PDF], PNG)]


def test_the_next_time_it_proposes_the_same_folder_and_kind(qtbot, actions, tmp_path, monkeypatch):
    chooser = Chooser(monkeypatch)
    chooser.answer = (str(tmp_path / "figure.svg"), PNG)
    actions.save_picture.trigger()
    actions.save_picture.trigger()
    chooser.answer = (str(tmp_path / "numbers"), "CSV table (*.csv)")
    actions.save_numbers.trigger()
    assert (tmp_path / "numbers.csv").exists()
    assert [name for name, _, _ in chooser.proposed] == ["L4-H6.png", "L4-H6.svg", "L4-H6.csv"]
    assert chooser.proposed[1][2] == SVG


@pytest.mark.parametrize(
    ("answer", "text"), [(QMessageBox.StandardButton.Yes, "<?xml"), (QMessageBox.StandardButton.No, "old")]
)
def test_a_file_that_the_dialog_did_not_ask_about_is_asked_about(
    qtbot, actions, tmp_path, monkeypatch, answer, text
):
    Chooser(monkeypatch).answer = (str(tmp_path / "figure"), SVG)
    (tmp_path / "figure.svg").write_text("old")
    asked: list[str] = []

    def ask(parent, title, words):
        asked.append(words)
        return answer

    monkeypatch.setattr(QMessageBox, "question", ask)
    actions.save_picture.trigger()
    assert asked == ["figure.svg is there already. Replace it?"]
    assert (tmp_path / "figure.svg").read_text(encoding="utf-8").startswith(text)


def test_the_numbers_can_be_read(qtbot, actions, owner):
    actions.show_numbers.trigger()
    dialog = owner.findChild(TableDialog)
    assert dialog.isVisible() and dialog.model.rowCount() == len(ROWS)
    dialog.close()


def test_a_cancelled_dialog_writes_nothing(qtbot, actions, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    with qtbot.assertNotEmitted(actions.saved), qtbot.assertNotEmitted(actions.failed):
        actions.save_picture.trigger()


def test_failure_is_a_signal(qtbot, actions, tmp_path):
    with qtbot.waitSignal(actions.failed) as failed:
        actions.save_numbers_to(tmp_path / "nowhere" / "a.csv")
    assert "could not be written" in failed.args[0]


def test_nothing_can_be_done_with_a_hidden_picture_and_then_as_much_as_before(actions):
    actions.copy_numbers.setEnabled(False)
    before = [action.isEnabled() for action in actions.actions]
    for _ in range(2):
        actions.set_seen(False)
    assert not any(action.isEnabled() for action in actions.actions)
    for _ in range(2):
        actions.set_seen(True)
    assert [action.isEnabled() for action in actions.actions] == before
