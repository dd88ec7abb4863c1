"""Sentences and pairs to ids, many at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bert_core.tokenization import Tokenizer
from bert_core.tokenization.pipeline import SPECIALS, longest_first

_TYPED = re.compile("|".join(map(re.escape, SPECIALS)))


def encode_texts(
    tokenizer: Tokenizer, texts: Sequence[tuple[str, str | None]], max_length: int
) -> tuple[list[list[int]], list[int]]:
    """What `tokenizer.encode` gives for each: the ids, and at which piece sentence B begins (or the length)."""
    limit = min(max_length, tokenizer.max_length)
    flat = [text for pair in texts for text in pair if text is not None]
    pieces = iter(tokenizer.ids(flat))
    found, second = [], []
    for text_a, text_b in texts:
        a = next(pieces)
        b = None if text_b is None else next(pieces)
        if _TYPED.search(text_a) or (text_b and _TYPED.search(text_b)):  # a typed [MASK] is that piece
            encoding = tokenizer.encode(text_a, text_b, limit)
            found.append(list(encoding.ids))
            second.append(encoding.segment_ids.index(1) if text_b is not None else len(encoding))
            continue
        kept = longest_first(len(a), 0 if b is None else len(b), limit - (2 if b is None else 3))
        row = [tokenizer.cls_id, *a[: kept[0]], tokenizer.sep_id]
        second.append(len(row))
        if b is not None:
            row += [*b[: kept[1]], tokenizer.sep_id]
        found.append(row)
    return found, second


def encode_words(tokenizer: Tokenizer, words: Sequence[str]) -> list[list[int]]:
    """The pieces of single words, each as it would be read in a sentence; of some words there are none."""
    found = tokenizer.ids(words)
    for number, word in enumerate(words):
        if _TYPED.search(word):
            found[number] = list(tokenizer.encode(word).ids[1:-1])
    return found
