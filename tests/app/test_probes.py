"""Which sentences are pinned, and how a text with masked pieces becomes one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.probes import Probes, sentence_of
from bert_core.finetuning.probe_values import MOST_SENTENCES, Sentence
from tests.app.fakes import MASK_ID, fake_trace
from tests.app.reading_session import IDS, small_bert


@pytest.fixture
def probes(qapp: object) -> Probes:
    return Probes()


def test_sentences_are_pinned_once_in_their_order(probes: Probes) -> None:
    told: list[tuple[Sentence, ...]] = []
    probes.changed.connect(told.append)
    assert probes.pin("a", "b")
    assert probes.pin("a")
    assert not probes.pin("a", "  ")  # no second sentence
    assert not probes.pin("   ")
    assert probes.pinned == (("a", "b"), ("a", None))
    probes.unpin("a", "b")
    assert len(probes.pinned) == 1
    probes.set_pinned([["a", None]])
    assert len(told) == 3
    assert told[-1] == probes.pinned


def test_there_is_room_for_so_many(probes: Probes) -> None:
    for n in range(MOST_SENTENCES):
        assert not probes.is_full
        assert probes.pin(f"sentence {n}")
    assert probes.is_full
    assert not probes.pin("one more")
    probes.set_pinned((f"other {n}", "") for n in range(20))
    assert len(probes.pinned) == MOST_SENTENCES
    assert probes.pinned[0] == ("other 0", None)


def test_a_masked_piece_is_written_out(qapp: object) -> None:
    bert = small_bert()
    trace = bert.trace("the gallons of milk", "he sat", replaced={2: IDS["[MASK]"], 9: IDS["dog"]})
    assert [token.text for token in trace.tokens][1:6] == ["the", "[MASK]", "##on", "##s", "of"]
    assert sentence_of(trace) == ("the [MASK]ons of milk", "he dog")


def test_what_is_masked_as_a_whole_is_read_as_it_was(qapp: object) -> None:
    bert = small_bert()
    trace = bert.trace(
        "the man went to the store .", "he bought milk .", replaced={2: IDS["[MASK]"], 11: IDS["[MASK]"]}
    )
    again = bert.trace(*sentence_of(trace))
    assert [token.text for token in again.tokens] == [token.text for token in trace.tokens]


def test_a_typed_text_stays_as_it_is() -> None:
    trace = fake_trace()
    assert trace.mask_id == MASK_ID
    scene = replace(trace.scene, text_b="  ")
    assert sentence_of(replace(trace, scene=scene)) == (trace.scene.text_a, None)
