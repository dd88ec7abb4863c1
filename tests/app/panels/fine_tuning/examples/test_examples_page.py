"""The page of examples: what is listed, filtered, searched, sorted and opened, for every task and step."""

from __future__ import annotations

import csv
import math
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from app.files import FileAnswer
from app.panels.fine_tuning.examples import ExamplesPage
from app.panels.fine_tuning.examples.columns import names_in
from app.panels.fine_tuning.examples.filtering import Listed, Wanted, is_wrong
from app.panels.fine_tuning.examples.words import count_words, step_names
from app.run_values import Run
from app.session import Session
from app.values import Problem
from bert_core.finetuning.run_values import Rows
from bert_core.finetuning.task_info import TASKS, TaskName
from tests.app.panels.fine_tuning.examples.rows import Answering, rows_for, run_of


def shown(qtbot, task: TaskName = "single-sentence", count: int = 40) -> tuple[ExamplesPage, Answering]:
    session = Session()
    answering = Answering(
        session, lambda question: rows_for(task, count, 120 if question.step is None else question.step)
    )
    page = ExamplesPage(session)
    qtbot.addWidget(page)
    page.resize(900, 500)
    session.runs.show(run_of(task))
    page.show()
    return page, answering


def texts(page: ExamplesPage, column: str) -> list[str]:
    model = page.table.examples
    keys = [one.key for one in model.columns]
    return [model.index(n, keys.index(column)).data() for n in range(model.rowCount())]  # type: ignore[arg-type]


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_its_columns(qtbot, task: TaskName) -> None:
    page, _ = shown(qtbot, task)
    header = [
        page.table.examples.headerData(n, Qt.Orientation.Horizontal)
        for n in range(page.table.examples.columnCount())
    ]
    assert {"gold", "predicted", "loss"} <= set(header)
    assert page.table.examples.rowCount() == 40
    assert texts(page, "right").count("✗") == 10 == sum(is_wrong(row) for row in page.listed)
    assert "40 examples · 10 wrong (25.0 %) · step 80" in page.said.text
    assert page.detail.row is page.listed[0] and page.detail.title.text().startswith("Example 1 · ✓ right")
    widths = [page.table.columnWidth(n) for n in range(len(header))]
    assert sum(widths) <= page.table.viewport().width() + 1


def test_wrong_classes_and_words_are_found(qtbot) -> None:
    page, _ = shown(qtbot)
    page.filters.wrong.click()
    assert page.table.examples.rowCount() == 10 and "10 of 40 examples" in page.said.text
    page.filters.gold.setCurrentIndex(2)
    page.filters.gold.chosen.emit(2)
    assert set(texts(page, "gold")) == {"positive"} and set(texts(page, "predicted")) == {"negative"}
    page.filters.wrong.click()
    page.filters.predicted.setCurrentIndex(2)
    page.filters.predicted.chosen.emit(2)
    assert set(texts(page, "predicted")) == {"positive"}
    with qtbot.waitSignal(page.filters.settle.timeout):
        page.filters.search.setText("GARDEN  better")
    assert texts(page, "text") and all("garden" in text for text in texts(page, "text"))
    assert all("better" in text for text in texts(page, "text"))
    page.filter_by("negative", "positive")
    assert page.filters.search.text() == "" and not page.listed
    page.filter_by("positive", "negative")
    assert {(row.gold, row.predicted) for row in page.listed} == {("positive", "negative")}
    assert (page.filters.gold.currentIndex(), page.filters.predicted.currentIndex()) == (2, 1)


def test_a_filter_that_comes_before_the_rows_waits_for_them(qtbot) -> None:
    page, _ = shown(qtbot)
    page.hide()
    page.session.runs.show(run_of("single-sentence", "/runs/second"))
    page.filter_by("positive", "negative")
    page.show()
    assert {(row.gold, row.predicted) for row in page.listed} == {("positive", "negative")}


