"""The measures view: what it asks for, what it shows of a text and of sets, and what a person does in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.attention.measures import MeasuresPage
from app.panels.attention.measures.sources import examples_source
from app.selection import Hover
from app.session import Session
from app.values import LoadedModel, ModelChoice
from bert_core.interventions import Interventions
from bert_core.measures.attention_entropy import entropy
from bert_core.queries import Answer, OfReference, Progress, Query
from bert_core.queries_measures import (
    HeadImportance,
    HeadMeasures,
    SetImportance,
    SetMeasured,
    SetMeasures,
    TextFile,
    TextHeadPlaces,
    TextMeasures,
    Texts,
    TextSeparatorNorms,
)
from bert_core.scene import Scene
from bert_core.trace import Trace
from tests.app.answering import answer_all, answer_to
from tests.app.fakes import fake_model_info, fake_trace

LAYERS, HEADS = 3, 4
SMALL, WIDE = (510, 300), (1150, 560)


def load(session: Session, model_id: str = "m", **changes: object) -> None:
    info = replace(fake_model_info(LAYERS, HEADS, model_id=model_id), **changes)
    session.set_model(LoadedModel(ModelChoice(model_id), info, lambda a, b: (), ("cpu",)))


def read(session: Session, seed: int = 0, size: int = 17) -> Trace:
    """The analysis of the scene comes."""
    trace = fake_trace(size, LAYERS, HEADS, 16, scene=session.scene, seed=seed)
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
def page(qtbot: QtBot, session: Session) -> Iterator[MeasuresPage]:
    made = MeasuresPage(session)
    qtbot.addWidget(made)
    made.resize(*SMALL)
    made.show()
    qtbot.waitExposed(made)
    yield made


def column(page: MeasuresPage, name: str) -> list[str]:
    """What a column of the table says, in the order of heads."""
    heads = page.table_pane.table.heads
    return list(heads.columns[heads.column_named(name)].texts)


def measured(session: Session, texts: int, *, seed: int = 5, places: bool = True) -> SetMeasured:
    """What would come of a set, as that of another trace."""
    trace = fake_trace(17, LAYERS, HEADS, 16, scene=session.scene, seed=seed)
    value = answer_to(TextMeasures(), trace).value
    assert isinstance(value, HeadMeasures)
    found = answer_to(TextHeadPlaces(), trace).value if places else None
    return SetMeasured(value, np.full((LAYERS, HEADS), 0.25), found, texts, min(texts, 256), 2)


def come(session: Session, query: Query, value: object = None, progress: Progress | None = None) -> None:
    session.accept_answer(Answer(query, session.scene, value, progress=progress))


def fail(session: Session, query: Query, sentence: str) -> None:
    session.accept_answer(Answer(query, session.scene, failure=sentence))


EXAMPLES = examples_source(None)


def choose_examples(page: MeasuresPage) -> None:
    page.sources.setCurrentIndex(1)
    page.sources.activated.emit(1)


def choose_text(page: MeasuresPage) -> None:
    page.sources.setCurrentIndex(0)
    page.sources.activated.emit(0)


# The text on screen


def test_it_asks_for_what_is_seen_and_only_while_it_is(page: MeasuresPage, session: Session) -> None:
    assert session.watched == {TextMeasures(), TextSeparatorNorms()}
    page.set_view("places")
    assert session.watched == {TextMeasures(), TextSeparatorNorms(), TextHeadPlaces()}
    page.hide()
    assert session.watched == frozenset()
    page.show()
    page.set_view("grid")
    assert session.watched == {TextMeasures(), TextSeparatorNorms()}


def test_the_table_shows_the_measures_of_the_text(page: MeasuresPage, session: Session) -> None:
    assert column(page, "entropy") == ["–"] * LAYERS * HEADS
    answer_all(session)
    expected = entropy(session.trace.attentions).reshape(-1)
    assert column(page, "entropy") == [f"{value:.2f}" for value in expected]
    assert page.over.text == "This text, 17 pieces"
    assert all(text != "–" for text in column(page, "norms"))
    assert set(column(page, "importance")) == {"–"}


def test_typing_makes_nothing_flicker(page: MeasuresPage, session: Session) -> None:
    answer_all(session)
    before = column(page, "entropy")
    session.set_texts("another text", "")
    assert column(page, "entropy") == before
    trace = read(session, seed=3)
    assert column(page, "entropy") == before
    answer_all(session)
    assert column(page, "entropy") == [f"{value:.2f}" for value in entropy(trace.attentions).reshape(-1)]


def test_a_failure_is_said(page: MeasuresPage, session: Session) -> None:
    fail(session, TextMeasures(), "There is not enough memory.")
    assert page.over.text == "There is not enough memory."
    page.set_view("places")
    fail(session, TextHeadPlaces(), "No map.")
    assert page.places_pane.points._empty_text == "No map."


def test_heads_that_are_off_are_struck_out(page: MeasuresPage, session: Session) -> None:
    session.intervene(Interventions(heads_off={(1, 2)}))
    read(session)
    assert page.table_pane.table.heads.cell(HEADS + 2, 0).font.strikeOut()
    assert page.over.text == "This text, 17 pieces, read as it is changed"


# Selecting


def test_the_selected_head_is_selected_everywhere(page: MeasuresPage, session: Session) -> None:
    answer_all(session)
    page.resize(*WIDE)
    session.select_head(2, 1)
    assert page.table_pane.table.currentIndex().row() == 2 * HEADS + 1
    assert page.grid_pane.grid._selected == (2, 1)
    assert page.grid_pane.read_out.text == "L3-H2"
    page.set_view("places")
    answer_all(session)
    assert page.places_pane.points._selected == (2, 1)
    session.select_head(None, None)
    assert not page.table_pane.table.currentIndex().isValid()


def test_each_part_selects_the_head_one_goes_to(page: MeasuresPage, session: Session) -> None:
    page.resize(*WIDE)
    page.set_view("places")
    answer_all(session)
    table = page.table_pane.table
    place = table.visualRect(table.filter.index(5, 1)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (session.selection.layer, session.selection.head) == (1, 1)
    points = page.places_pane.points
    QTest.mouseClick(points, Qt.MouseButton.LeftButton, pos=points.place_of(2, 3).toPoint())
    assert (session.selection.layer, session.selection.head) == points.head_at(points.place_of(2, 3))
    page.set_view("grid")
    QTest.keyClick(page.grid_pane.grid, Qt.Key.Key_Up)
    assert session.selection.layer == 1


def test_hover_is_shared(page: MeasuresPage, session: Session) -> None:
    answer_all(session)
    page.resize(*WIDE)
    grid = page.grid_pane.grid
    QTest.mouseMove(grid, grid.head_rect(2, 2).center().toPoint())
    assert session.hover == Hover(2, 2)
    assert page.table_pane.table.heads.cell(2 * HEADS + 2, 0).hovered
    assert page.grid_pane.read_out.text == "L3-H3"
    session.set_hover(Hover())
    assert page.grid_pane.read_out.text == "L1-H1"  # the selected one


# Its parts


def test_where_it_is_narrow_one_part_is_seen(page: MeasuresPage, session: Session) -> None:
    parts = {
        "table": page.table_pane,
        "grid": page.grid_pane,
        "places": page.places_pane,
        "prune": page.pruning.pane,
    }
    for view, button in page.tabs.items():
        button.click()
        assert page.view == view
        assert {name for name, part in parts.items() if part.isVisible()} == {view}


def test_where_it_is_wide_a_map_stands_beside_the_table(page: MeasuresPage, session: Session) -> None:
    page.resize(*WIDE)
    assert page.table_pane.isVisible() and page.grid_pane.isVisible() and not page.places_pane.isVisible()
    assert not page.tabs["table"].isVisible() and page.tabs["grid"].isChecked()
    page.tabs["places"].click()
    assert page.table_pane.isVisible() and page.places_pane.isVisible()
    assert TextHeadPlaces() in session.watched
    page.resize(*SMALL)
    assert page.places_pane.isVisible() and not page.table_pane.isVisible()


def test_the_heat_map_shows_any_column(page: MeasuresPage, session: Session) -> None:
    answer_all(session)
    page.set_view("grid")
    pane = page.grid_pane
    assert [pane.choice.itemText(n) for n in range(pane.choice.count())][:2] == [
        "Entropy, nats",
        "Distance, pieces",
    ]
    for index, name in enumerate(
        ("entropy", "distance", "inner", "pattern", "separators", "norms", "importance")
    ):
        pane.choice.setCurrentIndex(index)
        pane.choice.activated.emit(index)
        assert pane.column.name == name
        assert pane.bar.isVisible() == (name != "pattern") == (not pane.legend.isVisible())
        if name not in ("pattern", "importance"):
            assert pane.grid.text(1, 2) == column_of(page, name)[HEADS + 2]
    assert pane.grid.text(0, 0) == "–"


def column_of(page: MeasuresPage, name: str) -> list[str]:
    return next(list(column.texts) for column in page.shown.columns if column.name == name)


def test_the_map_says_how_it_is_made(page: MeasuresPage, session: Session) -> None:
    page.set_view("places")
    assert page.places_pane.points._empty_text == "Comparing heads…"
    answer_all(session)
    found = page.shown.places.found
    said = page.places_pane.made_by.text()
    assert "Classical multidimensional scaling of the square root of the Jensen-Shannon divergence" in said
    assert f"two dimensions keep {100 * found.kept:.0f} % of the variance" in said
    assert page.places_pane.points.has_content()
    assert page.places_pane.legend.entries


def test_the_filter_by_pattern_offers_what_there_is(page: MeasuresPage, session: Session) -> None:
    answer_all(session)
    pane = page.table_pane
    offered = [pane.patterns.itemData(n) for n in range(pane.patterns.count())]
    assert offered[0] == "" and len(offered) > 2
    pane.patterns.setCurrentIndex(1)
    pane.patterns.activated.emit(1)
    shown = len(pane.table.shown_rows())
    assert 0 < shown < LAYERS * HEADS and pane.patterns.currentText() == f"{offered[1]} ({shown})"
    read(session, seed=9)
    answer_all(session)
    assert pane.patterns.currentData() == offered[1]  # also where no head shows it now
    pane.words.setText("L2")
    assert all(row // HEADS == 1 for row in pane.table.shown_rows())


def test_the_whole_table_is_csv_in_full(page: MeasuresPage, session: Session) -> None:
    answer_all(session)
    page.table_pane.words.setText("L2")  # a filter takes nothing out of it
    page.figures.table.numbers_to_clipboard()
    rows = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text(), newline="")))
    assert len(rows) == 1 + LAYERS * HEADS
    named = dict(zip(rows[0], rows[HEADS + 3], strict=True))
    assert (named["layer"], named["head"]) == ("2", "3")
    expected = entropy(session.trace.attentions)[1, 2]
    assert float(named["Entropy, nats"]) == expected
    assert named["Importance, ℓ2-normalised in each layer"] == ""
    assert ">" in named["All patterns and evidence"] or "nearest" in named["All patterns and evidence"]


def test_pictures_are_offered_as_far_as_there_are_any(
    page: MeasuresPage, session: Session, tmp_path: Path
) -> None:
    assert not page.figures.table.save_numbers.isEnabled()
    assert not page.figures.places.save_picture.isEnabled()
    page.set_view("places")
    answer_all(session)
    for picture, name in zip(page.figures.all[:3], ("table", "grid", "places"), strict=True):
        assert picture.save_picture.isEnabled()
        picture.save_picture_to(tmp_path / f"{name}.svg")
    text = (tmp_path / "places.svg").read_text(encoding="utf-8")
    assert "L1-H1" in text and "This text, 17 pieces" in text
    page.figures.places.numbers_to_clipboard()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 1 + LAYERS * HEADS
    page.grid_pane.choose("entropy")
    page.figures.grid.numbers_to_clipboard()
    assert QGuiApplication.clipboard().text().splitlines()[0] == ",H1,H2,H3,H4"


# The reference


def test_the_difference_from_the_reference(page: MeasuresPage, session: Session) -> None:
    answer_all(session)
    session.keep_reference()
    before = session.reference.trace
    session.set_texts("the man ran", "to the store")
    now = read(session, seed=4)
    assert OfReference(TextMeasures(), before.scene) in session.watched
    answer_all(session)
    expected = (entropy(now.attentions) - entropy(before.attentions)).reshape(-1)
    page.set_view("grid")
    np.testing.assert_allclose(page.grid_pane.column.values, expected)
    assert page.grid_pane.column.signed
    assert page.over.text.startswith("Differences")
    assert not page.table_pane.importance.isEnabled()
    session.show_reference("reference")
    answer_all(session)
    np.testing.assert_allclose(page.grid_pane.column.values, entropy(before.attentions).reshape(-1))
    session.show_reference("now")
    answer_all(session)
    np.testing.assert_allclose(page.grid_pane.column.values, entropy(now.attentions).reshape(-1))


def test_of_a_reference_by_another_model_nothing_is_asked_that_needs_its_weights(
    page: MeasuresPage, session: Session
) -> None:
    session.keep_reference()
    load(session, "other")
    read(session)
    before = session.reference.trace.scene
    assert OfReference(TextMeasures(), before) in session.watched
    assert OfReference(TextSeparatorNorms(), before) not in session.watched
    session.show_reference("reference")
    assert session.watched == {OfReference(TextMeasures(), before)}


# Sets of texts


def test_a_set_is_measured_as_soon_as_it_is_chosen(page: MeasuresPage, session: Session) -> None:
    answer_all(session)
    choose_examples(page)
    query = SetMeasures(EXAMPLES)
    assert session.watched == {query}
    assert page.jobs.measuring_line.isVisible() and set(column(page, "entropy")) == {"–"}
    found = measured(session, 4, places=False)
    come(session, query, progress=Progress(4, 15, "measuring", found))
    assert column(page, "entropy") == [f"{value:.2f}" for value in found.measures.entropy.reshape(-1)]
    assert page.jobs.measuring_line.words.text.startswith("4 of 15 texts")
    assert page.over.text == (
        "Means over 4 texts, each counting alike; the model as it is; 2 cut to 512 pieces"
    )
    page.set_view("places")
    assert "once all texts are measured" in page.places_pane.points._empty_text
    come(session, query, measured(session, 300))
    assert page.jobs.measuring_line.isHidden() and session.watched == frozenset()
    assert page.places_pane.points.has_content()
    assert "over the first 256 texts" in page.places_pane.made_by.text()


def test_it_goes_on_while_the_page_is_hidden_and_while_one_types(
    page: MeasuresPage, session: Session
) -> None:
    choose_examples(page)
    page.hide()
    assert session.watched == {SetMeasures(EXAMPLES)}
    session.set_texts("another text", "")
    read(session)
    come(session, SetMeasures(EXAMPLES), measured(session, 15))
    page.show()
    assert page.over.text.startswith("Means over 15 texts")
    assert column(page, "norms")[0] == "0.25"


def test_switching_between_sources_is_instant(page: MeasuresPage, session: Session) -> None:
    choose_examples(page)
    come(session, SetMeasures(EXAMPLES), measured(session, 15))
    of_examples = column(page, "entropy")
    choose_text(page)
    answer_all(session)
    assert column(page, "entropy") != of_examples
    choose_examples(page)
    assert column(page, "entropy") == of_examples and session.watched == frozenset()


def test_cancel_keeps_the_means_so_far(page: MeasuresPage, session: Session) -> None:
    choose_examples(page)
    found = measured(session, 4, places=False)
    come(session, SetMeasures(EXAMPLES), progress=Progress(4, 15, "measuring", found))
    page.jobs.measuring_line.cancel_button.click()
    assert session.watched == frozenset()
    assert page.jobs.measuring_line.end.text() == "Cancelled after 4 of 15 texts"
    assert column(page, "entropy")[0] == f"{found.measures.entropy[0, 0]:.2f}"
    page.jobs.measuring_line.again_button.click()
    assert session.watched == {SetMeasures(EXAMPLES)}


def test_a_file_that_cannot_be_used_is_said_and_can_be_tried_again(
    page: MeasuresPage, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(b"\xff")
    page.sources.choose_file(str(path))
    query = SetMeasures(TextFile.at(str(path)))
    assert session.watched == {query}
    fail(session, query, f"{path}: Line 1 is not UTF-8.")
    assert page.jobs.measuring_line.end.text() == f"{path}: Line 1 is not UTF-8."
    choose_text(page)
    assert page.jobs.isHidden()  # it is not about this text
    choose = page.sources.findText("bad.txt")
    page.sources.activated.emit(choose)
    assert session.watched == {query}
    fail(session, query, "still not")
    path.write_bytes(b"good text")
    page.jobs.measuring_line.again_button.click()
    assert session.watched == {SetMeasures(TextFile.at(str(path)))} != {query}


def test_another_set_takes_the_place_of_the_one_under_way(
    page: MeasuresPage, session: Session, tmp_path: Path
) -> None:
    choose_examples(page)
    path = tmp_path / "sentences.txt"
    path.write_text("one", encoding="utf-8")
    page.sources.choose_file(str(path))
    assert session.watched == {SetMeasures(TextFile.at(str(path)))}
    choose_text(page)  # while it runs on, it says of what
    come(session, SetMeasures(TextFile.at(str(path))), progress=Progress(1, 5))
    assert page.jobs.measuring_line.words.text.startswith("sentences.txt: 1 of 5 texts")
    answer_all_of_text(session)
    assert page.over.text == "This text, 17 pieces"


def answer_all_of_text(session: Session) -> None:
    for query in session.watched:
        if not query.about_model:
            session.accept_answer(answer_to(query, session.trace))


def test_another_model_is_measured_anew_and_the_first_is_still_known(
    page: MeasuresPage, session: Session
) -> None:
    choose_examples(page)
    come(session, SetMeasures(EXAMPLES), measured(session, 15))
    first = column(page, "entropy")
    load(session, "other")
    assert set(column(page, "entropy")) == {"–"}
    assert session.watched == {SetMeasures(EXAMPLES)}
    read(session)
    page.hide()
    load(session, "m")
    read(session)
    assert session.watched == frozenset()
    page.show()
    assert column(page, "entropy") == first


def test_a_model_that_comes_while_the_page_is_hidden_is_not_measured_before_it_is_seen(
    page: MeasuresPage, session: Session
) -> None:
    choose_examples(page)
    page.hide()
    load(session, "other")
    read(session)
    assert session.watched == frozenset()
    page.show()
    assert session.watched == {SetMeasures(EXAMPLES)}


# Importance


def importance(used: int = 1) -> HeadImportance:
    heads = np.arange(1.0, 1 + LAYERS * HEADS).reshape(LAYERS, HEADS)
    return HeadImportance(heads, 1, used)


def test_importance_is_computed_over_the_text_when_asked(page: MeasuresPage, session: Session) -> None:
    answer_all(session)
    button = page.table_pane.importance
    assert button.isEnabled() and "masked words" in button.toolTip() and "next sentence" in button.toolTip()
    button.click()
    query = SetImportance(Texts((("the man went", "to the store"),)))
    assert query in session.watched and not button.isEnabled()
    assert page.jobs.weighing_line.words.text == "Importance: Waiting for its turn…"
    come(session, query, importance())
    assert column(page, "importance")[:2] == ["0.18", "0.37"]  # 1 and 2 of 1..4, by their length
    assert "importance over 1 texts, loss: masked words, 15 % of the pieces + next sentence" in page.over.text
    assert not button.isEnabled() and "is known" in button.toolTip()
    session.set_texts("another text", "")
    read(session)
    assert set(column(page, "importance")) == {"–"} and button.isEnabled()


def test_importance_over_a_set_comes_batch_by_batch(page: MeasuresPage, session: Session) -> None:
    choose_examples(page)
    come(session, SetMeasures(EXAMPLES), measured(session, 15))
    page.table_pane.importance.click()
    query = SetImportance(EXAMPLES)
    assert session.watched == {query}
    come(session, query, progress=Progress(3, 15, "gradients", importance(used=0)))
    assert set(column(page, "importance")) == {"–"}
    come(session, query, progress=Progress(8, 15, "gradients", importance(used=8)))
    assert column(page, "importance")[0] == "0.18"
    page.jobs.weighing_line.cancel_button.click()
    assert session.watched == frozenset() and column(page, "importance")[0] == "0.18"
    assert page.jobs.weighing_line.end.text() == "Importance: Cancelled after 8 of 15 texts"
    assert page.table_pane.importance.isEnabled()
    page.jobs.weighing_line.again_button.click()
    assert session.watched == {query}


@pytest.mark.parametrize(
    ("mlm", "nsp", "words"),
    [
        (True, False, "Loss: masked words, 15 % of the pieces"),
        (False, True, "Loss: next sentence, for pairs (taken for true ones)"),
        (False, False, "it has no loss"),
    ],
)
def test_the_loss_is_that_of_the_heads_the_model_has(
    page: MeasuresPage, session: Session, mlm: bool, nsp: bool, words: str
) -> None:
    load(session, "m2", has_mlm=mlm, has_nsp=nsp)
    read(session)
    button = page.table_pane.importance
    assert button.toolTip().endswith(words) or words in button.toolTip()
    assert button.isEnabled() == (mlm or nsp)


# Names


def test_every_control_has_a_name_and_a_tip(page: MeasuresPage) -> None:
    named = (page.sources, page.table_pane.words, page.table_pane.patterns, page.grid_pane.choice)
    for control in named:
        assert control.accessibleName() and control.toolTip()
    for part in (page.table_pane.table, page.grid_pane.grid, page.places_pane.points, page.over):
        assert part.accessibleName()
    assert all(button.toolTip() for button in page.tabs.values())


def test_a_twin_shows_the_reference_of_the_text(qtbot: QtBot, session: Session) -> None:
    session.keep_reference()
    kept = session.reference.trace
    session.set_texts("a much shorter text", "")
    read(session, size=9)
    twin = MeasuresPage(session, twin=True)
    qtbot.addWidget(twin)
    twin.resize(*SMALL)
    twin.show()
    answer_all(session)
    assert not twin.sources.isVisible()
    assert column(twin, "entropy") == [f"{value:.2f}" for value in entropy(kept.attentions).reshape(-1)]


def test_what_is_known_stays_when_only_what_is_compared_changes(page: MeasuresPage, session: Session) -> None:
    session.keep_reference()
    answer_all(session)
    for showing in ("now", "difference", "now"):
        session.show_reference(showing)
        answer_all(session)
        assert page.shown is not None and page.shown.known.measures is not None, showing
