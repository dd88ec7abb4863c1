"""What heads are measured over: the choice, files as they are now, and the examples of the model's language."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.examples import load_examples
from app.panels.attention.measures.sources import SourceChooser, examples_source
from bert_core.queries_measures import TextFile, Texts
from tests.app.fakes import fake_model_info


@pytest.fixture
def chooser(qtbot: QtBot) -> SourceChooser:
    made = SourceChooser()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def sentences(tmp_path: Path) -> Path:
    path = tmp_path / "sentences.txt"
    path.write_text("one\ntwo\n", encoding="utf-8")
    return path


def choose(chooser: SourceChooser, text: str) -> list[object]:
    """As a person does; what was told."""
    told: list[object] = []
    chooser.chosen.connect(told.append)
    index = next(n for n in range(chooser.count()) if chooser.itemText(n).startswith(text))
    chooser.setCurrentIndex(index)
    chooser.activated.emit(index)
    chooser.chosen.disconnect(told.append)
    return told


def test_at_first_it_is_the_text_on_screen(chooser: SourceChooser) -> None:
    assert chooser.source is None and chooser.currentText() == "This text"
    assert chooser.words() == "this text"


def test_the_examples_are_those_of_the_models_language(chooser: SourceChooser) -> None:
    english = [example for example in load_examples() if example.language == "en"]
    (source,) = choose(chooser, f"{len(english)} built-in")
    assert isinstance(source, Texts)
    assert source.pairs == tuple((example.a, example.b or None) for example in english)
    chooser.set_model(replace(fake_model_info(), chinese=True))
    chinese = examples_source(replace(fake_model_info(), chinese=True))
    assert chooser.source == chinese != source
    assert chooser.currentText() == f"{len(chinese.pairs)} built-in examples"


def test_a_file_is_asked_for_and_stays_in_the_list(
    chooser: SourceChooser, sentences: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(sentences), ""))
    (source,) = choose(chooser, "A text file")
    assert source == TextFile.at(str(sentences)) == chooser.source
    assert chooser.currentText() == "sentences.txt" == chooser.words()
    assert chooser.itemData(2, Qt.ItemDataRole.ToolTipRole) == str(sentences)
    assert choose(chooser, "This text") == [None]
    assert choose(chooser, "sentences.txt") == [source]
    assert chooser.count() == 4


def test_a_dialog_called_off_changes_nothing(chooser: SourceChooser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    assert choose(chooser, "A text file") == []
    assert chooser.currentText() == "This text" and chooser.source is None


def test_a_file_that_was_written_to_is_another(chooser: SourceChooser, sentences: Path) -> None:
    chooser.choose_file(str(sentences))
    before = chooser.source
    os.utime(sentences, ns=(0, 1))
    assert chooser.source == before
    chooser.look_again()
    assert chooser.source != before
    assert choose(chooser, "sentences.txt") == [chooser.source]


def test_a_file_that_is_gone_can_still_be_named(tmp_path: Path) -> None:
    source = TextFile.at(str(tmp_path / "gone.txt"))
    assert (source.size, source.changed) == (0, 0)  # whoever reads it says what is wrong
