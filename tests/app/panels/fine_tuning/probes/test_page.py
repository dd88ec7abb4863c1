"""The page of probes: what it asks, what it shows at a step, and what a person may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.file_answerers.probes import ANSWERERS
from app.file_questions.probes import ProbesOf, ReplayOf, WordsOf
from app.files import FileAnswer, FileQuestion
from app.panels.fine_tuning.probes import ProbesPage
from app.run_values import Points, Run
from app.session import Session
from app.values import Problem
from bert_core.errors import BertError
from bert_core.finetuning.probe_files import read_record, recorded, write_record
from bert_core.finetuning.probe_values import ProbeRecord
from bert_core.trace import MaskPrediction, NspScore
from tests.app.fakes import fake_trace
from tests.app.probing import HEADS, LAYERS, STEPS, WORDS, write_probes


class Reader(QObject):
    """Stands in for the thread that reads files: it answers when a test says so."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.files = session.files
        self.waiting: list[FileQuestion] = []
        self.asked: list[FileQuestion] = []
        session.files.asked.connect(self._take)

    @Slot(object)
    def _take(self, question: FileQuestion) -> None:
        self.waiting.append(question)
        self.asked.append(question)

    def settle(self) -> None:
        while self.waiting:
            question = self.waiting.pop(0)
            try:
                answer = FileAnswer(question, ANSWERERS[type(question)](question))
            except BertError as error:
                answer = FileAnswer(question, problem=Problem(str(error)))
            self.files.answered.emit(answer)


def run_of(folder: Path, step: int = 40, **more: Any) -> Run:
    details: Mapping[str, Any] = {
        "kind": "finetune",
        "probes": [["a", "b"], ["c", None]],
        "model": "mini-en",
        **more.pop("details", {}),
    }
    columns = {"step": np.array([0.0, 10, 20, 40]), "epoch": np.array([0.0, 0.5, 1.0, 2.0])}
    state = more.pop("state", "running")
    return Run(
        str(folder),
        details=MappingProxyType(details),
        state=state,
        step=step,
        evaluations=Points(MappingProxyType(columns), 4),
        **more,
    )


@pytest.fixture
def session(qapp: object) -> Session:
    return Session()


@pytest.fixture
def reader(session: Session) -> Reader:
    return Reader(session)


@pytest.fixture
def page(qtbot: QtBot, session: Session, reader: Reader) -> ProbesPage:
    made = ProbesPage(session)
    qtbot.addWidget(made)
    made.resize(1140, 760)
    made.show()
    return made


@pytest.fixture
def run(tmp_path: Path) -> Path:
    write_probes(tmp_path)
    return tmp_path


@pytest.fixture
def shown(page: ProbesPage, session: Session, reader: Reader, run: Path) -> ProbesPage:
    page.choose_head((0, 0))
    session.runs.show(run_of(run))
    reader.settle()
    return page


@pytest.fixture
def opened(page: ProbesPage, session: Session, reader: Reader, run: Path) -> ProbesPage:
    """As `shown`, but nobody has chosen a head."""
    session.runs.show(run_of(run))
    reader.settle()
    return page


def head_in(run: Path, step: int, sentence: int, head: tuple[int, int]) -> np.ndarray:
    return read_record(recorded(run)[step]).sentences[sentence].attentions[head].astype(np.float32)


# What is shown ---------------------------------------------------------------------------------------------------


def test_it_shows_the_newest_step(shown: ProbesPage, run: Path) -> None:
    history = shown.history
    assert history is not None
    assert shown.content.isVisible()
    assert shown.slider.record == 3
    assert (shown.slider.words.text, shown.slider.words.figure) == ("4 of 4 · epoch 2.00", "step 40")
    np.testing.assert_array_equal(shown.drift_pane.values, history.drift[-1].mean(0))
    maps = shown.replay_pane.shown
    assert maps is not None
    np.testing.assert_array_equal(maps[0], head_in(run, 0, 0, (0, 0)))
    np.testing.assert_array_equal(maps[1], head_in(run, 40, 0, (0, 0)))
    np.testing.assert_array_equal(maps[2], maps[1] - maps[0])
    assert [label.text() for label in shown.replay_pane.captions] == ["the start", "step 40", "difference"]


