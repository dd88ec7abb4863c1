"""Saving features of a file from the whole application, while a person types."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.panels.features import FeaturesDialog
from bert_core import Bert
from bert_core.features import Feature
from tests.end_to_end.driving import Driver

SENTENCES = ["the man went to the store .", "he bought a gallon of milk .", "the store\tthe man went"] * 40


def dialog_of(driver: Driver, texts: Path, target: Path) -> FeaturesDialog:
    driver.trigger("save-features")
    dialog = driver.application.features
    assert dialog is not None and dialog.isVisible() and not dialog.isModal()
    dialog.texts.choose_file(str(texts))
    dialog.target.set_path(target)
    driver.wait_until(lambda: dialog.counting.state == "done")
    return dialog


def test_features_are_saved_while_one_types(shared: Driver, tmp_path: Path) -> None:
    texts, target = tmp_path / "texts.txt", tmp_path / "features.npz"
    texts.write_text("\n\n".join(SENTENCES), encoding="utf-8")
    dialog = dialog_of(shared, texts, target)
    assert dialog.count_line.text().startswith(f"{len(SENTENCES)} texts")
    dialog.ticks.tick(Feature("second-to-last"))
    dialog.start_button.click()
    dialog.close()  # it goes on
    for letter in " still":
        shared.type(letter)
        shared.wait_until(lambda: shared.session.up_to_date)  # the job is not waited for
    shared.wait_until(lambda: dialog.saving.state == "done")
    assert f"Saved features of {len(SENTENCES)} texts in {target}" in shared.notices
    bert = Bert.load(str(shared.session.model.folder))
    with np.load(target) as arrays:
        assert arrays["id"].tolist() == list(range(1, 2 * len(SENTENCES), 2))  # the numbers of the lines
        offsets = arrays["offsets"]
        for row, sentence in enumerate(SENTENCES):
            text_a, _, text_b = sentence.partition("\t")
            trace = bert.trace(text_a, text_b or None)
            mine = slice(offsets[row], offsets[row + 1])
            np.testing.assert_allclose(arrays["second-to-last"][mine], trace.hidden_states[-2], atol=1e-4)
            own = [not token.special for token in trace.tokens]
            mean = trace.hidden_states[-1][own].mean(0)
            np.testing.assert_allclose(arrays["last-mean"][row], mean, atol=1e-4)


def test_cancelled_it_leaves_nothing(shared: Driver, tmp_path: Path) -> None:
    texts, target = tmp_path / "long.txt", tmp_path / "features.parquet"
    texts.write_text("\n".join(SENTENCES * 400), encoding="utf-8")
    dialog = dialog_of(shared, texts, target)
    dialog.start_button.click()
    shared.wait_until(lambda: dialog.saving.progress is not None)
    shared.wait_until(lambda: len(list(tmp_path.iterdir())) > 1)  # it has begun to write
    dialog.cancel_button.click()
    shared.wait_until(lambda: list(tmp_path.iterdir()) == [texts])
    assert "Cancelled: nothing was written" in dialog.end.text()
    dialog.close()


def test_another_model_ends_it(shared: Driver, small_model: Path, tmp_path: Path) -> None:
    texts, target = tmp_path / "long.txt", tmp_path / "features.safetensors"
    texts.write_text("\n".join(SENTENCES * 400), encoding="utf-8")
    dialog = dialog_of(shared, texts, target)
    dialog.start_button.click()
    shared.wait_until(lambda: dialog.saving.progress is not None)
    shared.application.commands.choose_model(str(small_model))
    shared.wait_until(lambda: dialog.saving.state == "failed")
    assert "Another model was loaded meanwhile" in dialog.end.text()
    shared.wait_until(lambda: list(tmp_path.iterdir()) == [texts])
    dialog.close()
    shared.wait_for_trace()
