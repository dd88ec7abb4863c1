"""Learns the vocabulary of a run from an evenly spread share of its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bert_core.pretraining.recipe import VocabularyRecipe
from bert_core.pretraining.text import bytes_on_disk, read_documents
from bert_core.tokenization import Tokenizer


def learn(
    files: Sequence[Path],
    recipe: VocabularyRecipe,
    progress: Callable[[str, float], None] | None = None,
    max_length: int = 512,
) -> Tokenizer:
    """A WordPiece vocabulary from every so many-th document of text files, as `recipe.text_share` says.

    progress  told "vocabulary" and the share that is done, 0 to 1: reading is half of it, by bytes
    Raises TextError where a file cannot be read, VocabularyError where there is too little text, or no room for its
    characters.
    """
    told = progress or (lambda step, share: None)
    told("vocabulary", 0.0)
    made = Tokenizer.train(
        _sample(files, recipe.text_share, lambda share: told("vocabulary", share / 2)),
        recipe.size,
        lowercase=recipe.lowercase,
        strip_accents=recipe.strip_accents,
        tokenize_chinese_chars=recipe.split_chinese,
        max_length=max_length,
        min_frequency=recipe.min_frequency,
        limit_alphabet=recipe.alphabet,
    )
    told("vocabulary", 1.0)
    return made


def _sample(files: Sequence[Path], share: float, progress: Callable[[float], None]) -> Iterator[str]:
    """The paragraphs of the documents chosen, evenly spread; the first one always is."""
    total, done, owed = max(bytes_on_disk(files), 1), 0, 1.0

    def read(count: int) -> None:
        nonlocal done
        done += count
        progress(min(done / total, 1.0))

    for file in files:
        for document in read_documents(file, read):
            if owed >= 1:
                owed -= 1
                yield from document
            owed += share