def test_the_charts_are_over_the_run(shown: ProbesPage) -> None:
    history, charts = shown.history, shown.charts
    assert history is not None
    assert [curve.name for curve in charts.drift.view.curves] == ["L1", "L2", "L3"]
    for layer, curve in enumerate(charts.drift.view.curves):
        np.testing.assert_allclose(curve.values, history.drift.mean(1)[:, layer].mean(-1))
    assert [curve.name for curve in charts.cka.view.curves] == ["L0", "L1", "L2", "L3"]
    np.testing.assert_array_equal(charts.cka.view.curves[2].values, history.cka[:, -1, 2])
    assert [curve.name for curve in charts.nsp.view.curves] == ["1"]  # the other is no pair
    np.testing.assert_array_equal(charts.nsp.view.curves[0].values, history.nsp[:, 0])
    assert {curve.name for curve in charts.words.view.curves} <= set(WORDS)
    assert charts.words.view.curves[0].values.shape == (4,)
    assert [chart.view.record for chart in charts.all] == [3, 3, 3, 3]


def test_predictions_are_said_at_the_start_and_now(shown: ProbesPage) -> None:
    word, follows = shown.said.blocks
    assert word.name == "Piece 6: to [MASK] store"
    assert word.start.startswith("\u2068") or word.start[0].isascii()
    assert word.changed
    assert (follows.name, follows.start, follows.now) == ("B follows A", "90.0 %", "40.0 %")


def test_the_slider_replays(shown: ProbesPage, run: Path, reader: Reader) -> None:
    asked = len(reader.asked)
    QTest.keyClick(shown.slider.slider, Qt.Key.Key_Home)
    maps, history = shown.replay_pane.shown, shown.history
    assert maps is not None
    assert history is not None
    assert not maps[2].any()
    assert shown.drift_pane.values is not None
    assert shown.drift_pane.values.max() < 1e-6
    shown.later()
    maps = shown.replay_pane.shown
    assert maps is not None
    np.testing.assert_array_equal(maps[1], head_in(run, 10, 0, (0, 0)))
    np.testing.assert_array_equal(shown.drift_pane.values, history.drift[1].mean(0))
    assert shown.charts.drift.view.record == 1
    assert len(reader.asked) == asked  # all of it was there
    shown.newest()
    shown.earlier()
    assert shown.slider.record == 2


def test_colours_mean_the_same_at_every_step(shown: ProbesPage) -> None:
    ends = []
    for record in range(4):
        shown.slider.go(record)
        bars = shown.drift_pane.bar, *shown.replay_pane.bars
        ends.append([bar.accessibleName() for bar in bars])
    assert ends[0] == ends[1] == ends[2] == ends[3]


def test_a_head_is_chosen_in_the_map(shown: ProbesPage, run: Path, reader: Reader) -> None:
    grid = shown.drift_pane.grid
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.head_rect(2, 1).center().toPoint())
    assert grid.selected == (2, 1)
    assert shown.replay_pane.name.text() == "L1-H1"  # until the other's maps are there
    reader.settle()
    assert shown.replay_pane.name.text() == "L3-H2"
    maps = shown.replay_pane.shown
    assert maps is not None
    np.testing.assert_array_equal(maps[1], head_in(run, 40, 0, (2, 1)))
    assert shown.charts.drift.view.strong == 2
    assert shown.charts.cka.view.strong == 3
    QTest.keyClick(grid, Qt.Key.Key_Up)
    assert shown.head == (1, 1)


def test_hovering_the_map_gives_the_number(shown: ProbesPage) -> None:
    pane, history = shown.drift_pane, shown.history
    assert history is not None
    pane.grid.point_at(pane.grid.head_rect(2, 0).center())
    assert pane.read_out.text == "L3-H1"
    assert float(pane.read_out.figure) == pytest.approx(history.drift[-1].mean(0)[2, 0], abs=1e-4)
    pane.grid.point_at(None)
    assert pane.read_out.text == "L1-H1"


