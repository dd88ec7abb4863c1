"""Data files into examples: how a file is laid out is guessed, and may be said instead."""

from bert_core.finetuning.reading.guessing import columns_of, guess, guess_roles
from bert_core.finetuning.reading.reader import read
from bert_core.finetuning.reading.texts import append_labelled, read_texts

__all__ = ["append_labelled", "columns_of", "guess", "guess_roles", "read", "read_texts"]
