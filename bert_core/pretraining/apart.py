"""Which documents of a text are set apart to be measured on, where no held-out text is given.

A document is known by the SHA-1 of its paragraphs, joined by line feeds. Apart are those for which that, as a whole
number, is divisible by EVERY: wherever they stand, and equal documents on the same side. Where that leaves fewer than
FEWEST that pairs can be made of, it is a tenth of all those that pairs can be made of, and FEWEST at least: those whose
SHA-1 is the lowest. Of fewer than twice FEWEST none are apart, and nothing is measured.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bert_core.errors import TrainingError
from bert_core.pretraining.sentences import split_sentences
from bert_core.tokenization import Tokenizer
from bert_core.training.files import write_json

EVERY = 100
FEWEST = 2
"""Documents that pairs need, each of two sentences or more and LEAST pieces."""
LEAST = 48


@dataclass(frozen=True)
class Apart:
    """The rule as it was found to fit a text.

    every      of the digests, those divisible by this are apart; 0: none
    documents  digests of others that are
    """

    every: int = 0
    documents: frozenset[str] = frozenset()

    def has(self, document: list[str]) -> bool:
        """Is this document set apart?"""
        if not (self.every or self.documents):
            return False
        digest = digest_of(document)
        return digest in self.documents or (self.every > 0 and int(digest, 16) % self.every == 0)

    @classmethod
    def of_few(cls, documents: Iterable[list[str]], tokenizer: Tokenizer) -> Apart:
        """The rule for a small text."""
        digests = sorted({digest_of(document) for document in documents if _is_long(document, tokenizer)})
        if len(digests) < 2 * FEWEST:
            return cls()
        return cls(documents=frozenset(digests[: max(FEWEST, len(digests) // 10)]))

    @classmethod
    def read(cls, path: Path) -> Apart:
        """What `write` wrote. Raises TrainingError where that cannot be read."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls(int(values["every"]), frozenset(map(str, values["documents"])))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TrainingError(
                f"The file cannot be read: {error}.", where=path, remedy="Delete its folder, and begin anew."
            ) from error

    def write(self, path: Path) -> None:
        """Keep it. Raises OSError."""
        write_json(path, {"every": self.every, "documents": sorted(self.documents)})


def digest_of(document: list[str]) -> str:
    """40 hexadecimal digits."""
    return hashlib.sha1("\n".join(document).encode("utf-8"), usedforsecurity=False).hexdigest()


def _is_long(document: list[str], tokenizer: Tokenizer) -> bool:
    """As `PieceCorpus.usable` has it."""
    sentences = [sentence for paragraph in document for sentence in split_sentences(paragraph)]
    sizes = [len(ids) for ids in tokenizer.ids(sentences) if ids]
    return len(sizes) >= 2 and sum(sizes) >= LEAST
