"""What changes do to a prediction, against single traces one by one."""

from __future__ import annotations

import numpy as np
import pytest

from bert_core import Bert
from bert_core.errors import Cancelled, TextError
from bert_core.explanations import CandidateTarget, NextTarget, Target
from bert_core.measures import batched_reading
from bert_core.measures.changed_scenes import swapped, without_word
from bert_core.measures.in_steps import finished
from bert_core.measures.intervention_effect import divergence
from bert_core.measures.text_changes import scene_what_if, what_if
from bert_core.queries import Progress
from bert_core.queries_saliency import Changes, Outcome, WhatIfTable
from bert_core.scene import Scene
from bert_core.tokenization import Tokenizer
from tests.bert_core.measures.changes import CHANGES, PAIR
from tests.bert_core.measures.headless import without_heads

WORD, NEXT = CandidateTarget(5, 9), NextTarget()
KINDS: tuple[Changes, ...] = ("candidates", "masks", "removals")


def logits(bert: Bert, scene: Scene, target: CandidateTarget | NextTarget) -> np.ndarray:
    if isinstance(target, NextTarget):
        score = bert.trace_scene(scene).nsp
        assert score is not None
        return np.log([score.is_next, score.not_next])
    return bert.trace_scene(scene, [target.position]).mlm_logits(target.position)


def expect(bert: Bert, outcome: Outcome, before: np.ndarray) -> None:
    """As a trace of the scene with that change has it."""
    now = logits(bert, outcome.scene, outcome.target)
    shares = np.exp(now.astype(float) - now.max())
    shares /= shares.sum()
    own = outcome.target.token_id if isinstance(outcome.target, CandidateTarget) else 0
    assert outcome.probability == pytest.approx(shares[own], abs=2e-6)
    assert outcome.divergence == pytest.approx(divergence(before, now), abs=5e-6)
    if isinstance(outcome.target, CandidateTarget):
        assert outcome.best is not None and outcome.best[1] == pytest.approx(shares.max(), abs=2e-6)
    else:
        assert outcome.best is None


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("target", [WORD, NEXT], ids=["word", "next"])
@pytest.mark.parametrize("changes", KINDS)
def test_equal_to_a_loop_of_traces(lively: Bert, name: str, target: Target, changes: Changes) -> None:
    scene = Scene(lively.model_id, *PAIR, {2: 12}, CHANGES[name])
    table = finished(scene_what_if(lively, scene, target, 3, changes, 6))
    before = logits(lively, scene, target)
    assert [one.kind for one in table.outcomes[:2]] == ["as it is", "swapped"]
    assert table.before.scene == scene and table.before.divergence == 0.0
    for outcome in table.outcomes:
        expect(lively, outcome, before)
    assert len({one.scene for one in table.outcomes}) == len(table.outcomes)
    assert target is NEXT or max(one.divergence for one in table.outcomes) > 1e-3


def test_candidates_are_those_of_the_piece_s_own_mask(lively: Bert) -> None:
    scene = Scene(lively.model_id, *PAIR)
    masked = lively.trace_scene(scene.replacing(3, lively.tokenizer.mask_id)).candidates(3, 6)
    table = finished(scene_what_if(lively, scene, NEXT, 3, count=6))
    mask, *rest = table.outcomes[2:]
    assert mask.kind == "masked" and mask.piece == "went" and mask.chance is None
    assert [one.piece for one in rest] == [piece for piece, _, _ in masked.candidates]
    np.testing.assert_allclose([one.chance for one in rest], [p for _, _, p in masked.candidates], atol=1e-6)
    assert [one.scene for one in rest] == [scene.replacing(3, id_) for _, id_, _ in masked.candidates]


def test_what_is_masked_in_turn(lively: Bert) -> None:
    table = what_if(lively, *PAIR, WORD, changes="masks")
    positions = [one.position for one in table.outcomes[2:]]
    assert positions == [1, 2, 3, 4, 6, 8, 9, 10, 11, 13], "neither specials nor masks"


