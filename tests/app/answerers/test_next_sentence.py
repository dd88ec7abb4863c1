"""Next-sentence queries as jobs: what they return and tell, that they make way, and what they say of files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from app.answerers import next_sentence
from app.answerers.next_sentence import ANSWERERS
from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.errors import Cancelled, TextError
from bert_core.interventions import Interventions
from bert_core.measures import sentence_ranking
from bert_core.measures.sentence_ranking import rank_next
from bert_core.measures.text_continuity import continuity
from bert_core.queries import Progress, Query
from bert_core.queries_measures import TextFile, Texts
from bert_core.queries_next_sentence import (
    Continuity,
    ContinuityOf,
    RankCandidates,
    Ranking,
    RankSentences,
    SwappedScore,
)
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from bert_core.trace import Trace

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "man", "went", "to", "a", "store", "."]
CHANGES = Interventions(heads_off={(1, 0)}, hidden={2})
LASTING = Interventions(heads_off={(1, 0)})


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
    monkeypatch.setattr(next_sentence, "TELL_AFTER", 0.0)
    monkeypatch.setattr(sentence_ranking, "BUFFER", 4)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "text.txt"
    made.write_text("".join(f"the man went {'to ' * n}\na store .\n" for n in range(8)), encoding="utf-8")
    return made


def source(path: Path) -> TextFile:
    state = path.stat()
    return TextFile(str(path), state.st_size, state.st_mtime_ns)


def trace_of(bert: Bert, text_a: str = "the man", text_b: str | None = "a store") -> Trace:
    return bert.trace_scene(Scene(bert.model_id, text_a, text_b, {2: 9}, CHANGES))


def drive(bert: Bert, query: Query) -> tuple[Any, list[Progress | None]]:
    steps: Any = ANSWERERS[type(query)](bert, trace_of(bert), query, lambda: None)
    said: list[Progress | None] = []
    while True:
        try:
            said.append(next(steps))
        except StopIteration as end:
            return end.value, said


def order(ranking: Ranking) -> list[tuple[str, bool]]:
    return [(one.text, one.own) for one in ranking.best]


def test_own_sentences_are_ranked_after_the_scenes_a(bert: Bert) -> None:
    ranking, said = drive(bert, RankCandidates(("a man", "to", "store ."), "a store"))
    expected = rank_next(bert, "the man", ("a man", "to", "store ."), "a store", interventions=LASTING)
    assert ranking == expected and ranking.total == 4
    told = [step for step in said if step is not None]
    assert {step.total for step in told} == {3} and isinstance(told[-1].value, Ranking)


def test_sentences_of_a_file(bert: Bert, path: Path) -> None:
    query = RankSentences(source(path), "the man", "a store .", LASTING, most=5)
    ranking, said = drive(bert, query)
    lines = path.read_text(encoding="utf-8").splitlines()
    whole = rank_next(bert, "the man", lines, "a store .", interventions=LASTING, most=5)
    assert order(ranking) == order(whole) and ranking.rank == whole.rank
    assert ranking.own is not None and ranking.own.line == 2
    assert ranking.seen == 16 and len(ranking.best) <= 6 and not ranking.changed
    told = [step for step in said if step is not None and step.words == "ranking"]
    assert {step.total for step in told} == {path.stat().st_size}
    done = [step.done for step in told]
    assert done == sorted(done) and done[-1] == path.stat().st_size
    assert [step.value.seen for step in told if isinstance(step.value, Ranking)][-1] == 16


def test_texts_are_ranked_too(bert: Bert) -> None:
    ranking, said = drive(bert, RankSentences(Texts((("the man .", None), ("a", "store"))), "the man"))
    assert sorted(order(ranking)) == [("a", False), ("store", False), ("the man .", False)]
    assert {step.total for step in said if step is not None} == {2}


@pytest.mark.parametrize("content", [b"the man\nbad \xff\n", b"", b" \n\n", b"\0"])
def test_a_bad_file_is_refused_before_anything_is_read(bert: Bert, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(TextError) as caught:
        drive(bert, RankSentences(source(path), "the man"))
    assert str(path) in str(caught.value)
    with pytest.raises(TextError, match="no text"):
        drive(bert, RankSentences(Texts((("", None),)), "the man"))


def test_a_file_that_is_gone_is_named(bert: Bert, path: Path) -> None:
    query = RankSentences(source(path), "the man")
    path.unlink()
    with pytest.raises(TextError, match="cannot be read"):
        drive(bert, query)


def test_a_file_that_is_written_to_meanwhile_is_told(bert: Bert, path: Path) -> None:
    query = RankSentences(source(path), "the man")
    steps: Any = ANSWERERS[RankSentences](bert, trace_of(bert), query, lambda: None)
    next(steps)
    os.utime(path, ns=(1, 1))
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    assert end.value.value.changed


def test_a_key_is_waited_for_and_the_batch_begun_again(bert: Bert) -> None:
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise Cancelled

    steps: Any = ANSWERERS[RankCandidates](bert, trace_of(bert), RankCandidates(("a", "to")), check)
    said = []
    with pytest.raises(StopIteration) as end:
        while True:
            said.append(next(steps))
    assert None in said and order(end.value.value) == order(
        rank_next(bert, "the man", ("a", "to"), interventions=LASTING)
    )


def test_a_paragraph(bert: Bert) -> None:
    text = "The man went to a store. The store went. A man."
    found, said = drive(bert, ContinuityOf(text, LASTING))
    assert found == continuity(bert, text, interventions=LASTING)
    told = [step.value for step in said if step is not None and isinstance(step.value, Continuity)]
    assert told[0].log_odds == () and told[-1].log_odds == found.log_odds


def test_the_other_way_round(bert: Bert) -> None:
    found = ANSWERERS[SwappedScore](bert, trace_of(bert), SwappedScore(), lambda: None)
    swapped = bert.trace("a store", "the man", interventions=LASTING).nsp
    assert swapped is not None and found == swapped.is_next
    for pair in (("the man", None), (" ", "the man")):
        assert ANSWERERS[SwappedScore](bert, trace_of_pair(bert, *pair), SwappedScore(), lambda: None) is None


def trace_of_pair(bert: Bert, text_a: str, text_b: str | None) -> Trace:
    return bert.trace(text_a, text_b)
