"""The page on which a run is set up: from files and settings to a wish."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from pytestqt.qtbot import QtBot

from app.file_answerers.data import ANSWERERS
from app.file_questions.data import DataOf
from app.files import FileQuestion
from app.panels.fine_tuning.setup import SetUpPage
from app.panels.fine_tuning.setup.columns import MIDDLE, WIDE
from app.panels.fine_tuning.setup.form import SetUpForm
from app.run_values import Run, RunSummary
from app.services.files import FileService
from app.session import Session
from app.tuning import TuningEnd, TuningState, TuningWish
from app.values import Catalogue
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.resources import resource_path
from bert_core.training.ending import Ending

ROWS = [f"sentence number {n},{'good' if n % 3 else 'bad'}" for n in range(30)]


class Answering:
    """Answers questions about files at once, and remembers them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._service = FileService(ANSWERERS)
        self.asked: list[FileQuestion] = []
        session.files.asked.connect(self.answer)

    def answer(self, question: FileQuestion) -> None:
        self.asked.append(question)
        if type(question) in ANSWERERS:
            self._session.files.answered.emit(self._service._answer(question))


@pytest.fixture
def session(tmp_path: Path) -> Session:
    session = Session()
    session.runs.home = str(tmp_path / "runs")
    session.set_catalogue(Catalogue(("mini-en", "mini-zh")))
    return session


@pytest.fixture
def answering(session: Session) -> Answering:
    return Answering(session)


@pytest.fixture
def whole(session: Session, answering: Answering, qtbot: QtBot) -> SetUpPage:
    page = SetUpPage(session)
    qtbot.addWidget(page)
    page.resize(1300, 700)
    return page


@pytest.fixture
def page(whole: SetUpPage) -> SetUpForm:
    """The form, on its page."""
    form = whole.form
    form.model.set_current("mini-en")
    whole.show()
    return form


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    def one(rows: list[str], name: str = "train.csv", header: str = "text,label") -> str:
        (tmp_path / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return str(tmp_path / name)

    return one


def reason(page: SetUpForm) -> str:
    assert not page.start_part.start.isEnabled() and page.wish is None
    assert page.start_part.start.toolTip() == page.start_part.reason.text()
    return page.start_part.reason.text()


# Data ----------------------------------------------------------------------------------------------------------------


def test_a_built_in_set_can_be_started_at_once(page: SetUpForm, session: Session, qtbot: QtBot) -> None:
    wish = page.wish
    assert wish is not None and page.start_part.start.isEnabled()
    assert wish.folder == str(Path(session.runs.home) / "sentiment-mini-en")
    assert Path(wish.train) == resource_path("datasets", "sentiment", "train.tsv")
    assert Path(wish.dev) == resource_path("datasets", "sentiment", "dev.tsv")
    assert (wish.model, wish.layout, wish.extra) == ("mini-en", None, ())
    assert wish.recipe == FineTuneRecipe(task="single-sentence")
    with qtbot.waitSignal(session.tuning.start_wanted) as started:
        page.start_part.start.click()
    assert started.args == [wish]


@pytest.mark.parametrize("name", ["pairs", "similarity", "tagging", "questions", "choice"])
def test_every_built_in_set(page: SetUpForm, name: str) -> None:
    assert page.data.choose_set(name)
    wish = page.wish
    assert wish is not None and Path(wish.train).parent.name == name and wish.recipe.task is not None
    assert page.preview.table.rowCount() > 2
    assert [combo.currentData() for combo in page.preview.table.combos if combo.currentData()]


def test_a_file_of_ones_own(page: SetUpForm, write: Callable[..., str]) -> None:
    path = write(ROWS)
    page.data.choose_file(path)
    wish = page.wish
    assert wish is not None and (wish.train, wish.dev) == (path, None)
    assert Path(wish.folder).name == "train-mini-en"
    assert (wish.recipe.dev_share, wish.recipe.split_seed, wish.recipe.skip_malformed) == (0.1, 0, False)
    assert "27" in page.preview.counts.text() and "3" in page.preview.counts.text()
    assert [row.extra for row in page.preview.balance.rows] == ["9", "18"]


def test_another_share_is_asked_for_and_told_to_the_run(
    page: SetUpForm, answering: Answering, write: Callable[..., str], qtbot: QtBot
) -> None:
    page.data.choose_file(write(ROWS))
    page.data.share.setValue(50)
    page.data.seed.setValue(3)
    assert not page.start_part.start.isEnabled(), "not before it is known what that means"
    qtbot.waitUntil(lambda: page.wish is not None)
    wish = page.wish
    assert (wish.recipe.dev_share, wish.recipe.split_seed) == (0.5, 3)
    questions = [question for question in answering.asked if isinstance(question, DataOf)]
    assert (questions[-1].share, questions[-1].seed) == (0.5, 3)


def test_a_dev_file(page: SetUpForm, write: Callable[..., str]) -> None:
    page.data.choose_file(write(ROWS))
    page.data.dev_file.setChecked(True)
    assert "dev file" in reason(page)
    dev = write(["one more,good", "another,bad"], "dev.csv")
    page.data.choose_dev_file(dev)
    page._ask_data()
    assert page.wish is not None and page.wish.dev == dev


def test_a_file_is_dropped(page: SetUpForm, write: Callable[..., str]) -> None:
    path = write(ROWS)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path)])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.dropEvent(event)
    assert page.data.train == path and page.wish is not None


