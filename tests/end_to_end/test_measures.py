"""Measuring heads over a file, in the whole application, while a person types."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.panels.attention.measures import MeasuresPage
from bert_core import Bert
from bert_core.measures.gated_importance import Example, head_importance
from bert_core.measures.measure_tally import MeasureTally
from bert_core.queries_measures import SetMeasures, TextMeasures
from tests.end_to_end.driving import Driver

SENTENCES = ["the man went to the store .", "he bought a gallon of milk .", "the store\tthe man went"] * 40


def measures_page(driver: Driver) -> MeasuresPage:
    driver.attention.set_view("measures")
    found = driver.attention.findChild(MeasuresPage)
    assert found is not None
    return found


def column(page: MeasuresPage, name: str) -> np.ndarray:
    assert page.shown is not None
    values = next(column.values for column in page.shown.columns if column.name == name)
    assert values is not None
    return values


def test_a_file_is_measured_while_one_types(shared: Driver, tmp_path: Path) -> None:
    path = tmp_path / "sentences.txt"
    path.write_text("\n\n".join(SENTENCES), encoding="utf-8")
    page = measures_page(shared)
    page.sources.choose_file(str(path))
    shared.wait_until(lambda: page.jobs.measuring.progress is not None)
    for letter in " still":
        shared.type(letter)
        shared.wait_until(lambda: shared.session.up_to_date)  # the job is not waited for
    assert shared.trace.scene.text_a.endswith(" still")
    shared.attention.set_view("all")  # nor does it end with the view
    shared.wait_until(lambda: page.jobs.measuring.state == "done")
    shared.attention.set_view("measures")
    bert, tally = Bert.load(str(shared.session.model.folder)), MeasureTally(with_similarity=False)
    for sentence in SENTENCES:
        text_a, _, text_b = sentence.partition("\t")
        trace = bert.trace(text_a, text_b or None)
        tally.add(trace.attentions, trace.tokens)
    np.testing.assert_allclose(column(page, "entropy"), tally.entropy().reshape(-1), atol=1e-6)
    assert page.over.text.startswith(f"Means over {len(SENTENCES)} texts")


def test_cancel_and_importance(shared: Driver, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("\n".join(SENTENCES * 200), encoding="utf-8")
    page = measures_page(shared)
    page.sources.choose_file(str(path))
    shared.wait_until(lambda: page.jobs.measuring.progress is not None)
    page.jobs.measuring_line.cancel_button.click()
    assert not any(isinstance(query, SetMeasures) for query in shared.session.watched)
    page.sources.setCurrentIndex(0)
    page.sources.activated.emit(0)
    shared.wait_for_trace()
    assert TextMeasures() in shared.session.watched
    page.table_pane.importance.click()
    shared.wait_until(lambda: page.jobs.weighing.state == "done")
    bert, scene = Bert.load(str(shared.session.model.folder)), shared.session.scene
    expected = head_importance(bert, [Example(scene.text_a, scene.second)])
    shown = column(page, "importance").reshape(expected.shape)
    np.testing.assert_allclose(shown * np.linalg.norm(expected, axis=1, keepdims=True), expected, rtol=1e-3)


def test_the_application_ends_in_the_middle_of_a_job(start: Callable[..., Driver], tmp_path: Path) -> None:
    driver = start()
    driver.wait_for_trace()
    path = tmp_path / "long.txt"
    path.write_text("\n".join(SENTENCES * 200), encoding="utf-8")
    page = measures_page(driver)
    page.sources.choose_file(str(path))
    driver.wait_until(lambda: page.jobs.measuring.progress is not None)
    assert page.jobs.measuring.state == "running"
    driver.end()
    assert not driver.application.service._thread.is_alive()
