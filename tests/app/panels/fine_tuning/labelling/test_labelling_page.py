"""The page for labelling: what is listed, labelled by keys, taken back, kept at once, and added to the next run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.file_questions.labelling import KeepLabels, LabelsIn
from app.panels.fine_tuning.labelling import LabellingPage
from app.panels.fine_tuning.labelling.given import GivenLabels
from app.panels.fine_tuning.labelling.kept import labels_file
from app.values import LoadedModel, ModelChoice
from bert_core.finetuning.labelled import read_labelled
from bert_core.finetuning.task_info import TaskInfo
from bert_core.queries import Progress
from tests.app.answering_session import word_pieces
from tests.app.fakes import fake_model_info
from tests.app.panels.fine_tuning.examples.rows import run_of
from tests.app.panels.fine_tuning.labelling.labelling_session import LABELS, LabellingSession, uncertain


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ATTENTION_EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def source(tmp_path: Path) -> str:
    path = tmp_path / "texts.txt"
    path.write_text("\n".join(one.text for one in uncertain().texts), encoding="utf-8")
    return str(path)


def shown(qtbot, session: LabellingSession, source: str | None = None) -> LabellingPage:
    page = LabellingPage(session)
    qtbot.addWidget(page)
    page.resize(900, 500)
    page.show()
    page.activateWindow()  # else no key is heard
    qtbot.waitUntil(page.isActiveWindow)
    if source is not None:
        page.choose_file(source)
    return page


def marks(page: LabellingPage) -> list[str]:
    return [row.mark for row in page.list.rows]


def kept(page: LabellingPage) -> list[tuple[str, str | None, str]]:
    assert page.path is not None
    return read_labelled(page.path)


def test_keys_label_and_every_label_is_written_at_once(qtbot, source: str) -> None:
    page = shown(qtbot, LabellingSession(), source)
    texts = [one.text for one in uncertain().texts]
    assert [row.sentence for row in page.list.rows] == texts and page.work.text.text() == texts[0]
    qtbot.keyClick(page.list, Qt.Key.Key_2)
    assert kept(page) == [(texts[0], None, "positive")] and page.work.text.text() == texts[1]
    qtbot.keyClick(page.list, Qt.Key.Key_1)
    assert kept(page)[1] == (texts[1], None, "negative") and marks(page)[:3] == ["positive", "negative", ""]
    assert "2 labelled: 1 negative, 1 positive · kept" in page.work.counts.text()
    qtbot.keyClick(page.list, Qt.Key.Key_9)  # no such class
    assert len(kept(page)) == 2


def test_skip_back_and_undo(qtbot, source: str) -> None:
    page = shown(qtbot, LabellingSession(), source)
    texts = [one.text for one in uncertain().texts]
    assert not page.work.undo_button.isEnabled() and not page.work.back_button.isEnabled()
    qtbot.keyClick(page, Qt.Key.Key_S)
    assert page.work.text.text() == texts[1] and not kept(page)
    qtbot.keyClick(page, Qt.Key.Key_1)
    qtbot.keyClick(page, Qt.Key.Key_B)
    assert page.work.text.text() == texts[1] and page.work.classes.buttons[0].isChecked()
    qtbot.keyClick(page, Qt.Key.Key_2)  # it is the other one after all
    assert kept(page) == [(texts[1], None, "positive")] and page.work.text.text() == texts[2]
    qtbot.keyClick(page, Qt.Key.Key_U)
    assert kept(page) == [(texts[1], None, "negative")] and page.work.text.text() == texts[1]
    qtbot.keyClick(page, Qt.Key.Key_U)
    assert not page.path.exists() and marks(page) == [""] * 5  # type: ignore[union-attr]
    with qtbot.waitSignal(page.session.notice_given):
        page.undo()


def test_after_the_last_one_the_skipped_ones_come_and_then_the_end_is_said(qtbot, source: str) -> None:
    page = shown(qtbot, LabellingSession(), source)
    page.skip()
    for _ in range(4):
        page.give("positive")
    assert page.work.text.text() == uncertain().texts[0].text
    page.give("negative")
    assert page.current is None and "Rank again for more" in page.work.place.text()
    assert not page.work.classes.isEnabled() and page.work.back_button.isEnabled()
    page.back()
    assert page.work.text.text() == uncertain().texts[4].text


def test_what_was_labelled_before_is_known_and_not_listed_again(qtbot, source: str) -> None:
    first = shown(qtbot, LabellingSession(), source)
    first.give("positive")
    again = shown(qtbot, LabellingSession(), source)
    assert len(again.list.rows) == 4 and "1 labelled" in again.work.counts.text()
    assert not again.work.undo_button.isEnabled()
    again.give("negative")
    assert [label for _, _, label in kept(again)] == ["positive", "negative"]


def test_labels_of_other_classes_are_kept_apart(source: str, home: Path) -> None:
    one, other = labels_file(source, LABELS), labels_file(source, ("a", "b"))
    assert one != other and one.parent == other.parent == home / "runs" / "labelled"
    assert labels_file(source, LABELS) == one != labels_file(source + "x", LABELS)


def test_a_disk_that_is_full_is_said_and_nothing_is_lost(qtbot, source: str) -> None:
    session = LabellingSession()
    page = shown(qtbot, session, source)
    session.full = True
    page.give("positive")
    assert page.work.problem.text() == "The disk is full." and page.work.problem.isVisible()
    assert "being written" in page.work.counts.text()
    session.full = False
    page.give("negative")
    assert len(kept(page)) == 2 and page.work.problem.isHidden() and "kept" in page.work.counts.text()


def test_the_file_goes_to_the_next_run(qtbot, source: str) -> None:
    page = shown(qtbot, LabellingSession(), source)
    assert not page.work.add_button.isEnabled()
    page.give("positive")
    with qtbot.waitSignal(page.next_run_wanted) as wanted:
        page.work.add_button.click()
    assert wanted.args == [str(page.path)]


def test_pairs_are_kept_as_pairs(qtbot, source: str) -> None:
    session = LabellingSession(TaskInfo("sentence-pair", LABELS), ranked=uncertain(3, pairs=True))
    page = shown(qtbot, session, source)
    assert page.work.text.text().split("\n")[1].startswith("B  its second")
    page.give("positive")
    assert kept(page)[0][1] == "its second sentence 0"
    page.look()
    assert session.scene.text_b == "its second sentence 1"


def test_what_the_model_says_is_hidden_until_it_is_asked_for(qtbot, source: str) -> None:
    page = shown(qtbot, LabellingSession(), source)
    assert page.work.guess.isHidden() and page.work.shares.isHidden()
    qtbot.keyClick(page, Qt.Key.Key_M)
    assert page.work.guess.text() == "The model: positive, 50%" and page.work.shares.isVisible()
    assert [row.label for row in page.work.shares.rows] == list(LABELS)


def test_more_classes_than_keys_have_buttons(qtbot, source: str) -> None:
    labels = tuple(f"class {n}" for n in range(12))
    page = shown(
        qtbot, LabellingSession(TaskInfo("single-sentence", labels), ranked=uncertain(labels=labels)), source
    )
    assert [button.text()[:3] for button in page.work.classes.buttons[7:10]] == ["8  ", "9  ", "cla"]
    page.work.classes.buttons[11].click()
    assert kept(page)[0][2] == "class 11"
    tops = {button.y() for button in page.work.classes.buttons}
    assert len(tops) > 1 and all(
        button.geometry().right() <= page.work.classes.width() for button in page.work.classes.buttons
    )


def test_ranking_shows_how_far_it_is_and_can_be_cancelled(qtbot, source: str) -> None:
    session = LabellingSession()
    session.waits = True
    page = shown(qtbot, session, source)
    query = session.queries[-1]
    assert query.measure == "entropy" and query.file.path == source
    session.tell(query, progress=Progress(50, 200, "predicting"))
    assert page.job.words.text == "50 of 200 texts" and page.job.bar.value() == 250
    session.tell(query, progress=Progress(100, 200, "predicting", uncertain(2)))
    assert not page.list.rows  # a list that changes under the hand is of no use
    page.job.cancel_button.click()
    assert not session.watched and "Cancelled" in page.job.end.text() and len(page.list.rows) == 2
    page.job.again_button.click()
    session.tell(session.queries[-1])
    assert len(page.list.rows) == 5 and page.job.isHidden() and not session.watched


def test_a_failure_is_said(qtbot, source: str) -> None:
    session = LabellingSession()
    session.waits = True
    page = shown(qtbot, session, source)
    session.tell(session.queries[-1], failure="The file holds questions.")
    assert page.empty.sentence == "The file holds questions." and page.empty.button.text() == "Choose a file…"


def test_by_margin_is_another_question(qtbot, source: str) -> None:
    session = LabellingSession()
    page = shown(qtbot, session, source)
    page.controls.measure.setCurrentIndex(1)
    page.controls.measure.chosen.emit(1)
    assert [query.measure for query in session.queries] == ["entropy", "margin"]


def test_the_more_is_labelled_the_more_is_asked_for(qtbot, source: str) -> None:
    session = LabellingSession()
    page = shown(qtbot, session, source)
    assert session.queries[-1].most == 100
    page.give("positive")
    page.rank()
    assert session.queries[-1].most == 200 and len(page.list.rows) == 4


def test_another_model_leaves_the_list_and_says_so(qtbot, source: str) -> None:
    session = LabellingSession()
    page = shown(qtbot, session, source)
    page.give("positive")
    info = replace(fake_model_info(model_id="second"), task=TaskInfo("single-sentence", LABELS))
    session.set_model(LoadedModel(ModelChoice("second"), info, word_pieces, ("cpu",)))
    assert len(page.list.rows) == 5 and "not the model that is open now" in page.controls.note.text()
    page.controls.rank_button.click()
    assert len(page.list.rows) == 4 and page.controls.note.text() == ""


def test_why_nothing_can_be_labelled(qtbot) -> None:
    plain = TaskInfo("tagging", ("O", "B-A"))
    session = LabellingSession(plain)
    page = shown(qtbot, session)
    assert "Choose a fine-tuning run" in page.empty.sentence
    session.runs.show(run_of("tagging"))
    assert "Labelling is for classes" in page.empty.sentence and page.empty.button.isHidden()
    session.runs.show(run_of("single-sentence"))
    assert "no model yet" in page.empty.sentence
    session.runs.show(run_of("single-sentence", checkpoint="/runs/first/checkpoints/step-80"))
    with qtbot.waitSignal(session.load_requested) as asked:
        page.empty.button.click()
    assert asked.args[0].source == "/runs/first/checkpoints/step-80"
    info = replace(fake_model_info(model_id="tuned"), task=TaskInfo("single-sentence", LABELS))
    session.set_model(LoadedModel(ModelChoice("tuned"), info, word_pieces, ("cpu",)))
    assert "Choose a file" in page.empty.sentence and page.empty.button.text() == "Choose a file…"


def test_a_file_chosen_before_the_model_is_there_is_ranked_by_it(qtbot, source: str) -> None:
    session = LabellingSession(TaskInfo("tagging", ("O",)))
    page = shown(qtbot, session, source)
    assert not session.queries
    info = replace(fake_model_info(model_id="tuned"), task=TaskInfo("single-sentence", LABELS))
    session.set_model(LoadedModel(ModelChoice("tuned"), info, word_pieces, ("cpu",)))
    assert len(page.list.rows) == 5


def test_questions_about_files_are_of_this_file_only(qtbot, source: str, tmp_path: Path) -> None:
    session = LabellingSession()
    page = shown(qtbot, session, source)
    page.give("positive")
    other = tmp_path / "more.txt"
    other.write_text("a\nb\n", encoding="utf-8")
    before = page.path
    page.choose_file(str(other))
    assert page.path != before and [type(one) for one in session.asked] == [LabelsIn, KeepLabels, LabelsIn]
    first, second = KeepLabels("a", ()), KeepLabels("b", ())
    assert first.slot != second.slot and first.slot == KeepLabels("a", ((("x", None), "y"),)).slot


def test_labels_can_be_taken_away() -> None:
    given = GivenLabels([(("old", None), "a")])
    given.give(("new", None), "b")
    given.give(("new", None), "b")  # no step
    given.remove(("old", None))
    assert given.all == ((("new", None), "b"),) and given.counts(("a", "b")) == {"a": 0, "b": 1}
    assert given.undo() == ("old", None) and given.of(("old", None)) == "a"
    assert given.undo() == ("new", None) and given.undo() is None and len(given) == 1
