from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from torch import Tensor

from bert_core.checkpoints import read_checkpoint, write_folder
from bert_core.checkpoints.names import DECODER, WORD_EMBEDDINGS
from bert_core.config import BertConfig
from bert_core.errors import CheckpointError
from bert_core.tokenization import Tokenizer

FILES = {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "vocab.txt"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def other(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor + 1 for name, tensor in tensors.items()}


def test_what_lies_in_the_folder(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == FILES
    assert [path.name for path in folder.parent.iterdir()] == ["tiny"]
    values = json.loads((folder / "config.json").read_text())
    assert (values["model_type"], values["architectures"]) == ("bert", ["BertForPreTraining"])
    with safe_open(folder / "model.safetensors", "pt") as file:
        assert file.metadata() == {"format": "pt"}
        assert DECODER not in file.keys()  # noqa: SIM118 - not a mapping
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert len(modes) == 1, "the weights may be read by others than the rest"


def test_a_tied_decoder_is_not_stored_twice(
    tmp_path: Path, config: BertConfig, tokenizer: Tokenizer, tensors: dict[str, Tensor]
) -> None:
    for number, decoder in enumerate((tensors[WORD_EMBEDDINGS], tensors[WORD_EMBEDDINGS].clone())):
        folder = tmp_path / str(number)
        write_folder(folder, config, tokenizer, {**tensors, DECODER: decoder})
        assert DECODER not in read_checkpoint(folder).tensors


def test_every_kind_of_tensor_in_memory_is_written(
    tmp_path: Path, config: BertConfig, tokenizer: Tokenizer, tensors: dict[str, Tensor]
) -> None:
    name = "encoder.layer.0.attention.self.query.weight"
    awkward = {**tensors, name: torch.nn.Parameter(tensors[name].T.contiguous().T)}
    assert not awkward[name].is_contiguous()
    write_folder(tmp_path / "m", config, tokenizer, awkward)
    assert torch.equal(read_checkpoint(tmp_path / "m").tensors[name], tensors[name])


def test_a_task_head_travels_along_under_its_own_architecture(
    tmp_path: Path, config: BertConfig, tokenizer: Tokenizer, tensors: dict[str, Tensor]
) -> None:
    encoder = {name: tensor for name, tensor in tensors.items() if not name.startswith("cls.")}
    task = BertConfig.from_dict({**config.to_dict(), "architectures": ["BertForSequenceClassification"]})
    write_folder(
        tmp_path / "m",
        task,
        tokenizer,
        {**encoder, "classifier.weight": torch.ones(2, 8), "classifier.bias": torch.ones(2)},
    )
    read = read_checkpoint(tmp_path / "m")
    assert read.ignored == () and torch.equal(read.head["classifier.weight"], torch.ones(2, 8))
    assert read.config.extra["architectures"] == ["BertForSequenceClassification"]
    with safe_open(tmp_path / "m" / "model.safetensors", "pt") as file:
        assert "bert.pooler.dense.weight" in file.keys()  # noqa: SIM118 - not a mapping


def test_tensors_that_do_not_fit_are_not_written(
    tmp_path: Path, config: BertConfig, tokenizer: Tokenizer, tensors: dict[str, Tensor]
) -> None:
    with pytest.raises(CheckpointError, match="wrong shape"):
        write_folder(tmp_path / "m", config, tokenizer, {**tensors, WORD_EMBEDDINGS: torch.zeros(2, 2)})
    assert not (tmp_path / "m").exists()


def test_saving_over_the_model_that_is_mapped_from_there(folder: Path, tensors: dict[str, Tensor]) -> None:
    (folder / "notes.txt").write_text("mine")
    (folder / "added_tokens.json").write_text("{}")
    old = read_checkpoint(folder)
    write_folder(folder, old.config, old.tokenizer, other(old.tensors))
    assert torch.equal(old.tensors[WORD_EMBEDDINGS], tensors[WORD_EMBEDDINGS])
    assert torch.equal(read_checkpoint(folder).tensors[WORD_EMBEDDINGS], tensors[WORD_EMBEDDINGS] + 1)
    assert {path.name for path in folder.iterdir()} == FILES | {"notes.txt"}


def test_saving_another_model_over_it(folder: Path, tensors: dict[str, Tensor]) -> None:
    config = BertConfig.from_dict({**read_checkpoint(folder).config.to_dict(), "num_attention_heads": 4})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "dog"]
    write_folder(folder, config, Tokenizer.from_vocabulary(pieces, lowercase=False), other(tensors))
    read = read_checkpoint(folder)
    assert (read.config.num_attention_heads, read.tokenizer.vocabulary[-1]) == (4, "dog")
    assert {path.name for path in folder.iterdir()} == FILES


def test_into_an_empty_folder(tmp_path: Path, folder: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    old = read_checkpoint(folder)
    write_folder(empty, old.config, old.tokenizer, old.tensors)
    assert contents(empty) == contents(folder)


@pytest.mark.parametrize("failing", range(12))
def test_a_move_that_fails_is_undone(
    folder: Path, tensors: dict[str, Tensor], monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """Whichever os.replace of moving in fails, the old model is there, whole."""
    (folder / "added_tokens.json").write_text("{}")
    before = contents(folder)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "dog"]
    tokenizer = Tokenizer.from_vocabulary(pieces, lowercase=False)
    config = BertConfig.from_dict({**read_checkpoint(folder).config.to_dict(), "num_attention_heads": 4})
    replace, calls = os.replace, 0

    def sometimes(old: Path, new: Path) -> None:
        nonlocal calls
        calls += not str(old).endswith(".new")  # those are the tokenizer's own, in the staging folder
        if calls == failing + 1:
            raise PermissionError(errno.EACCES, "in use", str(new))
        replace(old, new)

    with monkeypatch.context() as patch:
        patch.setattr("bert_core.checkpoints.write.os.replace", sometimes)
        if failing == 11:  # six files out, five in: one more than there are
            write_folder(folder, config, tokenizer, other(tensors))
            assert calls == 11
            return
        with pytest.raises(CheckpointError, match="what was there before is unchanged"):
            write_folder(folder, config, tokenizer, other(tensors))
    assert contents(folder) == before
    assert not [path for path in folder.iterdir() if path.is_dir()]


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files by POSIX means")
@pytest.mark.parametrize("limit", [100, 3000])
@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_leaves_what_was_there(
    folder: Path, tmp_path: Path, tensors: dict[str, Tensor], limit: int, there: bool
) -> None:
    import resource

    old = read_checkpoint(folder)
    before = contents(folder)
    target = folder if there else tmp_path / "new"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        with pytest.raises(CheckpointError) as caught:
            write_folder(target, old.config, old.tokenizer, other(tensors))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(caught.value).startswith(f"{target}: The disk is full; what was there before is unchanged.")
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"], "something was left behind"
    assert {path.name for path in folder.iterdir()} == FILES


@pytest.mark.slow
def test_a_kill_while_the_weights_are_written_leaves_the_old(folder: Path) -> None:
    before = contents(folder)
    script = """
import os, sys
import bert_core.checkpoints.write as write
from bert_core.checkpoints import read_checkpoint
old = read_checkpoint(sys.argv[1])
write._sync = lambda path: os._exit(9)  # all is written, nothing moved
write.write_folder(old.folder, old.config, old.tokenizer, old.tensors)
"""
    ended = subprocess.run([sys.executable, "-c", script, str(folder)], check=False)
    assert ended.returncode == 9
    assert contents(folder) == before
    read_checkpoint(folder)


def test_a_file_in_the_way(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "file").write_text("mine")
    old = read_checkpoint(folder)
    for target in (tmp_path / "file", tmp_path / "file" / "model"):
        with pytest.raises(CheckpointError, match="A file is in the way"):
            write_folder(target, old.config, old.tokenizer, old.tensors)
    assert (tmp_path / "file").read_text() == "mine"
