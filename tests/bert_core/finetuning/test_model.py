"""A BERT with a head: whose weights they are, what config.json says, and a BiLSTM on frozen features."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import transformers

from bert_core.bert import Bert
from bert_core.checkpoints import write_folder
from bert_core.checkpoints.folder import read_checkpoint
from bert_core.errors import CheckpointError
from bert_core.finetuning.model import TunedModel
from bert_core.finetuning.task_info import TASKS
from bert_core.model.bert import BertModule
from tests.bert_core.finetuning.making import a_bert, a_tokenizer, info_of

IDS = torch.tensor([[2, 5, 6, 7, 3, 8, 9, 3], [2, 10, 11, 3, 12, 3, 0, 0]])
SEGMENTS = torch.tensor([[0, 0, 0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 1, 0, 0]])
PRESENT = IDS != 0
MODES = ["full", "features"]


def test_a_model_to_be_trained_has_weights_of_its_own(tmp_path):
    a_bert().save(tmp_path / "base")
    bert = Bert.load(tmp_path / "base", device="cpu", dtype="bfloat16")
    before = {name: value.clone() for name, value in bert.module.named_parameters()}
    tuned = TunedModel.new(bert, info_of("single-sentence"))
    for parameter in tuned.parameters():
        assert parameter.dtype == torch.float32
        with torch.no_grad():
            parameter.add_(1.0)
    assert all(torch.equal(value, before[name]) for name, value in bert.module.named_parameters())
    assert bert.config.extra.get("id2label") is None
    assert bert.module.config == bert.config


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("task", TASKS)
def test_new_weights_come_from_the_seed(task, mode):
    bert, info = a_bert(), info_of(task, mode=mode)

    def head(seed):
        tuned = TunedModel.new(bert, info, seed=seed, lstm_size=6)
        return {n: v for n, v in tuned.canonical()[1].items() if n.startswith(("class", "qa_", "features_"))}

    one, same, other = head(0), head(0), head(1)
    assert len(one) == (2 if mode == "full" else 18)
    for name, value in one.items():
        assert torch.equal(value, same[name])
        assert not torch.equal(value, other[name]) or (mode == "full" and name.endswith("bias"))
        assert value.isfinite().all()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("task", TASKS)
def test_what_is_stored_gives_the_same_model_again(task, mode, tmp_path):
    info = info_of(task, mode=mode)
    tuned = TunedModel.new(a_bert(), info, seed=3, lstm_size=6).eval()
    expected = tuned(IDS, SEGMENTS, PRESENT)
    config, tensors = tuned.canonical()
    write_folder(tmp_path / "model", config, a_tokenizer(), tensors)
    bert = Bert.load(tmp_path / "model", device="cpu")
    loaded = TunedModel.loaded(bert.module, info, tensors)
    assert not any(parameter.requires_grad for parameter in loaded.parameters())
    torch.testing.assert_close(loaded(IDS, SEGMENTS, PRESENT), expected)
    other = TunedModel.new(a_bert(seed=5), info, lstm_size=6).eval()
    other.adopt(tensors)
    torch.testing.assert_close(other(IDS, SEGMENTS, PRESENT), expected)


def test_a_head_that_is_missing_or_does_not_fit_is_named():
    info = info_of("single-sentence")
    tuned = TunedModel.new(a_bert(), info)
    tensors = dict(tuned.canonical()[1])
    with pytest.raises(CheckpointError, match="another shape"):
        TunedModel.loaded(tuned.bert, replace(info, labels=("a", "b")), tensors)
    del tensors["classifier.bias"]
    with pytest.raises(CheckpointError, match=r"no classifier\.bias"):
        TunedModel.loaded(tuned.bert, info, tensors)
    with pytest.raises(CheckpointError, match="features_head"):
        TunedModel.loaded(tuned.bert, replace(info, mode="features"), tensors)
    without = BertModule(tuned.config, pooler=False)
    with pytest.raises(CheckpointError, match="no pooler"):
        TunedModel.loaded(without, info, tensors)


def test_a_base_model_without_a_pooler_gets_one():
    bert = a_bert()
    plain = BertModule(bert.config, pooler=False, nsp=False)
    plain.load_state_dict(
        {
            name: value
            for name, value in bert.module.state_dict().items()
            if not name.startswith(("pooler", "nsp"))
        }
    )
    base = Bert(plain, bert.tokenizer)
    tuned = TunedModel.new(base, info_of("single-sentence"), seed=1)
    assert tuned.bert.pooler is not None
    assert 0.1 < float(tuned.bert.pooler.dense.weight.detach().std()) < 0.5
    assert TunedModel.new(base, info_of("tagging")).bert.pooler is None
    assert tuned(IDS, SEGMENTS).shape == (2, 3)


@pytest.mark.parametrize(
    ("given", "before", "layers", "head"),
    [(None, None, 0.2, 0.1), (0.3, None, 0.3, 0.3), (0.0, None, 0.0, 0.0), (None, 0.4, 0.2, 0.4)],
)
def test_dropout(given, before, layers, head):
    extra = {} if before is None else {"classifier_dropout": before}
    tuned = TunedModel.new(a_bert(dropout=0.2, extra=extra), info_of("single-sentence"), dropout=given)
    assert tuned.dropout.p == head
    rates = {part.p for part in tuned.bert.modules() if isinstance(part, torch.nn.Dropout)}
    assert rates == {layers}
    assert tuned.config.extra["classifier_dropout"] == head
    assert tuned.config.hidden_dropout_prob == tuned.config.attention_probs_dropout_prob == layers


def test_the_configuration_says_the_task_and_nothing_of_an_older_one():
    old = TunedModel.new(a_bert(extra={"spoken": "softly"}), info_of("single-sentence")).canonical()[0]
    base = Bert(BertModule(old).initialise(0), a_tokenizer())
    info = info_of("question-answering", null_threshold=0.5)
    tuned = TunedModel.new(base, info)
    extra = tuned.config.extra
    assert extra["spoken"] == "softly"
    assert extra["architectures"] == ["BertForQuestionAnswering"]
    assert "id2label" not in extra
    assert "problem_type" not in extra
    assert extra["attention_explorer"]["task"] == "question-answering"
    tuned.info = replace(info, null_threshold=1.5)
    assert tuned.config.extra["attention_explorer"]["null_threshold"] == 1.5


def test_what_another_program_reads_of_it(tmp_path):
    for task, classes in (("regression", 1), ("tagging", 3), ("multiple-choice", 1)):
        config, tensors = TunedModel.new(a_bert(), info_of(task)).canonical()
        write_folder(tmp_path / task, config, a_tokenizer(), tensors)
        read = transformers.AutoConfig.from_pretrained(tmp_path / task)
        if task != "multiple-choice":
            assert read.num_labels == classes
        assert tensors["classifier.weight"].shape == (classes, 16)
        assert read_checkpoint(tmp_path / task).config.extra["architectures"] == config.extra["architectures"]


# The feature-based mode


@pytest.mark.parametrize("layers", [2, 4, 6])
def test_features_are_the_last_four_layers_of_transformers(layers, tmp_path):
    bert = a_bert(layers=layers)
    bert.save(tmp_path)
    reference = transformers.BertModel.from_pretrained(tmp_path, attn_implementation="eager").eval()
    with torch.no_grad():
        states = reference(
            IDS, token_type_ids=SEGMENTS, attention_mask=PRESENT.long(), output_hidden_states=True
        ).hidden_states
    expected = torch.cat(states[1:][-4:], -1)
    tuned = TunedModel.new(bert, info_of("tagging", mode="features"), lstm_size=6).train()
    found = tuned.features(IDS, SEGMENTS, PRESENT)
    assert tuned.feature_width == found.shape[-1] == 16 * min(4, layers)
    torch.testing.assert_close(found[PRESENT], expected[PRESENT], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("task", TASKS)
def test_the_bilstm_reads_each_row_alone(task):
    """Equal to torch's on a single row, without padding; whole rows are read at the end of each direction."""
    tuned = TunedModel.new(a_bert(), info_of(task, mode="features"), lstm_size=6).eval()
    found = tuned(IDS, SEGMENTS, PRESENT)
    part = tuned.features_head
    for row, length in enumerate((8, 6)):
        features = tuned.features(IDS[row : row + 1, :length], SEGMENTS[row : row + 1, :length])
        read, _ = part.lstm(features)
        if part.whole_row:
            ends = torch.cat([read[0, -1, :6], read[0, 0, 6:]])
            torch.testing.assert_close(found[row], tuned.head(ends), rtol=1e-5, atol=1e-6)
        else:
            torch.testing.assert_close(found[row, :length], tuned.head(read[0]), rtol=1e-5, atol=1e-6)