def test_malformed_rows_are_named_and_can_be_left_out(page: SetUpForm, write: Callable[..., str]) -> None:
    page.data.choose_file(write([*ROWS, "one,column,too many"]))
    assert "left out" in reason(page)
    assert "train.csv, line 32" in page.preview.problems.toPlainText()
    page.preview.skip.setChecked(True)
    assert page.wish is not None and page.wish.recipe.skip_malformed


def test_a_file_that_cannot_be_read(page: SetUpForm, tmp_path: Path) -> None:
    page.data.choose_file(str(tmp_path / "nothing.csv"))
    assert "cannot be read" in reason(page)
    assert "no such file" in page.preview.state.text() and not page.preview.content.isVisible()
    page.data.choose_set("pairs")
    assert page.wish is not None and page.preview.content.isVisible()


def test_roles_and_task_can_be_changed(page: SetUpForm, write: Callable[..., str]) -> None:
    rows = [f"one {n},two {n},{'good' if n % 2 else 'bad'}" for n in range(30)]
    page.data.choose_file(write(rows, header="first,second,label"))
    assert page.wish.recipe.task == "sentence-pair"
    page.preview.fields.task.setCurrentIndex(0)
    page.preview.fields.task.activated.emit(0)
    assert page.wish is not None and page.wish.recipe.task == "single-sentence"
    combo = page.preview.table.combos[0]
    combo.setCurrentIndex(combo.findData(""))
    combo.activated.emit(0)
    assert "Sentence A" in reason(page)
    combo = page.preview.table.combos[1]
    combo.setCurrentIndex(combo.findData("text_a"))
    combo.activated.emit(0)
    wish = page.wish
    assert wish is not None and wish.layout.columns == (("text_a", "second"), ("label", "label"))
    page.data.choose_set("sentiment")
    assert page.wish.layout is None, "what was said of one file does not hold for another"


def test_another_delimiter(page: SetUpForm, write: Callable[..., str]) -> None:
    page.data.choose_file(write([row.replace(",", ";") for row in ROWS], header="text;label"))
    assert page.preview.fields.delimiter.currentText() == "Semicolon"
    page.preview.fields.delimiter.setCurrentIndex(0)
    page.preview.fields.delimiter.activated.emit(0)
    assert page.wish is None
    page.preview.fields.delimiter.setCurrentIndex(2)
    page.preview.fields.delimiter.activated.emit(2)
    assert page.wish is not None and page.wish.layout.delimiter == ";"


def test_what_was_labelled_is_trained_on_once(
    page: SetUpForm, session: Session, write: Callable[..., str]
) -> None:
    page.data.choose_file(write(ROWS))
    extra = write(["labelled just now,bad"], "labelled.csv")
    session.tuning.add_extra(extra)
    page._ask_data()
    wish = page.wish
    assert wish is not None and wish.extra == (extra,)
    page.start()
    assert session.tuning.extra == () and page.data.extra == ()


