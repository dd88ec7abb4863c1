"""The end: whatever is under way, the window closes, what was typed is kept, and no thread is left."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from app.places import settings_file
from app.settings import read_settings
from app.values import ModelChoice
from bert_core.bert import build_module
from tests.end_to_end.driving import Driver
from tests.end_to_end.slow_model import SlowModel

Start = Callable[..., Driver]


def test_close_before_the_first_painting(start: Start) -> None:
    driver = start(text_a="the man")
    driver.end()
    assert read_settings(settings_file()).text_a == "the man"


class SlowLoad:
    """A load whose tensors come one after the other until it is called off, or `go_on`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun = threading.Event()
        self.sources: list[str] = []
        self._may_end = threading.Event()
        monkeypatch.setattr("bert_core.bert.build_module", self._build)

    def go_on(self) -> None:
        self._may_end.set()

    def _build(self, checkpoint, device, dtype, progress):
        self.sources.append(checkpoint.source)
        self.begun.set()
        while not self._may_end.wait(0.005):
            progress("weights", 0.5)  # raises Cancelled when it is called off
        return build_module(checkpoint, device, dtype, progress)


def test_close_while_loading(start: Start, monkeypatch: pytest.MonkeyPatch, small_model: Path) -> None:
    first = start(text_a="the man")
    first.wait_for_trace()
    first.end()
    slow = SlowLoad(monkeypatch)
    driver = start(model="mini-en", text_a="birds")
    driver.wait_until(slow.begun.is_set)
    assert driver.window.status.state.text().startswith("mini-en: ")
    driver.end()
    assert not driver.thread_runs
    settings = read_settings(settings_file())
    assert settings.text_a == "birds"
    assert settings.model == str(small_model), "a model that was never there is not what comes back"


def test_close_while_tracing(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = SlowModel(monkeypatch)
    driver = start(text_a="the man")
    driver.wait_until(slow.begun.is_set)
    driver.end()
    assert slow.called_off == 1
    assert driver.traces == []


def test_cancel_a_load(app: Driver, monkeypatch: pytest.MonkeyPatch, small_model: Path) -> None:
    slow = SlowLoad(monkeypatch)
    model = app.session.model
    app.session.request_model(ModelChoice("mini-en"))
    app.wait_until(slow.begun.is_set)
    app.wait_until(app.model_panel.progress_row.isVisible)
    app.type(" of milk")
    app.model_panel.cancel.click()
    app.wait_for_trace()
    assert app.session.model is model
    assert app.model_panel.progress_row.isHidden()
    assert app.message == ""
    assert app.pieces[7:9] == ["of", "milk"]
    assert app.model_panel.source.currentData() == str(small_model)


def test_the_last_model_asked_for_is_the_one_that_comes(
    app: Driver, monkeypatch: pytest.MonkeyPatch, small_model: Path, tmp_path: Path
) -> None:
    slow = SlowLoad(monkeypatch)
    app.session.request_model(ModelChoice("mini-en"))
    app.wait_until(slow.begun.is_set)
    app.session.request_model(ModelChoice(str(tmp_path / "nowhere")))
    app.session.request_model(ModelChoice(str(small_model), dtype="bfloat16"))
    slow.go_on()
    app.wait_for_trace()
    assert app.session.model.dtype == "bfloat16"
    assert slow.sources == ["mini-en", str(small_model)]
    assert app.message == ""


def test_a_model_that_fails_after_another_was_asked_for_is_not_mentioned(
    start: Start, monkeypatch: pytest.MonkeyPatch, small_model: Path
) -> None:
    """At the start, too, where otherwise the built-in model would step in."""
    driver = start(model="no-such-model-anywhere", text_a="the man")
    service = driver.application.service
    late = service.load_failed
    held: list[tuple] = []
    late.disconnect(driver.application._load_failed)
    late.connect(lambda *failure: held.append(failure))
    driver.wait_until(lambda: bool(held))
    driver.session.request_model(ModelChoice(str(small_model)))
    driver.application._load_failed(*held[0])
    driver.wait_for_trace()
    assert driver.session.model.folder == small_model
    assert driver.message == ""


@pytest.mark.parametrize("where", ["write_text", "replace", "mkdir"])
def test_a_full_disk(app: Driver, monkeypatch: pytest.MonkeyPatch, where: str, own_home: Path) -> None:
    app.application.save()
    before = settings_file().read_bytes()
    honest = getattr(Path, where)

    def full(path: Path, *args: object, **more: object) -> object:
        if own_home in (path, path.parent):
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return honest(path, *args, **more)

    notices = len(app.notices)
    with monkeypatch.context() as patch:
        patch.setattr(Path, where, full)
        app.write("birds")
        app.wait_until(lambda: len(app.notices) > notices)  # by itself, after a while
    assert str(settings_file()) in app.notices[-1] and "No space left on device" in app.notices[-1]
    assert app.window.status.notice.toolTip() == app.notices[-1]
    assert app.message == ""
    app.wait_for_trace()
    assert app.pieces[:3] == ["[CLS]", "birds", "[SEP]"]
    assert settings_file().read_bytes() == before
    assert [file.name for file in own_home.iterdir() if file.suffix == ".new"] == []
    app.type(" of")
    app.wait_until(lambda: read_settings(settings_file()).text_a == "birds of")


def test_two_side_by_side(start: Start) -> None:
    """Two windows of one home: the one that closes last is remembered, and nothing is torn."""
    one, two = start(text_a="the man"), start(text_a="birds")
    one.wait_for_trace()
    two.wait_for_trace()
    two.end()
    one.end()
    assert read_settings(settings_file()).text_a == "the man"
