"""Features of a stream of texts: batched by length inside a bounded buffer, given out in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from bert_core.errors import BertError, TextError
from bert_core.features.block import Block, Floats, Row
from bert_core.features.buffer import Encoded, buffers, by_length
from bert_core.features.progress import Progress
from bert_core.features.reading import batch_of, batch_pieces, pooled, states
from bert_core.features.texts import Source, Texts, texts_of
from bert_core.features.wanted import Feature, Pool, Taken, parse_feature
from bert_core.measures.enough_memory import enough_memory

if TYPE_CHECKING:
    from bert_core.bert import Bert


def extract(
    bert: Bert, texts: Source, features: Sequence[str | Feature], *, pieces: int | None = None
) -> Iterator[Row]:
    """Features of each text, in the order of the source.

    texts     a file's path, or texts, pairs (A, B), or Texts with ids of their own
    features  Features, or their names, see `parse_feature`
    pieces    of a batch; left out, what suits the device

    Equal to `bert.trace(...).hidden_states` but for the order of sums. Raises BertError for a feature that this model
    does not have, TextError where the source cannot be read or is empty, MemoryShortage where a batch does not fit.
    """
    for step in extracting(bert, texts, features, pieces=pieces):
        if isinstance(step, Block):
            yield from step.rows()


def extracting(
    bert: Bert, texts: Source, features: Sequence[str | Feature], *, pieces: int | None = None
) -> Iterator[Progress | Block]:
    """As `extract`, for those who share the thread: a Progress after each layer of each batch, and Blocks as they are
    ready, in order. To cancel, stop asking. No torch mode is on between two of them.
    """
    return _Extraction(bert, texts_of(texts), features, pieces or batch_pieces(bert)).steps()


class _Extraction:
    def __init__(self, bert: Bert, source: Texts, features: Sequence[str | Feature], pieces: int) -> None:
        self._bert, self._source, self._pieces = bert, source, pieces
        self._wanted = wanted_of(bert, features)
        self._highest = max(taken.layers[-1] for _, taken in self._wanted)
        self._first_only = self._highest > 0 and all(
            feature.pool == "cls" for feature, taken in self._wanted if taken.layers[-1] == self._highest
        )
        self._began = perf_counter()
        self._texts = self._at = 0

    def steps(self) -> Iterator[Progress | Block]:
        size = self._bert.config.hidden_size
        widths = {
            by_piece: sum(t.width(size) for f, t in self._wanted if (f.pool == "pieces") == by_piece)
            for by_piece in (True, False)
        }
        with enough_memory("read these texts"):
            for buffer in buffers(self._bert.tokenizer, self._source.stream, widths[False], widths[True]):
                yield self._progress()
                if buffer is not None:
                    yield from self._block(buffer)
        if not self._texts:
            raise TextError(
                "There is no text in it.",
                where=self._source.where,
                remedy="Choose a file with a sentence on each line.",
            )

    def _progress(self, texts: int = 0, bytes_: int = 0) -> Progress:
        seconds = perf_counter() - self._began
        return Progress(self._texts + texts, self._at + bytes_, self._source.total, seconds)

    def _block(self, buffer: list[Encoded]) -> Iterator[Progress | Block]:
        """Read a buffer, batch by batch; the Block comes last."""
        lengths = [len(text) for text in buffer]
        offsets = np.concatenate(([0], np.cumsum(lengths)))
        size = self._bert.config.hidden_size
        values: dict[str, Floats] = {
            feature.name: np.zeros(
                (offsets[-1] if feature.pool == "pieces" else len(buffer), taken.width(size)),
                dtype=np.float32,
            )
            for feature, taken in self._wanted
        }
        ahead = buffer[-1].text.at - self._at
        texts = pieces = 0
        for chosen in by_length(lengths, self._pieces):
            for layer in self._batch([buffer[index] for index in chosen], chosen, offsets, values):
                done = layer * sum(lengths[index] for index in chosen) / (self._highest + 1)
                yield self._progress(texts, int(ahead * (pieces + done) / offsets[-1]))
            texts += len(chosen)
            pieces += sum(lengths[index] for index in chosen)
        self._texts += len(buffer)
        self._at = buffer[-1].text.at
        yield Block(
            texts=tuple(text.text for text in buffer),
            offsets=offsets,
            input_ids=np.concatenate([text.input_ids for text in buffer]),
            token_type_ids=np.concatenate([text.token_type_ids for text in buffer]),
            words=np.concatenate([text.words for text in buffer]),
            truncated=np.array([text.truncated for text in buffer]),
            pieceless=np.array([not text.own.any() for text in buffer]),
            values=values,
            by_piece=frozenset(feature.name for feature, _ in self._wanted if feature.pool == "pieces"),
            vocabulary=self._bert.vocabulary,
        )
        yield self._progress()

    def _batch(
        self, texts: list[Encoded], chosen: list[int], offsets: np.ndarray, values: dict[str, Floats]
    ) -> Iterator[int]:
        """Read a batch, and put what is wanted of it where it belongs; yields the number of layers done."""
        batch = batch_of(self._bert, texts)
        places = np.concatenate([np.arange(offsets[index], offsets[index + 1]) for index in chosen])
        for layer, hidden in enumerate(states(self._bert, batch, self._highest, self._first_only)):
            found: dict[Pool, Floats] = {}
            for feature, taken in self._wanted:
                if layer not in taken.layers:
                    continue
                if feature.pool not in found:
                    found[feature.pool] = pooled(hidden, batch, feature.pool)
                array, target = found[feature.pool], values[feature.name]
                rows = places if feature.pool == "pieces" else chosen
                if taken.join == "concatenation":
                    begin = taken.layers.index(layer) * array.shape[1]
                    target[rows, begin : begin + array.shape[1]] = array
                elif taken.join == "sum":
                    target[rows] += array
                else:
                    target[rows] = array
            yield layer + 1


def wanted_of(bert: Bert, features: Sequence[str | Feature]) -> list[tuple[Feature, Taken]]:
    """The features and what they come to in this model, each once. Raises BertError for one that it does not have."""
    parsed = [parse_feature(given) if isinstance(given, str) else given for given in features]
    if not parsed:
        raise BertError("There is nothing to take.", remedy="Name at least one feature, such as last-mean.")
    return [(feature, feature.of_model(bert.config.num_hidden_layers)) for feature in dict.fromkeys(parsed)]
