"""Plain text to pieces on disk, with the places where sentences and documents begin."""

from __future__ import annotations

import json
import lzma
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bert_core.errors import TextError

SENTENCE_END = re.compile(r"[.!?][\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])")
ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|Sr|Jr|vs|etc|No|Vol|Gen|Col|Capt|Lt|Sgt|Rev|Hon|[A-Z])\.$"
)
SHORTEST = 12
"""Characters; a stretch shorter than this stays with what follows it."""

Encode = Callable[[list[str]], Iterable[Sequence[int]]]
"""Sentences to the ids of their pieces, without [CLS] and [SEP]."""


def read_documents(path: Path) -> Iterator[list[str]]:
    """The documents of a UTF-8 text file (plain or .xz), each a list of paragraphs.

    One paragraph a line, a blank line between documents.
    """
    paragraphs: list[str] = []
    with (
        lzma.open(path, "rt", encoding="utf-8")
        if path.suffix == ".xz"
        else path.open(encoding="utf-8") as file
    ):
        for line in file:
            if line := line.strip():
                paragraphs.append(line)
            elif paragraphs:
                yield paragraphs
                paragraphs = []
    if paragraphs:
        yield paragraphs


def split_sentences(paragraph: str) -> list[str]:
    """The sentences of an English paragraph, by punctuation, capitals and a list of abbreviations."""
    sentences, start = [], 0
    for match in SENTENCE_END.finditer(paragraph):
        sentence = paragraph[start : match.end()].rstrip()
        if match.end() - start >= SHORTEST and not ABBREVIATION.search(sentence):
            sentences.append(sentence)
            start = match.end()
    if rest := paragraph[start:].strip():
        sentences.append(rest)
    return sentences


@dataclass(frozen=True, eq=False)
class PieceCorpus:
    """A tokenised corpus: N pieces, in M sentences, in D documents.

    pieces     uint16 [N], read from disk where it is used
    sentences  int64 [M + 1], the piece at which each sentence begins, and N
    documents  int64 [D + 1], the sentence at which each document begins, and M
    """

    pieces: np.ndarray
    sentences: np.ndarray
    documents: np.ndarray

    @classmethod
    def open(cls, folder: Path) -> PieceCorpus:
        """What `build` left in a folder."""
        pieces = np.memmap(folder / "pieces.bin", dtype=np.uint16, mode="r")
        return cls(pieces, np.load(folder / "sentences.npy"), np.load(folder / "documents.npy"))

    @classmethod
    def build(cls, files: Iterable[Path], folder: Path, encode: Encode, batch: int = 500) -> PieceCorpus:
        """Tokenise text files into a folder, `batch` documents in memory at a time.

        Raises TextError where a vocabulary has ids beyond 65535, or there is no text.
        """
        folder.mkdir(parents=True, exist_ok=True)
        sentences, documents, total = [0], [0], 0
        unfinished = folder / "pieces.bin.part"
        with unfinished.open("wb") as out:
            for documents_text in _batches(files, batch):
                split = [[s for p in paragraphs for s in split_sentences(p)] for paragraphs in documents_text]
                encoded = iter(encode([sentence for document in split for sentence in document]))
                for document in split:
                    for _ in document:
                        ids = np.asarray(next(encoded), dtype=np.int64)
                        if not ids.size:
                            continue
                        if ids.max() > np.iinfo(np.uint16).max:
                            raise TextError("The vocabulary is too large: ids must fit into 16 bits.")
                        out.write(ids.astype(np.uint16).tobytes())
                        total += ids.size
                        sentences.append(total)
                    documents.append(len(sentences) - 1)
        if not total:
            raise TextError("There is no text to pretrain on.", remedy="Choose files that hold text.")
        np.save(folder / "sentences.npy", np.asarray(sentences, dtype=np.int64))
        np.save(folder / "documents.npy", np.asarray(documents, dtype=np.int64))
        (folder / "corpus.json").write_text(
            json.dumps({"pieces": total, "sentences": len(sentences) - 1, "documents": len(documents) - 1}),
            encoding="utf-8",
        )
        os.replace(unfinished, folder / "pieces.bin")  # last: where it is, the rest is there too
        return cls.open(folder)

    def usable(self, fewest_pieces: int = 48) -> np.ndarray:
        """Indices of the documents with two sentences or more and at least so many pieces, int64."""
        length = np.diff(self.sentences[self.documents])
        return np.flatnonzero((length >= fewest_pieces) & (np.diff(self.documents) >= 2))


def _batches(files: Iterable[Path], size: int) -> Iterator[list[list[str]]]:
    batch: list[list[str]] = []
    for path in files:
        for document in read_documents(path):
            batch.append(document)
            if len(batch) == size:
                yield batch
                batch = []
    if batch:
        yield batch
