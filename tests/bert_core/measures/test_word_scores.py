"""Words scored in a gap, against `transformers` asked for one piece after the other."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import exp, isnan, log
from typing import Any

import pytest
import torch

from bert_core import Bert
from bert_core.errors import Cancelled, TextError
from bert_core.interventions import Interventions
from bert_core.measures import batched_reading
from bert_core.measures.word_scores import _Gap, _widened, scene_word_scores, score_words
from bert_core.scene import Scene
from tests.bert_core.changed_reference import changed_reference
from tests.bert_core.measures.changes import CHANGES, PAIR
from tests.bert_core.measures.headless import without_heads

METHODS = ("left-to-right", "together", "pseudo-log-likelihood")
WORDS = ("store", "flightless", "stop", "penguin", "flight")  # "stop" is four pieces
TEXT = "the man went to [MASK] store"


def reference(
    model: Any, bert: Bert, ids: tuple[int, ...], method: str, scene: Scene, at: int
) -> list[float]:
    """ln p of each piece, each by a pass of its own."""
    mask, length, logs = bert.tokenizer.mask_id, len(ids), []
    tokens = list(bert.trace_scene(scene).tokens)
    changes = _widened(scene.interventions, at, length, len(tokens))
    for slot, asked in enumerate(ids):
        given = {
            "left-to-right": [*ids[:slot], *[mask] * (length - slot)],
            "together": [mask] * length,
            "pseudo-log-likelihood": [*ids[:slot], mask, *ids[slot + 1 :]],
        }[method]
        gap = [replace(tokens[at], id=token_id) for token_id in given]
        found = changed_reference(model, [*tokens[:at], *gap, *tokens[at + 1 :]], changes)
        logs.append(torch.tensor(found.mlm[at + slot]).double().log_softmax(-1)[asked].item())
    return logs


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", CHANGES)
def test_equal_to_transformers(lively: Bert, lively_reference: Any, name: str, method: Any) -> None:
    scene = Scene(lively.model_id, *PAIR, {3: 9}, CHANGES[name])
    found = scene_word_scores(lively, scene, 5, WORDS, method)
    assert [len(one.ids) for one in found] == [1, 2, 4, 1, 1]
    for one in found:
        expected = reference(lively_reference, lively, one.ids, method, scene, 5)
        assert one.log_probabilities == pytest.approx(expected, abs=1e-4)
        assert one.log_probability == pytest.approx(sum(expected), abs=1e-4)
        assert one.probability == pytest.approx(exp(sum(expected)), rel=1e-3)
        assert one.per_piece == pytest.approx(exp(sum(expected) / len(expected)), rel=1e-3)
        assert one.pieces == tuple(lively.vocabulary[token_id] for token_id in one.ids)


@pytest.mark.parametrize("precision", ["lively", "rough"])
def test_a_word_of_one_piece_is_the_candidate_of_the_trace(
    precision: str, request: pytest.FixtureRequest
) -> None:
    bert: Bert = request.getfixturevalue(precision)
    trace = bert.trace(*PAIR)
    candidates = {
        piece: (rank, p) for rank, (piece, _, p) in enumerate(trace.candidates(5, 87).candidates, 1)
    }
    for one in scene_word_scores(bert, trace.scene, 5, ["store", "penguin", "##less", "[MASK]"]):
        rank, p = candidates[one.word]
        assert one.rank == rank and one.probability == pytest.approx(p, rel=1e-12)
    assert scene_word_scores(bert, trace.scene, 5, ["flightless"])[0].rank is None


@pytest.mark.parametrize("method", ["left-to-right", "together"])
def test_all_words_of_two_pieces_are_one_together(lively: Bert, method: Any) -> None:
    trace, words = lively.trace("the [MASK] ."), list(product(range(len(lively.vocabulary)), repeat=2))
    with torch.inference_mode():
        gap = _Gap(lively, trace.scene, trace.tokens, 2, 2, lambda: None)
        total = sum(exp(sum(logs)) for logs, _ in gap.score(words, method).values())
    assert total == pytest.approx(1, abs=1e-5)


def test_the_only_mask_is_found(lively: Bert) -> None:
    by_text = score_words(lively, TEXT, WORDS)
    assert by_text == score_words(lively, TEXT, WORDS, position=5)
    mask = {5: lively.tokenizer.mask_id}
    assert by_text == score_words(lively, TEXT.replace("[MASK]", "a"), WORDS, replaced=mask)
    assert by_text == score_words(lively, TEXT.replace("[MASK]", "a"), WORDS, position=5)
    assert by_text != score_words(lively, TEXT, WORDS, "he bought milk")
    for texts in ((TEXT, "a [MASK]"), ("the man", None)):
        with pytest.raises(TextError, match="masked pieces, and one is needed"):
            score_words(lively, texts[0], WORDS, texts[1])


def test_words_are_cut_as_in_a_text(lively: Bert) -> None:
    found = score_words(lively, TEXT, [" Store ", "##less", "Flight less", "zzz"])
    assert [one.pieces for one in found] == [
        ("store",), ("##less",), ("flight", "l", "##e", "##s", "##s"), ("z", "##z", "##z"),
    ]  # fmt: skip
    assert found[0].word == " Store "


def test_what_is_wrong_with_a_word_is_said_of_it_alone(lively: Bert) -> None:
    found = score_words(lively, TEXT, ["", "  ", "ß", "[UNK]", "a" * 70, "a" * 57, "a" * 58, "store"])
    problems = [one.problem for one in found]
    assert problems == ["empty", "empty", "unknown", "unknown", "too long", "", "too long", ""]
    assert isnan(found[0].log_probability) and isnan(found[4].probability) and isnan(found[2].per_piece)
    assert found[-1].probability > 0 and len(found[5].ids) == 57


def test_the_same_however_texts_are_batched(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    together = score_words(lively, TEXT, WORDS)
    monkeypatch.setattr(batched_reading, "BATCH_BYTES", 1)
    alone = score_words(lively, TEXT, [*WORDS, *WORDS])
    for one, other in zip([*together, *together], alone, strict=True):
        assert one.log_probabilities == pytest.approx(other.log_probabilities, abs=1e-5)


def test_what_concerned_the_mask_concerns_all_of_the_gap() -> None:
    changes = Interventions(
        heads_off={(0, 1)},
        hidden={1, 3, 4},
        dropped={"token": {3}, "position": {2, 5}, "segment": "all"},
        direction="left-to-right",
    )
    assert _widened(changes, 3, 3, 7) == Interventions(
        heads_off={(0, 1)},
        hidden={1, 3, 4, 5, 6},
        dropped={"token": {3, 4, 5}, "position": {2, 7}, "segment": "all"},
        direction="left-to-right",
    )
    assert _widened(changes, 3, 1, 7) == changes


def test_a_real_model_prefers_what_fits() -> None:
    bert = Bert.load("mini-en")
    best = bert.trace("The capital of France is [MASK].").mlm(1)[0].candidates[0]
    first, other = score_words(bert, "The capital of France is [MASK].", [best[0], "Tuesday"])
    assert first.rank == 1 and first.log_probability == pytest.approx(log(best[2]))
    assert other.probability < first.probability


def test_what_cannot_be_done(lively: Bert) -> None:
    scene = Scene(lively.model_id, *PAIR)
    with pytest.raises(ValueError, match="a single text"):
        score_words(lively, TEXT, "store")
    with pytest.raises(ValueError, match="method 'guess'"):
        score_words(lively, TEXT, WORDS, method="guess")  # type: ignore[arg-type]
    for position in (-1, 15):
        with pytest.raises(TextError, match="There is no piece"):
            scene_word_scores(lively, scene, position, WORDS)
    with pytest.raises(ValueError, match="the scene is of other"):
        scene_word_scores(lively, Scene("other", *PAIR), 5, WORDS)
    with pytest.raises(TextError, match="no masked-word head"):
        score_words(without_heads(lively.tokenizer, mlm=False), TEXT, WORDS)

    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        score_words(lively, TEXT, ["flightless"], check=check)
    assert score_words(lively, TEXT, []) == ()
