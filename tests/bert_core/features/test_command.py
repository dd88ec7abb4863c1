"""`python -m bert_core trace --texts FILE --features ...`, as a person meets it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from bert_core import Bert
from bert_core.__main__ import main
from bert_core.features import command


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "texts.txt"
    path.write_text(
        f"the man\n\nhe bought\ta gallon of milk\n{'the ' * 99}\n北京 😀\n\u200b\n", encoding="utf-8"
    )
    return path


def run(saved: Path, texts: Path, *arguments: str) -> int:
    return main(["trace", "--model", str(saved), "--device", "cpu", "--texts", str(texts), *arguments])


def test_it_writes_and_says_what(
    saved: Path, texts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "EVERY", 0.0)
    out = texts.with_name("out.parquet")
    assert run(saved, texts, "--features", "last-cls", "layer 1 mean", "--out", str(out)) == 0
    said = capsys.readouterr()
    assert said.err == ""
    *progress, cut, pieceless, last = said.out.splitlines()
    together = "5 texts, putting the file together"
    reading = [words for words in progress if words != together]
    assert "texts (" in reading[0] and "texts/s" in reading[0] and " left" in reading[-1]
    assert progress[len(reading) :] and set(progress[len(reading) :]) == {together}, (
        "as often as there is time"
    )
    assert cut == "cut: 1 of 5 texts; this model reads at most 64 pieces"
    assert pieceless == "without a piece of their own: 1 texts; a mean of these is NaN"
    assert last.startswith("5 texts, ") and last.endswith(f"MB written to {out}")
    table = pyarrow.parquet.read_table(out)
    assert table.column("id").to_pylist() == [1, 3, 4, 5, 6]
    assert table.column("text_b").to_pylist() == [None, "a gallon of milk", None, None, None]
    assert table.column("truncated").to_pylist() == [False, False, True, False, False]
    trace = Bert.load(saved, device="cpu").trace("he bought", "a gallon of milk")
    found = np.array(table.column("last-cls")[1].as_py(), dtype=np.float32)
    np.testing.assert_allclose(found, trace.hidden_states[-1, 0], atol=1e-5)
    assert table.column("layer-1-mean").type.list_size == 48


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", "o.npz"], "With --texts goes --features."),
        (["--features", "best", "--out", "o.npz"], "no feature called 'best'"),
        (["--features", "layer-9", "--out", "o.npz"], "layer-9: There is no layer 9; this model has 3."),
        (["--features", "sum-last-four", "--out", "o.npz"], "at least 4 layers"),
        (["--features", "last", "--out", "o.json"], "must end in .parquet, .npz, .safetensors"),
        (["--features", "last", "--out", "no/o.npz"], "There is no such folder."),
        (["--features", "last", "--out", "o.npz", "--b", "x"], "--b goes with --a."),
    ],
)
def test_what_goes_wrong_is_one_line(
    saved: Path,
    texts: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(texts.parent)
    assert run(saved, texts, *arguments) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and said.startswith("error: ") and words in said
    assert [path.name for path in texts.parent.iterdir()] == ["texts.txt"]


def test_texts_that_cannot_be_read_are_said(
    saved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--features", "last", "--out", str(tmp_path / "o.npz")]
    assert run(saved, tmp_path / "missing.txt", *out) == 1
    assert "missing.txt: The file cannot be read: No such file" in capsys.readouterr().err
    blank = tmp_path / "blank.txt"
    blank.write_text("\n", encoding="utf-8")
    assert run(saved, blank, *out) == 1
    assert "blank.txt: There is no text in it." in capsys.readouterr().err


def test_a_text_and_a_file_do_not_go_together(
    saved: Path, texts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        run(saved, texts, "--a", "x", "--out", "o.npz")
    assert caught.value.code == 2
    assert main(["trace", "--a", "x", "--features", "last", "--out", "o.npz"]) == 1
    assert "--features goes with --texts." in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="signals go another way there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_nothing_written(
    saved: Path,
    texts: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    number: signal.Signals,
) -> None:
    def line(_: object) -> str:
        signal.raise_signal(number)
        return "progress"

    monkeypatch.setattr(command, "EVERY", 0.0)
    monkeypatch.setattr(command, "_line", line)
    out = texts.with_name("out.safetensors")
    assert run(saved, texts, "--features", "last", "--out", str(out)) == 130
    said = capsys.readouterr()
    assert said.out == "progress\n"
    assert said.err == f"stopped after 0 texts; {out} was not written\n"
    assert [path.name for path in texts.parent.iterdir()] == ["texts.txt"]
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_as_a_process_of_its_own(saved: Path, texts: Path) -> None:
    out = texts.with_name("北京.npz")
    arguments = [
        *("--model", str(saved), "--device", "cpu", "--texts", str(texts)),
        *("--features", "last-mean", "--features", "last", "--out", str(out)),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "bert_core", "trace", *arguments],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u5317\\u4eac.npz" in done.stdout
    with np.load(out) as file:
        assert file["id"].tolist() == [1, 3, 4, 5, 6]
        assert file["last-mean"].shape == (5, 48)
        assert len(file["last"]) == file["offsets"][-1]
