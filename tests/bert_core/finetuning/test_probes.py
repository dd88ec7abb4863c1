"""What is recorded of pinned sentences, and that it does not disturb the training."""

from __future__ import annotations

import errno
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from app.file_answerers.probes import probe_history, word_history
from app.file_questions.probes import ProbesOf, WordsOf
from bert_core import Bert
from bert_core.config import BertConfig
from bert_core.finetuning import probe_files
from bert_core.finetuning.probe_files import read_record, recorded
from bert_core.finetuning.probe_values import MOST_PIECES, MOST_SENTENCES
from bert_core.finetuning.probes import ProbeRecorder
from bert_core.model.bert import BertModule
from bert_core.tokenization import Tokenizer
from tests.app.reading_session import small_bert

PAIR = "the man went to the [MASK] .", "he bought a [MASK] of milk ."
SINGLE = "the dog sat .", None


@pytest.fixture(scope="module")
def bert() -> Bert:
    return small_bert()


def steps(run: Path) -> list[int]:
    return list(recorded(run))


def test_a_record_holds_what_a_trace_shows(bert: Bert, tmp_path: Path) -> None:
    assert ProbeRecorder(tmp_path, (PAIR, SINGLE), bert.tokenizer).record(0, bert.module) is None
    record = read_record(tmp_path / "probes" / "step-0.npz")
    assert record.step == 0
    for found, texts in zip(record.sentences, (PAIR, SINGLE), strict=True):
        trace = bert.trace(*texts)
        assert (found.text_a, found.text_b) == texts
        assert found.tokens == trace.tokens
        assert found.attentions.dtype == np.float16
        np.testing.assert_allclose(found.attentions, trace.attentions, atol=5e-4)
        np.testing.assert_allclose(found.hidden_states, trace.hidden_states, atol=5e-3)
        assert found.predictions == tuple(trace.mlm(10) or ())
        assert found.nsp == trace.nsp
    first = record.sentences[0]
    assert [mask.position for mask in first.predictions or ()] == [6, 12]
    assert first.probabilities.shape == (2, bert.config.vocab_size)
    np.testing.assert_allclose(first.probabilities.sum(-1, dtype=np.float64), 1.0, atol=1e-3)
    for row, mask in zip(first.probabilities, first.predictions or (), strict=True):
        for _, id_, probability in mask.candidates:
            assert row[id_] == pytest.approx(probability, rel=1e-3)
    assert not first.attentions.flags.writeable
    assert record.sentences[1].probabilities.shape == (0, bert.config.vocab_size)


def test_the_training_is_untouched(bert: Bert, tmp_path: Path) -> None:
    module = bert.module
    module.train()
    module.embeddings.eval()  # as where they are frozen
    before = {name: value.clone() for name, value in module.state_dict().items()}
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index]
    try:
        assert ProbeRecorder(tmp_path, (PAIR,), bert.tokenizer).record(3, module) is None
        assert module.training
        assert all(part.training for part in module.encoder.modules())
        assert not any(part.training for part in module.embeddings.modules())
    finally:
        module.eval()
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert torch.equal(torch.get_rng_state(), states[0])
    assert (random.getstate(), np.random.get_state()[1].tolist()) == states[1:]  # type: ignore[index]
    assert all(parameter.grad is None for parameter in module.parameters())


def test_dropout_does_not_reach_a_record(tmp_path: Path) -> None:
    bert = small_bert()
    for part in bert.module.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = 0.5
    bert.module.train()
    recorder = ProbeRecorder(tmp_path, (PAIR,), bert.tokenizer)
    recorder.record(0, bert.module)
    recorder.record(1, bert.module)
    first, second = (read_record(path).sentences[0].attentions for path in recorded(tmp_path).values())
    assert np.array_equal(first, second)


def test_records_are_bounded(bert: Bert, tmp_path: Path) -> None:
    many = tuple((f"the man {'milk ' * n}", "the cat " * 60) for n in range(40, 52))
    ProbeRecorder(tmp_path, many, bert.tokenizer).record(0, bert.module)
    record = read_record(recorded(tmp_path)[0])
    assert len(record.sentences) == MOST_SENTENCES
    assert {len(sentence.tokens) for sentence in record.sentences} == {MOST_PIECES}
    assert all(sum(sentence.left_out) > 0 for sentence in record.sentences)


def test_a_model_with_fewer_places_cuts_earlier(tmp_path: Path) -> None:
    bert = small_bert(longest=16)
    long = Tokenizer.from_vocabulary(bert.tokenizer.vocabulary, lowercase=True, max_length=96)
    ProbeRecorder(tmp_path, (("the man " * 30, None),), long).record(0, bert.module)
    assert len(read_record(recorded(tmp_path)[0]).sentences[0].tokens) == 16