def test_a_bert_that_only_gives_features_has_no_dropout():
    tuned = TunedModel.new(a_bert(dropout=0.5), info_of("tagging", mode="features"), lstm_size=6).train()
    assert tuned.features_head.training
    torch.testing.assert_close(tuned.features(IDS, SEGMENTS), tuned.features(IDS, SEGMENTS))


def test_no_class_of_transformers_is_named_for_a_head_that_it_has_not(tmp_path):
    config, tensors = TunedModel.new(a_bert(), info_of("tagging", mode="features"), lstm_size=6).canonical()
    write_folder(tmp_path / "model", config, a_tokenizer(), tensors)
    assert transformers.AutoConfig.from_pretrained(tmp_path / "model").architectures == ["BertForPreTraining"]


@pytest.mark.parametrize("task", TASKS)
def test_half_precision_is_near(task, tmp_path):
    """Of weights, as a model may be loaded, and of products, as it may be trained."""
    tuned = TunedModel.new(a_bert(), info_of(task), seed=3).eval()
    expected = tuned(IDS, SEGMENTS, PRESENT).detach()
    with torch.autocast("cpu", torch.bfloat16):
        trained = tuned(IDS, SEGMENTS, PRESENT)
    config, tensors = tuned.canonical()
    write_folder(tmp_path / "model", config, a_tokenizer(), tensors)
    bert = Bert.load(tmp_path / "model", device="cpu", dtype="bfloat16")
    loaded = TunedModel.loaded(bert.module, tuned.info, tensors)
    assert bert.module.encoder.layers[0].intermediate.weight.dtype == torch.bfloat16
    spread = expected.std()
    for found in (trained, loaded(IDS, SEGMENTS, PRESENT)):
        assert not torch.equal(found.float(), expected)
        assert (found.float() - expected).abs().max() < 0.2 * spread + 0.1