def test_words_taken_out(lively: Bert) -> None:
    scene = Scene(lively.model_id, *PAIR, {6: 12})
    table = finished(scene_what_if(lively, scene, WORD, changes="removals"))
    out = {one.position: one for one in table.outcomes[2:]}
    assert 5 not in out, "the prediction itself would be gone"
    assert out[1].scene.text_a == "man went to [MASK] store"
    assert out[1].target == CandidateTarget(4, 9) and dict(out[1].scene.replaced) == {5: 12}
    assert out[6].scene.text_a == "the man went to [MASK]" and not out[6].scene.replaced
    assert out[13].scene.text_b == "he bought a gallon [MASK]"


def test_swapping_takes_changes_along(lively: Bert) -> None:
    scene = Scene(lively.model_id, *PAIR, {2: 12, 7: 13, 9: 14}, CHANGES["dropped"])
    found = swapped(lively.pieces, scene)
    assert found is not None
    turned, moved = found
    assert (turned.text_a, turned.text_b) == (PAIR[1], PAIR[0])
    before, after = lively.trace_scene(scene), lively.trace_scene(turned)
    assert len(moved) == len(before.tokens)
    for old, new in moved.items():
        assert before.tokens[old].text == after.tokens[new].text
    assert turned.interventions.dropped["token"] == {moved[1], moved[5]}
    again = swapped(lively.pieces, turned)
    assert again is not None and again[0] == scene


def test_one_sentence_is_not_swapped(lively: Bert) -> None:
    assert swapped(lively.pieces, Scene(lively.model_id, PAIR[0], " ")) is None
    assert swapped(lively.pieces, Scene(lively.model_id, " ", PAIR[0])) is None
    table = what_if(lively, PAIR[0], None, WORD, 3, count=2)
    assert [one.kind for one in table.outcomes] == ["as it is", "masked", "candidate", "candidate"]


def test_a_word_of_several_pieces_is_taken_out_whole(lively: Bert) -> None:
    tokens = lively.pieces("store stores man", None)
    scene, moved = without_word(lively.pieces, Scene(lively.model_id, "store stores man"), tokens[2].word)
    assert scene.text_a == "store man"
    assert moved[1] == 1 and moved[len(tokens) - 1] == len(lively.pieces("store man")) - 1
    with pytest.raises(ValueError, match="no word"):
        without_word(lively.pieces, scene, 99)


def test_it_comes_batch_by_batch(lively: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(lively.model_id, *PAIR)
    whole = finished(scene_what_if(lively, scene, WORD, 3, count=6))
    monkeypatch.setattr(batched_reading, "BATCH_BYTES", 1)
    steps = list(scene_what_if(lively, scene, WORD, 3, "candidates", 6))
    told = [step for step in steps if isinstance(step, Progress)]
    assert [step.done for step in told] == list(range(1, 10)) and {step.total for step in told} == {9}
    tables = [step.value for step in told if isinstance(step.value, WhatIfTable)]
    assert tables[0].outcomes == (tables[-1].before,)
    np.testing.assert_allclose(
        [one.probability for one in tables[-1].outcomes],
        [one.probability for one in whole.outcomes],
        atol=1e-6,
    )


def test_a_batch_that_was_called_off_is_begun_again(lively: Bert) -> None:
    asked = 0

    def check() -> None:
        nonlocal asked
        asked += 1
        if asked % 4 == 2:
            raise Cancelled

    scene = Scene(lively.model_id, *PAIR)
    steps = scene_what_if(lively, scene, NEXT, 3, "candidates", 3, check)
    found: list[object] = []
    while True:
        try:
            found.append(next(steps))
        except StopIteration as end:
            assert end.value.outcomes == finished(scene_what_if(lively, scene, NEXT, 3, count=3)).outcomes
            break
    assert None in found


def test_what_cannot_be(lively: Bert, tokenizer: Tokenizer) -> None:
    with pytest.raises(TextError, match="this very piece"):
        what_if(lively, *PAIR, WORD, 5)
    with pytest.raises(TextError, match="no piece 100"):
        what_if(lively, *PAIR, WORD, 99)
    with pytest.raises(TextError, match="masked-word head"):
        what_if(without_heads(tokenizer, mlm=False), *PAIR, NEXT, 3)
    with pytest.raises(TextError, match="next-sentence head"):
        what_if(without_heads(tokenizer, nsp=False), *PAIR, NEXT, 3)
    with pytest.raises(ValueError, match="the scene is of"):
        finished(scene_what_if(lively, Scene("another", *PAIR), WORD, 3))
