"""A file of features holds what was taken, in order, in all three formats, or there is no such file."""

from __future__ import annotations

import errno
import itertools
import json
import os
import stat
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
import pytest
from safetensors import safe_open

from bert_core import Bert
from bert_core.errors import BertError, TextError
from bert_core.features import (
    FORMATS,
    Block,
    Progress,
    Row,
    Written,
    buffer,
    extract,
    flat_arrays,
    write,
    writing,
)
from bert_core.features.texts import texts_of_values

TEXTS: list[str | tuple[str, str | None]] = [
    "the man went to the store",
    ("he bought a gallon", "of milk"),
    "",
    "[MASK] \ud83d 我 \u200f😀",
    "the man " * 60,
    *("milk " * (n % 9 + 1) for n in range(30)),
]
NAMES = ["last", "last-mean", "sum-last-four-cls", "concat-last-four"]


def flat_rows(arrays: dict[str, np.ndarray]) -> list[Row]:
    """Rows from the arrays of an NPZ or safetensors file, by what its documentation says."""

    def strings(name: str) -> list[str]:
        ends, coded = arrays[f"{name}.offsets"], arrays[name].tobytes()
        return [coded[begin:end].decode() for begin, end in itertools.pairwise(ends)]

    first, second, pieces, offsets = (
        strings("text_a"),
        strings("text_b"),
        strings("pieces"),
        arrays["offsets"],
    )
    rows = []
    for n, id_ in enumerate(arrays["id"]):
        span = slice(offsets[n], offsets[n + 1])
        values = {
            name: arrays[name][span] if name in ("last", "concat-last-four") else arrays[name][n]
            for name in NAMES
        }
        rows.append(
            Row(
                int(id_),
                first[n],
                second[n] or None,
                tuple(pieces[span]),
                bool(arrays["truncated"][n]),
                values,
            )
        )
    return rows


