from __future__ import annotations

import numpy as np
import pytest
import torch

from bert_core.config import BertConfig
from bert_core.model.bert import BertModule
from bert_core.pretraining.initialization import StructuredStart, structured_start

CONFIG = BertConfig(
    vocab_size=500,
    hidden_size=128,
    num_hidden_layers=3,
    num_attention_heads=8,
    intermediate_size=64,
    max_position_embeddings=96,
)
START = StructuredStart(offsets=((-1, 1, -2, 2), (-1, 1)))
SIZE = 64


@pytest.fixture(scope="module")
def module():
    return structured_start(BertModule(CONFIG), seed=1, start=START).eval()


def attentions(module, ids):
    found = []
    with torch.inference_mode():
        hidden = module.embeddings(ids[None], torch.zeros_like(ids[None]))
        for layer in module.encoder.layers:
            weights = torch.empty(CONFIG.num_attention_heads, len(ids), len(ids))
            layer.attention.record(hidden[0], weights)
            found.append(weights)
            hidden = layer(hidden)
    return found


def test_neighbour_heads_look_where_they_should(module):
    ids = torch.randint(5, 500, (SIZE,), generator=torch.Generator().manual_seed(0))
    found = attentions(module, ids)
    for layer, offsets in enumerate(START.offsets):
        for head, offset in enumerate(offsets):
            diagonal = found[layer][head].diagonal(offset)
            assert diagonal.mean() > (0.4 if layer == 0 else 0.1), (layer, head)
            hits = found[layer][head].argmax(-1)[4:-4] - torch.arange(SIZE)[4:-4] == offset
            assert hits.float().mean() > 0.9, (layer, head)


def test_a_head_looks_for_the_same_piece_elsewhere(module):
    ids = torch.randint(5, 500, (SIZE,), generator=torch.Generator().manual_seed(0))
    ids[50] = ids[7]
    weights = attentions(module, ids)[0][len(START.offsets[0])]
    assert weights[7, 50] > 5 / SIZE and weights[50, 7] > 5 / SIZE


def test_the_start_knows_frequencies_and_vectors():
    counts = np.full(500, 10)
    counts[77] = 100_000
    vectors = torch.randn(500, 20, generator=torch.Generator().manual_seed(2))
    vectors[8] = vectors[9]
    module = structured_start(BertModule(CONFIG), vectors=vectors, counts=counts, start=START)
    assert module.mlm.bias.argmax() == 77
    assert module.mlm.bias.detach().exp().sum().item() == pytest.approx(1.0, abs=1e-4)
    words = module.embeddings.word_embeddings.weight
    alike, unlike = (torch.nn.functional.cosine_similarity(words[8], words[k], dim=0) for k in (9, 10))
    assert alike > 0.85 > 0.7 > unlike


def test_same_seed_same_weights():
    one, two, other = (structured_start(BertModule(CONFIG), seed, start=START) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
    assert not torch.equal(
        one.encoder.layers[0].attention.query_key_value.weight,
        other.encoder.layers[0].attention.query_key_value.weight,
    )


def test_too_few_heads_are_refused():
    few = BertConfig(
        vocab_size=50,
        hidden_size=128,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=32,
    )
    with pytest.raises(ValueError, match="too few"):
        structured_start(BertModule(few))
