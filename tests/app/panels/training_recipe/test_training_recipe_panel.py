"""How BERT was trained: what is asked, shown, rolled, put into the text, and said where there is nothing to show."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.panels.training_recipe import TrainingRecipePanel
from app.panels.training_recipe.elsewhere import sentence_from_elsewhere
from app.values import Loading, ModelChoice
from bert_core.interventions import Interventions
from bert_core.queries import Answer, TrainingExample
from bert_core.scene import Scene
from tests.app.answering import answer_all
from tests.app.answering_session import IDS, AnsweringSession
from tests.app.fakes import fake_model_info


@pytest.fixture
def session() -> AnsweringSession:
    made = AnsweringSession()
    made.begin(Scene("", "the cat sat .", "the milk"))
    made.load()
    return made


def shown(qtbot, session: AnsweringSession, width: int = 1024) -> TrainingRecipePanel:
    panel = TrainingRecipePanel(session)
    panel.resize(width, 200)
    qtbot.addWidget(panel)
    qtbot.addWidget(panel.header)
    panel.show()
    if session.watched:
        answer_all(session)
    return panel


def row(panel: TrainingRecipePanel, index: int) -> list[str]:
    return ["" if column[index] is None else column[index].text for column in panel.masked.pieces.columns]


def asked_for(session: AnsweringSession) -> TrainingExample:
    (query,) = session.watched
    assert isinstance(query, TrainingExample)
    return query


def test_the_rows(qtbot, session) -> None:
    panel = shown(qtbot, session)
    assert row(panel, 0) == ["[CLS]", "the", "cat", "sat", ".", "[SEP]", "the", "milk", "[SEP]"]
    assert row(panel, 1)[1:4] == ["[MASK]", "≠ milk", "= sat"]
    assert row(panel, 2) == ["", "the", "cat", "sat", "", "", "", "", ""]
    assert row(panel, 3)[1:4] == ["✓ the", "✗ dog", "✗ dog"]
    assert row(panel, 4)[1:4] == ["37%", "14%", "5%"]
    assert row(panel, 5)[1:4] == ["1.00", "2.00", "3.00"]
    looks = [column[1].look for column in panel.masked.pieces.columns]
    assert looks[1:5] == ["mask", "random", "kept", "quiet"]


def test_the_sums(qtbot, session) -> None:
    panel = shown(qtbot, session)
    assert panel.masked.loss.text() == "Masked-word loss 2.00 nats"
    assert panel.masked.chosen.text() == "3 of 6 pieces chosen (50%)"
    assert [(r.name, r.count, r.rule) for r in panel.masked.legend.rows] == [
        ("became [MASK]", "1", "rule 80%"),
        ("became a random piece", "1", "rule 10%"),
        ("stayed as it was", "1", "rule 10%"),
    ]
    assert "7.4 equally likely" in panel.masked.sentence.text()
    assert panel.pair.sums == ("2.000", "0.288", "2.288")
    assert panel.pair.follows.figures.text() == "p(IsNext) = 75% · loss 0.29"
    assert panel.pair.random.figures.text() == "p(NotNext) = 25% · loss 1.39"
    assert [column[1].text for column in panel.pair.follows.pieces.columns] == list("000000111")


def test_rolling_and_walking(qtbot, session) -> None:
    panel = shown(qtbot, session)
    assert asked_for(session).seed == 1 and not panel.controls.back.isEnabled()
    panel.controls.roll.click()
    answer_all(session)
    assert asked_for(session).seed == 2 and panel.controls.number.text() == "roll 2"
    assert row(panel, 1)[1:5] == ["the", "[MASK]", "≠ milk", "= ."]
    panel.controls.back.click()
    answer_all(session)
    assert asked_for(session).seed == 1 and row(panel, 1)[1] == "[MASK]"
    assert panel.controls.forward.isEnabled()
    panel.controls.roll.click()
    assert asked_for(session).seed == 3


def test_options(qtbot, session) -> None:
    panel = shown(qtbot, session)
    menu = panel.controls.options.menu()
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert actions["Choose 15% of the pieces, as BERT did"].isChecked()
    actions["Choose 40% of the pieces"].trigger()
    actions["Choose whole words"].trigger()
    assert (asked_for(session).share, asked_for(session).whole_words) == (0.4, True)
    assert panel.controls.options.text() == "40% of words ▾"


def test_a_roll_is_put_into_the_text_and_taken_back(qtbot, session) -> None:
    panel = shown(qtbot, session)
    panel.controls.put.click()
    assert session.scene.replaced == {1: IDS["[MASK]"], 2: IDS["[MASK]"] + 8}
    session.undo()
    assert not session.scene.replaced


def test_it_is_not_put_into_another_text(qtbot, session) -> None:
    panel = shown(qtbot, session)
    notices: list[str] = []
    session.notice_given.connect(notices.append)
    session.held = True
    session.set_texts("the dog", "the milk")
    panel.put_into_text()
    assert not session.scene.replaced and "text before" in notices[-1]


def test_a_click_pins_and_what_is_pinned_is_marked(qtbot, session) -> None:
    panel = shown(qtbot, session)
    pieces = panel.masked.pieces
    place = pieces.chip_rect(2).center().toPoint()
    qtbot.mouseClick(pieces, Qt.MouseButton.LeftButton, pos=place)
    assert session.selection.query == 2 and pieces._pinned == {2}
    qtbot.mouseClick(pieces, Qt.MouseButton.LeftButton, pos=place)
    assert session.selection.query is None
    session.pin(query=3, key=4)
    assert pieces._pinned == {3, 4}


def test_it_asks_only_while_it_is_seen(qtbot, session) -> None:
    panel = shown(qtbot, session)
    panel.hide()
    assert not session.watched
    session.set_texts("the dog", "")
    panel.show()
    assert session.watched
    answer_all(session)
    assert row(panel, 0) == ["[CLS]", "the", "dog", "[SEP]"]


def test_an_old_answer_is_not_shown(qtbot, session) -> None:
    panel = shown(qtbot, session)
    query = replace(asked_for(session), seed=9)
    assert session.trace is not None
    session.accept_answer(Answer(query, session.trace.scene, failure="no"))
    assert row(panel, 1)[1] == "[MASK]"


def test_a_failure_is_said(qtbot, session) -> None:
    panel = shown(qtbot, session)
    assert session.trace is not None
    session.accept_answer(
        Answer(asked_for(session), session.trace.scene, failure="There is not enough memory.")
    )
    assert panel.empty.isVisible() and panel.empty.sentence == "There is not enough memory."
    assert not panel.controls.put.isEnabled()


def test_without_a_second_sentence(qtbot, session) -> None:
    panel = shown(qtbot, session)
    panel.set_part("pair")
    session.set_texts("the cat", "")
    answer_all(session)
    assert panel.pair.empty.isVisible() and "sentence B" in panel.pair.empty.sentence
    assert not panel.pair.area.isVisible()
    assert panel.pair.sums[1] == "–" and panel.pair.sums[0] == panel.pair.sums[2]


def test_no_text_at_all(qtbot, session) -> None:
    panel = shown(qtbot, session)
    session.set_texts("", "")
    assert panel.empty.sentence.startswith("Type a sentence") and not session.watched
    session.set_texts("the cat", "")
    answer_all(session)
    assert not panel.empty.isVisible() and row(panel, 0)[1] == "the"


def test_no_piece_chosen(qtbot, session) -> None:
    panel = shown(qtbot, session)
    for _ in range(6):
        panel.roll()
    answer_all(session)
    assert panel.masked.sentence.text().startswith("None of the 6 pieces was chosen")
    assert panel.masked.loss.isHidden()


def test_before_the_first_analysis(qtbot) -> None:
    session = AnsweringSession()
    session.set_loading(Loading(ModelChoice("mini-en")))
    panel = shown(qtbot, session)
    assert panel.empty.sentence == "The model is loading."
    session.set_loading(None)
    assert panel.empty.sentence == "Nothing has been read yet."


def test_a_model_that_cannot_guess_still_shows_what_is_chosen(qtbot) -> None:
    session = AnsweringSession(replace(fake_model_info(), has_mlm=False, has_nsp=False))
    session.begin(Scene("", "the cat sat .", "the milk"))
    session.load()
    panel = shown(qtbot, session)
    assert len(panel.masked.pieces.rows) == 3 and row(panel, 1)[1] == "[MASK]"
    assert "no masked-word head" in panel.masked.sentence.text()
    assert "no next-sentence head" in panel.pair.note.text()
    assert panel.pair.sums == ("–", "–", "–") and panel.pair.follows.figures.isHidden()


def test_what_counts_and_what_does_not_is_said(qtbot, session) -> None:
    panel = shown(qtbot, session)
    session.replace_piece(3, IDS["dog"])
    answer_all(session)
    assert "do not count here" in panel.masked.sentence.text()
    session.set_scene(
        replace(session.scene, replaced={}, interventions=Interventions(direction="left-to-right"))
    )
    answer_all(session)
    assert "in force count here too" in panel.masked.sentence.text()


def test_what_does_not_fit_is_said(qtbot) -> None:
    session = AnsweringSession(limit=6)
    session.begin(Scene("", "the cat sat . the dog", ""))
    session.load()
    panel = shown(qtbot, session)
    assert panel.masked.chosen.text().endswith("2 did not fit")


@pytest.mark.parametrize("width", [280, 620, 1024, 1440, 1900])
def test_it_fits_its_width(qtbot, session, width: int) -> None:
    panel = shown(qtbot, session, width)
    panel.header.resize(width, 36)
    panel.header.show()
    in_header = panel.header_row.indexOf(panel.controls) >= 0
    assert in_header == (width >= 1024)
    assert panel.masked.isVisible() and panel.pair.isVisible() == (width == 1900)
    panel.set_part("pair")
    assert panel.pair.isVisible() and panel.masked.isVisible() == (width == 1900)
    assert panel.minimumSizeHint().width() <= max(280, width)
    for button in (panel.controls.roll, panel.controls.put):
        right = button.mapTo(panel.controls, button.rect().topRight()).x()
        assert right <= panel.controls.width() or width < 400


def test_numbers_and_metadata(qtbot, session) -> None:
    panel = shown(qtbot, session)
    header, rows = panel._table()
    lines = [list(line) for line in rows]
    assert len(lines) == 9 and all(len(line) == len(header) for line in lines)
    assert lines[2][:5] == [2, "cat", "milk", "became a random piece", "dog"]
    assert panel.picture._metadata()["Roll"] == "1"
    assert panel._drawing().size.height() > panel.content.height()


def test_the_other_sentence_is_from_another_example_and_in_the_language_of_the_model() -> None:
    scene = Scene("", "She sat down on the bank of the river.", "He put all his money in the bank.")
    english = {sentence_from_elsewhere(fake_model_info(), scene, n) for n in range(40)}
    assert len(english) > 4 and not english & {scene.text_a, scene.text_b}
    assert all("[MASK]" not in text for text in english)
    chinese = sentence_from_elsewhere(replace(fake_model_info(), chinese=True), scene, 1)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
