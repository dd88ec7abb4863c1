"""Corpora and vocabularies made for a purpose."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain
from math import sqrt

import numpy as np
import torch

from bert_core.config import BertConfig
from bert_core.model.bert import BertModule
from bert_core.pretraining.corpus import PieceCorpus
from bert_core.tokenization import Tokenizer

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def words(count: int) -> list[str]:
    """As many made-up words of one to three letters; every third goes on with the word before it."""
    letters = "abcdefghij"
    return [("##" if i % 3 == 2 else "") + "".join(letters[int(d)] for d in str(i)) for i in range(count)]


def a_tokenizer(count: int = 95, specials: Sequence[str] = SPECIALS, at: int = 0) -> Tokenizer:
    """A vocabulary of `count` ordinary pieces, with the special ones from index `at` on."""
    ordinary = words(count)
    return Tokenizer.from_vocabulary([*ordinary[:at], *specials, *ordinary[at:]], lowercase=True)


def a_corpus(
    documents: Sequence[Sequence[int]], seed: int = 0, first: int = 5, vocabulary: int = 100
) -> PieceCorpus:
    """Documents of sentences of so many pieces, drawn from first .. vocabulary - 1; all as PieceCorpus has it."""
    sizes = list(chain.from_iterable(documents))
    pieces = np.random.default_rng(seed).integers(first, vocabulary, sum(sizes)).astype(np.uint16)
    return PieceCorpus(
        pieces,
        np.array([0, *accumulate(sizes)], dtype=np.int64),
        np.array([0, *accumulate(map(len, documents))], dtype=np.int64),
    )


def telling(corpus: PieceCorpus) -> PieceCorpus:
    """The same corpus, where each piece is the number of the place it stands at."""
    pieces = np.arange(len(corpus.pieces), dtype=np.uint32)
    return PieceCorpus(pieces, corpus.sentences, corpus.documents)


def mixed(count: int = 60, seed: int = 3) -> PieceCorpus:
    """Documents of one to fifty sentences, these of 1 to 40 pieces: among them many shorter than what is asked for."""
    random = np.random.default_rng(seed)
    return a_corpus(
        [random.integers(1, 41, int(random.integers(1, 51))).tolist() for _ in range(count)], seed
    )


def a_module(objective: str = "mlm+nsp", seed: int = 1, vocabulary: int = 100) -> BertModule:
    """A tiny BERT with the heads of an objective, and weights large enough for a rounding error to show."""
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=3,
        intermediate_size=40,
        max_position_embeddings=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        initializer_range=0.3,
    )
    both = objective == "mlm+nsp"
    module = BertModule(config, pooler=both, nsp=both).initialise(seed)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(0.0, 0.1, generator=torch.Generator().manual_seed(len(name)))
    return module


def bound(share: float, count: int) -> float:
    """How far a share of `count` draws may be from what is expected: four and a half standard deviations."""
    return 4.5 * sqrt(share * (1 - share) / count)
