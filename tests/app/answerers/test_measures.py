"""Answers about all heads: those of one text, and those that stream through many."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.answerers import measures
from app.answerers.measures import ANSWERERS
from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.errors import Cancelled, TextError
from bert_core.measures.attention_distance import distance
from bert_core.measures.attention_entropy import entropy
from bert_core.measures.gated_importance import Example, head_importance
from bert_core.measures.head_patterns import PatternTally, patterns
from bert_core.measures.head_similarity import head_map, similarity
from bert_core.measures.separator_norm import separator_norm_share
from bert_core.measures.separator_weight import separator_share
from bert_core.queries import Progress, Query
from bert_core.queries_measures import (
    HeadImportance,
    HeadMeasures,
    HeadPlaces,
    SetImportance,
    SetMeasured,
    SetMeasures,
    TextFile,
    TextHeadPlaces,
    TextMeasures,
    Texts,
    TextSeparatorNorms,
)
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from bert_core.trace import Trace

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "man", "went", "to", "a", "store", "."]
PAIRS = (("the man went .", None), ("the store", "a man to the man"), ("to a store . the man", None))


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
    monkeypatch.setattr(measures, "TELL_AFTER", 0.0)


def check() -> None:
    """Nothing newer is wanted."""


def ask(bert: Bert, trace: Trace, query: Query, check: Callable[[], None] = check) -> Any:
    return ANSWERERS[type(query)](bert, trace, query, check)


def drive(bert: Bert, query: Query, check: Callable[[], None] = check) -> tuple[Any, list[Progress | None]]:
    """The value of a long query, and what it said on the way."""
    steps = ask(bert, bert.trace("the man"), query, check)
    said = []
    while True:
        try:
            said.append(next(steps))
        except StopIteration as end:
            return end.value, said


def told(said: Iterable[Progress | None]) -> list[tuple[int, int | None, str]]:
    return [(word.done, word.total, word.words) for word in said if word is not None]


def file(tmp_path: Path, content: bytes) -> TextFile:
    path = tmp_path / "sentences.txt"
    path.write_bytes(content)
    return TextFile(str(path), len(content), 0)


# One text


def test_the_measures_of_a_text(bert: Bert) -> None:
    trace = bert.trace("the man went", "to the store .")
    found = ask(bert, trace, TextMeasures())
    assert isinstance(found, HeadMeasures)
    weights, special = trace.attentions, [token.special for token in trace.tokens]
    for mine, expected in (
        (found.entropy, entropy(weights)),
        (found.distance, distance(weights)),
        (found.inner_distance, distance(weights, special)),
        (found.separators, separator_share(weights, trace.tokens)),
    ):
        np.testing.assert_array_equal(mine, expected)
        assert not mine.flags.writeable
    assert [list(layer) for layer in found.patterns] == patterns(weights, trace.tokens)


def test_the_share_by_norm_of_a_text(bert: Bert) -> None:
    trace = bert.trace("the man went")
    found = ask(bert, trace, TextSeparatorNorms())
    np.testing.assert_array_equal(found, separator_norm_share(bert, trace))


def test_of_a_long_text_what_is_known_first_comes_first(bert: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = bert.trace("the man went", "to the store .")
    whole, norms = ask(bert, trace, TextMeasures()), ask(bert, trace, TextSeparatorNorms())
    monkeypatch.setattr(measures, "AT_ONCE", 0)
    steps = ask(bert, trace, TextMeasures())
    first, second = next(steps).value, next(steps).value
    np.testing.assert_array_equal(first.entropy, whole.entropy)
    assert np.isnan(first.distance).all() and first.patterns == ()
    np.testing.assert_array_equal(second.inner_distance, whole.inner_distance)
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value.patterns == whole.patterns
    layer_by_layer = ask(bert, trace, TextSeparatorNorms())
    for _ in trace.attentions:
        assert next(layer_by_layer) is None
    with pytest.raises(StopIteration) as end:
        next(layer_by_layer)
    np.testing.assert_array_equal(end.value.value, norms)


@pytest.mark.parametrize("query", [TextMeasures(), TextSeparatorNorms()])
def test_they_make_way_for_a_key(bert: Bert, query: Query) -> None:
    def overtaken() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        ask(bert, bert.trace("the man"), query, overtaken)


def test_the_places_of_heads_and_what_they_keep(bert: Bert) -> None:
    trace = bert.trace("the man went")
    steps = ask(bert, trace, TextHeadPlaces())
    assert isinstance(steps, Iterator)
    assert next(steps) is None
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    found = end.value.value
    assert isinstance(found, HeadPlaces)
    divergences = similarity(trace.attentions)
    np.testing.assert_array_equal(found.places, head_map(divergences))
    # All coordinates that classical scaling has, and the part of their variance in the first two.
    centred = np.eye(6) - 1 / 6
    values = np.linalg.eigvalsh(-centred @ divergences @ centred / 2)
    assert found.kept == pytest.approx(values[-2:].sum() / values.sum(), rel=1e-6)
    assert 0 < found.kept < 1


def test_heads_that_are_all_the_same_have_no_variance_to_keep() -> None:
    found = measures.head_places(np.zeros((4, 4)))
    assert np.isnan(found.kept) and not found.places.any()


# A set of texts


def means(bert: Bert) -> dict[str, np.ndarray]:
    traces = [bert.trace(a, b) for a, b in PAIRS]
    return {
        "entropy": np.mean([entropy(t.attentions) for t in traces], 0),
        "distance": np.mean([distance(t.attentions) for t in traces], 0),
        "norms": np.mean([separator_norm_share(bert, t) for t in traces], 0),
        "similarity": np.mean([similarity(t.attentions) for t in traces], 0),
    }


def is_mean(bert: Bert, found: object) -> bool:
    assert isinstance(found, SetMeasured)
    expected, tally = means(bert), PatternTally()
    for pair in PAIRS:
        trace = bert.trace(*pair)
        tally.add(trace.attentions, trace.tokens)
    np.testing.assert_allclose(found.measures.entropy, expected["entropy"])
    np.testing.assert_allclose(found.measures.distance, expected["distance"])
    np.testing.assert_allclose(found.separator_norms, expected["norms"])
    np.testing.assert_allclose(found.places.places, head_map(expected["similarity"]), atol=1e-9)
    assert [list(layer) for layer in found.measures.patterns] == tally.patterns()
    return (found.texts, found.mapped, found.truncated) == (3, 3, 0)


def test_a_set_is_measured_text_by_text(bert: Bert) -> None:
    found, said = drive(bert, SetMeasures(Texts(PAIRS)))
    assert is_mean(bert, found)
    assert told(said) == [(done, 3, "measuring") for done in (0, 1, 2, 3)]
    partial: Any = said[-1].value
    assert partial.texts == 3 and partial.places is None
    np.testing.assert_array_equal(partial.measures.entropy, found.measures.entropy)


def test_a_file_is_a_set(bert: Bert, tmp_path: Path) -> None:
    lines = "\n\n".join(a if b is None else f"{a}\t{b}" for a, b in PAIRS)
    found, _ = drive(bert, SetMeasures(file(tmp_path, lines.encode())))
    assert is_mean(bert, found)


def test_what_a_key_breaks_off_is_read_again(bert: Bert) -> None:
    asked = 0

    def now_and_then() -> None:
        nonlocal asked
        asked += 1
        if asked % 4 == 0:
            raise Cancelled

    found, _ = drive(bert, SetMeasures(Texts(PAIRS)), now_and_then)
    assert asked > 9  # three checks a text, and those again that were broken off
    assert is_mean(bert, found)


def test_long_lines_are_cut_and_counted(bert: Bert, tmp_path: Path) -> None:
    content = b"the man " * 20 + b"\n\nthe man\n" + b"x" * 70_000
    found, _ = drive(bert, SetMeasures(file(tmp_path, content)))
    assert isinstance(found, SetMeasured)
    assert (found.texts, found.truncated) == (3, 2)


def test_only_so_many_texts_make_the_map(bert: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "MOST_MAPPED", 2)
    found, _ = drive(bert, SetMeasures(Texts(PAIRS)))
    assert (found.texts, found.mapped) == (3, 2)
    expected = np.mean([similarity(bert.trace(*pair).attentions) for pair in PAIRS[:2]], 0)
    np.testing.assert_allclose(found.places.places, head_map(expected), atol=1e-9)


@pytest.mark.parametrize("query", [SetMeasures, SetImportance])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"the man\nth\xff man", "sentences.txt: Line 2 is not UTF-8"),
        (b"\n \n", "sentences.txt: There is no text in it. Choose a file"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_before_anything_is_computed(
    bert: Bert, tmp_path: Path, content: bytes, words: str, query: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, trace = file(tmp_path, content), bert.trace("the man")
    steps = ask(bert, trace, query(source))
    monkeypatch.setattr(bert, "trace_scene", None)
    with pytest.raises(TextError) as refused:
        next(steps)
    assert words in str(refused.value)


def test_nothing_of_a_text_is_kept(bert: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    alive: list[weakref.ref[Trace]] = []
    most = 0
    original = bert.trace_scene

    def watched(scene: Scene, **named) -> Trace:
        nonlocal most
        most = max(most, sum(ref() is not None for ref in alive))
        alive.append(weakref.ref(trace := original(scene, **named)))
        return trace

    first = bert.trace("the man")
    alive.append(weakref.ref(first))
    steps = ask(bert, first, SetMeasures(Texts(PAIRS * 5)))
    del first
    monkeypatch.setattr(bert, "trace_scene", watched)
    for _ in steps:
        pass
    assert len(alive) == 16 and most == 1  # the one before, until the next is there


# Importance


def test_importance_comes_batch_by_batch(bert: Bert, tmp_path: Path) -> None:
    lines = "\n".join(a if b is None else f"{a}\t{b}" for a, b in PAIRS)
    found, said = drive(bert, SetImportance(file(tmp_path, lines.encode())))
    assert isinstance(found, HeadImportance) and (found.done, found.used) == (3, 3)
    # In other batches, and so rounded otherwise.
    expected = head_importance(bert, [Example(*pair) for pair in PAIRS])
    np.testing.assert_allclose(found.heads, expected, rtol=1e-5)
    assert told(said)[0] == (0, 3, "gradients") and told(said)[-1] == (3, 3, "gradients")
    assert not found.heads.flags.writeable


def test_without_a_word_there_is_no_importance(bert: Bert) -> None:
    with pytest.raises(TextError, match="nothing to measure importance on"):
        drive(bert, SetImportance(Texts((("[SEP]", None),))))
