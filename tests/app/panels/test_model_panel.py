"""The model panel: facts, choices, and how far a load has come."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from app.panels.model import ModelPanel, facts
from app.session import Session
from app.theme import apply_theme
from app.values import Catalogue, LoadedModel, Loading, ModelChoice
from bert_core.info import ModelInfo
from tests.app.fakes import fake_model_info

LONG = "/home/someone/models/a_very_long_model_name_without_any_place_to_break_it_uncased_L12_H768_A12"


@pytest.fixture
def session() -> Session:
    made = Session()
    made.set_catalogue(Catalogue(("mini-en", "mini-zh"), ("google/bert_uncased",), ("cpu",)))
    return made


@pytest.fixture
def panel(qtbot: QtBot, session: Session) -> ModelPanel:
    made = ModelPanel(session)
    qtbot.addWidget(made)
    made.resize(260, 420)
    made.show()
    return made


@pytest.fixture
def info() -> ModelInfo:
    return replace(fake_model_info(), weights_files=(Path("/m/model.safetensors"),), folder=Path("/m"))


def take(session: Session, info: ModelInfo, source: str = "mini-en") -> None:
    session.set_model(LoadedModel(ModelChoice(source), info, lambda a, b: (), ("cpu", "cuda")))


def words(combo: QComboBox) -> list[str]:
    return [combo.itemText(index) for index in range(combo.count())]


def choose(combo: QComboBox, index: int) -> None:
    """As a person does: the choice changes, and the combo says that it was they who did it."""
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def test_facts(panel: ModelPanel, session: Session, info: ModelInfo) -> None:
    assert panel.values == {}
    take(session, info)
    shown = {name: label.text() for name, label in panel.values.items()}
    assert shown == {
        "Shape": "4 layers × 4 heads, hidden size 64",
        "Vocabulary": "200 pieces, uncased",
        "Longest text": "512 pieces",
        "Heads on top": "pooler, masked words, next sentence",
        "Runs on": "cpu, float32",
        "File": "model.safetensors (32.0 MB)",
        "Parameters": "7,956,514",
        "· embeddings": "4,000,000 (50%)",
        "· encoder": "3,800,000 (48%)",
        "· pooler": "66,000 (<1%)",
        "· masked words": "90,000 (1%)",
        "· next sentence": "514 (<1%)",
        "Rule of thumb": "V·H + 12·L·H² = 7,900,000 (99% of it)",
    }
    assert panel.values["File"].toolTip() == "/m/model.safetensors".replace("/", str(Path("/")))
    assert panel.values["Vocabulary"].toolTip() == "Casing from tokenizer_config.json"


def test_a_bare_encoder(info: ModelInfo) -> None:
    bare = replace(
        info,
        has_pooler=False,
        has_mlm=False,
        has_nsp=False,
        lowercase=False,
        weights_files=(),
        parameters=replace(info.parameters, pooler=0, mlm=0, nsp=0),
    )
    said = {name: value for name, value, _ in facts(bare)}
    assert said["Heads on top"] == "none" and said["Vocabulary"].endswith(" cased")
    assert said["File"].startswith("none: random weights")
    assert [name for name in said if name.startswith("·")] == ["· embeddings", "· encoder"]


def test_another_model_takes_the_place_of_the_first(
    panel: ModelPanel, session: Session, info: ModelInfo
) -> None:
    take(session, info)
    take(session, replace(info, device="cuda:0", has_nsp=False), "mini-zh")
    QGuiApplication.processEvents()
    assert panel.values["Runs on"].text() == "cuda:0, float32"
    assert panel.grid.count() == 2 * len(panel.values)
    assert panel.source.currentData() == "mini-zh"


def test_what_there_is_to_choose_from(panel: ModelPanel, session: Session, info: ModelInfo) -> None:
    assert words(panel.source) == ["mini-en (built in)", "mini-zh (built in)", "bert_uncased"]
    assert panel.source.itemData(2, Qt.ItemDataRole.ToolTipRole) == "google/bert_uncased"
    take(session, info)
    assert words(panel.device) == ["Device: auto", "Device: cpu", "Device: cuda"]
    assert words(panel.dtype) == ["float32", "bfloat16"]
    assert len(words(panel.source)) == 3


@pytest.mark.parametrize(
    ("combo", "index", "wanted"),
    [
        ("source", 2, ModelChoice("google/bert_uncased")),
        ("device", 2, ModelChoice("mini-en", "cuda")),
        ("dtype", 1, ModelChoice("mini-en", "auto", "bfloat16")),
    ],
)
def test_a_choice_asks_for_a_model(
    panel: ModelPanel,
    session: Session,
    info: ModelInfo,
    qtbot: QtBot,
    combo: str,
    index: int,
    wanted: ModelChoice,
) -> None:
    take(session, info)
    with qtbot.waitSignal(session.load_requested, timeout=1000) as asked:
        choose(getattr(panel, combo), index)
    assert asked.args == [wanted]


def test_the_model_in_force_is_not_asked_for_again(
    panel: ModelPanel, session: Session, info: ModelInfo, qtbot: QtBot
) -> None:
    take(session, info)
    with qtbot.assertNotEmitted(session.load_requested), qtbot.assertNotEmitted(panel.cancel_wanted):
        choose(panel.source, 0)


def test_going_back_to_it_calls_the_load_off(
    panel: ModelPanel, session: Session, info: ModelInfo, qtbot: QtBot
) -> None:
    take(session, info)
    session.set_loading(Loading(ModelChoice("mini-zh"), "weights", 0.1))
    with qtbot.waitSignal(panel.cancel_wanted, timeout=1000), qtbot.assertNotEmitted(session.load_requested):
        choose(panel.source, 0)


def test_a_load_that_failed_leaves_the_model_in_force_chosen(
    panel: ModelPanel, session: Session, info: ModelInfo
) -> None:
    take(session, info)
    choose(panel.source, 1)
    session.set_loading(Loading(ModelChoice("mini-zh"), "weights", 0.5))
    session.set_loading(None)
    assert panel.source.currentData() == "mini-en"


def test_progress_is_shown_while_there_is_any(panel: ModelPanel, session: Session, qtbot: QtBot) -> None:
    assert not panel.progress_row.isVisible() and not panel.progress_words.isVisible()
    session.set_loading(Loading(ModelChoice("mini-zh"), "weights", 0.256))
    assert panel.progress_row.isVisible() and panel.progress.value() == 256
    assert panel.progress_words.text() == "Loading mini-zh…"
    with qtbot.waitSignal(panel.cancel_wanted, timeout=1000):
        panel.cancel.click()
    session.set_loading(None)
    assert not panel.progress_row.isVisible() and not panel.progress_words.isVisible()


def test_opening_a_folder_is_left_to_the_application(panel: ModelPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.open_folder_wanted, timeout=1000):
        panel.open.click()


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_long_names_push_nothing_out_of_a_narrow_panel(
    qapp: QApplication, panel: ModelPanel, session: Session, info: ModelInfo, choice: str, qtbot: QtBot
) -> None:
    apply_theme(qapp, choice)  # type: ignore[arg-type]
    files = tuple(
        Path(f"{LONG}/weights_with_a_long_name_of_their_own-{n}-of-3.safetensors") for n in (1, 2, 3)
    )
    take(session, replace(info, source=LONG, folder=Path(LONG), weights_files=files), LONG)
    session.set_loading(Loading(ModelChoice(LONG), "weights", 0.4))
    labels = [panel.progress_words, *panel.values.values()]
    widgets: list[QWidget] = [panel.source, panel.open, panel.device, panel.dtype, panel.cancel, *labels]

    def inside_and_whole() -> bool:
        right = max(widget.mapTo(panel, widget.rect().topRight()).x() for widget in widgets)
        return right < 260 - 8 and all(
            label.height() >= label.heightForWidth(label.width()) for label in labels
        )

    qtbot.waitUntil(inside_and_whole, timeout=2000)  # wrapped lines are laid out in several rounds
    assert panel.width() == 260
    assert panel.values["File"].text() == "weights_wi…fetensors and 2 more (32.0 MB)"
    assert panel.values["File"].toolTip().splitlines() == [str(file) for file in files]
    assert panel.source.toolTip() == LONG


def test_names_are_plain_text(panel: ModelPanel, session: Session, info: ModelInfo) -> None:
    take(session, replace(info, weights_files=(Path("<i>x</i>.bin"),)))
    assert {label.textFormat() for label in panel.values.values()} == {Qt.TextFormat.PlainText}


def test_the_facts_as_a_table(panel: ModelPanel, session: Session, info: ModelInfo) -> None:
    assert list(panel._table()[1]) == []
    take(session, info)
    header, rows = panel._table()
    assert tuple(header) == ("fact", "value")
    assert ("Runs on", "cpu, float32") in [tuple(row) for row in rows]
