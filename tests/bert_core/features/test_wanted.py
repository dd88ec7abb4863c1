"""The names of features, and what they come to in a model."""

from __future__ import annotations

import pytest

from bert_core.errors import BertError
from bert_core.features import Feature, parse_feature
from bert_core.features.wanted import Taken


@pytest.mark.parametrize(
    ("words", "feature", "name"),
    [
        ("last", Feature("last"), "last"),
        ("Last CLS", Feature("last", "cls"), "last-cls"),
        ("second_to_last-mean", Feature("second-to-last", "mean"), "second-to-last-mean"),
        ("layer 3", Feature("layer-3"), "layer-3"),
        ("layer-03-mean-all-pieces", Feature("layer-3", "mean-all-pieces"), "layer-3-mean-all-pieces"),
        ("layer12-cls", Feature("layer-12", "cls"), "layer-12-cls"),
        ("embeddings", Feature("layer-0"), "layer-0"),
        ("concat-last-four", Feature("concat-last-four"), "concat-last-four"),
        ("sum-all-layers-mean", Feature("sum-all-layers", "mean"), "sum-all-layers-mean"),
    ],
)
def test_names_are_read_and_given_back(words: str, feature: Feature, name: str) -> None:
    assert parse_feature(words) == feature
    assert feature.name == name
    assert parse_feature(name) == feature


@pytest.mark.parametrize(
    "words", ["", "first", "layer", "layer--1", "layer-x", "cls", "last-max", "mean-last", "layer-²"]
)
def test_other_names_are_refused_with_those_there_are(words: str) -> None:
    with pytest.raises(BertError, match="no feature called") as refused:
        parse_feature(words)
    assert "concat-last-four" in refused.value.remedy and "-mean" in refused.value.remedy


@pytest.mark.parametrize(("layers", "pool"), [("layer-03", "cls"), ("best", "cls"), ("last", "max")])
def test_a_feature_without_a_meaning_cannot_be_made(layers: str, pool: str) -> None:
    with pytest.raises(BertError, match="no feature called"):
        Feature(layers, pool)


@pytest.mark.parametrize(
    ("name", "taken", "width"),
    [
        ("layer-0", Taken((0,), "one"), 10),
        ("layer-6", Taken((6,), "one"), 10),
        ("last", Taken((6,), "one"), 10),
        ("second-to-last", Taken((5,), "one"), 10),
        ("sum-last-four", Taken((3, 4, 5, 6), "sum"), 10),
        ("concat-last-four", Taken((3, 4, 5, 6), "concatenation"), 40),
        ("sum-all-layers", Taken((1, 2, 3, 4, 5, 6), "sum"), 10),
    ],
)
def test_what_is_taken_of_six_layers(name: str, taken: Taken, width: int) -> None:
    assert parse_feature(name).of_model(6) == taken
    assert taken.width(10) == width


@pytest.mark.parametrize(
    ("name", "layers", "words"),
    [
        ("layer-4", 3, "no layer 4; this model has 3"),
        ("sum-last-four", 3, "at least 4 layers; this one has 3"),
        ("concat-last-four-cls", 2, "at least 4 layers"),
        ("second-to-last", 1, "at least 2 layers"),
    ],
)
def test_a_model_of_too_few_layers_is_named_so(name: str, layers: int, words: str) -> None:
    with pytest.raises(BertError, match=words) as refused:
        parse_feature(name).of_model(layers)
    assert refused.value.where == name


def test_four_layers_are_enough() -> None:
    assert parse_feature("sum-last-four").of_model(4).layers == (1, 2, 3, 4)
