"""Each question about predictions gets what the measures say, in steps where there is much of it."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pytest

from app.answerers.predictions import ANSWERERS, AT_ONCE
from bert_core import Bert
from bert_core.errors import Cancelled
from bert_core.explanations import LayerLens
from bert_core.measures.head_on_layers import layer_lens
from bert_core.measures.mask_filling import fill_masks
from bert_core.measures.ranked_pieces import ranking
from bert_core.measures.word_scores import score_words
from bert_core.queries import Progress, Query
from bert_core.queries_predictions import MOST_POSITIONS, FillMasks, FindRanked, Lens, WordScores
from bert_core.scene import Scene
from bert_core.trace import Trace
from tests.app.reading_session import IDS, WORDS, small_bert

ARRAYS = (
    "ids",
    "probabilities",
    "entropies",
    "final_ranks",
    "final_probabilities",
    "word_ranks",
    "word_probabilities",
)


@pytest.fixture(scope="module")
def bert() -> Bert:
    return small_bert()


@pytest.fixture(scope="module")
def trace(bert: Bert) -> Trace:
    return bert.trace("the [MASK] went to the [MASK]", "he bought milk")


def answer(bert: Bert, trace: Trace, query: Query) -> object:
    found = ANSWERERS[type(query)](bert, trace, query, lambda: None)
    if not isinstance(found, Generator):
        return found
    while True:
        try:
            next(found)
        except StopIteration as end:
            return end.value


def test_the_lens_of_the_masked_pieces(bert: Bert, trace: Trace) -> None:
    found = answer(bert, trace, Lens(words=(IDS["cat"],)))
    expected = layer_lens(bert, trace, words=(IDS["cat"],))
    assert isinstance(found, LayerLens) and found.positions == trace.masked
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))


def test_the_last_layer_is_the_models_own_prediction(bert: Bert, trace: Trace) -> None:
    found = answer(bert, trace, Lens(top_k=5))
    assert isinstance(found, LayerLens)
    for column, prediction in enumerate(trace.mlm(5) or []):
        assert found.ids[-1, column].tolist() == [one[1] for one in prediction.candidates]
        assert found.probabilities[-1, column].tolist() == [one[2] for one in prediction.candidates]


def test_many_pieces_come_in_steps_that_grow(bert: Bert) -> None:
    trace = bert.trace("the man went to the store . " * 11)
    size = len(trace.tokens)
    assert size > MOST_POSITIONS > AT_ONCE // len(trace.hidden_states)
    steps = ANSWERERS[Lens](bert, trace, Lens(tuple(range(size))), lambda: None)
    assert isinstance(steps, Generator)
    told, value = [], None
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            value = end.value
            break
    assert all(isinstance(step, Progress) and isinstance(step.value, LayerLens) for step in told)
    assert [len(step.value.positions) for step in told] == [16, 32, 48] and told[0].total == MOST_POSITIONS
    assert value.positions == tuple(range(MOST_POSITIONS)), "there is a cap"
    one = layer_lens(bert, trace, [20])
    np.testing.assert_array_equal(value.ids[:, 20], one.ids[:, 0])
    np.testing.assert_allclose(value.probabilities[:, 20], one.probabilities[:, 0], rtol=1e-5)
    assert not value.ids.flags.writeable
    rest = answer(bert, trace, Lens(tuple(range(size)), first=MOST_POSITIONS))
    assert isinstance(rest, LayerLens) and rest.positions == tuple(range(MOST_POSITIONS, size))


def test_pieces_that_are_not_there_are_left_out(bert: Bert, trace: Trace) -> None:
    found = answer(bert, trace, Lens((2, 90)))
    assert isinstance(found, LayerLens) and found.positions == (2,)
    assert answer(bert, trace, Lens((90,))) is None
    assert answer(bert, bert.trace("the man"), Lens()) is None


def test_a_newer_key_breaks_it_off(bert: Bert, trace: Trace) -> None:
    def check() -> None:
        raise Cancelled

    for query in (Lens(), WordScores(2, ("gallons",)), FillMasks()):
        with pytest.raises(Cancelled):
            found = ANSWERERS[type(query)](bert, trace, query, check)
            if isinstance(found, Generator):
                next(found)


def test_own_words(bert: Bert) -> None:
    trace = bert.trace("the [MASK] sat")
    found = answer(bert, trace, WordScores(2, ("cat", "gallons", "qqq"), "together"))
    assert found == score_words(bert, "the [MASK] sat", ["cat", "gallons", "qqq"], method="together")
    assert answer(bert, trace, WordScores(50, ("cat",))) == ()


def test_words_in_a_scene_that_is_changed(bert: Bert) -> None:
    trace = bert.trace("the [MASK] sat")
    scene = Scene(
        bert.model_id, "the [MASK] sat", interventions=trace.scene.interventions.hiding(3, hide=True)
    )
    changed = bert.trace_scene(scene)
    found = answer(bert, changed, WordScores(2, ("cat",)))
    assert isinstance(found, tuple)
    score = found[0]
    shares = dict((one[0], one[2]) for one in changed.candidates(2, len(WORDS)).candidates)
    assert score.probability == pytest.approx(shares["cat"], rel=1e-6)
    assert score.probability != pytest.approx(trace.candidates(2, 99).candidates[0][2], rel=1e-6)


def test_masks_filled(bert: Bert, trace: Trace) -> None:
    scene = trace.scene
    for order in ("certain", "left-to-right", "together"):
        found = answer(bert, trace, FillMasks(order))  # type: ignore[arg-type]
        assert found == fill_masks(bert, scene.text_a, scene.text_b, order=order)  # type: ignore[arg-type]
    assert answer(bert, bert.trace("the man"), FillMasks()) is None


def test_a_search_in_the_full_ranking(bert: Bert, trace: Trace) -> None:
    full = ranking(trace, 2)
    found = answer(bert, trace, FindRanked(2, "ma", limit=2))
    assert list(found.pieces) == full.search("ma")[:2]  # type: ignore[attr-defined]
    holding = [word for word in WORDS if "ma" in word.casefold()]
    assert (found.count, found.total) == (len(holding), len(WORDS))  # type: ignore[attr-defined]
    assert answer(bert, trace, FindRanked(1, "ma")) is None, "not masked"
