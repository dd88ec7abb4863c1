"""What `transformers` saves we read, number for number, and what we write it opens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from bert_core.checkpoints import read_checkpoint, write_folder
from bert_core.checkpoints.names import DECODER, expected_shapes
from bert_core.config import BertConfig
from bert_core.tokenization import Tokenizer

CLASSES = {
    "BertForPreTraining": {"pooler", "mlm", "nsp"},
    "BertForMaskedLM": {"mlm"},
    "BertForNextSentencePrediction": {"pooler", "nsp"},
    "BertModel": {"pooler"},
    "BertForSequenceClassification": {"pooler"},
    "BertForTokenClassification": set(),
    "BertForQuestionAnswering": set(),
    "BertForMultipleChoice": {"pooler"},
}
TASK_HEADS = {
    "BertForSequenceClassification": {"classifier.weight", "classifier.bias"},
    "BertForTokenClassification": {"classifier.weight", "classifier.bias"},
    "BertForQuestionAnswering": {"qa_outputs.weight", "qa_outputs.bias"},
    "BertForMultipleChoice": {"classifier.weight", "classifier.bias"},
}
TASKS = {
    "BertForSequenceClassification": "single-sentence",
    "BertForTokenClassification": "tagging",
    "BertForQuestionAnswering": "question-answering",
    "BertForMultipleChoice": "multiple-choice",
}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    transformers.utils.logging.disable_progress_bar()
    yield
    transformers.utils.logging.enable_progress_bar()


def saved(
    name: str, folder: Path, config: BertConfig, tokenizer: Tokenizer, **options: object
) -> torch.nn.Module:
    """A random model of that class, saved by `transformers`."""
    torch.manual_seed(0)
    shape = {key: value for key, value in config.to_dict().items() if key != "model_type"}
    model = getattr(transformers, name)(transformers.BertConfig(**shape))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter)  # biases and norms too: zeros and ones would hide a mix-up
    model.save_pretrained(folder, **options)
    tokenizer.save(folder)
    return model


def theirs(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name.removeprefix("bert."): tensor for name, tensor in model.state_dict().items()}


def same(ours: dict[str, torch.Tensor], model: torch.nn.Module) -> bool:
    reference = theirs(model)
    return all(torch.equal(tensor, reference[name]) for name, tensor in ours.items())


@pytest.mark.parametrize("name", CLASSES)
def test_each_class(name: str, tmp_path: Path, config: BertConfig, tokenizer: Tokenizer) -> None:
    model = saved(name, tmp_path, config, tokenizer)
    checkpoint = read_checkpoint(tmp_path)
    assert checkpoint.tensors.keys() == expected_shapes(config, CLASSES[name]).keys()
    assert same(checkpoint.tensors, model)
    assert checkpoint.head.keys() == TASK_HEADS.get(name, set())
    assert all(torch.equal(tensor, theirs(model)[head]) for head, tensor in checkpoint.head.items())
    assert (None if checkpoint.task is None else checkpoint.task.task) == TASKS.get(name)
    assert checkpoint.ignored == ()
    assert checkpoint.config == config
    assert checkpoint.weights_files == (tmp_path / "model.safetensors",)


def test_a_model_without_pooler(tmp_path: Path, config: BertConfig, tokenizer: Tokenizer) -> None:
    shape = {key: value for key, value in config.to_dict().items() if key != "model_type"}
    model = transformers.BertModel(transformers.BertConfig(**shape), add_pooling_layer=False)
    model.save_pretrained(tmp_path)
    tokenizer.save(tmp_path)
    checkpoint = read_checkpoint(tmp_path)
    assert checkpoint.tensors.keys() == expected_shapes(config, ()).keys()
    assert same(checkpoint.tensors, model)


def test_shards(tmp_path: Path, config: BertConfig, tokenizer: Tokenizer) -> None:
    model = saved("BertForPreTraining", tmp_path, config, tokenizer, max_shard_size=2000)
    assert not (tmp_path / "model.safetensors").exists()
    checkpoint = read_checkpoint(tmp_path)
    assert len(checkpoint.weights_files) > 2
    assert same(checkpoint.tensors, model)
    assert checkpoint.tensors.keys() == expected_shapes(config, ("pooler", "mlm", "nsp")).keys()


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_pytorch_bin(tmp_path: Path, config: BertConfig, tokenizer: Tokenizer, zipped: bool) -> None:
    model = saved("BertForPreTraining", tmp_path, config, tokenizer)
    (tmp_path / "model.safetensors").unlink()
    # As early transformers saved it: decoder and its bias beside what they are tied to, buffers too.
    table = {**model.state_dict(), "bert.embeddings.position_ids": torch.arange(16)[None]}
    assert DECODER in table
    torch.save(table, tmp_path / "pytorch_model.bin", _use_new_zipfile_serialization=zipped)
    checkpoint = read_checkpoint(tmp_path)
    assert checkpoint.tensors.keys() == expected_shapes(config, ("pooler", "mlm", "nsp")).keys()
    assert same(checkpoint.tensors, model)
    assert checkpoint.ignored == ()


def test_sharded_pytorch_bin(tmp_path: Path, config: BertConfig, tokenizer: Tokenizer) -> None:
    model = saved("BertForMaskedLM", tmp_path, config, tokenizer)
    (tmp_path / "model.safetensors").unlink()
    names = sorted(model.state_dict())
    shards = {"pytorch_model-1.bin": names[::2], "pytorch_model-2.bin": names[1::2]}
    for shard, held in shards.items():
        torch.save({name: model.state_dict()[name].clone() for name in held}, tmp_path / shard)
    weight_map = {name: shard for shard, held in shards.items() for name in held}
    (tmp_path / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": weight_map}))
    assert same(read_checkpoint(tmp_path).tensors, model)


def test_gamma_and_beta_and_half_the_prefixes(
    tmp_path: Path, config: BertConfig, tokenizer: Tokenizer
) -> None:
    model = saved("BertForPreTraining", tmp_path, config, tokenizer)
    path = tmp_path / "model.safetensors"
    renamed = {}
    for number, (name, tensor) in enumerate(load_file(path).items()):
        name = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        renamed[name.removeprefix("bert.") if number % 2 else name] = tensor.clone()
    save_file(renamed, path)
    checkpoint = read_checkpoint(tmp_path)
    assert checkpoint.tensors.keys() == expected_shapes(config, ("pooler", "mlm", "nsp")).keys()
    assert same(checkpoint.tensors, model)


def test_an_untied_decoder_stays(tmp_path: Path, config: BertConfig, tokenizer: Tokenizer) -> None:
    shape = {key: value for key, value in config.to_dict().items() if key != "model_type"}
    theirs_config = transformers.BertConfig(**shape, tie_word_embeddings=False)
    model = transformers.BertForMaskedLM(theirs_config)
    model.save_pretrained(tmp_path / "theirs")
    tokenizer.save(tmp_path / "theirs")
    checkpoint = read_checkpoint(tmp_path / "theirs")
    assert torch.equal(checkpoint.tensors[DECODER], model.cls.predictions.decoder.weight)
    write_folder(tmp_path / "ours", checkpoint.config, checkpoint.tokenizer, checkpoint.tensors)
    opened, report = transformers.BertForMaskedLM.from_pretrained(tmp_path / "ours", output_loading_info=True)
    assert not any(report.values())
    assert all(torch.equal(t, opened.state_dict()[n]) for n, t in model.state_dict().items())


@pytest.mark.parametrize(
    "name", ["BertForPreTraining", "BertForMaskedLM", "BertForNextSentencePrediction", "BertModel"]
)
def test_what_we_write_transformers_opens(
    name: str, tmp_path: Path, config: BertConfig, tokenizer: Tokenizer
) -> None:
    model = saved(name, tmp_path / "theirs", config, tokenizer)
    checkpoint = read_checkpoint(tmp_path / "theirs")
    write_folder(tmp_path / "ours", checkpoint.config, checkpoint.tokenizer, checkpoint.tensors)
    auto = transformers.AutoConfig.from_pretrained(tmp_path / "ours")
    assert auto.architectures == [name]
    opened, report = getattr(transformers, name).from_pretrained(tmp_path / "ours", output_loading_info=True)
    assert not any(report.values())  # nothing missing, unexpected or of another shape
    assert opened.state_dict().keys() == model.state_dict().keys()
    assert all(torch.equal(t, opened.state_dict()[n]) for n, t in model.state_dict().items())


def test_transformers_opens_our_tokenizer(folder: Path, tokenizer: Tokenizer) -> None:
    opened = transformers.AutoTokenizer.from_pretrained(folder)
    text = ("The cats sat", "the [MASK] dog")
    ours = tokenizer.encode(*text)
    theirs = opened(*text)
    assert theirs["input_ids"] == list(ours.ids)
    assert theirs["token_type_ids"] == list(ours.segment_ids)
    assert opened.model_max_length == 16
