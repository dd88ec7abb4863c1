"""Records on the disk: parts read alone, and broken files named."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bert_core.errors import TrainingError
from bert_core.finetuning.probe_files import (
    halves,
    read_map,
    read_record,
    read_words,
    recorded,
    write_record,
)
from bert_core.finetuning.probe_values import ProbedSentence, ProbeRecord
from bert_core.trace import MaskPrediction, NspScore
from tests.app.fakes import fake_attentions, fake_tokens


def a_sentence(size: int = 9, seed: int = 0) -> ProbedSentence:
    random = np.random.default_rng(seed)
    return ProbedSentence(
        text_a="the man went to [MASK] store .",
        text_b=None,
        tokens=fake_tokens(size),
        left_out=(0, 2),
        attentions=halves(fake_attentions(3, 2, size, seed)),
        hidden_states=halves(random.normal(size=(4, size, 8))),
        predictions=(MaskPrediction(5, [("家", 7, 0.5), ("##on", 3, 0.25)]),),
        probabilities=halves(random.random((1, 30))),
        nsp=NspScore(0.75, 0.25),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_record(tmp_path, ProbeRecord(12, (a_sentence(), a_sentence(17, 1))))


def rewritten(path: Path, **changed: Any) -> None:
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    about = json.loads(arrays["about"].tobytes())
    for name, value in changed.items():
        if name in about:
            about[name] = value
        elif value is None:
            del arrays[name]
        else:
            arrays[name] = value
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    np.savez(path, **arrays)


def test_it_comes_back_as_it_was_written(path: Path) -> None:
    record = read_record(path)
    assert record.step == 12
    for found, wanted in zip(record.sentences, (a_sentence(), a_sentence(17, 1)), strict=True):
        for name in ("text_a", "text_b", "tokens", "left_out", "predictions", "nsp"):
            assert getattr(found, name) == getattr(wanted, name)
        for name in ("attentions", "hidden_states", "probabilities"):
            assert np.array_equal(getattr(found, name), getattr(wanted, name))


def test_parts_are_read_alone(path: Path) -> None:
    record = read_record(path)
    for number, sentence in enumerate(record.sentences):
        for layer in range(3):
            for head in range(2):
                assert np.array_equal(read_map(path, number, layer, head), sentence.attentions[layer, head])
        assert np.array_equal(read_words(path, number, 0), sentence.probabilities[0])


@pytest.mark.parametrize("place", [(2, 0, 0), (0, 3, 0), (0, 0, 2), (0, -1, 0)])
def test_a_part_that_is_not_there_is_said(path: Path, place: tuple[int, int, int]) -> None:
    with pytest.raises(TrainingError, match=r"step-12\.npz"):
        read_map(path, *place)


def test_no_pickle_is_written_or_read(path: Path) -> None:
    with np.load(path, allow_pickle=False) as archive:
        assert {archive[name].dtype.kind for name in archive.files} <= {"f", "u"}
    rewritten(path, attentions_0=np.array([{"a": 1}], dtype=object))
    with pytest.raises(TrainingError, match="something else than numbers"):
        read_record(path)


def test_a_file_of_another_kind_is_not_taken_for_a_pickle(path: Path) -> None:
    path.write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(TrainingError, match="no archive") as told:
        read_record(path)
    assert "pickle" not in str(told.value)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"not an archive"),
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda path: path.write_bytes(path.read_bytes()[:400] + b"\0" * 64 + path.read_bytes()[464:]),
        lambda path: path.unlink(),
        lambda path: rewritten(path, attentions_1=None),
        lambda path: rewritten(path, attentions_1=np.zeros((3, 2, 4, 4), np.float16)),
        lambda path: rewritten(path, hidden_0=np.zeros((4, 8), np.float16)),
        lambda path: rewritten(path, hidden_0=np.zeros((4, 9, 8), np.float32)),
        lambda path: rewritten(path, words_0=np.zeros((2, 30), np.float16)),
        lambda path: rewritten(path, sentences=[{"text_a": "x"}]),
        lambda path: rewritten(path, format=2),
        lambda path: rewritten(path, step="no number"),
    ],
)
def test_a_broken_record_is_named(path: Path, spoilt: Any) -> None:
    spoilt(path)
    with pytest.raises(TrainingError, match=r"step-12\.npz"):
        read_record(path)


def test_only_records_are_listed_in_the_order_of_their_steps(path: Path, tmp_path: Path) -> None:
    for step in (100, 0, 9):
        write_record(tmp_path, ProbeRecord(step, (a_sentence(),)))
    for name in ("notes.txt", "step-x.npz", ".step-3.npz.abc", "step-4.npz.bak"):
        (path.parent / name).write_text("")
    assert list(recorded(tmp_path)) == [0, 9, 12, 100]
    assert recorded(tmp_path / "elsewhere") == {}


def test_numbers_too_large_for_half_precision_become_the_largest() -> None:
    found = halves(np.array([1e9, -1e9, np.nan, 1.0], np.float32))
    assert found.tolist()[:2] == [65504.0, -65504.0]
    assert np.isnan(found[2])
