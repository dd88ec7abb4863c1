"""Answers what is asked about hidden states as vectors; scikit-learn is brought in, and works, on a thread beside."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from bert_core.errors import BertError, Cancelled, TextError
from bert_core.measures.head_patterns import is_punctuation
from bert_core.measures.hidden_pca import LEAST_FITTED, pca_places
from bert_core.measures.hidden_tsne import tsne_steps
from bert_core.measures.word_senses import occurrences, sense_cosines
from bert_core.queries import Progress, Query
from bert_core.queries_states import (
    MOST_POINTS,
    MOST_SENTENCES,
    Nearest,
    NearestPieces,
    Occurrence,
    Senses,
    StatesMap,
    StatesPlaces,
    WordSenses,
)
from bert_core.scene import Scene
from bert_core.trace import Floats, Token, Trace

if TYPE_CHECKING:
    from bert_core import Bert

Check = Callable[[], None]
"""Raises Cancelled when something newer is wanted."""

Steps = Generator[Progress | None, None, object]

T = TypeVar("T")

_A_LOOK = 0.02  # seconds between two looks whether the thread beside is done: so long a key waits
_KEPT = 4 * MOST_SENTENCES
_MOST_OCCURRENCES = 60


class _Read(NamedTuple):
    """A sentence as the model reads it: its pieces, hidden states [L+1, S, H], and how many pieces were left out."""

    tokens: tuple[Token, ...]
    states: Floats
    left_out: int


class States:
    """Sentences beside the text are read once; `trace_of` gives the trace of a kept reference by its scene."""

    def __init__(self, trace_of: Callable[[Scene], Trace]) -> None:
        self._trace_of = trace_of
        self._read: WeakKeyDictionary[Bert, OrderedDict[Scene, _Read]] = WeakKeyDictionary()
        # One thing at a time; importing scikit-learn takes over a second, and t-SNE cannot be interrupted.
        self._beside = ThreadPoolExecutor(1, "states")

    def places(self, bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
        """The map; where a layer takes long, layer by layer."""
        assert isinstance(query, StatesMap)
        others = yield from self._sentences(bert, trace, query.sentences, check)
        parts = [(trace.tokens, trace.hidden_states), *((one.tokens, one.states) for one in others)]
        if query.against is not None:
            kept = self._trace_of(query.against)
            if kept.hidden_states.shape[::2] != trace.hidden_states.shape[::2]:
                raise BertError("The reference is of another model.")
            parts.append((kept.tokens, kept.hidden_states))
        tokens = [token for part, _ in parts for token in part]
        states = np.concatenate([part for _, part in parts], axis=1)
        special = np.array([token.special or is_punctuation(token.text) for token in tokens], np.bool_)
        drawn = ~special if query.special == "left out" and not special.all() else np.ones_like(special)
        pieces = tuple(one.tokens for one in others)
        cut = sum(one.left_out for one in others)
        all_count = query.special == "drawn" and int((~special).sum()) < LEAST_FITTED

        def placed(places: Floats, kept_share: np.ndarray) -> StatesPlaces:
            whole = np.full((len(places), len(tokens), 2), np.nan, np.float32)
            whole[:, drawn] = places
            return StatesPlaces(_frozen(whole), _frozen(kept_share), pieces, cut, all_count)

        if query.method == "pca":
            fitted = None if query.special == "counted" else ~special[drawn]
            found = yield from self._aside(
                lambda: pca_places(states[:, drawn], fitted, own_axes=query.own_axes)
            )
            return placed(*found)
        if int(drawn.sum()) > MOST_POINTS:
            raise TextError(
                f"t-SNE of {int(drawn.sum())} pieces takes too long.",
                remedy=f"Shorten the text to {MOST_POINTS} pieces, or choose principal components.",
            )
        layers: list[Floats] = []
        yield Progress(0, len(states), "t-SNE")
        for step in tsne_steps(states[:, drawn]):
            layers.append((yield from self._aside(step)))
            value = placed(np.stack(layers), np.full(len(layers), np.nan))
            yield Progress(len(layers), len(states), "t-SNE", value)
        return value

    def senses(self, bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
        """How alike the occurrences of a word are."""
        assert isinstance(query, WordSenses)
        others = yield from self._sentences(bert, trace, query.sentences, check)
        parts = [(trace.tokens, trace.hidden_states), *((one.tokens, one.states) for one in others)]
        found, states = [], []
        for number, (tokens, hidden) in enumerate(parts):
            for positions in occurrences(tokens, query.word):
                found.append(Occurrence(number, positions))
                states.append(hidden[:, list(positions)])
        del found[_MOST_OCCURRENCES:], states[_MOST_OCCURRENCES:]
        return Senses(tuple(found), _frozen(sense_cosines(states)), tuple(one.tokens for one in others))

    def nearest(self, bert: Bert, trace: Trace, query: Query, check: Check) -> Steps:
        """The nearest pieces of the vocabulary."""
        from bert_core.measures.nearest_pieces import nearest_pieces  # it needs torch, which is there by now

        assert isinstance(query, NearestPieces)
        tokens, states = trace.tokens, trace.hidden_states
        if query.sentence is not None:
            (one,) = yield from self._sentences(bert, trace, (query.sentence,), check)
            tokens, states = one.tokens, one.states
        if query.position >= len(tokens):  # the text has changed, and the question is about to
            raise BertError("There is no such piece.")
        own = tokens[query.position].id
        embedding = bert.module.embeddings.word_embeddings.weight[own].detach().float().cpu().numpy()
        by_token = nearest_pieces(bert, embedding, query.top_k, without=own)
        yield None
        return Nearest(by_token, nearest_pieces(bert, states[query.layer, query.position], query.top_k))

    def _sentences(
        self, bert: Bert, trace: Trace, texts: tuple[str, ...], check: Check
    ) -> Generator[Progress | None, None, list[_Read]]:
        """As the model of the trace reads them, with those of its changes that are at no piece."""
        if len(texts) > MOST_SENTENCES:
            raise TextError(
                f"{len(texts)} sentences are too many.", remedy=f"Leave at most {MOST_SENTENCES}."
            )
        if texts and trace.scene.model_id != bert.model_id:
            raise BertError("Other sentences can be read by the model in force only.")
        known = self._read.setdefault(bert, OrderedDict())
        changes = trace.scene.interventions.moved({})
        found: list[_Read] = []

        def cancelled() -> bool:
            check()
            return False

        for text in texts:
            scene = Scene(bert.model_id, text, interventions=changes)
            while scene not in known:
                try:
                    one = bert.trace_scene(scene, cancelled=cancelled)
                except Cancelled:
                    yield None
                    continue
                known[scene] = _Read(one.tokens, one.hidden_states, sum(one.left_out))
                yield None
            known.move_to_end(scene)
            found.append(known[scene])
        while len(known) > _KEPT:
            known.popitem(last=False)
        return found

    def _aside(self, work: Callable[[], T]) -> Generator[None, None, T]:
        """What comes of work on the thread beside; meanwhile others have their turns."""
        future: Future[T] = self._beside.submit(work)
        try:
            while True:
                try:
                    return future.result(_A_LOOK)
                except NotYet:
                    yield None
        finally:
            future.cancel()


def answerers(
    trace_of: Callable[[Scene], Trace],
) -> dict[type[Query], Callable[[Bert, Trace, Query, Check], object]]:
    """By which function each question is answered; `trace_of` gives the trace of a kept reference by its scene."""
    states = States(trace_of)
    return {StatesMap: states.places, WordSenses: states.senses, NearestPieces: states.nearest}


def _frozen(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
