"""A trace against `transformers` on the same random weights, and against the definitions written out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bert_core import Bert, Interventions, Scene
from bert_core.config import BertConfig
from bert_core.errors import Cancelled, MemoryShortage, TextError
from bert_core.model.attention import SelfAttention
from bert_core.tokenization import Tokenizer
from tests.reference import reference_outputs

PAIR = ("the man went to [MASK] store", "he bought a gallon [MASK] milk")
TOLERANCE = 1e-4
BFLOAT16_BOUND = 0.06
"""Largest difference of an attention weight or a probability that bfloat16 products may make on these models."""

VARIANTS = {
    "base": {},
    "one-layer": {"num_hidden_layers": 1, "num_attention_heads": 1},
    "tanh-gelu": {"hidden_act": "gelu_new"},
    "relu": {"hidden_act": "relu"},
    "wide": {"hidden_size": 96, "num_attention_heads": 12, "num_hidden_layers": 6, "intermediate_size": 384},
    "eps": {"layer_norm_eps": 1e-5},
    "padded-vocabulary": {"vocab_size": 128},
}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("texts", [PAIR, ("a penguin", None), ("", None), ("[MASK]", "[MASK]")])
def test_parity_with_transformers(
    variant: str, texts: tuple[str, str | None], small: BertConfig, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    bert = Bert.random(replace(small, **VARIANTS[variant]), tokenizer, seed=3)
    bert.save(tmp_path / "model")
    expected = reference_outputs(tmp_path / "model", *texts)
    trace = bert.trace(*texts)
    assert [token.text for token in trace.tokens] == expected.tokens
    assert [token.id for token in trace.tokens] == expected.ids
    assert [token.segment for token in trace.tokens] == expected.segments
    np.testing.assert_allclose(trace.embeddings.output, expected.hidden_states[0], atol=TOLERANCE)
    np.testing.assert_allclose(trace.hidden_states, expected.hidden_states, atol=TOLERANCE)
    np.testing.assert_allclose(trace.attentions, expected.attentions, atol=TOLERANCE)
    np.testing.assert_allclose(trace.pooled, expected.pooled, atol=TOLERANCE)
    assert trace.nsp is not None
    assert [trace.nsp.is_next, trace.nsp.not_next] == pytest.approx(expected.nsp, abs=TOLERANCE)
    masked = [p for p, token in enumerate(trace.tokens) if token.text == "[MASK]"]
    assert list(trace.masked) == masked
    for position in masked:
        np.testing.assert_allclose(trace.mlm_logits(position), expected.mlm[position], atol=TOLERANCE)


def test_bfloat16_within_the_stated_bound(small: BertConfig, tokenizer: Tokenizer, tmp_path: Path) -> None:
    exact = Bert.random(small, tokenizer, seed=3)
    exact.save(tmp_path / "model")
    rough = Bert.load(tmp_path / "model", device="cpu", dtype="bfloat16")
    kept = {
        str(p.dtype)
        for name, p in rough.module.named_parameters()
        if "norm" in name.lower() or "embed" in name
    }
    assert kept == {"torch.float32"}
    assert rough.module.encoder.layers[0].attention.query_key_value.weight.dtype == torch.bfloat16
    ours, theirs = rough.trace(*PAIR), exact.trace(*PAIR)
    assert ours.attentions.dtype == np.float32
    difference = np.abs(ours.attentions - theirs.attentions).max()
    assert 0 < difference < BFLOAT16_BOUND
    for one, two in zip(ours.mlm(5), theirs.mlm(5), strict=True):
        wanted = {i: p for _, i, p in two.candidates}
        got = ours.candidates(one.position, len(rough.vocabulary)).candidates
        assert all(abs(p - wanted[i]) < BFLOAT16_BOUND for _, i, p in got if i in wanted)


def test_the_terms_add_up(bert: Bert) -> None:
    terms = bert.trace(*PAIR).embeddings
    np.testing.assert_allclose(terms.token + terms.segment + terms.position, terms.sum, atol=1e-6)
    centred = terms.sum - terms.sum.mean(-1, keepdims=True)
    normed = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + bert.config.layer_norm_eps)
    np.testing.assert_allclose(terms.output, normed, atol=1e-5)  # gain 1, bias 0 in a random model


def test_arrays_are_frozen_float32_and_rows_sum_to_one(bert: Bert) -> None:
    trace = bert.trace(*PAIR)
    for array in (trace.attentions, trace.hidden_states, trace.pooled, trace.embeddings.sum):
        assert array is not None
        assert array.dtype == np.float32
        assert not array.flags.writeable
    np.testing.assert_allclose(trace.attentions.sum(-1), 1.0, atol=1e-5)


def test_traces_do_not_share_memory(bert: Bert) -> None:
    one, two = bert.trace("the man"), bert.trace("the store")
    assert not np.shares_memory(one.attentions, two.attentions)
    assert not np.shares_memory(one.hidden_states, two.hidden_states)


def test_logits_only_where_asked_for(bert: Bert) -> None:
    trace = bert.trace("the man went", predict=[1, -1])
    assert trace.mlm() == []
    assert trace.mlm_logits(1).shape == (bert.config.vocab_size,)
    assert trace.mlm_logits(4).shape == (bert.config.vocab_size,)
    with pytest.raises(KeyError, match="predict"):
        trace.mlm_logits(2)


def test_candidates_are_a_softmax_in_order(bert: Bert) -> None:
    trace = bert.trace(*PAIR)
    whole = trace.candidates(5, top_k=10_000).candidates
    assert len(whole) == bert.config.vocab_size
    chances = [p for _, _, p in whole]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1.0)
    logits = torch.tensor(trace.mlm_logits(5).copy())
    assert whole[0][2] == pytest.approx(torch.softmax(logits.double(), 0).max().item(), abs=1e-9)
    assert whole[:3] == trace.mlm(3)[0].candidates


def test_a_replaced_piece_is_read_instead(bert: Bert) -> None:
    typed, replaced = (
        bert.trace("the man went"),
        bert.trace("the store went", replaced={2: bert.tokenizer.id_of("man")}),
    )
    assert replaced.tokens[2].text == "man"
    assert (replaced.tokens[2].start, replaced.tokens[2].end) == (4, 9)
    np.testing.assert_allclose(typed.hidden_states, replaced.hidden_states, atol=1e-6)


@pytest.mark.parametrize(
    ("replaced", "word"), [({99: 1}, "no piece 100"), ({1: 10**6}, "not in this vocabulary")]
)
def test_impossible_replacements_are_refused(bert: Bert, replaced: dict[int, int], word: str) -> None:
    with pytest.raises(TextError, match=word):
        bert.trace("the man", replaced=replaced)


def test_truncation_is_told(bert: Bert) -> None:
    trace = bert.trace("the " * 100, "man " * 20)
    assert len(trace.tokens) == 64
    assert sum(trace.left_out) == 120 + 3 - 64
    assert trace.left_out[0] > trace.left_out[1]


def test_cancelled_between_layers(bert: Bert) -> None:
    asked = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) == 2

    with pytest.raises(Cancelled):
        bert.trace("the man", cancelled=cancelled)
    assert len(asked) == 2


def test_missing_heads_are_none(saved: Path, tmp_path: Path) -> None:
    from transformers import AutoTokenizer, BertModel

    BertModel.from_pretrained(saved, add_pooling_layer=False).save_pretrained(tmp_path / "bare")
    AutoTokenizer.from_pretrained(saved).save_pretrained(tmp_path / "bare")
    trace = Bert.load(tmp_path / "bare", device="cpu").trace("the [MASK]")
    assert trace.mlm() is None
    assert trace.nsp is None
    assert trace.pooled is None
    with pytest.raises(KeyError, match="no masked-word head"):
        trace.mlm_logits(2)


def test_out_of_memory_is_a_clear_message(bert: Bert, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> torch.Tensor:
        raise RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(SelfAttention, "record", fail)
    with pytest.raises(MemoryShortage, match="4 pieces"):
        bert.trace("the man")


class TestInterventions:
    def test_a_head_switched_off_gives_zero(self, bert: Bert) -> None:
        trace = bert.trace(*PAIR, interventions=Interventions(heads_off={(0, 1)}))
        layer = bert.module.encoder.layers[0]
        hidden = torch.tensor(trace.hidden_states[0].copy())[None]
        gates = torch.tensor([[1.0, 0.0, 1.0, 1.0]])
        np.testing.assert_allclose(trace.hidden_states[1], layer(hidden, None, gates)[0].detach(), atol=1e-5)

    def test_a_uniform_head_attends_evenly(self, bert: Bert) -> None:
        changes = Interventions(heads_off={(1, 2)}, head_off="uniform", direction="left-to-right")
        weights = bert.trace("the man went", interventions=changes).attentions[1, 2]
        np.testing.assert_allclose(weights, np.tril(np.ones((5, 5))) / np.arange(1, 6)[:, None], atol=1e-6)

    def test_hidden_pieces_are_attended_by_nobody(self, bert: Bert) -> None:
        plain = bert.trace("the man went")
        trace = bert.trace("the man went", interventions=Interventions(hidden={2}))
        assert trace.attentions[:, :, :, 2].max() == 0.0
        rest = [0, 1, 3, 4]
        kept = plain.attentions[0][:, :, rest]
        np.testing.assert_allclose(
            trace.attentions[0][:, :, rest], kept / kept.sum(-1, keepdims=True), atol=1e-5
        )

    def test_a_query_left_alone_keeps_itself(self, bert: Bert) -> None:
        changes = Interventions(hidden={0}, direction="left-to-right")
        assert (bert.trace("the man", interventions=changes).attentions[:, :, 0, 0] == 1.0).all()

    @pytest.mark.parametrize(("direction", "gone"), [("left-to-right", np.triu), ("right-to-left", np.tril)])
    def test_reading_direction(self, bert: Bert, direction: str, gone: object) -> None:
        trace = bert.trace(*PAIR, interventions=Interventions(direction=direction))  # type: ignore[arg-type]
        unseen = np.ones(trace.attentions.shape[-2:]) - np.eye(len(trace.tokens))
        assert (trace.attentions * gone(unseen)).max() == 0.0  # type: ignore[operator]

    def test_dropped_terms_are_zero(self, bert: Bert) -> None:
        plain = bert.trace("the man went")
        trace = bert.trace(
            "the man went", interventions=Interventions(dropped={"position": "all", "token": {1}})
        )
        assert not trace.embeddings.position.any()
        assert not trace.embeddings.token[1].any()
        np.testing.assert_array_equal(trace.embeddings.token[2], plain.embeddings.token[2])
        np.testing.assert_array_equal(trace.embeddings.segment, plain.embeddings.segment)

    def test_a_head_that_is_not_there_is_refused(self, bert: Bert) -> None:
        with pytest.raises(TextError, match="L9-H1"):
            bert.trace("the", interventions=Interventions(heads_off={(8, 0)}))


def test_recording_and_differentiable_paths_agree(bert: Bert) -> None:
    trace = bert.trace(*PAIR)
    ids = torch.tensor([[token.id for token in trace.tokens]])
    segments = torch.tensor([[token.segment for token in trace.tokens]])
    with torch.no_grad():
        plain = bert.module(ids, segments)[0]
        padded = bert.module(
            torch.nn.functional.pad(ids, (0, 3)),
            torch.nn.functional.pad(segments, (0, 3)),
            torch.nn.functional.pad(torch.ones_like(ids), (0, 3)),
        )[0, : len(trace.tokens)]
    np.testing.assert_allclose(trace.hidden_states[-1], plain, atol=1e-5)
    np.testing.assert_allclose(trace.hidden_states[-1], padded, atol=1e-5)


def test_our_softmax_equals_the_fused_attention(bert: Bert) -> None:
    trace = bert.trace(*PAIR)
    attention = bert.module.encoder.layers[0].attention
    size, width = len(trace.tokens), bert.config.hidden_size
    hidden = torch.tensor(trace.hidden_states[0].copy())
    with torch.no_grad():
        query, key, value = (
            attention.query_key_value(hidden).view(size, 3, attention.heads, -1).permute(1, 2, 0, 3)
        )
        fused = torch.nn.functional.scaled_dot_product_attention(query[None], key[None], value[None])[0]
        ours = torch.tensor(trace.attentions[0].copy()) @ value
    np.testing.assert_allclose(ours, fused, atol=1e-5)
    assert fused.shape == (attention.heads, size, width // attention.heads)


def test_a_scene_of_another_model_is_refused(bert: Bert) -> None:
    with pytest.raises(ValueError, match="the scene is of other"):
        bert.trace_scene(Scene("other", "the man"))


def test_parameter_counts_are_the_papers(tokenizer: Tokenizer) -> None:
    """FORMULAS: encoder + pooler / with heads, for the published sizes (on the meta device: no memory)."""
    from bert_core.model.bert import BertModule

    published = {
        (2, 128, 2): (4_385_920, 4_433_468),
        (4, 256, 4): (11_170_560, 11_267_900),
        (4, 512, 8): (28_763_648, 29_058_876),
        (8, 512, 8): (41_373_184, 41_668_412),
        (12, 768, 12): (109_482_240, 110_106_428),
        (24, 1024, 16): (335_141_888, 336_226_108),
    }
    for (layers, hidden, heads), (body, whole) in published.items():
        config = BertConfig(
            num_hidden_layers=layers,
            hidden_size=hidden,
            num_attention_heads=heads,
            intermediate_size=4 * hidden,
        )
        with torch.device("meta"):
            module = BertModule(config)
        count = {name: sum(p.numel() for p in part.parameters()) for name, part in module.named_children()}
        assert count["embeddings"] + count["encoder"] + count["pooler"] == body
        assert sum(count.values()) == whole