def test_the_maps_share_pointer_and_pin(shown: ProbesPage) -> None:
    pane = shown.replay_pane
    first, middle, last = pane.maps
    middle.point_at(middle.cell_rect(2, 3).center())
    assert "→" in pane.read_out.text
    maps = pane.shown
    assert maps is not None
    assert pane.read_out.text == f"man → went: {maps[0][2, 3]:.3f} → {maps[1][2, 3]:.3f}"
    last.click_at(last.cell_rect(5, 6).center())
    middle.point_at(None)
    assert pane.pin == (5, 6)
    assert pane.read_out.text.startswith("[MASK] → store")
    assert first.accessibleDescription() == "[MASK] to store selected"
    QTest.keyClick(first, Qt.Key.Key_Escape)
    assert pane.pin[0] is None
    QTest.keyClick(first, Qt.Key.Key_Comma)
    assert shown.slider.record == 2


def test_another_sentence_is_another_replay(shown: ProbesPage, run: Path, reader: Reader) -> None:
    shown.sentence.setCurrentIndex(1)
    shown.sentence.chosen.emit(1)
    assert shown.replay_pane.shown is None
    reader.settle()
    maps = shown.replay_pane.shown
    assert maps is not None
    np.testing.assert_array_equal(maps[1], head_in(run, 40, 1, (0, 0)))
    assert "Sentence 2 was cut" in shown.remarks.text()
    history = shown.history
    assert history is not None
    np.testing.assert_array_equal(shown.drift_pane.values, history.drift[-1].mean(0))
    shown.over.setCurrentIndex(1)
    shown.over.chosen.emit(1)
    np.testing.assert_array_equal(shown.drift_pane.values, history.drift[-1, 1])
    np.testing.assert_array_equal(shown.charts.cka.view.curves[1].values, history.cka[:, 1, 1])


def test_a_click_in_a_chart_goes_to_that_step(shown: ProbesPage) -> None:
    shown.charts.cka.view.chosen.emit(1)
    assert shown.slider.record == 1
    assert shown.charts.drift.view.record == 1


# While a run goes on ---------------------------------------------------------------------------------------------


def test_it_follows_the_newest_step(shown: ProbesPage, session: Session, reader: Reader, run: Path) -> None:
    write_probes(run, (60,))
    session.runs.accept(run_of(run, 60))
    reader.settle()
    history = shown.history
    assert history is not None
    assert history.steps == (*STEPS, 60)
    assert shown.slider.words.figure == "step 60"
    maps = shown.replay_pane.shown
    assert maps is not None
    np.testing.assert_array_equal(maps[1], head_in(run, 60, 0, (0, 0)))


def test_it_stays_where_the_slider_was_put(
    shown: ProbesPage, session: Session, reader: Reader, run: Path
) -> None:
    shown.slider.go(1)
    write_probes(run, (60,))
    session.runs.accept(run_of(run, 60))
    reader.settle()
    assert shown.slider.words.figure == "step 10"
    assert shown.replay_pane.captions[1].text() == "step 10"


def test_what_a_resumed_run_no_longer_takes_is_not_shown(
    shown: ProbesPage, session: Session, reader: Reader, run: Path
) -> None:
    session.runs.accept(run_of(run, 20))
    reader.settle()
    assert shown.history is not None
    assert shown.history.steps == (0, 10, 20)


def test_nothing_is_asked_anew_of_maps_that_are_there(
    shown: ProbesPage, session: Session, reader: Reader, run: Path
) -> None:
    before = [type(question) for question in reader.asked]
    session.runs.accept(run_of(run))
    reader.settle()
    assert [type(question) for question in reader.asked][len(before) :] == [ProbesOf]


def test_hidden_it_asks_nothing(shown: ProbesPage, session: Session, reader: Reader, run: Path) -> None:
    shown.hide()
    asked = len(reader.asked)
    session.runs.accept(run_of(run, 41))
    assert len(reader.asked) == asked
    shown.show()
    assert len(reader.asked) == asked + 1


