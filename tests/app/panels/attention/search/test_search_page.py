"""The search view: what it asks for, what it shows, what stays, and how a hit is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.attention.search import SearchPage
from app.panels.attention.search.words import kind_names
from app.session import Session
from app.values import LoadedModel, ModelChoice
from bert_core.interventions import Interventions
from bert_core.queries import Answer, Progress, Query
from bert_core.queries_measures import TextFile, Texts
from bert_core.queries_search import (
    KINDS,
    AttentionExamples,
    Found,
    Hit,
    Mark,
    NearestPieces,
    Passage,
    Pattern,
)
from bert_core.scene import Scene
from bert_core.trace import Trace
from tests.app.fakes import fake_model_info, fake_trace

LAYERS, HEADS = 3, 4
SMALL, WIDE = (510, 300), (1200, 560)
TEXTS = [("He saw the old man.", None), ("First.", "Second one here.")]


def load(session: Session, model_id: str = "m") -> None:
    info = replace(fake_model_info(LAYERS, HEADS, model_id=model_id))
    session.set_model(LoadedModel(ModelChoice(model_id), info, lambda a, b: (), ("cpu",)))


def read(session: Session) -> Trace:
    """The analysis of the scene comes."""
    trace = fake_trace(17, LAYERS, HEADS, 16, scene=session.scene)
    session.accept_trace(trace)
    return trace


@pytest.fixture
def session(qapp: object) -> Session:
    made = Session()
    made.begin(Scene("", "the man went", "to the store"))
    load(made)
    read(made)
    return made


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> Iterator[SearchPage]:
    made = SearchPage(session)
    qtbot.addWidget(made)
    made.resize(*SMALL)
    made.show()
    qtbot.waitExposed(made)
    yield made


def hit(value: float, text: int = 0, *, state: bool = False) -> Hit:
    passage = Passage(*TEXTS[text], 4 + text, text, 100)
    key = Mark(2, "saw", 0, 3, 6) if text == 0 else Mark(5, "one", 1, 7, 10)
    return Hit(value, Mark(1, "he", 0, 0, 2), None if state else key, passage)


def found(*hits: Hit, low: float = 0.0, **more: object) -> Found:
    value = Found(hits, 20, 300, 200, 0.25, 0.05, 10, (*[0] * 19, 200), low)
    return replace(value, **more)


def come(session: Session, query: Query, value: object = None, progress: Progress | None = None) -> None:
    session.accept_answer(Answer(query, session.scene, value, progress=progress))


def asked(page: SearchPage) -> AttentionExamples | NearestPieces:
    query = page.asked
    assert query is not None
    return query


# What is asked for


def test_nothing_is_searched_until_it_is_started(page: SearchPage, session: Session) -> None:
    session.select_head(1, 2)
    assert session.watched == frozenset()
    assert page.start_button.text() == "Search L2-H3"
    QTest.mouseClick(page.start_button, Qt.MouseButton.LeftButton)
    (query,) = session.watched
    assert isinstance(query, AttentionExamples) and isinstance(query.source, TextFile)
    assert (query.layer, query.head, query.pattern) == (1, 2, Pattern())
    assert Path(query.source.path).name == "short-scenes.txt"


def test_every_kind_can_be_chosen_and_is_explained(page: SearchPage) -> None:
    kind = page.head_controls.kind
    assert kind.count() == len(KINDS)
    for place, name in enumerate(KINDS):
        kind.setCurrentIndex(place)
        kind.activated.emit(place)
        assert page.head_controls.pattern.kind == name
        assert kind.itemData(place, Qt.ItemDataRole.ToolTipRole)
        assert kind.itemText(place) in page.start_button.toolTip()


def test_typed_words_are_asked_for_with_enter(page: SearchPage, session: Session) -> None:
    page.head_controls.queries.setText(" he ,she,, ")
    page.head_controls.keys.setText(",")
    QTest.keyClick(page.head_controls.keys, Qt.Key.Key_Return)
    (query,) = session.watched
    assert isinstance(query, AttentionExamples)
    assert query.pattern == Pattern("any", "he, she", ",")


def test_a_layer_s_average_can_be_searched_and_that_of_all_not(page: SearchPage, session: Session) -> None:
    session.select_head(2, None)
    assert page.start_button.isEnabled() and page.start_button.text() == "Search layer 3"
    session.select_head(None, None)
    assert not page.start_button.isEnabled()
    assert "average of one layer" in page.start_button.toolTip()
    page.start()
    assert session.watched == frozenset()


def test_the_pinned_piece_is_searched_for_or_the_masked_one(page: SearchPage, session: Session) -> None:
    page.set_by("state")
    session.select_head(1, 0)
    assert page.start_button.text() == "Search “[MASK]”"
    session.pin(query=2)
    assert page.start_button.text() == "Search “man”"
    page.state_controls.set_words("same")
    page.start()
    (query,) = session.watched
    assert isinstance(query, NearestPieces)
    assert (query.scene, query.position, query.layer, query.words) == (session.scene, 2, 2, "same")
    page.state_controls.layers.setCurrentIndex(0)
    page.state_controls.layers.activated.emit(0)
    session.select_head(2, 0)  # a layer that was chosen stays
    assert page.state_controls.layer == 0


def test_the_built_in_examples_and_files_can_be_searched(
    page: SearchPage, session: Session, tmp_path: Path
) -> None:
    page.texts.setCurrentIndex(1)
    page.texts.activated.emit(1)
    page.start()
    assert isinstance(asked(page).source, Texts)
    path = tmp_path / "book.txt"
    path.write_text("one")
    page.texts.choose_file(str(path))
    page.start()
    first = asked(page)
    assert "book.txt" in page.over.text
    path.write_text("one and more")
    page.start()
    assert asked(page) != first  # what was written to is another text


# What is shown


def test_hits_come_while_it_is_searched_and_stay(page: SearchPage, session: Session) -> None:
    page.start()
    query = asked(page)
    come(session, query, progress=Progress(0, 1000, "searching"))
    assert page.line.isVisible()
    come(session, query, progress=Progress(500, 1000, "searching", found(hit(0.5))))
    assert [row.figure for row in page.hits.rows] == ["0.500"]
    come(session, query, found(hit(0.9, 1), hit(0.5)))
    assert [row.figure for row in page.hits.rows] == ["0.900", "0.500"]
    assert page.hits.rows[0].pieces == ("he", "one") and len(page.hits.rows[0].sentences) == 2
    assert not page.line.isVisible()
    assert page.over.figure == "200 queries: mean 0.250, 5.0 % over 0.5"
    assert page.histogram.counts[-1] == 200
    session.select_head(2, 1)
    session.set_texts("other text", "")
    read(session)
    page.hide()
    page.show()
    assert len(page.hits.rows) == 2 and page.over.text.startswith("L1-H1")


def test_cancelling_keeps_what_is_known(page: SearchPage, session: Session) -> None:
    page.start()
    come(session, asked(page), progress=Progress(250, 1000, "searching", found(hit(0.5))))
    page.cancel()
    assert session.watched == frozenset()
    assert len(page.hits.rows) == 1
    assert page.line.end.text() == "Cancelled after 25 % of the text"
    QTest.mouseClick(page.line.again_button, Qt.MouseButton.LeftButton)
    assert len(session.watched) == 1


def test_the_same_search_is_answered_at_once(page: SearchPage, session: Session) -> None:
    page.start()
    come(session, asked(page), found(hit(0.5)))
    page.head_controls.set_pattern(Pattern("next"))
    page.start()
    assert page.hits.rows == ()
    page.head_controls.set_pattern(Pattern())
    page.start()
    assert len(page.hits.rows) == 1 and page.job.state == "done"


def test_a_failure_is_said_and_can_be_tried_again(page: SearchPage, session: Session) -> None:
    page.start()
    session.accept_answer(Answer(asked(page), session.scene, failure="x.txt: Line 2 is not UTF-8."))
    assert page.line.end.text() == "x.txt: Line 2 is not UTF-8."
    assert page.line.again_button.isVisible() and page.hits.rows == ()


def test_what_is_odd_about_a_text_is_said(page: SearchPage, session: Session) -> None:
    page.start()
    come(session, asked(page), found(cut=3, changed=True, counted=0))
    assert "3 too long to be read whole" in page.over.text and "written to meanwhile" in page.over.text
    assert page.over.figure == "no such query"


def test_a_near_piece_has_its_z(page: SearchPage, session: Session) -> None:
    page.set_by("state")
    page.start()
    come(session, asked(page), found(hit(0.5, state=True), hit(-0.25, state=True), low=-1.0))
    assert [(row.figure, row.note) for row in page.hits.rows] == [("0.500", "z +5.0"), ("−0.250", "z −10.0")]
    assert page.over.figure == "all pieces: cosine 0.250 ± 0.050"
    page.set_by("head")
    assert page.hits.rows == ()
    page.set_by("state")
    assert len(page.hits.rows) == 2


def test_another_model_makes_all_of_it_void(page: SearchPage, session: Session) -> None:
    page.start()
    come(session, asked(page), found(hit(0.5)))
    load(session, "other")
    assert page.hits.rows == () and page.asked is None
    read(session)
    assert page.start_button.isEnabled()


# Reading a hit


def test_a_hit_is_read_with_its_head_and_pieces_and_undone_in_one_step(
    page: SearchPage, session: Session
) -> None:
    session.select_head(1, 3)
    page.start()
    come(session, asked(page), found(hit(0.9), hit(0.8, 1)))
    session.select_head(0, 0)
    before = session.scene
    page.hits.setCurrentIndex(page.hits.model().index(1, 0))
    QTest.keyClick(page.hits, Qt.Key.Key_Return)
    assert (session.scene.text_a, session.scene.second) == TEXTS[1]
    read(session)
    selection = session.selection
    assert (selection.layer, selection.head, selection.query, selection.key) == (1, 3, 1, 5)
    session.undo()
    assert session.scene == before
    page.load(0)
    assert session.scene.second is None
    page.load(0)
    read(session)
    assert session.selection.key == 2
    page.load(0)  # it is read already
    session.unpin()
    page.load(0)
    assert session.selection.key == 2


def test_who_types_on_is_not_pinned_to_what_was_clicked(page: SearchPage, session: Session) -> None:
    page.start()
    come(session, asked(page), found(hit(0.9)))
    page.load(0)
    session.set_texts("something else", "")
    read(session)
    assert session.selection.key is None
    page.load(99)
    assert session.scene.text_a == "something else"


def test_changes_in_force_are_told(page: SearchPage, session: Session, qtbot: QtBot) -> None:
    page.start()
    come(session, asked(page), found(hit(0.9)))
    session.intervene(Interventions(heads_off={(0, 0)}))
    with qtbot.waitSignal(session.notice_given) as caught:
        page.load(0)
    assert "in force" in caught.args[0]


# Pictures, layout, twin


def test_examples_are_a_table_and_pictures(page: SearchPage, session: Session, tmp_path: Path) -> None:
    assert not page.figures.hits.copy_picture.isEnabled()
    page.start()
    come(session, asked(page), found(hit(0.9), hit(0.8, 1)))
    page.figures.hits.numbers_to_clipboard()
    rows = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text())))
    assert rows[0][:5] == ["weight", "query", "key", "query position", "key position"]
    assert rows[2] == ["0.8", "he", "one", "2", "6", "5", *TEXTS[1]]
    page.figures.histogram.numbers_to_clipboard()
    rows = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text())))
    assert rows[-1] == ["0.95", "1.0", "200"] and len(rows) == 21
    for picture in page.figures.all:
        for kind in ("png", "svg", "pdf"):
            path = tmp_path / f"a.{kind}"
            picture.save_picture_to(path)
            assert path.stat().st_size > 1000
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "L1-H1" in svg and "short-scenes.txt" in svg


def test_the_histogram_stands_beside_the_list_where_there_is_room(page: SearchPage) -> None:
    assert page.hits.isVisible() and not page.histogram.isVisible()
    page.histogram_button.click()
    assert page.histogram.isVisible() and not page.hits.isVisible()
    page.resize(*WIDE)
    assert page.histogram.isVisible() and page.hits.isVisible() and not page.histogram_button.isVisible()


def test_beside_a_twin_names_are_short(page: SearchPage) -> None:
    assert page.tabs["state"].text() == "By hidden state"
    page.histogram_button.click()
    page.resize(354, 250)
    assert page.tabs["state"].text() == "State"
    assert page.hits.isVisible() and not page.histogram.isVisible()
    assert page.layout().minimumSize().width() <= 354


def test_it_fits_where_there_is_little_room(page: SearchPage) -> None:
    assert page.minimumSizeHint().width() <= 230
    assert page.layout().minimumSize().width() <= SMALL[0]


def test_every_control_has_a_name_and_a_tip(page: SearchPage) -> None:
    controls = (
        page.texts,
        page.head_controls.kind,
        page.head_controls.queries,
        page.head_controls.keys,
        page.state_controls.layers,
        page.state_controls.choice,
    )
    for control in controls:
        assert control.accessibleName() and control.toolTip()
    for button in (*page.tabs.values(), page.histogram_button, page.start_button):
        assert button.text() and button.toolTip()


def test_a_twin_says_that_there_is_nothing_of_its_own(qtbot: QtBot, session: Session) -> None:
    twin = SearchPage(session, twin=True)
    qtbot.addWidget(twin)
    twin.resize(*SMALL)
    twin.show()
    assert twin.minimumSizeHint().width() <= twin.maximumWidth() < 200
    session.select_head(1, 1)
    load(session, "third")
    read(session)
    assert twin.asked is None


def test_all_kinds_have_names() -> None:
    assert set(kind_names()) == set(KINDS)
