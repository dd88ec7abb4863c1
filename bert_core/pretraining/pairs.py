"""Pairs of text segments for next-sentence prediction: B truly follows A, or comes from another document.

Each is a function of the seed, the length and a number, so that any process draws any part of a run, and a run that
goes on needs to know numbers only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bert_core.errors import TextError
from bert_core.pretraining.corpus import PieceCorpus
from bert_core.pretraining.recipe import Objective

IS_NEXT, NOT_NEXT = 0, 1
_TRIES = 20
_FEWEST = 2  # documents, so that there is another one


def enough(corpus: PieceCorpus) -> bool:
    """Can pairs be made of it?"""
    return len(corpus.usable()) >= _FEWEST


class Pair(NamedTuple):
    """Two segments, integers [a] and [b], and whether the second follows the first.

    `generator` has the random numbers that are left for masking.
    """

    a: np.ndarray
    b: np.ndarray
    label: int
    generator: np.random.Generator


class Pairs:
    """An endless supply of pairs (Devlin et al. 2018, appendix A.2).

    A segment is a run of whole sentences within one document, cut only where it would not fit; together the two fill
    the length asked for, as far as their documents reach. Half of the time B is what follows A (label 0), else it
    begins at a random sentence of another document (label 1), drawn by length. An epoch visits places evenly spaced
    over the corpus, as many as fit with the length asked for, each once, in random order; the next epoch visits others.

    objective   "mlm+nsp": as above. "mlm": B always follows A. "causal": one segment, B is empty.
    """

    def __init__(self, corpus: PieceCorpus, seed: int, objective: Objective = "mlm+nsp") -> None:
        # As plain arrays, still read from the disk where they are used: slices of a memmap cost more.
        self._pieces, self._starts = np.asarray(corpus.pieces), np.asarray(corpus.sentences)
        self._documents = np.asarray(corpus.documents)
        self._usable = corpus.usable()  # int64 [documents of two sentences and enough pieces]
        self._seed, self._objective = seed, objective
        self._orders: dict[int, tuple[int, np.ndarray, int]] = {}
        if len(self._usable) < _FEWEST:
            raise TextError(
                "There must be at least two documents of two sentences and 48 pieces to make pairs of.",
                remedy="Give more text; a blank line parts documents.",
            )
        self._is_usable = np.zeros(len(self._documents) - 1, dtype=np.bool_)
        self._is_usable[self._usable] = True

    @property
    def special_pieces(self) -> int:
        """[CLS] A [SEP] B [SEP], or [CLS] A [SEP]."""
        return 2 if self._objective == "causal" else 3

    def epoch_size(self, length: int) -> int:
        """How many pairs of a length make an epoch."""
        return max(1, len(self._pieces) // (length - self.special_pieces))

    def example(self, length: int, number: int) -> Pair:
        """The pair of this number; with its special pieces it has `length` pieces at most (16 or more)."""
        generator = np.random.Generator(np.random.Philox(key=[self._seed, length], counter=[0, 0, 0, number]))
        room = length - self.special_pieces
        document, sentence = self._place(self._anchor(length, number))
        first, end = int(self._documents[document]), int(self._documents[document + 1])
        starts = self._starts
        last_piece = int(starts[end])
        sentence = min(sentence, end - 2)
        if last_piece - int(starts[sentence]) < room:  # further up, so that the document fills the length
            sentence = max(
                first, int(np.searchsorted(starts[first:end], last_piece - room, "right")) - 1 + first
            )
            sentence = min(sentence, end - 2)
        begin = int(starts[sentence])
        if self._objective == "causal":
            return Pair(
                self._pieces[begin : min(begin + room, last_piece)], self._pieces[:0], IS_NEXT, generator
            )

        shortest = max(4, room // 5)
        wanted = int(generator.integers(shortest, room - shortest, endpoint=True))
        bounds = starts[sentence + 1 : end]  # where A may end: B needs at least one sentence
        chosen = max(0, int(np.searchsorted(bounds, begin + wanted, "right")) - 1)
        cut = int(bounds[chosen])
        a = self._pieces[max(begin, cut - (room - shortest)) : cut]
        size = min(room - len(a), last_piece - cut)
        if self._objective == "mlm" or generator.random() < 0.5:
            return Pair(a, self._pieces[cut : cut + size], IS_NEXT, generator)
        return Pair(a, self._elsewhere(document, size, generator), NOT_NEXT, generator)

    def _anchor(self, length: int, number: int) -> int:
        """The piece near which the pair begins."""
        size = self.epoch_size(length)
        epoch, index = divmod(number, size)
        if self._orders.get(length, (-1,))[0] != epoch:
            shuffle = np.random.default_rng([self._seed, length, epoch])
            spacing = len(self._pieces) // size
            self._orders[length] = (
                epoch,
                shuffle.permutation(size).astype(np.uint32),
                int(shuffle.integers(spacing)),
            )
        _, order, shift = self._orders[length]
        return (int(order[index]) * (length - self.special_pieces) + shift) % len(self._pieces)

    def _place(self, piece: int) -> tuple[int, int]:
        """The document and sentence that a piece is in; where its document is too short, the beginning of the next."""
        sentence = int(np.searchsorted(self._starts, piece, "right")) - 1
        document = int(np.searchsorted(self._documents, sentence, "right")) - 1
        if self._is_usable[document]:
            return document, sentence
        document = int(self._usable[np.searchsorted(self._usable, document) % len(self._usable)])
        return document, int(self._documents[document])

    def _elsewhere(self, document: int, size: int, generator: np.random.Generator) -> np.ndarray:
        """`size` pieces from a random sentence of another document, or what there is in the longest of some."""
        best = self._pieces[:0]
        for _ in range(_TRIES):
            other, sentence = self._place(int(generator.integers(len(self._pieces))))
            if other == document:
                continue
            first, end = int(self._documents[other]), int(self._documents[other + 1])
            stop = int(self._starts[end])
            # Not a document's first sentence, which a true continuation never is.
            sentence = max(sentence, first + 1)
            begin = int(self._starts[sentence])
            if stop - begin < size:
                before = int(np.searchsorted(self._starts[first + 1 : end], stop - size, "right")) + first
                begin = int(self._starts[max(first + 1, before)])
            found = self._pieces[begin : min(begin + size, stop)]
            if len(found) == size:
                return found
            if len(found) > len(best):
                best = found
        if not len(best):  # one document is nearly all of the corpus
            other = int(self._usable[0] if self._usable[0] != document else self._usable[1])
            begin = int(self._starts[int(self._documents[other]) + 1])
            best = self._pieces[begin : min(begin + size, int(self._starts[int(self._documents[other + 1])]))]
        return best
