"""Searches of a corpus, against a computation sentence by sentence from whole traces."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch

from bert_core import Bert, Interventions
from bert_core.config import BertConfig
from bert_core.corpus_search import HeadSearch, StateSearch, nearest_pieces, reading, strongest_examples
from bert_core.corpus_search.passages import passages_of, read_passages
from bert_core.corpus_search.reading import fitted, head_weights, states_after
from bert_core.errors import TextError
from bert_core.queries_search import FAR, KINDS, Hit, Passage, Pattern
from bert_core.resources import resource_path
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from bert_core.trace import Token, Trace

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "the",
    "man",
    "went",
    "to",
    "a",
    "store",
    ".",
    "##s",
    ",",
]
TEXT = """The man went to the store. A man, a store, the man.
the men went\tto the stores
Man man MAN the the.

a
The stores went to a man to a store, to the store to the man to a man. The man went to the store.
"""


@pytest.fixture(scope="module")
def bert() -> Bert:
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=12,
        num_hidden_layers=3,
        num_attention_heads=3,
        intermediate_size=24,
        max_position_embeddings=16,
        initializer_range=0.4,
    )
    return Bert.random(config, Tokenizer.from_vocabulary(WORDS, lowercase=True))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "text.txt"
    made.write_text(TEXT, encoding="utf-8")
    return made


@pytest.fixture(params=[1.0, 1e9])
def step(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of few and of many."""
    monkeypatch.setattr(reading, "STEP", request.param)
    monkeypatch.setattr(reading, "LEAST", 24)


def traces(bert: Bert, path: Path, *, paired: bool = False) -> Iterator[tuple[Passage, Trace]]:
    """As it would be done by hand; texts longer than the model's limit are cut by `fitted`, tested on its own."""
    for passage in read_passages(path, paired=paired):
        for part in fitted(bert.tokenizer, passage):
            yield part.passage, bert.trace(part.passage.text_a, part.passage.text_b)


def is_kind(kind: str, tokens: tuple[Token, ...], query: int, key: int) -> bool:
    one, other = tokens[query], tokens[key]
    if one.special or (other.special and kind not in ("[CLS]", "[SEP]")):
        return False
    return {
        "any": True,
        "previous": key == query - 1,
        "next": key == query + 1,
        "itself": key == query,
        "same word": one.text == other.text and key != query,
        "far": abs(key - query) >= FAR,
        "[CLS]": other.text == "[CLS]",
        "[SEP]": other.text == "[SEP]",
        "punctuation": other.text in ".,",
        "other sentence": one.segment != other.segment,
    }[kind]


@pytest.mark.usefixtures("step")
@pytest.mark.parametrize(("kind", "most"), [*product(KINDS, [1000]), ("any", 3), ("far", 2)])
def test_the_strongest_examples_are_those_of_the_traces(bert: Bert, path: Path, kind: str, most: int) -> None:
    layer, head = 1, 2
    pattern = Pattern(kind)
    best: dict[tuple[str, str], float] = {}
    masses, texts, pieces = [], 0, 0
    for _, trace in traces(bert, path, paired=pattern.reads_pairs):
        tokens, weights = trace.tokens, trace.attentions[layer, head]
        texts, pieces = texts + 1, pieces + len(tokens)
        for query in range(len(tokens)):
            keys = [key for key in range(len(tokens)) if is_kind(kind, tokens, query, key)]
            if keys:
                masses.append(float(weights[query, keys].sum()))
            for key in keys:
                name = tokens[query].text, tokens[key].text
                best[name] = max(best.get(name, 0.0), float(weights[query, key]))
    found = strongest_examples(bert, path, layer, head, pattern, most)
    assert [hit.value for hit in found.hits] == pytest.approx(
        sorted(best.values(), reverse=True)[:most], abs=2e-5
    )
    assert (found.texts, found.pieces, found.counted) == (texts, pieces, len(masses))
    assert found.mean == pytest.approx(np.mean(masses), abs=1e-5)
    assert found.over == sum(mass > 0.5 for mass in masses)
    assert sum(found.histogram) == len(masses)
    for hit in found.hits:
        assert hit.value == pytest.approx(best[hit.query.text, hit.key.text], abs=1e-5)


