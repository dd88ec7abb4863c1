"""Pairs of text segments for next-sentence prediction: B truly follows A, or comes from another document."""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np

from bert_core.errors import TextError
from bert_core.pretraining.corpus import PieceCorpus

SPECIAL_PIECES = 3
"""[CLS] A [SEP] B [SEP]"""
IS_NEXT, NOT_NEXT = 0, 1


class Pair(NamedTuple):
    """Two segments, uint16 [a] and [b], and whether the second follows the first."""

    a: np.ndarray
    b: np.ndarray
    label: int


class Pairs:
    """An endless supply of pairs (Devlin et al. 2018, appendix A.2).

    A segment is a run of whole sentences within one document, cut only where it would not fit; together the two fill
    the length asked for, as far as their documents reach. Half of the time B is what follows A (label 0), else it
    begins at a random sentence of another document (label 1), and the text after A is used by a later pair. Documents
    come in random order, `open_documents` at a time, so that neighbouring pairs are unrelated; each is read once
    before any is read again.
    """

    def __init__(self, corpus: PieceCorpus, seed: int, open_documents: int = 256) -> None:
        self._corpus = corpus
        self._random = random.Random(seed)
        self._usable = [int(index) for index in corpus.usable()]
        if len(self._usable) < 2:
            raise TextError("There must be at least two documents of two sentences to make pairs of.")
        self._waiting: list[int] = []
        self._cursors: list[tuple[int, int]] = []  # document, next sentence
        self._open_documents = open_documents

    def draw(self, length: int) -> Pair:
        """One pair; with its three special pieces it has `length` pieces at most (16 or more)."""
        while len(self._cursors) < self._open_documents:
            document = self._next_document()
            self._cursors.append((document, int(self._corpus.documents[document])))
        chosen = self._random.randrange(len(self._cursors))
        document, first = self._cursors[chosen]
        starts, end = self._corpus.sentences, int(self._corpus.documents[document + 1])

        room = length - SPECIAL_PIECES
        shortest = max(4, room // 5)
        wanted = self._random.randint(shortest, room - shortest)
        after = first + 1
        while after < end - 1 and starts[after + 1] - starts[first] <= wanted:
            after += 1
        a_end = int(starts[after])
        a = self._corpus.pieces[max(int(starts[first]), a_end - (room - shortest)) : a_end]
        if after < end and self._random.random() < 0.5:
            b, following = self._continuation(after, end, room - len(a))
            label = IS_NEXT
        else:
            b, following = self._elsewhere(document, room - len(a)), after
            label = NOT_NEXT

        if following >= end - 1:
            self._cursors.pop(chosen)
        else:
            self._cursors[chosen] = document, following
        return Pair(a, b, label)

    def _next_document(self) -> int:
        if not self._waiting:
            self._waiting = list(self._usable)
            self._random.shuffle(self._waiting)
        return self._waiting.pop()

    def _continuation(self, sentence: int, end: int, room: int) -> tuple[np.ndarray, int]:
        """The text from a sentence on, and the first sentence that it does not touch."""
        starts = self._corpus.sentences
        begin = int(starts[sentence])
        stop = min(begin + room, int(starts[end]))
        return self._corpus.pieces[begin:stop], int(np.searchsorted(starts[: end + 1], stop))

    def _elsewhere(self, document: int, room: int) -> np.ndarray:
        """Text from a random sentence of another document on; from further up where it would be too short."""
        other = document
        while other == document:
            other = self._random.choice(self._usable)
        first, end = (int(edge) for edge in self._corpus.documents[other : other + 2])
        starts = self._corpus.sentences
        sentence = self._random.randrange(first, end)
        while sentence > first and starts[end] - starts[sentence] < room:
            sentence -= 1
        begin = int(starts[sentence])
        return self._corpus.pieces[begin : min(begin + room, int(starts[end]))]
