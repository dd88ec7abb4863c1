"""Sentences of a text read pair by pair, against traces."""

from __future__ import annotations

from itertools import pairwise
from math import isnan

import pytest

from bert_core import Bert
from bert_core.errors import Cancelled, TextError
from bert_core.interventions import Interventions
from bert_core.measures import text_continuity as module
from bert_core.measures.text_continuity import continuity, continuity_in_steps, random_pairs, sentences_of
from bert_core.queries import Progress
from bert_core.queries_next_sentence import Continuity
from bert_core.tokenization import Tokenizer
from tests.bert_core.measures.headless import without_heads

SENTENCES = (
    "The man went to the store.",
    "He bought a gallon of milk.",
    "Penguin are flightless birds!",
    "我爱北京天安门。",
    "It was tired, the man.",
    "He bought a gallon of milk.",
)


def is_next(bert: Bert, first: str, second: str, changes: Interventions | None = None) -> float:
    score = bert.trace(first, second, interventions=changes).nsp
    assert score is not None
    return score.is_next


def test_equal_to_traces(lively: Bert) -> None:
    changes = Interventions(heads_off={(1, 1)}, dropped={"segment": "all"})
    for now in (Interventions(), changes):
        found = continuity(lively, SENTENCES, interventions=now)
        expected = [is_next(lively, *pair, now) for pair in pairwise(SENTENCES)]
        assert found.is_next == pytest.approx(expected, abs=1e-5)
        apart = [
            is_next(lively, SENTENCES[n], SENTENCES[m], now) for n, m in random_pairs(len(SENTENCES), seed=0)
        ]
        assert found.random_mean == pytest.approx(sum(apart) / len(apart), abs=1e-5)
        assert found.mean == pytest.approx(sum(expected) / 5, abs=1e-5)
        assert max(expected) - min(expected) > 0.01


def test_a_text_is_cut_into_sentences(bert: Bert) -> None:
    assert continuity(bert, " ".join(SENTENCES)).sentences == SENTENCES
    assert continuity(bert, " ".join(SENTENCES)) == continuity(bert, SENTENCES)


def test_where_it_breaks() -> None:
    found = Continuity(("a", "b", "c", "d"), (2.0, -3.0, 0.0))
    assert found.breaks(0.5) == (1,)
    assert found.breaks(0.51) == (1, 2)
    assert found.breaks(0.0) == () and found.breaks(1.0) == (0, 1, 2)


@pytest.mark.parametrize(("text", "sentences"), [("", ()), (" \n\t\n", ()), ("One only.", ("One only.",))])
def test_nothing_to_compare(bert: Bert, text: str, sentences: tuple[str, ...]) -> None:
    found = continuity(bert, text)
    assert found == Continuity(sentences, ())
    assert isnan(found.mean) and isnan(found.random_mean) and found.breaks(0.5) == ()


def test_two_sentences_have_one_order_to_compare_with(bert: Bert) -> None:
    found = continuity(bert, SENTENCES[:2])
    assert len(found.log_odds) == 1 and len(found.random) == 1
    assert found.random_mean == pytest.approx(is_next(bert, SENTENCES[1], SENTENCES[0]), abs=1e-5)


@pytest.mark.parametrize("size", [2, 3, 5, 16, 17, 40])
def test_random_pairs_never_follow_each_other(size: int) -> None:
    pairs = random_pairs(size, seed=3)
    assert pairs == random_pairs(size, seed=3) and len(set(pairs)) == len(pairs)
    assert len(pairs) == min(64, (size - 1) ** 2)
    assert all(0 <= n < size and 0 <= m < size and m not in (n, n + 1) for n, m in pairs)
    assert size < 17 or pairs != random_pairs(size, seed=4)


def test_lines_go_on_where_the_next_begins_small() -> None:
    text = "The man went to\nthe store. He bought\nmilk.\n\nthe birds\nPenguin are\r\nbirds.\nأهلا\nمرحبا\n"
    assert sentences_of(text) == [
        "The man went to the store.",
        "He bought milk.",
        "the birds",
        "Penguin are birds.",
        "أهلا",
        "مرحبا",
    ]


def test_ten_thousand_words_are_read_up_to_a_limit(bert: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SENTENCES", 30)
    text = "The man went to the store again. " * 1429
    found = continuity(bert, text)
    assert len(found.sentences) == 30 and found.left_out == 1399 and len(found.log_odds) == 29
    assert continuity(bert, ["he"] * 40).left_out == 0


def test_pairs_that_are_cut_are_named(bert: Bert) -> None:
    found = continuity(bert, ["he", "milk " * 80, "he", "it"])
    assert found.cut == {0, 1}


def test_it_tells_how_far_it_is_and_begins_again_what_is_called_off(
    bert: Bert, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUFFER", 2)
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls % 4 == 3:
            raise Cancelled

    steps, said = continuity_in_steps(bert, SENTENCES, check=check), []
    while True:
        try:
            said.append(next(steps))
        except StopIteration as end:
            found = end.value
            break
    whole = continuity(bert, SENTENCES)
    assert found.log_odds == pytest.approx(whole.log_odds, abs=1e-4)
    told = [step for step in said if isinstance(step, Progress)]
    assert {step.total for step in told} == {5 + 25} and None in said
    known = [len(step.value.log_odds) for step in told if isinstance(step.value, Continuity)]
    assert known == [0, 2, 4, 5]


def test_a_model_without_the_head(tokenizer: Tokenizer) -> None:
    with pytest.raises(TextError, match="no next-sentence head"):
        continuity(without_heads(tokenizer, nsp=False), SENTENCES)
