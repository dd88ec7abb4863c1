"""The two searches through a stream of passages: by what a head attends to, and by hidden state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from numpy.typing import NDArray

from bert_core.corpus_search.keeping import Best, Spread
from bert_core.corpus_search.pairs import wanted_pairs, words_of
from bert_core.corpus_search.passages import passages_of, read_passages
from bert_core.corpus_search.reading import Read, batch_pieces, batches, head_weights, states_after
from bert_core.errors import TextError
from bert_core.measures.enough_memory import enough_memory
from bert_core.queries_search import MOST_HITS, Found, Hit, Mark, Passage, Pattern, Words
from bert_core.scene import Scene
from bert_core.trace import Token
from bert_core.tracing import never

if TYPE_CHECKING:
    from bert_core.bert import Bert
    from bert_core.model.encoder import Layer

CLOSE = 5
"""Decimals by which hits are ordered."""

Floats = NDArray[np.float32]
Source = str | Path | Iterable[tuple[str, str | None]]
"""A text file, or texts and pairs; see `read_passages` and `passages_of`."""


class Search:
    """A search under way: `steps` drives it, `found` says what is known by now.

    Memory is bounded by the passages of a buffer, a batch, and `most` hits. Hits that are equal to CLOSE decimals come
    in the order of the text: a sentence differs by less where it is read in another batch.
    """

    def __init__(self, bert: Bert, layers: int, low: float, most: int) -> None:
        if most < 1:
            raise ValueError(f"{most} hits to keep")
        self._bert, self._layers = bert, layers
        self._best: Best[Hit] = Best(most)
        self._spread = Spread(low)
        self._passages = self._pieces = self._cut = 0

    def steps(self, passages: Iterable[Passage]) -> Iterator[int]:
        """Search; yields how far the reading is (see Passage.at) so often that other work has to wait for one layer
        of one batch at most.

        Raises TextError where the source cannot be read, MemoryShortage where a batch does not fit.
        """
        at = 0
        with enough_memory("search this text"):
            for batch in batches(self._bert.tokenizer, passages, batch_pieces(self._bert)):
                yield at
                if batch is None:
                    continue
                reads, ahead = batch
                encodings = [read.encoding for read in reads]
                run = states_after(self._bert, encodings, self._layers)
                while True:
                    try:
                        next(run)
                    except StopIteration as end:
                        hidden, bias = end.value
                        break
                    yield at
                with torch.inference_mode():
                    arrays = self._look(hidden, bias)
                at = ahead
                for read, array in zip(reads, arrays, strict=True):
                    self._passages += 1
                    self._pieces += len(read.encoding)
                    self._cut += read.cut
                    self._take(read, array)
                yield at

    def found(self, *, changed: bool = False) -> Found:
        """The best hits and the statistics of all that was read by now."""
        spread = self._spread
        return Found(
            hits=self._best.sorted(),
            texts=self._passages,
            pieces=self._pieces,
            counted=spread.count,
            mean=spread.mean,
            deviation=spread.deviation,
            over=spread.over,
            histogram=tuple(spread.histogram.tolist()),
            low=spread.low,
            cut=self._cut,
            changed=changed,
        )

    @property
    def _least(self) -> float:
        """What is smaller is not among the best."""
        return -self._best.bar - 10**-CLOSE

    def _look(self, hidden: torch.Tensor, bias: torch.Tensor) -> Floats:
        """What is to be known of a batch: [B, ...]."""
        raise NotImplementedError

    def _take(self, read: Read, array: Floats) -> None:
        """That of one passage, padding included."""
        raise NotImplementedError


class HeadSearch(Search):
    """Where a head attends most strongly in the way of a pattern.

    layer, head  0-based; head None is the average over the layer's heads

    Of the same pair of pieces the strongest example only is kept (small letters and capitals are the same). Counted is
    each query that has a key of the kind: with the weight that is on all such keys together.

    Raises ValueError for a layer or head that is not there.
    """

    def __init__(
        self,
        bert: Bert,
        layer: int,
        head: int | None,
        pattern: Pattern | None = None,
        most: int = MOST_HITS,
    ) -> None:
        config = bert.config
        if not 0 <= layer < config.num_hidden_layers:
            raise ValueError(f"layer {layer} of {config.num_hidden_layers}")
        if head is not None and not 0 <= head < config.num_attention_heads:
            raise ValueError(f"head {head} of {config.num_attention_heads}")
        super().__init__(bert, layer, 0.0, most)
        self._head, self._pattern = head, pattern or Pattern()

    def _look(self, hidden: torch.Tensor, bias: torch.Tensor) -> Floats:
        layer = cast("Layer", self._bert.module.encoder.layers[self._layers])
        array: Floats = head_weights(layer, hidden, bias, self._head).cpu().numpy()
        return array

    def _take(self, read: Read, array: Floats) -> None:
        tokens, passage = read.encoding.tokens, read.passage
        weights = array[: len(tokens), : len(tokens)]
        pairs = wanted_pairs(tokens, (passage.text_a, passage.text_b), self._pattern)
        asked = pairs.any(-1)
        if not asked.any():
            return
        self._spread.add((weights * pairs).sum(-1)[asked])
        queries, keys = np.nonzero(pairs & (weights >= self._least))
        values = weights[queries, keys]
        order = np.lexsort((keys, queries, -values))
        for value, query, key in zip(
            values[order].tolist(), queries[order].tolist(), keys[order].tolist(), strict=True
        ):
            if value < self._least:
                break
            name = tokens[query].text.casefold(), tokens[key].text.casefold()
            self._best.offer(
                name,
                (-round(value, CLOSE), passage.number, passage.line, query, key),
                partial(_hit, value, read, query, key),
            )


class StateSearch(Search):
    """The pieces whose hidden state after a layer (0: the embeddings) has the highest cosine with one piece's.

    scene, position  where that piece stands; it is read with what the scene changes, the text as it is
    words            "any"; "same": of the same word; "other": of other words, each of them once, in its nearest place
    cancelled        asked between layers while the scene is read; Cancelled is raised when it says yes

    Compared are all pieces but the [CLS] and [SEP] that were added, and counted are all of these; the same place of the
    same text comes once. Raises ValueError for a layer, position or model that is not there.
    """

    def __init__(
        self,
        bert: Bert,
        scene: Scene,
        position: int,
        layer: int,
        words: Words = "any",
        most: int = MOST_HITS,
        *,
        cancelled: Callable[[], bool] = never,
    ) -> None:
        if not 0 <= layer <= bert.config.num_hidden_layers:
            raise ValueError(f"layer {layer} of {bert.config.num_hidden_layers}")
        trace = bert.trace_scene(scene, cancelled=cancelled)
        if not 0 <= position < len(trace.tokens):
            raise ValueError(f"position {position} of {len(trace.tokens)}")
        super().__init__(bert, layer, -1.0, most)
        self._words = words
        replaced = position in scene.replaced
        own = trace.tokens[position].text.casefold()
        self._word = own if replaced else words_of(trace.tokens, (scene.text_a, scene.second))[position]
        target = torch.from_numpy(trace.hidden_states[layer, position].copy()).to(bert.device)
        self._target = target / target.norm().clamp_min(1e-12)

    def _look(self, hidden: torch.Tensor, bias: torch.Tensor) -> Floats:
        lengths = hidden.norm(dim=-1).clamp_min(1e-12)
        array: Floats = ((hidden @ self._target) / lengths).cpu().numpy()
        return array

    def _take(self, read: Read, array: Floats) -> None:
        tokens, passage = read.encoding.tokens, read.passage
        places = np.array([n for n, token in enumerate(tokens) if not token.special])
        values = array[places]
        self._spread.add(values)
        wanted = self._words != "any"
        words = words_of(tokens, (passage.text_a, passage.text_b)) if wanted else []
        near = values >= self._least
        for value, place in zip(values[near].tolist(), places[near].tolist(), strict=True):
            if wanted and (words[place] == self._word) != (self._words == "same"):
                continue
            name = words[place] if self._words == "other" else (passage.text_a, passage.text_b, place)
            self._best.offer(
                name,
                (-round(value, CLOSE), passage.number, passage.line, place),
                partial(_hit, value, read, place),
            )


def _hit(value: float, read: Read, query: int, key: int | None = None) -> Hit:
    tokens = read.encoding.tokens
    return Hit(value, _mark(tokens, query), None if key is None else _mark(tokens, key), read.passage)


def _mark(tokens: Sequence[Token], position: int) -> Mark:
    token = tokens[position]
    return Mark(position, token.text, token.segment, token.start, token.end)


def strongest_examples(
    bert: Bert,
    source: Source,
    layer: int,
    head: int | None,
    pattern: Pattern | None = None,
    most: int = MOST_HITS,
) -> Found:
    """Search a whole source for what a head does, see HeadSearch. Raises TextError where it cannot be read."""
    search = HeadSearch(bert, layer, head, pattern, most)
    return _whole(search, source, paired=(pattern or Pattern()).reads_pairs)


def nearest_pieces(
    bert: Bert,
    source: Source,
    scene: Scene,
    position: int,
    layer: int,
    words: Words = "any",
    most: int = MOST_HITS,
) -> Found:
    """Search a whole source for pieces near one piece, see StateSearch. Raises TextError where it cannot be read."""
    return _whole(StateSearch(bert, scene, position, layer, words, most), source)


def _whole(search: Search, source: Source, *, paired: bool = False) -> Found:
    passages = (
        read_passages(Path(source), paired=paired)
        if isinstance(source, str | Path)
        else passages_of(source, paired=paired)
    )
    for _ in search.steps(passages):
        pass
    found = search.found()
    if not found.texts:
        where = source if isinstance(source, str | Path) else None
        raise TextError("There is no text in it.", where=where, remedy="Choose a text with sentences in it.")
    return found