def test_an_answer_of_before_is_dropped(
    shown: ProbesPage, session: Session, reader: Reader, tmp_path: Path, run: Path
) -> None:
    shown.choose_head((1, 1))
    late = reader.waiting.pop(0)
    shown.choose_head((2, 0))
    session.files.answered.emit(FileAnswer(late, ANSWERERS[ReplayOf](late)))
    assert shown.replay_pane.name.text() == "L1-H1"
    reader.settle()
    assert shown.replay_pane.name.text() == "L3-H1"


def test_it_asks_again_for_what_is_left(
    page: ProbesPage, session: Session, reader: Reader, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.file_answerers.probes import probe_history

    monkeypatch.setitem(ANSWERERS, ProbesOf, lambda question: probe_history(question, 0.0))
    session.runs.show(run_of(run))
    said = []
    page.session.files.answered.connect(lambda answer: said.append(page.slider.words.text))
    reader.settle()
    assert page.history is not None
    assert page.history.steps == STEPS
    assert any("reading" in words for words in said)
    assert sum(isinstance(question, ProbesOf) for question in reader.asked) == 4


# Where there is nothing ------------------------------------------------------------------------------------------


def test_without_a_run_it_says_so(page: ProbesPage, session: Session, reader: Reader) -> None:
    assert "Choose a run" in page.empty.sentence
    assert not page.empty.button.isVisible()
    assert reader.asked == []


def test_a_pretraining_run_has_none(
    page: ProbesPage, session: Session, reader: Reader, tmp_path: Path
) -> None:
    session.runs.show(run_of(tmp_path, details={"kind": "pretrain"}))
    assert "pretraining" in page.empty.sentence
    assert reader.asked == []


def test_without_pinned_sentences_it_says_how_to_pin_some(
    page: ProbesPage, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    session.runs.show(run_of(tmp_path, details={"probes": []}))
    assert "No sentence was pinned" in page.empty.sentence
    with qtbot.waitSignal(page.pin_wanted):
        page.empty.button.click()


def test_before_the_first_record_it_waits(
    page: ProbesPage, session: Session, reader: Reader, tmp_path: Path
) -> None:
    session.runs.show(run_of(tmp_path, 0))
    reader.settle()
    assert "before the first step" in page.empty.sentence
    write_probes(tmp_path, (0,))
    session.runs.accept(run_of(tmp_path, 0))
    reader.settle()
    assert page.content.isVisible()
    assert page.slider.words.figure == "step 0"
    assert not page.slider.slider.isEnabled()


def test_broken_records_are_named(page: ProbesPage, session: Session, reader: Reader, run: Path) -> None:
    recorded(run)[10].write_bytes(b"x")
    session.runs.show(run_of(run))
    reader.settle()
    assert page.content.isVisible()
    assert "step-10.npz" in page.remarks.text()
    for path in recorded(run).values():
        path.write_bytes(b"y")
    session.runs.accept(run_of(run, 41))
    reader.settle()
    assert "step-0.npz" in page.remarks.text()  # what was read before stays


def test_a_run_with_nothing_but_broken_records_says_so(
    page: ProbesPage, session: Session, reader: Reader, run: Path
) -> None:
    for path in recorded(run).values():
        path.write_bytes(b"y")
    session.runs.show(run_of(run))
    reader.settle()
    assert "step-0.npz" in page.empty.sentence


def test_another_run_takes_the_place_of_the_first(
    shown: ProbesPage, session: Session, reader: Reader, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    write_probes(other, (0, 5), sizes=(9,))
    shown.slider.go(0)
    session.runs.show(run_of(other, 5))
    assert shown.history is None
    assert not shown.content.isVisible()
    reader.settle()
    assert shown.history is not None
    assert shown.slider.words.figure == "step 5"
    assert shown.sentence.count() == 1


def test_a_frozen_model_is_said(page: ProbesPage, session: Session, reader: Reader, run: Path) -> None:
    session.runs.show(run_of(run, details={"recipe": {"mode": "features"}}))
    reader.settle()
    assert "nothing drifts" in page.remarks.text()


def test_each_seed_has_its_own(page: ProbesPage, session: Session, reader: Reader, tmp_path: Path) -> None:
    for seed in (3, 5):
        write_probes(tmp_path / "seeds" / str(seed), (0, seed))
    seeds = tuple(run_of(tmp_path / "seeds" / str(seed)) for seed in (3, 5))
    session.runs.show(run_of(tmp_path, 0, details={"seeds": [3, 5]}, seeds=seeds))
    session.runs.choose_seed(seeds[0].folder)
    reader.settle()
    assert page.history is not None
    assert page.history.steps == (0, 3)
    assert page.seed.isVisible()
    page.seed.chosen.emit(1)
    reader.settle()
    assert page.history.steps == (0, 5) and page.seed.currentText() == "seed 5"


def test_a_model_without_heads_says_so(
    page: ProbesPage, session: Session, reader: Reader, tmp_path: Path
) -> None:
    write_probes(tmp_path, nsp=False, words=False)
    session.runs.show(run_of(tmp_path))
    reader.settle()
    assert page.charts.words.view.curves == ()
    assert page.charts.nsp.view.curves == ()
    assert page.said.blocks == ()
    assert not any(isinstance(question, WordsOf) for question in reader.asked)


def test_a_run_that_diverged_is_shown_as_far_as_it_goes(
    page: ProbesPage, session: Session, reader: Reader, run: Path
) -> None:
    record = read_record(recorded(run)[40])
    lost = replace(
        record.sentences[0],
        attentions=np.full_like(record.sentences[0].attentions, np.nan),
        hidden_states=np.full_like(record.sentences[0].hidden_states, np.nan),
        predictions=(MaskPrediction(5, []),),
        nsp=NspScore(np.nan, np.nan),
    )
    write_record(run, ProbeRecord(40, (lost, record.sentences[1])))
    session.runs.show(run_of(run, state="diverged"))
    reader.settle()
    assert page.slider.words.figure == "step 40"
    assert page.drift_pane.read_out.figure == "–"
    assert page.replay_pane.facts.figure == "–"
    assert [block.now for block in page.said.blocks] == ["–", "–"]
    page.earlier()
    assert float(page.drift_pane.read_out.figure) >= 0
    page.grab()


# The head that is replayed first ---------------------------------------------------------------------------------


def test_it_opens_at_the_head_that_moved_most(opened: ProbesPage) -> None:
    history = opened.history
    assert history is not None
    moved = history.drift[-1].mean(0)
    assert opened.head == np.unravel_index(moved.argmax(), moved.shape) != (0, 0)


def test_it_stays_there_while_the_run_goes_on(
    page: ProbesPage, session: Session, reader: Reader, tmp_path: Path
) -> None:
    write_probes(tmp_path, (0,))
    session.runs.show(run_of(tmp_path, step=0))
    reader.settle()
    assert page.head == (0, 0), "nothing has moved yet"
    write_probes(tmp_path, (10,))
    session.runs.show(run_of(tmp_path, step=10))
    reader.settle()
    head = page.head
    assert head != (0, 0) and page.history is not None and head == page.history.most_moved
    record = read_record(recorded(tmp_path)[10])
    maps = [sentence.attentions.copy() for sentence in record.sentences]
    for own in maps:
        own[0, 0] = 0
        own[0, 0, :, -1] = 1
    sentences = (replace(s, attentions=own) for s, own in zip(record.sentences, maps, strict=True))
    write_record(tmp_path, replace(record, step=20, sentences=tuple(sentences)))
    session.runs.show(run_of(tmp_path, step=20))
    reader.settle()
    assert page.history.most_moved == (0, 0) and page.head == head


def test_a_head_that_was_chosen_is_kept(
    opened: ProbesPage, session: Session, reader: Reader, tmp_path: Path
) -> None:
    session.accept_trace(fake_trace(layers=LAYERS, heads=HEADS, scene=session.scene))
    before = opened.head
    session.pin(query=1, key=2)
    assert opened.head == before, "a piece is no head"
    session.select_head(1, 0)
    assert opened.head == (1, 0)
    write_probes(tmp_path / "other")
    session.runs.show(run_of(tmp_path / "other"))
    reader.settle()
    assert opened.head == (1, 0)


def test_a_head_that_is_chosen_before_anything_is_read(
    page: ProbesPage, session: Session, reader: Reader, run: Path
) -> None:
    session.accept_trace(fake_trace(layers=LAYERS, heads=HEADS, scene=session.scene))
    session.select_head(1, 1)
    session.runs.show(run_of(run))
    reader.settle()
    assert page.head == (1, 1)


# With the rest of the window -------------------------------------------------------------------------------------


def test_the_head_is_shared_where_the_models_are_of_one_shape(
    shown: ProbesPage, session: Session, reader: Reader
) -> None:
    shown.drift_pane.grid.head_clicked.emit((1, 0))
    assert (session.selection.layer, session.selection.head) == (0, 0)  # there is no trace yet
    session.accept_trace(fake_trace(layers=LAYERS, heads=HEADS, scene=session.scene))
    shown.drift_pane.grid.head_clicked.emit((2, 0))
    assert (session.selection.layer, session.selection.head) == (2, 0)
    session.select_head(1, 1)
    assert shown.head == (1, 1)


@pytest.mark.parametrize("size", [(735, 560), (1140, 760), (1640, 940), (500, 300)])
def test_everything_has_its_place(shown: ProbesPage, size: tuple[int, int], qtbot: QtBot) -> None:
    shown.resize(*size)
    parts = [shown.drift_pane, shown.replay_pane, shown.charts, shown.said]
    if size[0] < 900:
        parts.append(shown.charts.drift)

    def apart() -> bool:
        areas = [part.geometry() for part in parts]
        inner = shown.area.widget().width() == shown.area.viewport().width()
        return inner and not any(a.intersects(b) for n, a in enumerate(areas) for b in areas[n + 1 :])

    qtbot.waitUntil(apart)  # a layout takes its time
    for chart in shown.charts.all:
        assert chart.view.height() >= 80
    for view in shown.replay_pane.maps:
        assert view.fitted(view.plot()).width() > 60


def test_every_view_gives_its_numbers(shown: ProbesPage, run: Path) -> None:
    header, rows = shown.figures.drift_table()
    found = [list(row) for row in rows]
    assert len(found) == len(STEPS) * LAYERS * HEADS
    assert list(header) == ["step", "head", "all sentences", "sentence 1", "sentence 2"]
    history = shown.history
    assert history is not None
    assert float(str(found[-1][4])) == pytest.approx(history.drift[-1, 1, 2, 1])
    header, rows = shown.replay_pane.table()
    found = [list(row) for row in rows]
    assert len(found) == 17 * 17
    assert float(str(found[17 * 2 + 3][3])) == head_in(run, 40, 0, (0, 0))[2, 3]


def test_every_picture_can_be_saved(shown: ProbesPage, tmp_path: Path) -> None:
    for number, picture in enumerate(shown.figures.all):
        assert all(action.isEnabled() for action in picture.actions)
        written: list[object] = []
        picture.saved.connect(written.append)
        for suffix in (".png", ".svg", ".pdf"):
            picture.save_picture_to(tmp_path / f"{number}{suffix}")
        picture.save_numbers_to(tmp_path / f"{number}.csv")
        assert len(written) == 4
    text = (tmp_path / "0.svg").read_text(encoding="utf-8")
    assert "mini-en" in text
    assert "Drift of attention" in text


def test_a_broken_question_is_no_page_of_nothing(shown: ProbesPage, session: Session, reader: Reader) -> None:
    shown.choose_head((1, 0))
    question = reader.waiting.pop()
    session.files.answered.emit(FileAnswer(question, problem=Problem("The disk is gone.")))
    assert shown.replay_pane.shown is None
