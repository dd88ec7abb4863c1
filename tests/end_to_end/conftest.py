"""The whole application, started and ended as a person would, on a small model of random numbers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.logs import start_log
from app.places import log_file
from app.theme import apply_theme
from bert_core import Bert
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from tests.end_to_end.driving import PIECES, SMALL, Driver

FIRST = {"text_a": "the man went to the store", "text_b": "he bought a gallon of milk"}


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a whole BERT that has learned nothing: 2 layers, 2 heads, up to 512 pieces."""
    folder = tmp_path_factory.mktemp("models") / "small"
    Bert.random(SMALL, Tokenizer.from_vocabulary(PIECES, lowercase=True, max_length=512), seed=1).save(folder)
    return folder


@pytest.fixture
def log_text(own_home: Path) -> Iterator[Callable[[], str]]:
    """What the log file holds; the log is kept as in a real start."""
    level = logging.getLogger().level
    handlers = start_log()

    def read() -> str:
        for handler in handlers:
            handler.flush()
        return log_file().read_text(encoding="utf-8")

    yield read
    for handler in handlers:
        logging.getLogger().removeHandler(handler)
        handler.close()
    logging.getLogger().setLevel(level)


@pytest.fixture
def start(
    qapp: QApplication, qtbot: QtBot, small_model: Path, own_home: Path
) -> Iterator[Callable[..., Driver]]:
    """Starts applications, one after the other or side by side; ends them all after the test."""
    running: list[Driver] = []

    def begin(**wishes: object) -> Driver:
        wishes.setdefault("model", str(small_model))
        driver = Driver(qapp, qtbot, **wishes)
        running.append(driver)
        return driver

    yield begin
    for driver in running:
        driver.end()
    apply_theme(qapp, "light")


@pytest.fixture
def app(start: Callable[..., Driver]) -> Driver:
    """A running application that has read its first text."""
    driver = start(**FIRST)
    driver.wait_for_trace()
    return driver


@pytest.fixture(scope="module")
def running(
    qapp: QApplication, small_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Driver]:
    """One application for a module: starting one takes half a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATTENTION_EXPLORER_HOME", str(tmp_path_factory.mktemp("home")))
        driver = Driver(qapp, None, model=str(small_model), **FIRST)
    yield driver
    driver.end()
    apply_theme(qapp, "light")


@pytest.fixture
def shared(running: Driver, qtbot: QtBot) -> Driver:
    """The application of this module, with the first text again, and no message."""
    running.qtbot = qtbot
    running.session.set_scene(Scene(running.session.scene.model_id, **FIRST))
    running.session.set_problem(None)
    running.wait_for_trace()
    return running
