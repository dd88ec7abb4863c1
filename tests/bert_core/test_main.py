"""The command line: what it writes, its exit status, and one line instead of a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bert_core import Bert
from bert_core.__main__ import main


def run(saved: Path, *arguments: str) -> int:
    return main(["trace", "--model", str(saved), "--device", "cpu", *arguments])


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """What stands on standard error: exactly one line."""
    said = capsys.readouterr()
    assert said.err.count("\n") == 1 and said.err.endswith("\n"), said.err
    assert "Traceback" not in said.err + said.out
    return said.err.strip()


def test_trace_writes_what_bert_sees(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.npz"
    assert run(saved, "--a", "the man went to [MASK]", "--b", "he was tired", "--out", str(out)) == 0
    trace = Bert.load(saved, device="cpu").trace("the man went to [MASK]", "he was tired")
    with np.load(out) as arrays:
        np.testing.assert_array_equal(arrays["attentions"], trace.attentions)
        assert json.loads(str(arrays["facts"]))["model"] == trace.scene.model_id
    said = capsys.readouterr()
    assert said.err == ""
    first, second, last = said.out.splitlines()
    assert first.startswith(f"piece 6: {trace.mlm(1)[0].candidates[0][0]} ")
    assert second == f"B follows A: {trace.nsp.is_next:.1%}"
    assert last.startswith("11 pieces, ") and last.endswith(f"written to {out}")


def test_precision_and_truncation(saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.json"
    assert run(saved, "--a", "the " * 99, "--dtype", "bfloat16", "--out", str(out)) == 0
    assert "37 pieces left out; this model reads at most 64" in capsys.readouterr().out
    assert json.loads(out.read_text(encoding="utf-8"))["model"].endswith("|cpu|bfloat16")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--a", "x", "--out", "trace.txt"], "trace.txt: The name must end in .json, .npz, .safetensors."),
        (["--a", "x", "--out", "missing/trace.json"], "could not be written"),
        (
            ["--a", "x", "--out", "o.npz", "--model", "./no-such-model"],
            "no-such-model: There is no such folder.",
        ),
        (["--a", "x", "--out", "o.npz", "--device", "abacus"], "no device called 'abacus'"),
        (["--a", "x", "--out", "o.npz", "--dtype", "int4"], "no precision called 'int4'"),
    ],
)
def test_what_goes_wrong_is_one_line(
    saved: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(saved, *arguments) == 1
    line = one_line(capsys)
    assert line.startswith("error: ") and words in line
    assert not list(tmp_path.iterdir())


def test_no_gpu(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert run(saved, "--a", "x", "--device", "cuda", "--out", str(tmp_path / "o.json")) == 1
    assert "no NVIDIA GPU" in one_line(capsys)


@pytest.mark.parametrize(
    ("raised", "status", "line"),
    [
        (KeyboardInterrupt(), 130, "stopped"),
        (MemoryError(), 1, "error: There is not enough memory for this."),
    ],
)
def test_broken_off(
    saved: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    raised: BaseException,
    status: int,
    line: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr("bert_core.export._write", fail)
    assert run(saved, "--a", "x", "--out", str(tmp_path / "o.json")) == status
    assert one_line(capsys) == line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["trace", "--a", "x"],
        ["bench", "--pieces", "3"],
        ["bench", "--pieces", "513"],
        ["bench", "--rounds", "0"],
        ["bench", "--threads", "none"],
        ["bench", "--size", "huge"],
    ],
)
def test_misuse_is_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("usage: python -m bert_core") and "error: " in said and "Traceback" not in said


def test_a_terminal_that_cannot_show_a_letter_is_no_reason_to_fail(saved: Path, tmp_path: Path) -> None:
    """As a process of its own, for the encoding of its streams."""
    out = tmp_path / "北京.json"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "bert_core",
            "trace",
            "--model",
            str(saved),
            "--a",
            "[MASK]",
            "--out",
            str(out),
        ],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u5317\\u4eac.json" in done.stdout
    assert out.exists()
