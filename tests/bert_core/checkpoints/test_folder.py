from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from bert_core.checkpoints import Checkpoint, read_checkpoint, write_folder
from bert_core.checkpoints.names import DECODER, WORD_EMBEDDINGS
from bert_core.config import BertConfig
from bert_core.errors import Cancelled, CheckpointError, VocabularyError
from bert_core.tokenization import Tokenizer

QUERY = "bert.encoder.layer.0.attention.self.query.weight"
EditConfig = Callable[..., None]
EditWeights = Callable[[Callable[[dict[str, Tensor]], None]], None]


def refusal(folder: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        read_checkpoint(folder)
    assert caught.value.remedy, "nothing is said of what to do"
    return str(caught.value)


def test_a_sound_folder(folder: Path, config: BertConfig, tensors: dict[str, Tensor]) -> None:
    checkpoint = read_checkpoint(str(folder))
    assert isinstance(checkpoint, Checkpoint)
    assert (checkpoint.source, checkpoint.folder) == (str(folder), folder)
    assert checkpoint.weights_files == (folder / "model.safetensors",)
    assert checkpoint.config == config
    assert checkpoint.tokenizer.vocabulary[5] == "the"
    assert checkpoint.tensors.keys() == tensors.keys()
    assert all(torch.equal(tensor, tensors[name]) for name, tensor in checkpoint.tensors.items())
    assert checkpoint.ignored == ()


def test_progress_rises_to_one_and_can_cancel(folder: Path) -> None:
    told: list[tuple[str, float]] = []
    read_checkpoint(folder, lambda what, fraction: told.append((what, fraction)))
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)

    def stop(what: str, fraction: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_checkpoint(folder, stop)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_the_dtype_of_the_file_is_kept(
    tmp_path: Path, config: BertConfig, tokenizer: Tokenizer, tensors: dict[str, Tensor], dtype: torch.dtype
) -> None:
    write_folder(
        tmp_path / "m", config, tokenizer, {name: tensor.to(dtype) for name, tensor in tensors.items()}
    )
    read = read_checkpoint(tmp_path / "m").tensors
    assert {tensor.dtype for tensor in read.values()} == {dtype}
    assert torch.equal(read[WORD_EMBEDDINGS], tensors[WORD_EMBEDDINGS].to(dtype))


def test_a_decoder_equal_to_the_embeddings_is_tied(folder: Path, edit_weights: EditWeights) -> None:
    edit_weights(lambda table: table.update({DECODER: table["bert." + WORD_EMBEDDINGS].clone()}))
    assert DECODER not in read_checkpoint(folder).tensors
    edit_weights(lambda table: table.update({DECODER: table[DECODER] + 1}))
    assert DECODER in read_checkpoint(folder).tensors


def test_an_untied_decoder_that_is_not_there(folder: Path, edit_config: EditConfig) -> None:
    edit_config(tie_word_embeddings=False)
    assert f"1 tensor is missing: {DECODER}" in refusal(folder)


def test_two_different_biases_are_refused(folder: Path, edit_weights: EditWeights) -> None:
    edit_weights(
        lambda table: table.update({"cls.predictions.decoder.bias": table["cls.predictions.bias"].clone()})
    )
    read_checkpoint(folder)
    edit_weights(
        lambda table: table.update({"cls.predictions.decoder.bias": table["cls.predictions.bias"] + 1})
    )
    assert "two different tensors for cls.predictions.bias" in refusal(folder)


def test_googles_configuration_will_do(folder: Path, config: BertConfig, edit_config: EditConfig) -> None:
    edit_config(model_type=None, architectures=None)
    (folder / "config.json").rename(folder / "bert_config.json")
    assert read_checkpoint(folder).config == config


def test_no_config(folder: Path) -> None:
    (folder / "config.json").unlink()
    assert "no config.json" in refusal(folder)


def test_config_that_is_a_folder(folder: Path) -> None:
    (folder / "config.json").unlink()
    (folder / "config.json").mkdir()
    with pytest.raises(CheckpointError, match=r"config\.json: A file is expected here"):
        read_checkpoint(folder)


@pytest.mark.parametrize("text", ["", "{", "[1]", "\udcff", "[" * 100_000])
def test_config_that_is_not_json(folder: Path, text: str) -> None:
    (folder / "config.json").write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(CheckpointError, match=r"config\.json: "):
        read_checkpoint(folder)


def test_no_vocabulary(folder: Path) -> None:
    for name in ("vocab.txt", "tokenizer.json"):
        (folder / name).unlink()
    with pytest.raises(VocabularyError, match=r"vocab\.txt"):
        read_checkpoint(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"hidden_size": 10**12},
        {"vocab_size": 10**12},
        {"num_hidden_layers": 10**12},
        {"intermediate_size": 10**12},
        {"max_position_embeddings": 10**12},
        {"type_vocab_size": 3},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_configuration_of_other_weights_is_refused_before_anything_is_allocated(
    folder: Path, edit_config: EditConfig, change: dict[str, int]
) -> None:
    edit_config(**change)
    text = refusal(folder)
    assert "expected" in text or "layers" in text
    assert "model.safetensors" in text


@pytest.mark.parametrize(
    "change", [{"hidden_size": "8"}, {"num_attention_heads": 3}, {"vocab_size": -1}, {"hidden_act": "?"}]
)
def test_a_configuration_no_bert_can_have(
    folder: Path, edit_config: EditConfig, change: dict[str, Any]
) -> None:
    edit_config(**change)
    with pytest.raises(CheckpointError, match=r"config\.json"):
        read_checkpoint(folder)


def test_missing_tensor(folder: Path, edit_weights: EditWeights) -> None:
    edit_weights(lambda table: table.__delitem__(QUERY))
    assert f"1 tensor is missing: {QUERY.removeprefix('bert.')}" in refusal(folder)


def test_wrong_shape(folder: Path, edit_weights: EditWeights) -> None:
    edit_weights(lambda table: table.update({QUERY: torch.zeros(4, 8)}))
    assert "query.weight is 4×8, expected 8×8" in refusal(folder)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_numbers_that_are_not_finite(
    folder: Path, edit_weights: EditWeights, bad: float, dtype: torch.dtype
) -> None:
    broken = torch.zeros(8, 8, dtype=dtype)
    broken[3, 5] = bad
    edit_weights(lambda table: table.update({QUERY: broken}))
    text = refusal(folder)
    assert "1 of 64 numbers in encoder.layer.0.attention.self.query.weight are not finite" in text
    assert str(folder / "model.safetensors") in text


def test_quantised_weights(folder: Path, edit_weights: EditWeights) -> None:
    edit_weights(lambda table: table.update({QUERY: torch.zeros(8, 8, dtype=torch.int8)}))
    assert "stored as I8: quantised" in refusal(folder)


def test_a_vocabulary_larger_than_the_embeddings(folder: Path, config: BertConfig) -> None:
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefg"]
    Tokenizer.from_vocabulary(pieces, lowercase=True).save(folder)
    assert "The vocabulary has 12 pieces, but the model has embeddings for 11" in refusal(folder)


def test_what_is_of_no_use_is_left_out_and_named(folder: Path, edit_weights: EditWeights) -> None:
    edit_weights(lambda table: table.update({"span_scorer.weight": torch.full((2, 8), float("nan"))}))
    assert read_checkpoint(folder).ignored == ("span_scorer.weight",)


def test_the_head_of_a_task_that_is_not_known_is_kept_as_it_is(
    folder: Path, edit_weights: EditWeights
) -> None:
    edit_weights(lambda table: table.update({"classifier.weight": torch.full((2, 8), float("nan"))}))
    read = read_checkpoint(folder)
    assert read.ignored == () and read.task is None
    assert read.head["classifier.weight"].shape == (2, 8)


def test_another_model_without_model_type_is_told_by_its_tensors(
    folder: Path, edit_config: EditConfig, edit_weights: EditWeights
) -> None:
    edit_config(model_type=None, architectures=None)

    def rename(table: dict[str, Tensor]) -> None:
        for name in list(table):
            table[name.replace("bert.", "roberta.")] = table.pop(name)

    edit_weights(rename)
    assert "This is a RoBERTa checkpoint, not a BERT." in refusal(folder)


def test_weights_of_something_else_altogether(folder: Path, edit_weights: EditWeights) -> None:
    def replace(table: dict[str, Tensor]) -> None:
        table.clear()
        table["features.0.weight"] = torch.zeros(3)

    edit_weights(replace)
    assert "no BERT encoder" in refusal(folder)


def test_reading_leaves_the_file_as_it_was(folder: Path) -> None:
    before = load_file(folder / "model.safetensors")
    read_checkpoint(folder).tensors[WORD_EMBEDDINGS].zero_()
    after = load_file(folder / "model.safetensors")
    assert all(torch.equal(tensor, after[name]) for name, tensor in before.items())
