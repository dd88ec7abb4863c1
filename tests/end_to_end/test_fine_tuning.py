"""From a file of labelled sentences to the tuned model in every panel, with the real child process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog

from app.places import runs_folder
from app.screenshot import Screenshot
from bert_core.queries_task import ClassAnswer
from tests.end_to_end.driving import Driver

Start = Callable[..., Driver]
ROWS = [
    *(("the man went to the store", "walk"), ("he went to the penguin", "walk")),
    *(("he bought a gallon of milk", "buy"), ("the birds bought the store", "buy")),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "walks.tsv"
    lines = [f"{text} {'very ' * (n % 5)}tired\t{label}" for n in range(12) for text, label in ROWS]
    path.write_text("sentence\tlabel\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.slow
def test_from_the_form_to_the_explorer(
    start: Start, data: Path, small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = start(text_a="he bought the milk")
    driver.wait_for_trace()
    session, tuning = driver.session, driver.application.tuning
    driver.trigger("pin-probe")
    driver.trigger("tune-new")
    assert driver.window.page == "fine-tuning" and tuning.panel.page == "new"

    tuning.set_up.choose_file(str(data))
    driver.wait_until(lambda: tuning.set_up.wish is not None and tuning.set_up.wish.train == str(data))
    wish = tuning.set_up.wish
    assert wish is not None and wish.model == str(small_model)
    assert wish.probes == (("he bought the milk", None),)
    driver.trigger("tune-start")
    driver.wait_until(lambda: session.runs.current is not None and session.runs.current.folder == wish.folder)
    assert tuning.panel.page == "live" and Path(wish.folder).parent == runs_folder()
    run = session.runs
    driver.wait_until(lambda: run.current is not None and run.current.state == "finished")
    assert run.current is not None and run.current.evaluations.size >= 3
    driver.wait_until(lambda: session.tuning.running is None)

    # its examples, and one of them in all panels
    driver.trigger("tune-examples")
    driver.wait_until(lambda: len(tuning.examples.listed) > 0)
    row = tuning.examples.listed[0]
    driver.trigger("examples-open")
    driver.wait_until(lambda: session.model is not None and session.model.task is not None)
    driver.wait_for_trace()
    assert driver.window.page is None and session.scene.text_a == row.text
    assert session.model is not None and session.model.task is not None
    assert session.model.task.labels == ("buy", "walk")
    assert session.model.has_mlm and session.model.has_nsp, "the panels of the explorer go on working"
    driver.trigger("tune-task")
    driver.wait_for_trace()
    answers = [session.known(query) for query in session.watched]
    (said,) = [a.value for a in answers if a is not None and isinstance(a.value, ClassAnswer)]
    assert said.labels[int(said.probabilities.argmax())] == row.predicted
    assert said.probabilities.max() == pytest.approx(row.confidence, abs=1e-4)

    # beside the original
    driver.trigger("tune-beside")
    driver.wait_until(lambda: session.reference is not None and session.reference.showing == "difference")
    driver.wait_for_trace()
    assert session.reference is not None and session.trace is not None and session.model.task is not None
    original, tuned = session.reference.trace, session.trace
    assert original.scene.text_a == tuned.scene.text_a and original.scene.model_id != tuned.scene.model_id

    # kept elsewhere
    saved, exported = tmp_path / "kept", tmp_path / "predictions.csv"
    for path, action in ((saved, "tune-save"), (exported, "tune-export")):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path: (str(path), ""))
        driver.trigger(action)
        driver.wait_until(lambda path=path: f"Saved {path}" in driver.notices)
    assert json.loads((saved / "config.json").read_text())["id2label"] == {"0": "buy", "1": "walk"}
    assert "walks.tsv" in (saved / "README.md").read_text(encoding="utf-8")
    assert exported.read_text(encoding="utf-8").count("\n") == len(tuning.examples.listed) + 1
    assert driver.message == ""


def test_it_can_open_on_the_workspace(start: Start) -> None:
    driver = start(text_a="the man", workspace="fine-tune")
    driver.wait_for_trace()
    assert driver.window.page == "fine-tuning" and not driver.input.isVisible()
    driver.trigger("explore")
    assert driver.input.isVisible()


def test_a_screenshot_waits_for_what_the_workspace_reads(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    driver = start(text_a="the man", workspace="fine-tune", remember=False)
    codes: list[int] = []
    qt = SimpleNamespace(exit=codes.append, processEvents=QApplication.processEvents)
    monkeypatch.setattr(driver.application, "qt", qt)
    seen: list[bool] = []
    set_up = driver.application.tuning.set_up

    def write(*_: object) -> None:
        reading = set_up.form.reading
        in_pieces = reading.report is not None and reading.report.in_pieces
        seen.append(reading.settled and in_pieces and set_up.wish is not None)

    monkeypatch.setattr("app.screenshot.write_png", write)
    screenshot = Screenshot(driver.application, tmp_path / "out.png")
    driver.wait_until(lambda: codes == [0])
    assert seen == [True] and screenshot.failure == ""


def test_pinned_probes_come_back(start: Start) -> None:
    driver = start(text_a="the man", text_b="he bought")
    driver.wait_for_trace()
    driver.trigger("pin-probe")
    driver.trigger("pin-probe")
    assert driver.session.probes.pinned == (("the man", "he bought"),) and len(driver.notices) == 2
    driver.end()
    assert start().session.probes.pinned == (("the man", "he bought"),)
