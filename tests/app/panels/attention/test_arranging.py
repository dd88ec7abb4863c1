"""The mosaic sorted and filtered: what is asked for, when heads move, what is said, saved and offered."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.panels.attention.arranging import Arranging
from app.panels.attention.maps_page import MapsPage
from app.panels.attention.measured import EVIDENCE
from app.panels.attention.sorting import Sorting
from app.selection import Hover
from app.session import Session
from app.values import LoadedModel, ModelChoice
from app.views.mosaic import MosaicHit
from bert_core.interventions import Interventions
from bert_core.measures.attention_distance import distance
from bert_core.measures.attention_entropy import entropy
from bert_core.queries import Answer, MosaicLevels, OfReference
from bert_core.queries_measures import (
    HeadImportance,
    HeadMeasures,
    SetImportance,
    TextMeasures,
    Texts,
    TextSeparatorNorms,
)
from bert_core.scene import Scene
from bert_core.trace import Trace
from tests.app.answering import answer_all, answer_to
from tests.app.fakes import fake_model_info, fake_trace

LAYERS, HEADS = 3, 4


def load(session: Session, model_id: str = "m") -> None:
    info = fake_model_info(LAYERS, HEADS, model_id=model_id)
    session.set_model(LoadedModel(ModelChoice(model_id), info, lambda a, b: (), ("cpu",)))


def read(session: Session, seed: int = 0, *, answer: bool = True) -> Trace:
    """The analysis of the scene comes, and what is watched is answered."""
    trace = fake_trace(17, LAYERS, HEADS, 16, scene=session.scene, seed=seed)
    session.accept_trace(trace)
    if answer:
        answer_all(session)
    return trace


@pytest.fixture
def session(qapp: object) -> Session:
    made = Session()
    made.begin(Scene("", "the man went", "to the store"))
    load(made)
    read(made)
    return made


@pytest.fixture
def page(qtbot: QtBot, session: Session) -> Iterator[MapsPage]:
    made = MapsPage(session)
    qtbot.addWidget(made)
    made.resize(900, 560)
    made.show()
    qtbot.waitExposed(made)
    answer_all(session)
    QGuiApplication.processEvents()
    yield made


@pytest.fixture
def arranging(page: MapsPage) -> Arranging:
    return page.mosaic_pane.arranging


def heads_by(values: np.ndarray, *, rising: bool = True) -> tuple[tuple[int, ...], ...]:
    """Each row's places, sorted by hand."""
    sign = 1 if rising else -1
    return tuple(
        tuple(place for _, place in sorted((sign * value, place) for place, value in enumerate(row)))
        for row in values.tolist()
    )


def say(page: MapsPage) -> str:
    return page.mosaic_pane.arranged.text() if page.mosaic_pane.arranged.isVisible() else ""


MODEL = (tuple(range(HEADS)),) * LAYERS

# Sorting


def test_nothing_more_is_asked_or_said_than_before(page: MapsPage, session: Session) -> None:
    assert session.watched == {MosaicLevels(False)}
    assert say(page) == ""
    assert page.mosaic.order().heads == MODEL