# Settings ------------------------------------------------------------------------------------------------------------


def test_settings_reach_the_recipe(page: SetUpForm) -> None:
    for name, text in (("learning_rate", "2e-5"), ("seeds", "3, 1 4"), ("patience", "2"), ("clip", "")):
        page.options.rows[name].field.setText(text)
    page.options.rows["bias_correction"].field.setChecked(False)
    page.options.rows["warmup"].field.setValue(25)
    recipe = page.wish.recipe
    assert (recipe.learning_rate, recipe.seeds, recipe.patience, recipe.clip) == (2e-5, (3, 1, 4), 2, None)
    assert not recipe.bias_correction and recipe.warmup == 0.25
    assert page.options.preset.currentIndex() == -1, "this is one's own"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("learning_rate", "fast", "1e-8"),
        ("learning_rate", "7", "1e-8"),
        ("seeds", "", "at least"),
        ("seeds", "1, -2", "Whole numbers"),
        ("seeds", "1, 1", "twice"),
        ("patience", "1.5", "whole"),
    ],
)
def test_a_wrong_setting_is_said_beside_it(page: SetUpForm, name: str, text: str, words: str) -> None:
    row = page.options.rows[name]
    row.field.setText(text)
    assert words in row.hint.text() and row.hint.property("kind") == "error"
    assert row.spec.title in reason(page)
    row.field.setText("1")
    assert row.hint.text() == row.spec.hint and page.wish is not None


def test_settings_that_contradict_each_other(page: SetUpForm) -> None:
    page.options.rows["batch_size"].field.setValue(4)
    page.options.rows["accumulate"].field.setValue(8)
    assert "micro-batches" in reason(page)
    assert "micro-batches" in page.options.error_line.text()


def test_presets(page: SetUpForm) -> None:
    page.options.preset.setCurrentIndex(1)
    page.options.preset.activated.emit(1)
    assert page.wish.recipe.epochs == 20 and page.wish.recipe.learning_rate is None
    page.options.set_model(768, 12, 512)
    page.options.preset.activated.emit(1)
    assert page.wish.recipe.learning_rate == 2e-5
    page.options.preset.activated.emit(0)
    assert page.wish.recipe == FineTuneRecipe(task="single-sentence")


def test_only_settings_that_matter_are_shown(page: SetUpForm) -> None:
    rows = page.options.rows
    page.options.more.setChecked(True)
    assert rows["class_weights"].isVisible() and not rows["doc_stride"].isVisible()
    page.data.choose_set("questions")
    assert rows["doc_stride"].isVisible() and not rows["class_weights"].isVisible()
    assert not rows["lstm_size"].isVisible() and rows["frozen_layers"].isVisible()
    rows["frozen_layers"].field.setValue(2)
    rows["mode"].field.setCurrentIndex(1)
    assert rows["lstm_size"].isVisible() and not rows["frozen_layers"].isVisible()
    assert page.wish.recipe.frozen_layers == 0, "what is not shown is not meant"
    assert rows["learning_rate"].field.placeholderText() == "1e-3"


def test_the_model_sets_limits(page: SetUpForm) -> None:
    assert page.options.rows["max_length"].field.maximum() == 256
    assert page.options.rows["frozen_layers"].field.maximum() == 4
    assert page.options.rows["learning_rate"].field.placeholderText() == "3e-4"
    assert "4 layers" in page.model.note.text()


def test_what_a_length_limit_cuts_is_shown(page: SetUpForm) -> None:
    assert page.preview.lengths.limit is None and "None is cut" in page.preview.lengths_note.text()
    page.options.rows["max_length"].field.setValue(20)
    assert page.preview.lengths.limit == 20
    assert "lose their end" in page.preview.lengths_note.text()


def test_steps_are_counted(page: SetUpForm) -> None:
    assert "26" in page.options.sum_line.text() and "78" in page.options.sum_line.text()
    page.options.rows["seeds"].field.setText("1 2 3")
    assert "3 seeds" in page.options.sum_line.text()


