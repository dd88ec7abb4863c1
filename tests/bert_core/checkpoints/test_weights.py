from __future__ import annotations

import json
import os
import pickle
import re
import struct
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from bert_core.checkpoints.weights import find_weights, open_weights
from bert_core.errors import CheckpointError


def refusal(folder: Path) -> CheckpointError:
    """The refusal to open the folder's weights, which must name a file, say what to do, and keep its cause."""
    with pytest.raises(CheckpointError) as caught:
        open_weights(folder)
    assert caught.value.where.startswith(str(folder))
    assert "Traceback" not in str(caught.value)
    return caught.value


def raw_safetensors(path: Path, header: object, data: bytes = b"\0" * 64) -> None:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def entry(start: int, end: int, *shape: int) -> dict[str, object]:
    return {"dtype": "F32", "shape": list(shape), "data_offsets": [start, end]}


def test_safetensors_is_preferred_and_its_header_read_first(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(1)}, tmp_path / "pytorch_model.bin")
    save_file({"b": torch.ones(2, 3, dtype=torch.bfloat16)}, tmp_path / "model.safetensors")
    files, stored = open_weights(tmp_path)
    assert files == (tmp_path / "model.safetensors",)
    assert (stored["b"].shape, stored["b"].dtype) == ((2, 3), "BF16")
    assert torch.equal(stored["b"].load(), torch.ones(2, 3, dtype=torch.bfloat16))


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="reads Linux's /proc")
@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin"])
def test_reading_copies_nothing(tmp_path: Path, name: str) -> None:
    table = {"a": torch.ones(1024, 1024), "b": torch.ones(1024, 1024)}
    path = tmp_path / name
    if name.endswith(".bin"):
        torch.save(table, path)
    else:
        save_file(table, path)
    _, stored = open_weights(tmp_path)
    tensors = [tensor.load() for tensor in stored.values()]
    assert sum(tensor.sum().item() for tensor in tensors) == 2 * 1024 * 1024
    lines = Path("/proc/self/smaps").read_text()
    mapping = lines.split(str(path))[1]
    kilobytes = dict(re.findall(r"^(Rss|Anonymous):\s+(\d+)", mapping.split("VmFlags")[0], re.MULTILINE))
    assert int(kilobytes["Rss"]) > 8000, "the tensors do not lie in the mapped file"
    assert int(kilobytes["Anonymous"]) == 0, "pages were copied"
    first = tensors[0].data_ptr()
    area = re.search(rf"^([0-9a-f]+)-([0-9a-f]+) .*{re.escape(str(path))}$", lines, re.MULTILINE)
    assert area is not None
    assert int(area[1], 16) <= first < int(area[2], 16)


def test_writing_to_a_mapped_tensor_leaves_the_file(tmp_path: Path) -> None:
    save_file({"a": torch.zeros(8)}, tmp_path / "model.safetensors")
    before = (tmp_path / "model.safetensors").read_bytes()
    open_weights(tmp_path)[1]["a"].load().fill_(3)
    assert (tmp_path / "model.safetensors").read_bytes() == before


def test_no_weights(tmp_path: Path) -> None:
    error = refusal(tmp_path)
    assert "holds no weights" in str(error)
    assert "model.safetensors" in error.remedy


@pytest.mark.parametrize(
    ("name", "framework"),
    [("bert_model.ckpt.index", "TensorFlow"), ("tf_model.h5", "TensorFlow"), ("flax_model.msgpack", "Flax")],
)
def test_weights_of_another_framework(tmp_path: Path, name: str, framework: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(CheckpointError, match=f"{framework} weights only .* reads safetensors and PyTorch"):
        find_weights(tmp_path)


def test_truncated_safetensors(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    error = refusal(folder)
    assert "not sound safetensors" in error.what
    assert error.where == str(path)
    assert "get it again" in error.remedy


@pytest.mark.parametrize(
    "contents",
    [
        b"",
        b"\x01",
        struct.pack("<Q", 2**62) + b"{}",
        struct.pack("<Q", 90_000_000) + b"{}",
        struct.pack("<Q", 9) + b"not JSON!",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 4) + b"\xff\xfe\xff\xfe",
    ],
    ids=["empty", "one byte", "huge header", "long header", "not JSON", "not an object", "not text"],
)
def test_corrupt_header(tmp_path: Path, contents: bytes) -> None:
    (tmp_path / "model.safetensors").write_bytes(contents)
    assert "not sound safetensors" in refusal(tmp_path).what


@pytest.mark.parametrize(
    "header",
    [
        {"a": entry(0, 32, 8), "b": entry(16, 64, 12)},
        {"a": entry(0, 32, 8), "b": entry(40, 64, 6)},
        {"a": entry(0, 64, 10**12)},
        {"a": entry(0, 64, 2**62, 2**62)},
        {"a": entry(64, 0, 16)},
        {"a": {"dtype": "F99", "shape": [16], "data_offsets": [0, 64]}},
        {"a": {"dtype": "F32", "shape": [-16], "data_offsets": [0, 64]}},
        {"a": {"dtype": "F32"}},
    ],
    ids=["overlap", "hole", "too large", "overflow", "backwards", "dtype", "negative", "no shape"],
)
def test_lying_header(tmp_path: Path, header: object) -> None:
    raw_safetensors(tmp_path / "model.safetensors", header)
    assert "not sound safetensors" in refusal(tmp_path).what


class Payload:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.target),)


