"""Start-up order, then run: arguments, Qt, window, and only then the model."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    try:
        size = int(width), int(height)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1440x900") from None
    if not (900 <= size[0] <= 16384 and 600 <= size[1] <= 16384):
        raise argparse.ArgumentTypeError(f"{text} is too small or too large: from 900x600 to 16384x16384")
    return size


def parser() -> argparse.ArgumentParser:
    """The command line of `attention-explorer`."""
    made = argparse.ArgumentParser(prog="attention-explorer", description="Look inside BERT.")
    made.add_argument("--model", help="a built-in name, a folder, or a hub id")
    made.add_argument("--a", metavar="TEXT", help="sentence A")
    made.add_argument("--b", metavar="TEXT", help="sentence B")
    made.add_argument("--run", metavar="FOLDER", help="open this training run and follow it")
    made.add_argument(
        "--workspace", choices=["explore", "fine-tune"], default="explore", help="which panels to show"
    )
    made.add_argument("--size", type=_size, metavar="WxH", help="size of the window, such as 1440x900")
    made.add_argument("--theme", choices=["system", "light", "dark"], help="over what was remembered")
    made.add_argument(
        "--screenshot", type=Path, metavar="OUT.png", help="save the window after the first analysis, and end"
    )
    return made


def main(arguments: list[str] | None = None) -> int:
    """Run the application; returns the exit status."""
    # Threads of a matrix product that wait must sleep: spinning, they starve each other (and the window) as soon as
    # anything else wants a core; measured on two cores, one of them busy: 11 ms a trace instead of 343.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # numpy's products are small here; its threads wait for each other beside a run: 260 ms instead of 2 for 130 x 768.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    wishes_given = parser().parse_args(arguments)
    # Ctrl+C in the terminal: Python's own handler would wait until Qt happens to call Python.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "win32":
        import torch  # noqa: F401 - before Qt, for the order in which Windows finds DLLs (pytorch#169429)
    from PySide6.QtWidgets import QApplication

    from app.application import Application, Wishes
    from app.logs import start_log
    from app.screenshot import Screenshot
    from app.unexpected import Unexpected

    start_log()
    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("Attention Explorer")
    qt.setDesktopFileName("attention-explorer")
    application = Application(
        qt,
        Wishes(
            model=wishes_given.model,
            text_a=wishes_given.a,
            text_b=wishes_given.b,
            run=wishes_given.run,
            workspace=wishes_given.workspace,
            size=wishes_given.size,
            theme=wishes_given.theme,
            remember=wishes_given.screenshot is None,
        ),
    )
    Unexpected(application.session).install()
    screenshot = None
    if wishes_given.screenshot is not None:
        screenshot = Screenshot(application, wishes_given.screenshot, run=wishes_given.run is not None)
    application.start()
    status = qt.exec()
    application.take_down()
    if screenshot is not None and screenshot.failure:
        print(screenshot.failure, file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
