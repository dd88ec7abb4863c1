"""Answers about heads removed one after the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.answerers import measures, pruning
from app.answerers.pruning import ANSWERERS, MOST_UNFINISHED, Unfinished
from bert_core import Bert, Interventions, Scene
from bert_core.config import BertConfig
from bert_core.errors import Cancelled, TextError
from bert_core.measures.gated_importance import Example
from bert_core.measures.head_pruning import prune_curve, prune_losses
from bert_core.queries import Progress, Query
from bert_core.queries_measures import TextFile, Texts
from bert_core.queries_pruning import ACCURACY, IS_NEXT, KL, LOSS, MASKED, NEXT, SetPruning, TextPruning
from bert_core.tokenization import Tokenizer

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "man", "went", "to", "a", "store", "."]
PAIRS = (("the man went .", None), ("the store", "a man to the man"), ("to a store . the man", None))
ORDER = ((1, 2), (0, 0), (1, 0), (0, 1), (0, 2), (1, 1))


@pytest.fixture(scope="module")
def bert() -> Bert:
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=12,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=24,
        max_position_embeddings=16,
        initializer_range=0.4,
    )
    return Bert.random(config, Tokenizer.from_vocabulary(WORDS, lowercase=True))


@pytest.fixture(autouse=True)
def always_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "TELL_AFTER", 0.0)


def drive(
    bert: Bert, query: Query, check: Callable[[], None] = lambda: None, stop: int | None = None
) -> tuple[Any, list[Progress]]:
    """The value of a long query, and what it said on the way; None where it is closed after so many words."""
    steps: Any = ANSWERERS[type(query)](bert, bert.trace("the man"), query, check)
    said: list[Progress] = []
    while stop is None or len(said) < stop:
        try:
            word = next(steps)
        except StopIteration as end:
            return end.value, said
        if word is not None:
            said.append(word)
    steps.close()
    return None, said


def test_the_curve_of_a_set_is_the_measured_one(bert: Bert, tmp_path: Path) -> None:
    *_, expected = prune_losses(bert, [Example(*pair) for pair in PAIRS], ORDER)
    found, said = drive(bert, SetPruning(Texts(PAIRS), ORDER))
    assert found.counts == expected.counts == tuple(range(7)) and found.texts == 3
    assert list(found.lines) == [LOSS, MASKED, NEXT, ACCURACY]
    for name, values in ((LOSS, expected.loss), (MASKED, expected.masked), (NEXT, expected.following)):
        np.testing.assert_array_equal(found.lines[name], values)
        assert not found.lines[name].flags.writeable
    assert [(word.done, word.total, word.words) for word in said] == [
        (n, 21, "pruning") for n in range(1, 22)
    ]
    content = "\n".join(a if b is None else f"{a}\t{b}" for a, b in PAIRS).encode()
    (tmp_path / "texts.txt").write_bytes(content)
    of_file, _ = drive(bert, SetPruning(TextFile(str(tmp_path / "texts.txt"), len(content), 0), ORDER))
    np.testing.assert_array_equal(of_file.lines[LOSS], found.lines[LOSS])


def test_without_pairs_the_loss_is_that_of_masked_words(bert: Bert) -> None:
    found, _ = drive(bert, SetPruning(Texts((("the man went", None),)), ORDER))
    assert list(found.lines) == [LOSS, ACCURACY]


def test_points_come_both_ends_first(bert: Bert) -> None:
    _, said = drive(bert, SetPruning(Texts((("the man went", None),)), ORDER))
    values: list[Any] = [word.value for word in said]
    known = [np.flatnonzero(np.isfinite(value.lines[LOSS])).tolist() for value in values]
    assert known[:3] == [[0], [0, 6], [0, 3, 6]]


def test_a_key_breaks_off_nothing_but_the_reading_under_way(bert: Bert) -> None:
    asked = 0

    def now_and_then() -> None:
        nonlocal asked
        asked += 1
        if asked % 4 == 0:
            raise Cancelled

    for query in (
        SetPruning(Texts(PAIRS), ORDER),
        TextPruning(Scene(bert.model_id, "the [MASK] went", "to a store"), ORDER),
    ):
        free, _ = drive(bert, query)
        broken, _ = drive(bert, query, now_and_then)
        for name, values in free.lines.items():
            np.testing.assert_array_equal(broken.lines[name], values)


def test_what_was_cancelled_is_gone_on_with(bert: Bert) -> None:
    query = SetPruning(Texts(PAIRS), ORDER[:5])
    whole, _ = drive(bert, SetPruning(Texts(PAIRS), ORDER[:5], "zero"))
    _, first = drive(bert, query, stop=10)
    assert first[-1].done == 10
    found, rest = drive(bert, query)
    assert rest[0].done == 10  # the three points that were read whole, and the first text again
    assert len(rest) == 9
    for name, values in whole.lines.items():
        np.testing.assert_array_equal(found.lines[name], values)
    _, anew = drive(bert, query, stop=1)
    assert anew[0].done == 1  # what is finished is not kept


def test_unfinished_curves_are_of_one_model_and_few(bert: Bert) -> None:
    kept = Unfinished()
    queries = [SetPruning(Texts(((f"text {n}", None),)), ORDER) for n in range(MOST_UNFINISHED + 1)]
    tallies = [kept.of(bert, query) for query in queries]
    assert kept.of(bert, queries[-1]) is tallies[-1]
    assert kept.of(bert, queries[0]) is not tallies[0]
    other = Bert.random(bert.config, bert.tokenizer, seed=1)
    assert kept.of(other, queries[-1]) is not tallies[-1]


def test_the_curve_of_a_text_is_the_effect_at_each_point(bert: Bert) -> None:
    scene = Scene(
        bert.model_id, "the [MASK] went", "to [MASK] store", {}, Interventions(direction="left-to-right")
    )
    found, said = drive(bert, TextPruning(scene, ORDER))
    expected = list(prune_curve(bert, scene, ORDER))
    assert list(found.lines) == [KL, "kl-2", "kl-6", IS_NEXT] and found.texts == 1
    np.testing.assert_array_equal(found.counts, [point.removed for point in expected])
    for place, position in enumerate((2, 6)):
        kls = [point.effect.masks[place].kl for point in expected]
        np.testing.assert_allclose(found.lines[f"kl-{position}"], kls)
    both = (found.lines["kl-2"] + found.lines["kl-6"]) / 2
    np.testing.assert_allclose(found.lines[KL], both)
    np.testing.assert_allclose(found.lines[IS_NEXT], [point.effect.next_after for point in expected])
    assert [word.done for word in said] == list(range(1, 8)) and said[0].total == 7


def test_a_single_text_has_no_next_sentence(bert: Bert) -> None:
    found, _ = drive(bert, TextPruning(Scene(bert.model_id, "the [MASK] went"), ORDER))
    assert list(found.lines) == [KL]


def test_where_nothing_is_asked_that_is_said(bert: Bert) -> None:
    with pytest.raises(TextError, match="no word is masked"):
        drive(bert, TextPruning(Scene(bert.model_id, "the man"), ORDER))
    with pytest.raises(TextError, match="nothing to measure pruning on"):
        drive(bert, SetPruning(Texts((("[SEP]", None),)), ORDER))
    assert SetPruning(Texts((("[SEP]", None),)), ORDER) not in pruning.UNFINISHED._tallies
