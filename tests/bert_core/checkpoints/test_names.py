from __future__ import annotations

import pytest

from bert_core.checkpoints.names import (
    DECODER,
    MLM_BIAS,
    canonical_name,
    check_shapes,
    expected_shapes,
    foreign_family,
    heads_present,
    hugging_face_name,
)
from bert_core.config import BertConfig
from bert_core.errors import CheckpointError

LAYER = "encoder.layer.1.attention"


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("bert.embeddings.LayerNorm.gamma", "embeddings.LayerNorm.weight"),
        ("bert.embeddings.LayerNorm.beta", "embeddings.LayerNorm.bias"),
        ("embeddings.LayerNorm.weight", "embeddings.LayerNorm.weight"),
        (f"module.bert.{LAYER}.self.query.weight", f"{LAYER}.self.query.weight"),
        ("cls.predictions.transform.LayerNorm.gamma", "cls.predictions.transform.LayerNorm.weight"),
        ("cls.predictions.decoder.bias", MLM_BIAS),
        ("cls.predictions.decoder.weight", DECODER),
        ("bert.embeddings.position_ids", None),
        ("embeddings.position_ids", None),
        ("classifier.weight", "classifier.weight"),
    ],
)
def test_canonical_name(name: str, canonical: str | None) -> None:
    assert canonical_name(name) == canonical


def test_hugging_face_name_prefixes_the_encoder_alone() -> None:
    assert hugging_face_name("pooler.dense.bias", prefixed=True) == "bert.pooler.dense.bias"
    assert hugging_face_name("pooler.dense.bias", prefixed=False) == "pooler.dense.bias"
    assert hugging_face_name(DECODER, prefixed=True) == DECODER


@pytest.mark.parametrize("heads", [(), ("pooler",), ("mlm",), ("pooler", "mlm", "nsp"), ("mlm", "decoder")])
def test_heads_are_recognised_by_their_tensors(config: BertConfig, heads: tuple[str, ...]) -> None:
    assert heads_present(expected_shapes(config, heads)) == set(heads)


def test_a_whole_set_passes_and_the_rest_is_handed_back(config: BertConfig) -> None:
    shapes = expected_shapes(config, ("pooler",)) | {"classifier.weight": (3, 8), "classifier.bias": (3,)}
    assert check_shapes(config, shapes, "here") == ("classifier.weight", "classifier.bias")


def test_missing_tensors_are_named_and_counted(config: BertConfig) -> None:
    shapes = expected_shapes(config, ())
    for name in [name for name in shapes if "self.key" in name]:
        del shapes[name]
    with pytest.raises(
        CheckpointError, match=r"here: 4 tensors are missing: .*0\.attention\.self\.key\.weight.* and 1 more"
    ):
        check_shapes(config, shapes, "here")


@pytest.mark.parametrize(
    ("heads", "gone"),
    [
        (("mlm",), "cls.predictions.transform.dense.weight"),
        (("mlm", "decoder"), MLM_BIAS),
        (("pooler", "nsp"), "cls.seq_relationship.bias"),
        (("pooler", "nsp"), "pooler.dense.weight"),
        (("pooler",), "pooler.dense.bias"),
    ],
)
def test_a_head_that_is_there_in_part_is_refused(
    config: BertConfig, heads: tuple[str, ...], gone: str
) -> None:
    shapes = expected_shapes(config, heads)
    del shapes[gone]
    with pytest.raises(CheckpointError, match=f"1 tensor is missing: {gone}"):
        check_shapes(config, shapes, "here")


def test_a_next_sentence_head_without_a_pooler_is_refused(config: BertConfig) -> None:
    shapes = expected_shapes(config, ("nsp",))
    with pytest.raises(CheckpointError, match=r"2 tensors are missing: pooler\.dense\.weight"):
        check_shapes(config, shapes, "here")


def test_wrong_shapes_are_named_with_found_and_expected(config: BertConfig) -> None:
    shapes = expected_shapes(config, ()) | {f"{LAYER}.self.query.weight": (8, 9)}
    with pytest.raises(CheckpointError, match=r"query\.weight is 8×9, expected 8×8"):
        check_shapes(config, shapes, "here")


@pytest.mark.parametrize("layers", [1, 3, 10**12])
def test_another_number_of_layers_is_refused_at_once(config: BertConfig, layers: int) -> None:
    other = BertConfig(num_hidden_layers=layers)
    with pytest.raises(CheckpointError, match=f"hold 2 layers, but the configuration says {layers}"):
        check_shapes(other, expected_shapes(config, ()), "here")


def test_parts_of_an_encoder_that_bert_lacks_are_refused(config: BertConfig) -> None:
    shapes = expected_shapes(config, ()) | {f"{LAYER}.self.distance_embedding.weight": (31, 4)}
    with pytest.raises(CheckpointError, match=r"parts that BERT does not have: .*distance_embedding"):
        check_shapes(config, shapes, "here")


def test_other_families_are_told_by_their_names() -> None:
    assert foreign_family(["roberta.embeddings.word_embeddings.weight"]) == "RoBERTa"
    assert foreign_family(["shared.weight", "encoder.block.0.layer.0.layer_norm.weight"]) == "T5 or BART"
    assert foreign_family(["bert.embeddings.word_embeddings.weight"]) is None
