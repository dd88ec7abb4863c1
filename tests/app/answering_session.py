"""A session that answers at once, as the application does once a model is there: words are pieces."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from app.session import Session
from app.values import LoadedModel, ModelChoice
from bert_core.info import ModelInfo
from bert_core.scene import Scene
from bert_core.trace import Token, Trace
from tests.app.fakes import MASK_ID, fake_model_info, fake_trace

VOCABULARY = (
    *(f"[unused{n}]" for n in range(MASK_ID)),
    *("[MASK]", "[CLS]", "[SEP]", "[UNK]", "the", "cat", "dog", "sat", "store", "##ing", "milk", "."),
)
IDS = {piece: token_id for token_id, piece in enumerate(VOCABULARY)}
_WORD = re.compile(r"\[MASK\]|[^\s.]+|\.")


def word_pieces(text_a: str, text_b: str | None) -> tuple[Token, ...]:
    """[CLS] A [SEP] B [SEP], each word a piece of its own."""
    tokens: list[Token] = [_special("[CLS]", 0, 0)]
    for segment, text in enumerate([text_a] if text_b is None else [text_a, text_b]):
        for found in _WORD.finditer(text):
            piece = found[0] if found[0] in IDS else "[UNK]"
            tokens.append(Token(piece, IDS[piece], segment, *found.span(), len(tokens), False))
        tokens.append(_special("[SEP]", segment, len(tokens)))
    return tuple(tokens)


def _special(piece: str, segment: int, word: int) -> Token:
    return Token(piece, IDS[piece], segment, 0, 0, word, True)


class AnsweringSession(Session):
    """Every scene is read as soon as there is a model, unless `held`; at most `limit` pieces."""

    def __init__(self, info: ModelInfo | None = None, *, limit: int = 512) -> None:
        super().__init__()
        self.info = info if info is not None else replace(fake_model_info(), max_length=limit)
        self.limit = limit
        self.held = False
        self.scene_changed.connect(self._read)

    def load(self) -> None:
        """The model is there."""
        self.set_model(LoadedModel(ModelChoice("fake"), self.info, word_pieces, ("cpu",)))

    def _read(self, scene: Scene) -> None:
        if self.model is not None and not self.held:
            self.accept_trace(self.read(scene))

    def read(self, scene: Scene) -> Trace:
        """The trace of a scene; each mask's best guess is "dog", then "store", then "##ing"."""
        tokens = list(word_pieces(scene.text_a, scene.second))
        left_a, left_b = 0, 0
        while len(tokens) > self.limit:
            cut = max(p for p, token in enumerate(tokens) if not token.special)
            left_a, left_b = left_a + (tokens[cut].segment == 0), left_b + (tokens[cut].segment == 1)
            del tokens[cut]
        for position, token_id in scene.replaced.items():
            tokens[position] = replace(tokens[position], text=VOCABULARY[token_id], id=token_id)
        logits = np.zeros(len(VOCABULARY), dtype=np.float32)
        for rank, piece in enumerate(("dog", "store", "##ing", "milk")):
            logits[IDS[piece]] = 9 - rank
        trace = fake_trace(scene=scene, tokens=tokens, layers=2, heads=2, hidden=8)
        return replace(
            trace,
            left_out=(left_a, left_b),
            logits={p: logits for p in trace.masked} if self.info.has_mlm else None,
            pooled=trace.pooled if self.info.has_pooler else None,
            nsp=trace.nsp if self.info.has_nsp else None,
            vocabulary=VOCABULARY,
        )