# Model, probes, name -------------------------------------------------------------------------------------------------


def test_another_model(page: SetUpForm, session: Session, tmp_path: Path, qtbot: QtBot) -> None:
    page.model.choose("mini-zh")
    qtbot.waitUntil(lambda: page.wish is not None)
    assert page.wish.model == "mini-zh" and Path(page.wish.folder).name == "sentiment-mini-zh"
    page.model.set_current("somebody/other")
    assert page.model.source == "mini-zh", "what a person has chosen stays"
    page.model.choose("somebody/other")
    assert "Not on this machine" in page.model.note.text()
    qtbot.waitUntil(lambda: page.wish is not None)
    assert page.wish.model == "somebody/other"


def test_probes_are_those_of_the_session(page: SetUpForm, session: Session) -> None:
    session.set_texts("A fine day.", "It rains.")
    page.probes.add_current.click()
    assert session.probes.pinned == (("A fine day.", "It rains."),)
    assert page.wish.probes == session.probes.pinned
    page.probes.add_empty.click()
    edit = page.probes.edits[1]
    edit.setText("The [MASK] sat.")
    edit.editingFinished.emit()
    assert page.wish.probes == (("A fine day.", "It rains."), ("The [MASK] sat.", None))
    session.probes.unpin("A fine day.", "It rains.")
    assert [edit.text() for edit in page.probes.edits] == ["The [MASK] sat."]


@pytest.mark.parametrize("name", ["", "a/b", "con", ".hidden", "x" * 300, "there"])
def test_names_that_cannot_be(page: SetUpForm, session: Session, name: str) -> None:
    (Path(session.runs.home) / "there").mkdir(parents=True)
    page.start_part.name.setText(name)
    page._named = True
    page._show()
    assert reason(page)


def test_names_are_counted_up(page: SetUpForm, session: Session) -> None:
    (Path(session.runs.home) / "sentiment-mini-en").mkdir(parents=True)
    waiting = TuningWish(str(Path(session.runs.home) / "sentiment-mini-en-2"))
    session.tuning.set_state(TuningState(queue=(waiting,)))
    assert Path(page.wish.folder).name == "sentiment-mini-en-3"


def test_the_command_can_be_copied(page: SetUpForm) -> None:
    page.start_part.copy.click()
    assert QGuiApplication.clipboard().text() == page.wish.command()
    assert "finetune --train" in page.wish.command()


def test_the_form_is_made_when_it_is_wanted(whole: SetUpPage, answering: Answering) -> None:
    assert whole._form is None and whole.wish is None and answering.asked == []
    whole.show()
    assert whole.form.isVisible() and answering.asked != []


def test_it_is_made_in_steps_between_which_the_window_goes_on(
    qtbot: QtBot, whole: SetUpPage, answering: Answering
) -> None:
    whole.show()
    assert whole._form is None, "not in the event that shows the page"
    steps: list[None] = []
    build_on = whole._build_on
    whole._next.timeout.disconnect()
    whole._next.timeout.connect(lambda: steps.append(build_on()))
    qtbot.waitUntil(lambda: whole._form is not None and not whole._next.isActive())
    assert len(steps) >= 3 and whole.form.isVisible() and answering.asked != []


# The queue -----------------------------------------------------------------------------------------------------------


def test_while_one_is_trained_others_queue(page: SetUpForm, session: Session) -> None:
    assert page.start_part.start.text() == "Start"
    session.tuning.set_state(TuningState(running=TuningWish("/runs/other")))
    assert page.start_part.start.text() == "Queue" and "other" in page.start_part.reason.text()


def test_what_waited_is_offered(page: SetUpForm, session: Session, qtbot: QtBot) -> None:
    assert not page.waiting.isVisible()
    one, two = TuningWish("/runs/one"), TuningWish("/runs/two")
    session.tuning.set_state(TuningState(held=(one, two)))
    assert page.waiting.isVisible() and "one, two" in page.waiting.words.text()
    with qtbot.waitSignal(session.tuning.go_on_wanted):
        page.waiting.go_on.click()
    cancelled: list[str] = []
    session.tuning.cancel_wanted.connect(cancelled.append)
    page.waiting.let_go.click()
    assert cancelled == ["/runs/one", "/runs/two"]


