"""The dialog: what it asks for, what it says, what happens to it while it works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.panels.features import FeaturesDialog
from app.session import Session
from app.values import LoadedModel, ModelChoice
from bert_core.features.progress import Progress, Written
from bert_core.features.wanted import Feature
from bert_core.info import ModelInfo
from bert_core.queries import Answer, Query
from bert_core.queries import Progress as Step
from bert_core.queries_features import CountTexts, SavedFeatures, SaveFeatures, TextCount
from bert_core.scene import Scene
from tests.app.fakes import fake_model_info, fake_trace


def model_of(layers: int = 12, model_id: str = "m") -> ModelInfo:
    info = fake_model_info(model_id=model_id)
    return replace(info, config=replace(info.config, num_hidden_layers=layers, hidden_size=768))


def load(session: Session, info: ModelInfo) -> None:
    session.set_model(LoadedModel(ModelChoice(info.model_id), info, lambda a, b: (), ("cpu",)))
    session.accept_trace(fake_trace(scene=session.scene))


@pytest.fixture
def session(qapp: object) -> Session:
    made = Session()
    made.begin(Scene("", "the man"))
    load(made, model_of())
    return made


@pytest.fixture
def dialog(session: Session, qtbot: QtBot, tmp_path: Path) -> Iterator[FeaturesDialog]:
    made = FeaturesDialog(session)
    qtbot.addWidget(made)
    made.target.set_path(tmp_path / "out.parquet")
    made.bring()
    yield made
    made.close()


def asked(session: Session, kind: type[Query]) -> Any:
    found = [query for query in session.watched if isinstance(query, kind)]
    return found[0] if found else None


def answer(session: Session, kind: type[Query], value: object = None, **rest: Any) -> None:
    session.accept_answer(Answer(asked(session, kind), session.scene, value, **rest))


def counted(session: Session, texts: int = 1200, pieces: int = 14310, cut: int = 0, **rest: Any) -> None:
    answer(session, CountTexts, TextCount(texts, pieces, cut, **rest))


def progress(session: Session, texts: int, share: float, seconds: float, **rest: Any) -> None:
    so_far = Progress(texts, round(1000 * share), 1000, seconds, **rest)
    answer(session, SaveFeatures, progress=Step(so_far.done, so_far.total, "saving", so_far))


def saved(path: Path, **counts: int) -> SavedFeatures:
    made = {"texts": 1200, "pieces": 14310, "truncated": 0, "pieceless": 0, "bytes": 3_700_000} | counts
    return SavedFeatures(Written(path=path, seconds=4.0, **made))


# What is asked for -------------------------------------------------------------------------------------------------


def test_it_opens_on_the_built_in_text_and_a_mean(session: Session, dialog: FeaturesDialog) -> None:
    assert asked(session, CountTexts).source.path.endswith("short-scenes.txt")
    assert "Counting" in dialog.count_line.text()
    counted(session)
    assert dialog.count_line.text() == "1,200 texts, 14,310 pieces"
    assert dialog.size_line.text().startswith("1,200 texts × 768 numbers, 4 bytes each: 3.7 MB")
    assert "By " in dialog.model_line.text() and "does not count here" in dialog.model_line.text()
    dialog.start_button.click()
    query = asked(session, SaveFeatures)
    assert query.features == (Feature("last", "mean"),)
    assert query.path == str(dialog.target.path)
    assert (query.model_id, query.device, query.dtype) == (
        session.model.model_id,
        session.model.device,
        session.model.dtype,
    )


def test_every_box_is_the_feature_it_says(session: Session, dialog: FeaturesDialog) -> None:
    dialog.ticks.tick(Feature("last", "mean"), False)
    assert dialog.ticks.features() == () and not dialog.start_button.isEnabled()
    assert dialog.size_line.text() == "Tick at least one feature."
    for layers in ("last", "second-to-last", "sum-last-four", "concat-last-four", "sum-all-layers"):
        for pool in ("pieces", "cls", "mean", "mean-all-pieces"):
            dialog.ticks.tick_of(layers, pool).setChecked(True)
            assert dialog.ticks.features() == (Feature(layers, pool),)
            dialog.ticks.tick_of(layers, pool).setChecked(False)


def test_any_layer_by_its_number(session: Session, dialog: FeaturesDialog) -> None:
    dialog.ticks.tick(Feature("last", "mean"), False)
    (box,) = dialog.ticks.layer_boxes
    assert (box.minimum(), box.maximum()) == (0, 12)
    box.setValue(3)
    dialog.ticks.tick_of("layer-3", "cls").setChecked(True)
    box.setValue(5)
    assert dialog.ticks.features() == (Feature("layer-5", "cls"),)
    dialog.ticks.more.click()
    dialog.ticks.layer_boxes[1].setValue(0)
    dialog.ticks.tick_of("layer-0", "pieces").setChecked(True)
    assert dialog.ticks.features() == (Feature("layer-5", "cls"), Feature("layer-0", "pieces"))
    for _ in range(20):
        dialog.ticks.more.click()
    assert len(dialog.ticks.layer_boxes) == 6 and dialog.ticks.more.isHidden()


def test_what_a_model_does_not_have_cannot_be_ticked(session: Session, dialog: FeaturesDialog) -> None:
    dialog.ticks.tick(Feature("concat-last-four"))
    load(session, model_of(layers=2, model_id="small"))
    box = dialog.ticks.tick_of("concat-last-four", "pieces")
    assert not box.isEnabled() and "at least 4 layers" in box.toolTip()
    assert dialog.ticks.features() == (Feature("last", "mean"),)
    assert dialog.ticks.layer_boxes[0].maximum() == 2
    load(session, model_of(model_id="large"))
    assert Feature("concat-last-four") in dialog.ticks.features()


def test_size_is_pieces_and_texts_times_numbers(session: Session, dialog: FeaturesDialog) -> None:
    dialog.ticks.tick(Feature("concat-last-four"))
    dialog.ticks.tick(Feature("last", "cls"))
    counted(session, texts=1000, pieces=20_000, cut=7)
    said = dialog.size_line.text()
    assert said.startswith(
        "20,000 pieces × 3,072 numbers + 1,000 texts × 1,536 numbers, 4 bytes each: 252 MB"
    )
    assert "7 longer than the 512 pieces that this model reads" in dialog.count_line.text()


def test_what_is_not_counted_is_about_so_much(session: Session, dialog: FeaturesDialog) -> None:
    dialog.ticks.tick(Feature("last"))
    counted(session, texts=3_000_000, pieces=61_234_567, exact=False)
    assert "about 61,000,000 pieces" in dialog.count_line.text()
    assert "61,000,000 pieces × 768 numbers" in dialog.size_line.text()
    assert "about 197 GB" in dialog.size_line.text()


def test_too_little_room_is_said_before(
    session: Session, dialog: FeaturesDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.panels.features.dialog._free", lambda _: 2_000_000)
    counted(session)
    assert "Only 2.0 MB are free there" in dialog.size_line.text()
    assert dialog.size_line.property("kind") == "warning"


# Where it goes -----------------------------------------------------------------------------------------------------


def test_ending_and_format_say_the_same(dialog: FeaturesDialog, tmp_path: Path) -> None:
    target = dialog.target
    target.line.setText(str(tmp_path / "a.b.SafeTensors"))
    target.line.textEdited.emit(target.line.text())
    assert target.format.currentIndex() == 2
    target.format.setCurrentIndex(1)
    target.format.chosen.emit(1)
    assert target.path == tmp_path / "a.b.npz"


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "where"), ("x.csv", "must end in .parquet"), ("gone/x.npz", "no folder"), ("d.npz", "is a folder")],
)
def test_a_wrong_name_is_said_at_once(
    session: Session, dialog: FeaturesDialog, tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / "d.npz").mkdir()
    counted(session)
    dialog.target.line.setText(str(tmp_path / name) if name else "")
    dialog.target.line.textEdited.emit(dialog.target.line.text())
    assert words in dialog.size_line.text() and not dialog.start_button.isEnabled()
    dialog.target.set_path(tmp_path / "x.npz")
    assert dialog.target.problem() == "" and dialog.start_button.isEnabled()


def test_a_file_that_is_there_is_asked_about(session: Session, dialog: FeaturesDialog, qtbot: QtBot) -> None:
    dialog.target.path.write_bytes(b"older")
    for button, goes_on in (("Keep it", False), ("Replace it", True)):
        dialog.start_button.click()
        box = dialog.replacing
        assert box is not None and dialog.target.path.name in box.text()
        assert asked(session, SaveFeatures) is None
        next(one for one in box.buttons() if one.text() == button).click()
        assert (asked(session, SaveFeatures) is not None) == goes_on
        assert dialog.replacing is None


def test_a_chosen_file_names_the_target_until_a_person_does(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = FeaturesDialog(session)
    qtbot.addWidget(dialog)
    dialog.texts.choose_file(str(tmp_path / "my news.txt"))
    assert dialog.target.path == tmp_path / "my-news-features.parquet"
    dialog.target.set_path(tmp_path / "mine.npz")
    dialog.texts.choose_file(str(tmp_path / "other.txt"))
    assert dialog.target.path == tmp_path / "mine.npz"


# While it works ----------------------------------------------------------------------------------------------------


def test_progress_speed_and_time_left(session: Session, dialog: FeaturesDialog) -> None:
    dialog.start_button.click()
    assert dialog.how_far.text == "Waiting for its turn…" and not dialog.form.isEnabled()
    assert asked(session, CountTexts) is None  # one thing after the other
    progress(session, 400, 0.25, 10.0)
    assert dialog.how_far.text == "400 texts (25 %), 40 a second, 0:30 left"
    assert dialog.bar.value() == 250
    progress(session, 1200, 1.0, 40.0, finishing=True)
    assert dialog.how_far.text == "1,200 texts read; putting the file together…"


def test_the_end_says_what_is_where(
    session: Session, dialog: FeaturesDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog.start_button.click()
    path = dialog.target.path
    answer(session, SaveFeatures, saved(path, truncated=3, pieceless=2))
    said = dialog.end.text()
    assert said.startswith(str(path)) and "1,200 texts, 14,310 pieces, 3.7 MB" in said
    assert "300 texts a second" in said and "3 of the texts were cut" in said and "512" in said
    assert "2 have no piece of their own" in said
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    dialog.folder_button.click()
    assert [url.toLocalFile() for url in opened] == [str(path.parent)]
    assert dialog.form.isEnabled() and asked(session, CountTexts) is not None  # the counting goes on


def test_the_same_wish_again_is_another(session: Session, dialog: FeaturesDialog) -> None:
    dialog.start_button.click()
    first = asked(session, SaveFeatures)
    answer(session, SaveFeatures, saved(dialog.target.path))
    dialog.start_button.click()
    second = asked(session, SaveFeatures)
    assert second is not None and second != first
    assert replace(second, number=first.number) == first


def test_cancel_and_what_came_too_late_to_be_cancelled(session: Session, dialog: FeaturesDialog) -> None:
    dialog.start_button.click()
    query = asked(session, SaveFeatures)
    dialog.cancel_button.click()
    assert asked(session, SaveFeatures) is None
    assert dialog.end.text() == f"Cancelled: nothing was written to {dialog.target.path}."
    session.accept_answer(Answer(query, session.scene, saved(dialog.target.path)))
    assert "Saved 1,200 texts" in dialog.end.text()


def test_another_model_ends_it_and_that_is_said(session: Session, dialog: FeaturesDialog) -> None:
    dialog.start_button.click()
    progress(session, 400, 0.25, 10.0)
    load(session, model_of(model_id="other"))
    assert asked(session, SaveFeatures) is None
    assert "Another model was loaded meanwhile" in dialog.end.text()
    assert dialog.end.property("kind") == "error" and dialog.start_button.isEnabled()


def test_failure_is_said_and_it_can_be_tried_again(session: Session, dialog: FeaturesDialog) -> None:
    dialog.start_button.click()
    answer(session, SaveFeatures, failure="out.npz: No space left on device. Make room.")
    assert dialog.end.text() == "out.npz: No space left on device. Make room."
    assert dialog.folder_button.isHidden() and dialog.start_button.isEnabled()


def test_a_bad_text_is_said_before_the_start(session: Session, dialog: FeaturesDialog) -> None:
    answer(session, CountTexts, failure="t.txt: Line 2 is not UTF-8. Convert the file to UTF-8.")
    assert "Line 2 is not UTF-8" in dialog.count_line.text()
    assert not dialog.start_button.isEnabled()


class Heard(QObject):
    """What the session tells the window."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.notices: list[str] = []
        session.notice_given.connect(self.hear)

    @Slot(object)
    def hear(self, text: str) -> None:
        self.notices.append(text)