def read(path: Path) -> tuple[dict[str, Any], list[Row], dict[str, np.ndarray]]:
    """Facts, rows, and the lists of all pieces, read by what anybody would read them with."""
    if path.suffix.lower() == ".parquet":
        facts = json.loads(pyarrow.parquet.read_metadata(path).metadata[b"facts"])
        rows: list[Row] = []
        lists: dict[str, list[int]] = {"input_ids": [], "token_type_ids": [], "words": []}
        for one in pyarrow.parquet.read_table(path).to_pylist():
            values = {name: np.array(one[name], dtype=np.float32) for name in NAMES}
            rows.append(
                Row(one["id"], one["text_a"], one["text_b"], tuple(one["pieces"]), one["truncated"], values)
            )
            for name, together in lists.items():
                together += one[name]
        return facts, rows, {name: np.array(together) for name, together in lists.items()}
    if path.suffix.lower() == ".npz":
        with np.load(path) as file:
            arrays = dict(file)
        facts = json.loads(str(arrays.pop("facts")))
    else:
        with safe_open(str(path), framework="numpy") as file:
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            facts = json.loads(file.metadata()["facts"])
    return facts, flat_rows(arrays), arrays


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_is_written_is_what_was_taken(
    deep: Bert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(buffer, "TEXTS", 8)  # several blocks
    path = tmp_path / f"features{suffix}"
    told: list[Progress] = []
    written = write(deep, TEXTS, NAMES, path, progress=told.append)
    facts, rows, lists = read(path)
    taken = list(extract(deep, TEXTS, NAMES))
    assert [row.id for row in rows] == list(range(1, len(TEXTS) + 1))
    for row, expected in zip(rows, taken, strict=True):
        assert row.text_a == expected.text_a.replace("\ud83d", "\ufffd")
        assert (row.text_b, row.pieces) == (expected.text_b, expected.pieces)
        assert row.truncated == expected.truncated
        for name in NAMES:
            np.testing.assert_allclose(row.values[name], expected.values[name], atol=1e-5, err_msg=name)
    tokens = [
        token
        for text in TEXTS
        for token in (deep.pieces(text) if isinstance(text, str) else deep.pieces(*text))
    ]
    assert lists["input_ids"].tolist() == [token.id for token in tokens]
    assert lists["token_type_ids"].tolist() == [token.segment for token in tokens]
    assert lists["words"].tolist() == [token.word for token in tokens]
    assert written == Written(
        path, len(TEXTS), len(tokens), 1, 1, path.stat().st_size, seconds=written.seconds
    )
    assert told[-1].finishing and told[-1].share == 1.0
    assert facts["model"] == deep.model_id
    assert facts["counts"] == {"texts": len(TEXTS), "pieces": len(tokens), "truncated": 1, "pieceless": 1}
    assert facts["features"]["sum-last-four-cls"]["hidden_states"] == [2, 3, 4, 5]
    assert facts["features"]["last-mean"]["pool"] == "mean"
    assert facts["config"]["num_hidden_layers"] == 5
    assert {"bert_core", "torch"} <= facts["versions"].keys()
    assert names(tmp_path) == [path.name]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_file_says_which_weights_made_it(saved: Path, tmp_path: Path, suffix: str) -> None:
    import hashlib

    texts = tmp_path / "texts.txt"
    texts.write_text("the man\n\nmilk\n", encoding="utf-8")
    path = tmp_path / f"features{suffix.upper()}"
    write(Bert.load(saved, device="cpu"), texts, ["last-cls"], path)
    if suffix == ".parquet":
        facts = json.loads(pyarrow.parquet.read_metadata(path).metadata[b"facts"])
        assert pyarrow.parquet.read_table(path).column("id").to_pylist() == [1, 3]
    elif suffix == ".npz":
        with np.load(path) as file:
            facts = json.loads(str(file["facts"]))
            assert file["id"].tolist() == [1, 3]
    else:
        with safe_open(str(path), framework="numpy") as file:
            facts = json.loads(file.metadata()["facts"])
            assert file.get_tensor("id").tolist() == [1, 3]
    digest = hashlib.sha256((saved / "model.safetensors").read_bytes()).hexdigest()
    assert facts["weights_sha256"] == {"model.safetensors": digest}
    assert facts["source"] == {"file": "texts.txt", "bytes": 14}


@pytest.mark.parametrize("suffix", FORMATS)
def test_calling_it_off_leaves_the_older_file(
    bert: Bert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(buffer, "TEXTS", 8)
    path = tmp_path / f"features{suffix}"
    path.write_bytes(b"older")
    steps = writing(bert, TEXTS, ["last"], path)
    while next(steps).texts < 20:
        assert path.read_bytes() == b"older"
    assert len(names(tmp_path)) > 1
    steps.close()
    assert names(tmp_path) == [path.name]
    assert path.read_bytes() == b"older"

    def interrupt(progress: Progress) -> None:
        if progress.finishing:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(bert, TEXTS, ["last"], path, progress=interrupt)
    assert names(tmp_path) == [path.name]
    assert path.read_bytes() == b"older"
    write(bert, TEXTS, ["last"], path)
    assert path.read_bytes() != b"older"


def test_others_have_their_turn_while_a_block_is_written(
    bert: Bert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()
    add = flat_arrays.FlatArrays.add

    def slow(self: flat_arrays.FlatArrays, block: Block) -> None:
        begun.set()
        assert may_end.wait(30)
        add(self, block)

    monkeypatch.setattr(flat_arrays.FlatArrays, "add", slow)
    steps = writing(bert, TEXTS, ["last"], tmp_path / "features.npz")
    while not begun.is_set():
        next(steps)
    told = [next(steps) for _ in range(3)]
    assert told[0].seconds < told[2].seconds and not told[2].finishing
    may_end.set()
    assert list(steps)[-1].finishing
    assert names(tmp_path) == ["features.npz"]


@pytest.mark.skipif(os.name == "nt", reason="limits are set in another way there")
@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("share", [0.02, 0.6])
def test_a_full_disk_is_said_and_nothing_is_left(
    bert: Bert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, share: float
) -> None:
    """A limit on the size of a file stands for the disk; it is met while reading, or while putting together."""
    import resource

    monkeypatch.setattr(buffer, "TEXTS", 8)
    path = tmp_path / f"features{suffix}"
    size = write(bert, TEXTS, ["last", "layer-1"], path).bytes
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(share * size), limits[1]))
    try:
        with pytest.raises(BertError, match=f"could not be written: {os.strerror(errno.EFBIG)}") as caught:
            write(bert, TEXTS, ["last", "layer-1"], path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.where == str(path) and "make room" in caught.value.remedy
    assert names(tmp_path) == [path.name]
    assert path.read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal there")
def test_after_a_kill_there_is_no_half_file(saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "features.npz"
    code = (
        "import os, signal, sys\n"
        "from bert_core import Bert\n"
        "from bert_core.features import buffer, write\n"
        "buffer.TEXTS = 4\n"
        "def kill(progress):\n"
        "    if progress.texts > 10: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write(Bert.load(sys.argv[1], device='cpu'), ['milk'] * 20, ['last'], sys.argv[2], progress=kill)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(saved), str(path)], capture_output=True, check=False, timeout=120
    )
    assert done.returncode == -9, done.stderr
    assert not path.exists()
    assert names(tmp_path) and all(name.startswith(".") for name in names(tmp_path))


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_broken_text_leaves_nothing(
    bert: Bert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(buffer, "TEXTS", 2)
    texts = tmp_path / "texts.txt"
    texts.write_bytes(b"milk\nmilk\nmilk\n\xff\n")
    with pytest.raises(TextError, match="Line 4 is not UTF-8"):
        write(bert, texts, ["last-cls"], tmp_path / f"features{suffix}")
    texts.write_bytes(b"\n")
    with pytest.raises(TextError, match="no text in it"):
        write(bert, texts, ["last-cls"], tmp_path / f"features{suffix}")
    assert names(tmp_path) == ["texts.txt"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("features.csv", r"must end in \.parquet, \.npz, \.safetensors"),
        ("features", "must end in"),
        ("folder.npz", "This is a folder"),
        ("missing/features.npz", "There is no such folder"),
        ("file/features.npz", "There is no such folder"),
        ("x" * 300 + ".npz", "could not be written"),
        ("x" * 300 + ".parquet", "could not be written"),
    ],
)
def test_a_place_that_cannot_be_is_said_before_anything_is_read(
    bert: Bert, tmp_path: Path, name: str, words: str
) -> None:
    (tmp_path / "folder.npz").mkdir()
    (tmp_path / "file").touch()

    def texts() -> Iterator[str]:
        raise AssertionError("was read")
        yield ""

    with pytest.raises(BertError, match=words):
        write(bert, texts(), ["last"], tmp_path / name)
    assert names(tmp_path) == ["file", "folder.npz"]


def test_without_pyarrow_parquet_is_refused_in_words(
    bert: Bert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(BertError, match="need the package pyarrow"):
        write(bert, ["milk"], ["last"], tmp_path / "features.parquet")
    assert names(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="files have other permissions there")
@pytest.mark.parametrize("suffix", FORMATS)
def test_others_may_read_it_as_any_new_file(bert: Bert, tmp_path: Path, suffix: str) -> None:
    (tmp_path / "plain").touch()
    write(bert, ["milk"], ["last"], tmp_path / f"features{suffix}")
    assert len({stat.S_IMODE((tmp_path / name).stat().st_mode) for name in names(tmp_path)}) == 1


@pytest.mark.parametrize("suffix", FORMATS)
def test_memory_does_not_grow_with_the_texts(
    bert: Bert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """numpy's and Python's memory, while far more is written than a buffer holds."""
    monkeypatch.setattr(buffer, "TEXTS", 16)
    write(bert, ["milk"], ["last"], tmp_path / f"warm{suffix}")
    path = tmp_path / f"features{suffix}"
    texts = texts_of_values("the man went to the store" for _ in range(640))
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        written = write(bert, texts, ["last", "layer-1"], path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert 2 * written.pieces * bert.config.hidden_size * 4 > 1_900_000
    assert peak - before < 900_000
