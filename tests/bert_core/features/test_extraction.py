"""Features are a trace's hidden states, and `transformers`', in the order of the texts, however they are batched."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from bert_core import Bert
from bert_core.errors import BertError, MemoryShortage, TextError
from bert_core.features import Block, Feature, Progress, Text, buffer, extract, extracting
from bert_core.trace import Trace
from tests.bert_core.conftest import WORDS
from tests.reference import reference_outputs

TEXTS: list[str | tuple[str, str | None]] = [
    "the man went to the store",
    "",
    ("he bought a gallon of milk", "penguin are flightless birds"),
    ("the", ""),
    "[MASK] [SEP] he was tired .",
    "the man " * 60,
    "我爱北京天安门 \u200b\ufffd é",
    ("milk " * 50, "store " * 50),
    "milk",
]
NAMES = [
    "layer-0",
    "layer-2-mean",
    "last",
    "last-cls",
    "last-mean-all-pieces",
    "second-to-last-mean",
    "sum-last-four-cls",
    "sum-last-four",
    "concat-last-four",
    "concat-last-four-mean",
    "sum-all-layers-cls",
]


def expected(trace: Trace, name: str) -> np.ndarray:
    """The same by the definition."""
    hidden = trace.hidden_states.astype(np.float64)
    own = [not token.special for token in trace.tokens]
    base = name
    for ending in ("-cls", "-mean-all-pieces", "-mean"):
        base = base.removesuffix(ending)
    vectors = {
        "layer-0": lambda: hidden[0],
        "layer-2": lambda: hidden[2],
        "last": lambda: hidden[-1],
        "second-to-last": lambda: hidden[-2],
        "sum-last-four": lambda: hidden[-4:].sum(0),
        "concat-last-four": lambda: np.concatenate(list(hidden[-4:]), -1),
        "sum-all-layers": lambda: hidden[1:].sum(0),
    }[base]()
    if name.endswith("-cls"):
        return vectors[0]
    if name.endswith("-mean"):
        return vectors[own].mean(0) if any(own) else np.full(vectors.shape[1], np.nan)
    return vectors.mean(0) if name.endswith("-pieces") else vectors


def traced(bert: Bert, text: str | tuple[str, str | None]) -> Trace:
    return bert.trace(text) if isinstance(text, str) else bert.trace(*text)


@pytest.mark.parametrize("pieces", [None, 1, 40])
def test_features_are_a_traces_hidden_states(deep: Bert, pieces: int | None) -> None:
    rows = list(extract(deep, TEXTS, NAMES, pieces=pieces))
    assert [row.id for row in rows] == list(range(1, len(TEXTS) + 1))
    for row, text in zip(rows, TEXTS, strict=True):
        trace = traced(deep, text)
        assert row.pieces == tuple(token.text for token in trace.tokens)
        assert (row.text_a, row.text_b) == (trace.scene.text_a, trace.scene.second)
        assert row.truncated == any(trace.left_out)
        assert list(row.values) == NAMES
        for name, values in row.values.items():
            assert values.dtype == np.float32
            np.testing.assert_allclose(values, expected(trace, name), atol=1e-5, err_msg=f"{text!r} {name}")


@pytest.mark.parametrize("name", NAMES)
def test_each_feature_alone_is_the_same(deep: Bert, name: str) -> None:
    """The model is read only as far as one feature needs it, and for [CLS] not all of the last layer."""
    for row, text in zip(extract(deep, TEXTS, [name]), TEXTS, strict=True):
        np.testing.assert_allclose(row.values[name], expected(traced(deep, text), name), atol=1e-5)


def test_features_are_those_of_transformers(deep: Bert, tmp_path: Path) -> None:
    deep.save(tmp_path / "model")
    texts = [text for text in TEXTS if text not in (TEXTS[5], TEXTS[7])]
    for row, text in zip(extract(deep, texts, ["last", "layer-1", "last-cls"]), texts, strict=True):
        pair = (text, None) if isinstance(text, str) else text
        reference = reference_outputs(tmp_path / "model", *pair)
        np.testing.assert_allclose(row.values["last"], reference.hidden_states[-1], atol=1e-4)
        np.testing.assert_allclose(row.values["layer-1"], reference.hidden_states[1], atol=1e-4)
        np.testing.assert_allclose(row.values["last-cls"], reference.hidden_states[-1][0], atol=1e-4)


def test_in_bfloat16_features_are_near_a_traces(deep: Bert) -> None:
    short = Bert.random(deep.config, deep.tokenizer, seed=2, dtype="bfloat16")
    for row, text in zip(extract(short, TEXTS, ["last", "last-cls"]), TEXTS, strict=True):
        trace = traced(short, text)
        assert row.values["last"].dtype == np.float32
        np.testing.assert_allclose(row.values["last"], trace.hidden_states[-1], atol=0.1)
        np.testing.assert_allclose(row.values["last-cls"], trace.hidden_states[-1][0], atol=0.1)


def test_a_thousand_keep_their_order_and_ids(
    bert: Bert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buffer, "TEXTS", 300)
    draw = random.Random(3)
    path, ids, texts = tmp_path / "texts.txt", [], []
    with path.open("w", encoding="utf-8") as file:
        for number in range(1, 1201):
            if number % 6 == 0:
                file.write("\n")
                continue
            text = " ".join(draw.choices(WORDS[:11], k=draw.randint(1, 25)))
            file.write(text + "\n")
            ids.append(number)
            texts.append(text)
    assert len(texts) == 1000
    rows = list(extract(bert, path, ["last-mean", "layer-0"]))
    assert [row.id for row in rows] == ids
    assert [row.text_a for row in rows] == texts
    for row in rows[::97]:
        trace = bert.trace(row.text_a)
        np.testing.assert_allclose(row.values["last-mean"], expected(trace, "last-mean"), atol=1e-5)
        np.testing.assert_allclose(row.values["layer-0"], trace.hidden_states[0], atol=1e-5)


def test_steps_tell_how_far_it_is_and_leave_no_mode_on(bert: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buffer, "TEXTS", 10)
    told: list[Progress] = []
    blocks = 0
    for step in extracting(bert, ["the man"] * 25, [Feature("last", "cls")], pieces=12):
        assert not torch.is_inference_mode_enabled()
        if isinstance(step, Block):
            blocks += 1
            assert step.values["last-cls"].shape == (len(step.texts), 48)
        else:
            told.append(step)
    assert blocks == 3
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert [one.texts for one in told] == sorted(one.texts for one in told)
    assert (told[-1].texts, told[-1].done, told[-1].total, told[-1].share) == (25, 25, 25, 1.0)
    assert len(told) > 3 * 3 * 4  # at least each layer of each batch
    middle = Progress(10, 25, 100, 5.0)
    assert (middle.share, middle.per_second, middle.seconds_left) == (0.25, 2.0, 15.0)
    assert Progress(0, 0, None, 0.0).seconds_left is None


def test_only_the_layers_that_are_needed_are_run(deep: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[object] = []

    def noted(x: torch.Tensor, run: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
        ran.append(x.shape)
        return run(x)

    for layer in deep.module.encoder.layers:
        monkeypatch.setattr(layer, "feed_forward", partial(noted, run=layer.feed_forward))
    list(extract(deep, ["the man"], ["layer-2"]))
    assert ran == [(1, 4, 48)] * 2
    ran.clear()
    list(extract(deep, ["the man"], ["layer-2-cls", "layer-1"]))
    assert ran == [(1, 4, 48), (1, 1, 48)]
    ran.clear()
    list(extract(deep, ["the man"], ["layer-0-cls"]))
    assert ran == []


def test_ids_of_ones_own_are_kept(bert: Bert) -> None:
    texts = [Text(5, "the man"), Text(5, "milk"), Text(-1, "he", "was")]
    assert [(row.id, row.text_b) for row in extract(bert, iter(texts), ["last-cls"])] == [
        (5, None),
        (5, None),
        (-1, "was"),
    ]


def test_a_feature_asked_for_twice_comes_once(bert: Bert) -> None:
    (row,) = extract(bert, ["milk"], ["last-cls", Feature("last", "cls"), "Last CLS"])
    assert list(row.values) == ["last-cls"]


def test_what_cannot_be_is_said(bert: Bert, tmp_path: Path) -> None:
    with pytest.raises(BertError, match="at least 4 layers; this one has 3"):
        list(extract(bert, ["milk"], ["sum-last-four"]))
    with pytest.raises(BertError, match="nothing to take"):
        list(extract(bert, ["milk"], []))
    with pytest.raises(TextError, match="no text in it"):
        list(extract(bert, [], ["last"]))
    path = tmp_path / "blank.txt"
    path.write_bytes(b"\n \n")
    with pytest.raises(TextError, match="no text in it") as refused:
        list(extract(bert, path, ["last"]))
    assert refused.value.where == str(path)
    path.write_bytes(b"milk\n\xff\n")
    with pytest.raises(TextError, match="Line 2 is not UTF-8"):
        list(extract(bert, str(path), ["last"]))


def test_memory_that_runs_out_is_said(bert: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes")

    monkeypatch.setattr(bert.module.embeddings, "forward", full)
    with pytest.raises(MemoryShortage, match="read these texts"):
        list(extract(bert, ["milk"], ["last"]))
