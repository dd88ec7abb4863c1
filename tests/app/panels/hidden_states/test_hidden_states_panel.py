"""The hidden states panel asks for what is seen of it, and its parts share selection, hover, layer and word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.hidden_states import HiddenStatesPanel
from app.panels.hidden_states.sentences import Sentences, examples
from app.panels.hidden_states.sentences_dialog import SentencesDialog
from app.selection import Hover
from app.session import Session
from app.values import LoadedModel, ModelChoice
from bert_core.info import ModelInfo
from bert_core.measures.hidden_pca import pca_places
from bert_core.measures.word_senses import occurrences, sense_cosines
from bert_core.queries import Answer, OfReference, Progress, Query
from bert_core.queries_states import (
    Nearest,
    NearestPieces,
    Occurrence,
    Senses,
    StatesMap,
    StatesPlaces,
    WordSenses,
)
from bert_core.trace import Token, Trace
from tests.app.fakes import fake_model_info, fake_trace

MAN, MASK, MILK = 2, 5, 14
SENTENCES = Sentences((("the man went", "a man bought"), ("the man",)))


def read(text: str) -> tuple[Token, ...]:
    words = [Token(word, 1, 0, 0, 1, n, False) for n, word in enumerate(text.split(), 1)]
    return (Token("[CLS]", 0, 0, 0, 0, 0, True), *words, Token("[SEP]", 0, 0, 0, 0, len(words) + 1, True))


def loaded(info: ModelInfo) -> LoadedModel:
    return LoadedModel(ModelChoice("mini-en"), info, lambda a, b: read(a), ("cpu",))


def states_of(tokens: tuple[Token, ...], trace: Trace) -> np.ndarray:
    return trace.hidden_states[:, : len(tokens)] + 1


def value_of(query: Query, trace: Trace, reference: Trace | None = None) -> Any:
    """What the answerers would give, of sentences with invented states."""
    match query:
        case OfReference(inner, scene):
            assert reference is not None and scene == reference.scene
            return value_of(inner, reference)
        case StatesMap(_, own, _, sentences, against):
            others = tuple(read(text) for text in sentences)
            parts = [trace.hidden_states, *(states_of(tokens, trace) for tokens in others)]
            if against is not None:
                assert reference is not None
                parts.append(reference.hidden_states)
            return StatesPlaces(*pca_places(np.concatenate(parts, axis=1), own_axes=own), others)
        case WordSenses(word, sentences):
            others = tuple(read(text) for text in sentences)
            read_too = [(trace.tokens, trace.hidden_states), *((t, states_of(t, trace)) for t in others)]
            found = [(n, p, h) for n, (t, h) in enumerate(read_too) for p in occurrences(t, word)]
            cosines = sense_cosines([h[:, list(p)] for _, p, h in found])
            return Senses(tuple(Occurrence(n, p) for n, p, _ in found), cosines, others)
        case NearestPieces(position, layer, sentence):
            return Nearest((("men", 1, 0.5),), ((f"{sentence}-{position}-{layer}", 2, 0.25),))
    raise AssertionError(query)


def answer(session: Session) -> None:
    assert session.trace is not None
    reference = None if session.reference is None else session.reference.trace
    for query in sorted(session.watched, key=repr):
        session.accept_answer(Answer(query, session.trace.scene, value_of(query, session.trace, reference)))


def show(session: Session, trace: Trace) -> None:
    session.set_scene(trace.scene)
    session.accept_trace(trace)
    answer(session)


@pytest.fixture
def session() -> Session:
    made = Session()
    made.set_model(loaded(fake_model_info()))
    return made


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> Iterator[HiddenStatesPanel]:
    made = HiddenStatesPanel(session)
    qtbot.addWidget(made)
    made.resize(1400, 240)
    made.show()
    qtbot.waitExposed(made)
    yield made


@pytest.fixture
def shown(panel: HiddenStatesPanel, session: Session) -> HiddenStatesPanel:
    show(session, fake_trace())
    return panel


def watched(session: Session, kind: type[Query]) -> list[Query]:
    return [query for query in session.watched if type(query) is kind]


def test_nothing_is_asked_before_the_first_trace_or_hidden(
    panel: HiddenStatesPanel, session: Session
) -> None:
    assert panel.empty.isVisible() and not session.watched
    show(session, fake_trace())
    assert session.watched == {StatesMap(), NearestPieces(MASK, 4)}
    panel.hide()
    assert not session.watched
    panel.show()
    assert watched(session, StatesMap)


def test_the_map_has_all_pieces_in_the_last_layer(shown: HiddenStatesPanel) -> None:
    points = shown.map_part.map.shown
    assert shown.layer == shown.map_part.map.layer == 4
    assert [piece.text for piece in points.pieces] == [token.text for token in shown.drawn.tokens]
    assert [piece.kind.segment for piece in points.pieces] == [token.segment for token in shown.drawn.tokens]
    assert "variance" in shown.controls.said.text()
    assert [entry.text for entry in shown.controls.legend.entries] == ["A", "B", "special"]


def test_the_slider_leads_through_the_layers_and_asks_for_the_nearest(
    shown: HiddenStatesPanel, session: Session
) -> None:
    QTest.keyClick(shown.controls.slider, Qt.Key.Key_Home)
    assert shown.layer == shown.map_part.map.layer == 0 and shown.controls.layer_label.text() == "Embeddings"
    shown.next_layer()
    assert shown.map_part.map.layer == 1 and watched(session, NearestPieces) == [NearestPieces(MASK, 1)]
    shown.previous_layer()
    shown.set_layer(3)
    answer(session)
    assert shown.map_part.map.layer == 3 and shown.side.nearest.nearest.by_state[0][0] == f"None-{MASK}-3"


def test_pins_and_hover_are_shared(shown: HiddenStatesPanel, session: Session, qtbot: QtBot) -> None:
    QTest.mouseClick(
        shown.map_part.map, Qt.MouseButton.LeftButton, pos=shown.map_part.map.place_of(MAN).toPoint()
    )
    assert session.selection.query == MAN and shown.map_part.map.accessibleDescription() == "man"
    assert watched(session, NearestPieces) == [NearestPieces(MAN, 4)]
    QTest.mouseClick(
        shown.map_part.map, Qt.MouseButton.LeftButton, pos=shown.map_part.map.place_of(MAN).toPoint()
    )
    assert session.selection.query is None
    QTest.mouseMove(shown.map_part.map, shown.map_part.map.place_of(MILK).toPoint())
    assert session.hover == Hover(query=MILK)
    QTest.mouseMove(shown.map_part.map, QPoint(1, 1))
    assert session.hover == Hover()
    session.pin(query=MILK, key=MAN)
    assert shown.map_part.map.accessibleDescription() == "milk, man"


def test_options_are_asked_for_where_they_change_the_map(shown: HiddenStatesPanel, session: Session) -> None:
    shown.controls.show_button.action("own_axes", True).trigger()
    shown.controls.show_button.action("special", "left out").trigger()
    assert watched(session, StatesMap) == [StatesMap("pca", True, "left out")]
    assert shown.controls.show_button.isChecked()
    before = session.watched
    shown.controls.show_button.action("trails", "all").trigger()
    shown.controls.show_button.action("stretched", False).trigger()
    assert session.watched == before and shown.options.trails == "all"


def test_tsne_comes_layer_by_layer_and_can_be_stopped(shown: HiddenStatesPanel, session: Session) -> None:
    shown.controls.method.chosen.emit(1)
    (query,) = watched(session, StatesMap)
    assert query == StatesMap("tsne", special="counted")
    value = StatesPlaces(pca_places(session.trace.hidden_states)[0][:2], np.full(2, np.nan))
    session.accept_answer(Answer(query, session.trace.scene, progress=Progress(2, 5, "t-SNE", value)))
    assert shown.map_part.map.layer == 1 and shown.map_part.job.isVisible()
    assert "t-SNE" in shown.controls.said.text() and shown.map_part.map.shown.axes == ("", "")
    shown.map_part.job.cancelled.emit()
    assert watched(session, StatesMap) == [StatesMap()] and not shown.map_part.job.isVisible()
    assert (
        shown.options.method == "pca"
        and shown.map_part.map.shown.layers == 5
        and shown.map_part.map.layer == 4
    )


def test_a_failure_is_said(shown: HiddenStatesPanel, session: Session) -> None:
    shown.controls.method.chosen.emit(1)
    session.accept_answer(
        Answer(StatesMap("tsne", special="counted"), session.trace.scene, failure="Too long.")
    )
    assert not shown.map_part.map.has_content() and not shown.figures.map.actions[0].isEnabled()


def test_other_sentences_are_marked_by_sense_and_the_word_is_ringed(
    shown: HiddenStatesPanel, session: Session
) -> None:
    shown.set_sentences(SENTENCES, "man")
    assert watched(session, StatesMap) == [StatesMap(sentences=SENTENCES.all)]
    answer(session)
    pieces = shown.map_part.map.shown.pieces
    assert len(pieces) == 17 + 5 + 5 + 4
    assert [pieces[n].kind.sense for n in sorted(shown.map_part.map.word)] == [None, 0, 0, 1]
    assert [entry.text for entry in shown.controls.legend.entries][3:] == ["sense 1", "sense 2"]
    assert shown.side.senses.isVisible() and shown.controls.sentences.text() == "Sentences: 3 more…"
    shown.controls.word.setText("milk")
    assert shown.map_part.map.word == {MILK}


def test_senses_are_compared(shown: HiddenStatesPanel, session: Session) -> None:
    shown.set_sentences(SENTENCES, "man")
    answer(session)
    pairs = shown.side.senses.pairs
    value = value_of(WordSenses("man", SENTENCES.all), session.trace)
    assert [curve.name for curve in shown.side.senses.curves.curves] == [
        "same sense",
        "other sense",
        "with the text",
    ]
    same, other, text = (curve.values for curve in shown.side.senses.curves.curves)
    cosines = value.cosines
    np.testing.assert_allclose(same, cosines[:, 1, 2], rtol=1e-6)
    np.testing.assert_allclose(other, (cosines[:, 1, 3] + cosines[:, 2, 3]) / 2, rtol=1e-6)
    np.testing.assert_allclose(text, cosines[:, 0, 1:].mean(axis=1), rtol=1e-6)
    assert len(pairs.names) == 6 and pairs.places[0] == (f"0:{MAN}", "1:2")
    header, rows = shown.side.senses.table()
    rows = list(rows)
    assert len(header) == 3 + 5 and float(rows[3][3 + 2]) == pytest.approx(cosines[2, 1, 2], abs=1e-6)
    shown.side.senses.layer_clicked.emit(1)
    assert shown.layer == 1


def test_a_word_that_occurs_once_or_is_none_is_said(shown: HiddenStatesPanel, session: Session) -> None:
    shown.set_side("senses")
    assert "pin a piece" in shown.side.senses.title.text()
    shown.controls.word.setText("milk")
    answer(session)
    assert "occurs once" in shown.side.senses.title.text() and shown.side.senses.pairs is None
    shown.controls.word.setText("")
    session.pin(query=MAN)
    assert watched(session, WordSenses) == [WordSenses("man")]


def test_a_piece_of_another_sentence_is_chosen_here_alone(shown: HiddenStatesPanel, session: Session) -> None:
    shown.set_sentences(SENTENCES)
    answer(session)
    shown.map_part.map.piece_clicked.emit(17 + 5 + 2)
    assert session.selection.query is None and shown.map_part.map.accessibleDescription() == "man"
    assert shown.word == "man"
    shown.set_side("nearest")
    assert watched(session, NearestPieces) == [NearestPieces(2, 4, "a man bought")]
    shown.map_part.map.piece_hovered.emit(17 + 2)
    assert session.hover == Hover()
    QTest.keyClick(shown.map_part.map, Qt.Key.Key_Escape)
    assert shown.map_part.map.accessibleDescription() == "" and shown.picked.other is None


def test_the_difference_draws_the_reference_hollow(shown: HiddenStatesPanel, session: Session) -> None:
    session.keep_reference()
    now = fake_trace(seed=1, scene=replace(session.scene, replaced={2: 9}))
    show(session, now)
    reference = session.reference.trace
    assert watched(session, StatesMap) == [StatesMap(against=reference.scene)]
    points = shown.map_part.map.shown
    assert points.before.shape == (5, 17, 2) and points.after == tuple(range(17))
    assert shown.controls.legend.entries[-1].hollow
    session.show_reference("reference")
    assert watched(session, OfReference)
    answer(session)
    assert shown.map_part.map.shown.before is None
    np.testing.assert_array_equal(shown.map_part.map.shown.places, pca_places(reference.hidden_states)[0])


def test_a_reference_that_cannot_be_compared_is_said(shown: HiddenStatesPanel, session: Session) -> None:
    session.keep_reference()
    show(session, fake_trace(9))
    assert watched(session, StatesMap) == [StatesMap()] and "No difference" in shown.controls.said.text()


def test_where_it_is_narrow_the_map_keeps_the_room(
    shown: HiddenStatesPanel, session: Session, qtbot: QtBot
) -> None:
    shown.resize(560, 240)
    qtbot.waitUntil(lambda: not shown.side.isVisible())
    assert watched(session, NearestPieces) == []
    qtbot.waitUntil(lambda: shown.map_part.map.width() > 200)
    shown.resize(1400, 240)
    qtbot.waitUntil(shown.side.isVisible)
    assert watched(session, NearestPieces)


def test_texts_of_one_piece_and_of_512(shown: HiddenStatesPanel, session: Session) -> None:
    show(session, fake_trace(1))
    assert shown.subject == (0, 0) and len(shown.map_part.map.shown.pieces) == 1
    assert "the same" in shown.controls.said.text()
    show(session, fake_trace(512))
    assert len(shown.map_part.map.shown.pieces) == 512


def test_another_model_has_other_layers(shown: HiddenStatesPanel, session: Session) -> None:
    shown.set_layer(2)
    session.set_model(loaded(fake_model_info(2)))
    assert shown.controls.slider.maximum() == 2 and not session.watched
    show(session, fake_trace(layers=2))
    assert shown.map_part.map.shown.layers == 3


def test_pictures_carry_what_they_show(shown: HiddenStatesPanel, session: Session) -> None:
    shown.set_sentences(SENTENCES, "man")
    answer(session)
    for drawing in (
        shown.figures._map_drawing(),
        shown.side.senses.drawing(),
        shown.figures._nearest_drawing(),
    ):
        assert not drawing.to_image(1).isNull()
    header, rows = shown.figures._map_table()
    rows = list(rows)
    assert len(rows) == 31 and len(header) == 2 + 2 * 5 and rows[17 + 2][:2] == ["man", "the man went"]
    said = shown.figures._map_said()
    assert said["Method"] == "PCA" and said["Sentences"] == "the man went | a man bought | the man"
    assert [row[2] for row in shown.side.nearest.table()[1]] == ["men", "None-5-4"]


def test_sentences_are_written_a_line_each() -> None:
    written = "a b\n c \n\n\nd\n"
    parsed = Sentences.parsed(written)
    assert parsed.senses == (("a b", "c"), ("d",)) and Sentences.parsed(parsed.text) == parsed
    assert [parsed.sense_of(n) for n in range(3)] == [0, 0, 1]
    with pytest.raises(IndexError):
        parsed.sense_of(3)
    chinese = replace(fake_model_info(), chinese=True)
    for example in (*examples(None), *examples(chinese)):
        assert len(example.sentences.senses) == 2
        assert all(example.word in text.casefold() for text in example.sentences.all)


def test_the_dialog_gives_what_is_written(shown: HiddenStatesPanel, qtbot: QtBot) -> None:
    dialog = SentencesDialog(Sentences(), examples(None))
    qtbot.addWidget(dialog)
    dialog.example_button.menu().actions()[0].trigger()
    assert "river bank" in dialog.edit.toPlainText()
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.good.click()
    assert chosen.args == [examples(None)[0].sentences, "bank"]
    crowded = SentencesDialog(Sentences((("a",) * 25,)), ())
    qtbot.addWidget(crowded)
    assert not crowded.good.isEnabled()