@pytest.mark.parametrize("kind", ["zip", "legacy", "plain pickle"])
def test_a_pickle_that_would_run_code_does_not(tmp_path: Path, kind: str) -> None:
    harmed, path = tmp_path / "harmed", tmp_path / "pytorch_model.bin"
    table = {"a": torch.zeros(2), "b": Payload(harmed)}
    if kind == "plain pickle":
        path.write_bytes(pickle.dumps(Payload(harmed), protocol=2))
    else:
        torch.save(table, path, _use_new_zipfile_serialization=kind == "zip")
    error = refusal(tmp_path)
    assert not harmed.exists()
    assert "could run code: not opened" in error.what
    assert "mkdir" in error.what
    assert "model.safetensors" in error.remedy
    pickle.loads(pickle.dumps(Payload(harmed)))
    assert harmed.exists(), "the payload is harmless, so the test proves nothing"


@pytest.mark.parametrize(
    "contents", [b"", b"PK\x03\x04 and nothing more", b"\x80\x02garbage", b"\x80\x04\x95", b"hello"]
)
def test_damaged_bin(tmp_path: Path, contents: bytes) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(contents)
    error = refusal(tmp_path)
    assert "cannot be read as PyTorch weights" in error.what
    assert "weights_only" not in str(error), "torch's advice to switch the protection off"


@pytest.mark.parametrize("zipped", [True, False], ids=["zip", "legacy"])
def test_truncated_bin(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "pytorch_model.bin"
    torch.save({"a": torch.ones(1000)}, path, _use_new_zipfile_serialization=zipped)
    path.write_bytes(path.read_bytes()[:-2000])
    assert "cannot be read as PyTorch weights" in refusal(tmp_path).what


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ([1, 2], "table of named tensors"),
        ({"state_dict": {"a": torch.zeros(1)}}, "state_dict is not a tensor"),
        ({"a": torch.zeros(1).expand(10**12)}, "a is not stored as plain numbers"),
        ({"a": torch.eye(3).to_sparse()}, "a is not stored as plain numbers"),
        ({"a": torch.zeros(3, device="meta")}, "a is not stored as plain numbers"),
    ],
    ids=["list", "nested", "expanded", "sparse", "meta"],
)
def test_bin_that_is_no_state_dict(tmp_path: Path, contents: object, said: str) -> None:
    torch.save(contents, tmp_path / "pytorch_model.bin")
    assert said in refusal(tmp_path).what


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin", "model.safetensors.index.json"])
def test_a_folder_where_a_file_should_be(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    error = refusal(tmp_path)
    assert error.what == "A file is expected here, but this is a folder."
    assert error.where == str(tmp_path / name)


def test_a_file_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)  # chmod does not stop root, as whom tests may run
    error = refusal(folder)
    assert error.what == "The file may not be read by you."
    assert isinstance(error.__cause__, PermissionError)


def test_git_lfs_pointer(tmp_path: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 440473133\n"
    (tmp_path / "model.safetensors").write_text(pointer)
    assert "git lfs pull" in refusal(tmp_path).remedy


def write_index(folder: Path, weight_map: object) -> None:
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))


def test_shards_are_joined(tmp_path: Path) -> None:
    save_file({"a": torch.zeros(1)}, tmp_path / "one.safetensors")
    save_file({"b": torch.ones(1)}, tmp_path / "two.safetensors")
    write_index(tmp_path, {"b": "two.safetensors", "a": "one.safetensors"})
    files, stored = open_weights(tmp_path)
    assert files == (tmp_path / "one.safetensors", tmp_path / "two.safetensors")
    assert stored["b"].load().item() == 1


def test_a_missing_shard(tmp_path: Path) -> None:
    write_index(tmp_path, {"a": "one.safetensors"})
    error = refusal(tmp_path)
    assert error.where == str(tmp_path / "one.safetensors")
    assert "missing" in error.what


def test_a_tensor_that_its_shard_lacks(tmp_path: Path) -> None:
    save_file({"a": torch.zeros(1)}, tmp_path / "one.safetensors")
    write_index(tmp_path, {"b": "one.safetensors"})
    assert "The index says that b is here" in refusal(tmp_path).what


@pytest.mark.parametrize(
    "shard",
    [
        "../secret.safetensors",
        "/etc/secret.safetensors",
        "sub/one.safetensors",
        "..\\one.safetensors",
        "C:one.safetensors",
        "..",
        "",
        "config.json",
        7,
        None,
        ["one.safetensors"],
    ],
)
def test_an_index_may_not_point_outside(tmp_path: Path, shard: object) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    save_file({"a": torch.zeros(1)}, tmp_path / "secret.safetensors")
    write_index(folder, {"a": shard})
    error = refusal(folder)
    assert "not a weight file in the same folder" in error.what
    assert "Nothing was opened" in error.remedy


@pytest.mark.parametrize("weight_map", [None, {}, ["a"], "a"])
def test_an_index_without_a_map(tmp_path: Path, weight_map: object) -> None:
    write_index(tmp_path, weight_map)
    assert 'no "weight_map"' in refusal(tmp_path).what
