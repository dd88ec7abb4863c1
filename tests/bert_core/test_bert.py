"""The public face: what is loaded, said of it, and saved again."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

import bert_core
from bert_core import Bert, Trace
from bert_core.config import BertConfig
from bert_core.errors import Cancelled, CheckpointError, DeviceError, MemoryShortage, VocabularyError
from bert_core.tokenization import Tokenizer

PAIR = ("the man went to [MASK] store", "he bought a gallon [MASK] milk")


def assert_equal(one: Trace, two: Trace) -> None:
    assert one.tokens == two.tokens
    for name in ("token", "segment", "position", "sum", "output"):
        np.testing.assert_array_equal(getattr(one.embeddings, name), getattr(two.embeddings, name))
    # Where weights lie in memory decides the order of some additions: the last digits may differ.
    for name in ("attentions", "hidden_states", "pooled"):
        np.testing.assert_allclose(getattr(one, name), getattr(two, name), atol=1e-5)
    assert one.nsp.is_next == pytest.approx(two.nsp.is_next, abs=1e-6)
    for position in one.masked:
        np.testing.assert_allclose(one.mlm_logits(position), two.mlm_logits(position), atol=1e-4)


def test_saved_and_loaded_it_sees_the_same(bert: Bert, saved: Path) -> None:
    loaded = Bert.load(saved, device="cpu")
    assert_equal(bert.trace(*PAIR), loaded.trace(*PAIR))
    assert loaded.config == bert.config
    assert loaded.tokenizer.max_length == bert.tokenizer.max_length


def test_it_can_be_saved_over_the_file_that_it_is_mapped_to(saved: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(saved, folder)
    loaded = Bert.load(folder, device="cpu")
    before = loaded.trace(*PAIR)
    loaded.save(folder)
    assert_equal(before, loaded.trace(*PAIR))
    assert_equal(before, Bert.load(folder, device="cpu").trace(*PAIR))


def test_the_model_id_says_source_device_and_precision(saved: Path, bert: Bert) -> None:
    exact, rough = (Bert.load(saved, device="cpu", dtype=dtype) for dtype in ("float32", "bfloat16"))
    assert exact.model_id == f"{saved}|cpu|float32"
    assert rough.model_id == f"{saved}|cpu|bfloat16"
    assert bert.model_id == "random-1|cpu|float32"
    assert exact.trace("the").scene.model_id == exact.model_id


def test_what_is_said_of_it(saved: Path, bert: Bert) -> None:
    info = Bert.load(str(saved), device="cpu").info()
    file = saved / "model.safetensors"
    assert (info.source, info.folder, info.weights_files) == (str(saved), saved, (file,))
    assert info.weights_bytes == file.stat().st_size
    assert info.name == "small"
    assert (info.device, info.dtype, info.max_length) == ("cpu", "float32", 64)
    assert (info.lowercase, info.casing_source, info.chinese) == (True, "tokenizer_config.json", False)
    assert info.has_pooler and info.has_mlm and info.has_nsp
    assert info.mask_id == bert.tokenizer.mask_id
    assert info == Bert.load(str(saved), device="cpu").info()
    hash(info)


def test_parameters_add_up_and_are_those_of_the_file(saved: Path) -> None:
    counts = Bert.load(saved, device="cpu").info().parameters
    assert counts.total == sum(tensor.numel() for tensor in load_file(saved / "model.safetensors").values())


def test_parameters_of_mini_are_the_published_ones() -> None:
    """FORMULAS: mini 4/256/4 with BERT's vocabulary; the rule of thumb is V*H + 12*L*H^2."""
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"]
    config = BertConfig(num_hidden_layers=4, hidden_size=256, num_attention_heads=4, intermediate_size=1024)
    counts = Bert.random(config, Tokenizer.from_vocabulary(words, lowercase=True)).info().parameters
    assert counts.embeddings + counts.encoder + counts.pooler == 11_170_560
    assert counts.total == 11_267_900
    assert counts.pooler == 256 * 256 + 256
    assert counts.nsp == 2 * 256 + 2
    assert counts.rule_of_thumb == 30522 * 256 + 12 * 4 * 256**2
    assert abs(counts.rule_of_thumb / counts.total - 1) < 0.05


def test_a_chinese_vocabulary_is_told(small: BertConfig) -> None:
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", *"我爱北京"]
    tokenizer = Tokenizer.from_vocabulary(words, lowercase=True)
    assert Bert.random(replace(small, vocab_size=len(words)), tokenizer).info().chinese


