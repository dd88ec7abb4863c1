"""BERT's rules for text as a pipeline of the `tokenizers` library."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tokenizers import Tokenizer as Pipeline
from tokenizers.decoders import WordPiece as WordPieceDecoder
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

SPECIALS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LONGEST_WORD = 100
"""Characters; a longer word is one [UNK]."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def encodable(text: str) -> str:
    """Text with U+FFFD, which BERT ignores, for each lone surrogate, which UTF-8 cannot carry."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def bert_normalizer(
    lowercase: bool, strip_accents: bool | None = None, chinese: bool | None = None
) -> BertNormalizer:
    """Cleans text; `strip_accents` None goes with `lowercase`, `chinese` None parts ideographs by spaces."""
    return BertNormalizer(
        clean_text=True,
        handle_chinese_chars=chinese is not False,
        strip_accents=strip_accents,
        lowercase=lowercase,
    )


def bert_pipeline(vocabulary: Sequence[str], normalizer: BertNormalizer) -> Pipeline:
    """Normalise, cut into words and punctuation, then into the longest pieces there are."""
    ids = {piece: index for index, piece in enumerate(vocabulary)}
    pipeline = Pipeline(WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=LONGEST_WORD))
    pipeline.normalizer = normalizer
    pipeline.pre_tokenizer = BertPreTokenizer()
    pipeline.decoder = WordPieceDecoder(prefix="##")
    return pipeline


def looks_cased(vocabulary: Sequence[str]) -> bool:
    """Whether at least one piece in a hundred holds a capital; [UNK] and its like do not count.

    (Of the published vocabularies the cased one has 29 in a hundred, the uncased and the Chinese two in all.)
    """
    words = [piece for piece in vocabulary if not (piece.startswith("[") and piece.endswith("]"))]
    capitals = sum(any(map(str.isupper, piece)) for piece in words)
    return capitals > 0 and capitals * 100 >= len(words)


def longest_first(a: int, b: int, room: int) -> tuple[int, int]:
    """How many pieces of A and of B stay so that they fit: what is taken is taken from the longer one.

    The odd piece falls to the longer one, to B when they are equal, as in the library's `truncate_encodings`.
    """
    if a + b <= room:
        return a, b
    shorter = min(a, b, room // 2)
    longer = room - shorter
    return (longer, shorter) if a > b else (shorter, longer)
