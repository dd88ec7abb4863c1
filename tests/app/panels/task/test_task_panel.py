"""The task panel: the tuned model's answer for every task, live, beside the reference, and why there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QBoxLayout

from app.panels.task import TaskPanel
from app.values import LoadedModel, ModelChoice
from bert_core.explanations import ClassTarget, SpanTarget, TagTarget
from bert_core.finetuning.task_info import TASKS, TaskInfo, TaskName
from bert_core.queries_task import AskTask
from bert_core.scene import Scene
from tests.app.answering_session import word_pieces
from tests.app.fakes import fake_model_info
from tests.app.panels.fine_tuning.examples.rows import rows_for
from tests.app.panels.task.answers import INFOS, TunedSession

NAMES = "Ann McKenzie of Glasgow flew to New York"


def shown(qtbot, session: TunedSession, width: int = 300, height: int = 220) -> TaskPanel:
    panel = TaskPanel(session)
    panel.resize(width, height)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def test_an_ordinary_model_says_what_to_do(qtbot) -> None:
    panel = shown(qtbot, TunedSession(None))
    assert "tuned for no task" in panel.page.empty.sentence and panel.page.part is None
    assert not panel.page.figure.save_picture.isEnabled() and panel.about.text() == ""
    with qtbot.waitSignal(panel.tune_wanted):
        panel.page.empty.button.click()


def test_classes_are_bars_and_follow_the_text(qtbot) -> None:
    session = TunedSession("single-sentence")
    panel = shown(qtbot, session)
    rows = [(row.label, round(row.probability, 2)) for row in panel.page.classes.bars.rows]
    assert rows == [("negative", 0.18), ("positive", 0.82)]
    assert panel.page.said.text() == "positive, 82%" and "2 classes" in panel.about.text()
    session.shift = -3.0
    session.set_texts("the dog sat", "")
    assert panel.page.said.text() == "negative, 82%"
    header, numbers = panel.page._table()
    assert header[0] == "class" and [row[0] for row in numbers] == ["negative", "positive"]
    with qtbot.waitSignal(panel.why_wanted) as asked:
        panel.page.classes.bars.row_clicked.emit(0)
    assert asked.args == [ClassTarget(0)]


def test_many_classes_stand_by_probability(qtbot) -> None:
    session = TunedSession("single-sentence")
    labels = tuple(f"c{n}" for n in range(9))
    session.info = replace(session.info, task=TaskInfo("single-sentence", labels), model_id="other")
    panel = shown(qtbot, session)
    session.load()
    assert [row.label for row in panel.page.classes.bars.rows] == list(reversed(labels))
    with qtbot.waitSignal(panel.why_wanted) as asked:
        panel.page.classes.bars.row_clicked.emit(0)
    assert asked.args == [ClassTarget(8)]


def test_the_change_from_the_reference(qtbot) -> None:
    session = TunedSession("single-sentence")
    panel = shown(qtbot, session)
    session.keep_reference()
    session.shift = 1.0
    session.set_texts("the dog sat .", "")
    assert [row.extra for row in panel.page.classes.bars.rows] == ["−10.7", "+10.7"]
    assert "change from the reference" in panel.page.note.text()
    session.show_reference("reference")
    assert "reference is shown" in panel.page.note.text()
    assert [row.extra for row in panel.page.classes.bars.rows] == ["", ""]
    session.show_reference("now")
    assert panel.page.note.text() == ""


def test_another_model_s_answer_is_remembered_from_when_it_was_the_reference(qtbot) -> None:
    session = TunedSession("single-sentence")
    panel = shown(qtbot, session)
    session.keep_reference()
    session.shift = 1.0
    session.info = replace(session.info, model_id="second")
    session.load()
    assert session.scene.model_id == "second"
    assert [row.extra for row in panel.page.classes.bars.rows] == ["−10.7", "+10.7"]


def test_what_an_untuned_reference_said_is_not_known(qtbot) -> None:
    session = TunedSession(None)
    panel = shown(qtbot, session)
    session.keep_reference()
    info = replace(fake_model_info(model_id="tuned"), task=INFOS["single-sentence"])
    session.info = info
    session.set_model(LoadedModel(ModelChoice("tuned"), info, word_pieces, ("cpu",)))
    assert "not known" in panel.page.note.text() and panel.page.said.text() == "positive, 82%"
    session.show_reference("reference")
    assert "cannot be asked" in panel.page.empty.sentence


def test_a_number_on_its_scale(qtbot) -> None:
    session = TunedSession("regression", "the cat sat", "the dog sat")
    panel = shown(qtbot, session)
    scale = panel.page.value.scale
    assert scale.value == pytest.approx(9 / 5) and scale.reach == (0.0, 5.0) and scale.other is None
    low, middle, high = (scale.x_of(value) for value in (0, 2.5, 5))
    assert 0 < low < middle < high < scale.width() and middle - low == pytest.approx(high - middle)
    session.keep_reference()
    session.shift = 7.0
    session.replace_piece(2, 106)
    assert scale.other == pytest.approx(9 / 5) and scale.reach == (0.0, 10.0)
    assert panel.page.said.text().startswith("8.80, +7.0")


def test_names_are_chips_of_their_words(qtbot) -> None:
    session = TunedSession("tagging", NAMES)
    panel = shown(qtbot, session)
    parts = [(part.text, part.tag) for part in panel.page.tags.words.parts]
    assert parts == [
        *(("Ann McKenzie", "PER"), ("of", ""), ("Glasgow", "LOC"), ("flew", ""), ("to", "")),
        ("New York", "LOC"),
    ]
    kinds = {part.tag: part.kind for part in panel.page.tags.words.parts if part.tag}
    assert len(set(kinds.values())) == 2
    words = panel.page.tags.words
    qtbot.mouseClick(words, Qt.MouseButton.LeftButton, pos=words.chip_rect(2).center().toPoint())
    assert session.selection.query == 4 and words._pinned == {2}
    assert panel.page.tags.read_out.text.startswith("Glasgow: B-LOC")
    with qtbot.waitSignal(panel.why_wanted) as asked:
        qtbot.mouseClick(words, Qt.MouseButton.LeftButton, pos=words.chip_rect(2).center().toPoint())
    assert asked.args == [TagTarget(4)]


def test_a_tag_that_changed_is_marked(qtbot) -> None:
    session = TunedSession("tagging", "Glasgow sat the")
    panel = shown(qtbot, session)
    session.keep_reference()
    session.set_texts("McGasgow sat the", "")
    first = panel.page.tags.words.parts[0]
    assert (first.mark, first.tag) == ("≠", "PER") and "reference: Glasgow B-LOC" in first.detail


def test_the_answer_stands_in_its_context(qtbot) -> None:
    context = "the cat sat the store milk dog sat cat ."
    session = TunedSession("question-answering", "the dog", context)
    panel = shown(qtbot, session, 520, 150)
    spans = panel.page.spans
    assert [row.label for row in spans.answers.rows] == ["“the store milk”", "no answer", "“the”", "“the”"]
    assert spans.places.pieces == tuple(context.split()) and spans._best_in_context() == (3, 5)
    begin, end = spans.places.values
    assert begin.argmax() == 3 and end.argmax() == 5
    up, down = spans.places.bar_rect(3, end=False), spans.places.bar_rect(5, end=True)
    assert up.bottom() == pytest.approx(down.top()) and up.height() > 4 < down.height()
    assert spans._layout.direction() == QBoxLayout.Direction.LeftToRight
    with qtbot.waitSignal(panel.why_wanted) as asked:
        spans.answers.row_clicked.emit(0)
    assert asked.args == [SpanTarget(7, 9)]
    with qtbot.waitSignal(panel.why_wanted) as asked:
        spans.answers.row_clicked.emit(1)
    assert asked.args == [SpanTarget(0, 0)]
    session.shift = 0.8
    session.set_texts("the cat", context)
    assert "No answer in this text, 90%" in panel.page.said.text() and spans._best_in_context() is None
    assert spans.answers.rows[0].label == "no answer"


def test_a_threshold_that_decides_against_what_is_likelier_is_said(qtbot) -> None:
    session = TunedSession("question-answering", "the dog", "the cat sat the store .")
    task = replace(INFOS["question-answering"], null_threshold=3.2)
    session.info = replace(session.info, task=task, model_id="other")
    panel = shown(qtbot, session)
    assert panel.page.note.text() == ""
    session.shift = 0.6
    session.load()
    assert (
        panel.page.said.text().startswith("“sat the store”, 24%")
        and "leads by more than 3.2" in panel.page.note.text()
    )


def test_pieces_of_the_context_are_pinned_and_pointed_at(qtbot) -> None:
    session = TunedSession("question-answering", "the dog", "the cat sat .")
    panel = shown(qtbot, session)
    places = panel.page.spans.places
    qtbot.waitUntil(
        lambda: 200 < places.width() < 300 and places.y() > 20
    )  # it is laid out below the answers
    there = QPointF(places.bar_rect(1, end=False).center().x(), places.height() / 2).toPoint()
    qtbot.mouseMove(places, there)
    qtbot.mouseClick(places, Qt.MouseButton.LeftButton, pos=there)
    assert session.selection.query == 5 and places._pinned == 1
    qtbot.keyClick(places, Qt.Key.Key_End)
    assert session.hover.query == 7


def test_questions_and_choices_need_a_second_sentence(qtbot) -> None:
    for task, words in (
        ("question-answering", "context as sentence B"),
        ("multiple-choice", "ending as sentence B"),
    ):
        session = TunedSession(task)  # type: ignore[arg-type]
        panel = shown(qtbot, session)
        assert words in panel.page.empty.sentence and not session.watched
        session.set_texts("the cat", "sat .")
        assert panel.page.part is not None


def test_other_endings_are_compared(qtbot) -> None:
    session = TunedSession("multiple-choice", "the cat", "sat .")
    panel = shown(qtbot, session)
    choice = panel.page.choice
    assert "type other endings" in panel.page.said.text()
    with qtbot.waitSignal(choice.changed):
        choice.editor.setPlainText("the dog\n\nthe dog\nstore")
    assert session.watched == {AskTask(("the dog", "store"))}
    assert [row.label for row in choice.bars.rows] == ["B  sat .", "the dog", "store"]
    assert sum(row.probability for row in choice.bars.rows) == pytest.approx(1)
    choice.bars.row_clicked.emit(2)
    assert session.scene.text_b == "store" and choice.choices == ("sat .", "the dog")
    assert [row.label for row in choice.bars.rows] == ["B  store", "sat .", "the dog"]
    session.undo()
    assert session.scene.text_b == "sat ."


def test_an_example_brings_its_own_endings(qtbot) -> None:
    session = TunedSession("multiple-choice", "the cat", "sat .")
    panel = shown(qtbot, session)
    row = rows_for("multiple-choice", 1).rows[0]
    session.read_anew(row.text, row.text_b or "")
    panel.take_example(row)
    assert len(panel.page.choice.choices) == 3 and row.text_b not in panel.page.choice.choices
    panel.take_example(rows_for("single-sentence", 1).rows[0])
    assert len(panel.page.choice.choices) == 3


def test_what_does_not_fit_the_training_is_said(qtbot) -> None:
    session = TunedSession("single-sentence", "the cat", "the dog")
    panel = shown(qtbot, session)
    assert "B was in no training example" in panel.page.note.text()
    session.set_texts(" ".join(["cat"] * 140), "")
    assert "142 pieces; training cut texts off after 128" in panel.page.note.text()


def test_a_failure_is_said_and_overcome(qtbot) -> None:
    session = TunedSession("single-sentence")
    session.failure = "There is not enough memory."
    panel = shown(qtbot, session)
    assert panel.page.empty.sentence == session.failure and panel.page.part is None
    session.failure = ""
    session.set_texts("the dog", "")
    assert panel.page.said.text() == "positive, 82%"


def test_nothing_is_asked_while_hidden(qtbot) -> None:
    session = TunedSession("single-sentence")
    panel = shown(qtbot, session)
    assert session.watched == {AskTask()}
    panel.hide()
    assert not session.watched
    session.begin(Scene(session.scene.model_id, "the dog"))
    panel.show()
    assert session.watched == {AskTask()}


@pytest.mark.parametrize("task", TASKS)
def test_every_task_fits_a_low_dock_and_makes_a_picture(qtbot, task: TaskName) -> None:
    panel = shown(qtbot, TunedSession(task, "the cat sat", "the dog sat ."), 400, 112)
    least = panel.minimumSizeHint()
    assert least.height() <= 150 - panel.header.sizeHint().height() and least.width() <= 220
    assert panel.page.figure.save_picture.isEnabled()
    assert panel.page._drawing().size.width() >= panel.page._content.width()
    header, rows = panel.page._table()
    assert header and list(rows)
    metadata = panel.page.figure._metadata()
    assert metadata["Formula"] and metadata["Sentence A"] == "the cat sat"
