"""Probes of a 12 x 12 model at 64 pieces: recording, reading, the slider, pointing.

python -m tests.benchmarks.probes [--processor-time]
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import torch
from PySide6.QtWidgets import QApplication

from app.file_answerers.probes import ANSWERERS, probe_history
from app.file_questions.probes import ProbesOf
from app.files import FileAnswer
from app.panels.fine_tuning.probes import ProbesPage
from app.run_values import Run
from app.session import Session
from app.theme import apply_theme
from bert_core import Bert
from bert_core.finetuning.probe_files import write_record
from bert_core.finetuning.probe_values import ProbeRecord
from bert_core.finetuning.probes import ProbeRecorder
from tests.app.probing import probed
from tests.benchmarks.running import scratch_folder, summary

RECORDS, SENTENCES, PIECES = 12, 8, 64
SIZE = 1140, 760
ROUNDS = 40
TEXTS = (
    ("The man went to the [MASK] store.", "He bought a gallon of milk."),
    ("I loved this [MASK], it was great.", None),
    ("The food was [MASK] and I will never come back.", None),
)


def times(act: Callable[[int], object], clock: Callable[[], float]) -> list[float]:
    """How long each round takes, until what it changes is painted."""
    found = []
    for number in range(ROUNDS):
        began = clock()
        act(number)
        QApplication.processEvents()
        found.append(clock() - began)
    return found


def write_run(folder: Path) -> None:
    """As many sentences of as many pieces as are recorded, of a base-size model."""
    for step in range(RECORDS):
        share = step / RECORDS
        shape = {"layers": 12, "heads": 12, "width": 768}
        sentences = tuple(probed(n, share, (PIECES,) * SENTENCES, **shape) for n in range(SENTENCES))
        write_record(folder, ProbeRecord(step, sentences))


def page_of(folder: Path) -> ProbesPage:
    """The page with everything on it; what it asks is answered at once."""
    session = Session()
    session.files.asked.connect(
        lambda question: session.files.answered.emit(
            FileAnswer(question, ANSWERERS[type(question)](question))
        )
    )
    page = ProbesPage(session)
    page.resize(*SIZE)
    page.show()
    details = {"kind": "finetune", "probes": [["a", None]]}
    session.runs.show(Run(str(folder), details=details, state="finished", step=RECORDS))
    while page.history is None or page.history.left:
        QApplication.processEvents()
    for record in (0, 1):  # painted for the first time, which is the page's cost and not the slider's
        page.slider.go(record)
        QApplication.processEvents()
    return page


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="tests.benchmarks.probes", description=__doc__)
    parser.add_argument("--processor-time", action="store_true", help="not wall-clock time")
    clock = process_time if parser.parse_args().processor_time else perf_counter
    application = QApplication([])
    apply_theme(application, "light")
    torch.set_num_threads(1)
    bert = Bert.load("mini-en")
    recorder = ProbeRecorder(scratch_folder() / "mini", TEXTS, bert.tokenizer)
    found = times(lambda step: recorder.record(step, bert.module), clock)
    print(summary(f"recording {len(TEXTS)} sentences of mini-en", found, "tens asked"))
    folder = scratch_folder() / "base"
    write_run(folder)
    began = clock()
    history = probe_history(ProbesOf(str(folder), RECORDS), 1e9)
    assert history is not None
    size = sum(path.stat().st_size for path in (folder / "probes").iterdir()) / RECORDS / 2**20
    each = 1000 * (clock() - began) / RECORDS
    print(f"reading and measuring a record of {size:.1f} MB: {each:.0f} ms")
    page = page_of(folder)
    maps, grid = page.replay_pane.maps, page.drift_pane.grid
    acts: dict[str, Callable[[int], object]] = {
        "slider": lambda n: page.slider.go(n % RECORDS),
        "pointing at a map": lambda n: maps[1].point_at(maps[1].cell_rect(n, 7 * n % PIECES).center()),
        "pointing at the drift": lambda n: grid.point_at(grid.head_rect(n % 12, 5 * n % 12).center()),
        "pointing at a curve": lambda n: page.charts.drift.view.pointed.emit((n % RECORDS, n % 12)),
    }
    for name, act in acts.items():
        print(summary(name, times(act, clock), "16 asked"))
    heads = np.ndindex(12, 12)
    found = times(lambda _: page.choose_head(next(heads)), clock)
    print(summary("another head, read from the disk at once", found, "50 asked"))
    page.hide()


if __name__ == "__main__":
    main()
