"""What every test stands on: no screen, no network, nobody's settings, and no log line that was not meant."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

# Before anything imports Qt, torch or a Hugging Face library: they read these once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
_THREADS = "1" if "PYTEST_XDIST_WORKER" in os.environ else "2"  # one of several processes, or alone
for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, _THREADS)
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as the application does: see app/__main__.py

_TESTS_DONE = pytest.StashKey[int]()

# Settings and logs of tests live here, from the first import of the application on.
_HOME = tempfile.mkdtemp(prefix="attention-explorer-tests-")
os.environ["ATTENTION_EXPLORER_HOME"] = _HOME


def pytest_unconfigure() -> None:
    # PySide deletes what is left at the end of the process; a collection in the middle of that crashes.
    gc.collect()
    gc.disable()
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Half characters, as in the name of a file that is not UTF-8, cannot be sent from one process to another."""
    report = yield
    report.sections = [
        (name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections
    ]
    return report


@pytest.fixture(autouse=True, scope="session")
def collect_on_the_main_thread() -> Iterator[None]:
    """A collection in another thread would destroy Qt objects there and crash: see app/garbage.py."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def collect_garbage(request: pytest.FixtureRequest) -> Iterator[None]:
    """Young objects after every test, all of them now and then: a full collection takes long beside PyTorch."""
    yield
    counter = request.config.stash
    done = counter.get(_TESTS_DONE, 0) + 1
    counter[_TESTS_DONE] = done
    gc.collect(2 if done % 100 == 0 else 1)


@pytest.fixture(autouse=True)
def no_window_is_left() -> Iterator[None]:
    """Hides what a test leaves on the screen: it would take the pointer from the windows of later ones."""
    before = _visible_windows()
    yield
    for window in _visible_windows() - before:
        window.hide()


def _visible_windows() -> set[Any]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    qt = None if widgets is None else widgets.QApplication.instance()
    return set() if qt is None else {window for window in qt.topLevelWidgets() if window.isVisible()}


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for settings and logs, new for each test."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("ATTENTION_EXPLORER_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_unexpected_log_lines(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fails a test in which app or bert_core logs a warning or worse, unless it is marked `expects_log`."""
    yield
    if request.node.get_closest_marker("expects_log"):
        return
    lines = [
        f"{record.levelname} {record.name}: {record.getMessage()}"
        for record in (*caplog.get_records("setup"), *caplog.get_records("call"))
        if record.levelno >= logging.WARNING and record.name.partition(".")[0] in ("app", "bert_core")
    ]
    if lines:
        pytest.fail("unexpected log lines:\n" + "\n".join(lines), pytrace=False)
