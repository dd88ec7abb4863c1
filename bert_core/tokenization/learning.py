"""Learns a WordPiece vocabulary from text; the same text gives the same vocabulary, in the same order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.trainers import WordPieceTrainer

from bert_core.errors import VocabularyError
from bert_core.tokenization.pipeline import SPECIALS, bert_pipeline, encodable

MOST_WORDS = 4_000_000
"""Different words that are held in memory, some 500 MB; when there are more, the rarest are forgotten."""
LONGEST = 1000
"""Characters; what is longer, with neither space nor punctuation in it, is no word in any script, and is left out."""
_TOGETHER = 1 << 12


def learn_vocabulary(
    texts: Iterable[str], vocab_size: int, normalizer: BertNormalizer, min_frequency: int, limit_alphabet: int
) -> tuple[str, ...]:
    """The special pieces, then characters, then what is joined from them, most frequent first.

    The texts are read once; only their words are held in memory. Raises VocabularyError where there is no text, or no
    room for its characters.
    """
    words = _count_words(texts, normalizer)
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
    return tuple(train(_repeated(words), vocab_size, first))


def _count_words(texts: Iterable[str], normalizer: BertNormalizer) -> Counter[str]:
    """How often there is what stands between two spaces, punctuation included, unless that makes it too long."""
    words: Counter[str] = Counter()
    for text in texts:
        found = normalizer.normalize_str(encodable(text)).split()
        if len(text) > LONGEST:
            found = [part for word in found for part in _short_parts(word)]
        words.update(found)
        while len(words) > MOST_WORDS:
            rarest = min(words.values())
            words = Counter({word: count for word, count in words.items() if count > rarest})
    return words


def _short_parts(word: str) -> list[str]:
    if len(word) <= LONGEST:
        return [word]
    return [part for part, _ in BertPreTokenizer().pre_tokenize_str(word) if len(part) <= LONGEST]


def _repeated(words: Counter[str]) -> Iterator[str]:
    """Each word as often as it was counted: the library's trainers take texts only."""
    batch: list[str] = []
    for word, count in words.items():
        while count:
            more = min(count, _TOGETHER)
            batch += [word] * more
            count -= more
            if len(batch) >= _TOGETHER:
                yield " ".join(batch)
                batch = []
    yield " ".join(batch)
