"""Searches as jobs: what they yield, that they make way, and what they say of files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from app.answerers import search
from app.answerers.search import ANSWERERS
from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.corpus_search import nearest_pieces, reading, strongest_examples
from bert_core.errors import TextError
from bert_core.queries import Progress, Query
from bert_core.queries_measures import TextFile, Texts
from bert_core.queries_search import AttentionExamples, Found, NearestPieces, Pattern
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "man", "went", "to", "a", "store", "."]


@pytest.fixture(scope="module")
def bert() -> Bert:
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=12,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=24,
        max_position_embeddings=12,
        initializer_range=0.4,
    )
    return Bert.random(config, Tokenizer.from_vocabulary(WORDS, lowercase=True))


@pytest.fixture(autouse=True)
def always_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "TELL_AFTER", 0.0)
    monkeypatch.setattr(reading, "STEP", 1.0)  # small batches
    monkeypatch.setattr(reading, "BUFFER", 4)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "text.txt"
    made.write_text(
        "".join(f"the man went {'to ' * (n % 5)}\na store .\n" for n in range(12)), encoding="utf-8"
    )
    return made


def source(path: Path) -> TextFile:
    state = path.stat()
    return TextFile(str(path), state.st_size, state.st_mtime_ns)


def drive(bert: Bert, query: Query) -> tuple[Any, list[Progress | None]]:
    steps = ANSWERERS[type(query)](bert, bert.trace("the man"), query, lambda: None)
    said: list[Progress | None] = []
    while True:
        try:
            said.append(next(steps))  # type: ignore[call-overload]
        except StopIteration as end:
            return end.value, said


def hits(found: Found) -> list[tuple[object, ...]]:
    return [(hit.value, hit.query, hit.key, hit.passage) for hit in found.hits]


def test_a_search_by_head_tells_how_far_it_is_and_what_it_has(bert: Bert, path: Path) -> None:
    query = AttentionExamples(source(path), 1, 2, Pattern("previous"))
    found, said = drive(bert, query)
    assert hits(found) == hits(strongest_examples(bert, path, 1, 2, Pattern("previous")))
    told = [step for step in said if step is not None and step.words == "searching"]
    assert [step.total for step in told] == [path.stat().st_size] * len(told)
    done = [step.done for step in told]
    assert done == sorted(done) and done[0] == 0 and done[-1] == path.stat().st_size
    texts = [step.value.texts for step in told if isinstance(step.value, Found)]
    assert texts == sorted(texts) and len(set(texts)) > 3
    assert not found.changed


def test_a_search_by_state(bert: Bert, path: Path) -> None:
    scene = Scene(bert.model_id, "a man")
    query = NearestPieces(source(path), scene, 2, 1, "other")
    assert hits(drive(bert, query)[0]) == hits(nearest_pieces(bert, path, scene, 2, 1, "other"))


def test_texts_are_counted(bert: Bert) -> None:
    texts = Texts((("the man . went to", None), ("a store", "the man")))
    found, said = drive(bert, AttentionExamples(texts, 0, 0, Pattern("other sentence")))
    assert found.texts == 2 and found.counted == 4
    assert {step.total for step in said if step is not None} == {2}


def test_a_step_takes_one_layer_of_one_batch(bert: Bert, path: Path) -> None:
    _, said = drive(bert, AttentionExamples(source(path), 1, 0))
    assert len(said) > 24 / 4 * 2


@pytest.mark.parametrize("content", [b"the man\nbad \xff\n", b"", b"\0"])
def test_a_bad_file_is_refused_before_anything_is_searched(
    bert: Bert, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(TextError) as caught:
        drive(bert, AttentionExamples(source(path), 0, 0))
    assert str(path) in str(caught.value)
    with pytest.raises(TextError, match="no text"):
        drive(bert, AttentionExamples(Texts((("", None),)), 0, 0))


def test_a_file_that_is_gone_is_named(bert: Bert, path: Path) -> None:
    query = AttentionExamples(source(path), 0, 0)
    path.unlink()
    with pytest.raises(TextError, match="cannot be read"):
        drive(bert, query)


def test_a_file_that_is_written_to_meanwhile_is_told(bert: Bert, path: Path) -> None:
    steps = ANSWERERS[AttentionExamples](
        bert, bert.trace("a"), AttentionExamples(source(path), 0, 0), lambda: None
    )
    next(steps)  # type: ignore[call-overload]
    os.utime(path, ns=(1, 1))
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)  # type: ignore[call-overload]
    assert end.value.value.changed
