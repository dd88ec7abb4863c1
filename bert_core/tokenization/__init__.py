"""From a sentence pair to the pieces BERT reads. Importing this package does not import torch."""

from __future__ import annotations

from bert_core.tokenization.tokenizer import CasingSource, Encoding, Tokenizer

__all__ = ["CasingSource", "Encoding", "Tokenizer"]
