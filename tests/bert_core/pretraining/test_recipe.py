"""The recipe: what JSON may say, and what it may not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bert_core.errors import RecipeError
from bert_core.pretraining.recipe import MaskingRecipe, Recipe, Stage


def test_a_recipe_survives_json():
    recipe = replace(
        Recipe(), masking=MaskingRecipe(0.4, 0.15, whole_words=True), stages=(Stage(1.0, 512, ((32, 1.0),)),)
    )
    assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


def test_what_is_not_said_has_its_default():
    recipe = Recipe.from_dict({"pieces": 1000, "model": {"hidden_size": 64}})
    assert recipe.pieces == 1000
    assert recipe.model.hidden_size == 64
    assert recipe.model.num_hidden_layers == Recipe().model.num_hidden_layers


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"masking": {"shar": 0.2}}, "masking.shar"),
        ({"masking": {"share": 1.2}}, "masking.share"),
        ({"masking": {"masked": 0.8, "random": 0.3}}, "masking.masked + masking.random"),
        ({"masking": 3}, "masking"),
        ({"pieces": "many"}, "pieces"),
        ({"pieces": True}, "pieces"),
        ({"pieces": 0}, "pieces"),
        ({"seed": -1}, "seed"),
        ({"objective": "nsp"}, "objective"),
        ({"optimizer": {"betas": [0.9]}}, "optimizer.betas"),
        ({"stages": []}, "stages"),
        ({"stages": [{"until": 0.5, "batch_pieces": 64, "lengths": [[64, 1.0]]}]}, "until = 1"),
        ({"stages": [{"until": 1.0, "batch_pieces": 64, "lengths": [[512, 1.0]]}]}, "512"),
        ({"stages": [{"until": 1.0, "batch_pieces": 32, "lengths": [[64, 1.0]]}]}, "holds no pair of 64"),
        ({"stages": [{"batch_pieces": 32}]}, "stages[0]"),
    ],
)
def test_what_cannot_be_meant_is_named(values: dict[str, object], said: str):
    with pytest.raises(RecipeError) as caught:
        Recipe.from_dict(values)
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["{", "[1]", '{"seeds": 1}'])
def test_a_bad_file_is_named(tmp_path: Path, text: str):
    path = tmp_path / "recipe.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        Recipe.read(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(RecipeError, match=r"missing\.json"):
        Recipe.read(tmp_path / "missing.json")


def test_single_settings_replace_those_of_the_file():
    recipe = Recipe().with_settings(
        ["masking.share=0.4", "model.start=structured", "vocabulary.lowercase=false"]
    )
    assert recipe.masking.share == 0.4
    assert recipe.model.start == "structured"
    assert recipe.vocabulary.lowercase is False
    with pytest.raises(RecipeError, match="name=value"):
        Recipe().with_settings(["masking.share"])
    with pytest.raises(RecipeError, match=r"masking\.what"):
        Recipe().with_settings(["masking.what=1"])
