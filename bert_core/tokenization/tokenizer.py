"""WordPiece as BERT does it: a sentence pair in, pieces with ids, segments, words and character spans out.

The reference is BertTokenizer of Hugging Face `transformers`, which stands on the same `tokenizers` library:
pieces, ids, segments, spans and truncation are equal to it, for any text. Both differ from Google's code of
2018 (https://github.com/google-research/bert/blob/master/tokenization.py), and only here:

- a capital sigma at the end of a word lowers to a plain sigma, where Google's makes a final one;
- characters are classified by Unicode tables of about 2015: younger punctuation, accents and format
  characters are taken for letters, and so are code points that have no character yet;
- the ideographs U+2B820 to U+2B91F do not stand alone as words;
- of a pair cut to an odd number of pieces, the last one goes to the longer sentence, or to B when both are
  equally long; Google's gives it to A.

The pure Python tokenizer of older `transformers` also composes accents (NFC) before it looks a cased word up;
Google's does not, and neither does this. Where normalisation moves a spacing mark across an accent (Hangul tone
marks beside combining accents), the span is that of its neighbour, as in the reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from tokenizers import AddedToken
from tokenizers import Tokenizer as Pipeline
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from bert_core.errors import TextError, VocabularyError
from bert_core.tokenization import files
from bert_core.tokenization.learning import learn_vocabulary
from bert_core.tokenization.pipeline import (
    SPECIALS,
    bert_normalizer,
    bert_pipeline,
    encodable,
    longest_first,
    looks_cased,
)
from bert_core.trace import Token

CasingSource = Literal["given", "tokenizer_config.json", "tokenizer.json", "vocabulary"]
"""What said whether letters are lower-cased: the caller, one of two files, or the look of the vocabulary."""

DEFAULT_LENGTH = 512


@dataclass(frozen=True, slots=True)
class Encoding:
    """What the model reads for a sentence or a pair, S pieces with the added [CLS] and [SEP].

    tokens       S Tokens; spans count code points of the sentence as typed
    ids          S whole numbers
    segment_ids  S whole numbers: 0 for [CLS], A and its [SEP], 1 for B and its [SEP]
    left_out     pieces that did not fit, of A and of B
    """

    tokens: tuple[Token, ...]
    ids: tuple[int, ...]
    segment_ids: tuple[int, ...]
    left_out: tuple[int, int] = (0, 0)

    def __len__(self) -> int:
        return len(self.ids)


class Tokenizer:
    """A WordPiece vocabulary and the rules by which text is cut into its pieces.

    Make one with `load`, `from_vocabulary` or `train`. It does not change once made, but is to be used by one
    thread at a time. Where a piece stands in the vocabulary twice, the later id counts, as in the reference.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        vocabulary: tuple[str, ...],
        *,
        casing_source: CasingSource,
        max_length: int,
        where: Path | None = None,
    ) -> None:
        missing = [piece for piece in SPECIALS[1:] if pipeline.token_to_id(piece) is None]
        if missing:
            raise VocabularyError(
                f"The vocabulary lacks {', '.join(missing)}, which BERT needs.",
                where=where,
                remedy=files.CHOOSE,
            )
        if max_length < 3:
            raise VocabularyError(
                f"A limit of {max_length} leaves no room for [CLS] and two [SEP].", where=where
            )
        self._pipeline = pipeline
        self.vocabulary = vocabulary
        self.casing_source: CasingSource = casing_source
        self.max_length = max_length
        """The most pieces an encoding may have, [CLS] and [SEP] included."""
        self.unk_id, self.cls_id, self.sep_id, self.mask_id = map(self.id_of, SPECIALS[1:])
        self.pad_id: int | None = pipeline.token_to_id("[PAD]")
        normalizer = pipeline.normalizer
        self.lowercase: bool = normalizer is not None and normalizer.normalize_str("A") == "a"
        # What is typed as [MASK] is that piece, wherever it stands; a vocabulary without [PAD] gets none.
        there = [piece for piece in SPECIALS if pipeline.token_to_id(piece) is not None]
        pipeline.add_special_tokens([AddedToken(piece, special=True, normalized=False) for piece in there])

    @classmethod
    def load(cls, folder: Path | str) -> Tokenizer:
        """The tokenizer of a checkpoint folder: tokenizer.json, or else vocab.txt.

        The limit is the smaller of what tokenizer_config.json (model_max_length) and config.json
        (max_position_embeddings) say, 512 where neither speaks. Whether letters are lower-cased is said by
        tokenizer_config.json (do_lower_case), else by tokenizer.json, else by the vocabulary: not if many
        pieces hold capitals; see `casing_source`.
        Raises VocabularyError naming the file that is missing, unreadable, broken, or not BERT's.
        """
        folder = Path(folder)
        settings = files.read_object(folder / "tokenizer_config.json")
        lowercase, strip, chinese = (
            value if isinstance(value := settings.get(name), bool) else None
            for name in ("do_lower_case", "strip_accents", "tokenize_chinese_chars")
        )
        source: CasingSource = "tokenizer_config.json" if lowercase is not None else "vocabulary"
        path = folder / "tokenizer.json"
        if (text := files.read_text(path)) is not None:
            pipeline = files.parse_pipeline(text, path)
            vocabulary = files.vocabulary_of(pipeline, path)
            normalizer = pipeline.normalizer
            if isinstance(normalizer, BertNormalizer):
                if lowercase is None:
                    lowercase, source = normalizer.lowercase, "tokenizer.json"
                strip = normalizer.strip_accents if strip is None else strip
                chinese = normalizer.handle_chinese_chars if chinese is None else chinese
            if normalizer is None or isinstance(normalizer, BertNormalizer):
                lowercase = not looks_cased(vocabulary) if lowercase is None else lowercase
                pipeline.normalizer = bert_normalizer(lowercase, strip, chinese)
            else:
                source = "tokenizer.json"  # rules of its own: as they stand
            if pipeline.pre_tokenizer is None:
                pipeline.pre_tokenizer = BertPreTokenizer()
        else:
            path = folder / "vocab.txt"
            if (text := files.read_text(path)) is None:
                what = "holds neither tokenizer.json nor vocab.txt" if folder.is_dir() else "does not exist"
                raise VocabularyError(f"The folder {what}.", where=folder, remedy=files.CHOOSE)
            vocabulary = files.parse_vocabulary(text, path)
            lowercase = not looks_cased(vocabulary) if lowercase is None else lowercase
            pipeline = bert_pipeline(vocabulary, bert_normalizer(lowercase, strip, chinese))
        limits: tuple[Any, Any] = (
            settings.get("model_max_length"),
            files.read_object(folder / "config.json").get("max_position_embeddings"),
        )
        # Where no limit was known, `transformers` wrote 1e30.
        known = [int(n) for n in limits if type(n) in (int, float) and 3 <= n <= 1_000_000]
        length = min(known, default=DEFAULT_LENGTH)
        return cls(pipeline, vocabulary, casing_source=source, max_length=length, where=path)

    @classmethod
    def from_vocabulary(
        cls,
        tokens: Sequence[str],
        lowercase: bool,
        strip_accents: bool | None = None,
        tokenize_chinese_chars: bool = True,
        max_length: int = DEFAULT_LENGTH,
    ) -> Tokenizer:
        """A tokenizer of these pieces, by id. `strip_accents` None: as `lowercase`.

        Raises VocabularyError where [UNK], [CLS], [SEP] or [MASK] is missing.
        """
        vocabulary = tuple(tokens)
        pipeline = bert_pipeline(
            vocabulary, bert_normalizer(lowercase, strip_accents, tokenize_chinese_chars)
        )
        return cls(pipeline, vocabulary, casing_source="given", max_length=max_length)

    @classmethod
    def train(
        cls,
        texts: Iterable[str],
        vocab_size: int,
        lowercase: bool = True,
        strip_accents: bool | None = None,
        tokenize_chinese_chars: bool = True,
        max_length: int = DEFAULT_LENGTH,
        min_frequency: int = 2,
        limit_alphabet: int = 1000,
    ) -> Tokenizer:
        """Learn at most `vocab_size` pieces from texts; [PAD] [UNK] [CLS] [SEP] [MASK] are ids 0 to 4.

        A pair of pieces seen less than `min_frequency` times is not joined; of the characters, only the
        `limit_alphabet` most frequent are kept (give more for Chinese). The texts are read once, and only their
        different words held in memory; the same texts give the same vocabulary. Raises VocabularyError where
        there is no text, or no room for its characters.
        """
        normalizer = bert_normalizer(lowercase, strip_accents, tokenize_chinese_chars)
        vocabulary = learn_vocabulary(texts, vocab_size, normalizer, min_frequency, limit_alphabet)
        return cls.from_vocabulary(vocabulary, lowercase, strip_accents, tokenize_chinese_chars, max_length)

    def __len__(self) -> int:
        """Number of ids."""
        return len(self.vocabulary)

    def __contains__(self, token: object) -> bool:
        return isinstance(token, str) and self._pipeline.token_to_id(encodable(token)) is not None

    def id_of(self, token: str) -> int:
        """The id of a piece. Raises KeyError where the vocabulary has no such piece."""
        index = self._pipeline.token_to_id(encodable(token))
        if index is None:
            raise KeyError(f"{token!r} is not in the vocabulary")
        return index

    def encode(self, text_a: str, text_b: str | None = None, max_length: int | None = None) -> Encoding:
        """[CLS] A [SEP], or [CLS] A [SEP] B [SEP] where `text_b` is a string, be it empty.

        At most `max_length` pieces, never more than `self.max_length`; of a pair, pieces are taken from the
        end of the longer sentence first. Time is linear in the length of the text.
        Raises TextError where `max_length` leaves no room for [CLS] and [SEP].
        """
        limit = self.max_length if max_length is None else min(max_length, self.max_length)
        texts = (text_a,) if text_b is None else (text_a, text_b)
        room = limit - 1 - len(texts)
        if room < 0:
            raise TextError(f"A limit of {limit} pieces leaves no room for [CLS] and [SEP].")
        sentences = [self._pipeline.encode(encodable(text), add_special_tokens=False) for text in texts]
        lengths = [len(sentence.ids) for sentence in sentences]
        kept = longest_first(lengths[0], lengths[1] if text_b is not None else 0, room)

        tokens = [Token("[CLS]", self.cls_id, 0, 0, 0, 0, True)]
        word = 1
        for segment, (sentence, keep) in enumerate(zip(sentences, kept, strict=False)):
            columns = zip(sentence.tokens, sentence.ids, sentence.offsets, sentence.word_ids, strict=True)
            previous = None
            for (text, index, (start, end), inner), _ in zip(columns, range(keep), strict=False):
                word += previous is not None and inner != previous
                previous = inner
                tokens.append(Token(text, index, segment, start, end, word, False))
            word += previous is not None
            tokens.append(Token("[SEP]", self.sep_id, segment, 0, 0, word, True))
            word += 1
        return Encoding(
            tuple(tokens),
            tuple(token.id for token in tokens),
            tuple(token.segment for token in tokens),
            (lengths[0] - kept[0], lengths[1] - kept[1] if text_b is not None else 0),
        )

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of many texts' pieces, each without [CLS] and [SEP] and however long; for whole corpora.

        What is typed as [MASK] or [SEP] is read as brackets and a word, unlike in `encode`: a text about BERT must not
        put special pieces among those to learn from.
        """
        encodings = self._plain.encode_batch_fast(
            [encodable(text) for text in texts], add_special_tokens=False
        )
        return [encoding.ids for encoding in encodings]

    @cached_property
    def _plain(self) -> Pipeline:
        """The pipeline, for which no text is a special piece."""
        plain = Pipeline.from_str(self._pipeline.to_str())
        plain.encode_special_tokens = True
        return plain

    def with_max_length(self, max_length: int) -> Tokenizer:
        """The same tokenizer with another limit. Raises VocabularyError for one below 3."""
        return Tokenizer(
            self._pipeline, self.vocabulary, casing_source=self.casing_source, max_length=max_length
        )

    def save(self, folder: Path | str) -> None:
        """Write vocab.txt, tokenizer.json and tokenizer_config.json, which `transformers` opens unchanged.

        Raises VocabularyError where they cannot be written.
        """
        normalizer = self._pipeline.normalizer
        of_bert = isinstance(normalizer, BertNormalizer)
        saved = Pipeline.from_str(self._pipeline.to_str())
        saved.post_processor = TemplateProcessing(
            single="[CLS]:0 $A:0 [SEP]:0",
            pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
            special_tokens=[("[CLS]", self.cls_id), ("[SEP]", self.sep_id)],
        )
        settings = {
            "tokenizer_class": "BertTokenizer" if of_bert else "PreTrainedTokenizerFast",
            "do_lower_case": self.lowercase,
            "strip_accents": normalizer.strip_accents if isinstance(normalizer, BertNormalizer) else None,
            "tokenize_chinese_chars": not isinstance(normalizer, BertNormalizer)
            or normalizer.handle_chinese_chars,
            "model_max_length": self.max_length,
            "pad_token": None if self.pad_id is None else "[PAD]",
            "unk_token": "[UNK]",
            "cls_token": "[CLS]",
            "sep_token": "[SEP]",
            "mask_token": "[MASK]",
        }
        files.write_tokenizer(Path(folder), self.vocabulary, saved, settings)