def test_a_model_without_heads_is_recorded_without_them(bert: Bert, tmp_path: Path) -> None:
    config: BertConfig = bert.config
    module = BertModule(config, pooler=False, mlm=False, nsp=False).initialise(0)
    assert ProbeRecorder(tmp_path, (PAIR,), bert.tokenizer).record(0, module) is None
    found = read_record(recorded(tmp_path)[0]).sentences[0]
    assert found.predictions is None
    assert found.nsp is None


def test_a_run_that_diverged_is_recorded_as_it_is(tmp_path: Path) -> None:
    bert = small_bert()
    recorder = ProbeRecorder(tmp_path, (PAIR,), bert.tokenizer)
    recorder.record(0, bert.module)
    with torch.no_grad():
        next(bert.module.encoder.layers[0].parameters()).fill_(float("nan"))
    assert recorder.record(1, bert.module) is None
    found = read_record(recorded(tmp_path)[1]).sentences[0]
    assert np.isnan(found.attentions[0]).all()
    assert not np.isnan(found.hidden_states[0]).any()
    history = probe_history(ProbesOf(str(tmp_path), 1), 60.0)
    assert history is not None
    assert np.isnan(history.drift[1]).all()
    assert history.cka[1, 0, 0] == pytest.approx(1.0)
    assert np.isnan(history.cka[1, :, 1:]).all()
    words = word_history(WordsOf(str(tmp_path), (0, 1), 0, 0))
    assert np.isnan(words.probabilities[:, 1]).all()


def test_nothing_pinned_writes_nothing(bert: Bert, tmp_path: Path) -> None:
    assert ProbeRecorder(tmp_path, (), bert.tokenizer).record(0, bert.module) is None
    assert not (tmp_path / "probes").exists()


def test_a_run_taken_up_again_forgets_what_came_later(bert: Bert, tmp_path: Path) -> None:
    recorder = ProbeRecorder(tmp_path, (SINGLE,), bert.tokenizer)
    for step in (0, 10, 20, 30, 40):
        recorder.record(step, bert.module)
    again = ProbeRecorder(tmp_path, (SINGLE,), bert.tokenizer)
    again.cut(30)
    assert steps(tmp_path) == [0, 10, 20, 30]
    again.record(20, bert.module)
    assert steps(tmp_path) == [0, 10, 20]


def test_what_a_killed_process_left_is_cleared_away(bert: Bert, tmp_path: Path) -> None:
    (tmp_path / "probes").mkdir()
    left = tmp_path / "probes" / ".step-7.npz.0123abcd"
    left.write_bytes(b"half")
    assert steps(tmp_path) == []
    ProbeRecorder(tmp_path, (SINGLE,), bert.tokenizer).record(8, bert.module)
    assert [path.name for path in (tmp_path / "probes").iterdir()] == ["step-8.npz"]


def test_a_full_disk_is_said_and_harms_nothing(
    bert: Bert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = ProbeRecorder(tmp_path, (SINGLE,), bert.tokenizer)
    recorder.record(0, bert.module)
    whole = recorded(tmp_path)[0].read_bytes()

    def full(file: Any, **arrays: Any) -> None:
        file.write(b"begun")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(probe_files.np, "savez", full)
    for step in (0, 10):
        said = recorder.record(step, bert.module)
        assert said is not None
        assert f"step {step}" in said
        assert "No space left on device" in said
    assert recorded(tmp_path)[0].read_bytes() == whole
    assert [path.name for path in (tmp_path / "probes").iterdir()] == ["step-0.npz"]


def test_a_file_in_the_way_is_said(bert: Bert, tmp_path: Path) -> None:
    (tmp_path / "probes").write_text("in the way")
    assert "could not be written" in (
        ProbeRecorder(tmp_path, (SINGLE,), bert.tokenizer).record(0, bert.module) or ""
    )


def test_records_are_thinned_out_evenly(bert: Bert, tmp_path: Path) -> None:
    recorder = ProbeRecorder(tmp_path, (SINGLE,), bert.tokenizer)
    recorder.record(0, bert.module)
    one = recorded(tmp_path)[0].stat().st_size
    recorder = ProbeRecorder(tmp_path, (SINGLE,), bert.tokenizer, most_bytes=6 * one + one // 2)
    for step in range(10, 401, 10):
        recorder.record(step, bert.module)
    found = steps(tmp_path)
    assert len(found) == 6
    assert (found[0], found[-1]) == (0, 400)
    assert max(np.diff(found)) <= 4 * min(np.diff(found))