def test_measures_are_asked_for_only_while_they_are_needed(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    arranging.set_sorting(Sorting("entropy"))
    assert session.watched == {MosaicLevels(False), TextMeasures()}
    arranging.set_sorting(Sorting("norms"))
    assert session.watched == {MosaicLevels(False), TextSeparatorNorms()}
    arranging.set_filter("broad")
    assert session.watched == {MosaicLevels(False), TextSeparatorNorms(), TextMeasures()}
    page.set_view("one")
    assert session.watched == frozenset()
    page.set_view("all")
    arranging.undo()
    assert session.watched == {MosaicLevels(False)}
    arranging.set_filter("switched off")
    assert session.watched == {MosaicLevels(False)}


def test_heads_keep_their_places_until_they_can_be_sorted(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    arranging.set_sorting(Sorting("entropy", "heads"))
    assert page.mosaic.order().heads == MODEL
    assert say(page) == "Sorting…"
    answer_all(session)
    assert session.trace is not None
    assert page.mosaic.order().heads == heads_by(entropy(session.trace.attentions))
    assert page.mosaic.order().title == "entropy, low → high"
    assert say(page) == "Heads of each layer by entropy, lowest first"
    arranging.set_sorting(None)
    assert page.mosaic.order().heads == MODEL
    assert say(page) == ""


@pytest.mark.parametrize("rising", [True, False])
def test_rows_and_columns_are_sorted_by_their_means(
    session: Session, page: MapsPage, arranging: Arranging, rising: bool
) -> None:
    assert session.trace is not None
    values = distance(session.trace.attentions)
    arranging.set_sorting(Sorting("distance", "layers", rising))
    answer_all(session)
    assert (page.mosaic.order().layers,) == heads_by(values.mean(axis=1)[None], rising=rising)
    arranging.set_sorting(Sorting("distance", "columns", rising))
    assert (page.mosaic.order().columns,) == heads_by(values.mean(axis=0)[None], rising=rising)


def test_a_measure_that_is_known_already_sorts_at_once(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    session.watch("another view", TextMeasures())
    answer_all(session)
    arranging.set_sorting(Sorting("entropy"))
    assert page.mosaic.order().heads != MODEL


def test_by_the_evidence_of_a_pattern(page: MapsPage, session: Session, arranging: Arranging) -> None:
    arranging.set_sorting(Sorting(EVIDENCE + "vertical", "heads", rising=False))
    answer_all(session)
    assert session.trace is not None
    measures = answer_to(TextMeasures(), session.trace).value
    assert isinstance(measures, HeadMeasures)
    evidence = np.zeros((LAYERS, HEADS))
    for layer, row in enumerate(measures.patterns):
        for head, found in enumerate(row):
            for one in (found, *found.others):
                if "vertical" in (one.name, one.nearest):
                    evidence[layer, head] = one.evidence
    assert evidence.any()
    assert page.mosaic.order().heads == heads_by(evidence, rising=False)
    assert say(page) == "Heads of each layer by evidence of “vertical”, highest first"


def test_heads_do_not_move_while_one_types_and_are_sorted_when_the_text_has_settled(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    arranging.set_sorting(Sorting("entropy"))
    answer_all(session)
    before = page.mosaic.order().heads
    for number, text in enumerate(("the man wen", "the man we"), 1):
        session.set_texts(text, "to the store")
        trace = read(session, seed=number)
        assert page.mosaic.order().heads == before
        assert say(page) == "Heads of each layer by entropy, lowest first (of the text before)"
        assert arranging.settle.isActive() and arranging.is_old
    after = heads_by(entropy(trace.attentions))
    assert after != before
    arranging.settle.timeout.emit()
    assert page.mosaic.order().heads == after
    assert say(page) == "Heads of each layer by entropy, lowest first"
    assert not arranging.is_old


def test_a_text_that_settles_before_it_is_measured_is_sorted_when_it_is(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    arranging.set_sorting(Sorting("entropy"))
    answer_all(session)
    before = page.mosaic.order().heads
    session.set_texts("the man", "to the store")
    trace = read(session, seed=1, answer=False)
    arranging.settle.timeout.emit()
    assert page.mosaic.order().heads == before
    answer_all(session)
    assert page.mosaic.order().heads == heads_by(entropy(trace.attentions))
    # and one that goes on changing is not
    now = page.mosaic.order().heads
    session.set_texts("the ma", "to the store")
    read(session, seed=2, answer=False)
    arranging.settle.timeout.emit()
    session.set_texts("the m", "to the store")
    read(session, seed=3)
    assert page.mosaic.order().heads == now


def test_after_a_change_to_the_reading_heads_stay_until_they_are_to_be_sorted_again(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    arranging.set_sorting(Sorting("entropy"))
    answer_all(session)
    before = page.mosaic.order().heads
    session.intervene(Interventions(heads_off={(0, 1)}))
    trace = read(session, seed=1)
    assert page.mosaic.order().heads == before and not arranging.settle.isActive()
    assert say(page).endswith("(before the last change)")
    again = next(action for action in actions(arranging) if action.text() == "Sort again")
    assert again.isEnabled()
    again.trigger()
    assert page.mosaic.order().heads == heads_by(entropy(trace.attentions))
    assert not next(action for action in actions(arranging) if action.text() == "Sort again").isEnabled()


def test_another_model_is_sorted_anew(page: MapsPage, session: Session, arranging: Arranging) -> None:
    arranging.set_sorting(Sorting("entropy"))
    answer_all(session)
    load(session, "other")
    trace = read(session, seed=4, answer=False)
    assert page.mosaic.order().heads == MODEL
    answer_all(session)
    assert page.mosaic.order().heads == heads_by(entropy(trace.attentions))


def test_why_something_cannot_be_sorted_by_is_said(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    arranging.set_sorting(Sorting("entropy"))
    assert session.trace is not None
    session.accept_answer(Answer(TextMeasures(), session.trace.scene, failure="There is not enough memory."))
    assert say(page) == "There is not enough memory."
    arranging.set_sorting(Sorting("importance"))
    assert "not computed yet" in say(page)
    assert page.mosaic.order().heads == MODEL


def test_importance_sorts_once_it_was_computed_elsewhere(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    arranging.set_sorting(Sorting("importance"))
    values = np.random.default_rng(7).random((LAYERS, HEADS))
    query = SetImportance(Texts((("one", None), ("two", None))))
    session.watch("the measures view", query)
    session.accept_answer(Answer(query, session.scene, HeadImportance(values, 2, 2)))
    assert page.mosaic.order().heads == heads_by(values)
    # that of the text itself goes first
    own = SetImportance(Texts((("the man went", "to the store"),)))
    session.watch("the measures view", own)
    session.accept_answer(Answer(own, session.scene, HeadImportance(-values, 1, 1)))
    assert page.mosaic.order().heads == heads_by(-values)


# The reference


def test_the_difference_sorts_by_what_changed(page: MapsPage, session: Session, arranging: Arranging) -> None:
    before = session.trace
    assert before is not None
    arranging.set_sorting(Sorting("entropy"))
    arranging.set_filter("entropy under 0")
    answer_all(session)
    session.keep_reference()
    session.intervene(Interventions(direction="left-to-right"))
    now = read(session, seed=1)
    change = entropy(now.attentions) - entropy(before.attentions)
    arranging.sort_again()
    assert OfReference(TextMeasures(), before.scene) in session.watched
    assert page.mosaic.order().heads == heads_by(change)
    assert say(page) == (
        f"{(change < 0).sum()} of 12 heads · Heads of each layer by change of entropy, lowest first"
    )
    assert arranging.filter_words() == (
        f"entropy under 0, by how much it changed: {(change < 0).sum()} of 12 heads"
    )
    session.show_reference("now")
    assert page.mosaic.order().heads == heads_by(entropy(now.attentions))
    # between now and the reference heads stay, to be compared
    session.show_reference("reference")
    answer_all(session)
    assert page.mosaic.order().heads == heads_by(entropy(now.attentions))
    assert say(page).endswith("(of what was shown before)")
    arranging.sort_again()
    assert page.mosaic.order().heads == heads_by(entropy(before.attentions))
    session.show_reference("difference")
    assert page.mosaic.order().heads == heads_by(change)


def test_shares_by_norm_need_the_model_that_read_the_text(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    session.keep_reference()
    load(session, "other")
    read(session, seed=1)
    session.show_reference("reference")
    arranging.set_sorting(Sorting("norms"))
    assert "need the model that read this text" in say(page)
    assert page.mosaic.order().heads == MODEL


# Filtering


def undimmed(page: MapsPage) -> set[tuple[int, int]]:
    return {(layer, head) for layer in range(LAYERS) for head in range(HEADS)} - page.mosaic.dimmed


def test_heads_that_do_not_fit_are_dimmed_and_counted(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    assert session.trace is not None
    values = entropy(session.trace.attentions)
    limit = float(np.round(np.median(values), 2))
    QTest.keyClicks(arranging.box, f"entropy under {limit}")
    assert not page.mosaic.dimmed, "nothing is known yet"
    assert say(page).endswith("counting…")
    answer_all(session)
    expected = {(int(layer), int(head)) for layer, head in zip(*(values < limit).nonzero(), strict=True)}
    assert undimmed(page) == expected and 0 < len(expected) < 12
    assert say(page) == f"{len(expected)} of 12 heads"
    arranging.set_filter("")
    assert not page.mosaic.dimmed and say(page) == ""


def test_a_pattern_means_heads_that_show_it(page: MapsPage, session: Session, arranging: Arranging) -> None:
    arranging.set_filter("diagonal")
    answer_all(session)
    assert session.trace is not None
    measures = answer_to(TextMeasures(), session.trace).value
    assert isinstance(measures, HeadMeasures)
    shows, named = set(), set()
    for layer, row in enumerate(measures.patterns):
        for head, found in enumerate(row):
            if found.name == "diagonal":
                named.add((layer, head))
            if "diagonal" in (found.name, *(other.name for other in found.others)):
                shows.add((layer, head))
    assert undimmed(page) == shows and shows > named


def test_switched_off_needs_nothing_and_follows_the_trace(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    arranging.set_filter("switched off")
    assert undimmed(page) == set() and say(page) == "0 of 12 heads"
    session.intervene(Interventions(heads_off={(0, 1), (2, 3)}))
    read(session)
    assert undimmed(page) == {(0, 1), (2, 3)} and say(page) == "2 of 12 heads"
    arranging.set_filter("not switched off")
    assert len(undimmed(page)) == 10


def test_what_cannot_be_read_dims_nothing_and_is_said_at_once(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    arranging.set_filter("switched off")
    assert page.mosaic.dimmed
    arranging.set_filter("switched of")
    assert not page.mosaic.dimmed
    assert say(page) == "“switched of” is no pattern, no measure, and not “switched off”"
    assert page.mosaic_pane.arranged.property("kind") == "error"
    arranging.set_filter("switched off")
    assert page.mosaic_pane.arranged.property("kind") == "secondary"


def test_dimmed_heads_stay_so_until_the_new_text_is_measured(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    arranging.set_filter("entropy under 2")
    answer_all(session)
    before = undimmed(page)
    session.set_texts("the man", "to the store")
    trace = read(session, seed=5, answer=False)
    assert undimmed(page) == before and say(page).endswith("counting…")
    answer_all(session)
    assert len(undimmed(page)) == int((entropy(trace.attentions) < 2).sum())


# What a person does


def actions(arranging: Arranging) -> list[QAction]:
    """What the menu of orders offers."""
    arranging.button.fill()
    menu = arranging.button.menu()
    inner = [one for action in menu.actions() if isinstance(one := action.menu(), QMenu)]
    return [*menu.actions(), *(action for one in inner for action in one.actions())]


def test_the_menu_offers_every_measure_and_says_what_is_chosen(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    def offered(text: str) -> QAction:
        return next(action for action in actions(arranging) if action.text() == text)

    assert offered("As in the model").isChecked()
    assert not offered("importance").isEnabled()
    assert "not computed yet" in offered("importance").toolTip()
    offered("[SEP] share by weight").trigger()
    assert arranging.sorting == Sorting("separators", "heads", True)
    offered("Layers, by the mean over their heads").trigger()
    offered("Highest first").trigger()
    assert arranging.sorting == Sorting("separators", "layers", False)
    assert offered("[SEP] share by weight").isChecked() and offered("Highest first").isChecked()
    assert "↓" in arranging.button.text()
    offered("previous token").trigger()
    assert arranging.sorting == Sorting(EVIDENCE + "previous token", "layers", False)
    offered("As in the model").trigger()
    assert arranging.sorting is None
    assert "Sort again" in [action.text() for action in actions(arranging)]


def test_controls_have_names_and_are_there_only_with_the_mosaic(page: MapsPage, arranging: Arranging) -> None:
    for control in (arranging.button, arranging.box):
        assert control.accessibleName() and control.toolTip()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert control.isVisible()
    page.set_view("one")
    assert not arranging.button.isVisible()


def test_controls_fit_a_narrow_page(page: MapsPage, arranging: Arranging) -> None:
    page.resize(510, 300)
    QGuiApplication.processEvents()
    assert page.minimumSizeHint().width() <= 510
    row = [arranging.button, arranging.box, page.scale, page.fit_button]
    areas = [QRect(part.mapTo(page, QPoint(0, 0)), part.size()) for part in row]
    assert all(left.right() < right.left() for left, right in pairwise(areas))
    assert areas[-1].right() <= page.width()


def test_a_named_action_goes_to_the_filter(page: MapsPage, arranging: Arranging, qtbot: QtBot) -> None:
    page.activateWindow()
    arranging.set_filter("broad")
    arranging.ask_filter()
    qtbot.waitUntil(arranging.box.hasFocus)
    assert arranging.box.lineEdit().selectedText() == "broad"


def test_the_read_out_says_what_is_sorted_by(page: MapsPage, session: Session, arranging: Arranging) -> None:
    arranging.set_sorting(Sorting("entropy"))
    answer_all(session)
    session.set_hover(Hover(1, 2, 3, 4))
    assert session.trace is not None
    value = entropy(session.trace.attentions)[1, 2]
    assert page.mosaic_pane.read_out.text == f"L2-H3 · entropy {value:.2f} · went → to"


# Figures


def test_a_saved_picture_says_order_and_filter(
    page: MapsPage, session: Session, arranging: Arranging, tmp_path: Path
) -> None:
    path = tmp_path / "all.png"
    page.figures.heads.save_picture_to(path)
    assert QImage(str(path)).text("Order") == QImage(str(path)).text("Filter") == ""
    plain = QImage(str(path)).height()
    arranging.set_sorting(Sorting("entropy", "layers"))
    arranging.set_filter("broad")
    answer_all(session)
    page.figures.heads.save_picture_to(path)
    image = QImage(str(path))
    assert image.text("Order") == "Layers by mean entropy, lowest first"
    assert image.text("Filter").startswith("broad: ") and image.text("Filter").endswith(" of 12 heads")
    assert image.height() > plain, "both stand under the picture, too"


def test_numbers_keep_their_heads_in_the_order_that_is_drawn(
    page: MapsPage, session: Session, arranging: Arranging
) -> None:
    def table() -> list[list[str]]:
        page.figures.heads.numbers_to_clipboard()
        return list(csv.reader(io.StringIO(QGuiApplication.clipboard().text(), newline="")))

    plain = table()
    arranging.set_sorting(Sorting("entropy"))
    arranging.set_filter("entropy under 2")
    answer_all(session)
    header, *rows = table()
    assert header == [*plain[0], "fits"]
    assert sorted(row[:-1] for row in rows) == sorted(plain[1:])
    seen = list(dict.fromkeys((int(row[0]) - 1, int(row[1]) - 1) for row in rows))
    assert seen == page.mosaic.order().all_heads()
    fitting = {(int(row[0]) - 1, int(row[1]) - 1) for row in rows if row[-1] == "1"}
    assert fitting == undimmed(page)


# The menu of a head


def menu_of(page: MapsPage, head: tuple[int, int]) -> dict[str, QAction]:
    page.mosaic.menu_wanted.emit(MosaicHit(*head), page.mapToGlobal(page.rect().center()))
    menu = page.mosaic.findChildren(QMenu)[-1]
    return {action.text(): action for action in menu.actions() if action.text()}


def test_a_head_is_opened_in_another_view(page: MapsPage, session: Session, qtbot: QtBot) -> None:
    for words, view in {
        "Show large": "one",
        "Show as lines": "lines",
        "Show its arithmetic (Q·K·V)": "calculation",
        "Show what its layer does": "layer",
    }.items():
        session.select_head(0, 0)
        with qtbot.waitSignal(page.view_wanted) as wanted:
            menu_of(page, (2, 1))[words].trigger()
        assert wanted.args == [view]
        assert (session.selection.layer, session.selection.head) == (2, 1)


def test_heads_are_switched_off_and_on(page: MapsPage, session: Session) -> None:
    def off() -> set[tuple[int, int]]:
        return set(session.scene.interventions.heads_off)

    menu_of(page, (2, 1))["Switch off this head"].trigger()
    assert off() == {(2, 1)}
    read(session)
    menu_of(page, (2, 1))["Switch off all heads of layer 3"].trigger()
    assert off() == {(2, head) for head in range(HEADS)}
    read(session)
    menu_of(page, (2, 1))["Switch off head 2 in every layer"].trigger()
    assert off() == {(2, head) for head in range(HEADS)} | {(layer, 1) for layer in range(LAYERS)}
    read(session)
    assert menu_of(page, (2, 1))["Switch off this head"].isChecked()
    assert not menu_of(page, (0, 0))["Switch off this head"].isChecked()
    menu_of(page, (2, 1))["Switch off all heads of layer 3"].trigger()
    assert off() == {(0, 1), (1, 1)}


def test_a_heads_name_and_numbers_are_copied(page: MapsPage, session: Session) -> None:
    menu_of(page, (2, 1))["Copy “L3-H2”"].trigger()
    assert QGuiApplication.clipboard().text() == "L3-H2"
    menu_of(page, (2, 1))["Copy its numbers (CSV)"].trigger()
    rows = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text(), newline="")))
    assert session.trace is not None
    np.testing.assert_array_equal(
        np.array([row[1:] for row in rows[1:]], dtype=np.float32), session.trace.attentions[2, 1]
    )


def test_the_menu_has_the_picture_of_all_heads_and_beside_them_nothing_else(page: MapsPage) -> None:
    picture = page.figures.heads
    assert menu_of(page, (0, 0))[picture.save_picture.text()] is picture.save_picture
    page.mosaic.menu_wanted.emit(None, page.mapToGlobal(page.rect().center()))
    assert page.mosaic.findChildren(QMenu)[-1].actions()[0] is picture.copy_picture


def test_an_older_picture_has_no_menu_of_heads(page: MapsPage, session: Session) -> None:
    session.set_texts("the man", "")
    read(session, seed=1, answer=False)
    count = len(page.mosaic.findChildren(QMenu))
    page.mosaic.menu_wanted.emit(MosaicHit(0, 0), page.mapToGlobal(page.rect().center()))
    assert len(page.mosaic.findChildren(QMenu)) == count


def test_beside_its_twin_the_reference_opens_no_view(qtbot: QtBot, session: Session) -> None:
    session.keep_reference()
    twin = MapsPage(session, twin=True)
    qtbot.addWidget(twin)
    twin.show()
    answer_all(session)
    words = menu_of(twin, (0, 0))
    assert "Show large" not in words and "Switch off this head" in words
