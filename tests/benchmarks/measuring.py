"""Measuring heads over a file: sentences a second, keys served in between, and memory; on the built-in model.

python -m tests.benchmarks.measuring [MB of text]
"""

from __future__ import annotations

import sys
from time import perf_counter

from app.examples import load_examples
from app.memory import resident_bytes
from app.panels.attention import AttentionPanel
from app.panels.attention.measures import MeasuresPage
from tests.benchmarks.running import Application, Lateness, scratch_folder, start, summary, wait_for

KEYS, SECONDS = 40, 20.0


def text_file(megabytes: float) -> str:
    """Example sentences over and over, a pair a line."""
    lines = [f"{e.a}\t{e.b}" for e in load_examples() if e.language == "en"]
    block = "\n".join(lines) + "\n"
    path = scratch_folder() / "sentences.txt"
    path.write_text(block * max(1, round(megabytes * 1e6 / len(block))), encoding="utf-8")
    return str(path)


def begin(application: Application, megabytes: float) -> MeasuresPage:
    """Show the view and choose the file; returns when the first sentences are measured."""
    panel, page = application.window.findChild(AttentionPanel), application.window.findChild(MeasuresPage)
    assert panel is not None and page is not None
    panel.set_view("measures")
    page.sources.choose_file(text_file(megabytes))
    wait_for(lambda: page.jobs.measuring.value is not None)
    return page


def delays(application: Application) -> list[float]:
    """Seconds from a change of the text to its trace, while the job runs."""
    session, found = application.session, []
    for number in range(KEYS):
        begun = perf_counter()
        session.set_texts(
            f"The man went to the [MASK] store {number} times {begun}.", "He bought a gallon of milk."
        )
        wait_for(lambda: session.up_to_date)
        found.append(perf_counter() - begun)
    return found


def main(megabytes: float) -> None:
    """Print all three."""
    application = start("mini-en")
    print(summary(f"key to trace before, {KEYS} keys", delays(application), "for comparison"))
    before = resident_bytes() or 0
    page = begin(application, megabytes)
    job = page.jobs.measuring
    lateness, first, begun = Lateness(), job.progress, perf_counter()
    wait_for(lambda: perf_counter() - begun > SECONDS or job.state == "done", SECONDS + 60)
    passed, holds = perf_counter() - begun, lateness.stop()
    assert job.progress is not None and first is not None
    print(f"{(job.progress.done - first.done) / passed:.0f} sentences a second over {passed:.0f} s")
    print(summary("GUI thread held", holds, "50 asked"))
    print(f"memory grew by {((resident_bytes() or 0) - before) / 1e6:.0f} MB")
    print(summary(f"key to trace while measuring, {KEYS} keys", delays(application), "one step"))
    application.close()
    application.take_down()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
