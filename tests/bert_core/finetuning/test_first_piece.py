"""What the first piece reads is what the whole model gives there."""

from __future__ import annotations

import pytest
import torch

from bert_core.finetuning.first_piece import read_first
from tests.bert_core.finetuning.making import a_bert

IDS = torch.tensor([[2, 5, 6, 7, 3, 8, 9, 3], [2, 10, 11, 3, 12, 3, 0, 0]])
SEGMENTS = torch.tensor([[0, 0, 0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 1, 0, 0]])


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("present", [None, IDS != 0])
def test_states_and_gradients_are_the_same(layers, present):
    bert = a_bert(layers=layers).module.requires_grad_(True)
    direction = torch.randn(2, 16, generator=torch.Generator().manual_seed(0))

    def found(states):
        bert.zero_grad()
        (states * direction).sum().backward()
        return states.detach(), {n: p.grad.clone() for n, p in bert.named_parameters() if p.grad is not None}

    expected, gradients = found(bert(IDS, SEGMENTS, present)[:, 0])
    states, ours = found(read_first(bert, IDS, SEGMENTS, present))
    torch.testing.assert_close(states, expected, rtol=1e-5, atol=1e-6)
    assert ours.keys() == gradients.keys()
    for name, gradient in gradients.items():
        torch.testing.assert_close(ours[name], gradient, rtol=1e-4, atol=1e-5, msg=name)


def test_weights_in_half_precision_are_read_as_elsewhere():
    bert = a_bert().module
    for part in bert.modules():
        if isinstance(part, torch.nn.Linear):
            part.to(torch.bfloat16)
    expected = bert(IDS, SEGMENTS)[:, 0]
    torch.testing.assert_close(read_first(bert, IDS, SEGMENTS, None), expected)
