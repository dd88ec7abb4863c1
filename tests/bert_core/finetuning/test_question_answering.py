"""Windows on long contexts, where an answer is in them, and which one is given."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import transformers

from bert_core.finetuning import question_answering as qa
from bert_core.finetuning.examples import Answer, QuestionExample
from tests.bert_core.finetuning.making import a_tokenizer, examples, info_of

CONTEXT = " ".join(
    f"{word}{suffix}" for _ in range(4) for word in ("cat", "sat", "mat") for suffix in ("", "s", ".")
)


@pytest.mark.parametrize("overlap", [0, 3, 10, 99])
@pytest.mark.parametrize("pieces", [0, 1, 19, 20, 21, 137])
def test_windows_cover_every_piece(pieces, overlap):
    found = qa.windows(pieces, 20, overlap)
    assert set().union(*(range(*window) for window in found)) == set(range(pieces))
    assert all(last - first <= 20 for first, last in found)
    for (_, last), (first, _) in pairwise(found):
        assert last - first == min(overlap, 19)


def test_windows_are_those_of_transformers(tmp_path):
    tokenizer, info = a_tokenizer(), info_of("question-answering", max_length=24, doc_stride=5)
    tokenizer.save(tmp_path)
    reference = transformers.AutoTokenizer.from_pretrained(tmp_path)
    questions = examples("question-answering", 12)
    rows = qa.encode(tokenizer, questions, info)
    encoded = reference(
        [e.question for e in questions],
        [e.context for e in questions],
        truncation="only_second",
        max_length=24,
        stride=5,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
    )
    assert rows.examples.tolist() == encoded["overflow_to_sample_mapping"]
    assert len(set(rows.examples.tolist())) == 12 < len(rows)
    for unit in range(len(rows)):
        part = slice(rows.offsets[unit], rows.offsets[unit + 1])
        assert rows.ids[part].tolist() == encoded["input_ids"][unit]
        second = int(rows.second[unit])
        assert second == encoded["token_type_ids"][unit].index(1)
        spans = [list(pair) for pair in encoded["offset_mapping"][unit][second:-1]]
        assert rows.characters[part][second:-1].tolist() == spans


def test_an_answer_is_sought_in_the_windows_that_hold_it_whole():
    tokenizer = a_tokenizer()
    info = info_of("question-answering", max_length=16, doc_stride=4)
    start = CONTEXT.index("mats", 30)
    example = QuestionExample("1", "why", CONTEXT, (Answer("mats mat.", start),))
    rows = qa.encode(tokenizer, [example], info)
    assert len(rows) > 3
    held = 0
    for unit, (first, last) in enumerate(rows.targets.tolist()):
        part = slice(rows.offsets[unit], rows.offsets[unit + 1])
        spans = rows.characters[part]
        inside = (spans[:, 0] >= start) & (spans[:, 1] <= start + 9) & (spans[:, 0] >= 0)
        if inside.sum() == 4:  # mat ##s mat .
            held += 1
            assert CONTEXT[spans[first, 0] : spans[last, 1]] == "mats mat."
        else:  # crossing a window's edge, or wholly outside
            assert (first, last) == (0, 0)
    assert held >= 1
    assert any(
        0
        < (
            (rows.characters[rows.offsets[u] : rows.offsets[u + 1]][:, 0] >= start)
            & (rows.characters[rows.offsets[u] : rows.offsets[u + 1]][:, 1] <= start + 9)
        ).sum()
        < 4
        for u in range(len(rows))
    ), "an answer that crosses an edge is part of the test"


def test_no_answer_is_the_first_piece_and_unknown_is_neither():
    tokenizer, info = a_tokenizer(), info_of("question-answering")
    none = QuestionExample("1", "why", "the cat sat", ())
    unknown = QuestionExample("2", "why", "the cat sat", None)
    lost = QuestionExample("3", "why", "the cat sat", (Answer("dog", 90),))
    rows = qa.encode(tokenizer, [none, unknown, lost], info)
    assert rows.targets.tolist() == [[0, 0], [-1, -1], [0, 0]]


def test_a_long_question_leaves_room_for_the_context():
    tokenizer, info = a_tokenizer(), info_of("question-answering", max_length=32)
    rows = qa.encode(tokenizer, [QuestionExample("1", "why " * 90, CONTEXT, ())], info)
    assert rows.lengths.max() == 32
    assert rows.second[0] == 16


def test_scores_of_spans_are_all_sums_within_the_longest_answer():
    random = np.random.default_rng(0)
    start, end = random.normal(size=(2, 9))
    sums = qa.span_scores(start, end, 4)
    assert sums.shape == (9, 4)
    for i in range(9):
        for k in range(4):
            expected = start[i] + end[i + k] if i + k < 9 else -np.inf
            assert sums[i, k] == expected
    best = qa.best_spans(start, end, 4, 5)
    brute = sorted(
        ((start[i] + end[j], i, j) for i in range(9) for j in range(i, min(9, i + 4))), reverse=True
    )
    assert [(i, j) for i, j, _ in best] == [(i, j) for _, i, j in brute[:5]]
    assert [score for *_, score in best] == [score for score, *_ in brute[:5]]


def asked(scores, example, **changes):
    """One window; (start, end) logits of pieces, else -9."""
    info = info_of("question-answering", **changes)
    rows = qa.encode(a_tokenizer(), [example], info)
    assert len(rows) == 1
    logits = np.full((int(rows.lengths[0]), 2), -9.0)
    for piece, pair in scores.items():
        logits[piece] = pair
    return qa.decode(info, example, rows, range(1), [logits])


SAT = QuestionExample("1", "why", "the cats sat on a mat", (Answer("cats", 4),))
# [CLS] why [SEP] the cat ##s sat on a mat [SEP]: the context is pieces 3 to 9


def test_the_best_span_is_given_in_the_words_of_the_context():
    found = asked({4: (5.0, 0.0), 5: (0.0, 4.0), 1: (99.0, 99.0), 10: (99.0, 99.0)}, SAT)
    assert found.answer == found.best == "cats"
    assert found.span == (4, 8)
    assert found.none_margin == pytest.approx(-18 - 9)
    assert found.confidence == pytest.approx(0.9755, abs=1e-4)
    assert found.loss is not None


def test_there_is_no_answer_where_none_scores_higher_by_more_than_the_threshold():
    scores = {0: (4.0, 4.0), 4: (4.0, 0.0), 5: (0.0, 3.0)}
    assert asked(scores, SAT).answer == ""
    assert asked(scores, SAT).span is None
    assert asked(scores, SAT).best == "cats"
    assert asked(scores, SAT, null_threshold=1.5).answer == "cats"
    always = asked(scores, SAT, unanswerable=False)
    assert always.answer == "cats"
    assert always.none_margin == -math.inf


def test_an_answer_is_not_longer_than_allowed_and_does_not_end_before_it_begins():
    scores = {3: (9.0, -9.0), 9: (-9.0, 9.0), 6: (1.0, 1.0)}
    assert asked(scores, SAT, max_answer_length=7).answer == "the cats sat on a mat"
    assert asked(scores, SAT, max_answer_length=6).answer != "the cats sat on a mat"
    assert asked({9: (9.0, -9.0), 4: (-9.0, 9.0)}, SAT).span[0] < 21


def test_the_best_of_all_windows_counts_and_the_least_sure_none():
    tokenizer, info = a_tokenizer(), info_of("question-answering", max_length=16, doc_stride=4)
    example = QuestionExample("1", "why", CONTEXT, (Answer("mats", CONTEXT.index("mats", 30)),))
    rows = qa.encode(tokenizer, [example], info)
    outputs = [np.full((int(length), 2), -5.0) for length in rows.lengths]
    for number, scores in enumerate(outputs):
        scores[0] = 3.0 if number else 0.5
    outputs[2][5] = 2.0
    found = qa.decode(info, example, rows, range(len(rows)), outputs)
    part = rows.characters[rows.offsets[2] :][5]
    assert found.span == tuple(part)
    assert found.none_margin == 1.0 - 4.0


def test_a_context_without_a_piece_has_no_answer():
    empty = QuestionExample("1", "why", "\u200b", ())
    found = asked({}, empty, unanswerable=False)
    assert (found.answer, found.span, found.best) == ("", None, "")
    assert found.confidence == pytest.approx(1.0)
