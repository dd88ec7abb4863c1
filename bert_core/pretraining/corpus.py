"""A tokenised corpus on disk: its pieces, and the places where sentences and documents begin."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from bert_core.errors import TextError
from bert_core.pretraining.sentences import split_sentences
from bert_core.tokenization import Tokenizer
from bert_core.training.files import write_json

BATCH = 1 << 20
"""Characters that are tokenised at once; the encodings of so many take some 100 MB."""
_FILES = ("pieces.bin", "sentences.bin", "documents.bin")
_ABOUT = "corpus.json"


@dataclass(frozen=True, eq=False)
class PieceCorpus:
    """A tokenised corpus: N pieces, in M sentences, in D documents, none of them empty.

    pieces     uint16 [N], uint32 where the vocabulary is too large for that; these three are read from disk as needed
    sentences  int64 [M + 1], the piece at which each sentence begins, and N
    documents  int64 [D + 1], the sentence at which each document begins, and M

    The last two are a tenth of the whole, and of the type in which they are reckoned with: searching in shorter numbers
    for a longer one, numpy would convert them all.
    """

    pieces: np.ndarray
    sentences: np.ndarray
    documents: np.ndarray

    @classmethod
    def is_whole(cls, folder: Path) -> bool:
        """Whether `build` came to its end in this folder."""
        return (folder / _ABOUT).is_file()

    @classmethod
    def open(cls, folder: Path) -> PieceCorpus:
        """What `build` left in a folder. Raises TextError where it is not there, or not whole."""
        try:
            about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
            wanted = about["pieces"], about["sentences"] + 1, about["documents"] + 1
            kinds = np.dtype(about["dtype"]), np.dtype(np.int64), np.dtype(np.int64)
            arrays = []
            for name, count, kind in zip(_FILES, wanted, kinds, strict=True):
                if (folder / name).stat().st_size != count * kind.itemsize:
                    raise ValueError(f"{name} has not the size that it should have")
                arrays.append(np.memmap(folder / name, dtype=kind, mode="r"))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise TextError(
                f"The tokenised text cannot be read: {error}.",
                where=folder,
                remedy="Delete it, and prepare it anew.",
            ) from error
        return cls(*arrays)

    @classmethod
    def build(
        cls, documents: Iterable[list[str]], folder: Path, tokenizer: Tokenizer, batch: int = BATCH
    ) -> PieceCorpus:
        """Tokenise documents, each a list of paragraphs, into a folder.

        One document and `batch` characters are in memory at a time. What the folder had is overwritten, and taken for
        a corpus again only when all is written. Raises TextError where there is no text.
        """
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _ABOUT).unlink(missing_ok=True)
        with ExitStack() as stack:
            files = [stack.enter_context((folder / name).open("wb")) for name in _FILES]
            writer = _Writer(files, tokenizer)
            for sentences in _batches(documents, batch):
                writer.add(sentences)
            for file in files:
                file.flush()
                os.fsync(file.fileno())
        if not writer.pieces:
            raise TextError("There is no text to read pieces from.", remedy="Choose files that hold text.")
        about = {"pieces": writer.pieces, "sentences": writer.sentences, "documents": writer.documents}
        write_json(folder / _ABOUT, {**about, "dtype": writer.dtype.name})
        return cls.open(folder)

    def usable(self, fewest_pieces: int = 48) -> np.ndarray:
        """Indices of the documents with two sentences or more and at least so many pieces, int64."""
        length = np.diff(self.sentences[self.documents])
        return np.flatnonzero((length >= fewest_pieces) & (np.diff(self.documents) >= 2))


class _Writer:
    """Appends to the three files, and counts."""

    def __init__(self, files: Sequence[BinaryIO], tokenizer: Tokenizer) -> None:
        self._pieces, self._sentences, self._documents = files
        self._tokenizer = tokenizer
        self.dtype = np.dtype(np.uint16 if len(tokenizer.vocabulary) <= 1 << 16 else np.uint32)
        self.pieces = self.sentences = self.documents = 0
        self._begun = False
        for file in (self._sentences, self._documents):
            file.write(np.int64(0).tobytes())

    def add(self, sentences: list[str | None]) -> None:
        """Sentences, and None where a document ends."""
        encoded = iter(self._tokenizer.ids([sentence for sentence in sentences if sentence is not None]))
        ends: list[int] = []
        bounds: list[int] = []
        parts: list[np.ndarray] = []
        for sentence in sentences:
            if sentence is not None:
                if ids := next(encoded):  # none in a sentence of control characters
                    parts.append(np.asarray(ids, dtype=self.dtype))
                    self.pieces += len(ids)
                    self.sentences += 1
                    ends.append(self.pieces)
                    self._begun = True
            elif self._begun:
                self.documents += 1
                bounds.append(self.sentences)
                self._begun = False
        if parts:
            self._pieces.write(np.concatenate(parts).tobytes())
        self._sentences.write(np.asarray(ends, dtype=np.int64).tobytes())
        self._documents.write(np.asarray(bounds, dtype=np.int64).tobytes())


def _batches(documents: Iterable[list[str]], size: int) -> Iterator[list[str | None]]:
    """Sentences of so many characters, or a paragraph more, with None after each document."""
    batch: list[str | None] = []
    characters = 0
    for document in documents:
        for paragraph in document:
            batch += split_sentences(paragraph)
            characters += len(paragraph)
            if characters >= size:
                yield batch
                batch, characters = [], 0
        batch.append(None)
    if batch:
        yield batch
