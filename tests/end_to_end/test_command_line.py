"""`attention-explorer` as a process of its own: what it prints, what it writes, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from app.__main__ import main, parser
from app.theme import LIGHT
from tests.app.writing_runs import Writer

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*arguments: str, program: tuple[str, ...] = ("-m", "app")) -> subprocess.CompletedProcess[str]:
    """A process with the home of this test; Qt's and Python's warnings count."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
        "QT_QPA_PLATFORM": "offscreen",
    }
    return subprocess.run(
        [sys.executable, *program, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def said(process: subprocess.CompletedProcess[str]) -> list[str]:
    """What came on standard error, without what the offscreen platform says of itself."""
    return [line for line in process.stderr.splitlines() if "This plugin does not support" not in line]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--size", "big"], "'big' is not a size such as 1440x900"),
        (["--size", "100x100"], "too small or too large"),
        (["--size", "1440x900x3"], "is not a size"),
        (["--theme", "pink"], "invalid choice: 'pink'"),
        (["--workspace", "kitchen"], "invalid choice: 'kitchen'"),
        (["--screenshot"], "expected one argument"),
        (["model"], "unrecognized arguments: model"),
    ],
)
def test_wrong_arguments(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert printed.startswith("usage: attention-explorer")


def test_help_names_every_option() -> None:
    words = parser().format_help()
    for option in ("--model", "--a", "--b", "--run", "--workspace", "--size", "--theme", "--screenshot"):
        assert option in words


@pytest.mark.slow
def test_screenshot(small_model: Path, tmp_path: Path, own_home: Path) -> None:
    picture = tmp_path / "out of the ordinary.png"
    process = run(
        *("--model", str(small_model), "--a", "the [MASK] went", "--b", "he bought milk"),
        *("--size", "1100x720", "--theme", "dark", "--screenshot", str(picture)),
    )
    assert (process.returncode, said(process), process.stdout) == (0, [], "")
    image = QImage(str(picture))
    assert (image.width(), image.height()) == (1100, 720)
    assert image.text("Sentence A") == "the [MASK] went"
    assert image.pixelColor(2, 715).lightness() < 100
    assert not (own_home / "settings.json").exists(), "a screenshot changes nothing"


@pytest.mark.slow
@pytest.mark.parametrize("there", [True, False])
def test_a_screenshot_of_a_run_has_its_curves(small_model: Path, tmp_path: Path, there: bool) -> None:
    """Where there is no run, what is wrong is seen, and nobody waits for curves."""
    run_folder = tmp_path / "a run"
    if there:
        writer = Writer(run_folder)
        writer.start()
        writer.steps(50)
    picture = tmp_path / "run.png"
    process = run(
        *("--model", str(small_model), "--a", "the man", "--run", str(run_folder)),
        *("--size", "1024x700", "--theme", "light", "--screenshot", str(picture)),
    )
    assert (process.returncode, said(process), process.stdout) == (0, [], "")
    image = QImage(str(picture))
    curve = QColor(LIGHT.accent)
    if there:
        charts = [image.pixelColor(x, y) for x in range(300, 1000, 2) for y in range(220, 660)]
        assert charts.count(curve) > 100


@pytest.mark.slow
def test_a_screenshot_that_cannot_be_written(small_model: Path, tmp_path: Path) -> None:
    picture = tmp_path / "nowhere" / "out.png"
    process = run("--model", str(small_model), "--screenshot", str(picture))
    assert process.returncode == 1
    assert len(said(process)) == 1
    assert str(picture) in said(process)[0] and "could not be written" in said(process)[0]


DRIVER = """
import sys, threading
from PySide6.QtCore import QTimer
from app import application

class Watched(application.Application):
    def start(self):
        super().start()
        if sys.argv[1] == "loading":
            self.painted.connect(lambda: QTimer.singleShot(0, self.window.close))
        elif sys.argv[1] == "tracing":
            self.session.model_changed.connect(lambda _: QTimer.singleShot(0, self.window.close))
        else:
            QTimer.singleShot(0, self.window.close)

application.Application = Watched
from app.__main__ import main
status = main(["--model", sys.argv[2], "--a", "milk " * 500])
assert [thread.name for thread in threading.enumerate()] == ["MainThread"]
print("ended")
sys.exit(status)
"""


@pytest.mark.slow
@pytest.mark.parametrize("when", ["at once", "loading", "tracing"])
def test_a_window_closed_early_ends_the_process(small_model: Path, own_home: Path, when: str) -> None:
    process = run(when, str(small_model), program=("-c", DRIVER))
    assert (process.returncode, said(process), process.stdout) == (0, [], "ended\n")
    assert (own_home / "settings.json").is_file()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_ctrl_c_in_the_terminal_ends_it(small_model: Path) -> None:
    program = DRIVER.replace("self.window.close", "lambda: signal.raise_signal(signal.SIGINT)")
    process = run("loading", str(small_model), program=("-c", "import signal" + program))
    assert process.returncode == -signal.SIGINT
    assert said(process) == []
