"""Sentences ranked by p(is next), against traces and `transformers`, pair by pair."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from bert_core import Bert
from bert_core.corpus_search.passages import read_passages
from bert_core.errors import Cancelled, TextError
from bert_core.interventions import Interventions
from bert_core.measures import next_scores, sentence_ranking
from bert_core.measures.in_steps import finished
from bert_core.measures.next_scores import scored
from bert_core.measures.sentence_ranking import rank_next, ranked_in_steps
from bert_core.measures.swapped_score import swapped_score
from bert_core.queries_next_sentence import Ranking, probability
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from tests.bert_core.changed_reference import changed_reference
from tests.bert_core.measures.headless import without_heads

A = "the man went to the store"
CANDIDATES = (
    "he bought a gallon of milk",
    "penguin are flightless birds",
    "it was tired.",
    "he",
    "我爱北京天安门",
    "العربية \u200f🙂 \u0301",
    "a store of birds are tired",
    "milk",
    "the man bought it, the birds went!",
    "store",
)
CHANGES = {
    "nothing": Interventions(),
    "zero": Interventions(heads_off={(0, 1), (2, 0), (2, 3)}),
    "uniform": Interventions(heads_off={(1, 1), (2, 0)}, head_off="uniform"),
    "right to left": Interventions(direction="right-to-left"),
    "dropped": Interventions(dropped={"position": "all"}),
}


def order(ranking: Ranking) -> list[str]:
    return [one.text for one in ranking.best]


@pytest.mark.parametrize("name", CHANGES)
def test_equal_to_traces_and_transformers(lively: Bert, lively_reference: Any, name: str) -> None:
    changes = CHANGES[name]
    ranking = rank_next(lively, A, CANDIDATES, interventions=changes)
    assert len(ranking.best) == ranking.seen == len(CANDIDATES)
    for one in ranking.best:
        trace = lively.trace(A, one.text, interventions=changes)
        assert trace.nsp is not None
        assert one.is_next == pytest.approx(trace.nsp.is_next, abs=1e-5)
        reference = changed_reference(lively_reference, trace.tokens, changes)
        assert one.is_next == pytest.approx(reference.nsp[0], abs=1e-5)
    odds = [one.log_odds for one in ranking.best]
    assert odds == sorted(odds, reverse=True) and odds[0] > odds[-1] + 0.01
    assert ranking.over == sum(one.is_next > 0.5 for one in ranking.best)


def test_equal_to_the_next_sentence_model_of_transformers(lively: Bert, tmp_path: Path) -> None:
    from transformers import BertForNextSentencePrediction

    lively.save(tmp_path / "saved")
    model = BertForNextSentencePrediction.from_pretrained(tmp_path / "saved").eval()
    for one in rank_next(lively, A, CANDIDATES).best:
        encoding = lively.tokenizer.encode(A, one.text)
        ids, segments = torch.tensor([encoding.ids]), torch.tensor([encoding.segment_ids])
        with torch.no_grad():
            logits = model(input_ids=ids, token_type_ids=segments).logits[0].double()
        assert one.log_odds == pytest.approx((logits[0] - logits[1]).item(), abs=1e-4)
        assert one.is_next == pytest.approx(logits.softmax(-1)[0].item(), abs=1e-5)


def test_of_equals_the_earlier_comes_first(bert: Bert) -> None:
    ranking = rank_next(bert, A, ("he he", "HE he", "he  he", "milk", "he he"))
    equal = [one.number for one in ranking.best if one.text != "milk"]
    assert equal == [0, 1, 2]  # the pieces are the same, and what is the same to the letter is listed once
    assert ranking.seen == 5
    reading = Interventions(direction="left-to-right")  # [CLS] sees itself only
    assert [one.number for one in rank_next(bert, A, CANDIDATES, interventions=reading).best] == list(
        range(len(CANDIDATES))
    )


def test_the_own_sentence_is_ranked_whether_it_is_among_them_or_not(bert: Bert) -> None:
    without = rank_next(bert, A, CANDIDATES)
    for place, text in enumerate(order(without)):
        others = [one for one in CANDIDATES if one != text]
        ranking = rank_next(bert, A, others, text)
        assert ranking.rank == place + 1 and order(ranking) == order(without)
        assert ranking.own is not None and ranking.own.number == -1
        assert ranking.total == len(CANDIDATES) == ranking.seen + 1
        among = rank_next(bert, A, CANDIDATES, text)
        assert (among.rank, order(among), among.total) == (place + 1, order(without), len(CANDIDATES))
        assert among.own is not None and among.own.number == CANDIDATES.index(text)
    assert without.rank is None and without.own is None and without.total == len(CANDIDATES)


def test_the_best_are_kept_and_the_own_one_whatever_its_rank(bert: Bert) -> None:
    whole = rank_next(bert, A, CANDIDATES)
    best = rank_next(bert, A, CANDIDATES, most=3)
    assert order(best) == order(whole)[:3] and best.seen == len(CANDIDATES)
    last = order(whole)[-1]
    with_own = rank_next(bert, A, CANDIDATES, last, most=3)
    assert order(with_own) == [*order(whole)[:3], last] and with_own.rank == len(CANDIDATES)


def test_small_buffers_give_the_same(bert: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = rank_next(bert, A, CANDIDATES, CANDIDATES[3])
    monkeypatch.setattr(sentence_ranking, "BUFFER", 3)
    small = rank_next(bert, A, CANDIDATES, CANDIDATES[3])
    assert order(small) == order(whole) and small.rank == whole.rank and small.over == whole.over


def test_many_better_ones_count_each_time(bert: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    last = order(rank_next(bert, A, CANDIDATES))[-1]
    twice = (*CANDIDATES, *CANDIDATES)
    assert rank_next(bert, A, twice, last).rank == len(CANDIDATES)
    monkeypatch.setattr(sentence_ranking, "TOLD_APART", 0)
    assert rank_next(bert, A, twice, last).rank == 2 * (len(CANDIDATES) - 1) + 1


def test_what_is_cut_is_counted(bert: Bert) -> None:
    long = "milk " * 10_000
    ranking = rank_next(bert, A, ("he", long, " \n"))
    assert ranking.seen == 2 and ranking.cut == 1
    [cut] = [one for one in ranking.best if one.cut]
    trace = bert.trace(A, long)
    assert trace.nsp is not None and cut.is_next == pytest.approx(trace.nsp.is_next, abs=1e-5)


def test_sentences_of_a_file_with_their_lines(bert: Bert, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("he bought milk. It was tired.\n\npenguin\tbirds\n", encoding="utf-8")
    steps = ranked_in_steps(bert, A, read_passages(path), "birds", most=100)
    ranking: Ranking = finished(steps)
    found = sorted((one.line, one.text, one.own) for one in ranking.best)
    assert found == [
        (1, "It was tired.", False),
        (1, "he bought milk.", False),
        (3, "birds", True),
        (3, "penguin", False),
    ]


def test_nothing_to_rank(bert: Bert) -> None:
    assert rank_next(bert, A, ()) == Ranking(A, (), None, 0, 0)
    only = rank_next(bert, A, (" ",), "he")
    assert order(only) == ["he"] and only.rank == 1 and only.total == 1


def test_a_batch_that_is_called_off_is_begun_again(bert: Bert) -> None:
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls % 5 == 4:
            raise Cancelled

    steps = ranked_in_steps(bert, A, iter(()), "", check=check)
    assert finished(steps) == Ranking(A, (), None, 0, 0)
    pairs = [(A, text) for text in CANDIDATES]
    assert finished(scored(bert, pairs, Interventions(), check)) == finished(
        scored(bert, pairs, Interventions(), lambda: None)
    )
    assert calls > len(CANDIDATES)


def test_a_check_that_raises_otherwise_ends_it(bert: Bert) -> None:
    def check() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rank_next(bert, A, CANDIDATES, check=check)


@pytest.mark.parametrize("heads", [{"nsp": False}, {"pooler": False}])
def test_a_model_without_the_head(tokenizer: Tokenizer, heads: dict[str, bool]) -> None:
    with pytest.raises(TextError, match=r"no next-sentence head\. Load"):
        rank_next(without_heads(tokenizer, **heads), A, CANDIDATES)


def test_what_makes_no_sense_is_refused(bert: Bert) -> None:
    with pytest.raises(ValueError, match="single text"):
        rank_next(bert, A, "he")
    with pytest.raises(ValueError, match="single pieces"):
        rank_next(bert, A, CANDIDATES, interventions=Interventions(hidden={3}))
    with pytest.raises(TextError, match="no head L9-H1"):
        rank_next(bert, A, CANDIDATES, interventions=Interventions(heads_off={(8, 0)}))
    with pytest.raises(ValueError, match="0 sentences"):
        rank_next(bert, A, CANDIDATES, most=0)


def test_the_swapped_score_is_that_of_the_swapped_trace(bert: Bert) -> None:
    changes = Interventions(heads_off={(1, 1)}, hidden={2}, dropped={"token": {1}, "position": "all"})
    scene = Scene(bert.model_id, A, CANDIDATES[0], {2: 9}, changes)
    left = Interventions(heads_off={(1, 1)}, dropped={"position": "all"})
    trace = bert.trace(CANDIDATES[0], A, interventions=left)
    assert trace.nsp is not None
    assert swapped_score(bert, scene, lambda: None) == trace.nsp.is_next
    with pytest.raises(ValueError, match="scene is of"):
        swapped_score(bert, Scene("other", A, "he"), lambda: None)


def test_probabilities_do_not_overflow() -> None:
    assert [probability(x) for x in (-1e4, 0.0, 1e4)] == [0.0, 0.5, 1.0]


def test_pairs_of_one_shape_are_read_together(bert: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    batch = next_scores._batch

    def counted(*arguments: Any) -> list[float]:
        found = batch(*arguments)
        read.append(len(found))
        return found

    monkeypatch.setattr(next_scores, "_batch", counted)
    rank_next(bert, A, ["he was", "it was", "birds are", "he"])
    assert sorted(read) == [1, 3]


def test_both_are_offered_by_the_package() -> None:
    from bert_core import measures
    from bert_core.measures.text_continuity import continuity

    assert (measures.rank_next, measures.continuity) == (rank_next, continuity)