def test_columns_are_sorted_both_ways_and_unknown_numbers_come_last(qtbot) -> None:
    page, _ = shown(qtbot)
    header = page.table.horizontalHeader()
    keys = [column.key for column in page.table.examples.columns]
    header.sectionClicked.emit(keys.index("loss"))
    losses = [row.loss for row in page.listed]
    assert losses == sorted(losses, reverse=True)
    assert page.table.examples.headerData(keys.index("loss"), Qt.Orientation.Horizontal) == "loss ▾"
    header.sectionClicked.emit(keys.index("loss"))
    assert [row.loss for row in page.listed] == sorted(losses)
    header.sectionClicked.emit(keys.index("text"))
    assert [row.text.casefold() for row in page.listed] == sorted(row.text.casefold() for row in page.listed)
    rows = [replace(row, loss=math.nan if n % 2 else row.loss) for n, row in enumerate(page.listed)]
    for falling in (True, False):
        order = Listed(rows).ordered(range(len(rows)), "loss", falling=falling)
        assert all(math.isnan(rows[n].loss) for n in order[len(rows) // 2 :])


def test_numbers_are_sorted_by_value(qtbot) -> None:
    rows = rows_for("regression", 30).rows
    order = Listed(rows).ordered(range(len(rows)), "gold", falling=False)
    golds = [float(rows[n].gold) for n in order]
    assert golds == sorted(golds) and golds[-1] == 5


def test_enter_and_a_double_click_open_the_example_with_the_model_of_its_step(qtbot) -> None:
    page, _ = shown(qtbot)
    page.filters.steps.chosen.emit(page.filters.offered.index("best"))
    assert page.rows is not None and page.rows.step == 80
    page.table.setCurrentIndex(page.table.examples.index(3, 0))
    with qtbot.waitSignal(page.example_wanted) as opened:
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert opened.args == [page.listed[3], "/runs/first/checkpoints/step-80"]
    with qtbot.waitSignal(page.example_wanted) as opened:
        page.table.doubleClicked.emit(page.table.examples.index(5, 2))
    assert opened.args[0] is page.listed[5]
    with qtbot.waitSignal(page.example_wanted) as opened:
        page.detail.open_button.click()
    assert opened.args[0] is page.listed[3]


def test_where_that_model_is_gone_another_one_is_said(qtbot) -> None:
    page, _ = shown(qtbot)
    page.filters.steps.chosen.emit(page.filters.offered.index(0))
    with qtbot.waitSignal(page.session.notice_given) as said, qtbot.waitSignal(page.example_wanted) as opened:
        page.open_current()
    assert "step 0 is not kept" in said.args[0]
    assert opened.args[1] == "/runs/first/checkpoints/step-80"
    page.filters.steps.chosen.emit(0)  # the newest, step 120, whose checkpoint is gone: no later one is there
    with qtbot.waitSignal(page.session.notice_given) as said, qtbot.assertNotEmitted(page.example_wanted):
        page.open_current()
    assert "No model of this run" in said.args[0]
    page.session.runs.accept(run_of("single-sentence", model="/runs/first/model"))
    with qtbot.waitSignal(page.example_wanted) as opened:
        page.open_current()
    assert opened.args[1] == "/runs/first/model"


def test_a_run_that_is_over_opens_at_its_best_step_and_one_that_goes_on_at_the_newest(qtbot) -> None:
    page, answering = shown(qtbot)
    assert answering.asked[-1].step == 80 and page._step == "best"  # type: ignore[attr-defined]
    page.session.runs.show(replace(run_of("single-sentence", "/runs/second"), state="running"))
    assert answering.asked[-1].step is None and page._step is None  # type: ignore[attr-defined]


def test_the_newest_step_is_followed_and_the_current_example_stays(qtbot) -> None:
    page, answering = shown(qtbot)
    page.table.setCurrentIndex(page.table.examples.index(7, 0))
    asked = len(answering.asked)
    page.session.runs.accept(run_of("single-sentence"))
    assert len(answering.asked) == asked  # nothing new
    page.session.runs.accept(run_of("single-sentence", evaluated=(0, 80, 120, 160)))
    assert len(answering.asked) == asked + 1 and page.table.current is not None
    assert page.table.current.index == 7 and page.detail.row is page.table.current


def test_wrong_ones_are_stepped_through(qtbot) -> None:
    page, _ = shown(qtbot, count=12)
    places = []
    for _ in range(4):
        page.next_wrong()
        places.append(page.table.currentIndex().row())
    assert places == [3, 7, 11, 3]


def test_seeds_are_chosen(qtbot) -> None:
    session = Session()
    answering = Answering(session, lambda _: rows_for("single-sentence", 8))
    page = ExamplesPage(session)
    qtbot.addWidget(page)
    seeds = tuple(run_of("single-sentence", f"/runs/many/seeds/{n}") for n in (0, 1))
    session.runs.show(run_of("single-sentence", "/runs/many", seeds=seeds))
    page.show()
    assert answering.asked[-1].folder == "/runs/many/seeds/0" and page.filters.seeds.count() == 2  # type: ignore[attr-defined]
    page.filters.seeds.chosen.emit(1)
    assert answering.asked[-1].folder == "/runs/many/seeds/1"  # type: ignore[attr-defined]


def test_why_there_is_nothing(qtbot) -> None:
    session = Session()
    page = ExamplesPage(session)
    qtbot.addWidget(page)
    page.show()
    assert "No run is chosen" in page.empty.sentence
    session.runs.show(Run("/runs/pre", {"kind": "pretrain"}))
    assert "pretraining run" in page.empty.sentence
    session.runs.show(run_of("single-sentence"))
    assert "Reading" in page.empty.sentence
    assert page._question is not None
    session.files.answered.emit(FileAnswer(page._question, problem=Problem("The dev set is gone.")))
    assert page.empty.sentence == "The dev set is gone." and not page.picture.save_numbers.isEnabled()


def test_before_the_first_evaluation_only_the_data_are_shown(qtbot) -> None:
    session = Session()
    Answering(session, lambda _: rows_for("single-sentence", 8, None))
    page = ExamplesPage(session)
    qtbot.addWidget(page)
    session.runs.show(run_of("single-sentence"))
    page.show()
    assert "no predictions yet" in page.said.text and set(texts(page, "predicted")) == {""}
    assert not page.filters.wrong.isEnabled() and not any(is_wrong(row) for row in page.listed)
    assert page.detail.title.text() == "Example 1 · gold negative"


def test_rows_are_copied_and_saved_in_full(qtbot, tmp_path) -> None:
    page, _ = shown(qtbot, count=6)
    page.table.selectRow(1)
    qtbot.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    cells = QGuiApplication.clipboard().text().split("\t")
    assert cells[1:] == ["2", page.listed[1].text, "positive", "positive", "83%", "0.200"]
    header, rows = page._table()
    table = [dict(zip(header, row, strict=True)) for row in rows]
    assert table[3]["right"] == 0 and table[3]["p(negative)"] == page.listed[3].probabilities[0]
    assert page.picture._metadata()["Step"] == "80" and page._drawing().size.width() > 500
    target = tmp_path / "rows.csv"
    page.picture.save_numbers_to(target)
    with target.open(encoding="utf-8", newline="") as file:
        saved = list(csv.DictReader(file))
    assert [row["number"] for row in saved] == ["1", "2", "3", "4", "5", "6"]
    assert saved[3]["text"] == page.listed[3].text


def test_ten_thousand_rows_are_sorted_and_searched(qtbot) -> None:
    page, _ = shown(qtbot, count=10_000)
    page.table.horizontalHeader().sectionClicked.emit(4)
    page.filters.wanted = Wanted(sought="garden")
    page.table.set_places(page._places())
    page._tell()
    assert 1000 < page.table.examples.rowCount() < 2000


def test_a_context_has_its_answers_marked(qtbot) -> None:
    page, _ = shown(qtbot, "question-answering")
    page.table.setCurrentIndex(page.table.examples.index(3, 0))
    said = page.detail.texts.text()
    assert "<b style" in said and "<u style" in said and "Who explored the river, asked person 3?" in said
    page.table.setCurrentIndex(page.table.examples.index(4, 0))
    assert "no answer" in page.detail.texts.text()


def test_a_text_that_looks_like_markup_is_shown_as_it_is(qtbot) -> None:
    page, _ = shown(qtbot)
    row = replace(page.listed[0], text="<b>bold</b> & \u202eright to left")
    page.detail.show_row(row, "single-sentence", known=True)
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; ‹U+202E›" in page.detail.texts.text()


def test_wrong_tags_are_marked_word_by_word(qtbot) -> None:
    page, _ = shown(qtbot, "tagging")
    page.table.setCurrentIndex(page.table.examples.index(3, 0))
    marks = [(part.text, part.tag) for part in page.detail.predicted.parts if part.mark]
    assert marks == [("Glasgow", "B-PER"), ("York", "O")]
    assert not any(part.mark for part in page.detail.gold.parts)
    assert names_in(("New", "York", "is", "Ann"), ("B-LOC", "I-LOC", "O", "I-PER")) == "New York LOC, Ann PER"


def test_endings_are_bars_with_the_right_one_ticked(qtbot) -> None:
    page, _ = shown(qtbot, "multiple-choice")
    page.table.setCurrentIndex(page.table.examples.index(3, 0))
    labels = [row.label for row in page.detail.bars.rows]
    assert labels[3] == "✓ is blue." and len(labels) == 4
    assert [row.probability for row in page.detail.bars.rows] == [0.7, 0.1, 0.1, 0.1]


def test_words() -> None:
    assert [choice for choice, _ in step_names((0, 40, 80), 40)] == [None, "best", 0, 40, 80]
    assert step_names((), None) == [(None, "Newest")] and step_names((0, 80), 40)[1][0] == 0
    rows = rows_for("single-sentence", 4)
    assert count_words(rows, rows.rows[:2], known=True) == "2 of 4 examples · 0 wrong (0.0 %) · step 120"
    cut = Rows("single-sentence", 0, rows.rows, (0,), rows.labels, left_out=5)
    assert "before training" in count_words(cut, cut.rows, known=True)
    assert "5 more are not listed" in count_words(cut, cut.rows, known=True)


def test_the_header_of_the_table_explains_itself(qtbot) -> None:
    page, _ = shown(qtbot)
    tip = page.table.examples.headerData(0, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert isinstance(tip, str) and "wrong" in tip
    index = page.table.examples.index(3, 0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "wrong"
    assert page.table.indexAt(QPoint(5, 5)).isValid()