def test_a_run_that_was_started_is_shown_once_it_is_there(page: SetUpForm, session: Session) -> None:
    wish = page.wish
    requested: list[str] = []
    begun: list[str] = []
    session.runs.requested.connect(requested.append)
    page.begun.connect(begun.append)
    page.start()
    session.tuning.set_state(TuningState(running=wish))
    assert "being prepared" in page.start_part.reason.text()
    session.runs.set_summaries((RunSummary("/runs/another"),))
    assert begun == []
    session.runs.set_summaries((RunSummary(wish.folder), RunSummary("/runs/another")))
    assert begun == requested == [wish.folder]


def test_a_run_that_could_not_begin_says_why(page: SetUpForm, session: Session) -> None:
    wish = page.wish
    page.start()
    session.tuning.take_end(
        TuningEnd(wish, Ending("crashed", "There is no such file.", 0), "error: all of it")
    )
    assert page.banner.isVisible() and "There is no such file." in page.banner.label.text()
    assert page.banner.details.toPlainText() == "error: all of it"


def test_a_run_like_another(page: SetUpForm, session: Session, write: Callable[..., str]) -> None:
    path = write(ROWS)
    page.data.choose_file(path)
    page.options.rows["epochs"].field.setValue(7)
    page.options.rows["seeds"].field.setText("4, 5")
    session.probes.set_pinned([("A", "B")])
    old = page.wish
    details = {
        "kind": "finetune",
        "model": "mini-zh",
        "seeds": [4, 5],
        "recipe": {**json.loads(json.dumps(old.recipe.to_dict())), "seeds": [4]},
        "data": {"train": path, "dev": None, "extra": [], "layout": page.preview.report.layout.to_dict()},
        "probes": [["A", "B"]],
    }
    page.data.choose_set("pairs")
    session.probes.set_pinned([])
    page.options.preset.activated.emit(0)
    session.tuning.like_wanted.emit(Run("/runs/old", details=details), {"learning_rate": 1e-5})
    wish = page.wish
    assert wish is not None and (wish.train, wish.model, wish.probes) == (path, "mini-zh", (("A", "B"),))
    assert wish.recipe == replace(old.recipe, learning_rate=1e-5)


# Looks ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "columns"), [(500, 1), (MIDDLE + 40, 2), (WIDE + 40, 3)])
def test_columns_by_room(whole: SetUpPage, page: SetUpForm, qtbot: QtBot, width: int, columns: int) -> None:
    whole.resize(width + 12, 600)
    qtbot.waitUntil(lambda: page.columns.count == columns)
    area = page.columns
    qtbot.waitUntil(lambda: area.widget().width() <= area.viewport().width())
    preview, table = page.preview, page.preview.table
    qtbot.waitUntil(lambda: preview.counts.y() >= table.y() + table.height())
    assert preview.content.height() >= preview.content.heightForWidth(preview.content.width())


def test_a_file_of_very_many_columns(page: SetUpForm, write: Callable[..., str]) -> None:
    many = 500
    rows = [",".join([*(f"{n}" for _ in range(many)), f"some words {n}", "ab"[n % 2]]) for n in range(20)]
    page.data.choose_file(write(rows, header=",".join([*(f"x{n}" for n in range(many)), "text", "label"])))
    assert page.preview.table.columnCount() == 40
    roles = {combo.property("column"): combo.currentData() for combo in page.preview.table.combos}
    assert roles["text"] == "text_a" and roles["label"] == "label"


def test_every_control_has_a_name(page: SetUpForm) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit

    for kind in (QComboBox, QAbstractSpinBox, QLineEdit, QAbstractButton):
        for widget in page.findChildren(kind):
            inner = isinstance(widget, QLineEdit) and isinstance(
                widget.parent(), QAbstractSpinBox | QComboBox
            )
            if inner or widget.objectName().startswith("qt_"):
                continue
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            assert widget.accessibleName() or text, widget
