"""What is read of a run's probes, and measured: against the measures themselves, and with broken files between."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from app.file_answerers.probes import ANSWERERS, probe_history, replay, word_history
from app.file_answers import FILE_ANSWERERS
from app.file_questions.probes import ProbeHistory, ProbesOf, ReplayOf, WordsOf
from bert_core.errors import TrainingError
from bert_core.finetuning.probe_files import read_record, recorded
from bert_core.measures import cka, drift
from tests.app.probing import HEADS, LAYERS, STEPS, WORDS, write_probes


@pytest.fixture
def run(tmp_path: Path) -> Path:
    write_probes(tmp_path)
    return tmp_path


def history_of(run: Path, until: int = 10**9, at_a_time: float = 60.0) -> ProbeHistory:
    found = probe_history(ProbesOf(str(run), until), at_a_time)
    assert found is not None
    return found


def test_it_is_what_the_measures_say(run: Path) -> None:
    found = history_of(run)
    assert found.steps == STEPS
    assert found.shape == (LAYERS, HEADS)
    records = [read_record(path) for path in recorded(run).values()]
    for n, record in enumerate(records):
        for p, sentence in enumerate(record.sentences):
            start = records[0].sentences[p]
            np.testing.assert_allclose(
                found.drift[n, p], drift(start.attentions, sentence.attentions), atol=1e-6
            )
            for layer in range(LAYERS + 1):
                wanted = cka(start.hidden_states[layer], sentence.hidden_states[layer])
                assert found.cka[n, p, layer] == pytest.approx(wanted, abs=1e-6)
            assert sentence.nsp is not None
            assert found.nsp[n, p] == pytest.approx(sentence.nsp.is_next)
        for layer in range(LAYERS + 1):
            together = [
                np.concatenate([sentence.hidden_states[layer] for sentence in which.sentences])
                for which in (records[0], record)
            ]
            assert found.cka[n, -1, layer] == pytest.approx(cka(*together), abs=1e-6)
    assert found.drift[0].max() == pytest.approx(0.0, abs=1e-7)
    assert found.cka[0].min() == pytest.approx(1.0)
    assert found.drift[-1].max() > 0.1
    assert found.cka[-1, -1, -1] < 0.9
    assert not found.drift.flags.writeable


def test_it_says_what_the_sentences_are(run: Path) -> None:
    pair, single = history_of(run).sentences
    assert pair.text_b == "he bought a gallon of milk ."
    assert single.text_b is None
    assert (pair.masks, single.left_out, single.has_words) == ((5,), (0, 3), True)


def test_the_same_value_comes_while_nothing_is_new(run: Path) -> None:
    first = history_of(run)
    assert history_of(run) is first
    write_probes(run, (50,))
    second = history_of(run)
    assert second.steps == (*STEPS, 50)
    assert np.array_equal(second.drift[:-1], first.drift)


def test_a_record_written_anew_is_read_anew(run: Path) -> None:
    before = history_of(run).drift[2]
    write_probes(run, (40,))
    path = recorded(run)[40]
    os.replace(path, path.with_name("step-20.npz"))
    after = history_of(run)
    assert after.steps == (0, 10, 20)
    assert (after.drift[2] > before + 1e-4).any()


def test_another_first_record_changes_all(run: Path) -> None:
    history_of(run)
    recorded(run)[0].unlink()
    found = history_of(run)
    assert found.steps == (10, 20, 40)
    assert found.drift[0].max() == pytest.approx(0.0, abs=1e-7)
    write_probes(run, (0,))
    again = history_of(run)
    assert again.steps == STEPS
    assert again.drift[1].max() > 1e-4


def test_records_behind_the_run_are_passed_over(run: Path) -> None:
    assert history_of(run, until=20).steps == (0, 10, 20)
    assert history_of(run, until=40).steps == STEPS


def test_broken_records_are_named_and_passed_over(run: Path) -> None:
    recorded(run)[10].write_bytes(b"nothing of the kind")
    found = history_of(run)
    assert found.steps == (0, 20, 40)
    assert len(found.broken) == 1
    assert "step-10.npz" in found.broken[0]
    write_probes(run, (10,))
    assert history_of(run).broken == ()


def test_a_broken_first_record_leaves_the_next_to_measure_against(run: Path) -> None:
    recorded(run)[0].write_bytes(b"")
    found = history_of(run)
    assert found.steps == (10, 20, 40)
    assert "step-0.npz" in found.broken[0]
    assert history_of(run) is found


def test_a_record_of_other_sentences_is_passed_over(run: Path) -> None:
    write_probes(run, (50,), sizes=(9, 17))
    found = history_of(run)
    assert found.steps == STEPS
    assert "other sentences" in found.broken[0]
    assert "step-50.npz" in found.broken[0]


def test_it_takes_only_so_long_at_a_time(run: Path) -> None:
    found = history_of(run, at_a_time=0.0)
    assert (found.steps, found.left) == ((0,), 3)
    for left in (2, 1, 0):
        found = history_of(run, at_a_time=0.0)
        assert found.left == left
    assert found.steps == STEPS


def test_without_records_there_is_nothing(tmp_path: Path) -> None:
    assert probe_history(ProbesOf(str(tmp_path), 10)) is None
    write_probes(tmp_path, (20,))
    assert probe_history(ProbesOf(str(tmp_path), 10)) is None


def test_where_none_can_be_read_that_is_a_problem(tmp_path: Path) -> None:
    write_probes(tmp_path, (0,))
    recorded(tmp_path)[0].write_bytes(b"x")
    for _ in range(2):
        with pytest.raises(TrainingError, match=r"step-0\.npz"):
            probe_history(ProbesOf(str(tmp_path), 10))


def test_a_model_without_heads_has_neither_words_nor_next_sentence(tmp_path: Path) -> None:
    write_probes(tmp_path, nsp=False, words=False)
    found = history_of(tmp_path)
    assert np.isnan(found.nsp).all()
    assert [text.has_words for text in found.sentences] == [False, False]


def test_a_replay_has_the_maps_of_one_head(run: Path) -> None:
    found = replay(ReplayOf(str(run), STEPS, 0, 2, 1)).maps
    assert found.shape == (4, 17, 17)
    for n, path in enumerate(recorded(run).values()):
        assert np.array_equal(found[n], read_record(path).sentences[0].attentions[2, 1])


def test_a_replay_has_holes_where_records_are_gone(run: Path) -> None:
    recorded(run)[10].unlink()
    found = replay(ReplayOf(str(run), STEPS, 1, 0, 0)).maps
    assert np.isnan(found).all(axis=(1, 2)).tolist() == [False, True, False, False]
    with pytest.raises(TrainingError):
        replay(ReplayOf(str(run), (10,), 1, 0, 0))


@pytest.mark.parametrize("known", [True, False])
def test_words_are_followed_also_where_they_are_not_among_the_best(run: Path, known: bool) -> None:
    if known:
        history_of(run)
    found = word_history(WordsOf(str(run), STEPS, 0, 0))
    records = [read_record(path).sentences[0] for path in recorded(run).values()]
    assert len(found.words) == len(WORDS)  # the ten best of the start and of the end
    for word, row in zip(found.words, found.probabilities, strict=True):
        wanted = [record.probabilities[0, WORDS.index(word)] for record in records]
        np.testing.assert_allclose(row, wanted)
    heights = found.probabilities.max(1)
    assert (np.diff(heights) <= 1e-3).all()


def test_the_window_knows_who_answers() -> None:
    assert set(ANSWERERS) <= set(FILE_ANSWERERS)
