"""Choosing which text is read: one of those that are always there, or a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.built_in_text import built_in_text
from app.panels.common_texts import TextChooser, file_words, source_words
from bert_core.queries_measures import TextFile, Texts


@pytest.fixture
def chooser(qtbot: QtBot) -> TextChooser:
    made = TextChooser("Text", "Which text", "A text", ("One", "Two"))
    qtbot.addWidget(made)
    return made


def names(chooser: TextChooser) -> list[str]:
    return [chooser.itemText(index) for index in range(chooser.count())]


def test_the_first_of_those_that_are_always_there_is_chosen(chooser: TextChooser) -> None:
    assert names(chooser) == ["One", "Two", "A text file…"]
    assert (chooser.index, chooser.file, chooser.accessibleName()) == (0, None, "Text")
    chooser.set_always(("One", "Second"))
    assert names(chooser) == ["One", "Second", "A text file…"] and chooser.currentIndex() == 0


def test_files_that_were_chosen_stay_in_the_list_the_newest_first(
    chooser: TextChooser, tmp_path: Path
) -> None:
    told: list[object] = []
    chooser.chosen.connect(told.append)
    paths = [tmp_path / name for name in ("a.txt", "b.txt")]
    for path in paths:
        path.write_text("one\n", encoding="utf-8")
        chooser.choose_file(str(path))
    chooser.choose_file(str(paths[0]))
    assert names(chooser)[2:4] == ["a.txt", "b.txt"] and chooser.index == 2
    assert chooser.itemData(2, Qt.ItemDataRole.ToolTipRole) == str(paths[0])
    chooser.activated.emit(3)
    assert chooser.currentText() == "b.txt"
    chooser.activated.emit(1)
    a, b = (TextFile.at(str(path)) for path in paths)
    assert told == [a, b, a, b, None]


def test_a_file_is_taken_as_it_is_now(chooser: TextChooser, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one\n", encoding="utf-8")
    chooser.choose_file(str(path))
    before = chooser.file
    os.utime(path, ns=(0, 1))
    assert chooser.file == TextFile.at(str(path)) != before


def test_a_dialog_called_off_changes_nothing(
    chooser: TextChooser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    chooser.chosen.connect(told.append)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    chooser.setCurrentIndex(2)
    chooser.activated.emit(2)
    assert (chooser.currentIndex(), told) == (0, [])
    path = str(tmp_path / "a.txt")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
    chooser.activated.emit(2)
    assert chooser.currentText() == "a.txt" and told == [TextFile.at(path)]


def test_a_text_in_words() -> None:
    assert source_words(Texts((("a", None),))) == "the built-in examples"
    assert source_words(TextFile.at(str(built_in_text()))) == "the built-in text"
    assert source_words(TextFile.at("/somewhere/news.txt")) == file_words("/elsewhere/news.txt") == "news.txt"
    assert len(file_words("/x/" + "long" * 20 + ".txt")) == 24
