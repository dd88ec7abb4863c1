"""The speed table: that it runs, measures what it says, and does without `transformers`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from bert_core import bench
from bert_core.__main__ import main
from bert_core.bert import Bert
from bert_core.config import BertConfig

SMALL = (1, 32, 2)


@pytest.fixture(autouse=True)
def as_many_threads_as_before() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bench.SIZES, "tiny", SMALL)


@pytest.mark.parametrize("pieces", [4, 5, 16, 64, 512])
def test_the_text_is_as_long_as_asked_for(pieces: int) -> None:
    a, b = bench.bench_text(pieces)
    tokens = bench.bench_tokenizer().encode(a, b).tokens
    assert len(tokens) == pieces
    assert sum(token.text == "[MASK]" for token in tokens) == 1
    assert not any(token.text == "[UNK]" for token in tokens)


def test_tasks_take_turns_after_a_warm_up() -> None:
    done: list[str] = []
    times = bench.interleaved({"a": lambda: done.append("a"), "b": lambda: done.append("b")}, 3)
    assert "".join(done) == "ab" * 4
    assert {name: len(seconds) for name, seconds in times.items()} == {"a": 3, "b": 3}
    assert all(second >= 0 for seconds in times.values() for second in seconds)


@pytest.mark.usefixtures("small")
def test_without_transformers_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    assert main(["bench", "--size", "tiny", "--pieces", "8", "16", "--rounds", "1", "--threads", "1"]) == 0
    said, missing, header, *rows = capsys.readouterr().out.splitlines()
    assert said.startswith("BERT tiny, 1 layers x 32, batch 1, 1 threads")
    assert "transformers is not installed" in missing
    assert header.split()[0] == "pieces"
    assert [row.split()[0] for row in rows] == ["8", "16"]
    assert [row.split()[2] for row in rows] == ["-", "-"]
    assert all(float(row.split()[1]) >= 0 for row in rows)


@pytest.mark.usefixtures("small")
def test_the_table_with_the_reference(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("transformers")
    assert main(["bench", "--size", "tiny", "--pieces", "8", "--rounds", "1", "--threads", "1"]) == 0
    _, _, row = capsys.readouterr().out.splitlines()
    numbers = [float(number) for number in row.split()]
    assert len(numbers) == 9
    assert numbers[0] == 8 and all(number > 0 for number in numbers[2:4]) and 0 <= numbers[-1] < 0.1


def test_the_reference_computes_the_same() -> None:
    """So that the ratio compares like with like."""
    pytest.importorskip("transformers")
    layers, hidden, heads = SMALL
    config = BertConfig(
        num_hidden_layers=layers, hidden_size=hidden, num_attention_heads=heads, intermediate_size=4 * hidden
    )
    bert = Bert.random(config, bench.bench_tokenizer(), seed=0)
    texts = bench.bench_text(12)
    trace = bert.trace(*texts)
    answer: Any = bench.reference_task(bench.reference_model(bert), bert, texts)()
    outputs, top, nsp = answer
    assert torch.allclose(outputs.attentions[0][0], torch.tensor(trace.attentions[0].copy()), atol=1e-5)
    prediction = trace.candidates(trace.masked[0])
    assert top.values[0, 0].item() == pytest.approx(prediction.candidates[0][2], abs=1e-6)
    assert nsp[0, 0].item() == pytest.approx(trace.nsp.is_next, abs=1e-5)
