"""A tuned model saved for others: what `transformers` opens, with its card and curves."""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
import transformers

from bert_core import Bert
from bert_core.errors import CheckpointError, TrainingError
from bert_core.finetuning.command import finetune
from bert_core.finetuning.curves_svg import curves_svg, smoothed, thinned
from bert_core.finetuning.model_card import CURVES, model_card
from bert_core.finetuning.prediction_files import export_run
from bert_core.finetuning.recipe import FineTuneRecipe
from bert_core.finetuning.run_story import RunStory, model_of, read_story, run_of
from bert_core.finetuning.saving import save_tuned
from bert_core.finetuning.task_info import METRICS, TASKS, TaskInfo, TaskName
from tests.bert_core.finetuning.making import a_bert
from tests.bert_core.finetuning.small_runs import RECIPE, write_data, write_model
from tests.bert_core.finetuning.tuned_models import tuned


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A finished run of one seed, and one of two."""
    folder = tmp_path_factory.mktemp("runs")
    train, dev = write_data(folder)
    model = write_model(folder)
    for name, seeds in (("one", (0,)), ("two", (0, 1))):
        recipe = FineTuneRecipe(seeds=seeds, **RECIPE)
        assert finetune(train, dev, model, folder / name, recipe, device="cpu").good
    return {"one": folder / "one", "two": folder / "two", "base": model}


def card_of(folder: Path) -> str:
    return (folder / "README.md").read_text(encoding="utf-8")


def test_a_run_is_saved_with_its_story(runs: dict[str, Path], tmp_path: Path) -> None:
    folder = save_tuned(runs["one"], tmp_path / "my model")
    transformers.AutoModelForSequenceClassification.from_pretrained(folder)
    assert json.loads((folder / "config.json").read_text())["id2label"] == {"0": "bad", "1": "good"}
    text = card_of(folder)
    assert "# my model\n" in text and "`bad`, `good`" in text
    assert "| training | train.tsv | 16 |" in text and "| dev | dev.tsv | 6 |" in text
    assert "| examples a step | 4 |" in text and "| learning rate, at its peak | 0.003 |" in text
    assert str(runs["base"].parent) not in text  # no folders of this machine
    story = read_story(runs["one"], runs["one"] / "model")
    assert story.evaluation is not None and story.ending == "finished"
    row = f"| accuracy | {story.evaluation.metrics['accuracy']:.4g} | {story.values['base_metric']['accuracy']:.4g} |"
    assert row in text
    for heading in ("How to ask it", "Data", "Figures on the dev set", "Curves", "Settings", "Limits"):
        assert f"\n## {heading}\n" in text
    assert f"]({CURVES})" in text
    drawing = ElementTree.parse(folder / CURVES).getroot()
    shown = [element.text for element in drawing.iter() if element.tag.endswith("text")]
    assert {"accuracy", "macro f1", "matthews", "dev loss"} <= set(shown)
    evaluations = [e for e in story.evaluations if not math.isnan(e.metrics["accuracy"])]
    dots = [element for element in drawing.iter() if element.tag.endswith("circle")]
    assert len(dots) == 4 * len(evaluations)
    table = re.findall(r"^\| (\d+)( \(kept\))? \|", text, re.MULTILINE)
    assert [int(step) for step, _ in table] == [e.step for e in evaluations]
    assert [int(step) for step, kept in table if kept] == [story.step]


def test_a_run_of_several_seeds_tells_their_spread(runs: dict[str, Path], tmp_path: Path) -> None:
    text = card_of(save_tuned(runs["two"], tmp_path / "m"))
    story = read_story(runs["two"], runs["two"] / "model")
    assert story.seeds == (0, 1) and story.best_seed in (0, 1)
    spread = story.spread["accuracy"]
    assert len(spread.each) == 2 and "Over 2 seeds (0, 1)" in text
    assert f"| accuracy | {spread.mean:.4g} | {spread.deviation:.4g} |" in text
    assert f"of seed {story.best_seed};" in text
    best = runs["two"] / "seeds" / str(story.best_seed) / "model" / "model.safetensors"
    assert Bert.load(tmp_path / "m", device="cpu").task == Bert.load(best.parent, device="cpu").task


def test_the_predictions_of_several_seeds_are_the_best_ones(runs: dict[str, Path], tmp_path: Path) -> None:
    best = read_story(runs["two"], runs["two"] / "model").best_seed
    for number, run in enumerate((runs["two"], runs["two"] / "seeds" / str(best))):
        assert export_run(run, tmp_path / f"{number}.csv") == 6
    assert (tmp_path / "0.csv").read_bytes() == (tmp_path / "1.csv").read_bytes()


def test_a_checkpoint_of_a_run_is_saved_as_that(runs: dict[str, Path], tmp_path: Path) -> None:
    checkpoint = next((runs["one"] / "checkpoints").glob("step-*"))
    step = int(checkpoint.name.removeprefix("step-"))
    text = card_of(save_tuned(checkpoint, tmp_path / "m"))
    assert f"The model of step {step} (" in text and f"| {step} (kept) |" in text
    assert not (tmp_path / "m" / "state.json").exists()


def test_where_a_model_belongs(runs: dict[str, Path], tmp_path: Path) -> None:
    run = runs["one"]
    checkpoint = next((run / "checkpoints").glob("step-*"))
    assert [run_of(path) for path in (run, run / "model", checkpoint)] == [run] * 3
    assert run_of(runs["base"]) is None
    assert model_of(run) == run / "model"
    (tmp_path / "run.json").write_text('{"format": 1}')
    with pytest.raises(TrainingError, match="no model yet"):
        model_of(tmp_path)


@pytest.mark.parametrize("task", TASKS)
def test_a_model_of_which_nothing_is_known(task: Any, tmp_path: Path) -> None:
    tuned(task).save(tmp_path / "source")
    folder = save_tuned(tmp_path / "source", tmp_path / "m")
    text = card_of(folder)
    assert "## How to ask it" in text and "## Limits" in text and "## Data" not in text
    assert not (folder / CURVES).exists()
    assert Bert.load(folder, device="cpu").task == Bert.load(tmp_path / "source", device="cpu").task


def test_a_card_that_somebody_wrote_stays(tmp_path: Path) -> None:
    tuned("regression").save(tmp_path / "m")
    (tmp_path / "m" / "README.md").write_text("my own words")
    (tmp_path / "m" / CURVES).write_text("of another model")
    save_tuned(tmp_path / "m", tmp_path / "m")
    assert (tmp_path / "m" / "README.md").read_text() == "my own words"
    assert "## Limits" in (tmp_path / "m" / "MODEL_CARD.md").read_text()
    assert not (tmp_path / "m" / CURVES).exists()
    other = save_tuned(tmp_path / "m", tmp_path / "other")
    (other / "README.md").write_text(card_of(other) + "stale")
    save_tuned(tmp_path / "m", other)
    assert not card_of(other).endswith("stale")


def test_one_without_a_task_is_refused(tmp_path: Path) -> None:
    a_bert().save(tmp_path / "m")
    with pytest.raises(CheckpointError, match="not tuned"):
        save_tuned(tmp_path / "m", tmp_path / "n")
    assert not (tmp_path / "n").exists()


def test_what_a_run_left_out_is_told(tmp_path: Path) -> None:
    values = {
        "data": {
            "skipped": 3,
            "counts": {"train": 12},
            "layout": {"format": "csv", "columns": [["a", "b|c"]]},
        }
    }
    text = model_card("m", TaskInfo("single-sentence", ("x|y", "z")), RunStory(values))
    assert "3 rows were left out" in text and "b|c as a" in text and "None were recorded." in text
    assert "It learned from 12 examples" in text
    damaged = RunStory(
        {"data": {"counts": 3, "layout": {"columns": [1]}}, "recipe": [], "model": 7, "versions": 0}
    )
    assert "## Data" in model_card("m", TaskInfo("tagging", ("O",)), damaged)


def test_the_base_models_licence_goes_along(tmp_path: Path) -> None:
    a_bert().save(tmp_path / "base")
    (tmp_path / "base" / "README.md").write_text("---\nlanguage: en\nlicense: cc-by-sa-4.0\n---\n# base\n")
    story = RunStory({"model": str(tmp_path / "base")})
    assert "\nlicense: cc-by-sa-4.0\n" in model_card("m", TaskInfo("regression"), story)
    assert "\nlicense" not in model_card("m", TaskInfo("regression"), RunStory({"model": "some/hub-id"}))
    assert "base_model: some/hub-id" not in model_card("m", TaskInfo("regression"), RunStory({"model": 3}))


# The picture


def test_curves_are_thinned_and_smoothed() -> None:
    many = [(float(n), float(n % 2)) for n in range(1000)]
    few = thinned(many)
    assert len(few) == 334 and few[0] == (1.0, 1 / 3)
    assert thinned([(0, math.nan), (1, 2.0), (2, math.inf)]) == [(1, 2.0)]
    flat = smoothed([(n, 3.0) for n in range(50)])
    assert [y for _, y in flat] == pytest.approx([3.0] * 50)
    waves = smoothed([(n, float(n % 2)) for n in range(400)])
    assert max(abs(y - 0.5) for _, y in waves[50:]) < 0.05
    assert smoothed([]) == []


@pytest.mark.parametrize(
    ("losses", "figures"),
    [
        ([], {}),
        ([(0, 1.0)], {"f1": [(0, 0.0)]}),
        ([(5, 0.0)], {"a": [(0, -0.5), (9, 1.0)]}),
        ([(1, 1e9)], {"a": []}),
    ],
)
def test_odd_curves_make_sound_pictures(losses: Any, figures: Any) -> None:
    picture = curves_svg("a <title> & more", losses, [], figures)
    root = ElementTree.fromstring(picture)
    assert root[0].text == "a <title> & more"
    assert "nan" not in picture and "inf" not in picture


@pytest.mark.parametrize("task", TASKS)
def test_a_curve_lies_within_its_plot(task: TaskName) -> None:
    points = [(n, 2.0 - n / 100) for n in range(100)]
    root = ElementTree.fromstring(curves_svg("t", points, points, dict.fromkeys(METRICS[task], points)))
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for element in root.iter():
        if element.tag.endswith("circle"):
            assert 0 < float(element.attrib["cx"]) < width and 0 < float(element.attrib["cy"]) < height
        if element.tag.endswith("text"):
            assert 0 < float(element.attrib["x"]) < width and 0 < float(element.attrib["y"]) < height
