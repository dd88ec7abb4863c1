"""The table of changes: what is asked, how it is sorted, and what taking a row does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.panels.saliency import SaliencyPanel
from app.session import Session
from bert_core.explanations import CandidateTarget, NextTarget
from bert_core.queries import Answer, Progress
from bert_core.queries_saliency import WhatIf, WhatIfTable
from bert_core.trace import Trace
from tests.app.fakes import fake_model_info, fake_trace
from tests.app.panels.saliency.saying import say, show, table

MASK, STORE = 5, 6


@pytest.fixture
def session() -> Session:
    made = Session()
    made._model = fake_model_info()
    return made


@pytest.fixture
def trace() -> Trace:
    return fake_trace()


@pytest.fixture
def panel(qtbot: QtBot, session: Session, trace: Trace) -> Iterator[SaliencyPanel]:
    made = SaliencyPanel(session)
    made.show_what_if()
    qtbot.addWidget(made)
    made.resize(1000, 260)
    made.show()
    qtbot.waitExposed(made)
    show(session, trace)
    yield made


def target(trace: Trace) -> CandidateTarget:
    return CandidateTarget(MASK, trace.candidates(MASK, 1).candidates[0][1])


def test_words_for_the_first_word_or_the_pinned_one(
    panel: SaliencyPanel, session: Session, trace: Trace
) -> None:
    assert session.watched == {WhatIf(target(trace), "candidates", 1, 20)}
    session.pin(query=STORE)
    assert session.watched == {WhatIf(target(trace), "candidates", STORE, 20)}
    session.pin(query=MASK)
    assert session.watched == {WhatIf(target(trace), "candidates", 1, 20)}, "not the explained piece itself"
    panel.what_if.count.chosen.emit(2)
    assert session.watched == {WhatIf(target(trace), "candidates", 1, 50)}
    panel.what_if.changes.chosen.emit(2)
    assert session.watched == {WhatIf(target(trace), "removals")}
    assert panel.what_if.pieces.isHidden() and panel.chooser.scale.isHidden()
    panel.what_if.changes.chosen.emit(1)
    panel.chooser.of.chosen.emit(1)
    assert session.watched == {WhatIf(NextTarget(), "masks")}


def test_rows(panel: SaliencyPanel, trace: Trace) -> None:
    columns = panel.what_if.table.changes.columns
    assert [column.title for column in columns] == [
        "change",
        "its p",
        f"p({trace.vocabulary[target(trace).token_id]})",
        "change of p",
        "KL",
        "best there now",
    ]
    assert columns[0].texts[:3] == ("as it is", "A and B swapped", "word0")
    assert columns[2].texts[:2] == ("50.00 %", "49.00 %")
    assert columns[3].texts[:3] == ("", "−1.00", "−2.00")
    assert "Most is done by “word4”: −6.00 points." in panel.what_if.read_out.text


def test_sorting_keeps_the_text_as_it_is_on_top(panel: SaliencyPanel) -> None:
    shown = panel.what_if.table
    assert shown.shown_rows() == [0, 1, 2, 3, 4, 5, 6]
    shown.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    assert shown.shown_rows() == [0, 6, 5, 4, 3, 2, 1]
    shown.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    assert shown.shown_rows() == [0, 1, 2, 3, 4, 5, 6]
    shown.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert shown.shown_rows() == [0, 6, 5, 4, 3, 2, 1], "what has no number comes last"
    shown.go_to(3)
    shown.setCurrentIndex(shown.sorted.index(2, 4))
    QTest.keyClick(shown, Qt.Key.Key_S)
    assert shown.shown_rows() == [0, 1, 2, 3, 4, 5, 6]
    QTest.keyClick(shown, Qt.Key.Key_S)
    assert shown.shown_rows() == [0, 6, 5, 4, 3, 2, 1]


def test_enter_makes_the_change_and_undo_takes_it_back(
    panel: SaliencyPanel, session: Session, trace: Trace
) -> None:
    panel.what_if.table.go_to(4)
    QTest.keyClick(panel.what_if.table, Qt.Key.Key_Return)
    assert dict(session.scene.replaced) == {1: 2}
    session.undo()
    assert session.scene == trace.scene


def test_a_change_of_another_text_is_not_made(
    panel: SaliencyPanel, session: Session, trace: Trace, qtbot: QtBot
) -> None:
    session.set_texts("something else", "")
    scene = session.scene
    with qtbot.waitSignal(session.notice_given) as told:
        panel.what_if.take(3)
    assert "another text" in told.args[0] and session.scene == scene


def test_rows_come_one_by_one_and_can_be_stopped(
    panel: SaliencyPanel, session: Session, trace: Trace
) -> None:
    session.pin(query=STORE)
    query = WhatIf(target(trace), "candidates", STORE, 20)
    rows = table(trace, query).outcomes
    part = Progress(3, 7, "changes", WhatIfTable(rows[:3]))
    session.accept_answer(Answer(query, trace.scene, progress=part))
    assert panel.what_if.table.changes.rowCount() == 3
    assert panel.what_if.job.words.text == "3 of 7 changes"
    panel.what_if.job.cancel_button.click()
    assert not session.watched and panel.what_if.table.changes.rowCount() == 3
    panel.what_if.job.again_button.click()
    assert session.watched == {query}
    say(session)
    assert panel.what_if.table.changes.rowCount() == 7 and panel.what_if.job.isHidden()


def test_a_failure_is_said(panel: SaliencyPanel, session: Session, trace: Trace) -> None:
    session.pin(query=STORE)
    query = WhatIf(target(trace), "candidates", STORE, 20)
    session.accept_answer(Answer(query, trace.scene, failure="Not enough memory."))
    assert panel.what_if.empty.sentence == "Not enough memory." and not panel.what_if.table.isVisible()
    session.unpin()
    assert panel.what_if.table.isVisible()


def test_without_words_only_masking_and_removing(
    panel: SaliencyPanel, session: Session, trace: Trace
) -> None:
    show(session, replace(trace, scene=replace(trace.scene, text_a="other"), logits=None))
    assert "no masked-word head" in panel.what_if.empty.sentence and not session.watched
    panel.what_if.changes.chosen.emit(1)
    assert session.watched == {WhatIf(NextTarget(), "masks")}


def test_the_numbers(panel: SaliencyPanel) -> None:
    header, rows = panel.what_if.figure._table()
    listed = list(rows)
    assert len(listed) == 7 and len(header) == len(listed[0])
    assert listed[2][:6] == ["candidate", "word0", 1, 0.2, 0.5, 0.48]
    assert panel.what_if.figure._drawing().size.width() > 300
