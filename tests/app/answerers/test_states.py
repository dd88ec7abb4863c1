"""Each question about hidden states gets what the measures say; sentences beside the text are read once."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.answerers.states import answerers
from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.errors import BertError, Cancelled, TextError
from bert_core.interventions import Interventions
from bert_core.measures.hidden_pca import pca_places
from bert_core.measures.nearest_pieces import nearest_pieces
from bert_core.queries import Progress, Query
from bert_core.queries_states import (
    MOST_SENTENCES,
    Nearest,
    NearestPieces,
    Occurrence,
    Senses,
    StatesMap,
    StatesPlaces,
    WordSenses,
)
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from bert_core.trace import Trace

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "man", "went", "home", "bank", ".")
OTHERS = ("the bank went.", "man")


def made(seed: int, hidden: int = 24) -> Bert:
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=hidden,
        num_hidden_layers=3,
        num_attention_heads=3,
        intermediate_size=40,
        max_position_embeddings=16,
    )
    return Bert.random(config, Tokenizer.from_vocabulary(WORDS, lowercase=True, max_length=16), seed=seed)


@pytest.fixture(scope="module")
def bert() -> Bert:
    return made(1)


@pytest.fixture(scope="module")
def trace(bert: Bert) -> Trace:
    return bert.trace("the man", "went home bank")


def asked(
    bert: Bert, trace: Trace, query: Query, reference: Trace | None = None
) -> tuple[list[Progress], Any]:
    """What is told on the way, and the answer."""

    def kept(_: Scene) -> Trace:
        assert reference is not None
        return reference

    steps = answerers(kept)[type(query)](bert, trace, query, lambda: None)
    assert isinstance(steps, Generator)
    told: list[Progress] = []
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return told, end.value
        if step is not None:
            told.append(step)


def test_the_map_of_the_text_and_others(bert: Bert, trace: Trace) -> None:
    _, found = asked(bert, trace, StatesMap(sentences=OTHERS))
    assert isinstance(found, StatesPlaces)
    others = [bert.trace(text) for text in OTHERS]
    states = np.concatenate([trace.hidden_states, *(one.hidden_states for one in others)], axis=1)
    special = np.array([t.special or t.text == "." for one in (trace, *others) for t in one.tokens])
    places, kept = pca_places(states, ~special)
    np.testing.assert_array_equal(found.places, places)
    np.testing.assert_array_equal(found.kept, kept)
    assert found.others == tuple(one.tokens for one in others) and found.truncated == 0
    assert not found.places.flags.writeable and not found.all_count
    one = bert.trace("man")
    _, alone = asked(bert, one, StatesMap())
    assert alone.all_count and alone.places[:, 1].any()  # too few ordinary pieces to make axes


def test_special_pieces_left_out_have_no_place(bert: Bert, trace: Trace) -> None:
    _, found = asked(bert, trace, StatesMap(special="left out"))
    special = np.array([token.special for token in trace.tokens])
    assert (np.isnan(found.places).all(axis=(0, 2)) == special).all()
    np.testing.assert_array_equal(found.places[:, ~special], pca_places(trace.hidden_states[:, ~special])[0])


def test_the_reference_stands_on_the_same_plane(bert: Bert, trace: Trace) -> None:
    other = bert.trace("the home", "went home bank")
    _, found = asked(bert, trace, StatesMap(special="counted", against=other.scene), other)
    states = np.concatenate([trace.hidden_states, other.hidden_states], axis=1)
    np.testing.assert_array_equal(found.places, pca_places(states)[0])
    with pytest.raises(BertError, match="another model"):
        asked(bert, trace, StatesMap(against=other.scene), made(2, 12).trace("the man"))


def test_tsne_tells_layer_by_layer(bert: Bert, trace: Trace) -> None:
    told, found = asked(bert, trace, StatesMap("tsne"))
    assert [step.done for step in told] == [0, 1, 2, 3, 4] and {step.total for step in told} == {4}
    assert isinstance(told[2].value, StatesPlaces) and told[2].value.places.shape == (2, len(trace.tokens), 2)
    assert found.places.shape == (4, len(trace.tokens), 2) and np.isnan(found.kept).all()
    with pytest.raises(TextError, match="4 pieces or more"):
        asked(bert, bert.trace("man"), StatesMap("tsne"))


def test_tsne_of_too_many_pieces_is_not_begun(
    bert: Bert, trace: Trace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.answerers.states.MOST_POINTS", 5)
    with pytest.raises(TextError, match="takes too long"):
        asked(bert, trace, StatesMap("tsne"))


def test_senses(bert: Bert, trace: Trace) -> None:
    _, found = asked(bert, trace, WordSenses("bank", OTHERS))
    assert isinstance(found, Senses)
    position = [token.text for token in trace.tokens].index("bank")
    assert found.occurrences == (Occurrence(0, (position,)), Occurrence(1, (2,)))
    x, y = trace.hidden_states[2, position], bert.trace(OTHERS[0]).hidden_states[2, 2]
    assert found.cosines.shape == (4, 2, 2)
    assert found.cosines[2, 0, 1] == pytest.approx(x @ y / np.linalg.norm(x) / np.linalg.norm(y), abs=1e-5)


def test_nearest(bert: Bert, trace: Trace) -> None:
    _, found = asked(bert, trace, NearestPieces(2, 1, top_k=3))
    own = trace.tokens[2].id
    embedding = bert.module.embeddings.word_embeddings.weight[own].detach().numpy()
    by_state = nearest_pieces(bert, trace.hidden_states[1, 2], 3)
    assert found == Nearest(nearest_pieces(bert, embedding, 3, without=own), by_state)
    _, other = asked(bert, trace, NearestPieces(1, 1, "man", top_k=3))
    assert other.by_state == nearest_pieces(bert, bert.trace("man").hidden_states[1, 1], 3)
    with pytest.raises(BertError, match="no such piece"):
        asked(bert, trace, NearestPieces(99, 1))


def test_other_sentences_are_read_once_with_the_same_changes(
    bert: Bert, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = Interventions(heads_off={(0, 0)}, hidden={1})
    trace = bert.trace("the man", interventions=changes)
    read: list[Scene] = []
    whole = Bert.trace_scene

    def counted(self: Bert, scene: Scene, *args: object, **more: object) -> Trace:
        read.append(scene)
        return whole(self, scene, *args, **more)

    monkeypatch.setattr(Bert, "trace_scene", counted)
    every = answerers(lambda scene: trace)
    for query in (WordSenses("bank", OTHERS), StatesMap(sentences=OTHERS)):
        steps = every[type(query)](bert, trace, query, lambda: None)
        assert isinstance(steps, Generator)
        list(steps)
    assert [scene.text_a for scene in read] == list(OTHERS)
    assert {scene.interventions for scene in read} == {Interventions(heads_off={(0, 0)})}


def test_what_is_overtaken_while_reading_goes_on_later(bert: Bert, trace: Trace) -> None:
    busy = [True]

    def check() -> None:
        if busy[0]:
            raise Cancelled

    steps = answerers(lambda scene: trace)[WordSenses](bert, trace, WordSenses("bank", OTHERS), check)
    assert [next(steps), next(steps)] == [None, None]
    busy[0] = False
    with pytest.raises(StopIteration):
        for _ in range(10):
            next(steps)


def test_too_many_sentences_and_another_model_are_refused(bert: Bert, trace: Trace) -> None:
    with pytest.raises(TextError, match="too many"):
        asked(bert, trace, WordSenses("bank", ("man",) * (MOST_SENTENCES + 1)))
    other = replace(trace, scene=replace(trace.scene, model_id="another"))
    with pytest.raises(BertError, match="in force only"):
        asked(bert, other, WordSenses("bank", OTHERS))
