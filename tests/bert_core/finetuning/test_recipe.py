"""The recipe: what JSON may say, and what it may not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bert_core.errors import RecipeError
from bert_core.finetuning.recipe import FineTuneRecipe, default_learning_rate
from bert_core.finetuning.task_info import METRICS, TASKS


def test_a_recipe_survives_json():
    recipe = replace(
        FineTuneRecipe(), task="tagging", seeds=(3, 1), learning_rate=2e-5, dropout=0.2, patience=3
    )
    assert FineTuneRecipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"epoch": 3}, "'epoch'"),
        ({"epochs": 0}, "epochs must be more than 0"),
        ({"epochs": float("nan")}, "epochs must be more than 0"),
        ({"learning_rate": -1e-5}, "learning_rate"),
        ({"learning_rate": "high"}, "learning_rate must be of type float"),
        ({"batch_size": 2.5}, "batch_size must be of type int"),
        ({"batch_size": 4, "accumulate": 5}, "accumulate"),
        ({"warmup": 1.0}, "warmup must be from 0 to less than 1"),
        ({"dropout": 1.5}, "dropout"),
        ({"dev_share": 0.0}, "dev_share must be more than 0"),
        ({"frozen_layers": -1}, "frozen_layers must not be less than 0"),
        ({"max_length": 4}, "max_length"),
        ({"seeds": []}, "seeds must have one entry"),
        ({"seeds": [1, 1]}, "seeds has one twice: 1, 1"),
        ({"seeds": [-1]}, "A seed must be from 0"),
        ({"patience": 0}, "patience"),
        ({"precision": "float16"}, "precision must be one of auto, float32, bfloat16"),
        ({"mode": "frozen"}, "mode must be one of full, features"),
        ({"task": "translation"}, "task must be one of"),
        ({"task": "tagging", "metric": "matthews"}, "Known are entity_f1"),
    ],
)
def test_what_cannot_be_meant_is_named(values, said):
    with pytest.raises(RecipeError) as caught:
        FineTuneRecipe.from_dict(values)
    assert said in str(caught.value)


def test_single_settings():
    recipe = FineTuneRecipe().with_settings(
        ["epochs=4", "class_weights=true", "metric=macro_f1", "clip=null"]
    )
    assert (recipe.epochs, recipe.class_weights, recipe.metric, recipe.clip) == (4.0, True, "macro_f1", None)


@pytest.mark.parametrize("task", TASKS)
def test_what_is_better(task):
    recipe = FineTuneRecipe(task=task)
    assert recipe.watched() == (METRICS[task][0], True)
    assert replace(recipe, metric="dev_loss").watched() == ("dev_loss", False)


def test_an_error_is_better_where_it_is_smaller():
    assert FineTuneRecipe(task="regression", metric="mean_squared_error").watched() == (
        "mean_squared_error",
        False,
    )


def test_miniatures_learn_faster():
    rates = [default_learning_rate(size) for size in (128, 256, 512, 768, 1024)]
    assert rates == [3e-4, 3e-4, 3e-4, 5e-5, 2e-5]
    assert default_learning_rate(768, "features") == 1e-3
