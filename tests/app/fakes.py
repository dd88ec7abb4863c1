"""Hand-made values for tests of panels: a trace and a model's description, no torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bert_core.config import BertConfig
from bert_core.info import ModelInfo, ParameterCounts
from bert_core.scene import Scene
from bert_core.trace import EmbeddingTerms, Floats, NspScore, Token, Trace

MASK_ID = 103
WORDS = [
    "[CLS]",
    "the",
    "man",
    "went",
    "to",
    "[MASK]",
    "store",
    ".",
    "[SEP]",
    "he",
    "bought",
    "a",
    "gallon",
    "of",
    "milk",
    ".",
    "[SEP]",
]


def fake_tokens(size: int = 17) -> tuple[Token, ...]:
    """The 17 pieces of the paper's example, cut short or with more words put in before the last [SEP]."""
    words = list(WORDS[:size])
    if size > len(words):
        words[-1:-1] = [f"word{n}" for n in range(size - len(words))]
    tokens: list[Token] = []
    segment, place = 0, 0
    for position, word in enumerate(words):
        special = word in ("[CLS]", "[SEP]")
        start, end = (0, 0) if special else (place, place + len(word))
        place = place if special else end + 1
        piece_id = MASK_ID if word == "[MASK]" else 1000 + position
        tokens.append(Token(word, piece_id, segment, start, end, position, special))
        if word == "[SEP]":
            segment, place = 1, 0
    return tuple(tokens)


def text_of(tokens: Sequence[Token], segment: int) -> str:
    """The sentence that the pieces of `fake_tokens` stand in, one space between words."""
    return " ".join(token.text for token in tokens if token.segment == segment and not token.special)


def fake_attentions(layers: int, heads: int, size: int, seed: int = 0) -> Floats:
    """Rows that sum to 1, with the patterns that heads have: one offset, one column, even, or both at once."""
    random = np.random.default_rng(seed)
    attentions = random.random((layers, heads, size, size), dtype=np.float32) * np.float32(0.3 / size)
    rows = np.arange(size)
    for layer in range(layers):
        for head in range(heads):
            strength, pattern = np.float32(random.uniform(0.3, 3.0)), (layer * 3 + head) % 5
            if pattern < 3:
                attentions[layer, head, rows, np.clip(rows + pattern - 1, 0, size - 1)] += strength
            if pattern in (2, 3):
                attentions[layer, head, :, random.integers(size)] += strength
    attentions /= attentions.sum(axis=-1, keepdims=True)
    return attentions


def fake_trace(
    size: int = 17,
    layers: int = 4,
    heads: int = 4,
    hidden: int = 64,
    *,
    scene: Scene | None = None,
    tokens: Sequence[Token] | None = None,
    seed: int = 0,
) -> Trace:
    """A trace of `size` pieces whose numbers depend on `seed` alone; masked where a token's id is MASK_ID."""
    random = np.random.default_rng(seed)
    pieces = tuple(tokens) if tokens is not None else fake_tokens(size)
    size = len(pieces)
    token = random.normal(0, 0.05, (size, hidden)).astype(np.float32)
    position = random.normal(0, 0.02, (size, hidden)).astype(np.float32)
    segments = random.normal(0, 0.02, (2, hidden)).astype(np.float32)
    segment = segments[[piece.segment for piece in pieces]].reshape(size, hidden)
    total = token + position + segment
    output = (total - total.mean(-1, keepdims=True)) / (total.std(-1, keepdims=True) + np.float32(1e-6))
    steps = random.normal(0, 0.7, (layers, size, hidden)).astype(np.float32)
    hidden_states = np.concatenate([output[None], output + np.cumsum(steps, axis=0)]).astype(np.float32)
    vocabulary = tuple(f"word{n}" for n in range(200))
    trace = Trace(
        scene=scene if scene is not None else Scene("fake", text_of(pieces, 0), text_of(pieces, 1) or None),
        tokens=pieces,
        embeddings=EmbeddingTerms(token, segment, position, total, output),
        attentions=fake_attentions(layers, heads, size, seed),
        hidden_states=hidden_states,
        pooled=np.tanh(hidden_states[-1, 0]) if size else np.zeros(hidden, dtype=np.float32),
        nsp=NspScore(0.93, 0.07),
        mask_id=MASK_ID,
        logits={
            p: random.normal(0, 3, len(vocabulary)).astype(np.float32)
            for p, piece in enumerate(pieces)
            if piece.id == MASK_ID
        },
        vocabulary=vocabulary,
    )
    for array in (*vars(trace.embeddings).values(), trace.attentions, trace.hidden_states, trace.pooled):
        array.setflags(write=False)
    return trace


def fake_model_info(
    layers: int = 4, heads: int = 4, hidden: int = 64, *, model_id: str = "fake"
) -> ModelInfo:
    """What is said of a model of that shape, with every head it could have."""
    return ModelInfo(
        model_id=model_id,
        source="mini-en",
        folder=None,
        weights_files=(),
        weights_bytes=32_000_000,
        config=BertConfig(
            vocab_size=200,
            hidden_size=hidden,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=4 * hidden,
        ),
        parameters=ParameterCounts(
            embeddings=4_000_000,
            encoder=3_800_000,
            pooler=66_000,
            mlm=90_000,
            nsp=514,
            rule_of_thumb=7_900_000,
        ),
        device="cpu",
        dtype="float32",
        native=True,
        max_length=512,
        mask_id=MASK_ID,
        lowercase=True,
        casing_source="tokenizer_config.json",
        chinese=False,
        has_pooler=True,
        has_mlm=True,
        has_nsp=True,
    )