@pytest.mark.parametrize("head", [0, None])
def test_a_hit_is_found_again_where_its_sentence_is_read(bert: Bert, path: Path, head: int | None) -> None:
    found = strongest_examples(bert, path, 2, head)
    assert len(found.hits) > 10
    lines = TEXT.splitlines()
    for hit in found.hits:
        passage = hit.passage
        trace = bert.trace(passage.text_a, passage.text_b)
        weights = trace.attentions[2].mean(0) if head is None else trace.attentions[2, head]
        assert weights[hit.query.position, hit.key.position] == pytest.approx(hit.value, abs=1e-5)
        assert passage.text_a in lines[passage.line - 1]
        for mark in (hit.query, hit.key):
            token = trace.tokens[mark.position]
            assert (mark.text, mark.segment, mark.start, mark.end) == (
                token.text,
                token.segment,
                token.start,
                token.end,
            )


def test_typed_words_choose_queries_and_keys(bert: Bert, path: Path) -> None:
    def pairs(pattern: Pattern) -> set[tuple[str, str]]:
        return {(h.query.text, h.key.text) for h in strongest_examples(bert, path, 0, 0, pattern).hits}

    assert {query for query, _ in pairs(Pattern(queries="MAN, ##s"))} == {"man", "##s"}
    assert {key for _, key in pairs(Pattern(keys="stores"))} == {"store", "##s"}  # all pieces of the word
    assert {query for query, _ in pairs(Pattern(queries="[CLS]"))} == {"[CLS]"}
    assert {key for _, key in pairs(Pattern(keys="[sep]"))} == {"[SEP]"}
    assert {key for _, key in pairs(Pattern("punctuation", keys=","))} == {","}
    assert pairs(Pattern("[CLS]", keys="man")) == set()
    assert pairs(Pattern(queries="elephant")) == set()


@pytest.mark.usefixtures("step")
@pytest.mark.parametrize("layer", [0, 1, 3])
@pytest.mark.parametrize("words", ["any", "same", "other"])
def test_the_nearest_pieces_are_those_of_the_traces(bert: Bert, path: Path, layer: int, words: str) -> None:
    scene = Scene(bert.model_id, "to a man.", None, {}, Interventions(heads_off={(0, 1)}))
    target = bert.trace_scene(scene).hidden_states[layer, 3]
    cosines: list[float] = []
    expected: dict[object, float] = {}
    for passage, trace in traces(bert, path):
        states = trace.hidden_states[layer]
        near = states @ target / (np.linalg.norm(states, axis=1) * np.linalg.norm(target))
        for place, token in enumerate(trace.tokens):
            if token.special:
                continue
            cosines.append(float(near[place]))
            own = [t for t in trace.tokens if t.word == token.word]
            text = (passage.text_a, passage.text_b)[token.segment]
            word = text[own[0].start : own[-1].end].lower()
            if words == "any" or (word == "man") == (words == "same"):
                name = word if words == "other" else (passage.text_a, passage.text_b, place)
                expected[name] = max(expected.get(name, -1.0), float(near[place]))
    found = nearest_pieces(bert, path, scene, 3, layer, words, 1000)
    assert [hit.value for hit in found.hits] == pytest.approx(
        sorted(expected.values(), reverse=True), abs=2e-5
    )
    assert found.counted == len(cosines)
    assert found.mean == pytest.approx(np.mean(cosines), abs=1e-5)
    assert found.deviation == pytest.approx(np.std(cosines), abs=1e-5)
    fewer = nearest_pieces(bert, path, scene, 3, layer, words, 3)
    assert [places(hit) for hit in fewer.hits] == [places(hit) for hit in found.hits[:3]]


def places(hit: Hit) -> tuple[object, ...]:
    return hit.passage.line, hit.passage.text_a, hit.query, hit.key


def test_a_replaced_piece_is_its_own_word(bert: Bert, path: Path) -> None:
    scene = Scene(bert.model_id, "to a man.", None, {3: WORDS.index("store")})
    found = nearest_pieces(bert, path, scene, 3, 2, "same")
    assert {hit.query.text for hit in found.hits} == {"store"}


