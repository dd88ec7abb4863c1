"""The last layer at some places only gives there what the whole computation gives, and the same gradients."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from bert_core.model.bert import BertModule

BATCH, SIZE = 3, 10


@pytest.fixture(params=[1, 3], ids=["one layer", "three layers"])
def module(request, small):
    config = replace(small, num_hidden_layers=request.param)
    config = replace(config, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    return BertModule(config).initialise(3)


@pytest.fixture
def ids():
    return torch.randint(5, 40, (BATCH, SIZE), generator=torch.Generator().manual_seed(0))


def gradients(module, hidden):
    module.zero_grad()
    weight = torch.linspace(-1, 1, hidden.numel()).view_as(hidden)
    (hidden * weight).sum().backward()
    return {name: p.grad.clone() for name, p in module.named_parameters() if p.grad is not None}


def masks(kind):
    if kind is None:
        return None
    present = torch.ones(BATCH, SIZE, dtype=torch.bool)
    present[1, 6:] = False
    if kind == "padding":
        return present
    return present[:, None] & torch.ones(SIZE, SIZE, dtype=torch.bool).tril()


@pytest.mark.parametrize("kind", [None, "padding", "causal"])
@pytest.mark.parametrize("rows", [[0], [4, 0, 29, 4, 13], [], list(range(BATCH * SIZE))])
def test_rows_are_those_of_the_whole(module, ids, kind, rows):
    module.eval()
    segments = (torch.arange(SIZE) > 5).long().expand(BATCH, SIZE)
    gates = torch.rand(
        BATCH,
        module.config.num_hidden_layers,
        module.config.num_attention_heads,
        generator=torch.Generator().manual_seed(1),
    )
    at = torch.tensor(rows, dtype=torch.int64)
    whole = module(ids, segments, masks(kind), gates).reshape(BATCH * SIZE, -1)[at]
    some = module(ids, segments, masks(kind), gates, rows=at)
    assert some.shape == (len(rows), module.config.hidden_size)
    torch.testing.assert_close(some, whole, rtol=1e-5, atol=1e-6)
    expected, found = gradients(module, whole), gradients(module, some)
    assert found.keys() == expected.keys() and len(found) > 10
    for name, gradient in expected.items():
        assert torch.allclose(found[name], gradient, rtol=1e-4, atol=1e-5), name


def test_a_mask_for_each_query_is_one_for_all_where_they_agree(module, ids):
    segments = torch.zeros_like(ids)
    present = masks("padding")
    by_query = present[:, None].expand(BATCH, SIZE, SIZE)
    torch.testing.assert_close(module(ids, segments, by_query), module(ids, segments, present))


def test_a_causal_mask_hides_what_comes_later(module, ids):
    module.eval()
    segments = torch.zeros_like(ids)
    causal = torch.ones(1, SIZE, SIZE, dtype=torch.bool).tril()
    changed = ids.clone()
    changed[:, 7:] = 11
    before, after = module(ids, segments, causal), module(changed, segments, causal)
    torch.testing.assert_close(before[:, :7], after[:, :7])
    assert not torch.allclose(before[:, 7:], after[:, 7:])
