from __future__ import annotations

import pytest
import torch

from bert_core.training.muon import Muon, orthogonalised


@pytest.mark.parametrize("shape", [(32, 32), (32, 128), (3, 32, 32)])
def test_singular_values_are_drawn_together(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    values = torch.linalg.svdvals(orthogonalised(matrix))
    assert torch.linalg.svdvals(matrix).max() > 8
    assert values.max() < 1.6 and values.min() > 0.4


def test_stacked_matrices_are_taken_one_by_one():
    generator = torch.Generator().manual_seed(0)
    joint = torch.nn.Parameter(torch.zeros(96, 32))
    parts = [torch.nn.Parameter(torch.zeros(32, 32)) for _ in range(3)]
    gradient = torch.randn(96, 32, generator=generator)
    joint.grad = gradient.clone()
    for part, piece in zip(parts, gradient.chunk(3), strict=True):
        part.grad = piece.clone()
    Muon([joint], lr=0.1, rates=(1.0, 0.5, 1.0)).step()
    Muon(parts, lr=0.1).step()
    first, second, third = (part.detach() for part in parts)
    torch.testing.assert_close(joint.detach(), torch.cat([first, 0.5 * second, third]))
    assert first.pow(2).mean().sqrt().item() == pytest.approx(0.1 * 0.2, rel=0.2)


def test_a_matrix_grows_no_further_than_it_may():
    generator = torch.Generator().manual_seed(0)
    held, free = (torch.nn.Parameter(torch.full((64, 32), 0.01)) for _ in range(2))
    first = held.norm().item()
    optimiser = Muon([{"params": [held], "rates": (1.0, 1.0), "growth": 1.5}, {"params": [free]}], lr=0.1)
    for _ in range(5):
        held.grad = free.grad = torch.randn(64, 32, generator=generator)
        optimiser.step()
    assert held.norm().item() == pytest.approx(1.5 * first, rel=1e-4)
    assert free.norm().item() > 2 * first


def test_it_descends():
    generator = torch.Generator().manual_seed(0)
    target = torch.randn(16, 24, generator=generator)
    weight = torch.nn.Parameter(torch.zeros(16, 24))
    optimiser = Muon([weight], lr=0.1, weight_decay=0.0)
    losses = []
    for _ in range(120):
        loss = (weight - target).pow(2).mean()
        weight.grad = torch.autograd.grad(loss, weight)[0]
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.05 * losses[0]


@pytest.mark.parametrize("decades", [1, 5])
def test_the_gram_matrix_gives_the_same(decades):
    generator = torch.Generator().manual_seed(0)
    u, s, v = torch.linalg.svd(torch.randn(2, 32, 128, generator=generator), full_matrices=False)
    matrix = u * torch.logspace(0, -decades, 32) @ v
    plain, gram = (orthogonalised(matrix, gram=gram) for gram in (False, True))
    assert s.shape == (2, 32)
    assert (plain - gram).norm() < 1e-3 * plain.norm()


@pytest.mark.parametrize("cut", ["rows", "columns"])
def test_heads_are_taken_one_by_one(cut):
    generator = torch.Generator().manual_seed(0)
    whole = torch.nn.Parameter(torch.zeros(32, 32))
    whole.grad = torch.randn(32, 32, generator=generator)
    axis = 0 if cut == "rows" else 1
    parts = [torch.nn.Parameter(torch.zeros_like(piece)) for piece in whole.chunk(4, axis)]
    for part, piece in zip(parts, whole.grad.chunk(4, axis), strict=True):
        part.grad = piece.clone()
    Muon([whole], lr=0.1, heads=4, cut=cut).step()
    Muon(parts, lr=0.1).step()
    torch.testing.assert_close(whole.detach(), torch.cat([part.detach() for part in parts], axis))