def test_closed_it_goes_on_and_tells_the_window(session: Session, dialog: FeaturesDialog) -> None:
    heard = Heard(session)
    dialog.start_button.click()
    dialog.close_button.click()
    assert dialog.isHidden() and asked(session, SaveFeatures) is not None
    assert "still being saved" in heard.notices[-1]
    answer(session, SaveFeatures, saved(dialog.target.path))
    assert heard.notices[-1] == f"Saved features of 1,200 texts in {dialog.target.path}"
    dialog.bring()
    assert "Saved 1,200 texts" in dialog.end.text()
    dialog.start_button.click()
    dialog.close()
    answer(session, SaveFeatures, failure="No room.")
    assert session.problem is not None and session.problem.message == "No room."


def test_hidden_it_does_not_count(session: Session, dialog: FeaturesDialog) -> None:
    dialog.close()
    assert session.watched == frozenset()
    dialog.bring()
    assert asked(session, CountTexts) is not None


def test_without_a_model_nothing_can_be_started(qtbot: QtBot) -> None:
    session = Session()
    dialog = FeaturesDialog(session)
    qtbot.addWidget(dialog)
    assert dialog.model_line.text() == "No model is loaded yet." and not dialog.start_button.isEnabled()


def test_every_control_has_a_name_and_can_be_tabbed_to(dialog: FeaturesDialog) -> None:
    for kind in (QCheckBox, QSpinBox, QComboBox, QAbstractButton):
        for control in dialog.findChildren(kind):
            if control.isVisible():
                assert control.accessibleName() or getattr(control, "text", str)(), control
    assert dialog.target.line.accessibleName()
    order: list[QWidget | None] = []
    widget: QWidget | None = dialog.texts
    while widget is not dialog.start_button:
        assert widget is not None and len(order) < 500
        widget = widget.nextInFocusChain()
        order.append(widget)
    box = dialog.ticks.layer_boxes[0]
    assert box in order and dialog.ticks.more in order and dialog.target.line in order
    assert order.index(box) < order.index(dialog.ticks.more) < order.index(dialog.target.line)
