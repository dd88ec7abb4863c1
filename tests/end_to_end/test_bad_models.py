"""A model that cannot be had: one clear message, what was there stays, and the log has the rest."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from PySide6.QtWidgets import QApplication, QComboBox
from safetensors.torch import load_file, save_file

from app.places import settings_file
from app.screenshot import Screenshot
from app.settings import read_settings
from app.values import ModelChoice
from bert_core.devices import available_devices
from tests.end_to_end.driving import PIECES, Driver

WEIGHTS = "model.safetensors"
QUERY = "bert.encoder.layer.0.attention.self.query.weight"
Start = Callable[..., Driver]
LogText = Callable[[], str]


def no_weights(folder: Path) -> None:
    (folder / WEIGHTS).unlink()


def truncated(folder: Path) -> None:
    whole = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(whole[: len(whole) // 2])


def corrupt(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(b"\x10\0\0\0\0\0\0\0{not json at all" + bytes(1000))


def empty(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(b"")


def _edit(folder: Path, name: str, tensor: torch.Tensor) -> None:
    table = {key: value.clone() for key, value in load_file(folder / WEIGHTS).items()}
    table[name] = tensor
    save_file(table, folder / WEIGHTS, metadata={"format": "pt"})


def wrong_shape(folder: Path) -> None:
    _edit(folder, QUERY, torch.zeros(12, 24))


def not_a_number(folder: Path) -> None:
    _edit(folder, QUERY, torch.full((24, 24), float("nan")))


def wrong_vocabulary(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.txt").write_text("\n".join([*PIECES, "one", "two"]) + "\n", encoding="utf-8")


def no_vocabulary(folder: Path) -> None:
    for name in ("tokenizer.json", "vocab.txt"):
        (folder / name).unlink(missing_ok=True)


def no_config(folder: Path) -> None:
    (folder / "config.json").unlink()


class Trap:
    """A pickle that would make a folder if it were believed."""

    def __init__(self, made: Path) -> None:
        self.made = made

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.mkdir, (str(self.made),)


def would_run_code(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    torch.save({QUERY: Trap(folder / "sprung")}, folder / "pytorch_model.bin")


# What is done to the folder, the file that the message must name, and a word of what it must say.
FAULTS = [
    (no_weights, "", "no weights"),
    (truncated, WEIGHTS, "get it again"),
    (corrupt, WEIGHTS, "get it again"),
    (empty, WEIGHTS, "get it again"),
    (wrong_shape, WEIGHTS, "12×24, expected 24×24"),
    (not_a_number, WEIGHTS, "not finite"),
    (wrong_vocabulary, "", "embeddings for"),
    (no_vocabulary, "", "vocab.txt"),
    (no_config, "", "config.json"),
    (would_run_code, "pytorch_model.bin", "could run code: not opened"),
]


@pytest.fixture
def broken(small_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_model, tmp_path / "broken"))


class Unchanged:
    """Model, text, analysis and settings as they are now; `check` that they still are and that all goes on."""

    def __init__(self, driver: Driver, small_model: Path) -> None:
        self.driver, self.good = driver, small_model
        session = driver.session
        self.before = (session.model, session.scene, session.trace, session.choice, session.catalogue.recent)

    def check(self) -> None:
        driver, session = self.driver, self.driver.session
        now = (session.model, session.scene, session.trace, session.choice, session.catalogue.recent)
        assert now == self.before
        assert driver.window.status.state.text() == "ready"
        assert driver.model_panel.source.currentData() == str(self.good)
        assert driver.model_panel.progress_row.isHidden()
        assert "small" in driver.window.top_bar.model_button.text()
        message = driver.message
        driver.type(" tired")
        driver.wait_for_trace()
        assert "tired" in driver.pieces
        assert driver.message == message, "reading a text does not overcome a model that could not be had"
        driver.application.save()
        assert read_settings(driver.settings_path).model == str(self.good)


def _ask(driver: Driver, choice: ModelChoice) -> str:
    driver.session.request_model(choice)
    message = driver.wait_for_problem().message.encode(errors="backslashreplace").decode()
    assert driver.message == message
    assert "Traceback" not in message
    return message


@pytest.mark.parametrize(("break_it", "file", "word"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS])
def test_a_folder_that_is_no_sound_model(
    shared: Driver,
    broken: Path,
    small_model: Path,
    log_text: LogText,
    break_it: Callable[[Path], None],
    file: str,
    word: str,
) -> None:
    break_it(broken)
    unchanged = Unchanged(shared, small_model)
    message = _ask(shared, ModelChoice(str(broken)))
    assert message.startswith(str(broken / file))
    assert word in message
    assert not (broken / "sprung").exists()
    log = log_text()
    assert message in log
    assert "Traceback (most recent call last)" in log
    assert "Traceback" in shared.window.banner.details.toPlainText()
    assert shared.window.banner.details.isHidden()
    unchanged.check()


def test_a_file_that_may_not_be_read(
    shared: Driver, broken: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch, log_text: LogText
) -> None:
    secret = broken / WEIGHTS
    secret.chmod(0)
    if os.access(secret, os.R_OK):  # root may read anything: then the refusal is played
        honest = Path.open

        def refuse(path: Path, *args: Any, **more: Any) -> Any:
            if path == secret:
                raise PermissionError(13, "Permission denied", str(path))
            return honest(path, *args, **more)

        monkeypatch.setattr(Path, "open", refuse)
    unchanged = Unchanged(shared, small_model)
    message = _ask(shared, ModelChoice(str(broken)))
    assert message.startswith(f"{secret}: The file may not be read by you.")
    assert "PermissionError" in log_text()
    unchanged.check()


def test_a_gpu_that_is_not_there(shared: Driver, small_model: Path, log_text: LogText) -> None:
    missing = next(device for device in ("cuda", "mps") if device not in available_devices())
    unchanged = Unchanged(shared, small_model)
    message = _ask(shared, ModelChoice(str(small_model), missing))
    assert message.startswith("This computer has no") and "Choose the CPU" in message
    assert "DeviceError" in log_text()
    assert shared.model_panel.device.currentData() == "auto"
    unchanged.check()


@pytest.mark.parametrize(
    "source", ["nowhere/at/all", "no-such-model-anywhere", "\udcff", "a\0b", " ", "x" * 5000]
)
def test_a_model_that_does_not_exist(
    shared: Driver, small_model: Path, log_text: LogText, source: str
) -> None:
    unchanged = Unchanged(shared, small_model)
    message = _ask(shared, ModelChoice(source))
    assert source[:20].strip().replace("\udcff", "\\udcff") in message
    assert message in log_text()
    assert "CheckpointError" in log_text()
    unchanged.check()


def test_too_little_memory_for_the_model(
    shared: Driver, small_model: Path, broken: Path, monkeypatch: pytest.MonkeyPatch, log_text: LogText
) -> None:
    monkeypatch.setattr("bert_core.bert.build_module", lambda *_: torch.empty(1 << 58))
    unchanged = Unchanged(shared, small_model)
    message = _ask(shared, ModelChoice(str(broken)))
    assert message.startswith(f"{broken}: There is not enough memory for this model.")
    assert "you tried to allocate" in log_text()
    unchanged.check()


@pytest.mark.expects_log
def test_an_error_that_nobody_thought_of(
    shared: Driver, small_model: Path, broken: Path, monkeypatch: pytest.MonkeyPatch, log_text: LogText
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a bolt came loose")

    monkeypatch.setattr("bert_core.bert.build_module", fail)
    unchanged = Unchanged(shared, small_model)
    message = _ask(shared, ModelChoice(str(broken)))
    assert "unexpected" in message
    assert "a bolt came loose" in log_text()
    unchanged.check()


def test_the_model_panel_goes_back_to_the_model_in_force(
    shared: Driver, small_model: Path, broken: Path
) -> None:
    no_weights(broken)
    catalogue = shared.session.catalogue
    shared.session.set_catalogue(type(catalogue)(catalogue.builtin, (*catalogue.recent, str(broken))))
    box: QComboBox = shared.model_panel.source
    box.setCurrentIndex(box.findData(str(broken)))
    box.activated.emit(box.currentIndex())
    assert str(broken) in shared.wait_for_problem().message
    assert box.currentData() == str(small_model)


def test_a_good_model_after_a_bad_one_takes_the_message_away(
    shared: Driver, small_model: Path, broken: Path, tmp_path: Path
) -> None:
    no_weights(broken)
    _ask(shared, ModelChoice(str(broken)))
    other = Path(shutil.copytree(small_model, tmp_path / "other"))
    shared.session.request_model(ModelChoice(str(other)))
    shared.wait_for_trace()
    assert shared.message == ""
    assert shared.session.model.folder == other
    assert shared.session.catalogue.recent[:2] == (str(other), str(small_model))


def test_the_message_can_be_unfolded_copied_and_dismissed(shared: Driver, broken: Path) -> None:
    no_weights(broken)
    message = _ask(shared, ModelChoice(str(broken)))
    banner = shared.window.banner
    banner.more.click()
    assert banner.details.isVisible()
    banner.copy.click()
    copied = shared.application.qt.clipboard().text()
    assert copied.startswith(message) and "Traceback" in copied
    banner.dismissed.emit()
    assert shared.message == "" and shared.session.problem is None


# At the start, when there is nothing to stay with -------------------------------------------------------------------


def test_an_unknown_model_at_the_start(start: Start, log_text: LogText) -> None:
    driver = start(model="no-such-model-anywhere", text_a="the man")
    driver.wait_for_trace()
    assert driver.session.model.name == "mini-en"
    assert "no-such-model-anywhere" in driver.message
    assert driver.message.endswith("The built-in model mini-en is used instead.")
    assert "no-such-model-anywhere" in log_text()
    driver.type(" went")
    driver.wait_for_trace()
    assert driver.message, "it stays until it is dismissed"
    driver.end()
    assert read_settings(settings_file()).model == "mini-en"


def test_a_device_of_another_machine_in_the_settings(start: Start, small_model: Path) -> None:
    missing = next(device for device in ("cuda", "mps") if device not in available_devices())
    settings_file().write_text(json.dumps({"version": 1, "model": str(small_model), "device": missing}))
    driver = start(model=None)
    driver.wait_for_trace()
    assert driver.session.model.folder == small_model
    assert "This computer has no" in driver.message
    assert driver.message.endswith("It is loaded as this computer can run it.")


def test_no_model_at_all(start: Start, monkeypatch: pytest.MonkeyPatch, broken: Path) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("bert_core.bert.build_module", lambda *_: torch.empty(1 << 58))
        driver = start(text_a="the man")
        driver.wait_until(lambda: driver.session.loading is None and bool(driver.message))
    assert driver.session.model is None
    assert "not enough memory" in driver.message
    assert driver.window.status.state.text() == "no model"
    driver.type(" went")
    driver.session.request_model(ModelChoice(str(broken)))
    driver.wait_for_trace()
    assert driver.pieces == ["[CLS]", "the", "man", "went", "[SEP]"]


def test_a_screenshot_without_any_model_fails_at_once(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bert_core.bert.build_module", lambda *_: torch.empty(1 << 58))
    driver = start(text_a="the man", remember=False)
    codes: list[int] = []
    qt = SimpleNamespace(exit=codes.append, processEvents=QApplication.processEvents)
    monkeypatch.setattr(driver.application, "qt", qt)
    screenshot = Screenshot(driver.application, tmp_path / "out.png")
    driver.wait_until(lambda: codes == [1])
    assert "There is not enough memory for this model." in screenshot.failure
    assert list(tmp_path.glob("*.png")) == []


def test_a_screenshot_shows_the_message(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A model that is not there: the built-in one is drawn, whole, with the message above it."""
    driver = start(model=str(tmp_path / "nowhere"), text_a="the man", remember=False)
    codes: list[int] = []
    qt = SimpleNamespace(exit=codes.append, processEvents=QApplication.processEvents)
    monkeypatch.setattr(driver.application, "qt", qt)
    settled: list[bool] = []
    screenshot = Screenshot(driver.application, tmp_path / "out.png")
    monkeypatch.setattr(
        "app.screenshot.write_png",
        lambda *_: settled.append(
            driver.session.up_to_date and driver.session.settled and bool(driver.message)
        ),
    )
    driver.wait_until(lambda: codes == [0])
    assert settled == [True] and screenshot.failure == ""
