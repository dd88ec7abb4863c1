"""Learns a WordPiece vocabulary from text; the same text gives the same vocabulary, in the same order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tokenizers.normalizers import BertNormalizer
from tokenizers.trainers import WordPieceTrainer

from bert_core.errors import VocabularyError
from bert_core.tokenization.pipeline import SPECIALS, bert_pipeline, encodable


def learn_vocabulary(
    texts: Iterable[str], vocab_size: int, normalizer: BertNormalizer, min_frequency: int, limit_alphabet: int
) -> tuple[str, ...]:
    """The special pieces, then characters, then what is joined from them, most frequent first.

    The texts are held in memory, as they are read more than once. Raises VocabularyError where there is no text, or no
    room for its characters.
    """
    # Normalising takes most of the time, so it is done once.
    texts = [normalizer.normalize_str(encodable(text)) for text in texts]
    words: Counter[str] = Counter()
    for text in texts:
        words.update(text.split())
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for letter in word:
            counts[letter] += count
    letters = sorted(counts, key=lambda letter: (-counts[letter], letter))[:limit_alphabet]
    if not letters:
        raise VocabularyError("There is no text to learn a vocabulary from.", remedy="Give more text.")

    def train(texts: Iterable[str], size: int, first: list[str]) -> list[str]:
        pipeline = bert_pipeline(SPECIALS, normalizer)
        pipeline.normalizer = None
        trainer = WordPieceTrainer(
            vocab_size=size,
            min_frequency=min_frequency,
            limit_alphabet=len(letters),
            initial_alphabet=letters,
            special_tokens=first,
            show_progress=False,
        )
        pipeline.train_from_iterator(texts, trainer)
        ids = pipeline.get_vocab()
        return sorted(ids, key=ids.__getitem__)

    # The library numbers the characters within words as its hash table has them, and breaks ties between pairs by
    # those numbers: another vocabulary each time. So find these characters first, and number them ourselves.
    characters = sorted(set(train(words, 0, list(SPECIALS))).difference(SPECIALS))
    first = [*SPECIALS, *characters]
    if len(first) > vocab_size:
        raise VocabularyError(
            f"{vocab_size} pieces are too few: the characters alone make {len(first)}.",
            remedy="Ask for more pieces, or a smaller alphabet.",
        )
    return tuple(train(texts, vocab_size, first))