def test_states_and_weights_are_those_of_traces_despite_padding(bert: Bert) -> None:
    texts = ["the man.", "the man went to a store, to the man", "a"]
    encodings = [bert.tokenizer.encode(text) for text in texts]
    run = states_after(bert, encodings, 2)
    while True:
        try:
            next(run)
        except StopIteration as end:
            hidden, bias = end.value
            break
        assert not torch.is_inference_mode_enabled()  # others may compute gradients meanwhile
    weights = head_weights(bert.module.encoder.layers[2], hidden, bias, 1)
    for row, text in enumerate(texts):
        trace = bert.trace(text)
        size = len(trace.tokens)
        np.testing.assert_allclose(hidden[row, :size], trace.hidden_states[2], atol=1e-5)
        np.testing.assert_allclose(weights[row, :size, :size], trace.attentions[2, 1], atol=1e-5)
        assert not weights[row, :size, size:].any()


def test_what_the_model_does_not_take_at_once_is_parted_between_words(bert: Bert) -> None:
    text = "the man went to the stores a man , " * 5
    passage = next(iter(passages_of([(text, None)])))
    parts = list(fitted(bert.tokenizer, passage))
    assert len(parts) > 1 and not any(part.cut for part in parts)
    assert " ".join(part.passage.text_a for part in parts) == text.strip()
    assert all(len(part.encoding) <= 16 for part in parts)
    pair = next(iter(passages_of([(text, "a man")])))
    assert [part.cut for part in fitted(bert.tokenizer, pair)] == [True]


def test_one_word_longer_than_the_model_takes_is_parted_too(bert: Bert) -> None:
    passage = next(iter(passages_of([("store" + "s" * 60, None)])))
    parts = list(fitted(bert.tokenizer, passage))
    assert "".join(part.passage.text_a for part in parts) == passage.text_a


def test_a_long_text_is_searched_in_bounded_memory(bert: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BUFFER", 32)
    alive = 0

    def endless() -> Iterator[Passage]:
        for number in range(1500):
            yield Passage(
                f"the man {number % 7} went to a store {'to ' * (number % 5)}", None, number, number, number
            )

    search = HeadSearch(bert, 1, 0, Pattern(), 5)
    for n, _ in enumerate(search.steps(endless())):
        if n % 100 == 0:
            kept = sum(type(thing) is Passage for thing in gc.get_objects())
            alive = max(alive, kept)
            assert len(search.found().hits) <= 5
    assert search.found().texts == 1500
    assert alive <= 3 * 32 + 5


def test_the_order_is_the_same_each_time(bert: Bert, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    first, again = (strongest_examples(bert, path, 1, 0).hits for _ in range(2))
    assert [places(hit) for hit in first] == [places(hit) for hit in again]
    assert [hit.value for hit in first] == pytest.approx(
        sorted((hit.value for hit in first), reverse=True), abs=1e-5
    )
    monkeypatch.setattr(reading, "BUFFER", 2)
    other = strongest_examples(bert, path, 1, 0).hits
    assert [hit.value for hit in other] == pytest.approx([hit.value for hit in first], abs=2e-5)


@pytest.mark.parametrize(
    "make",
    [
        lambda bert, scene: HeadSearch(bert, 3, 0),
        lambda bert, scene: HeadSearch(bert, 0, 3),
        lambda bert, scene: HeadSearch(bert, 0, 0, most=0),
        lambda bert, scene: StateSearch(bert, scene, 0, 4),
        lambda bert, scene: StateSearch(bert, scene, 9, 1),
    ],
)
def test_what_is_not_there_is_refused(bert: Bert, make: Callable[[Bert, Scene], object]) -> None:
    with pytest.raises(ValueError, match=r"of|to keep"):
        make(bert, Scene(bert.model_id, "the man"))


def test_no_text_is_said(bert: Bert, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("\n")
    with pytest.raises(TextError, match="no text"):
        strongest_examples(bert, tmp_path / "empty.txt", 0, 0)


def test_the_built_in_text_is_many_varied_sentences() -> None:
    found = list(read_passages(resource_path("texts", "short-scenes.txt")))
    assert len(found) > 240
    assert len({passage.text_a for passage in found}) == len(found)
    assert len({passage.text_a.split()[0] for passage in found}) > 80