def test_rows_without_a_piece_get_a_name(small: BertConfig, tokenizer: Tokenizer) -> None:
    size = len(tokenizer) + 3
    bert = Bert.random(replace(small, vocab_size=size), tokenizer)
    assert bert.vocabulary[: len(tokenizer)] == tokenizer.vocabulary
    assert bert.vocabulary[-3:] == tuple(f"[unnamed-{n}]" for n in range(size - 3, size))
    names = [token for token, _, _ in bert.trace("[MASK]").candidates(1, size).candidates]
    assert len(names) == size
    assert set(bert.vocabulary[-3:]) <= set(names)
    assert bert.trace("the man", replaced={1: size - 1}).tokens[1].text == bert.vocabulary[-1]


def test_a_vocabulary_that_is_too_large_is_refused(small: BertConfig, tokenizer: Tokenizer) -> None:
    with pytest.raises(VocabularyError, match=f"room for {len(tokenizer) - 1}"):
        Bert.random(replace(small, vocab_size=len(tokenizer) - 1), tokenizer)


def test_no_more_pieces_than_positions(small: BertConfig, tokenizer: Tokenizer) -> None:
    bert = Bert.random(replace(small, max_position_embeddings=10), tokenizer)
    assert len(bert.trace("the " * 30).tokens) == 10
    assert tokenizer.max_length == 64


def test_one_segment_only(small: BertConfig, tokenizer: Tokenizer, tmp_path: Path) -> None:
    """A checkpoint with type_vocab_size 1 reads a pair; B gets the one segment vector there is."""
    Bert.random(replace(small, type_vocab_size=1), tokenizer, seed=2).save(tmp_path / "one")
    trace = Bert.load(tmp_path / "one", device="cpu").trace(*PAIR)
    assert {token.segment for token in trace.tokens} == {0, 1}
    assert np.ptp(trace.embeddings.segment, axis=0).max() == 0
    np.testing.assert_allclose(trace.attentions.sum(-1), 1, atol=1e-5)


def test_a_float16_checkpoint_is_read_in_float32(bert: Bert, saved: Path, tmp_path: Path) -> None:
    folder = tmp_path / "half"
    shutil.copytree(saved, folder)
    halves = {name: tensor.half() for name, tensor in load_file(saved / "model.safetensors").items()}
    save_file(halves, folder / "model.safetensors", metadata={"format": "pt"})
    loaded = Bert.load(folder, device="cpu")
    assert {parameter.dtype for parameter in loaded.module.parameters()} == {torch.float32}
    difference = np.abs(loaded.trace(*PAIR).attentions - bert.trace(*PAIR).attentions).max()
    assert 0 < difference < 0.01


def test_the_command_line_names_are_those_of_the_package() -> None:
    assert bert_core.Bert is Bert
    with pytest.raises(AttributeError, match="nothing"):
        bert_core.nothing  # noqa: B018


def test_pieces_are_those_of_a_trace(bert: Bert) -> None:
    assert bert.pieces(*PAIR) == bert.trace(*PAIR).tokens
    assert bert.pieces("the man") == bert.trace("the man", "  ").tokens


def test_loading_tells_how_far_it_is_and_can_be_called_off(saved: Path) -> None:
    told: list[tuple[str, float]] = []
    Bert.load(saved, device="cpu", progress=lambda step, share: told.append((step, share)))
    assert told and all(0 <= share <= 1 for _, share in told)
    for step in {step for step, _ in told}:
        shares = [share for other, share in told if other == step]
        assert shares == sorted(shares) and shares[-1] == 1

    def stop(step: str, share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        Bert.load(saved, device="cpu", progress=stop)


@pytest.mark.parametrize("step", ["read_checkpoint", "build_module"])
@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: 9 bytes")]
)
def test_too_large_for_the_memory(
    saved: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(f"bert_core.bert.{step}", fail)
    with pytest.raises(MemoryShortage, match="smaller model, another device, or bfloat16") as caught:
        Bert.load(saved, device="cpu")
    assert caught.value.where == str(saved)


def test_other_errors_are_not_taken_for_a_lack_of_memory(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("bert_core.bert.build_module", fail)
    with pytest.raises(RuntimeError, match="of ours"):
        Bert.load(saved, device="cpu")


def test_what_cannot_be_loaded_is_said(tmp_path: Path, saved: Path) -> None:
    with pytest.raises(CheckpointError, match="no such folder"):
        Bert.load(tmp_path / "nothing")
    with pytest.raises(DeviceError, match="abacus"):
        Bert.load(saved, device="abacus")
    folder = tmp_path / "odd"
    shutil.copytree(saved, folder)
    values = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**values, "num_attention_heads": 5}), encoding="utf-8")
    with pytest.raises(CheckpointError, match="does not divide into 5 heads"):
        Bert.load(folder, device="cpu")


def test_lone_surrogates_are_read_as_something(bert: Bert) -> None:
    trace = bert.trace("the \ud83d man", "\udc80")
    assert trace.scene.text_a == "the \ud83d man"
    assert trace.tokens[1].text == "the"
    (man,) = [token for token in trace.tokens if token.text == "man"]
    assert (man.start, man.end) == (6, 9)
