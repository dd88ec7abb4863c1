"""Small corpora and vocabularies of which everything is known, shared by the tests of pretraining."""

from __future__ import annotations

import numpy as np

from bert_core.pretraining.corpus import PieceCorpus
from bert_core.tokenization import Tokenizer

DOCUMENTS, SENTENCES, SENTENCE = 20, 40, 7
FIRST = 6
"""The id of the corpus's first piece; those before are special, or a lone "##x"."""


def numbered_corpus() -> PieceCorpus:
    """Twenty documents of forty sentences of seven pieces; a piece says where it stands."""
    total = DOCUMENTS * SENTENCES * SENTENCE
    return PieceCorpus(
        (np.arange(total) + FIRST).astype(np.uint16),
        np.arange(0, total + 1, SENTENCE),
        np.arange(0, DOCUMENTS * SENTENCES + 1, SENTENCES),
    )


def uneven_corpus(seed: int = 0, documents: int = 400) -> PieceCorpus:
    """Documents and sentences of all lengths, as in life: many short, a few very long ones."""
    random = np.random.default_rng(seed)
    counts = np.maximum(1, random.lognormal(2.2, 1.0, documents)).astype(np.int64)
    sizes = np.maximum(1, random.lognormal(2.8, 0.7, counts.sum())).astype(np.int64)
    sentences = np.concatenate([[0], np.cumsum(sizes)])
    return PieceCorpus(
        (np.arange(sentences[-1]) % 60000 + FIRST).astype(np.uint16),
        sentences,
        np.concatenate([[0], np.cumsum(counts)]),
    )


def numbered_tokenizer(size: int = DOCUMENTS * SENTENCES * SENTENCE) -> Tokenizer:
    """A vocabulary with a piece for each place of the numbered corpus."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "##x"]
    return Tokenizer.from_vocabulary(
        [*special, *(f"n{i}" for i in range(size))], lowercase=True, max_length=512
    )
