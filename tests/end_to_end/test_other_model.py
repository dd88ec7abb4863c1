"""Another model comes into force: other layers and heads, another vocabulary, or fewer heads on top."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from safetensors.torch import load_file, save_file

from app.selection import Hover
from app.values import ModelChoice
from bert_core import Bert
from bert_core.tokenization import Tokenizer
from tests.end_to_end.driving import PIECES, SMALL, Driver
from tests.end_to_end.slow_model import SlowModel


@pytest.fixture
def large_model(tmp_path: Path) -> Path:
    """Twice as many layers and heads, fewer pieces, and another vocabulary."""
    folder = tmp_path / "large"
    pieces = (*PIECES[:5], *reversed(PIECES[5:]), "extra")
    config = replace(
        SMALL,
        vocab_size=len(pieces) + 3,
        num_hidden_layers=4,
        num_attention_heads=4,
        max_position_embeddings=32,
    )
    Bert.random(config, Tokenizer.from_vocabulary(pieces, lowercase=True, max_length=32), seed=2).save(folder)
    return folder


def _look_everywhere(driver: Driver) -> None:
    """Walk over layers and heads and pieces, and paint all of it."""
    session = driver.session
    for action in (
        "next-layer",
        "next-head",
        "layer-average",
        "all-average",
        "previous-layer",
        "previous-head",
    ):
        driver.trigger(action)
        driver.window.grab()
    session.set_hover(Hover(0, 0, 0, 0))
    session.pin(query=len(driver.trace.tokens) - 1, key=0)
    driver.window.grab()
    QApplication.processEvents()


def test_to_a_larger_model_and_back(
    app: Driver, small_model: Path, large_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.click_chip(2)
    app.wait_for_trace()
    app.session.request_model(ModelChoice(str(large_model)))
    app.wait_for_trace()
    assert app.session.model.folder == large_model
    assert app.trace.attentions.shape[:2] == (4, 4)
    assert "[MASK]" not in app.pieces, "an id of another vocabulary means nothing"
    assert "vocabulary" in app.notices[-1]
    assert app.input.count.text() == "15 of 32"
    app.session.select_head(3, 3)
    app.session.pin(query=14, key=14)
    _look_everywhere(app)

    app.session.select_head(3, 3)
    app.session.request_model(ModelChoice(str(small_model)))
    app.wait_for_trace()
    assert app.trace.attentions.shape[:2] == (2, 2)
    assert (app.session.selection.layer, app.session.selection.head) == (1, 1)
    _look_everywhere(app)
    assert app.message == ""


def test_the_old_picture_can_be_walked_while_the_new_model_reads(
    app: Driver, large_model: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model is the new one, the analysis still of the old one, which has fewer layers and heads."""
    slow = SlowModel(monkeypatch)
    app.session.request_model(ModelChoice(str(large_model)))
    app.wait_until(lambda: app.session.model.folder == large_model)
    assert app.trace.attentions.shape[:2] == (2, 2)
    app.session.select_head(3, 3)
    assert (app.session.selection.layer, app.session.selection.head) == (1, 1)
    _look_everywhere(app)
    app.trigger("next-layer")
    app.trigger("next-head")
    app.click_chip(2)
    slow.go_on()
    app.wait_for_trace()
    assert app.trace.attentions.shape[:2] == (4, 4)
    _look_everywhere(app)


def test_a_model_without_heads_on_top_says_so_and_is_looked_at(
    app: Driver, small_model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    for file in small_model.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    table = {
        name: tensor.clone()
        for name, tensor in load_file(folder / "model.safetensors").items()
        if not name.startswith("cls.") and "pooler" not in name
    }
    save_file(table, folder / "model.safetensors", metadata={"format": "pt"})
    app.session.request_model(ModelChoice(str(folder)))
    app.wait_for_trace()
    assert app.message == ""
    assert app.trace.nsp is None and app.trace.pooled is None
    assert "no masked-word head" in app.predictions.empty.sentence
    assert "no pooler" in app.next_sentence.empty.sentence
    app.click_chip(2)
    app.wait_for_trace()
    assert app.pieces[2] == "[MASK]"
    _look_everywhere(app)


def test_bfloat16(app: Driver, small_model: Path) -> None:
    box = app.model_panel.dtype
    box.setCurrentText("bfloat16")
    box.activated.emit(box.currentIndex())
    app.wait_until(lambda: app.session.model.dtype == "bfloat16")
    app.wait_for_trace()
    assert "bfloat16" in app.window.top_bar.model_button.text()
    assert app.trace.attentions.dtype == "float32"
