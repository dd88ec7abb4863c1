"""Searching a text: pieces a second, keys served in between, and memory; on the built-in model.

python -m tests.benchmarks.corpus_search [MB of text] [seconds]
python -m tests.benchmarks.corpus_search --bare [MB of text]     the search alone, in processor time of one thread
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter, process_time

from app.memory import resident_bytes
from bert_core.resources import resource_path
from tests.benchmarks.running import Application, Lateness, scratch_folder, start, summary, wait_for

KEYS, SECONDS, MEGABYTES, BARE = 40, 20.0, 10.0, 0.1


def text_file(megabytes: float) -> Path:
    """The built-in text over and over."""
    block = resource_path("texts", "short-scenes.txt").read_text(encoding="utf-8") + "\n"
    path = scratch_folder() / "text.txt"
    path.write_text(block * max(1, round(megabytes * 1e6 / len(block))), encoding="utf-8")
    return path


def delays(application: Application) -> list[float]:
    """Seconds from a change of the text to its trace."""
    session, found = application.session, []
    for number in range(KEYS):
        begun = perf_counter()
        session.set_texts(f"The man went to the [MASK] store {number} times {begun}.", "He bought milk.")
        wait_for(lambda: session.up_to_date)
        found.append(perf_counter() - begun)
    return found


def in_the_application(megabytes: float, seconds: float) -> None:
    """Speed, how long the window and keys are held up, and memory."""
    from app.panels.attention import AttentionPanel
    from app.panels.attention.search import SearchPage

    application = start("mini-en")
    print(summary(f"key to trace before, {KEYS} keys", delays(application), "for comparison"))
    before = resident_bytes() or 0
    panel, page = application.window.findChild(AttentionPanel), application.window.findChild(SearchPage)
    assert panel is not None and page is not None
    panel.set_view("search")
    application.session.select_head(3, 4)
    page.texts.choose_file(str(text_file(megabytes)))
    page.start()
    wait_for(lambda: page.found is not None)
    first, lateness, begun = page.found, Lateness(), perf_counter()
    wait_for(lambda: perf_counter() - begun > seconds or page.job.state == "done", seconds + 60)
    passed, holds, found = perf_counter() - begun, lateness.stop(), page.found
    assert found is not None and first is not None
    print(
        f"{(found.pieces - first.pieces) / passed:,.0f} pieces a second over {passed:.0f} s, head of layer 4"
    )
    print(summary("GUI thread held", holds, "50 asked"))
    print(f"memory grew by {((resident_bytes() or 0) - before) / 1e6:.0f} MB")
    print(summary(f"key to trace while searching, {KEYS} keys", delays(application), "100 asked"))
    application.close()
    application.take_down()


def bare(megabytes: float) -> None:
    """Each layer by head, and the last by hidden state."""
    import torch

    from bert_core import Bert
    from bert_core.corpus_search import HeadSearch, Search, StateSearch
    from bert_core.corpus_search.passages import read_passages
    from bert_core.scene import Scene

    torch.set_num_threads(1)
    bert, path = Bert.load("mini-en", device="cpu"), text_file(megabytes)
    scene = Scene(bert.model_id, "She sat on the bank of the river.")
    layers = bert.config.num_hidden_layers
    searches: dict[str, Search] = {f"head of layer {n + 1}": HeadSearch(bert, n, 0) for n in range(layers)}
    searches[f"states after layer {layers}"] = StateSearch(bert, scene, 5, layers)
    for name, search in searches.items():
        begun, steps, last = process_time(), [], process_time()
        for _ in search.steps(read_passages(path)):
            steps.append(process_time() - last)
            last = process_time()
        speed = search.found().pieces / (process_time() - begun)
        print(f"{name}: {speed:,.0f} pieces a second; longest step {1000 * max(steps):.0f} ms")


def main() -> None:
    """Run the one or the other."""
    numbers = [float(argument) for argument in sys.argv[1:] if argument != "--bare"]
    if "--bare" in sys.argv:
        bare(*numbers or [BARE])
    else:
        in_the_application(*(numbers + [MEGABYTES, SECONDS][len(numbers) :]))


if __name__ == "__main__":
    main()
